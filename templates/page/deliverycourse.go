package page

import (
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// course tells what has happened to the delivery, from the click to the one who works on it, each
// with how long it took since what came before.
func (p Delivery) course() ui.Timeline {
	c := course{page: p}
	if p.Times.Submitted != nil {
		c.add("done", p.T("admin.submitted"), *p.Times.Submitted)
	}
	c.add("done", p.T("admin.course_planned"), p.Created)
	for i := len(p.Tries) - 1; i >= 0; i-- {
		c.try(p.Tries[i])
	}
	if p.Times.Made != nil {
		c.add("done", p.T("admin.course_made", p.To), *p.Times.Made)
	}
	if p.Delivered != nil {
		c.add("done", p.T("admin.course_arrived"), *p.Delivered)
	}
	switch {
	case p.Times.Opened != nil:
		c.add("done", p.T("admin.course_opened"), *p.Times.Opened)
	case p.Delivered != nil && p.Opens:
		c.points = append(c.points, ui.Point{Title: p.T("admin.course_unopened")})
	case p.State == core.DeliveryGivenUp && p.GivenUp != nil:
		c.add("bad", p.T("admin.delivery_given_up"), *p.GivenUp, p.GivenUpWhy)
	case p.State == core.DeliveryParked:
		c.points = append(c.points, ui.Point{State: "attn", Title: p.T("admin.delivery_parked")})
	case p.State == core.DeliveryWaiting && p.NextTry != nil:
		c.points = append(c.points, ui.Point{State: "now", Title: p.T("admin.course_next"),
			Text: exact(p.Head, *p.NextTry)})
	}
	return ui.Timeline{Points: c.points, Small: true}
}

type course struct {
	page   Delivery
	points []ui.Point
	last   time.Time
}

// add adds a point with the time since the one before.
func (c *course) add(state, title string, at time.Time, more ...string) {
	words := exact(c.page.Head, at)
	if !c.last.IsZero() {
		words = c.page.T("admin.course_after", words, text.Duration(c.page.Lang, at.Sub(c.last)))
	}
	if len(more) > 0 {
		words += " – " + strings.Join(more, ", ")
	}
	c.last = at
	c.points = append(c.points, ui.Point{State: state, Title: title, Text: words})
}

// try adds an attempt at the time that it began, with how far it had come when.
func (c *course) try(a core.Attempt) {
	after := func(key string, ms int64) string {
		return c.page.T(key, text.Duration(c.page.Lang, time.Duration(ms)*time.Millisecond))
	}
	var steps []string
	if a.PDF != nil {
		steps = append(steps, after("admin.course_pdf", *a.PDF))
	}
	if a.Token != nil {
		steps = append(steps, after("admin.course_token", *a.Token))
	}
	steps = append(steps, after("admin.course_end", a.Milliseconds))
	began := a.At.Add(-time.Duration(a.Milliseconds) * time.Millisecond)
	if a.Code == "" {
		c.add("done", c.page.T("admin.course_try", a.Number), began, steps...)
		return
	}
	title := strings.TrimSuffix(why(c.page.Head, a.Code), ".")
	c.add("bad", c.page.T("admin.course_failed", a.Number, title), began,
		append(steps, tried(a))...)
}

// matterTable lists the deliveries of the matter, this one among them.
func (p Delivery) matterTable() ui.Table {
	t := ui.Table{
		Caption: p.T("admin.matter"),
		Columns: []ui.Column{
			{Title: p.T("admin.handover")}, {Title: p.T("admin.state")}, {Title: p.T("admin.submitted")},
		},
	}
	for _, r := range p.Matter {
		name := ui.Cell{Content: ui.Link{ID: "matter-" + r.ID, URL: r.URL, Text: r.name()}}
		if r.ID == p.ID {
			name = ui.Cell{Text: r.name() + " (" + p.T("admin.matter_this") + ")", Class: "strong"}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			name, {Content: r.tag(p.Head)}, {Text: exact(p.Head, r.Created), Class: "small num"},
		}})
	}
	return t
}
