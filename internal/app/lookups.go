package app

import (
	"maps"
	"slices"
	"strconv"

	"stafett/internal/schema"
)

// instanceKeys are what the function instanceContext can give (FORMAT.md 5).
var instanceKeys = []string{
	"instanceId", "appId", "instanceOwnerPartyId", "instanceOwnerPartyType", "instanceOwnerName",
}

// names checks what the calls of an expression name besides fields and components.
func (s scope) names(v *value) {
	if v.kind != kindArray || len(v.items) == 0 {
		return
	}
	if len(v.items) > 1 && v.items[1].kind == kindText {
		s.name(v.items[0].text, v.items[1])
	}
	for _, arg := range v.items[1:] {
		s.names(arg)
	}
}

func (s scope) name(function string, arg *value) {
	switch function {
	case "text":
		s.r.checkKey(s.d, arg)
	case "optionLabel":
		if _, ok := s.d.Options[arg.text]; !ok {
			s.r.tell("options-missing", arg, SeverityError, "there is no options/%s.json%s", arg.text,
				suggestion(arg.text, slices.Sorted(maps.Keys(s.d.Options))))
		}
	case "instanceContext":
		if !slices.Contains(instanceKeys, arg.text) {
			s.r.tell("expression-invalid", arg, SeverityError, "instanceContext has no %s%s", arg.text,
				suggestion(arg.text, instanceKeys))
		}
	case "countDataElements":
		if _, ok := s.d.DataType(arg.text); !ok {
			s.r.tell("data-type-unknown", arg, SeverityError, "there is no data type %s", arg.text)
		}
	case "displayValue":
		if s.set != nil && s.set.byID[arg.text] == nil {
			s.r.tell("component-unknown", arg, SeverityError, "there is no component %s%s", arg.text,
				suggestion(arg.text, s.set.ids()))
		}
	}
}

// comparison tells of a comparison with a value that a question or a field cannot have.
func (s scope) comparison(v *value) {
	read, with := v.items[1], v.items[2]
	if literal(read) {
		read, with = with, read
	}
	if literal(read) || !literal(with) || with.kind == kindNull || answerOf(with) == "" {
		return
	}
	answers, ok := s.domain(read)
	if ok && !slices.Contains(answers, answerOf(with)) {
		s.r.tell("comparison-never", with, SeverityWarning, "%s is never %s%s", compact(read),
			answerOf(with), suggestion(answerOf(with), answers))
	} else if f, found := s.field(read); !ok && found && with.kind == kindText && numeric(f.Type) {
		if _, err := strconv.ParseFloat(with.text, 64); err != nil {
			s.r.tell("comparison-never", with, SeverityWarning, "%s is a number, and never %s",
				compact(read), with.text)
		}
	}
}

func numeric(schemaType string) bool { return schemaType == "number" || schemaType == "integer" }

// domain gives the only answers that what a lookup reads can have: a boolean's, an enum's, or the
// options of the question that is bound to it.
func (s scope) domain(v *value) ([]string, bool) {
	f, ok := s.field(v)
	if !ok {
		return nil, false
	}
	if f.Type == "boolean" {
		return []string{answerYes, answerNo}, true
	}
	if f.Type == "string" && len(f.Enum) > 0 {
		var out []string
		for _, e := range f.Enum {
			if text, ok := e.(string); ok {
				out = append(out, text)
			}
		}
		return out, true
	}
	return s.options(v)
}

// field gives the model's field that a lookup reads, where that is written in literals.
func (s scope) field(v *value) (schema.Field, bool) {
	dataType, path, ok := s.reads(v)
	m := s.d.Models[dataType]
	if !ok || m == nil {
		return schema.Field{}, false
	}
	return m.Schema.Field(plainPath(path))
}

func (s scope) reads(v *value) (dataType, path string, ok bool) {
	if v.kind != kindArray || len(v.items) < 2 || v.items[1].kind != kindText {
		return "", "", false
	}
	dataType, path = s.dataType, v.items[1].text
	switch v.items[0].text {
	case "dataModel":
		if len(v.items) > 2 {
			dataType = v.items[2].text
		}
		return dataType, path, true
	case "component":
		if s.set == nil || s.set.byID[path] == nil {
			return "", "", false
		}
		b := s.set.byID[path].Source
		return b.DataType, b.Field, b.Field != ""
	}
	return "", "", false
}

// options gives the values of the questions that are bound to what a lookup reads. Ticks are
// kept with commas between, so they are not told.
func (s scope) options(v *value) ([]string, bool) {
	dataType, path, _ := s.reads(v)
	var out []string
	found := false
	for _, set := range s.d.Sets {
		for _, c := range set.BoundTo(dataType, plainPath(path)) {
			p, ok := c.Props.(*ChoiceProps)
			if !ok || c.Type == TypeCheckboxes || c.Type == "MultipleSelect" || len(p.Options) == 0 {
				return nil, false
			}
			found = true
			for _, o := range p.Options {
				out = append(out, o.Value)
			}
		}
	}
	return out, found
}

// answered tells whether a form cannot be sent without what a lookup reads.
func (s scope) answered(v *value) bool {
	dataType, path, ok := s.reads(v)
	if !ok {
		return false
	}
	if f, _ := s.field(v); f.Required {
		return true
	}
	for _, set := range s.d.Sets {
		for _, c := range set.BoundTo(dataType, plainPath(path)) {
			if must, literal := c.Required.IsLiteral(); literal && must == true {
				return true
			}
		}
	}
	return false
}
