package page

import (
	"context"
	"io"
	"net/url"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/field"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Service is an app's start page: what it is, who it is for, and the button that makes a draft.
type Service struct {
	layout.Head
	// Title is what the form is called. Intro is the app's own text about it, safe HTML.
	App   string
	Intro text.HTML
	// Facts are the few things to know at a glance; may be empty.
	Facts []ui.Entry
	// Documents are the attachments that the form asks for.
	Documents []form.AheadDocument
	// StartURL is where a draft is made; StartText is the button, where the app says it.
	StartURL, StartText string
	// Given is what the page's address gives the new form, posted with the button.
	Given []StartValue
	// SignInURL leads to sign-in and back here, for someone who is not signed in.
	SignInURL string
	// Level is how securely someone who is signed in must do it first; 0 when that is not the matter.
	Level int
	// Drafts are those that the party has already.
	Drafts []Draft
	// May tells whether the person may start it for the party they act for.
	May bool
	// ByOrganisation tells that only the organisation makes these: there is nothing to start.
	ByOrganisation bool
	// InboxURL leads to the organisation's cases; empty for people who have none.
	InboxURL string
}

// StartValue is one thing that the address gives a new form.
type StartValue struct{ Name, Value string }

// Render draws the page.
func (p Service) Render(ctx context.Context, w io.Writer) error { return service(p).Render(ctx, w) }

func (p Service) head() layout.Head { return p.Head }

func (p Service) top() layout.Head {
	return p.Titled(p.App).Crumbed(crumbs(p.Head, "/", "page.services", p.App)...)
}

func (p Service) button() string {
	switch {
	case len(p.Drafts) > 0:
		return p.T("page.start_anew")
	case p.StartText != "":
		return p.StartText
	}
	return p.T("page.start")
}

// variant of the start button: continuing comes first where there is something to continue.
func (p Service) variant() ui.Variant {
	if len(p.Drafts) > 0 {
		return ui.Secondary
	}
	return ui.Primary
}

// document tells whether a document must be there, and which files it may be.
func (p Service) document(d form.AheadDocument) string {
	return p.T("page.service_document_"+string(d.Need)) + " " + field.FileLimits(p.Lang, d.Types, d.MaxSize)
}

// here is this page's address, fit for another address's query.
func (p Service) here() string { return url.QueryEscape(p.Path) }
