package page

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// CaseHead is what stands at the top of every page of a case.
type CaseHead struct {
	// CaseURL is the case's own page, and HereURL the same with the list that it was opened from;
	// InboxURL is that list.
	CaseURL, HereURL, InboxURL           string
	Title, Service, Applicant, Reference string
	Tags                                 []ui.Tag
	// Attachments is how many there are, for the link to them; the case's own page counts them.
	Attachments int
	// Messages tells that there is a conversation to go to.
	Messages bool
	// Notes tells that there are notes to go to, or to be written.
	Notes bool
	// Work tells that there is something that colleagues can do with it.
	Work bool
	// Here tells which colleagues are in the case now, and LiveURL is where the page hears of it.
	Here, LiveURL string
	// Phases are the steps of the process, in order; none is shown for a single one.
	Phases []ui.Phase
}

// Case is everything that is needed to judge a case, on one page.
type Case struct {
	layout.Head
	CaseHead
	// Sections are the application: the citizen's own questions and answers. Own are those of the
	// colleagues' own forms: the assessment and the decision.
	Sections, Own []form.Section
	Files         []CaseFile
	// ArchiveURL is where all attachments are had at once; empty for none.
	ArchiveURL string
	// DossierURL is where the case is had as a PDF, NotesURL with the internal notes; empty for none.
	DossierURL, NotesURL string
	// History is the part of it that Filters have chosen; NewestURL and OlderURL lead to others.
	History             []HistoryLine
	Filters             []HistoryFilter
	NewestURL, OlderURL string
	// Second tells of a step that a second person takes; nil for another.
	Second *SecondPerson
	// Story is what the case has sent out and what came of it, and other cases of the matter.
	Story []Chapter
	// Apart tells that what the case came from is in another installation.
	Apart bool
	Facts CaseFacts
	// Corrections are what the applicant's later versions changed, oldest first.
	Corrections []NewVersion
	// Withdrawn is set when the applicant has taken it back.
	Withdrawn *Withdrawn
	// Conversations are what has been said between the applicant and those who work on the matter,
	// this case's first.
	Conversations []Conversation
	// Work is what colleagues do with the case among themselves.
	Work Work
	// Back takes back the step that the case has come by; nil where that cannot be.
	Back *StepBack
	// Next leads to the next case of the list; nil where there is none.
	Next *Next
	// Checklist is what is to be looked after where the case stands; nil for nothing.
	Checklist *Checklist
	// Related are the applicant's other cases that the reader may see.
	Related []RelatedCase
	// Actions are what the reader may do where the case stands; what they may not is not shown.
	Actions []CaseAction
	// Version and Task are posted with an action, so that a stale page changes nothing.
	Version int
	Task    string
	Now     time.Time
	// Silent tells that the reader wants the page to listen to no single keys.
	Silent bool
}

// SecondPerson tells who must complete a step, and what has changed for them.
type SecondPerson struct {
	Title, Text string
	// Since says since when; empty when there is nothing to compare with.
	Since   string
	Changes []form.Difference
}

// CaseFacts is what there is to know beside the case.
type CaseFacts struct {
	Due      *time.Time
	Assignee string
	Mine     bool
	Received time.Time
	// Ended is when the case was closed; nil while it is open.
	Ended *time.Time
	// Purpose is the role that lets the reader in, in plain words.
	Purpose string
	// Waits is until when the case waits for its applicant, nil when it does not; Waited is for how
	// long it has done so in all.
	Waits  *time.Time
	Waited time.Duration
	// Snoozed is to when the reader has put the case off; nil when they have not.
	Snoozed *time.Time
}

// CaseAction is something that can be done with a case. Post tells that the button does it at
// once; otherwise it is a link to a page, with the form or the question.
type CaseAction struct {
	// ID is the action's name: take, release, write, next, confirm, reject.
	ID, URL, Text string
	Post          bool
	// Main is the one that leads on; Danger is for what cannot be undone.
	Main, Danger bool
}

// Render draws the page.
func (p Case) Render(ctx context.Context, w io.Writer) error { return caseView(p).Render(ctx, w) }

func (c CaseHead) name() string {
	if c.Title == "" {
		return c.Reference
	}
	return c.Title
}

// title is what the case is called in a document's title.
func (c CaseHead) title() string {
	if c.Title == "" {
		return c.Reference
	}
	return c.Title + " – " + c.Reference
}

