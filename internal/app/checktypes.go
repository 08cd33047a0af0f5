package app

import (
	"slices"

	"stafett/internal/expr"
)

// types tells of what can never be of the kind that its surroundings want: of a condition, true
// or false; of an argument, what the function casts it to. What is not known is taken on trust.
func (s scope) types(v *value, want expr.Kind) {
	if given := s.given(v); !possible(v, given, want) {
		s.r.tell("expression-type", v, SeverityWarning, "%s gives %s, and never a %s", shortened(v),
			article(given), want)
		return
	}
	if v.kind != kindArray || len(v.items) == 0 {
		return
	}
	for i, arg := range v.items[1:] {
		s.types(arg, expr.Wants(v.items[0].text, i))
	}
}

// given is the schema type that a value is known to have; empty for any.
func (s scope) given(v *value) string {
	if f, ok := s.field(v); ok {
		return f.Type
	}
	return s.r.kindOf(s.d, s.dataType, v)
}

// spoken are functions whose text may be any word, true and false among them.
var spoken = []string{"text", "optionLabel", "displayValue", "stringReplace", "stringSlice"}

// possible tells whether a value of a schema type can be cast to a kind. A field that holds a
// text or a number may hold one that can.
func possible(v *value, given string, want expr.Kind) bool {
	if literal(v) {
		e, err := expr.Parse([]byte(compact(v)))
		if err != nil {
			return true
		}
		_, err = e.Eval(expr.Base{}, want)
		return err == nil
	}
	looked := v.kind == kindArray && len(v.items) > 0 && slices.Contains(
		[]string{"dataModel", "component", "if", "value"}, v.items[0].text)
	switch want {
	case expr.Boolean:
		switch given {
		case "array", "object":
			return false
		case "number", "integer":
			return looked
		case "string":
			return looked || slices.Contains(spoken, v.items[0].text)
		}
	case expr.Number:
		return given != "boolean" && given != "array" && given != "object"
	}
	return true
}

// article gives a schema type with its article.
func article(kind string) string {
	if slices.Contains([]string{"array", "object", "integer"}, kind) {
		return "an " + kind
	}
	return "a " + kind
}
