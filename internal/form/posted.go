package form

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"stafett/internal/app"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

// filePrefix begins the names of file fields, which are stored on their own way.
const filePrefix = "file:"

// sort puts what was posted in order: answers by field, row ids by row. Nothing is stored yet.
func (b *binder) sort(posted url.Values) error {
	for name, values := range posted {
		if slices.Contains(app.ControlNames, name) || strings.HasPrefix(name, filePrefix) ||
			strings.HasPrefix(name, TagPrefix) {
			continue
		}
		for _, value := range values {
			if strings.IndexByte(value, 0) >= 0 || !utf8.ValidString(value) {
				return fault.New(fault.Invalid, "form.refused_text")
			}
		}
		if err := b.sortOne(name, values); err != nil {
			return err
		}
	}
	slices.Sort(b.out.Unknown)
	return nil
}

func (b *binder) sortOne(name string, values []string) error {
	dataType, path := b.split(name)
	m := b.d.Models[dataType]
	if m == nil {
		b.out.Unknown = append(b.out.Unknown, name)
		return nil
	}
	if row, ok := strings.CutSuffix(path, "."+schema.RowID); ok {
		if len(values) != 1 {
			return fault.New(fault.Invalid, "form.refused_twice")
		}
		b.rows[b.named(dataType, row)] = values[0]
		return nil
	}
	f, ok := m.Schema.Field(path)
	rows := f.Type == "array" && f.ItemType == "object" && !b.takesMany(dataType, f.Path)
	if !ok || f.Type == "object" || rows {
		if _, err := schema.SplitPath(path); err != nil && strings.Contains(path, "[") {
			return fault.New(fault.Invalid, "form.refused_row")
		}
		b.out.Unknown = append(b.out.Unknown, name)
		return nil
	}
	if len(values) > 1 && !b.takesMany(dataType, f.Path) {
		return fault.New(fault.Invalid, "form.refused_twice")
	}
	b.posted[name] = values
	return nil
}

// split parts a posted name into data type and path.
func (v *view) split(name string) (dataType, path string) {
	if dataType, path, ok := strings.Cut(name, ":"); ok && v.d.Models[dataType] != nil {
		return dataType, path
	}
	return v.set.DataType, name
}

// takesMany tells whether a field is answered by ticking several boxes.
func (b *binder) takesMany(dataType, path string) bool {
	return slices.ContainsFunc(b.set.BoundTo(dataType, path), func(c *app.Component) bool {
		return c.Many()
	})
}

// checkRows checks that every row which the post speaks of is where the page saw it. A page
// that is older than a deletion must never change the row that moved up.
func (b *binder) checkRows() error {
	for row, id := range b.rows {
		dataType, path := b.split(row)
		steps, err := schema.SplitPath(path)
		if err != nil || steps[len(steps)-1].Index < 0 {
			return fault.New(fault.Invalid, "form.refused_row")
		}
		stored, ok := schema.Get(b.data[dataType], path).(map[string]any)
		if !ok || b.storedID(dataType, stored, steps) != id {
			return fault.New(fault.Conflict, "form.row_moved")
		}
	}
	for name := range b.posted {
		if err := b.checkIndexes(name); err != nil {
			return err
		}
	}
	return nil
}

// storedID gives the id of a row, as the page that showed it has it.
func (b *binder) storedID(dataType string, row map[string]any, steps []schema.Step) string {
	if id, ok := row[schema.RowID].(string); ok && id != "" {
		return id
	}
	last := steps[len(steps)-1]
	list := pathOf(steps)
	list = list[:strings.LastIndexByte(list, '[')]
	return derivedID(b.in.Instance.ID, dataType, list, last.Index, 0)
}

// checkIndexes checks that each row on a field's path came with its id.
func (b *binder) checkIndexes(name string) error {
	for i, c := range []byte(name) {
		if c != ']' {
			continue
		}
		if _, ok := b.rows[name[:i+1]]; !ok {
			return fault.New(fault.Invalid, "form.refused_row")
		}
	}
	return nil
}
