// Package theme is how an organisation's pages differ from others': its accent colour, in light and in
// dark, and its logo. It derives a whole set of shades from one colour, holds each pair that the style
// sheet puts on each other to WCAG's contrast, takes from a drawing only what can do no harm, and
// writes the organisation's small style sheet. It reads no files, which is package app's work, and
// serves nothing, which is the edge's.
package theme

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Color is an opaque sRGB colour.
type Color struct{ R, G, B uint8 }

var (
	white = Color{255, 255, 255}
	black = Color{}
)

// ParseColor reads a colour as "#rrggbb"; no other way of writing one is taken.
func ParseColor(s string) (Color, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if len(s) != 7 || s[0] != '#' || err != nil {
		return Color{}, fmt.Errorf("%q is not a colour such as #0b5d66", s)
	}
	return Color{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

// String gives "#rrggbb".
func (c Color) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Luminance is the relative luminance of WCAG 2.2 (w3.org/TR/WCAG22/#dfn-relative-luminance): 0 is
// black and 1 white.
func (c Color) Luminance() float64 { return c.linear().luminance() }

// Contrast is the contrast ratio of WCAG 2.2 (w3.org/TR/WCAG22/#dfn-contrast-ratio) between two
// colours, whichever is in front: from 1, of a colour on itself, to 21.
func Contrast(a, b Color) float64 {
	return ratio(a.Luminance(), b.Luminance())
}

func ratio(a, b float64) float64 { return (max(a, b) + flare) / (min(a, b) + flare) }

// flare is the light from around that WCAG's ratio reckons with.
const flare = 0.05

// light is a colour in linear light, where mixing two is adding them, red, green and blue from 0 to 1.
type light [3]float64

func (l light) luminance() float64 { return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2] }

// mix gives the light that lies a part of the way to another: 0 is l itself.
func (l light) mix(to light, part float64) light {
	for i := range l {
		l[i] += (to[i] - l[i]) * part
	}
	return l
}

func (c Color) linear() light {
	return light{expand(float64(c.R)), expand(float64(c.G)), expand(float64(c.B))}
}

// expand undoes the coding of sRGB, of a part in 255, with the threshold that WCAG 2.2 has.
func expand(v float64) float64 {
	f := v / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

func (l light) color() Color {
	return Color{compress(l[0]), compress(l[1]), compress(l[2])}
}

func compress(f float64) uint8 {
	f = min(max(f, 0), 1)
	if f <= 0.0031308 {
		return uint8(math.Round(f * 12.92 * 255))
	}
	return uint8(math.Round((1.055*math.Pow(f, 1/2.4) - 0.055) * 255))
}

// toned gives the colour's own hue at another luminance: darker as less light, lighter by white that is
// mixed in as sRGB is coded, which keeps more of the colour than mixing light would. keep is how much
// of the colour is left; the rest is the grey of the same luminance. Both are exact but for the
// rounding to 8 bits.
func (c Color) toned(luminance, keep float64) Color {
	l := c.linear()
	if own := l.luminance(); own < luminance {
		l = c.lighter(luminance)
	} else if own > 0 {
		l = l.mix(light{}, 1-luminance/own)
	}
	return light{luminance, luminance, luminance}.mix(l, keep).color()
}

// lighter mixes in white until there is as much light: more white is always more light, so the part of
// it is found by halving.
func (c Color) lighter(luminance float64) light {
	var l light
	low, high := 0.0, 1.0
	for range halvings {
		part := (low + high) / 2
		for i, v := range [3]uint8{c.R, c.G, c.B} {
			l[i] = expand(float64(v) + (255-float64(v))*part)
		}
		if l.luminance() < luminance {
			low = part
		} else {
			high = part
		}
	}
	return l
}

// halvings find a part of white far closer than 8 bits tell.
const halvings = 16
