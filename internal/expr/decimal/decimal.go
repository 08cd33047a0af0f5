// Package decimal does exact arithmetic on numbers as texts: JSON numbers in, canonical JSON
// numbers out, so that 0.1 + 0.2 is 0.3 and an amount never passes through a float. It serves
// the expression language; it is not a general number library, and it does not format numbers
// for people (package text does).
package decimal

import (
	"cmp"
	"errors"
	"math/big"
	"strconv"
	"strings"
)

const (
	// maxText and maxExponent keep a hostile number from costing memory: 1e999999999 is eleven
	// bytes, and as an exact number a gigabyte. They hold every number that a double can.
	maxText     = 400
	maxExponent = 400
	// maxDecimals is where results are rounded; the smallest double has 324 decimals.
	maxDecimals = 330
	// maxBits is about the largest double, 1.8e308.
	maxBits = 1024
	// exactDigits is how many digits a quotient may have and still be exact; longer ones are
	// rounded to the nearest double, as in Altinn, whose numbers are doubles.
	exactDigits = 28
)

// ErrRange tells that a result is larger than any double.
var ErrRange = errors.New("number out of range")

// ErrDivideByZero tells that a divisor was zero.
var ErrDivideByZero = errors.New("cannot divide by 0")

// Canonical gives the one way to write the number in text: as JavaScript writes it, without
// needless zeros, plus sign or exponent. It is false for what is no number or out of range.
// Text may be a JSON number, or what Altinn takes beside it: +5E2, .5e2.
func Canonical(text string) (string, bool) {
	if isCanonical(text) {
		return text, true
	}
	r, ok := parse(text)
	if !ok {
		return "", false
	}
	out, err := format(r)
	return out, err == nil
}

// isCanonical is the quick way out for the numbers that forms are full of: 0, 42, -1.5.
func isCanonical(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, dotted := strings.Cut(digits, ".")
	if len(digits) > 18 || !allDigits(whole) || whole[0] == '0' && (len(whole) > 1 || !dotted) {
		return text == "0"
	}
	if !dotted {
		return true
	}
	return allDigits(fraction) && fraction[len(fraction)-1] != '0' &&
		!strings.HasPrefix(digits, "0.000000")
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// parse reads an exact number; big.Rat would also take fractions, hexadecimal and underscores.
func parse(text string) (*big.Rat, bool) {
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i+1:]
		n, err := strconv.Atoi(exponent)
		if err != nil || n > maxExponent || n < -maxExponent {
			return nil, false
		}
	}
	whole, fraction, dotted := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	if len(text) > maxText || dotted && !allDigits(fraction) ||
		!allDigits(whole) && (whole != "" || !dotted) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// Compare gives -1, 0 or 1 as a is less than, equal to or greater than b. Both must be
// canonical.
func Compare(a, b string) int {
	if x, y, _, ok := aligned(a, b); ok {
		return cmp.Compare(x, y)
	}
	return rat(a).Cmp(rat(b))
}

// Add gives a + b. Here and in Sub, Mul and Div the arguments must be canonical, and the result
// is.
func Add(a, b string) (string, error) {
	if x, y, places, ok := aligned(a, b); ok {
		return short(x+y, places), nil
	}
	return format(new(big.Rat).Add(rat(a), rat(b)))
}

// Sub gives a - b.
func Sub(a, b string) (string, error) {
	if x, y, places, ok := aligned(a, b); ok {
		return short(x-y, places), nil
	}
	return format(new(big.Rat).Sub(rat(a), rat(b)))
}

// Mul gives a × b.
func Mul(a, b string) (string, error) { return format(new(big.Rat).Mul(rat(a), rat(b))) }

// Div gives a / b: exactly when that takes at most 28 digits, else the nearest double.
func Div(a, b string) (string, error) {
	divisor := rat(b)
	if divisor.Sign() == 0 {
		return "", ErrDivideByZero
	}
	q := new(big.Rat).Quo(rat(a), divisor)
	if places, exact := q.FloatPrec(); exact && significant(q.FloatString(places)) <= exactDigits {
		return format(q)
	}
	f, _ := q.Float64()
	return format(rat(strconv.FormatFloat(f, 'g', -1, 64)))
}

func significant(plain string) int {
	return len(strings.TrimLeft(strings.ReplaceAll(plain, ".", ""), "-0"))
}

// Fixed writes n with exactly the number of decimals, halves rounded away from zero. It never
// writes "-0".
func Fixed(n string, decimals int) string {
	out := rat(n).FloatString(decimals)
	if strings.Trim(out, "-0.") == "" {
		return strings.TrimPrefix(out, "-")
	}
	return out
}

// Floor gives the largest integer that is not above n.
func Floor(n string) string { return whole(floor(rat(n))) }

// Ceil gives the smallest integer that is not below n.
func Ceil(n string) string {
	r := rat(n)
	q := floor(r.Neg(r))
	return whole(q.Neg(q))
}

// floor rounds down, since a denominator is never negative.
func floor(r *big.Rat) *big.Int {
	q, _ := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	return q
}

func whole(n *big.Int) string {
	out, err := format(new(big.Rat).SetInt(n))
	if err != nil {
		return "0" // cannot be: an integer next to a number in range is in range
	}
	return out
}

// Int gives n without its decimals, as an index; it is limited to ±2^31.
func Int(n string) int {
	r := rat(n)
	q := new(big.Int).Quo(r.Num(), r.Denom())
	const limit = 1 << 31
	switch {
	case q.IsInt64() && q.Int64() < limit && q.Int64() > -limit:
		return int(q.Int64())
	case q.Sign() < 0:
		return -limit
	}
	return limit
}

// rat reads a canonical number.
func rat(canonical string) *big.Rat {
	r, ok := parse(canonical)
	if !ok {
		return new(big.Rat)
	}
	return r
}

// format writes r as JavaScript writes numbers: plain from 1e-6 up to 1e21, else an exponent.
func format(r *big.Rat) (string, error) {
	if r.Num().BitLen()-r.Denom().BitLen() > maxBits {
		return "", ErrRange
	}
	places, _ := r.FloatPrec()
	plain := r.FloatString(min(places, maxDecimals))
	if strings.Contains(plain, ".") {
		plain = strings.TrimRight(strings.TrimRight(plain, "0"), ".")
	}
	if plain == "-0" {
		return "0", nil
	}
	sign, digits := "", plain
	if strings.HasPrefix(plain, "-") {
		sign, digits = "-", plain[1:]
	}
	return sign + withExponent(digits), nil
}

func withExponent(digits string) string {
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(whole) > 21 {
		mantissa := strings.TrimRight(whole+fraction, "0")
		return scientific(mantissa, "e+", len(whole)-1)
	}
	mantissa := strings.TrimLeft(fraction, "0")
	if zeros := len(fraction) - len(mantissa); whole == "0" && zeros >= 6 {
		return scientific(mantissa, "e-", zeros+1)
	}
	return digits
}

func scientific(mantissa, e string, exponent int) string {
	if len(mantissa) > 1 {
		mantissa = mantissa[:1] + "." + mantissa[1:]
	}
	return mantissa + e + strconv.Itoa(exponent)
}
