package theme

import (
	"fmt"
	"math"
)

// The contrasts that WCAG 2.2 asks for: of text (1.4.3), and of what tells a control, a state or the
// focus (1.4.11).
const (
	text = 4.5
	mark = 3.0
)

// pair is a colour that the style sheet puts on another.
type pair struct {
	front, back string
	need        float64
}

// pairs is every pair with one of the accent's shades in it. A test looks for the shades that our style
// sheet and the design system's use: each stands here, or is decoration.
var pairs = everyPair()

func everyPair() []pair {
	var out []pair
	on := func(need float64, fronts, backs []string) {
		for _, f := range fronts {
			for _, b := range backs {
				out = append(out, pair{f, b, need})
			}
		}
	}
	own := []string{"accent-background-default", "accent-background-tinted", "accent-surface-default",
		"accent-surface-tinted", "accent-surface-hover"}
	plain := []string{"neutral-background-default", "neutral-background-tinted",
		"neutral-surface-default", "neutral-surface-tinted", "neutral-surface-hover"}
	all := append(append([]string{"accent-surface-active"}, own...), plain...)

	// Links, quiet buttons, cards, tags and chips.
	on(text, []string{"accent-text-default", "accent-text-subtle"}, all)
	// What is not the accent's own on its surfaces.
	on(text, []string{"neutral-text-default", "neutral-text-subtle", "danger-text-subtle"}, own)
	on(text, []string{"neutral-text-default"}, []string{"accent-surface-active"})
	// Buttons, chosen chips and counts.
	on(text, []string{"accent-base-contrast-default", "accent-base-contrast-subtle"},
		[]string{"accent-base-default", "accent-base-hover", "accent-base-active"})
	// What is chosen, the page one is on, steps, dots and bars; the borders of what can be pressed.
	on(mark, []string{"accent-base-default", "accent-border-default", "accent-border-strong"},
		append(append([]string{}, plain[:4]...), "accent-background-default",
			"accent-background-tinted", "accent-surface-default", "accent-surface-tinted"))
	on(mark, []string{"neutral-border-default"}, []string{"accent-background-tinted", "accent-surface-default"})
	// The focus is told by two rings, one of which shows against whatever they lie on.
	on(mark, []string{"focus-outer"}, append([]string{"accent-surface-active"}, own...))
	return out
}

// Problem is a pair without the contrast that it needs.
type Problem struct {
	Scheme      Scheme
	Front, Back string
	// FrontColor is on BackColor, with the contrast Had where Need is needed.
	FrontColor, BackColor Color
	Had, Need             float64
	// Others counts the further pairs of the same accent that have too little.
	Others int
	// Nearest is the colour most like the accent with which every pair has what it needs.
	Nearest Color
}

// String tells the pair, what it has and needs, and which colour would do.
func (p Problem) String() string {
	also := ""
	if p.Others > 0 {
		also = fmt.Sprintf(" (and %d pairs more)", p.Others)
	}
	// Rounded down: 4.499 must not be told as the 4.5 that it is not.
	return fmt.Sprintf("in %s, %s %s on %s %s has a contrast of %.2f:1 and needs %g:1%s; the nearest colour that "+
		"would do is %s", p.Scheme, p.Front, p.FrontColor, p.Back, p.BackColor, math.Floor(p.Had*100)/100,
		p.Need, also, p.Nearest)
}

// Check gives the pair that lacks most in a scheme with an accent; nil when none lacks anything.
func Check(scheme Scheme, accent Color) *Problem {
	worst := lacking(ShadesOf(scheme, accent))
	if worst == nil {
		return nil
	}
	worst.Scheme, worst.Nearest = scheme, nearest(scheme, accent)
	return worst
}

func lacking(s Shades) *Problem {
	var worst *Problem
	count := 0
	luminance := make(map[string]float64, len(s))
	for name, c := range s {
		luminance[name] = c.Luminance()
	}
	for _, p := range pairs {
		had := ratio(luminance[p.front], luminance[p.back])
		if had >= p.need {
			continue
		}
		count++
		if worst == nil || had/p.need < worst.Had/worst.Need {
			worst = &Problem{Front: p.front, Back: p.back, FrontColor: s[p.front],
				BackColor: s[p.back], Had: had, Need: p.need}
		}
	}
	if worst != nil {
		worst.Others = count - 1
	}
	return worst
}

// nearest makes the accent darker and lighter, a hundredth at a time, until every pair has what it
// needs. It is found between black and white: in both schemes something in between does.
func nearest(scheme Scheme, accent Color) Color {
	for step := 1.01; ; step *= 1.01 {
		for _, ratio := range []float64{1 / step, step} {
			if c := accent.toned(further(accent, ratio), 1); lacking(ShadesOf(scheme, c)) == nil {
				return c
			}
		}
	}
}
