package page

import (
	"context"
	"io"
	"net/url"
	"strconv"

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
	// Whom are those that the person may start it for, and Not those that they cannot, with why not.
	Whom, Not []Whom
	// Unanswered tells that the button was pressed and nobody was chosen.
	Unanswered bool
	// ByOrganisation tells that only the organisation makes these: there is nothing to start.
	ByOrganisation bool
	// InboxURL leads to the organisation's cases; empty for people who have none.
	InboxURL string
}

// Whom is somebody that a form may be begun for. Detail says more of them; Self is the person who is
// signed in.
type Whom struct {
	Value, Name, Detail string
	Self, Chosen        bool
}

// StartValue is one thing that the address gives a new form.
type StartValue struct{ Name, Value string }

// Render draws the page.
func (p Service) Render(ctx context.Context, w io.Writer) error { return service(p).Render(ctx, w) }

func (p Service) head() layout.Head { return p.Head }

func (p Service) top() layout.Head {
	p.Errors = p.Unanswered
	if p.asks() {
		p.Enter = "start" // the choices of language are buttons of the form: the choice comes along
	}
	return p.Titled(p.App).Crumbed(crumbs(p.Head, "/", "page.services", p.App)...)
}

// asks tells that the person must choose whom the form is for.
func (p Service) asks() bool { return len(p.Whom) > 1 && !p.ByOrganisation }

// offersSearch is how many choices are searched among rather than listed.
const offersSearch = 5

// listed are the choices that the page shows: the first few, and the one that was chosen.
func (p Service) listed() []Whom {
	var out []Whom
	for i, w := range p.Whom {
		if i < offersSearch || w.Chosen {
			out = append(out, w)
		}
	}
	return out
}

func whomID(i int) string { return "whom-" + strconv.Itoa(i) }

func (p Service) summary() ui.ErrorSummary {
	if !p.Unanswered {
		return ui.ErrorSummary{}
	}
	return errorSummary(p.Head, []ui.Problem{{URL: "#" + whomID(0), Text: p.T("page.whom_missing")}},
		false)
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
