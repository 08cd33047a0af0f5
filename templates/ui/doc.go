// Package ui holds the pieces that pages are put together from: button, tag, alert, table, list
// of steps. Each piece is a value with ready strings that draws itself (it is a templ.Component),
// in the markup and class names of Designsystemet and of static/css. It knows no domain: no case,
// no form, no role, and it asks nobody for a text.
package ui

// Tone says what a colour means, so that the same meaning always has the same one (UX.md
// section 8). Colour never stands alone: a tone always comes with a word.
type Tone string

// The tones.
const (
	ToneNew      Tone = "info"
	ToneProgress Tone = "accent"
	ToneWaiting  Tone = "warning" // waits for a person
	ToneDone     Tone = "success" // ended well
	ToneBroken   Tone = "danger"  // refused by the system, or needs repair
	ToneEnded    Tone = "neutral"
)

// icon gives the sign that goes with a tone; a tone that asks for nothing has none.
func (t Tone) icon() Icon {
	switch t {
	case ToneWaiting:
		return IconBell
	case ToneDone:
		return IconCheck
	case ToneBroken:
		return IconWarning
	}
	return ""
}
