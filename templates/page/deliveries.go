package page

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Deliveries shows an administrator how the organisation's handovers go. It holds references and
// codes, and nothing of a case.
type Deliveries struct {
	layout.Head
	// ListURL is the page's address without a query.
	ListURL string
	// State is what the list is narrowed to; empty is all.
	State core.DeliveryState
	// Targets are how it goes target by target; To is the one that the list is narrowed to, as it
	// is called, or empty.
	Targets []TargetRow
	To      string
	Rows    []DeliveryRow
	// FirstURL leads back to the newest; NextURL to older ones.
	FirstURL, NextURL string
	Now               time.Time
}

// DeliveryRow is one handover.
type DeliveryRow struct {
	// ID is the delivery's; URL its page; RetryURL where it is set going again, GiveUpURL where it
	// is ended.
	ID, URL, RetryURL, GiveUpURL string
	Reference                    string
	// From and To are what the two apps are called.
	From, To string
	// What is told of one that makes nothing; empty for the others. Waits tells that one before it
	// has not come through.
	What     string
	Waits    bool
	State    core.DeliveryState
	Attempts int
	// Code and Detail say why the last attempt failed; empty when none has.
	Code, Detail string
	// Said is what the receiver said about it in its own words.
	Said    string
	Created time.Time
	// NextTry and Delivered are nil when there is none.
	NextTry, Delivered *time.Time
	// GivenUp is when it was ended, with the reason that people are told.
	GivenUp    *time.Time
	GivenUpWhy string
	WithoutPDF bool
}

// Delivery is one handover with every attempt.
type Delivery struct {
	layout.Head
	DeliveryRow
	// ListURL leads back.
	ListURL string
	Tries   []core.Attempt
	Times   core.DeliveryTimes
	// Opens tells that whoever works on it at the organisation is told of, when they open it.
	Opens bool
	// Matter are the deliveries of the same matter, oldest first, this one among them.
	Matter []DeliveryRow
	Now    time.Time
}

// Render draws the page.
func (p Deliveries) Render(ctx context.Context, w io.Writer) error {
	return deliveries(p).Render(ctx, w)
}

// Render draws the page.
func (p Delivery) Render(ctx context.Context,
	w io.Writer) error {
	return delivery(p).Render(ctx, w)
}

var deliveryStates = []core.DeliveryState{
	"", core.DeliveryParked, core.DeliveryWaiting, core.DeliveryDelivered, core.DeliveryGivenUp,
}

func (p Deliveries) stateURL(s core.DeliveryState) string {
	if s == "" {
		return p.ListURL
	}
	return p.ListURL + "?state=" + string(s)
}

func stateKey(s core.DeliveryState) string {
	if s == "" {
		return "admin.deliveries_all"
	}
	return "admin.deliveries_" + string(s)
}

// parked counts the stopped ones among those that are shown.
func (p Deliveries) parked() int {
	n := 0
	for _, r := range p.Rows {
		if r.State == core.DeliveryParked {
			n++
		}
	}
	return n
}

func (r DeliveryRow) name() string {
	if r.What != "" {
		return r.From + " → " + r.To + " · " + r.What
	}
	return r.From + " → " + r.To
}

// tag is the state in a word: one that waits after a failed attempt is being tried again.
func (r DeliveryRow) tag(h layout.Head) ui.Tag {
	switch {
	case r.State == core.DeliveryParked:
		return ui.Tag{Text: h.T("admin.delivery_parked"), Tone: ui.ToneBroken}
	case r.State == core.DeliveryGivenUp:
		return ui.Tag{Text: h.T("admin.delivery_given_up"), Tone: ui.ToneEnded}
	case r.State == core.DeliveryDelivered:
		return ui.Tag{Text: h.T("admin.delivery_delivered"), Tone: ui.ToneDone}
	case r.Code != "":
		return ui.Tag{Text: h.T("admin.delivery_retrying"), Tone: ui.ToneWaiting}
	}
	return ui.Tag{Text: h.T("admin.delivery_waiting"), Tone: ui.ToneNew}
}

