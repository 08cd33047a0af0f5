package form

import (
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// Clean gives the documents as they are when a task ends: without the answers to questions that
// are hidden, without rows that are hidden or empty, calculated anew, and without the ids that
// rows have while they are edited. Fields that no question is bound to stay. In an app that
// says so, what is hidden stays too.
func Clean(d *app.Definition, set *app.LayoutSet, in Input) map[string]core.Document {
	data := cloneAll(in.Data)
	removed := !d.Settings.KeepHidden && prune(d, set, in, data)
	for dataType, doc := range data {
		in.Data = data
		data[dataType] = Calculate(d, dataType, doc, in)
	}
	if removed {
		// What was hidden may have been calculated again.
		in.Data = data
		prune(d, set, in, data)
	}
	for _, doc := range data {
		dropEmptyRows(map[string]any(doc))
		dropRowIDs(map[string]any(doc))
	}
	return data
}

// HiddenFiles gives the attachments whose upload field is hidden: they go with the hidden
// answers when the task ends.
func HiddenFiles(d *app.Definition, set *app.LayoutSet, in Input) []core.DataElement {
	if d.Settings.KeepHidden {
		return nil
	}
	v := newView(d, set, &in)
	shown := map[string]bool{}
	v.noteFiles(shown)
	v.withinEntries(func(inner *view) { inner.noteFiles(shown) })
	var out []core.DataElement
	for _, e := range in.Elements {
		c := fileField(set, e.Type)
		if c != nil && !shown[e.ID.String()] && v.bool(c.Remove, true) {
			out = append(out, e)
		}
	}
	return out
}

// noteFiles notes the files of every file field that is shown.
func (v *view) noteFiles(shown map[string]bool) {
	for _, p := range v.pages() {
		v.walk(p.Components, func(c *app.Component) {
			if !c.IsUpload() {
				return
			}
			for _, e := range v.attached(c) {
				shown[e.ID.String()] = true
			}
		})
	}
}

// fileField gives the file field that takes files of a data type, in the set or in the entries of
// its subforms; nil for none.
func fileField(set *app.LayoutSet, dataType string) *app.Component {
	if c := set.Component(dataType); c != nil && c.IsUpload() {
		return c
	}
	for _, s := range set.Subforms() {
		if c := layoutOf(s).Component(dataType); c != nil && c.IsUpload() {
			return c
		}
	}
	return nil
}

// CleanEntries gives the entries of every subform of the set as they are when a task ends; see
// Clean. The elements stay as they are.
func CleanEntries(d *app.Definition, set *app.LayoutSet, in Input) []Entry {
	v := newView(d, set, &in)
	var out []Entry
	seen := map[string]bool{}
	for _, c := range set.Subforms() {
		dataType := layoutOf(c).DataType
		if seen[dataType] {
			continue
		}
		seen[dataType] = true
		for _, e := range v.entries(c) {
			clean := Clean(d, layoutOf(c), v.inputOf(c, e))
			out = append(out, Entry{e.Element, clean[dataType]})
		}
	}
	return out
}

// HiddenEntries gives the entries that no subform of the set shows: they go with the hidden
// answers when the task ends.
func HiddenEntries(d *app.Definition, set *app.LayoutSet, in Input) []Entry {
	v := newView(d, set, &in)
	kept := map[string]bool{}
	for _, c := range set.Subforms() {
		if !v.hiddenAnywhere(c) || !v.bool(c.Remove, true) {
			kept[layoutOf(c).DataType] = true
		}
	}
	var out []Entry
	for _, c := range set.Subforms() {
		if dataType := layoutOf(c).DataType; !kept[dataType] {
			kept[dataType] = true
			out = append(out, v.in.Entries[dataType]...)
		}
	}
	return out
}

// prune removes what is hidden from data, which are clones of what in holds.
func prune(
	d *app.Definition, set *app.LayoutSet, in Input, data map[string]core.Document,
) bool {
	p := pruner{view: newView(d, set, &in), shown: map[app.Binding]bool{}}
	p.data = in.Data
	for _, page := range p.pages() {
		p.walk(page.Components, func(c *app.Component) {
			p.eachBinding(c, func(at app.Binding) { p.shown[at] = true })
		})
	}
	for _, page := range set.Pages {
		p.all(page.Components)
	}
	for _, at := range p.fields {
		schema.Delete(data[at.DataType], at.Field)
	}
	// From the last row to the first, and inner rows before outer ones, so that indexes hold.
	for _, at := range slices.Backward(p.rowPaths) {
		schema.Delete(data[at.DataType], at.Field)
	}
	return len(p.fields)+len(p.rowPaths) > 0
}

// pruner finds what is hidden. A field that any shown question is bound to stays.
type pruner struct {
	*view
	shown            map[app.Binding]bool
	fields, rowPaths []app.Binding
}

func (p *pruner) eachBinding(c *app.Component, visit func(app.Binding)) {
	for _, b := range c.Bindings {
		if b.DataType == "" {
			b.DataType = p.set.DataType
		}
		steps, err := p.d.Steps(b.Field)
		if err != nil {
			continue
		}
		b.Field = p.indexed(b.DataType, b.Field, steps)
		visit(b)
	}
}

// all goes through every question, shown or not, in every row.
func (p *pruner) all(list []*app.Component) {
	for _, c := range list {
		if p.bool(c.Remove, true) {
			p.eachBinding(c, func(at app.Binding) {
				if !p.shown[at] {
					p.fields = append(p.fields, at)
				}
			})
		}
		if c.Type != app.TypeRepeatingGroup {
			p.all(c.Children)
			continue
		}
		hiddenRow := groupProps(c).HiddenRow
		for i := range p.allRows(c) {
			if p.bool(hiddenRow, false) {
				at := app.Binding{DataType: c.Source.DataType, Field: p.listPath(c)}
				at.Field += index(i)
				p.rowPaths = append(p.rowPaths, at)
				continue
			}
			p.all(c.Children)
		}
	}
}

// dropEmptyRows takes out rows in which nothing was answered.
func dropEmptyRows(object map[string]any) {
	for name, value := range object {
		switch x := value.(type) {
		case map[string]any:
			dropEmptyRows(x)
		case []any:
			kept := slices.DeleteFunc(x, func(row any) bool {
				inner, ok := row.(map[string]any)
				if ok {
					dropEmptyRows(inner)
				}
				return ok && bare(inner)
			})
			if object[name] = kept; len(kept) == 0 {
				delete(object, name)
			}
		}
	}
}

// FilesClosed tells whether the set has an upload field for the data type that is hidden or
// cannot be changed: then nobody may add or remove a file by way of it.
func FilesClosed(d *app.Definition, set *app.LayoutSet, in Input, dataType string) bool {
	c := set.Component(dataType)
	if c == nil || c.Type != app.TypeFileUpload {
		return false
	}
	v := newView(d, set, &in)
	return v.hiddenAnywhere(c) || v.readOnly(c)
}
