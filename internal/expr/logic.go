package expr

import (
	"encoding/json"
	"slices"

	"stafett/internal/expr/decimal"
)

// logicFunctions compare and decide. No call is skipped: Altinn evaluates every argument.
var logicFunctions = map[string]*function{
	"equals":        {params: texts, min: 2, max: 2, run: equals},
	"notEquals":     {params: texts, min: 2, max: 2, run: negated(equals)},
	"greaterThan":   ordered("greaterThan"),
	"greaterThanEq": ordered("greaterThanEq"),
	"lessThan":      ordered("lessThan"),
	"lessThanEq":    ordered("lessThanEq"),
	"compare":       {min: 3, max: 4, check: checkCompare, run: compare},
	"not":           {params: bools, min: 1, max: 1, run: not},
	"and":           {params: bools, min: 1, max: unlimited, run: and},
	"or":            {params: bools, min: 1, max: unlimited, run: or},
	"if": {params: []Kind{Boolean, Any}, counts: true, check: checkIf,
		run: choose},
}

func equals(_ Context, args []Value) (Value, error) { return args[0] == args[1], nil }

func negated(f func(Context, []Value) (Value, error)) func(Context, []Value) (Value, error) {
	return func(c Context, args []Value) (Value, error) {
		v, err := f(c, args)
		return v != true, err
	}
}

func not(_ Context, args []Value) (Value, error) { return args[0] != true, nil }

func and(_ Context, args []Value) (Value, error) {
	for _, v := range args {
		if v != true {
			return false, nil
		}
	}
	return true, nil
}

func or(_ Context, args []Value) (Value, error) { return slices.Contains(args, true), nil }

func checkIf(args []*node) error {
	if len(args) != 2 && len(args) != 4 {
		return errorf("Expected either 2 arguments (if) or 4 (if + else), got %d", len(args))
	}
	if len(args) == 4 {
		if word, ok := args[2].word(); !ok || word != "else" {
			return errorf(`Expected third argument to be "else"`)
		}
	}
	return nil
}

func choose(_ Context, args []Value) (Value, error) {
	switch {
	case args[0] == true:
		return args[1], nil
	case len(args) == 4:
		return args[3], nil
	}
	return nil, nil
}

// operators are those of compare: the kind that they cast to, and what they tell of two values
// that are not null.
var operators = map[string]struct {
	kind Kind
	test func(a, b Value) (bool, error)
}{
	"equals":        {String, func(a, b Value) (bool, error) { return a == b, nil }},
	"greaterThan":   {Number, byNumber(func(order int) bool { return order > 0 })},
	"greaterThanEq": {Number, byNumber(func(order int) bool { return order >= 0 })},
	"lessThan":      {Number, byNumber(func(order int) bool { return order < 0 })},
	"lessThanEq":    {Number, byNumber(func(order int) bool { return order <= 0 })},
	"isBefore":      {Date, byDate(func(order int) bool { return order < 0 })},
	"isBeforeEq":    {Date, byDate(func(order int) bool { return order <= 0 })},
	"isAfter":       {Date, byDate(func(order int) bool { return order > 0 })},
	"isAfterEq":     {Date, byDate(func(order int) bool { return order >= 0 })},
	"isSameDay":     {Date, onSameDay},
}

const operatorNames = "equals, greaterThan, greaterThanEq, lessThan, lessThanEq, isBefore, " +
	"isBeforeEq, isAfter, isAfterEq, isSameDay"

func byNumber(fits func(order int) bool) func(a, b Value) (bool, error) {
	return func(a, b Value) (bool, error) {
		return fits(decimal.Compare(string(a.(json.Number)), string(b.(json.Number)))), nil
	}
}

func byDate(fits func(order int) bool) func(a, b Value) (bool, error) {
	return func(a, b Value) (bool, error) {
		x, y := a.(date), b.(date)
		return fits(x.time.Compare(y.time)), sameKind(x, y)
	}
}

func onSameDay(a, b Value) (bool, error) {
	x, y := a.(date), b.(date)
	if err := sameKind(x, y); err != nil {
		return false, err
	}
	return sameDay(x, y)
}

// ordered makes greaterThan and its kin, which are false for nulls.
func ordered(operator string) *function {
	test := operators[operator].test
	return &function{params: nums, min: 2, max: 2,
		run: func(_ Context, args []Value) (Value, error) {
			if args[0] == nil || args[1] == nil {
				return false, nil
			}
			return test(args[0], args[1])
		}}
}

func checkCompare(args []*node) error {
	if len(args) == 4 {
		if word, ok := args[1].word(); !ok || word != "not" {
			return errorf(
				`Second argument must be "not" when providing 4 arguments in total`)
		}
	}
	operator, ok := args[len(args)-2].word()
	if !ok {
		return errorf("Invalid operator (it cannot be an expression or null)")
	}
	if _, ok := operators[operator]; !ok {
		return errorf("Invalid operator %q, valid operators are %s", operator,
			operatorNames)
	}
	return nil
}

// compare is ["compare", a, "not"?, operator, b]: false when either is null, and then not is
// true.
func compare(_ Context, args []Value) (Value, error) {
	operator := operators[args[len(args)-2].(string)]
	a, err := cast(args[0], operator.kind)
	if err != nil {
		return nil, err
	}
	b, err := cast(args[len(args)-1], operator.kind)
	if err != nil {
		return nil, err
	}
	result := false
	if operator.kind == String || a != nil && b != nil {
		if result, err = operator.test(a, b); err != nil {
			return nil, err
		}
	}
	return result != (len(args) == 4), nil
}
