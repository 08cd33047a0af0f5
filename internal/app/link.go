package app

import (
	"slices"
	"strings"

	"stafett/internal/schema"
)

// descendants gives every component inside c, in page order.
func (c *Component) descendants(yield func(*Component) bool) {
	var walk func(list []*Component) bool
	walk = func(list []*Component) bool {
		for _, child := range list {
			if !yield(child) || !walk(child.Children) {
				return false
			}
		}
		return true
	}
	walk(c.Children)
}

// All gives every component of the page, each before what is inside it.
func (p *Page) All(yield func(*Component) bool) {
	(&Component{Children: p.Components}).descendants(yield)
}

// bindSet ties a set's components to the models.
func (r *reader) bindSet(d *Definition, set *LayoutSet) {
	set.byID, set.byField = map[string]*Component{}, map[Binding][]*Component{}
	order := 0
	for _, page := range set.Pages {
		for c := range page.All {
			if other := set.byID[c.ID]; other != nil {
				r.errorAt(c.at, "the id %s stands on page %s too: it must be one of a kind in the set",
					c.ID, other.Page.ID)
			}
			set.byID[c.ID] = c
			c.Order = order
			order++
			before := r.wrong
			r.bind(d, set, c)
			r.markBroken(c, before)
		}
	}
	collectTypes(set)
}

// DataTypes are the form data that the set's questions are bound to, its own first.
func (s *LayoutSet) DataTypes() []string { return s.dataTypes }

// collectTypes notes which form data a set's questions are bound to.
func collectTypes(set *LayoutSet) {
	set.dataTypes = nil
	if set.DataType != "" {
		set.dataTypes = []string{set.DataType}
	}
	var others []string
	for b := range set.byField {
		if b.DataType != set.DataType && !slices.Contains(others, b.DataType) {
			others = append(others, b.DataType)
		}
	}
	slices.Sort(others)
	set.dataTypes = append(set.dataTypes, others...)
}

// linkSet checks everything that a set's components name, when all sets are bound.
func (r *reader) linkSet(d *Definition, set *LayoutSet) {
	for _, page := range set.Pages {
		if page.Hidden != nil {
			r.checkCondition(d, set, set.DataType, page.Hidden, page.at)
			if hidden, ok := page.Hidden.IsLiteral(); ok && hidden == true {
				r.tell("page-never-shown", page.at, SeverityWarning, "the page %s is hidden: it is never shown",
					page.ID)
			}
		}
		for c := range page.All {
			r.columns(c)
			r.parts(c)
			r.checkExpressions(d, set, c)
			before := r.wrong
			r.checkComponent(d, set, c)
			r.checkInEntries(set, c)
			r.markBroken(c, before)
		}
	}
	markControls(d, set)
}

// bind resolves a component's bindings against the models.
func (r *reader) bind(d *Definition, set *LayoutSet, c *Component) {
	for _, need := range types[c.Type].Needs {
		if c.Bindings[need].Field == "" {
			r.errorAt(c.at, "%s: a %s needs the binding %s", c.ID, c.Type, need)
		}
	}
	for name, b := range c.Bindings {
		if b.DataType == "" {
			b.DataType = set.DataType
		}
		at := c.at.get("dataModelBindings").get(name)
		f, ok := r.field(d, b.DataType, b.Field, at)
		if !ok || !r.checkArrays(d, c, b, at) {
			continue
		}
		set.byField[b] = append(set.byField[b], c)
		if t, ok := d.DataType(b.DataType); ok && b.DataType != set.DataType && !t.AutoCreate &&
			types[c.Type].Question {
			r.warnAt(at, "%s: %s is not made by itself (autoCreate): the question is read-only without it",
				c.ID, b.DataType)
		}
		if name != BindingSimple && name != BindingGroup && (name != BindingList || !c.IsUpload()) ||
			c.ticksRows() && name != BindingGroup {
			continue
		}
		c.Field, c.Source = f, b
		c.Steps, _ = schema.SplitPath(b.Field)
		if slices.Contains(ControlNames, b.Field) {
			r.errorAt(at, "%s: no field may be called %s: the page posts that itself", c.ID, b.Field)
		}
		r.checkFieldType(c, name, f, at)
	}
	r.bindRows(d, c)
}