func (c CaseHead) line() string {
	var parts []string
	for _, s := range []string{c.Service, c.Applicant} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// listURL is the list without what it is narrowed to.
func (c CaseHead) listURL() string {
	list, _, _ := strings.Cut(c.InboxURL, "?")
	return list
}

// crumbs is the way back to the list.
func (c CaseHead) crumbed(h layout.Head) layout.Head {
	return h.Crumbed(
		ui.Crumb{URL: c.InboxURL, Text: h.T("inbox.title")},
		ui.Crumb{URL: c.back(), Text: cmp.Or(c.Reference, c.Title)},
	)
}

// back leads to the case's own page.
func (c CaseHead) back() string { return cmp.Or(c.HereURL, c.CaseURL) }

// under gives an address under the case's own, with the list that the case was opened from.
func (c CaseHead) under(path string) string {
	_, list, _ := strings.Cut(c.HereURL, "?")
	switch {
	case list == "":
		return c.CaseURL + path
	case strings.Contains(path, "?"):
		return c.CaseURL + path + "&" + list
	}
	return c.CaseURL + path + "?" + list
}

func (p Case) top() layout.Head {
	return p.crumbed(p.erring().Titled(p.title()))
}

func (a CaseAction) id() string { return "action-" + a.ID }

func (a CaseAction) variant() ui.Variant {
	switch {
	case a.Main:
		return ui.Primary
	case a.Danger:
		return ui.Tertiary
	}
	return ui.Secondary
}

func (a CaseAction) color() string {
	if a.Danger {
		return "danger"
	}
	return ""
}

func (a CaseAction) icon() ui.Icon {
	switch a.ID {
	case "take":
		return ui.IconPerson
	case "write":
		return ui.IconPen
	}
	return ""
}

// counted is the head with the number of attachments that the page has.
func (p Case) counted() CaseHead {
	p.CaseHead.Attachments, p.CaseHead.Messages = len(p.Files), len(p.Conversations) > 0
	p.CaseHead.Notes = len(p.Work.Notes) > 0 || p.Work.Note != nil
	p.CaseHead.Work = len(p.Work.Forms) > 0
	return p.CaseHead
}

// parts are the links to the parts of the case's own page.
func (c CaseHead) parts(h layout.Head) []part {
	parts := []part{{"application", h.T("inbox.application"), 0}}
	if c.Attachments > 0 {
		parts = append(parts, part{"attachments", h.T("inbox.attachments"), c.Attachments})
	}
	if c.Messages {
		parts = append(parts, part{"messages", h.T("message.title"), 0})
	}
	if c.Notes {
		parts = append(parts, part{"notes", h.T("work.notes"), 0})
	}
	parts = append(parts, part{"history", h.T("inbox.history"), 0})
	if c.Work {
		parts = append(parts, part{"work", h.T("work.title"), 0})
	}
	return parts
}

// part is a part of the page; Count is how many things are in it, 0 for none.
type part struct {
	ID, Text string
	Count    int
}

// partURL leads to a part of the case's page; here tells that this is that page.
func (c CaseHead) partURL(p part, here bool) string {
	if here {
		return "#" + p.ID
	}
	return c.back() + "#" + p.ID
}

func (p Case) facts() []ui.Entry {
	f := p.Facts
	entries := []ui.Entry{
		{Term: p.T("inbox.reference"), Text: p.Reference, Class: "ref"},
		{Term: p.T("inbox.assignee"), Content: factAssignee(p)},
		{Term: p.T("inbox.received"), Content: dateTime(p.Head, f.Received)},
	}
	if f.Due != nil && f.Ended == nil {
		first := ui.Entry{Term: p.T("inbox.due"), Content: dueLine(Due{p.Head, *f.Due, p.Now})}
		entries = append([]ui.Entry{first}, entries...)
	}
	entries = append(entries, p.times()...)
	if f.Ended != nil {
		entries = append(entries, ui.Entry{Term: p.T("inbox.ended"), Content: dateTime(p.Head,
			*f.Ended)})
	}
	return append(entries, ui.Entry{Term: p.T("inbox.purpose"), Text: f.Purpose})
}

// story tells what the case has asked and answered, and which other cases belong to it.
func (p Case) story() ui.Timeline {
	t := ui.Timeline{Small: true}
	for _, c := range p.Story {
		state := "done"
		if c.Waits {
			state = "now"
		}
		t.Points = append(t.Points, ui.Point{
			State: state, ID: "story-" + c.ID, URL: c.URL, Title: c.Title,
			Text: text.DateTime(p.Lang, c.At),
		})
	}
	return t
}

func sectionID(i int) string { return "section-" + strconv.Itoa(i) }
