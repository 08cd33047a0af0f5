package form

import (
	"strconv"

	"stafett/internal/app"
	"stafett/internal/schema"
)

// value gives what the component is bound to, in the row that the view stands in.
func (v *view) value(c *app.Component) any {
	if c.Steps == nil {
		return nil
	}
	if rows := tickedRows(c); rows != nil {
		return v.ticked(c, rows)
	}
	return v.at(c.Source.DataType, c.Steps)
}

// at gives the value at a path. A list on the way is entered at the row that the view stands
// in; outside of its rows, the path gives the list of all rows' values.
func (v *view) at(dataType string, steps []schema.Step) any {
	var at any = map[string]any(v.data[dataType])
	inside, lists := true, 0
	for i, step := range steps {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[step.Name]
		rows, ok := at.([]any)
		if !ok {
			if step.Index >= 0 {
				return nil
			}
			continue
		}
		index := step.Index
		if index < 0 && i == len(steps)-1 {
			return at
		}
		row, standing := v.rowIndex(dataType, steps[:i+1], lists)
		lists++
		switch {
		case index >= 0:
			inside = inside && standing && row == index
		case inside && standing:
			index = row
		default:
			return collect(rows, steps[i+1:])
		}
		if index >= len(rows) {
			return nil
		}
		at = rows[index]
	}
	return at
}

// rowIndex tells which row of the list at steps the view stands in. lists is how many lists
// came before it on the path.
func (v *view) rowIndex(dataType string, steps []schema.Step, lists int) (int, bool) {
	if lists < len(v.loose) {
		return v.loose[lists], true
	}
	for i := range v.frames {
		f := &v.frames[i]
		if f.group.Source.DataType == dataType && samePath(f.group.Steps, steps) {
			return f.index, true
		}
	}
	return 0, false
}

func samePath(a, b []schema.Step) bool {
	if len(a) != len(b) {
		return false
	}
	// The last steps differ most often.
	for i := len(a) - 1; i >= 0; i-- {
		if a[i].Name != b[i].Name {
			return false
		}
	}
	return true
}

// collect gives the value at a path in each of the rows, without those that have none.
func collect(rows []any, steps []schema.Step) []any {
	out := make([]any, 0, len(rows))
	for _, row := range rows {
		at := row
		for i, step := range steps {
			object, ok := at.(map[string]any)
			if !ok {
				at = nil
				break
			}
			at = object[step.Name]
			if inner, ok := at.([]any); ok && i < len(steps)-1 {
				out = append(out, collect(inner, steps[i+1:])...)
				at = nil
				break
			}
		}
		if at != nil {
			out = append(out, at)
		}
	}
	return out
}

// path gives the component's path with the indexes of the rows that the view stands in.
func (v *view) path(c *app.Component) string {
	return v.indexed(c.Source.DataType, c.Source.Field, c.Steps)
}

func (v *view) indexed(dataType, plain string, steps []schema.Step) string {
	if len(v.frames) == 0 {
		return plain
	}
	v.names.Reset()
	v.names.Grow(len(plain) + 5*len(v.frames))
	for i, step := range steps {
		if i > 0 {
			v.names.WriteByte('.')
		}
		v.names.WriteString(step.Name)
		if i == len(steps)-1 {
			break
		}
		if row, ok := v.rowIndex(dataType, steps[:i+1], len(v.loose)); ok {
			v.names.WriteByte('[')
			v.names.WriteString(strconv.Itoa(row))
			v.names.WriteByte(']')
		}
	}
	return v.names.String()
}

// name gives the name under which the component posts: its path, and before it the data type
// where that is not the set's own.
func (v *view) name(c *app.Component) string {
	return v.named(c.Source.DataType, v.path(c))
}

func (v *view) named(dataType, path string) string { return fieldName(v.set, dataType, path) }

func fieldName(set *app.LayoutSet, dataType, path string) string {
	if dataType == "" || dataType == set.DataType {
		return path
	}
	return dataType + ":" + path
}

// nodeID gives the component's id on the page: one of a kind also in rows.
func (v *view) nodeID(c *app.Component) string {
	id := c.ID
	for _, f := range v.frames {
		id += "-" + strconv.Itoa(f.index)
	}
	return id
}
