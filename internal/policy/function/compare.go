package function

import (
	"cmp"
	"math"
	"math/big"
	"strings"
)

// compare orders two values of one type; ordered is false where the type has no order, and for
// what is not a number.
func compare(a, b any) (c int, ordered bool) {
	switch x := a.(type) {
	case string:
		return cmp.Compare(x, b.(string)), true
	case *big.Int:
		return x.Cmp(b.(*big.Int)), true
	case float64:
		y := b.(float64)
		return cmp.Compare(x, y), !math.IsNaN(x) && !math.IsNaN(y)
	case moment:
		return x.at.Compare(b.(moment).at), true
	}
	return 0, false
}

// equality gives the *-equal functions.
func equality() []Function {
	var all []Function
	add := func(id string, t Type) {
		all = append(all, Function{ID: id, Params: same(t, 2), Result: one(Boolean),
			call: func(a []Bag) (Bag, error) { return Bool(equalValues(a[0][0], a[1][0])), nil }})
	}
	for t := String; t <= RFC822Name; t++ {
		add(v1+short[t]+"-equal", t)
	}
	for _, t := range []Type{DayTimeDuration, YearMonthDuration} {
		add(v3+short[t]+"-equal", t)
	}
	return append(all, test(v3+"string-equal-ignore-case", same(String, 2), func(a []any) bool {
		return strings.EqualFold(a[0].(string), a[1].(string))
	}))
}

// order gives the comparisons (A.3.6, A.3.8).
func order() []Function {
	signs := map[string]func(int) bool{
		"-greater-than":          func(c int) bool { return c > 0 },
		"-greater-than-or-equal": func(c int) bool { return c >= 0 },
		"-less-than":             func(c int) bool { return c < 0 },
		"-less-than-or-equal":    func(c int) bool { return c <= 0 },
	}
	var all []Function
	for _, t := range []Type{String, Integer, Double, Time, Date, DateTime} {
		for ending, holds := range signs {
			all = append(all, test(v1+short[t]+ending, same(t, 2), func(a []any) bool {
				c, ordered := compare(a[0], a[1])
				return ordered && holds(c)
			}))
		}
	}
	return append(all, test(v2+"time-in-range", same(Time, 3), func(a []any) bool {
		return inRange(a[0].(moment), a[1].(moment), a[2].(moment))
	}))
}
