package theme

// Scheme is one of the two ways that pages are shown in.
type Scheme string

// The schemes.
const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Shades are the colours of one scheme by the names that the design system gives them, without
// "--ds-color-": those of the accent, which are derived, and those that they meet, which stay.
type Shades map[string]Color

// derived are the accent's shades by the luminance that they get. It is that of the design system's own
// accent, so that they go with its other colours as its own do; text-subtle and border-strong alone
// are a little further from the backgrounds than there, where text on a pressed button has 4:1.
// keep is how much of the accent's colour is left in them.
var derived = map[Scheme]struct {
	keep, text float64
	luminance  map[string]float64
}{
	Light: {1, 1, map[string]float64{
		"background-default": 1, "background-tinted": .8978, "surface-default": 1,
		"surface-tinted": .8087, "surface-hover": .7015, "surface-active": .5914,
		"border-subtle": .5002, "border-default": .1894, "border-strong": .088,
		"text-subtle": .088, "text-default": .0244,
	}},
	Dark: {.6, .8, map[string]float64{
		"background-default": .0092, "background-tinted": .0138, "surface-default": .0212,
		"surface-tinted": .0272, "surface-hover": .0364, "surface-active": .0556,
		"border-subtle": .0795, "border-default": .2197, "border-strong": .435,
		"text-subtle": .435, "text-default": .8409,
	}},
}

// darkAccent is the luminance of an accent in dark that is derived from the one in light.
const darkAccent = .2629

// neutral are the design system's colours that the accent's meet. A test compares them with its theme.
var neutral = map[Scheme]Shades{
	Light: {
		"neutral-background-default": {255, 255, 255}, "neutral-background-tinted": {0xf3, 0xf3, 0xf4},
		"neutral-surface-default": {255, 255, 255}, "neutral-surface-tinted": {0xe8, 0xe8, 0xe9},
		"neutral-surface-hover": {0xd9, 0xda, 0xdb},
		"neutral-text-default":  {0x29, 0x2c, 0x30}, "neutral-text-subtle": {0x5b, 0x5d, 0x60},
		"neutral-border-default": {0x77, 0x79, 0x7b},
		"danger-text-subtle":     {0xb8, 0x1a, 0x1a},
		"focus-outer":            {0x29, 0x2c, 0x30}, "focus-inner": {255, 255, 255},
	},
	Dark: {
		"neutral-background-default": {0x17, 0x18, 0x1a}, "neutral-background-tinted": {0x1e, 0x20, 0x22},
		"neutral-surface-default": {0x26, 0x28, 0x2b}, "neutral-surface-tinted": {0x2c, 0x2e, 0x31},
		"neutral-surface-hover": {0x34, 0x35, 0x38},
		"neutral-text-default":  {0xec, 0xec, 0xec}, "neutral-text-subtle": {0xa7, 0xa8, 0xa9},
		"neutral-border-default": {0x80, 0x81, 0x83},
		"danger-text-subtle":     {0xd1, 0x9a, 0x96},
		"focus-outer":            {0xec, 0xec, 0xec}, "focus-inner": {0x17, 0x18, 0x1a},
	},
}

// DarkOf gives the accent for dark that goes with one for light: its hue, as light as dark asks for.
func DarkOf(accent Color) Color { return accent.toned(darkAccent, 1) }

// ShadesOf derives a scheme's shades from its accent, which itself stays as it is.
func ShadesOf(scheme Scheme, accent Color) Shades {
	d := derived[scheme]
	out := Shades{}
	for name, c := range neutral[scheme] {
		out[name] = c
	}
	for name, y := range d.luminance {
		keep := d.keep
		if name == "text-subtle" || name == "text-default" || name == "border-strong" {
			keep = d.text
		}
		out["accent-"+name] = accent.toned(y, keep)
	}
	hover, active := .75, .56
	onBase := white
	if Contrast(accent, white) < text {
		hover, active, onBase = 1.3, 1.7, black
	}
	out["accent-base-default"] = accent
	out["accent-base-hover"] = accent.toned(further(accent, hover), 1)
	out["accent-base-active"] = accent.toned(further(accent, active), 1)
	out["accent-base-contrast-default"] = onBase
	out["accent-base-contrast-subtle"] = onBase
	return out
}

// further is the luminance that stands in a ratio to a colour's: a button that is pressed goes away
// from the text on it.
func further(c Color, ratio float64) float64 {
	return min(max((c.Luminance()+flare)*ratio-flare, 0), 1)
}
