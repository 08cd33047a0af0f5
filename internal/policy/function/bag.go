package function

import (
	"math/big"
	"slices"
	"time"
)

// calendar gives the functions of dates and durations (A.3.7).
func calendar() []Function {
	var all []Function
	add := func(ids []string, t, length Type, f func(time.Time, any) time.Time) {
		for _, id := range ids {
			all = append(all, Function{ID: id, Params: []Kind{one(t), one(length)}, Result: one(t),
				call: func(a []Bag) (Bag, error) {
					m := a[0][0].v.(moment)
					v, err := momentValue(t, moment{f(m.at, a[1][0].v), m.zoned})
					return Bag{v}, err
				}})
		}
	}
	ids := func(name string) []string { return []string{v1 + name, v3 + name} }
	add(ids("dateTime-add-dayTimeDuration"), DateTime, DayTimeDuration,
		func(t time.Time, d any) time.Time { return t.Add(d.(time.Duration)) })
	add(ids("dateTime-subtract-dayTimeDuration"), DateTime, DayTimeDuration,
		func(t time.Time, d any) time.Time { return t.Add(-d.(time.Duration)) })
	for _, t := range []Type{DateTime, Date} {
		add(ids(short[t]+"-add-yearMonthDuration"), t, YearMonthDuration,
			func(t time.Time, d any) time.Time { return addMonths(t, d.(months)) })
		add(ids(short[t]+"-subtract-yearMonthDuration"), t, YearMonthDuration,
			func(t time.Time, d any) time.Time { return addMonths(t, -d.(months)) })
	}
	return all
}

// bags gives the functions of bags (A.3.10).
func bags() []Function {
	var all []Function
	for t := String; t < types; t++ {
		for _, version := range versionsOf(t) {
			all = append(all, bagsOf(t, version+short[t])...)
		}
	}
	return all
}

func bagsOf(t Type, name string) []Function {
	many := Kind{Type: t, Bag: true}
	return []Function{
		{ID: name + "-one-and-only", Params: []Kind{many}, Result: one(t),
			call: func(a []Bag) (Bag, error) {
				if len(a[0]) != 1 {
					return nil, errNotOne
				}
				return a[0], nil
			}},
		{ID: name + "-bag-size", Params: []Kind{many}, Result: one(Integer),
			call: func(a []Bag) (Bag, error) { return integerValue(big.NewInt(int64(len(a[0])))) }},
		{ID: name + "-is-in", Params: []Kind{one(t), many}, Result: one(Boolean),
			call: func(a []Bag) (Bag, error) { return Bool(a[1].has(a[0][0])), nil }},
		{ID: name + "-bag", Params: []Kind{one(t)}, Result: many, least: none,
			call: func(a []Bag) (Bag, error) { return slices.Concat(a...), nil }},
	}
}

// none is a least that lets a function have no argument at all.
const none = -1

// versionsOf are the versions of the standard under which a type's functions are known.
func versionsOf(t Type) []string {
	switch t {
	case IPAddress, DNSName:
		return []string{v1, v2}
	case DayTimeDuration, YearMonthDuration:
		return []string{v1, v3}
	}
	return []string{v1}
}

func (b Bag) has(v Value) bool {
	return slices.ContainsFunc(b, func(o Value) bool { return equalValues(o, v) })
}

// distinct gives the values of b that keep lets through, each once.
func (b Bag) distinct(keep func(Value) bool) Bag {
	out := Bag{}
	for _, v := range b {
		if keep(v) && !out.has(v) {
			out = append(out, v)
		}
	}
	return out
}

func (b Bag) within(o Bag) bool {
	return !slices.ContainsFunc(b, func(v Value) bool { return !o.has(v) })
}

// sets gives the functions of bags as sets (A.3.11).
func sets() []Function {
	var all []Function
	for t := String; t < types; t++ {
		for _, version := range versionsOf(t) {
			all = append(all, setsOf(t, version+short[t])...)
		}
	}
	return all
}

func setsOf(t Type, name string) []Function {
	many := Kind{Type: t, Bag: true}
	pair := func(verb string, result Kind, f func(a, b Bag) Bag) Function {
		return Function{ID: name + verb, Params: []Kind{many, many}, Result: result,
			call: func(a []Bag) (Bag, error) { return f(a[0], a[1]), nil }}
	}
	return []Function{
		{ID: name + "-union", Params: []Kind{many, many}, Result: many, least: 2,
			call: func(a []Bag) (Bag, error) {
				return slices.Concat(a...).distinct(func(Value) bool { return true }), nil
			}},
		pair("-intersection", many, func(a, b Bag) Bag { return a.distinct(b.has) }),
		pair("-at-least-one-member-of", one(Boolean), func(a, b Bag) Bag {
			return Bool(slices.ContainsFunc(a, b.has))
		}),
		pair("-subset", one(Boolean), func(a, b Bag) Bag { return Bool(a.within(b)) }),
		pair("-set-equals", one(Boolean), func(a, b Bag) Bag {
			return Bool(a.within(b) && b.within(a))
		}),
	}
}
