package form

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

// AddRow puts an empty row at the end of the repeating group at path, and gives the document
// with it and the row's id. fault.Invalid when the group is not shown, cannot be changed or is
// full.
func AddRow(
	d *app.Definition, set *app.LayoutSet, path string, in Input,
) (doc core.Document, rowID string, err error) {
	v := newView(d, set, &in)
	v.data = cloneAll(in.Data)
	// The caller stores the set's own document: a group of another data type has no place there.
	group := v.findGroup(func(c *app.Component) bool {
		return c.Source.DataType == set.DataType
	}, path)
	if group == nil || !v.mayAdd(group) {
		return nil, "", fault.New(fault.Invalid, "form.refused_add")
	}
	rowID = uuid.NewString()
	doc = v.data[group.Source.DataType]
	at := v.listPath(group)
	row := map[string]any{schema.RowID: rowID}
	if err := schema.Set(doc, at+index(schema.Rows(doc, at)), row); err != nil {
		return nil, "", fault.Wrap(fault.Invalid, "form.refused_add", err)
	}
	v.frames = append(v.frames, frame{group, schema.Rows(doc, at) - 1})
	(&binder{view: v}).preselect(group.Children, group.Source.DataType)
	v.frames = v.frames[:len(v.frames)-1]
	return calculate(d, group.Source.DataType, doc, v), rowID, nil
}

// DeleteRow removes the row with the id. fault.Conflict when it is gone, fault.Invalid when
// rows of its group cannot be deleted.
func DeleteRow(
	d *app.Definition, set *app.LayoutSet, rowID string, in Input,
) (core.Document, error) {
	doc := schema.Clone(in.Data[set.DataType])
	identify(doc, in.Instance.ID)
	row, ok := RowPath(doc, rowID)
	if !ok {
		return nil, fault.New(fault.Conflict, "form.row_moved")
	}
	v := newView(d, set, &in)
	v.data = cloneAll(in.Data)
	v.data[set.DataType] = doc
	group := v.findGroup(func(c *app.Component) bool {
		return v.bool(groupProps(c).DeleteButton, true)
	}, row[:strings.LastIndexByte(row, '[')])
	if group == nil {
		return nil, fault.New(fault.Invalid, "form.refused_delete")
	}
	schema.Delete(doc, row)
	return calculate(d, set.DataType, doc, v), nil
}

// NextRow gives the id of the row that is shown after the one at path; "" when it is the last.
func NextRow(d *app.Definition, set *app.LayoutSet, path string, in Input) string {
	v := newView(d, set, &in)
	at := strings.LastIndexByte(path, '[')
	group := v.findGroup(func(*app.Component) bool { return true }, path[:at])
	if group == nil {
		return ""
	}
	passed := false
	for i := range v.rows(group) {
		row, _ := v.rowObject(group)
		if passed && v.passes(group) {
			return v.rowID(group, i, row)
		}
		passed = passed || index(i) == path[at:]
	}
	return ""
}

// findGroup finds the repeating group whose list stands at path, when it is shown and can be
// changed; the view then stands in the row round it.
func (v *view) findGroup(fits func(*app.Component) bool, path string) *app.Component {
	var found *app.Component
	var frames []frame
	for _, p := range v.pages() {
		v.walk(p.Components, func(c *app.Component) {
			if found == nil && c.Type == app.TypeRepeatingGroup && v.name(c) == path &&
				!v.readOnly(c) && fits(c) {
				found = c
				frames = append(frames, v.frames...)
			}
		})
	}
	v.frames = frames
	return found
}

// index writes a row's index as it stands in a path.
func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
