package page

import (
	"context"
	"io"
	"slices"
	"time"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Handed is how far what was sent has come on its way to those who handle it.
type Handed string

// The stages.
const (
	// HandedNone: nothing is handed over; whoever owns the form has it.
	HandedNone Handed = ""
	HandedSent Handed = "waiting"
	HandedDone Handed = "delivered"
	// HandedLate: it is tried again, by itself, until it is there.
	HandedLate Handed = "late"
	// HandedStopped: somebody there has to see to it before it goes on.
	HandedStopped Handed = "parked"
	// HandedEnded: it never got there, and is not tried any more.
	HandedEnded Handed = "given_up"
)

// Status tells a citizen where what they sent is, who has it, and what is expected of them.
type Status struct {
	layout.Head
	App, Title, Reference string
	Submitted, Now        time.Time
	// Status is the state in a word.
	Status ui.Tag
	// Text is what the receiver says about how it goes; may be empty.
	Text string
	// Feedback tells that the receiver's system has the next word.
	Feedback bool
	// TodoURL leads to what the matter asks of the reader now; empty for nothing.
	TodoURL   string
	Handed    Handed
	Delivered *time.Time
	// GivenUp is when and why what was sent is not tried any more, for each receiver that has not
	// got it.
	GivenUp []GivenUpPart
	// Recipient is who has it.
	Recipient string
	Owner     string
	// Due is when an answer is expected; Ended when the matter was closed.
	Due, Ended *time.Time
	Sections   []form.Section
	// Story is what else belongs to the matter, oldest first.
	Story []Chapter
	// Versions are the later versions that have been sent, oldest first.
	Versions []NewVersion
	// Withdrawn is set when the reader has taken back what they sent.
	Withdrawn *Withdrawn
	// CorrectURL and WithdrawURL are set when that can still be done; DraftURL leads to a
	// correction that has been begun.
	CorrectURL, WithdrawURL, DraftURL string
	// Conversations are what has been said about it.
	Conversations []Conversation
	// Openings are who has opened the matter, newest first.
	Openings []Opening
	// Apart tells that the work on it is done in another installation, which tells nobody who has
	// opened it.
	Apart bool
	// CopyURL is where a new form is begun from this one; empty when it cannot be.
	CopyURL string
	// PDFURL and ReceiptURL lead to the documents; MyURL to the list.
	PDFURL, ReceiptURL, MyURL string
}

// GivenUpPart is something that was sent and never got to where it should.
type GivenUpPart struct {
	ID, To, Why string
	At          time.Time
}

// Chapter is one thing that belongs to a matter: what was asked for and answered, a decision.
type Chapter struct {
	ID, URL string
	// Title says in words where it stands; App what it is.
	Title, App string
	At         time.Time
	// Due is when an answer is expected of the reader; Waits tells that one is.
	Due   *time.Time
	Waits bool
}

// Opening is that an organisation has opened a matter on a day, and what for.
type Opening struct {
	Organisation, Purpose string
	Times                 int
	Last                  time.Time
}

func (p Status) opened() ui.Table {
	t := ui.Table{
		Caption: p.T("story.opened_caption"),
		Columns: []ui.Column{
			{Title: p.T("story.opened_day")}, {Title: p.T("story.opened_by")},
			{Title: p.T("story.opened_for")}, {Title: p.T("story.opened_times")},
		},
	}
	for _, o := range p.Openings {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: text.Date(p.Lang, o.Last), Class: "nowrap"}, {Text: o.Organisation, Class: "strong"},
			{Text: o.Purpose},
			{Text: text.TN(p.Lang, "story.opened_n", o.Times, text.Time(p.Lang, o.Last))},
		}})
	}
	return t
}

// waiting gives what waits for the reader.
func (p Status) waiting() []Chapter {
	var out []Chapter
	for _, c := range p.Story {
		// Of who has taken it all back, nothing is asked any more.
		if c.Waits && p.Withdrawn == nil {
			out = append(out, c)
		}
	}
	return out
}

// tag is where the submission stands: what waits for the reader is not to be overlooked.
func (p Status) tag() ui.Tag {
	t := p.Status
	if len(p.waiting()) > 0 && p.Ended == nil {
		t.Tone = ui.ToneWaiting
	}
	return t
}

// promises tells that the page says when an answer comes, and that nothing has ended it.
func (p Status) promises() bool {
	return p.Due != nil && p.Ended == nil && p.Withdrawn == nil && p.Handed != HandedEnded
}

func (p Status) waitingText(c Chapter) string {
	if c.Due != nil {
		return p.T("story.waits_due", Due{p.Head, *c.Due, p.Now}.Line())
	}
	return p.T("story.waits")
}

