package page

import (
	"context"
	"io"
	"strconv"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Numbers is how an organisation's cases stand, of those that the reader may see. It tells of cases
// and never of who handles them.
type Numbers struct {
	layout.Head
	// InboxURL is the inbox's address, ListURL that of this page, without a query.
	InboxURL, ListURL string
	// Services are what the numbers can be narrowed by, Periods how many weeks they can be of.
	Services []FilterOption
	Periods  []int
	// Steps are the open cases, Weeks those that came and ended, the earliest first.
	Steps []NumbersStep
	Weeks []NumbersWeek
	Ended []NumbersEnded
	// StepsURL and WeeksURL are the tables as spreadsheets.
	StepsURL, WeeksURL string
	Now                time.Time
}

// NumbersStep is how many cases of a service are open in a step. Oldest is when the oldest came,
// Middle when the one in the middle did; nil when there are none.
type NumbersStep struct {
	Service, Step  string
	Open, Overdue  int
	Oldest, Middle *time.Time
}

// NumbersWeek is a week of all the services together; Backlog is how many were open at its end, or
// are now.
type NumbersWeek struct {
	Monday               time.Time
	Came, Ended, Backlog int
}

// NumbersEnded is how many cases of a service ended, and the median time it had taken.
type NumbersEnded struct {
	Service string
	Cases   int
	Took    time.Duration
}

// Render draws the page.
func (p Numbers) Render(ctx context.Context, w io.Writer) error { return numbers(p).Render(ctx, w) }

// WeekName is what a week is called.
func WeekName(lang string, monday time.Time) string {
	_, week := monday.In(text.Oslo()).ISOWeek()
	return text.T(lang, "numbers.week_n", strconv.Itoa(week))
}

// Waited is how many whole days a case has waited that came at a time.
func Waited(came, now time.Time) int { return int(now.Sub(came) / (24 * time.Hour)) }

// numbersFact is one number with its name.
type numbersFact struct{ Name, Value string }

func (p Numbers) facts() []numbersFact {
	open, overdue, came, ended := 0, 0, 0, 0
	var oldest *time.Time
	for _, s := range p.Steps {
		open, overdue = open+s.Open, overdue+s.Overdue
		if s.Oldest != nil && (oldest == nil || s.Oldest.Before(*oldest)) {
			oldest = s.Oldest
		}
	}
	for _, w := range p.Weeks {
		came, ended = came+w.Came, ended+w.Ended
	}
	return []numbersFact{
		{p.T("numbers.open"), p.number(open)}, {p.T("numbers.overdue"), p.number(overdue)},
		{p.T("numbers.oldest_waited"), p.waited(oldest)},
		{p.T("numbers.came"), p.number(came)}, {p.T("numbers.ended"), p.number(ended)},
	}
}

func (p Numbers) number(n int) string { return count(p.Head, n, false) }

// waited tells for how long something has waited that came at a time.
func (p Numbers) waited(came *time.Time) string {
	if came == nil {
		return "–"
	}
	return p.days(Waited(*came, p.Now))
}

func (p Numbers) days(n int) string { return plural(p.Head, "numbers.days", n) }

// flow is the picture of what came and ended, backlog that of how many were open.
func (p Numbers) flow() ui.Chart {
	c := ui.Chart{
		ID: "flow", Title: p.T("numbers.flow"),
		Series: []string{p.T("numbers.came_short"), p.T("numbers.ended_short")},
	}
	came, ended, most := 0, 0, NumbersWeek{}
	for _, w := range p.Weeks {
		came, ended = came+w.Came, ended+w.Ended
		if w.Came >= most.Came {
			most = w
		}
		c.Groups = append(c.Groups, p.group(w, w.Came, w.Ended))
	}
	c.Text = p.T("numbers.flow_text", p.number(came), p.number(ended), p.number(most.Came),
		WeekName(p.Lang, most.Monday))
	return c
}

func (p Numbers) backlog() ui.Chart {
	c := ui.Chart{
		ID: "backlog", Title: p.T("numbers.backlog"), Series: []string{p.T("numbers.open_short")},
	}
	for _, w := range p.Weeks {
		c.Groups = append(c.Groups, p.group(w, w.Backlog))
	}
	if n := len(p.Weeks); n > 0 {
		c.Text = p.T("numbers.backlog_text", p.number(p.Weeks[0].Backlog),
			WeekName(p.Lang, p.Weeks[0].Monday), p.number(p.Weeks[n-1].Backlog))
	}
	return c
}

func (p Numbers) group(w NumbersWeek, values ...int) ui.ChartGroup {
	_, week := w.Monday.In(text.Oslo()).ISOWeek()
	return ui.ChartGroup{
		Label: strconv.Itoa(week), Name: WeekName(p.Lang, w.Monday), Values: values,
	}
}

func (p Numbers) steps() ui.Table {
	t := ui.Table{
		Caption: p.T("numbers.steps"),
		Columns: []ui.Column{
			{Title: p.T("inbox.service")}, {Title: p.T("inbox.status")},
			{Title: p.T("numbers.open"), Numeric: true}, {Title: p.T("numbers.overdue"), Numeric: true},
			{Title: p.T("numbers.median_waited"), Numeric: true},
			{Title: p.T("numbers.oldest_waited"), Numeric: true},
		},
	}
	for _, s := range p.Steps {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: s.Service}, {Text: s.Step}, {Text: p.number(s.Open)}, {Text: p.number(s.Overdue)},
			{Text: p.waited(s.Middle)}, {Text: p.waited(s.Oldest)},
		}})
	}
	return t
}

func (p Numbers) ended() ui.Table {
	t := ui.Table{
		Caption: p.T("numbers.time_taken"), Header: true,
		Columns: []ui.Column{
			{Title: p.T("inbox.service")}, {Title: p.T("numbers.ended"), Numeric: true},
			{Title: p.T("numbers.median_taken"), Numeric: true},
		},
	}
	for _, e := range p.Ended {
		took := "–"
		if e.Cases > 0 {
			took = p.days(int(e.Took / (24 * time.Hour)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: e.Service}, {Text: p.number(e.Cases)}, {Text: took},
		}})
	}
	return t
}

// weeks has the latest week first.
func (p Numbers) weeks() ui.Table {
	t := ui.Table{
		Caption: p.T("numbers.weeks"), Header: true,
		Columns: []ui.Column{
			{Title: p.T("numbers.week")}, {Title: p.T("numbers.came"), Numeric: true},
			{Title: p.T("numbers.ended"), Numeric: true},
			{Title: p.T("numbers.open_at_end"), Numeric: true},
		},
	}
	for i := len(p.Weeks) - 1; i >= 0; i-- {
		w := p.Weeks[i]
		name := p.T("numbers.week_from", WeekName(p.Lang, w.Monday), text.ShortDate(p.Lang, w.Monday))
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: name}, {Text: p.number(w.Came)}, {Text: p.number(w.Ended)},
			{Text: p.number(w.Backlog)},
		}})
	}
	return t
}

// period is what a number of weeks is called in the choice of them.
func (p Numbers) period(weeks int) string { return p.T("numbers.last_weeks", strconv.Itoa(weeks)) }
