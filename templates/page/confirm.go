package page

import (
	"context"
	"io"
	"strconv"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Confirm shows a person what will be sent, and asks them to confirm it or to take it back.
type Confirm struct {
	layout.Head
	App, Title string
	// Heading and Body are the app's own words; empty for ours.
	Heading string
	Body    text.HTML
	// Recipient gets what is confirmed, Owner is whose it is.
	Recipient, Owner string
	// Nodes are what the app's own layout of the task shows; nil for Sections, all answers.
	Nodes    []form.Node
	Sections []form.Section
	// Files is how many attachments will be sent.
	Files int
	// Problems are what stops it from being confirmed.
	Problems []string
	// Actions are the ways on, the one that confirms first.
	Actions []LetterAction
	// Version and Task are posted, so that a stale page changes nothing.
	Version int
	Task    string
	MyURL   string
}

// Render draws the page.
func (p Confirm) Render(ctx context.Context, w io.Writer) error { return confirm(p).Render(ctx, w) }

func (p Confirm) heading() string {
	if p.Heading != "" {
		return p.Heading
	}
	return p.T("page.confirm_title")
}

func (p Confirm) top() layout.Head {
	title := p.heading() + " – " + name(p.App, p.Title)
	if len(p.Problems) > 0 {
		title = p.T("layout.error_prefix") + " " + title
	}
	return p.Titled(title).Crumbed(crumbs(p.Head, p.MyURL, "page.my_title", name(p.App, p.Title))...)
}

func (p Confirm) facts() []ui.Entry {
	entries := []ui.Entry{
		{Term: p.T("page.applicant"), Text: p.Owner},
		{Term: p.T("page.confirm_to"), Text: p.Recipient},
	}
	if p.Files > 0 {
		entries = append(entries, ui.Entry{
			Term: p.T("page.confirm_files"), Text: strconv.Itoa(p.Files),
		})
	}
	return entries
}

func (p Confirm) questions() field.Questions {
	return field.Questions{Field: field.Field{Lang: p.Lang, AllRequired: true}, Nodes: p.Nodes}
}

// variant makes the first way on the main one.
func (p Confirm) variant(i int) ui.Variant {
	if i == 0 {
		return ui.Primary
	}
	return ui.Secondary
}
