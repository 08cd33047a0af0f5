package app

import (
	"maps"
	"slices"
	"strings"

	"stafett/internal/expr"
	"stafett/internal/schema"
)

// TypeMultipleSelect is the canonical name of a choice of several from a long list.
const TypeMultipleSelect = "MultipleSelect"

const (
	// BindingLabel is where a choice keeps what the chosen options are called.
	BindingLabel = "label"
	// BindingChecked tells, in a row, whether its option is chosen.
	BindingChecked = "checked"
	// bindingMetadata is for a header that only lists from C# have.
	bindingMetadata = "metadata"
)

func init() {
	simple := []string{BindingSimple}
	Register(TypeCheckboxes, ComponentType{Needs: simple, Props: manyProps, Question: true})
	Register(TypeMultipleSelect, ComponentType{Needs: simple, Props: manyProps, Question: true})
}

// ChoiceProps are those of Dropdown, RadioButtons, Checkboxes and MultipleSelect. Exactly one of
// OptionsID, Options and Source says where the options come from.
type ChoiceProps struct {
	OptionsID string
	Options   []Option
	Source    *OptionSource
	// Filter is asked for each option, with its value as value(); nil keeps all.
	Filter *expr.Expr
	// Sort is 1 for options from A to Z, -1 from Z to A, 0 for the order that they are written in.
	Sort int
	// Preselected is the index of the option that is chosen from the start; -1 is none.
	Preselected int
	// Many tells that several can be chosen.
	Many bool
	// InRow lays radios and boxes out beside each other.
	InRow bool
	// Soft keeps the row of an option that is no longer chosen, unchecked.
	Soft bool
	// Rows is set when each chosen option is a row of a list.
	Rows *ChoiceRows
	// resolved are the options in each language; nil for a Source.
	resolved [languages][]ResolvedOption
}

// ChoiceRows says what stands where in the row of a chosen option. Paths begin in the row;
// Checked and Label may be empty.
type ChoiceRows struct {
	Value, Checked, Label string
	// ValueSteps and CheckedSteps are paths taken apart; ValuePath begins in the model.
	ValueSteps, CheckedSteps []schema.Step
	ValuePath                string
}

// OptionSource makes options of the rows of a repeating group. Value is a path without indexes.
type OptionSource struct {
	DataType, Group, Value         string
	Label, Description, Help       *expr.Expr
	labelAt, descriptionAt, helpAt *value
}

// Static gives the options in a language when they are the same on every page: ok is false
// when they come from rows.
func (c *ChoiceProps) Static(lang string) (list []ResolvedOption, ok bool) {
	return c.resolved[languageIndex(lang)], c.Source == nil
}

func manyProps(p Properties) any {
	c := choiceProps(p).(*ChoiceProps)
	c.Many = true
	switch strategy := p.Text("deletionStrategy"); strategy {
	case "soft":
		c.Soft = true
	case "", "hard":
	default:
		p.Warnf("deletionStrategy", "deletionStrategy must be soft or hard, not %q", strategy)
	}
	return c
}

func choiceProps(p Properties) any {
	c := &ChoiceProps{
		OptionsID:   p.Text("optionsId"),
		Options:     p.Options("options"),
		Filter:      p.Expr("optionFilter"),
		Preselected: p.Number("preselectedOptionIndex", -1),
		InRow:       p.Text("layout") == "row",
		Sort:        sortOrder(p),
	}
	if p.Has("source") {
		c.Source = optionSource(p.Object("source"))
	}
	dynamic := fromCode(p)
	switch {
	case c.Source != nil || c.Options != nil:
	case c.OptionsID == "":
		p.Errorf("options", "there are no options: optionsId, options or source is needed")
	default:
		list, ok := p.d.Options[c.OptionsID]
		if !ok && dynamic != "" {
			p.Warnf("optionsId", "the list %s is made by C#, which is not run here: it is empty",
				c.OptionsID)
		} else if !ok {
			p.Errorf("optionsId", "there is no options/%s.json%s", c.OptionsID,
				suggestion(c.OptionsID, slices.Sorted(maps.Keys(p.d.Options))))
		} else if dynamic != "" {
			p.Warnf(dynamic, "%s is not used: a list from a file is always the same", dynamic)
		}
		c.Options = list
	}
	if p.Object("dataModelBindings").Has(bindingMetadata) {
		p.Warnf("dataModelBindings", "the binding metadata is not used: only lists from C# have it")
	}
	return c
}