func (p Status) chapters() []ui.Point {
	var out []ui.Point
	for _, c := range p.Story {
		point := ui.Point{
			State: "done", ID: "story-" + c.ID, URL: c.URL, Title: c.Title,
			Text: text.DateTime(p.Lang, c.At),
		}
		if c.Waits && p.Withdrawn == nil {
			point.State, point.Text = "attn", p.waitingText(c)
		}
		out = append(out, point)
	}
	return out
}

// Render draws the page.
func (p Status) Render(ctx context.Context, w io.Writer) error { return status(p).Render(ctx, w) }

func (p Status) name() string { return name(p.App, p.Title) }

func (p Status) top() layout.Head {
	return erring(p.Head, p.Conversations).Titled(p.name() + " – " + p.T("page.status")).
		Crumbed(crumbs(p.Head, p.MyURL, "page.my_title", p.name())...)
}

func (p Status) facts() []ui.Entry {
	entries := []ui.Entry{
		{Term: p.T("page.reference_long"), Text: p.Reference, Class: "ref"},
		{Term: p.T("page.submitted"), Content: dateTime(p.Head, p.Submitted)},
		{Term: p.T("page.applicant"), Text: p.Owner},
	}
	if p.promises() {
		entries = append(entries, ui.Entry{
			Term: p.T("page.answer_expected"), Content: dueLine(Due{p.Head, *p.Due, p.Now}),
		})
	}
	return entries
}

// written tells that the latest word in some conversation is not the reader's own.
func (p Status) written() bool {
	return slices.ContainsFunc(p.Conversations, func(c Conversation) bool {
		return len(c.Messages) > 0 && !c.Messages[len(c.Messages)-1].Mine
	})
}

// where says who has it now.
func (p Status) where() string {
	switch {
	case p.Withdrawn != nil:
		return p.T("retract.where", text.DateTime(p.Lang, p.Withdrawn.At))
	case p.Ended != nil:
		return p.T("page.where_ended", p.Recipient)
	case p.Handed == HandedEnded:
		return p.T("page.where_given_up", p.Recipient)
	case p.Handed == HandedStopped:
		return p.T("page.where_stopped", p.Recipient)
	case p.Handed == HandedLate:
		return p.T("page.where_late", p.Recipient)
	case p.Handed == HandedSent:
		return p.T("page.where_on_way", p.Recipient)
	case p.TodoURL != "":
		return p.T("story.where_waits", p.Recipient)
	case p.Feedback:
		return p.T("page.where_feedback", p.Recipient)
	case len(p.waiting()) > 0:
		return p.T("story.where_waits", p.Recipient)
	case p.written():
		return p.T("message.where", p.Recipient)
	}
	return p.T("page.where_has", p.Recipient)
}

// course is how the matter goes, with the step it stands at.
func (p Status) course() ui.Timeline {
	points := []ui.Point{{
		State: "done", Title: p.T("page.next_sent"), Text: text.DateTime(p.Lang, p.Submitted),
	}}
	received := ui.Point{State: "now", Title: p.T("page.course_on_way"),
		Text: p.T("page.course_on_way_text")}
	switch p.Handed {
	case HandedSent:
	case HandedLate:
		received.Text = p.T("page.course_late_text")
	case HandedStopped:
		received.Text = p.T("page.course_stopped_text")
	case HandedEnded:
		return ui.Timeline{Points: append(points, ui.Point{
			State: "bad", Title: p.T("page.course_given_up"),
			Text: text.DateTime(p.Lang, p.GivenUp[len(p.GivenUp)-1].At),
		})}
	default:
		received = ui.Point{State: "done", Title: p.T("page.course_received")}
		if p.Delivered != nil {
			received.Text = text.DateTime(p.Lang, *p.Delivered)
		}
	}
	work := ui.Point{Title: p.T("page.course_work")}
	answer := ui.Point{Title: p.T("page.next_answer")}
	if p.Due != nil {
		answer.Text = p.T("page.course_by", Due{p.Head, *p.Due, p.Now}.Line())
	}
	switch {
	case p.Ended != nil:
		work.State, answer.State = "done", "done"
		answer.Text = text.DateTime(p.Lang, *p.Ended)
	case p.Handed != HandedSent && p.Handed != HandedLate && p.Handed != HandedStopped:
		work.State = "now"
	}
	points = append(points, received)
	if p.Withdrawn != nil && p.Ended == nil {
		return ui.Timeline{Points: append(points, p.chapters()...)}
	}
	if p.Ended != nil {
		// What came of it stands where it came: most often the answer last.
		return ui.Timeline{Points: append(append(points, work), append(p.chapters(), answer)...)}
	}
	return ui.Timeline{Points: append(append(points, p.chapters()...), work, answer)}
}
