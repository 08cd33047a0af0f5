package app

import (
	"slices"
	"strings"

	"stafett/internal/expr"
	"stafett/internal/schema"
)

// TypeSubform is the type of a list of entries that are each a form of their own.
const TypeSubform = "Subform"

func init() {
	Register(TypeSubform, ComponentType{Props: subformProps, Question: true})
}

// SubformProps are those of Subform.
type SubformProps struct {
	// Set is the id of the layout set that an entry is filled in by, Layout the set itself; every
	// data element of its data type is an entry.
	Set    string
	Layout *LayoutSet
	// Columns are those of the table of entries.
	Columns []SubformColumn
	// Add and Delete tell whether there are such buttons; nil is yes.
	Add, Delete *expr.Expr
	// Name is what an entry is called, asked in its own answers; nil for none.
	Name *expr.Expr
	// Delimiter stands between an entry's cells where it is told on one line.
	Delimiter string
}

// SubformColumn is a column of the table of a subform's entries.
type SubformColumn struct {
	Header string
	// Query is a path in the entry's document, Value an expression; one of them is there.
	Query string
	Value *expr.Expr
	// Default stands where there is no value.
	Default string

	queryAt, valueAt *value
}

func subformProps(p Properties) any {
	s := &SubformProps{
		Set: p.Text("layoutSet"), Delimiter: p.Text("summaryDelimiter"),
		Add: p.Expr("showAddButton"), Delete: p.Expr("showDeleteButton"),
		Name: p.Expr("entryDisplayName"),
	}
	if s.Set == "" {
		p.Errorf("layoutSet", "a Subform needs a layoutSet")
	}
	if s.Delimiter == "" {
		s.Delimiter = " – "
	}
	for _, column := range p.List("tableColumns") {
		cell := column.Object("cellContent")
		c := SubformColumn{
			Header: column.key("headerContent"), Query: cell.Text("query"),
			Value: cell.Expr("value"), Default: cell.key("default"),
			queryAt: cell.v.get("query"), valueAt: cell.v.get("value"),
		}
		if (c.Query == "") == (c.Value == nil) {
			column.Errorf("cellContent", "a column needs either a query or a value in cellContent")
			continue
		}
		s.Columns = append(s.Columns, c)
	}
	if len(s.Columns) == 0 {
		p.Errorf("tableColumns", "a Subform needs tableColumns: they tell the entries apart")
	}
	return s
}

// expressions gives those that are about the page's own answers; what is about an entry's is
// checked against the entry's form.
func (s *SubformProps) expressions(at *value) []located {
	return []located{
		condition(s.Add, at.get("showAddButton")), condition(s.Delete, at.get("showDeleteButton")),
	}
}

// forget lets go of the file's content.
func (s *SubformProps) forget() {
	for i := range s.Columns {
		s.Columns[i].queryAt, s.Columns[i].valueAt = nil, nil
	}
}

// entryTexts tells whether a text binding is about an entry and not about the page.
func (c *Component) entryTexts(binding string) bool {
	return c.Type == TypeSubform && strings.HasPrefix(binding, "table")
}

// EntrySet gives the layout set by which the entries of a data type are filled in; nil for a data
// type whose elements are no entries of a subform. An instance has any number of entries.
func (d *Definition) EntrySet(dataType string) *LayoutSet { return d.entries[dataType] }

// Subforms gives the set's subforms, in page order.
func (s *LayoutSet) Subforms() []*Component {
	var out []*Component
	for _, page := range s.Pages {
		for c := range page.All {
			if _, ok := c.Props.(*SubformProps); ok {
				out = append(out, c)
			}
		}
	}
	return out
}