// progress says how many attempts there have been and when the next one is.
func (r DeliveryRow) progress(h layout.Head, now time.Time) string {
	words := ""
	switch {
	case r.State == core.DeliveryDelivered && r.Delivered != nil:
		return text.DateTime(h.Lang, *r.Delivered)
	case r.Waits:
		return h.T("admin.waits_for_earlier")
	case r.Attempts == 0:
		return h.T("admin.no_attempts")
	case r.State == core.DeliveryGivenUp && r.GivenUp != nil:
		return text.DateTime(h.Lang, *r.GivenUp)
	case r.State == core.DeliveryParked:
		words = plural(h, "admin.stopped_after", r.Attempts)
	default:
		words = plural(h, "admin.attempts_so_far", r.Attempts)
	}
	if r.NextTry != nil && r.State == core.DeliveryWaiting {
		words += " " + at(h, "admin.next_try", *r.NextTry, now)
	}
	return words
}

// why says in words what stopped the last attempt, with what to do about it.
func why(h layout.Head, code string) string {
	if code == "" {
		return ""
	}
	if key := "admin.why_" + code; text.Has(key) {
		return h.T(key)
	}
	status, isStatus := strings.CutPrefix(code, "http_")
	switch {
	case isStatus && strings.HasPrefix(status, "5"):
		return h.T("admin.why_http_5xx", status)
	case isStatus:
		return h.T("admin.why_http_4xx", status)
	case strings.HasPrefix(code, "token"):
		return h.T("admin.why_token")
	}
	return h.T("admin.why_other")
}

func (p Deliveries) table() ui.Table {
	t := ui.Table{
		Caption: p.T("admin.deliveries_caption"),
		Columns: []ui.Column{
			{Title: p.T("admin.submission")}, {Title: p.T("admin.state")},
			{Title: p.T("admin.submitted")},
			{Title: p.T("admin.details")}, {Title: p.T("admin.choices"), Hidden: true},
		},
	}
	for _, r := range p.Rows {
		cells := []ui.Cell{
			{Content: deliveryName(r)},
			{Content: deliveryState(p.Head, r, p.Now)},
			{Text: text.DateTime(p.Lang, r.Created), Class: "small num"},
			{Content: deliveryWhy(p.Head, r), Class: "small"},
			{Content: deliveryChoices(p.Head, r, "-"+r.ID)},
		}
		t.Rows = append(t.Rows, ui.Row{ID: "delivery-" + r.ID, Cells: cells})
	}
	return t
}

func (p Delivery) top() layout.Head {
	title := p.T("admin.delivery_title", p.Reference)
	return p.Titled(title).Crumbed(crumbs(p.Head, p.ListURL, "admin.deliveries_title",
		p.Reference)...)
}

func (p Delivery) facts() []ui.Entry {
	entries := []ui.Entry{
		{Term: p.T("admin.reference"), Text: p.Reference, Class: "ref"},
		{Term: p.T("admin.handover"), Text: p.name()},
		{Term: p.T("admin.submitted"), Content: dateTime(p.Head, p.Created)},
		{Term: p.T("admin.progress"), Text: p.progress(p.Head, p.Now)},
	}
	if p.GivenUp != nil {
		entries = append(entries, ui.Entry{Term: p.T("admin.given_up"),
			Text: text.DateTime(p.Lang, *p.GivenUp) + ": " + p.GivenUpWhy})
	}
	if p.WithoutPDF {
		entries = append(entries, ui.Entry{Term: p.T("admin.pdf"), Text: p.T("admin.without_pdf")})
	}
	return entries
}

func (p Delivery) table() ui.Table {
	t := ui.Table{
		Caption: p.T("admin.tries"),
		Columns: []ui.Column{
			{Title: p.T("admin.try_number")}, {Title: p.T("admin.time")},
			{Title: p.T("admin.outcome")},
			{Title: p.T("admin.details")}, {Title: p.T("admin.took"), Numeric: true},
		},
	}
	for _, a := range p.Tries {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: strconv.Itoa(a.Number), Class: "num"},
			{Text: text.DateTime(p.Lang, a.At), Class: "num"},
			{Text: outcome(p.Head, a)},
			{Text: tried(a), Class: "small"},
			{Text: strconv.FormatInt(a.Milliseconds, 10) + " ms"},
		}})
	}
	return t
}

// tried tells why an attempt failed: the code, the field paths, and the receiver's own words.
func tried(a core.Attempt) string {
	words := strings.TrimSpace(a.Code + " " + a.Detail)
	if a.Said != "" {
		words += " «" + a.Said + "»"
	}
	return words
}

func outcome(h layout.Head, a core.Attempt) string {
	if a.Code == "" {
		return h.T("admin.delivery_delivered")
	}
	return why(h, a.Code)
}
