package page

import (
	"net/url"
	"slices"
	"strings"

	"stafett/templates/ui"
)

// The columns that a list of cases can have, in their order. The case's own is always there.
const (
	ColumnCase      = "case"
	ColumnApplicant = "applicant"
	ColumnService   = "service"
	ColumnReference = "reference"
	ColumnStatus    = "status"
	ColumnDue       = "due"
	ColumnAssignee  = "assignee"
	ColumnReceived  = "received"
)

// Columns are all of them.
var Columns = []string{
	ColumnCase, ColumnApplicant, ColumnService, ColumnReference, ColumnStatus, ColumnDue,
	ColumnAssignee, ColumnReceived,
}

// UsualColumns are those of who has chosen none.
var UsualColumns = []string{ColumnCase, ColumnStatus, ColumnDue, ColumnAssignee, ColumnReceived}

// ListLook is how a list is shown: by its address, or else as the person has chosen.
type ListLook struct {
	// Columns are those that are shown, in the order of Columns; empty for the usual ones.
	Columns []string
	// Compact puts the rows closer together.
	Compact bool
	// OwnColumns, OwnCompact and OwnByDue are the person's own choice, which an address without a
	// word of it has.
	OwnColumns           []string
	OwnCompact, OwnByDue bool
	// Silent tells that the person wants the page to listen to no single keys.
	Silent bool
}

// The two distances between the rows, as addresses tell them.
const (
	RowsCompact = "compact"
	RowsRoomy   = "roomy"
)

func (l ListLook) columns() []string { return usual(l.Columns) }

func usual(columns []string) []string {
	if len(columns) == 0 {
		return UsualColumns
	}
	return columns
}

// carried is what the list's addresses carry of its look: what neither is usual nor would be had
// without.
func (l ListLook) carried() url.Values {
	q := url.Values{}
	if !slices.Equal(l.columns(), UsualColumns) || !slices.Equal(usual(l.OwnColumns), UsualColumns) {
		q.Set("cols", strings.Join(l.columns(), ","))
	}
	if l.Compact || l.OwnCompact {
		q.Set("rows", l.rows())
	}
	return q
}

func (l ListLook) rows() string {
	if l.Compact {
		return RowsCompact
	}
	return RowsRoomy
}

// QueryPart is one part of a query; Rest is the query without it.
type QueryPart struct{ Text, Rest string }

// KeptView is a list that somebody has kept under a name.
type KeptView struct {
	ID, Name, URL string
	// Query is what stands in its address.
	Query  string
	Shared bool
	// Person is whose it is, empty for the reader's own.
	Person string
	// Here tells that it is the list that is shown.
	Here bool
}

// keepQuery is the whole of the list that is shown, as a view keeps it: what is chosen in no
// address is told too, so that everybody gets the same.
func (p Inbox) keepQuery() string {
	q := p.query(p.view())
	if p.Query != "" {
		q.Set("q", p.Query)
	}
	q.Set("cols", strings.Join(p.Look.columns(), ","))
	q.Set("rows", p.Look.rows())
	if !p.oneOrder(p.view()) && !q.Has("sort") {
		q.Set("sort", "newest")
	}
	return q.Encode()
}

// here tells whether a kept view is the list that is shown.
func (p Inbox) here(v KeptView) bool { return !p.Found && v.Query == p.keepQuery() }

func (p Inbox) keepURL() string {
	return p.ListURL + "/views?" + url.Values{"list": {p.keepQuery()}}.Encode()
}

// columnTitle is what a column is called.
func (p Inbox) columnTitle(column string) string {
	if column == ColumnReference {
		return p.T("page.reference_long")
	}
	return p.T("inbox." + column)
}

// cell is what a column shows of a case.
func (p Inbox) cell(column string, c CaseRow) ui.Cell {
	switch column {
	case ColumnCase:
		return ui.Cell{Content: caseTitle(p, c)}
	case ColumnStatus:
		return ui.Cell{Content: caseStatus(p, c)}
	case ColumnDue:
		if c.Due == nil {
			return ui.Cell{Class: "num"}
		}
		return ui.Cell{Content: due(Due{p.Head, *c.Due, p.Now}), Class: "num"}
	case ColumnAssignee:
		return ui.Cell{Content: assignee(p, c)}
	case ColumnReceived:
		return ui.Cell{Content: shortDate(p.Head, c.Received), Class: "num muted small nowrap"}
	case ColumnApplicant:
		return ui.Cell{Text: c.Applicant, Class: "small"}
	case ColumnService:
		return ui.Cell{Text: c.Service, Class: "small"}
	case ColumnReference:
		return ui.Cell{Text: c.Reference, Class: "num small nowrap"}
	}
	return ui.Cell{}
}
