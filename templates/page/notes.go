package page

import (
	"stafett/internal/form"
	"stafett/templates/ui"
)

// noteTone gives the colour of what a rule tells.
func noteTone(n form.Issue) ui.Tone {
	switch n.Severity {
	case "warning":
		return ui.ToneWaiting
	case "success":
		return ui.ToneDone
	}
	return ui.ToneNew
}