// set gives the layout set with the id; nil when there is none.
func (d *Definition) set(id string) *LayoutSet {
	i := slices.IndexFunc(d.Sets, func(s *LayoutSet) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return d.Sets[i]
}

// linkSubforms gives each subform its entries' layout set, and notes whose elements are entries.
func (r *reader) linkSubforms(d *Definition) {
	own := map[string]bool{}
	for _, set := range d.Sets {
		if !set.Subform {
			own[set.DataType] = true
		}
	}
	for _, set := range d.Sets {
		for _, c := range set.Subforms() {
			p := c.Props.(*SubformProps)
			before := r.wrong
			r.linkSubform(d, set, c, p, own)
			r.markBroken(c, before)
			if r.wrong > before || p.Layout == nil || d.entries[p.Layout.DataType] != nil {
				continue
			}
			if d.entries == nil {
				d.entries = map[string]*LayoutSet{}
			}
			d.entries[p.Layout.DataType] = p.Layout
		}
	}
}

func (r *reader) linkSubform(
	d *Definition, set *LayoutSet, c *Component, p *SubformProps, own map[string]bool,
) {
	at := c.at.get("layoutSet")
	inner := d.set(p.Set)
	switch {
	case p.Set == "": // told when it was read
		return
	case inner == nil:
		var ids []string
		for _, s := range d.Sets {
			ids = append(ids, s.ID)
		}
		r.errorAt(at, "%s: there is no layout set %s%s", c.ID, p.Set, suggestion(p.Set, ids))
		return
	case !inner.Subform:
		r.errorAt(at, `%s: the layout set %s is not of the type subform`, c.ID, p.Set)
	case set.Subform:
		r.errorAt(c.at, "%s: a subform cannot stand in another subform", c.ID)
	case c.Group != nil:
		r.errorAt(c.at, "%s: a subform cannot stand in the rows of %s", c.ID, c.Group.ID)
	case own[inner.DataType]:
		r.errorAt(at, "%s: %s is the data type of a task's own form: its entries need one of their own",
			c.ID, inner.DataType)
	case d.Models[inner.DataType] == nil:
		r.errorAt(at, "%s: the data type %q of the layout set %s has no model", c.ID, inner.DataType,
			inner.ID)
	case len(inner.Pages) == 0:
		r.errorAt(at, "%s: the layout set %s has no pages", c.ID, inner.ID)
	}
	p.Layout = inner
}

// checkSubform checks what a subform says of its entries.
func (r *reader) checkSubform(d *Definition, c *Component, p *SubformProps) {
	if p.Layout == nil || d.Models[p.Layout.DataType] == nil {
		return // told when it was linked
	}
	set, dataType := p.Layout, p.Layout.DataType
	for _, column := range p.Columns {
		if column.Query != "" {
			if f, ok := r.field(d, dataType, column.Query, column.queryAt); ok &&
				(f.Type == "object" || f.Type == "array" && f.ItemType == "object") {
				r.errorAt(column.queryAt, "%s: %s is no single field", c.ID, column.Query)
			}
			if steps, err := schema.SplitPath(column.Query); err == nil {
				d.steps[column.Query] = steps
			}
		}
		r.checkReads(d, set, dataType, column.Value, column.valueAt)
	}
	r.checkReads(d, set, dataType, p.Name, c.at.get("entryDisplayName"))
	bindings := c.at.get("textResourceBindings")
	for name, e := range c.Texts {
		if c.entryTexts(name) {
			r.checkReads(d, set, dataType, e, bindings.get(name))
		}
	}
	r.checkEntries(d, c, p)
}

// checkEntries checks that there can be as many entries as there must be.
func (r *reader) checkEntries(d *Definition, c *Component, p *SubformProps) {
	t, _ := d.DataType(p.Layout.DataType)
	never, literal := p.Add.IsLiteral()
	switch {
	case t.MaxCount > 0 && t.MinCount > t.MaxCount:
		r.errorAt(c.at, "%s: there must be %d entries of %s, and at most %d", c.ID, t.MinCount, t.ID,
			t.MaxCount)
	case t.MinCount > 0 && !t.AutoCreate && (t.DisallowUserCreate || literal && never == false):
		r.errorAt(c.at, "%s: there must be %d entries of %s, and nobody can add one", c.ID, t.MinCount,
			t.ID)
	case t.MaxCount == 1:
		r.warnAt(c.at, "%s: there can be only one entry of %s (maxCount)", c.ID, t.ID)
	}
}

// checkInEntries checks what stands in a form of which there are many: a file must belong to one
// of them, and none is sent by itself.
func (r *reader) checkInEntries(set *LayoutSet, c *Component) {
	if !set.Subform {
		return
	}
	if c.IsUpload() && c.Source.Field == "" {
		r.errorAt(c.at, "%s: a file field in a subform needs a binding: each entry has its own files",
			c.ID)
	}
	if b, ok := c.Props.(*ButtonProps); ok && b.Do == DoSubmit {
		r.warnAt(c.at, "%s: an entry is not sent by itself: the button is left out", c.ID)
	}
}
