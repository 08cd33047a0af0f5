package page

import (
	"context"
	"io"
	"time"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Receipt is the proof that something was sent in: all its times are absolute, and it never
// waits for the handover.
type Receipt struct {
	layout.Head
	// App is what the form is called; Title what this one is about.
	App, Title string
	// Heading replaces "Your application has been submitted" where the app says it otherwise.
	Heading   string
	Reference string
	Submitted time.Time
	// Recipient is who has got it.
	Recipient string
	// Sender is the person who pressed the button.
	Sender string
	// Owner is whom it is for; OwnerNumber is an organisation's number, else empty.
	Owner, OwnerNumber string
	// Due is when an answer is expected; nil when that is not known.
	Due *time.Time
	// Sections are all the answers, as they were sent.
	Sections []form.Section
	// Files is how many attachments there are.
	Files                    int
	PDFURL, StatusURL, MyURL string
}

// Render draws the page.
func (p Receipt) Render(ctx context.Context, w io.Writer) error { return receipt(p).Render(ctx, w) }

func (p Receipt) heading() string {
	if p.Heading != "" {
		return p.Heading
	}
	return p.T("page.receipt_title")
}

func (p Receipt) got() string {
	return p.T("page.receipt_got", p.Recipient, text.DateTime(p.Lang, p.Submitted))
}

// next is what happens now.
func (p Receipt) next() ui.Timeline {
	answer := p.T("page.next_answer_text")
	if p.Due != nil {
		answer = p.T("page.next_answer_by", text.Date(p.Lang, *p.Due))
	}
	return ui.Timeline{Points: []ui.Point{
		{State: "done", Title: p.T("page.next_sent"), Text: text.DateTime(p.Lang, p.Submitted)},
		{State: "now", Title: p.T("page.next_work"), Text: p.T("page.next_work_text")},
		{Title: p.T("page.next_answer"), Text: answer},
	}}
}

func (p Receipt) facts() []ui.Entry {
	owner := p.Owner
	if p.OwnerNumber != "" {
		owner += "\n" + p.T("page.org_number", text.OrganisationNumber(p.OwnerNumber))
	}
	entries := []ui.Entry{
		{Term: p.T("page.form"), Text: p.App},
		{Term: p.T("page.about"), Text: p.Title},
		{Term: p.T("page.applicant"), Text: owner},
		{Term: p.T("page.sender"), Text: p.Sender},
		{Term: p.T("page.recipient"), Text: p.Recipient},
	}
	if p.Files > 0 {
		entries = append(entries, ui.Entry{
			Term: p.T("page.attachments"), Text: plural(p.Head, "page.files_count", p.Files),
		})
	}
	return entries
}

// answersIn gives the answers of a section, for pages that show a form as it was sent.
func answersIn(h layout.Head, prefix string, s form.Section) field.Answers {
	return field.Answers{Lang: h.Lang, ID: prefix, Answers: s.Answers, Tight: true}
}
