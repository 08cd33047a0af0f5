package page

import (
	"context"
	"io"

	"stafett/internal/form"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// CaseConfirm asks whether an action on a case is meant, and says what follows from it.
type CaseConfirm struct {
	layout.Head
	CaseHead
	// Action is where the answer is posted.
	Action string
	// Question is the page's question; Text says what follows.
	Question, Text string
	// Follows is what comes of it, line by line.
	Follows []string
	// ButtonText does it.
	ButtonText string
	Danger     bool
	// Sections are what is confirmed: the caseworker's own answers. May be empty.
	Sections []form.Section
	// Version and Task are posted, so that a stale page changes nothing.
	Version int
	Task    string
	// Open is what is not ticked of the checklist before this; nil for nothing.
	Open *OpenItems
}

// Render draws the page.
func (p CaseConfirm) Render(ctx context.Context, w io.Writer) error {
	return caseConfirm(p).Render(ctx, w)
}

func (p CaseConfirm) top() layout.Head {
	return p.crumbed(p.Titled(p.Question + " – " + p.CaseHead.title()))
}

func (p CaseConfirm) button() ui.Button {
	b := ui.Button{ID: "confirm", Text: p.ButtonText}
	if p.Danger {
		b.Color = "danger"
	}
	return b
}
