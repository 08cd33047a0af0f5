package app

import (
	"maps"
	"slices"

	"stafett/internal/expr"
)

// ChoiceProps are those of Dropdown, RadioButtons and Checkboxes. Exactly one of OptionsID,
// Options and Source says where the options come from.
type ChoiceProps struct {
	OptionsID string
	Options   []Option
	Source    *OptionSource
	// Filter is asked for each option, with its value as value(); nil keeps all.
	Filter *expr.Expr
	// Preselected is the index of the option that is chosen from the start; -1 is none.
	Preselected int
	// resolved are the options in each language; nil for a Source.
	resolved [languages][]ResolvedOption
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

func choiceProps(p Properties) any {
	c := &ChoiceProps{
		OptionsID:   p.Text("optionsId"),
		Options:     p.Options("options"),
		Filter:      p.Expr("optionFilter"),
		Preselected: p.Number("preselectedOptionIndex", -1),
	}
	if p.Has("source") {
		c.Source = optionSource(p.Object("source"))
	}
	switch {
	case c.Source != nil || c.Options != nil:
	case c.OptionsID == "":
		p.Errorf("options", "there are no options: optionsId, options or source is needed")
	default:
		list, ok := p.d.Options[c.OptionsID]
		if !ok {
			p.Errorf("optionsId", "there is no options/%s.json%s", c.OptionsID,
				suggestion(c.OptionsID, slices.Sorted(maps.Keys(p.d.Options))))
		}
		c.Options = list
	}
	return c
}

func optionSource(p Properties) *OptionSource {
	s := &OptionSource{
		DataType: p.Text("dataType"), Group: p.Text("group"), Value: p.Text("value"),
		Label: p.Expr("label"), Description: p.Expr("description"), Help: p.Expr("helpText"),
		labelAt: p.v.get("label"), descriptionAt: p.v.get("description"), helpAt: p.v.get("helpText"),
	}
	if s.Group == "" || s.Value == "" || s.Label == nil {
		p.Errorf("source", "source needs group, value and label")
	}
	return s
}
