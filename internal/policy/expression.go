package policy

import "stafett/internal/policy/function"

// operation is what an expression is.
type operation uint8

const (
	opLiteral operation = iota
	opAttribute
	opCall
	opOver
	opAnd
	opOr
	opOf
)

// expression is one compiled expression: of a Condition or of an obligation's value. Its kinds
// were checked when it was compiled.
type expression struct {
	operation  operation
	kind       function.Kind
	literal    function.Bag
	designator designator
	function   *function.Function
	over       function.Over
	args       []*expression
}

// maxSteps bounds what one request may make a policy compute: variables that name others twice
// would otherwise double the work at each.
const maxSteps = 100_000

// compute gives the value; ok is false when it cannot be computed, and the problem is noted.
func (e *evaluation) compute(x *expression) (function.Bag, bool) {
	if e.steps++; e.steps > maxSteps {
		e.fail(StatusProcessingError, "the policy computes too much")
		return nil, false
	}
	switch x.operation {
	case opLiteral:
		return x.literal, true
	case opAttribute:
		return e.bag(&x.designator)
	case opAnd:
		return e.junction(x, false)
	case opOr:
		return e.junction(x, true)
	case opOf:
		return e.atLeast(x)
	}
	args := make([]function.Bag, len(x.args))
	for i, arg := range x.args {
		var ok bool
		if args[i], ok = e.compute(arg); !ok {
			return nil, false
		}
	}
	var out function.Bag
	var err error
	if x.operation == opOver {
		out, err = x.over.Call(x.function, args)
	} else {
		out, err = x.function.Call(args)
	}
	if err != nil {
		e.fail(StatusProcessingError, err.Error())
	}
	return out, err == nil
}

// junction is and, and or: one argument that decides is enough, whatever the others are (A.3.5).
func (e *evaluation) junction(x *expression, decides bool) (function.Bag, bool) {
	known := true
	for _, arg := range x.args {
		out, ok := e.compute(arg)
		if ok && function.True(out) == decides {
			return function.Bool(decides), true
		}
		known = known && ok
	}
	return function.Bool(!decides), known
}

// atLeast is n-of: the first argument tells how many of the rest must be true.
func (e *evaluation) atLeast(x *expression) (function.Bag, bool) {
	first, ok := e.compute(x.args[0])
	if !ok {
		return nil, false
	}
	n, whole := first[0].Int()
	if !whole || n > len(x.args)-1 {
		e.fail(StatusProcessingError, "n-of asks for more than there are")
		return nil, false
	}
	holds, open := 0, 0
	for _, arg := range x.args[1:] {
		if holds >= n {
			break
		}
		switch out, ok := e.compute(arg); {
		case !ok:
			open++
		case function.True(out):
			holds++
		}
	}
	return function.Bool(holds >= n), holds >= n || holds+open < n
}

// duty is an obligation or an advice of the policy.
type duty struct {
	id     string
	on     Effect
	advice bool
	values []assigned
}

type assigned struct {
	attribute, category, issuer string
	value                       *expression
}

func (e *evaluation) obligation(d *duty) (Obligation, bool) {
	o := Obligation{ID: d.id}
	for _, a := range d.values {
		bag, ok := e.compute(a.value)
		if !ok {
			return o, false
		}
		for _, v := range bag {
			o.Assignments = append(o.Assignments, Assignment{a.attribute, a.category, a.issuer, v})
		}
	}
	return o, true
}
