package function

import (
	"errors"
	"math"
	"math/big"
	"strconv"
)

var (
	errZero  = errors.New("division by zero")
	errLarge = errors.New("the number is too large")
)

func integerValue(n *big.Int) (Bag, error) {
	if n.BitLen() > maxDigits*4 {
		return nil, errLarge
	}
	return Bag{{Type: Integer, text: n.String(), v: n}}, nil
}

func doubleValue(f float64) Bag {
	text := strconv.FormatFloat(f, 'G', -1, 64)
	switch {
	case math.IsInf(f, 1):
		text = "INF"
	case math.IsInf(f, -1):
		text = "-INF"
	}
	return Bag{{Type: Double, text: text, v: f}}
}

// whole is a function of integers that gives one; least > 0 lets its last parameter repeat.
func whole(name string, params, least int, f func(z, a, b *big.Int) error) Function {
	return Function{ID: v1 + "integer-" + name, Params: same(Integer, params), Result: one(Integer),
		least: least, call: func(args []Bag) (Bag, error) {
			z := new(big.Int).Set(args[0][0].v.(*big.Int))
			if params == 1 {
				return finish(z, f(z, z, nil))
			}
			for _, a := range args[1:] {
				if err := f(z, z, a[0].v.(*big.Int)); err != nil {
					return nil, err
				}
				if z.BitLen() > maxDigits*4 {
					return nil, errLarge
				}
			}
			return integerValue(z)
		}}
}

func finish(z *big.Int, err error) (Bag, error) {
	if err != nil {
		return nil, err
	}
	return integerValue(z)
}

// real is the same of doubles.
func real(id string, params, least int, f func(a, b float64) (float64, error)) Function {
	return Function{ID: v1 + id, Params: same(Double, params), Result: one(Double), least: least,
		call: func(args []Bag) (Bag, error) {
			z := args[0][0].v.(float64)
			if params == 1 {
				z, err := f(z, 0)
				return doubleValue(z), err
			}
			for _, a := range args[1:] {
				var err error
				if z, err = f(z, a[0].v.(float64)); err != nil {
					return nil, err
				}
			}
			return doubleValue(z), nil
		}}
}

// arithmetic gives the functions of numbers (A.3.2). Integers are divided towards zero.
func arithmetic() []Function {
	sure := func(f func(z, a, b *big.Int) *big.Int) func(z, a, b *big.Int) error {
		return func(z, a, b *big.Int) error { f(z, a, b); return nil }
	}
	byNonZero := func(f func(z, a, b *big.Int) *big.Int) func(z, a, b *big.Int) error {
		return func(z, a, b *big.Int) error {
			if b.Sign() == 0 {
				return errZero
			}
			f(z, a, b)
			return nil
		}
	}
	calm := func(f func(a, b float64) float64) func(a, b float64) (float64, error) {
		return func(a, b float64) (float64, error) { return f(a, b), nil }
	}
	return []Function{
		whole("add", 2, 2, sure((*big.Int).Add)),
		whole("subtract", 2, 0, sure((*big.Int).Sub)),
		whole("multiply", 2, 2, sure((*big.Int).Mul)),
		whole("divide", 2, 0, byNonZero((*big.Int).Quo)),
		whole("mod", 2, 0, byNonZero((*big.Int).Rem)),
		whole("abs", 1, 0, func(z, a, _ *big.Int) error { z.Abs(a); return nil }),
		real("double-add", 2, 2, calm(func(a, b float64) float64 { return a + b })),
		real("double-subtract", 2, 0, calm(func(a, b float64) float64 { return a - b })),
		real("double-multiply", 2, 2, calm(func(a, b float64) float64 { return a * b })),
		real("double-divide", 2, 0, func(a, b float64) (float64, error) {
			if b == 0 {
				return 0, errZero
			}
			return a / b, nil
		}),
		real("double-abs", 1, 0, calm(func(a, _ float64) float64 { return math.Abs(a) })),
		real("round", 1, 0, calm(func(a, _ float64) float64 { return math.RoundToEven(a) })),
		real("floor", 1, 0, calm(func(a, _ float64) float64 { return math.Floor(a) })),
		{ID: v1 + "double-to-integer", Params: same(Double, 1), Result: one(Integer),
			call: func(a []Bag) (Bag, error) { return truncated(a[0][0].v.(float64)) }},
		{ID: v1 + "integer-to-double", Params: same(Integer, 1), Result: one(Double),
			call: func(a []Bag) (Bag, error) {
				f, _ := new(big.Float).SetInt(a[0][0].v.(*big.Int)).Float64()
				return doubleValue(f), nil
			}},
	}
}

func truncated(f float64) (Bag, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("it is no number")
	}
	n, _ := big.NewFloat(f).Int(nil)
	return integerValue(n)
}

// logic gives not; and, or and n-of need not see all their arguments and are the evaluator's own.
func logic() []Function {
	return []Function{test(v1+"not", same(Boolean, 1), func(a []any) bool { return !a[0].(bool) })}
}

// Int gives an integer that a computer counts with, from 0; ok is false for any other value.
func (v Value) Int() (n int, ok bool) {
	i, ok := v.v.(*big.Int)
	if !ok || !i.IsInt64() || i.Int64() < 0 || i.Int64() > math.MaxInt32 {
		return 0, false
	}
	return int(i.Int64()), true
}
