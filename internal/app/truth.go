package app

import (
	"slices"
	"strings"
)

// truth tells which outcomes conditions can have, by trying every combination of the answers
// that matter to them. What it cannot take apart, a comparison of numbers say, it takes to be
// true or false as it likes; so it may miss that a condition never holds, and is never wrong
// when it says so.
type truth struct {
	unknowns []unknown
	index    map[string]int
	// keys are expressions as they are written, so that each is written out once.
	keys map[*value]string
	// turned are comparisons as the ones that they are the opposites of.
	turned map[*value]*value
	// domain gives the only answers that what an expression reads can have; ok is false where
	// they are not known.
	domain func(v *value) (answers []string, ok bool)
	// answered tells that what an expression reads is there when the outcome matters.
	answered func(v *value) bool
}

// unknown is something that an outcome hangs on, and the answers to it that make a difference.
type unknown struct {
	written string
	answers []string
	closed  bool
}

const (
	// answerNull is no answer, and answerOther any that is not compared with.
	answerNull  = "\x00null"
	answerOther = "\x00other"
	answerYes   = "true"
	answerNo    = "false"

	// maxTrials bounds the combinations that are tried; conditions of more are not judged.
	maxTrials = 1 << 10
)

// trial is one answer to each unknown.
type trial []string

// add takes in what a condition hangs on.
func (t *truth) add(v *value) {
	if v == nil || v.kind != kindArray || len(v.items) == 0 {
		return
	}
	switch name := v.items[0].text; {
	case name == "and", name == "or", name == "not":
		for _, arg := range v.items[1:] {
			t.add(arg)
		}
	case equality(v):
		a, b := v.items[1], v.items[2]
		if literal(a) {
			a, b = b, a
		}
		switch {
		case literal(a):
		case literal(b):
			t.compared(a, answerOf(b))
		default:
			t.opaque(v)
		}
	default:
		t.opaque(v)
	}
}

func (t *truth) compared(v *value, answer string) {
	u := t.at(v)
	if !u.closed && !slices.Contains(u.answers, answer) {
		u.answers = append(u.answers, answer)
	}
}

// at gives the unknown that an expression is, making it.
func (t *truth) at(v *value) *unknown {
	key := t.key(v)
	if i, ok := t.index[key]; ok {
		return &t.unknowns[i]
	}
	u := unknown{written: key}
	if t.domain != nil {
		u.answers, u.closed = t.domain(v)
		if u.closed && (t.answered == nil || !t.answered(v)) {
			u.answers = append(u.answers, answerNull)
		}
	}
	if !u.closed {
		u.answers = []string{answerOther}
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[key] = len(t.unknowns)
	t.unknowns = append(t.unknowns, u)
	return &t.unknowns[len(t.unknowns)-1]
}

// opposites are comparisons that are true when the other is false.
var opposites = map[string]string{
	"lessThanEq": "greaterThan", "greaterThanEq": "lessThan", "notContains": "contains",
}

// opaque takes in a call that is either true or false.
func (t *truth) opaque(v *value) {
	v, _ = t.upright(v)
	if _, ok := constant(v); ok {
		return
	}
	u := t.at(v)
	u.answers, u.closed = []string{answerYes, answerNo}, true
}

// upright gives a comparison as the one that it is the opposite of.
func (t *truth) upright(v *value) (same *value, opposite bool) {
	other, ok := opposites[v.items[0].text]
	if !ok {
		return v, false
	}
	if t.turned[v] == nil {
		turned := *v
		turned.items = slices.Clone(v.items)
		turned.items[0] = &value{kind: kindText, text: other}
		if t.turned == nil {
			t.turned = map[*value]*value{}
		}
		t.turned[v] = &turned
	}
	return t.turned[v], true
}

// trials gives every combination of answers; none when there are too many.
func (t *truth) trials(yield func(trial) bool) {
	count := 1
	for _, u := range t.unknowns {
		if count *= len(u.answers); count > maxTrials || count == 0 {
			return
		}
	}
	for n := range count {
		answers := make(trial, len(t.unknowns))
		for i, u := range t.unknowns {
			answers[i] = u.answers[n%len(u.answers)]
			n /= len(u.answers)
		}
		if !yield(answers) {
			return
		}
	}
}

// holds tells whether a condition is true with the answers.
func (t *truth) holds(v *value, with trial) bool {
	if v == nil {
		return true
	}
	if v.kind != kindArray || len(v.items) == 0 {
		return answerOf(v) == answerYes
	}
	args := v.items[1:]
	holds := func(arg *value) bool { return t.holds(arg, with) }
	switch name := v.items[0].text; {
	case name == "and":
		return !slices.ContainsFunc(args, func(arg *value) bool { return !holds(arg) })
	case name == "or":
		return slices.ContainsFunc(args, holds)
	case name == "not" && len(args) == 1:
		return !holds(args[0])
	case equality(v):
		return t.equal(v, with) == (name == "equals")
	}
	same, opposite := t.upright(v)
	if answer, ok := constant(same); ok {
		return (answer == answerYes) != opposite
	}
	return (t.answer(same, with) == answerYes) != opposite
}

// key gives an expression as it is written.
func (t *truth) key(v *value) string {
	if key, ok := t.keys[v]; ok {
		return key
	}
	if t.keys == nil {
		t.keys = map[*value]string{}
	}
	t.keys[v] = compact(v)
	return t.keys[v]
}

// answer gives the trial's answer to an unknown; empty for what is none.
func (t *truth) answer(v *value, with trial) string {
	if i, ok := t.index[t.key(v)]; ok {
		return with[i]
	}
	return ""
}

// equal tells whether the two sides of a comparison are the same.
func (t *truth) equal(v *value, with trial) bool {
	a, b := v.items[1], v.items[2]
	if literal(a) {
		a, b = b, a
	}
	switch {
	case literal(a):
		return answerOf(a) == answerOf(b)
	case literal(b):
		return t.answer(a, with) == answerOf(b)
	}
	answer, ok := constant(v)
	if !ok {
		answer = t.answer(v, with)
	}
	return (answer == answerYes) == (v.items[0].text == "equals")
}

// outcomes tells which outcomes a condition can have; both when it cannot be told.
func (t *truth) outcomes(v *value) (yes, no bool) {
	t.add(v)
	tried := false
	for with := range t.trials {
		tried = true
		if t.holds(v, with) {
			yes = true
		} else {
			no = true
		}
	}
	if !tried {
		return true, true
	}
	return yes, no
}

// tell says a trial in words.
func (t *truth) tell(with trial) string {
	if len(with) == 0 {
		return "always"
	}
	parts := []string{}
	for i, u := range t.unknowns {
		switch with[i] {
		case answerOther:
			parts = append(parts, u.written+" is anything else")
		case answerNull:
			parts = append(parts, u.written+" is not answered")
		default:
			parts = append(parts, u.written+" is "+with[i])
		}
	}
	return "when " + strings.Join(parts, " and ")
}