func (r *reader) checkFieldType(c *Component, binding string, f schema.Field, at *value) {
	rows := f.Type == "array" && f.ItemType == "object"
	// Several ticks may be kept as a list of texts.
	ticks := f.Type == "array" && !rows && c.Many()
	texts := f.Type == "array" && f.ItemType == "string"
	switch {
	case binding == BindingList && !texts:
		r.errorAt(at, "%s: %s is no list of texts: the ids of several files need one", c.ID, f.Path)
	case binding == BindingGroup && !rows:
		r.errorAt(at, "%s: %s is no list of rows: a repeating group needs one", c.ID, f.Path)
	case binding == BindingSimple && !ticks && (f.Type == "array" || f.Type == "object"):
		r.errorAt(at, "%s: %s is no single field", c.ID, f.Path)
	}
}

// checkArrays checks that a binding goes through no list but those of the groups round it: else
// it would not be known which row is meant.
func (r *reader) checkArrays(d *Definition, c *Component, b Binding, at *value) bool {
	m := d.Models[b.DataType]
	known := drawn(c.Type)
	for i, char := range b.Field {
		if char != '.' {
			continue
		}
		f, ok := m.Schema.Field(b.Field[:i])
		if ok && f.Type == "array" && known && !inGroup(c, b.Field[:i]) {
			r.errorAt(at, "%s: %s is in the list %s, and no repeating group round it is bound to that",
				c.ID, b.Field, b.Field[:i])
			return false
		}
	}
	return true
}

func inGroup(c *Component, path string) bool {
	if c.ticksRows() && c.Bindings[BindingGroup].Field == path {
		return true
	}
	for g := c.Group; g != nil; g = g.Group {
		if g.Bindings[BindingGroup].Field == path {
			return true
		}
	}
	return false
}

// checkComponent checks what the types name outside the model.
func (r *reader) checkComponent(d *Definition, set *LayoutSet, c *Component) {
	if p := c.Choices(); p != nil && p.Source != nil {
		r.checkSource(d, set, c, p.Source)
	}
	switch p := c.Props.(type) {
	case *GridProps:
		r.checkLabels(set, c, p)
	case *FileUploadProps:
		if t, ok := d.DataType(c.ID); !ok || t.Form {
			r.errorAt(c.at, "%s: there is no data type %s for its files", c.ID, c.ID)
		}
	case *ButtonProps:
		r.checkButton(set, c, p)
	case *SummaryProps:
		r.checkTarget(d, set, c, p.Target)
	case *SubformProps:
		r.checkSubform(d, c, p)
	}
}

func (r *reader) checkSource(d *Definition, set *LayoutSet, c *Component, s *OptionSource) {
	if s.DataType == "" {
		s.DataType = set.DataType
	}
	at := c.at.get("source")
	f, ok := r.field(d, s.DataType, s.Group, at)
	if ok && f.Type != "array" {
		r.errorAt(at, "%s: %s is no list", c.ID, s.Group)
	}
	if !strings.HasPrefix(s.Value, s.Group+".") {
		r.errorAt(at, "%s: source.value must be a field in the rows of %s", c.ID, s.Group)
		return
	}
	r.field(d, s.DataType, s.Value, at)
}

// checkTarget checks that what a summary shows is there; it may be another task's.
func (r *reader) checkTarget(d *Definition, set *LayoutSet, c *Component, t SummaryTarget) {
	if t.Task != "" {
		if set = d.SetFor(t.Task); set == nil {
			r.errorAt(c.at, "%s: the task %s has no form to sum up", c.ID, t.Task)
			return
		}
	}
	switch t.Type {
	case "component":
		if set.byID[t.ID] == nil {
			r.errorAt(c.at, "%s: there is no component %s to sum up", c.ID, t.ID)
		}
	case "page":
		if page, _ := set.Page(t.ID); page == nil {
			r.errorAt(c.at, "%s: there is no page %s to sum up", c.ID, t.ID)
		}
	}
}

// Component gives the component with the id; nil when the set has none.
func (s *LayoutSet) Component(id string) *Component { return s.byID[id] }

// BoundTo gives the components that are bound to a field, path without indexes.
func (s *LayoutSet) BoundTo(dataType, path string) []*Component {
	return s.byField[Binding{DataType: dataType, Field: path}]
}

// Component gives a component by the ids of its set and its own; nil when there is none.
func (d *Definition) Component(set, id string) *Component {
	for _, s := range d.Sets {
		if s.ID == set {
			return s.byID[id]
		}
	}
	return nil
}
