package app

import (
	"stafett/internal/expr"
	"stafett/internal/schema"
)

// located is an expression of a component and where it stands.
type located struct {
	expr *expr.Expr
	at   *value
	// condition tells that it is to be true or false.
	condition bool
}

// condition is an expression that is to be true or false.
func condition(e *expr.Expr, at *value) located { return located{e, at, true} }

// result is an expression that gives what it likes.
func result(e *expr.Expr, at *value) located { return located{e, at, false} }

// expressive are properties that tell their own expressions.
type expressive interface{ expressions(at *value) []located }

// expressions gives every expression of a component.
func (c *Component) expressions() []located {
	list := []located{
		condition(c.Hidden, c.at.get("hidden")), condition(c.Required, c.at.get("required")),
		condition(c.ReadOnly, c.at.get("readOnly")),
		condition(c.Remove, c.at.get("removeWhenHidden")),
		condition(c.AsSummary, c.at.get("renderAsSummary")),
	}
	bindings := c.at.get("textResourceBindings")
	for name, e := range c.Texts {
		if !c.entryTexts(name) {
			list = append(list, result(e, bindings.get(name)))
		}
	}
	if p := c.Choices(); p != nil {
		list = append(list, optionExpressions(c, p)...)
	}
	list = append(list, c.Look.expressions(c.at)...)
	switch p := c.Props.(type) {
	case expressive:
		list = append(list, p.expressions(c.at)...)
	case *DateProps:
		list = append(list, result(p.Min, c.at.get("minDate")), result(p.Max, c.at.get("maxDate")))
	case *RepeatingGroupProps:
		edit := c.at.get("edit")
		list = append(list, condition(p.HiddenRow, c.at.get("hiddenRow")),
			condition(p.AddButton, edit.get("addButton")),
			condition(p.DeleteButton, edit.get("deleteButton")),
			condition(p.EditButton, edit.get("editButton")),
			condition(p.SaveButton, edit.get("saveButton")))
	}
	return list
}

func optionExpressions(c *Component, p *ChoiceProps) []located {
	list := []located{condition(p.Filter, c.at.get("optionFilter"))}
	if s := p.Source; s != nil {
		list = append(list, result(s.Label, s.labelAt), result(s.Description, s.descriptionAt),
			result(s.Help, s.helpAt))
	}
	return list
}

func (r *reader) checkExpressions(d *Definition, set *LayoutSet, c *Component) {
	for _, e := range c.expressions() {
		switch {
		case e.condition:
			r.checkCondition(d, set, set.DataType, e.expr, e.at)
		case e.expr != nil:
			r.checkReads(d, set, set.DataType, e.expr, e.at)
		}
	}
}

// checkReads checks that the fields and components that an expression reads are there; set is
// nil where no component can be read.
func (r *reader) checkReads(
	d *Definition, set *LayoutSet, dataType string, e *expr.Expr, at *value,
) {
	if e == nil {
		return
	}
	r.checkTree(d, set, dataType, at)
	for _, ref := range e.Paths() {
		switch {
		case ref.Component != "":
			if set != nil && set.byID[ref.Component] == nil {
				r.errorAt(at, "there is no component %s%s", ref.Component,
					suggestion(ref.Component, set.ids()))
			}
		case ref.DataModel != "":
			from := ref.DataType
			if from == "" {
				from = dataType
			}
			r.field(d, from, ref.DataModel, at)
			if steps, err := schema.SplitPath(ref.DataModel); err == nil {
				d.steps[ref.DataModel] = steps
			}
		}
	}
}

// checkCondition checks an expression that is to be true or false.
func (r *reader) checkCondition(
	d *Definition, set *LayoutSet, dataType string, e *expr.Expr, at *value,
) {
	before := len(r.trees)
	r.checkReads(d, set, dataType, e, at)
	for i := range r.trees[before:] {
		r.trees[before+i].want = expr.Boolean
	}
}

// Steps takes a path apart. Those that the app's expressions read were taken apart when it was
// loaded.
func (d *Definition) Steps(path string) ([]schema.Step, error) {
	if steps, ok := d.steps[path]; ok {
		return steps, nil
	}
	return schema.SplitPath(path)
}

// markControls marks each component on whose answer something else on its page depends:
// directly, or through what is calculated from it.
func markControls(d *Definition, set *LayoutSet) {
	for _, page := range set.Pages {
		read := pageReads(d, set, page)
		followCalculations(d, read)
		for c := range page.All {
			c.Controls = c.Source.Field != "" && read[c.Source] && !calculated(d, c.Source)
		}
	}
}

// pageReads gives the fields that a page is drawn from besides each question's own.
func pageReads(d *Definition, set *LayoutSet, page *Page) map[Binding]bool {
	read := map[Binding]bool{}
	for c := range page.All {
		for _, e := range c.expressions() {
			for _, ref := range e.expr.Paths() {
				if b, ok := set.reference(ref); ok && b != c.Source {
					read[b] = true
				}
			}
		}
		for _, b := range textReads(d, set, c) {
			read[b] = true
		}
		if p := c.Choices(); p != nil && p.Source != nil {
			read[Binding{p.Source.DataType, p.Source.Value}] = true
		}
		if p, ok := c.Props.(*AddressProps); ok && p.Zip != nil && p.Place != nil {
			read[p.Zip.Source] = true
		}
		if calculated(d, c.Source) {
			read[c.Source] = true
		}
	}
	return read
}

func (s *LayoutSet) reference(ref expr.Reference) (Binding, bool) {
	if ref.Component != "" {
		c := s.byID[ref.Component]
		if c == nil {
			return Binding{}, false
		}
		return c.Source, true
	}
	b := Binding{DataType: ref.DataType, Field: plainPath(ref.DataModel)}
	if b.DataType == "" {
		b.DataType = s.DataType
	}
	return b, b.Field != ""
}

func calculated(d *Definition, b Binding) bool {
	m := d.Models[b.DataType]
	if m == nil {
		return false
	}
	for _, c := range m.Calculations {
		if c.Path == b.Field {
			return true
		}
	}
	return false
}

// followCalculations adds what the calculated fields among read are calculated from.
func followCalculations(d *Definition, read map[Binding]bool) {
	for added := true; added; {
		added = false
		for dataType, m := range d.Models {
			for _, calc := range m.Calculations {
				if !read[Binding{dataType, calc.Path}] {
					continue
				}
				for _, ref := range calc.Expression.Paths() {
					b := Binding{DataType: ref.DataType, Field: plainPath(ref.DataModel)}
					if b.DataType == "" {
						b.DataType = dataType
					}
					if b.Field != "" && !read[b] {
						read[b], added = true, true
					}
				}
			}
		}
	}
}
