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

// Subscriptions shows an administrator which systems are told of events by webhook.
type Subscriptions struct {
	layout.Head
	Rows []SubscriptionRow
	Now  time.Time
}

// SubscriptionRow is one subscription.
type SubscriptionRow struct {
	core.Subscription
	// URL is its page.
	URL string
	// Service is what the app that it is narrowed to is called; empty for all of them.
	Service string
}

// Subscription is one subscription with its log.
type Subscription struct {
	layout.Head
	SubscriptionRow
	// ListURL leads back.
	ListURL string
	Tries   []core.SubscriptionAttempt
	// FirstURL leads to the newest attempts, NextURL to older ones.
	FirstURL, NextURL string
	// From is the day that was typed, Problem what is wrong with it.
	From, Problem string
	Now           time.Time
}

// Render draws the page.
func (p Subscriptions) Render(ctx context.Context, w io.Writer) error {
	return subscriptions(p).Render(ctx, w)
}

// Render draws the page.
func (p Subscription) Render(ctx context.Context, w io.Writer) error {
	return subscription(p).Render(ctx, w)
}

// tag is the state in a word; one that is being tried again is so whatever its state.
func (r SubscriptionRow) tag(h layout.Head) ui.Tag {
	switch {
	case r.State == core.SubscriptionParked:
		return ui.Tag{Text: h.T("subscription.parked"), Tone: ui.ToneBroken}
	case r.State == core.SubscriptionEnded:
		return ui.Tag{Text: h.T("subscription.ended"), Tone: ui.ToneBroken}
	case r.Code != "":
		return ui.Tag{Text: h.T("subscription.failing"), Tone: ui.ToneWaiting}
	case r.State == core.SubscriptionValidating:
		return ui.Tag{Text: h.T("subscription.validating"), Tone: ui.ToneNew}
	}
	return ui.Tag{Text: h.T("subscription.active"), Tone: ui.ToneDone}
}

// still tells whether it stands still until somebody sets it going.
func (r SubscriptionRow) still() bool {
	return r.State == core.SubscriptionParked || r.State == core.SubscriptionEnded
}

// service is which events it is told of.
func (r SubscriptionRow) service(h layout.Head) string {
	if r.Service == "" {
		return h.T("subscription.all_services")
	}
	return r.Service
}

// subscriptionWhy says in words why an attempt was not taken.
func subscriptionWhy(h layout.Head, code string) string {
	if key := "subscription.why_" + code; text.Has(key) {
		return h.T(key)
	}
	if status, ok := strings.CutPrefix(code, "http_"); ok {
		return h.T("subscription.why_status", status)
	}
	return h.T("subscription.why_network")
}

func (p Subscriptions) table() ui.Table {
	t := ui.Table{
		Caption: p.T("subscription.caption"),
		Columns: []ui.Column{
			{Title: p.T("subscription.endpoint")}, {Title: p.T("admin.state")},
			{Title: p.T("subscription.service")}, {Title: p.T("subscription.created")},
		},
	}
	for _, r := range p.Rows {
		t.Rows = append(t.Rows, ui.Row{ID: "subscription-" + r.id(), Cells: []ui.Cell{
			{Content: ui.Link{ID: "open-" + r.id(), URL: r.URL, Text: r.Endpoint}},
			{Content: r.tag(p.Head)},
			{Text: r.service(p.Head)},
			{Text: text.DateTime(p.Lang, r.Created), Class: "small num"},
		}})
	}
	return t
}

func (r SubscriptionRow) id() string { return strconv.FormatInt(r.ID, 10) }

func (p Subscription) top() layout.Head {
	title := p.T("subscription.heading", p.id())
	h := p.Head
	h.Errors = h.Errors || p.Problem != ""
	return h.Titled(title).Crumbed(crumbs(p.Head, p.ListURL, "subscription.title", title)...)
}

func (p Subscription) facts() []ui.Entry {
	list := []ui.Entry{
		{Term: p.T("subscription.endpoint"), Text: p.Endpoint},
		{Term: p.T("subscription.service"), Text: p.service(p.Head)},
	}
	if p.TypeFilter != "" {
		list = append(list, ui.Entry{Term: p.T("subscription.type"), Text: p.TypeFilter})
	}
	if p.Owner != 0 {
		list = append(list, ui.Entry{Term: p.T("subscription.owner"),
			Text: strconv.FormatInt(int64(p.Owner), 10)})
	}
	list = append(list, ui.Entry{Term: p.T("subscription.created"), Content: dateTime(p.Head, p.Created)})
	if p.Failing != nil {
		list = append(list, ui.Entry{Term: p.T("subscription.failing_since"),
			Content: dateTime(p.Head, *p.Failing)})
	}
	if p.Failing != nil && !p.still() {
		list = append(list, ui.Entry{Term: p.T("subscription.next_try"),
			Content: dateTime(p.Head, p.NextTry)})
	}
	return list
}

func (p Subscription) summary() ui.ErrorSummary {
	s := ui.ErrorSummary{ID: "errors", Title: plural(p.Head, "page.errors", 1)}
	if p.Problem != "" {
		s.Problems = []ui.Problem{{URL: "#from", Text: p.Problem}}
	}
	return s
}

func (p Subscription) table() ui.Table {
	t := ui.Table{
		Caption: p.T("subscription.log"),
		Columns: []ui.Column{
			{Title: p.T("admin.time")}, {Title: p.T("subscription.type")}, {Title: p.T("admin.outcome")},
			{Title: p.T("admin.try_number"), Numeric: true}, {Title: p.T("admin.took"), Numeric: true},
		},
	}
	for _, a := range p.Tries {
		outcome := p.T("subscription.taken")
		if a.Code != "" {
			outcome = subscriptionWhy(p.Head, a.Code)
		}
		if a.SetAside {
			outcome += " " + p.T("subscription.was_set_aside")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: text.DateTime(p.Lang, a.At), Class: "num"},
			{Content: subscriptionEvent(a)},
			{Text: outcome},
			{Text: strconv.Itoa(a.Number)},
			{Text: strconv.FormatInt(a.Milliseconds, 10) + " ms"},
		}})
	}
	return t
}

// adviceKey is what comes of it.
func (p Subscription) adviceKey() string {
	if p.still() {
		return "subscription.still_text"
	}
	return "subscription.failing_text"
}

func (p Subscription) fromClass() string {
	if p.Problem != "" {
		return "ds-field has-error"
	}
	return "ds-field"
}

func (p Subscription) fromDescribed() string {
	if p.Problem != "" {
		return "from-d from-e"
	}
	return "from-d"
}
