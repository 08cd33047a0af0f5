package theme

import (
	"math"
	"testing"
)

func color(t testing.TB, s string) Color {
	t.Helper()
	c, err := ParseColor(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParseColor(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Color{
		"#0b5d66": {0x0b, 0x5d, 0x66}, "#FFFFFF": white, "#000000": black,
	} {
		if got, err := ParseColor(s); err != nil || got != want {
			t.Errorf("%s: got %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "#", "0b5d66", "#fff", "#0b5d6g", "#0b5d6", "#0b5d667", "#+b5d66",
		"##b5d66", "#0b5d66 ", "red", "rgb(1,2,3)", "#0b_d66"} {
		if c, err := ParseColor(s); err == nil {
			t.Errorf("%q was read as %v", s, c)
		}
	}
}

// TestContrast_IsThatOfWCAG: the ratios are WCAG's own examples and those that others' checkers give.
func TestContrast_IsThatOfWCAG(t *testing.T) {
	t.Parallel()
	cases := []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21}, {"#ffffff", "#ffffff", 1}, {"#777777", "#ffffff", 4.48},
		{"#767676", "#ffffff", 4.54}, {"#949494", "#ffffff", 3.03}, {"#959595", "#ffffff", 3.00},
		{"#ff0000", "#ffffff", 4.00}, {"#00ff00", "#ffffff", 1.37}, {"#0000ff", "#ffffff", 8.59},
		{"#ffff00", "#ffffff", 1.07}, {"#0062ba", "#ffffff", 6.08}, {"#010101", "#000000", 1.01},
	}
	for _, c := range cases {
		got, turned := Contrast(color(t, c.a), color(t, c.b)), Contrast(color(t, c.b), color(t, c.a))
		if math.Abs(got-c.want) > 0.005 || got != turned {
			t.Errorf("%s on %s: got %.4f and %.4f, want %.2f", c.a, c.b, got, turned, c.want)
		}
	}
	t.Logf("checked %d pairs of colours", len(cases))
}

func TestToned_HasTheLuminanceAndTheHue(t *testing.T) {
	t.Parallel()
	n := 0
	for _, c := range grid() {
		for _, y := range []float64{0, .01, .11, .5, .9, 1} {
			n++
			got := c.toned(y, 1)
			// An eighth of a bit in the darkest shades is much of their light, and nothing of a contrast.
			if off := (got.Luminance() + flare) / (y + flare); off < .97 || off > 1.03 {
				t.Errorf("%v at %g: %v has %g", c, y, got, got.Luminance())
			}
			if brightest(c) != 0 && brightest(got) != 0 && brightest(c)&brightest(got) == 0 {
				t.Errorf("%v at %g: %v is of another hue", c, y, got)
			}
		}
	}
	t.Logf("checked %d colours", n)
}

// brightest tells which of red, green and blue there is most of, as bits; 0 for a grey.
func brightest(c Color) (bits int) {
	most := max(c.R, c.G, c.B)
	for i, v := range [3]uint8{c.R, c.G, c.B} {
		if most-v <= 2 {
			bits |= 1 << i
		}
	}
	return bits % 7
}

// grid is colours all over: 6 steps of red, 4 of green and 6 of blue.
func grid() []Color {
	var out []Color
	for r := 0; r <= 255; r += 51 {
		for g := 0; g <= 255; g += 85 {
			for b := 0; b <= 255; b += 51 {
				out = append(out, Color{uint8(r), uint8(g), uint8(b)})
			}
		}
	}
	return out
}
