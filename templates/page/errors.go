package page

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Refusal tells someone who may not see or do a thing what would let them: from the apps'
// policies alone. It is the same for a case that exists and for one that does not.
type Refusal struct {
	layout.Head
	// Wanted are the roles that open the door; none when no role does.
	Wanted []RoleChoice
	// Held are the plain names of the roles that the person has here.
	Held []string
	// Granters are the names of those who can give a role.
	Granters []string
	// Rules tell who may read, app by app.
	Rules []AppRules
	// Request asks for one of the roles, where there is anybody who can give it.
	Request RequestForm
	// At is the organisation's name; empty outside of an organisation's pages.
	At string
	// Text replaces the explanation, where the fault has words of its own.
	Text string
	// RequestID finds the log line.
	RequestID string
}

// AppRules is who an app lets in, a sentence for each rule, and how securely they must sign in; 0 is
// however they do.
type AppRules struct {
	App       string
	Sentences []string
	Level     int
}

// NotFound is the page for an address that leads nowhere.
type NotFound struct {
	layout.Head
	// Text says more than that the page is not here; may be empty.
	Text      string
	RequestID string
}

// Error is any other page that says that something could not be done: what happened, what is
// saved, what to do.
type Error struct {
	layout.Head
	Status int
	// Text is the fault's own words; empty for what only the status tells.
	Text string
	// Saved is when what was typed was last stored; nil when nothing was typed.
	Saved *time.Time
	// RetryURL is the page to try again; empty for none.
	RetryURL string
	// Way leads to where it can be put right, instead of to the page again; nil for none.
	Way       *Way
	RequestID string
	At        time.Time
	// Unanswered is what was posted, to be sent again; nil where nothing was.
	Unanswered *Unanswered
}

// Way is a link out of what went wrong.
type Way struct {
	URL, Text string
}

// Unanswered is a post that a fault of ours has stopped. Everything in it is in Fields.
type Unanswered struct {
	Action string
	Fields []KeptField
	// Files tells that files were posted, which must be chosen anew.
	Files bool
	// Typed are those answers that can be shown.
	Typed []Typed
}

// Conflict tells that something has changed since the page was opened. What was typed was not
// stored: it stands here, so that nothing is lost.
type Conflict struct {
	layout.Head
	// Title replaces our words for something that somebody else has changed.
	Title string
	// Text says what has changed, and who changed it.
	Text  string
	Typed []Typed
	// OpenURL is the page as it is now.
	OpenURL   string
	RequestID string
}

func (p Conflict) title() string {
	if p.Title != "" {
		return p.Title
	}
	return p.T("error.title_409")
}

// Typed is something that was typed on a page that had become stale.
type Typed struct {
	Question, Value string
}

// Render draws the page.
func (p Refusal) Render(ctx context.Context, w io.Writer) error { return refusal(p).Render(ctx, w) }

// Render draws the page.
func (p NotFound) Render(ctx context.Context,
	w io.Writer) error {
	return notFound(p).Render(ctx, w)
}

// Render draws the page.
func (p Error) Render(ctx context.Context, w io.Writer) error { return errorPage(p).Render(ctx, w) }

// Render draws the page.
func (p Conflict) Render(ctx context.Context,
	w io.Writer) error {
	return conflict(p).Render(ctx, w)
}

// title speaks of a case at an organisation, of the page elsewhere.
func (p Refusal) title() string {
	if p.At != "" {
		return p.T("error.refusal_case")
	}
	return p.T("error.refusal")
}

func (p Refusal) text() string {
	switch {
	case p.Text != "":
		return p.Text
	case len(p.Wanted) == 1:
		return p.T("error.refusal_role", p.Wanted[0].Name, p.At)
	case len(p.Wanted) > 1:
		return p.T("error.refusal_roles", p.At)
	}
	return p.T("error.refusal_text")
}

func (p Refusal) held() string {
	if len(p.Held) == 0 {
		return p.T("error.no_roles", p.At)
	}
	return strings.Join(p.Held, "\n")
}

func (p Refusal) granters() string {
	if len(p.Granters) == 0 {
		return p.T("error.no_granters")
	}
	return strings.Join(p.Granters, "\n")
}

func (p Refusal) entries() []ui.Entry {
	if len(p.Wanted) == 0 {
		return nil
	}
	return []ui.Entry{
		{Term: p.T("error.roles_wanted"), Content: wantedRoles(p.Wanted)},
		{Term: p.T("error.roles_held"), Text: p.held()},
		{Term: p.T("error.granters"), Text: p.granters()},
	}
}

// key gives the text for this status, or for its class.
func (p Error) key(what string) string {
	if key := "error." + what + "_" + strconv.Itoa(p.Status); text.Has(key) {
		return key
	}
	if p.Status >= 500 {
		return "error." + what + "_500"
	}
	return "error." + what + "_400"
}

func (p Error) title() string { return p.T(p.key("title")) }

// text is what happened, in the fault's own words where it has some.
func (p Error) text() string {
	if p.Text != "" {
		return p.Text
	}
	return p.T(p.key("text"))
}

func (p Error) advice() string { return p.T(p.key("do")) }

func (p Error) code() string {
	return p.T("error.code", p.RequestID, text.DateTime(p.Lang, p.At))
}

func typedEntries(typed []Typed) []ui.Entry {
	out := make([]ui.Entry, 0, len(typed))
	for _, t := range typed {
		out = append(out, ui.Entry{Term: t.Question, Text: t.Value})
	}
	return out
}
