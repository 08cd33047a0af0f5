package page

import (
	"context"
	"io"
	"time"

	"stafett/internal/form"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Letter is something that an organisation has written to a citizen: read, not filled in.
type Letter struct {
	layout.Head
	App, Title, Reference string
	// Sender has written it, to Owner.
	Sender, Owner string
	Sent          time.Time
	Form          form.Page
	// Actions are what the reader can do about it.
	Actions []LetterAction
	// Version and Task are posted with an action, so that a stale page changes nothing.
	Version int
	Task    string
	// Story is what else belongs to the matter.
	Story []Chapter
	// Conversations are what has been said about it.
	Conversations []Conversation
	// OnWay says what is being made of an action just taken; empty for nothing.
	OnWay, MyURL string
}

// LetterAction is a button, with what follows from pressing it.
type LetterAction struct {
	ID, URL, Text, Explained string
}

// Render draws the page.
func (p Letter) Render(ctx context.Context, w io.Writer) error { return letter(p).Render(ctx, w) }

func (p Letter) name() string { return name(p.App, p.Title) }

func (p Letter) top() layout.Head {
	return erring(p.Head, p.Conversations).Titled(p.name()).
		Crumbed(crumbs(p.Head, p.MyURL, "page.my_title", p.name())...)
}

func (p Letter) facts() []ui.Entry {
	return []ui.Entry{
		{Term: p.T("story.from"), Text: p.Sender},
		{Term: p.T("story.to"), Text: p.Owner},
		{Term: p.T("story.sent"), Content: date(p.Head, p.Sent)},
		{Term: p.T("page.reference_long"), Text: p.Reference, Class: "ref"},
	}
}

func (p Letter) questions() field.Questions {
	return field.Questions{Field: field.Field{Lang: p.Lang, AllRequired: true}, Nodes: p.Form.Nodes}
}

func (p Letter) story() ui.Timeline {
	return ui.Timeline{Points: Status{Head: p.Head, Story: p.Story}.chapters()}
}
