package page

import (
	"context"
	"io"
	"strconv"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// TakeBack asks an applicant whether they mean to take back what they have sent, and tells what
// follows.
type TakeBack struct {
	layout.Head
	App, Title, Reference string
	// Recipient is who is told.
	Recipient string
	// Action is where the answer is posted; StatusURL leads back.
	Action, StatusURL string
	// AsksReason asks for the applicant's own words, MaxReason characters at most; Reason is what
	// was typed, and TooLong that it was more.
	AsksReason bool
	MaxReason  int
	Reason     string
	TooLong    bool
	// Draft tells that a correction that has been begun goes with it.
	Draft bool
}

// Render draws the page.
func (p TakeBack) Render(ctx context.Context, w io.Writer) error { return takeBack(p).Render(ctx, w) }

func (p TakeBack) top() layout.Head {
	h := p.Titled(p.T("retract.withdraw_title"))
	h.Errors = p.TooLong
	return h.Crumbed(ui.Crumb{URL: p.StatusURL, Text: name(p.App, p.Title)},
		ui.Crumb{URL: p.Path, Text: p.T("retract.withdraw_title")})
}

func (p TakeBack) message() string {
	if !p.TooLong {
		return ""
	}
	return p.T("retract.reason_long", strconv.Itoa(p.MaxReason))
}

func (p TakeBack) summary() ui.ErrorSummary {
	if !p.TooLong {
		return ui.ErrorSummary{}
	}
	return ui.ErrorSummary{
		ID: "errors", Title: plural(p.Head, "page.errors", 1),
		Problems: []ui.Problem{{URL: "#reason", Text: p.message()}},
	}
}

func (p TakeBack) describedBy() string {
	if p.TooLong {
		return "reason-d reason-e"
	}
	return "reason-d"
}
