package page

import (
	"cmp"
	"context"
	"io"
	"net/url"
	"time"

	"stafett/internal/form"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// CaseForm is the form of the task that a case stands in, beside the application.
type CaseForm struct {
	layout.Head
	CaseHead
	Sections []form.Section
	Form     form.Page
	// TaskURL is the address under which the pages of subforms' entries stand.
	TaskURL string
	// Task is posted with the form, so that a stale page changes nothing.
	Task string
	// Heading is what is done here: "Assess the application".
	Heading string
	// NextText is the button that leads on from the last page; empty for our own word.
	NextText string
	// PostURL is where the form posts, with the list that the case was opened from.
	PostURL    string
	Saved, Now time.Time
	// Clashes are what collides with what another has saved; its list is empty for nothing.
	Clashes Clashes
	// DrawnFor and Kept are as FormPage has them.
	DrawnFor string
	Kept     *Kept
	// Notice says before the buttons what the reader must know of them; Follows what comes of the
	// last one.
	Notice  string
	Follows []string
}

// Render draws the page.
func (p CaseForm) Render(ctx context.Context,
	w io.Writer) error {
	return caseForm(p).Render(ctx, w)
}

func (p CaseForm) top() layout.Head {
	h := p.Head
	h.Errors = h.Errors || len(p.Form.Issues)+len(p.Clashes.List) > 0
	h.Enter = "next"
	return p.crumbed(h.Titled(p.Heading + " – " + p.CaseHead.title()))
}

// action is where the form posts.
func (p CaseForm) action() string { return p.CaseURL + "/write" }

// posts is action with the list that the case was opened from.
func (p CaseForm) posts() string { return cmp.Or(p.PostURL, p.action()) }

func (p CaseForm) pageURL(id string) string {
	return p.under("/write?page=" + url.QueryEscape(id))
}

func (p CaseForm) summary() ui.ErrorSummary {
	return errorSummary(p.Head, problems(p.Form, p.TaskURL, p.pageURL), false)
}

func (p CaseForm) questions() field.Questions {
	return field.Questions{
		Field: field.Field{
			Lang: p.Lang, Stay: p.action(), AllRequired: p.Form.AllRequired, Level: 3,
		},
		Nodes: p.Form.Nodes,
	}
}

func (p CaseForm) saved() Saved {
	if p.Kept != nil {
		return Saved{Head: p.Head}
	}
	return Saved{Head: p.Head, At: p.Saved, Now: p.Now}
}

func (p CaseForm) nextLabel() string {
	if p.Form.Ask != "" {
		return p.T("rules.go_on")
	}
	if p.NextText != "" && p.Form.Next == "" {
		return p.NextText
	}
	return p.T("inbox.go_on")
}
