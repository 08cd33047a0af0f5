package ui

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Column is a table's column. A hidden title is for screen readers only, as over buttons.
type Column struct {
	Title   string
	Numeric bool
	Hidden  bool
	// Align is center, right or empty; Width is in tens of per cent, 0 for none.
	Align string
	Width int
}

// Cell is one cell of a body row.
type Cell struct {
	Text    string
	Content templ.Component
	// Class is added to the cell's own.
	Class string
}

// Row is one row of a table. ID may be empty.
type Row struct {
	ID    string
	Cells []Cell
	// Unread marks the row as not opened yet.
	Unread bool
	// Group is the heading that the row stands under, told before the first row that has it.
	Group string
}

// Table is a table that becomes cards on a phone. Its roles are written out, because a table
// that is displayed as blocks is no table to a screen reader any more.
type Table struct {
	Caption string
	// Class is added to ds-table: "cases" for the list of cases.
	Class   string
	Columns []Column
	Rows    []Row
	// Sums is the last row; nil for none. Its first cell is the row's heading.
	Sums []string
	// Header makes the first cell of each row its heading.
	Header bool
	// Live has questions in its cells, which scripting may have to do with.
	Live bool
}

// Render draws the table in its frame.
func (t Table) Render(ctx context.Context, w io.Writer) error { return table(t).Render(ctx, w) }

func (t Table) class() string {
	if t.Class == "" {
		return "ds-table"
	}
	return "ds-table " + t.Class
}

// begins tells whether a group begins with the row.
func (t Table) begins(row int) bool {
	return t.Rows[row].Group != "" && (row == 0 || t.Rows[row-1].Group != t.Rows[row].Group)
}

// cellClass aligns numbers and adds what the cell asks for.
func (t Table) cellClass(column int, own string) string {
	if column < len(t.Columns) && t.Columns[column].Numeric {
		if own != "" {
			own = " " + own
		}
		return "right num nowrap" + own
	}
	if column < len(t.Columns) && t.Columns[column].Align != "" {
		return joined(t.Columns[column].Align, own)
	}
	return own
}

func joined(classes ...string) string {
	return strings.Join(slices.DeleteFunc(classes, func(c string) bool { return c == "" }), " ")
}

// label is what a card shows before the cell: the column's title, but not for the first column that
// has one to be seen, which heads the card, and not where the title is hidden.
func (t Table) label(column int) string {
	head := slices.IndexFunc(t.Columns, func(c Column) bool { return !c.Hidden })
	if column == head || column >= len(t.Columns) || t.Columns[column].Hidden {
		return ""
	}
	return t.Columns[column].Title
}

func (c Cell) content() templ.Component {
	if c.Content != nil {
		return c.Content
	}
	return words(c.Text)
}

func columnClass(c Column) string {
	align, width := c.Align, ""
	if c.Numeric {
		align = "right"
	}
	if c.Width > 0 {
		width = "col-" + strconv.Itoa(c.Width)
	}
	return joined(align, width)
}

// sum is a cell of the last row. Its heading reaches over the empty cells behind it.
type sum struct {
	text   string
	span   int
	column int
}

func (t Table) sums() []sum {
	var out []sum
	for i, s := range t.Sums {
		if s == "" && len(out) == 1 {
			out[0].span++
			continue
		}
		out = append(out, sum{text: s, span: 1, column: i})
	}
	return out
}

// Pager leads from one page of a list to the next. Lists are keyset-paged: there are no page
// numbers, and Previous goes to the newest.
type Pager struct {
	// Label names the navigation, About tells where in the list one is.
	Label, About                string
	PreviousURL, PreviousText   string
	NextURL, NextText, IDPrefix string
}

// Render draws the pager; with nowhere to go only About is told.
func (p Pager) Render(ctx context.Context, w io.Writer) error { return pager(p).Render(ctx, w) }