// fromCode names the property that tells that a list is asked for with more than its name, and
// so is made by code; "" for none.
func fromCode(p Properties) string {
	for _, name := range []string{"queryParameters", "mapping", "secure"} {
		if p.Has(name) {
			return name
		}
	}
	return ""
}

func sortOrder(p Properties) int {
	switch order := p.Text("sortOrder"); order {
	case "":
		return 0
	case "asc":
		return 1
	case "desc":
		return -1
	default:
		p.Warnf("sortOrder", "sortOrder must be asc or desc, not %q", order)
		return 0
	}
}

func optionSource(p Properties) *OptionSource {
	s := &OptionSource{
		DataType: p.Text("dataType"), Group: p.Text("group"),
		// An older way to write the field names the row's index.
		Value: strings.ReplaceAll(p.Text("value"), "[{0}]", ""),
		Label: p.Expr("label"), Description: p.Expr("description"), Help: p.Expr("helpText"),
		labelAt: p.v.get("label"), descriptionAt: p.v.get("description"), helpAt: p.v.get("helpText"),
	}
	if s.Group == "" || s.Value == "" || s.Label == nil {
		p.Errorf("source", "source needs group, value and label")
	}
	return s
}

func (c *ChoiceProps) expressions(at *value) []located {
	list := []located{condition(c.Filter, at.get("optionFilter"))}
	if s := c.Source; s != nil {
		list = append(list, result(s.Label, s.labelAt), result(s.Description, s.descriptionAt),
			result(s.Help, s.helpAt))
	}
	return list
}

// Many tells whether several of the component's options can be chosen.
func (c *Component) Many() bool {
	p, ok := c.Props.(*ChoiceProps)
	return ok && p.Many
}

// ticksRows tells whether each chosen option is a row of a list.
func (c *Component) ticksRows() bool { return c.Many() && c.Bindings[BindingGroup].Field != "" }

// bindRows works out where things stand in the rows of a choice that is kept as rows.
func (r *reader) bindRows(d *Definition, c *Component) {
	p, _ := c.Props.(*ChoiceProps)
	if !c.ticksRows() || c.Field.Type != "array" {
		return
	}
	at := c.at.get("dataModelBindings")
	inside := func(name string) string {
		b := c.Bindings[name]
		if b.Field == "" {
			return ""
		}
		path, ok := strings.CutPrefix(b.Field, c.Source.Field+".")
		if !ok {
			r.errorAt(at.get(name), "%s: %s is no field in the rows of %s", c.ID, b.Field, c.Source.Field)
		}
		return path
	}
	rows := &ChoiceRows{
		Value: inside(BindingSimple), Checked: inside(BindingChecked), Label: inside(BindingLabel),
		ValuePath: c.Bindings[BindingSimple].Field,
	}
	if rows.Value == "" {
		return
	}
	rows.ValueSteps, _ = schema.SplitPath(rows.Value)
	if rows.Checked != "" {
		rows.CheckedSteps, _ = schema.SplitPath(rows.Checked)
		f, ok := d.Models[c.Source.DataType].Schema.Field(c.Bindings[BindingChecked].Field)
		if ok && f.Type != "boolean" {
			r.errorAt(at.get(BindingChecked), "%s: %s must be true or false", c.ID, f.Path)
		}
	} else if p.Soft {
		r.errorAt(c.at, "%s: deletionStrategy soft needs the binding checked", c.ID)
	}
	p.Rows = rows
}
