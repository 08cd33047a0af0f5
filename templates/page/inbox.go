package page

import (
	"context"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Inbox is an organisation's cases, as one person may see them. What the person
// may not see is not in it, nor in its count.
type Inbox struct {
	layout.Head
	// ListURL is the inbox's address without a query.
	ListURL string
	// View is one of the views below.
	View string
	// Counts are how many cases each view has, by its name, one above countLimit for more.
	Counts map[string]int
	// Query is what was typed in the search, and Problems what could not be understood in it.
	Query    string
	Problems []string
	// Parts are what the query is made of, each to be taken away alone.
	Parts []QueryPart
	// Fields are the names of the data fields that can be asked for.
	Fields []string
	// Searched tells that the query leaves the list no order of the view's, Near that it shows
	// what only resembles the words.
	Searched, Near bool
	// Look is how the list is shown.
	Look ListLook
	// Kept are the views that the reader and their colleagues have kept.
	Kept []KeptView
	// Approves tells that there are steps at which the reader says yes to what others have prepared.
	Approves bool
	// Found tells that the cases were found by a number that the page does not tell again.
	Found bool
	// ByDue tells that the list is ordered by deadline, as the view of what is due always is.
	ByDue bool
	// Services and Tasks are what the list can be narrowed by.
	Services, Tasks []FilterOption
	Cases           []CaseRow
	// Count is how many cases fit; More tells that there are more than that.
	Count int
	More  bool
	// FirstURL leads back to the newest; empty on the first page. NextURL leads to older ones.
	FirstURL, NextURL string
	// ExportURL is the whole list as a spreadsheet, of at most ExportLimit cases.
	ExportURL   string
	ExportLimit int
	// Next takes the next case of the list; nil where nobody can.
	Next *Next
	// Units lead to what the reader's own parts of the organisation have and nobody has taken.
	Units []UnitLink
	Now   time.Time
	// LiveURL is where the page hears of cases that come while it stands open.
	LiveURL string
	// BulkURL is where chosen cases are posted; BulkProblem what was wrong with the choice.
	BulkURL, BulkProblem string
}

// FilterOption is one thing to narrow the list by. Value is what stands in the address: "org/app"
// for a service, a task's id for a status.
type FilterOption struct {
	Value, Label string
	Chosen       bool
}

// CaseRow is one case in the list.
type CaseRow struct {
	// ID is the instance's.
	ID, URL, Title, Applicant, Service, Reference string
	Status                                        ui.Tag
	Received                                      time.Time
	Due                                           *time.Time
	// Assignee is who has taken it; Mine tells that it is the reader.
	Assignee string
	Mine     bool
	Unread   bool
	// Withdrawn is when the applicant took it back; nil for those who have not.
	Withdrawn *time.Time
	// Mentioned tells that the reader is named in a note that they have not seen.
	Mentioned bool
	// Waits is until when it waits for its applicant; nil when it does not.
	Waits *time.Time
	// Here tells which colleagues are in the case now; empty for none.
	Here string
	// TakeURL is where the case is taken; empty when the reader cannot take it.
	TakeURL string
}

// The views of the inbox, in the order of the menu.
const (
	ViewOpen       = "open"
	ViewMine       = "mine"
	ViewUnassigned = "unassigned"
	ViewDue        = "due"
	ViewClosed     = "closed"
	ViewWaiting    = "waiting"
	ViewApproval   = "approval"
	ViewMentioned  = "mentioned"
	ViewSnoozed    = "snoozed"
)

var views = []string{
	ViewMine, ViewUnassigned, ViewDue, ViewWaiting, ViewApproval, ViewMentioned, ViewSnoozed, ViewOpen,
	ViewClosed,
}

// countLimit is how far lists are counted.
const countLimit = 1000

// Render draws the page.
func (p Inbox) Render(ctx context.Context, w io.Writer) error { return inbox(p).Render(ctx, w) }

func (p Inbox) view() string {
	if p.View == "" {
		return ViewOpen
	}
	return p.View
}

// shownViews are those that can have a case for the reader.
func (p Inbox) shownViews() []string {
	return slices.DeleteFunc(slices.Clone(views), func(v string) bool {
		return v == ViewApproval && !p.Approves && p.view() != v
	})
}

func (p Inbox) title() string { return p.T("inbox.view_" + p.view()) }

func (p Inbox) top() layout.Head {
	h := p.Titled(p.title() + " – " + p.T("inbox.title"))
	h.Errors = p.BulkProblem != ""
	return h
}

func (p Inbox) viewURL(view string) string {
	return p.ListURL + "?" + p.query(view).Encode()
}

// query is what every address of the list carries: the view, how it looks where that is not the
// usual, and the order where it has one.
func (p Inbox) query(view string) url.Values {
	q := p.Look.carried()
	q.Set("view", view)
	switch {
	case p.oneOrder(view):
	case p.ByDue:
		q.Set("sort", "due")
	case p.Look.OwnByDue:
		q.Set("sort", "newest")
	}
	return q
}

// oneOrder tells whether a view has one order only.
func (p Inbox) oneOrder(view string) bool {
	return view == ViewClosed || view == ViewDue || view == ViewWaiting || p.personal(view)
}

// personal tells whether a view is a short list of the reader's own, which nothing narrows.
func (p Inbox) personal(view string) bool { return view == ViewMentioned || view == ViewSnoozed }

// clearURL is the view without any filter or search.
func (p Inbox) clearURL() string { return p.viewURL(p.view()) }

// keeps are the fields that the forms of the list carry on.
func (p Inbox) keeps() []kept {
	q := p.query(p.view())
	var keeps []kept
	for _, name := range slices.Sorted(maps.Keys(q)) {
		keeps = append(keeps, kept{name, q.Get(name)})
	}
	return keeps
}

// viewCount is what stands beside a view's name.
func (p Inbox) viewCount(view string) string {
	n := p.Counts[view]
	return count(p.Head, min(n, countLimit), n > countLimit)
}

// orders are the ways to order the view; none where there is one only.
func (p Inbox) orders() []orderLink {
	if v := p.view(); p.oneOrder(v) || p.Searched || p.Found {
		return nil
	}
	newest, due := p, p
	newest.ByDue, due.ByDue = false, true
	return []orderLink{
		{"due", due.with(p.Query), p.T("inbox.by_due"), p.ByDue},
		{"newest", newest.with(p.Query), p.T("inbox.by_newest"), !p.ByDue},
	}
}

// orderLink leads to the same list in an order.
type orderLink struct {
	ID, URL, Text string
	Here          bool
}

// byDue tells whether the list is ordered by deadline.
func (p Inbox) byDue() bool {
	return !p.Searched && !p.Found && (p.view() == ViewDue || p.ByDue && !p.oneOrder(p.view()))
}

// dueGroup is the words that gather the cases of a list by deadline.
func (p Inbox) dueGroup(c CaseRow) string {
	if c.Due == nil {
		return p.T("inbox.group_none")
	}
	switch n := (Due{p.Head, *c.Due, p.Now}).days(); {
	case n < 0:
		return p.T("inbox.group_late")
	case n <= soon:
		return p.T("inbox.group_soon")
	}
	return p.T("inbox.group_later")
}

// chosen gives the options that narrow the list now.
func (p Inbox) chosen() []chip {
	var out []chip
	if p.Found {
		out = append(out, chip{p.T("inbox.found_by_number"), p.clearURL()})
	}
	for _, part := range p.Parts {
		out = append(out, chip{part.Text, p.with(part.Rest)})
	}
	return out
}

// kept is a hidden field of the search form.
type kept struct{ name, value string }

// chip is a chosen filter; URL is the list without it.
type chip struct {
	Label, URL string
}

// with gives the list's address with another query.
func (p Inbox) with(query string) string {
	q := p.query(p.view())
	if query != "" {
		q.Set("q", query)
	}
	return p.ListURL + "?" + q.Encode()
}

func (p Inbox) count() string {
	n := p.Count
	if p.More {
		return p.T("inbox.count_more", count(p.Head, n, true))
	}
	return plural(p.Head, "inbox.count", n)
}

func (p Inbox) filterText() string {
	if n := len(p.chosen()); n > 0 {
		return " · " + plural(p.Head, "inbox.filters", n)
	}
	return ""
}

func (p Inbox) table() ui.Table {
	t := ui.Table{
		Caption: p.caption(), Class: "cases",
	}
	for _, column := range p.Look.columns() {
		t.Columns = append(t.Columns, ui.Column{Title: p.columnTitle(column)})
	}
	for _, c := range p.Cases {
		row := p.row(c)
		if p.byDue() {
			row.Group = p.dueGroup(c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p Inbox) caption() string {
	if p.byDue() {
		return p.T("inbox.caption_due", p.title())
	}
	return p.T("inbox.caption", p.title())
}

// waitsTo is the text that tells until when a case waits: what its status says already is not said again.
func waitsTo(p Inbox, c CaseRow) string {
	if c.Status.Text == p.T("work.waits") {
		return "work.to"
	}
	return "work.waits_to"
}

func (p Inbox) row(c CaseRow) ui.Row {
	var cells []ui.Cell
	for _, column := range p.Look.columns() {
		cells = append(cells, p.cell(column, c))
	}
	return ui.Row{ID: "case-" + c.ID, Cells: cells, Unread: c.Unread}
}

// line is what stands under a case's title, what has no column of its own: the reference apart, for
// that is not broken over two lines.
func (p Inbox) line(c CaseRow) (words, reference string) {
	var parts []string
	for _, one := range []struct{ column, words string }{
		{ColumnApplicant, c.Applicant}, {ColumnService, c.Service},
	} {
		if one.words != "" && !slices.Contains(p.Look.columns(), one.column) {
			parts = append(parts, one.words)
		}
	}
	words = strings.Join(parts, " · ")
	if c.Reference == "" || slices.Contains(p.Look.columns(), ColumnReference) {
		return words, ""
	}
	if words != "" {
		words += " ·"
	}
	return words, c.Reference
}

func (p Inbox) empty() ui.Empty {
	if len(p.chosen()) == 0 {
		return ui.Empty{
			Icon: ui.IconInbox, Title: p.T("inbox.empty_" + p.view()),
			Text: p.T("inbox.empty_text_" + p.view()),
		}
	}
	labels := make([]string, 0, 4)
	for _, c := range p.chosen() {
		labels = append(labels, "«"+c.Label+"»")
	}
	return ui.Empty{
		Icon: ui.IconSearch, Title: p.T("inbox.nothing"),
		Text: p.T("inbox.nothing_text", strings.Join(labels, ", ")),
	}
}
