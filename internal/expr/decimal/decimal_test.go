package decimal

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"0", "0"}, {"-0", "0"}, {"0.0", "0"}, {"-0.00", "0"}, {"42", "42"}, {"-1.5", "-1.5"},
		{"30.0", "30"}, {"1.50", "1.5"}, {"007", "7"}, {"+5E2", "500"}, {".5e2", "50"},
		{"1e21", "1e+21"}, {"1e20", "100000000000000000000"}, {"1.25e30", "1.25e+30"},
		{"0.000001", "0.000001"}, {"0.0000001", "1e-7"}, {"1.5e-7", "1.5e-7"}, {"-1e-7", "-1e-7"},
		{"123456789012345678901", "123456789012345678901"},
		{"0.1234567890123456789", "0.1234567890123456789"},
		{"1e400", "none"}, {"1e999999999", "none"}, {"1e-999999999", "none"}, {"", "none"},
		{"5.", "none"}, {".", "none"}, {"-", "none"}, {"--5", "none"}, {"1/3", "none"},
		{"0x10", "none"}, {"1_000", "none"}, {"1 000", "none"}, {"1,5", "none"}, {"5e", "none"},
		{"e2", "none"}, {"NaN", "none"}, {"Inf", "none"}, {strings.Repeat("9", 401), "none"},
	}
	for _, tt := range tests {
		got, ok := Canonical(tt.in)
		if !ok {
			got = "none"
		}
		if got != tt.want {
			t.Errorf("Canonical(%q): got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestArithmetic(t *testing.T) {
	t.Parallel()
	tests := []struct {
		op   func(a, b string) (string, error)
		a, b string
		want string
	}{
		{Add, "0.1", "0.2", "0.3"}, {Add, "1", "900719925474099", "900719925474100"},
		{Add, "9007199254740993", "1", "9007199254740994"},
		{Sub, "50.55", "-30.77", "81.32"},
		{Sub, "0.1", "0.15", "-0.05"},
		{Sub, "0.001", "0.002", "-0.001"},
		{Add, "999999.999999", "0.000001", "1000000"}, {Sub, "1", "1", "0"},
		{Mul, "-5.55", "6.66", "-36.963"}, {Mul, "0.0001", "0.0001", "1e-8"},
		{Mul, "-1", "0", "0"}, {Div, "0.1", "0.2", "0.5"}, {Div, "1", "3", "0.3333333333333333"},
		{Div, "10", "3", "3.3333333333333335"}, {Div, "999999999999999", "3", "333333333333333"},
		{Div, "1e-8", "0.0001", "0.0001"}, {Div, "-30", "6", "-5"},
	}
	for _, tt := range tests {
		got, err := tt.op(tt.a, tt.b)
		if err != nil || got != tt.want {
			t.Errorf("%s and %s: got %q, %v, want %q", tt.a, tt.b, got, err, tt.want)
		}
	}
}

func TestArithmetic_OutOfBoundsIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := Div("1", "0"); !errors.Is(err, ErrDivideByZero) {
		t.Errorf("1/0: got %v", err)
	}
	if got, err := Mul("1e+300", "1e+300"); !errors.Is(err, ErrRange) {
		t.Errorf("1e600: got %q, %v", got, err)
	}
	if got, err := Mul("1e-300", "1e-300"); err != nil || got != "0" {
		t.Errorf("1e-600: got %q, %v, want 0", got, err)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"1", "2", -1},
		{"2", "2", 0},
		{"3", "-2", 1},
		{"123.456", "123", 1},
		{"-55.5", "-55.7", 1},
		{"1e+21", "5", 1}, {"1e-7", "0", 1}, {"123456789012345678901", "5", 1},
	}
	for _, tt := range tests {
		if got := Compare(tt.a, tt.b); got != tt.want {
			t.Errorf("Compare(%s, %s): got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestRounding(t *testing.T) {
	t.Parallel()
	tests := []struct{ what, got, want string }{
		{"2.2199999 to 2", Fixed("2.2199999", 2), "2.22"},
		{"-2.999 to 0", Fixed("-2.999", 0), "-3"},
		{"2.5 to 0", Fixed("2.5", 0), "3"}, {"-2.5 to 0", Fixed("-2.5", 0), "-3"},
		{"1.005 to 2", Fixed("1.005", 2), "1.01"}, {"-0.4 to 0", Fixed("-0.4", 0), "0"},
		{"-0.001 to 2", Fixed("-0.001", 2), "0.00"}, {"7 to 2", Fixed("7", 2), "7.00"},
		{"floor 2.7", Floor("2.7"), "2"},
		{"floor -2.1", Floor("-2.1"), "-3"},
		{"floor 3", Floor("3"), "3"},
		{"ceil 2.1", Ceil("2.1"), "3"},
		{"ceil -2.7", Ceil("-2.7"), "-2"},
		{"ceil 3", Ceil("3"), "3"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"3": 3, "3.9": 3, "-3.9": -3, "1e+300": 1 << 31, "-1e+300": -(1 << 31), "0.5": 0,
	} {
		if got := Int(in); got != want {
			t.Errorf("Int(%s): got %d, want %d", in, got, want)
		}
	}
}

// The quick way must give what the exact way gives.
func FuzzAdd(f *testing.F) {
	f.Add(int64(12345), -2, int64(-1), -6)
	f.Add(int64(999999999999), 1, int64(81), -6) // once overflowed
	f.Add(int64(5), -3, int64(-5), -3)
	f.Fuzz(func(t *testing.T, a int64, i int, b int64, j int) {
		x, okX := Canonical(fmt.Sprintf("%de%d", a, i%9))
		y, okY := Canonical(fmt.Sprintf("%de%d", b, j%9))
		sum, err := Add(x, y)
		want, errWant := format(new(big.Rat).Add(rat(x), rat(y)))
		if !okX || !okY || err != nil || errWant != nil || sum != want {
			t.Errorf("%s + %s: got %q, %v, want %q", x, y, sum, err, want)
		}
		difference, err := Sub(x, y)
		want, errWant = format(new(big.Rat).Sub(rat(x), rat(y)))
		if err != nil || errWant != nil || difference != want {
			t.Errorf("%s - %s: got %q, %v, want %q", x, y, difference, err, want)
		}
		if got, want := Compare(x, y), rat(x).Cmp(rat(y)); got != want {
			t.Errorf("%s and %s: got %d, want %d", x, y, got, want)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"0", "-1.50", "+5E2", ".5e2", "1e21", "1e-7", "5.", "1e999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := Canonical(s)
		if !ok {
			return
		}
		twice, ok := Canonical(once)
		if !ok || once != twice {
			t.Errorf("%q: %q is not canonical: %q, %v", s, once, twice, ok)
		}
	})
}
