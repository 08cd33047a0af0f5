package form

import (
	"maps"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

// AddRow puts an empty row at the end of the repeating group that posts under name, and gives the
// documents with it and the row's id. fault.Invalid when the group is not shown, cannot be
// changed or is full.
func AddRow(
	d *app.Definition, set *app.LayoutSet, name string, in Input,
) (data map[string]core.Document, rowID string, err error) {
	v := newView(d, set, &in)
	v.data = cloneAll(in.Data)
	group := v.findGroup(v.mayAdd, name)
	if group == nil {
		return nil, "", fault.New(fault.Invalid, "form.refused_add")
	}
	rowID = uuid.NewString()
	dataType, at := group.Source.DataType, v.listPath(group)
	doc := v.data[dataType]
	row := map[string]any{schema.RowID: rowID}
	if err := schema.Set(doc, at+index(schema.Rows(doc, at)), row); err != nil {
		return nil, "", fault.Wrap(fault.Invalid, "form.refused_add", err)
	}
	v.frames = append(v.frames, frame{group, schema.Rows(doc, at) - 1})
	(&binder{view: v}).preselect(group.Children, dataType)
	v.frames = v.frames[:len(v.frames)-1]
	v.data[dataType] = calculate(d, dataType, doc, v)
	return v.data, rowID, nil
}

// DeleteRow removes the row with the id, in whichever of the set's documents it is, and gives the
// documents. fault.Conflict when it is gone, fault.Invalid when rows of its group cannot be
// deleted.
func DeleteRow(
	d *app.Definition, set *app.LayoutSet, rowID string, in Input,
) (map[string]core.Document, error) {
	v := newView(d, set, &in)
	v.data = cloneAll(in.Data)
	for dataType, doc := range v.data {
		identify(dataType, doc, in.Instance.ID)
	}
	row, ok := FindRow(set, v.data, rowID)
	if !ok {
		return nil, fault.New(fault.Conflict, "form.row_moved")
	}
	group := v.findGroup(func(c *app.Component) bool {
		return v.bool(groupProps(c).DeleteButton, true)
	}, row[:strings.LastIndexByte(row, '[')])
	if group == nil {
		return nil, fault.New(fault.Invalid, "form.refused_delete")
	}
	dataType := group.Source.DataType
	_, path, named := strings.Cut(row, ":")
	if !named {
		path = row
	}
	schema.Delete(v.data[dataType], path)
	// The other documents stay as they were: rows there may have been given ids to look for.
	data := maps.Clone(in.Data)
	data[dataType] = calculate(d, dataType, v.data[dataType], v)
	return data, nil
}

// NextRow gives the id of the row that is shown after the one with the name; "" when it is the
// last.
func NextRow(d *app.Definition, set *app.LayoutSet, name string, in Input) string {
	v := newView(d, set, &in)
	at := strings.LastIndexByte(name, '[')
	group := v.findGroup(func(*app.Component) bool { return true }, name[:at])
	if group == nil {
		return ""
	}
	passed := false
	for i := range v.rows(group) {
		row, _ := v.rowObject(group)
		if passed && v.passes(group) {
			return v.rowID(group, i, row)
		}
		passed = passed || index(i) == name[at:]
	}
	return ""
}

// findGroup finds the repeating group that posts under name, when it is shown and can be changed;
// the view then stands in the row round it.
func (v *view) findGroup(fits func(*app.Component) bool, name string) *app.Component {
	var found *app.Component
	var frames []frame
	for _, p := range v.pages() {
		v.walk(p.Components, func(c *app.Component) {
			if found == nil && c.Type == app.TypeRepeatingGroup && v.name(c) == name &&
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
