package app

import (
	"slices"
	"strconv"
	"strings"

	"stafett/internal/schema"
)

// checkFit checks that a component's answer can be stored in the field that it is bound to.
func (r *reader) checkFit(d *Definition, c *Component) {
	r.checkDate(c)
	choice, chooses := c.Props.(*ChoiceProps)
	if chooses {
		r.checkChoice(c, choice)
	}
	if c.Source.Field == "" || c.Bindings[BindingSimple].Field == "" {
		return
	}
	f, at := c.Field, c.at.get("dataModelBindings").get(BindingSimple)
	several := c.Type == TypeCheckboxes || c.Type == "MultipleSelect"
	switch {
	case c.Type == TypeDatepicker && f.Type != "string":
		r.unfit(c, at, SeverityError, "a date is a text")
	case c.Type == TypeTextArea && f.Type != "string":
		r.unfit(c, at, SeverityError, "what is written is a text")
	case c.Type == TypeInput && f.Type == "boolean":
		r.unfit(c, at, SeverityWarning, "people would have to write true or false")
	case c.Type == TypeInput && f.Type == "string" && f.Format == "" && amount(c):
		r.unfit(c, at, SeverityWarning, "formatting.number is for numbers")
	case chooses && several && len(choice.Options) > 1 && (f.Type == "boolean" || numeric(f.Type)):
		r.unfit(c, at, SeverityError, "several ticks are kept with commas between")
	case chooses && !(several && len(choice.Options) > 1):
		r.checkValues(c, f, choice.Options)
	case c.Type == TypeFileUpload || c.Type == "FileUploadWithTag":
		if f.Type != "string" && !(f.Type == "array" && f.ItemType == "string") {
			r.unfit(c, at, SeverityError, "ids of files are texts")
		}
	}
}

func (r *reader) unfit(c *Component, at *value, s Severity, why string) {
	r.tell("binding-type", at, s, "%s: a %s cannot be bound to %s, which is %s: %s", c.ID, c.Type,
		c.Source.Field, c.Field.Type, why)
}

func amount(c *Component) bool {
	p, ok := c.Props.(*InputProps)
	return ok && (p.Formatting.Currency != "" || c.at.get("formatting").get("currency") != nil)
}

// checkValues checks that each option's value is one that the field may have.
func (r *reader) checkValues(c *Component, f schema.Field, options []Option) {
	at := c.at.get("optionsId")
	if at == nil {
		at = c.at
	}
	for _, o := range options {
		if !holds(f, o.Value) {
			r.tell("options-unfit", at, SeverityError,
				"%s: the option %q cannot be stored in %s, which is %s", c.ID, o.Value, f.Path, allowed(f))
		}
	}
}

func holds(f schema.Field, v string) bool {
	switch f.Type {
	case "boolean":
		return v == answerYes || v == answerNo || v == ""
	case "number":
		_, err := strconv.ParseFloat(v, 64)
		return err == nil || v == ""
	case "integer":
		_, err := strconv.Atoi(v)
		return err == nil || v == ""
	case "string":
		return len(f.Enum) == 0 || slices.Contains(f.Enum, any(v))
	}
	return true
}

func allowed(f schema.Field) string {
	if len(f.Enum) == 0 {
		return f.Type
	}
	var all []string
	for _, e := range f.Enum {
		if s, ok := e.(string); ok {
			all = append(all, s)
		}
	}
	return "one of " + strings.Join(all, ", ")
}

func (r *reader) checkChoice(c *Component, p *ChoiceProps) {
	if p.Source == nil && p.Preselected >= len(p.Options) && len(p.Options) > 0 {
		r.tell("component-choice", c.at.get("preselectedOptionIndex"), SeverityWarning,
			"%s: there is no option number %d to choose from the start", c.ID, p.Preselected)
	}
	r.checkOptionKeys(c, c.at.get("optionFilter"))
}

// OptionKeys are what value() knows of the option that a filter is asked about.
var OptionKeys = []string{"value", "label", "description", "helpText"}

// checkOptionKeys tells of parts of an option that a filter asks for and that no option has.
func (r *reader) checkOptionKeys(c *Component, v *value) {
	if v == nil || v.kind != kindArray {
		return
	}
	if len(v.items) == 2 && v.items[0].text == "value" && v.items[1].kind == kindText &&
		!slices.Contains(OptionKeys, v.items[1].text) {
		r.tell("component-choice", v, SeverityWarning, "%s: an option has no %s: every option is shown%s",
			c.ID, v.items[1].text, suggestion(v.items[1].text, OptionKeys))
	}
	for _, item := range v.items {
		r.checkOptionKeys(c, item)
	}
}

// checkDate checks date limits that are written out.
func (r *reader) checkDate(c *Component) {
	p, ok := c.Props.(*DateProps)
	if !ok {
		return
	}
	first, isMin := literalText(p.Min)
	last, isMax := literalText(p.Max)
	if isMin && !dateWord(first) {
		r.tell("component-choice", c.at.get("minDate"), SeverityWarning, "%s: %q is no date", c.ID, first)
	}
	if isMax && !dateWord(last) {
		r.tell("component-choice", c.at.get("maxDate"), SeverityWarning, "%s: %q is no date", c.ID, last)
	}
	if isMin && isMax && isDate(first) && isDate(last) && first[:10] > last[:10] {
		r.tell("component-choice", c.at.get("minDate"), SeverityError,
			"%s: minDate %s is after maxDate %s: no date can be chosen", c.ID, first, last)
	}
}

func isDate(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	_, err := strconv.Atoi(s[:4] + s[5:7] + s[8:10])
	month, day := s[5:7], s[8:10]
	return err == nil && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

func dateWord(s string) bool {
	return isDate(s) || slices.Contains([]string{
		"today", "yesterday", "tomorrow", "oneYearAgo", "oneYearFromNow"}, s)
}
