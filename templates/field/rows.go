package field

import (
	"strconv"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// rowName is the posted name of a row's id.
func (f Field) rowName(r form.Row) string {
	return f.Rows.Path + "[" + strconv.Itoa(r.Index) + "].altinnRowId"
}

// listed gives the rows that stand in the table: a new one that is being filled in does not.
func (f Field) listed() []form.Row {
	var out []form.Row
	for _, r := range f.Rows.Rows {
		if !r.Open || !r.New {
			out = append(out, r)
		}
	}
	return out
}

func (f Field) anyOpen() bool {
	for _, r := range f.Rows.Rows {
		if r.Open {
			return true
		}
	}
	return false
}

// insideRow gives what stands in a row's card.
func (f Field) insideRow() Field {
	f.inside = true
	// The page's sentence is about the page's questions, not about those of a row.
	f.AllRequired = false
	return f.deeper()
}

func (f Field) buttons() bool { return !f.ReadOnly }

func (f Field) columns() []ui.Column {
	out := columns(f.Rows.Columns)
	if f.buttons() {
		out = append(out, ui.Column{Title: text.T(f.Lang, "page.choices"), Hidden: true})
	}
	return out
}

func (f Field) sums() []string {
	if f.Rows.Sums == nil || !f.buttons() {
		return f.Rows.Sums
	}
	return append(f.Rows.Sums[:len(f.Rows.Sums):len(f.Rows.Sums)], "")
}

func (f Field) tableRows() []ui.Row {
	var out []ui.Row
	for _, r := range f.listed() {
		row := ui.Row{Cells: []ui.Cell{{Content: firstCell(r)}}}
		for _, c := range r.Cells[min(1, len(r.Cells)):] {
			row.Cells = append(row.Cells, ui.Cell{Text: c})
		}
		if f.buttons() && !r.Open {
			row.Cells = append(row.Cells, ui.Cell{Content: rowButtons(f, r)})
		} else if f.buttons() {
			row.Cells = append(row.Cells, ui.Cell{})
		}
		out = append(out, row)
	}
	return out
}
