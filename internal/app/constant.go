package app

import (
	"slices"

	"stafett/internal/expr"
)

// pure are the functions whose value follows from their arguments alone.
var pure = []string{
	"equals", "notEquals", "greaterThan", "greaterThanEq", "lessThan", "lessThanEq", "not", "and",
	"or", "concat", "contains", "notContains", "startsWith", "endsWith", "commaContains",
	"stringLength", "upperCase", "lowerCase", "round", "plus", "minus", "multiply", "divide", "if",
	"compare",
}

// known tells whether an expression reads nothing, so that its value never changes.
func known(v *value) bool {
	if literal(v) {
		return true
	}
	return v.kind == kindArray && len(v.items) > 0 && slices.Contains(pure, v.items[0].text) &&
		!slices.ContainsFunc(v.items[1:], func(arg *value) bool { return !known(arg) })
}

// constant gives the one value of an expression that reads nothing.
func constant(v *value) (string, bool) {
	if !known(v) {
		return "", false
	}
	if literal(v) {
		return answerOf(v), true
	}
	e, err := expr.Parse([]byte(compact(v)))
	if err != nil {
		return "", false
	}
	holds, err := e.Bool(expr.Base{}, false)
	if err != nil {
		return "", false
	}
	if holds {
		return answerYes, true
	}
	return answerNo, true
}

// conditional are functions that give true or false.
var conditional = []string{
	"equals", "notEquals", "greaterThan", "greaterThanEq", "lessThan", "lessThanEq", "not", "and",
	"or", "contains", "notContains", "startsWith", "endsWith", "commaContains",
}

// checkTree notes an expression, so that checkTrees checks what its compiler does not: what it
// names outside the model, and whether a condition in it always comes out the same.
func (r *reader) checkTree(d *Definition, set *LayoutSet, dataType string, v *value) {
	if v == nil || v.kind != kindArray || len(v.items) == 0 {
		return
	}
	r.trees = append(r.trees,
		written{scope{r: r, d: d, set: set, dataType: dataType}, v, expr.Any})
}

// written is an expression that waits until everything is read: rules are read before the questions
// whose options they compare with.
type written struct {
	scope
	at *value
	// want is what it is to give.
	want expr.Kind
}

func (r *reader) checkTrees() {
	for _, t := range r.trees {
		t.names(t.at)
		t.types(t.at, t.want)
		t.constants(t.at)
	}
	r.trees = nil
}

// scope is where an expression stands.
type scope struct {
	r        *reader
	d        *Definition
	set      *LayoutSet
	dataType string
}

// constants tells of the outermost conditions that always come out the same.
func (s scope) constants(v *value) {
	if v.kind != kindArray || len(v.items) == 0 {
		return
	}
	before := len(s.r.list)
	if equality(v) {
		s.comparison(v)
	}
	if slices.Contains(conditional, v.items[0].text) && len(s.r.list) == before {
		t := truth{domain: s.domain}
		if yes, no := t.outcomes(v); yes != no {
			s.r.tell("expression-constant", v, SeverityWarning,
				"the condition %s is always %t", shortened(v), yes)
			return
		}
	}
	for _, arg := range v.items[1:] {
		s.constants(arg)
	}
}

// maxShown is how much of an expression a message shows, in bytes.
const maxShown = 80

func shortened(v *value) string {
	s := compact(v)
	if len(s) > maxShown {
		return s[:maxShown] + "…"
	}
	return s
}
