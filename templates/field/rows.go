package field

import (
	"strconv"

	"github.com/a-h/templ"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// rowName is the posted name of a row's id.
func (f Field) rowName(r form.Row) string {
	return rowName(f.Rows.Path, r.Index)
}

// listed gives the rows that stand in the table: a new one that is being filled in does not.
func (f Field) listed() []form.Row {
	if f.Rows.NoTable {
		return nil
	}
	var out []form.Row
	for _, r := range f.Rows.Rows {
		if !r.Open || !r.New {
			out = append(out, r)
		}
	}
	return out
}

// live tells that questions stand in the table's cells.
func (f Field) live() bool {
	for _, r := range f.Rows.Rows {
		if r.Inputs != nil {
			return true
		}
	}
	return false
}

// input gives the question that stands in a cell of the row; nil for none.
func (f Field) input(r form.Row, column int) *form.Node {
	if column >= len(r.Inputs) {
		return nil
	}
	return r.Inputs[column]
}

// deleteRow is the button to delete a row, or what asks first.
func (f Field) deleteRow(r form.Row) templ.Component {
	b := ui.Button{
		ID: deleteID(r), Text: f.own(f.Rows.DeleteText, "page.delete"), After: firstText(r),
		Variant: ui.Tertiary, Color: "danger", Size: "sm",
		Name: "row", Value: "delete:" + r.ID, Skip: true,
	}
	if !f.Rows.AskDelete {
		return b
	}
	b.Text = f.T("structure.ask_yes")
	return ask(b.ID, f.T("page.delete"), firstText(r), f.T("structure.ask_row"), b)
}

// turn is the button to another page of what is shown in pages.
func (f Field) turn(id, key, what string, page int) ui.Button {
	return ui.Button{
		ID: id, Text: f.T(key), Variant: ui.Tertiary, Size: "sm", Skip: true,
		Name: "row", Value: "turn:" + what + ":" + strconv.Itoa(page),
	}
}

// insideRow gives what stands in a row's card.
func (f Field) insideRow() Field {
	// The page's sentence is about the page's questions, not about those of a row.
	f.AllRequired = false
	return f.deeper()
}

func (f Field) buttons() bool {
	return !f.ReadOnly && (!f.Rows.NoEdit || f.Rows.CanDelete)
}

// own gives what the layout calls something, or our own word.
func (f Field) own(words, key string) string {
	if words != "" {
		return words
	}
	return f.T(key)
}

// opens tells whether the row has a button that opens it.
func (f Field) opens(r form.Row) bool { return f.buttons() && !f.Rows.NoEdit && !r.Fixed }

func (f Field) cell(r form.Row, column int) ui.Cell {
	if n := f.input(r, column); n != nil {
		return ui.Cell{Content: f.insideRow().With(*n)}
	}
	if column >= len(r.Cells) {
		return ui.Cell{}
	}
	return ui.Cell{Text: r.Cells[column]}
}

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
		row := ui.Row{Cells: []ui.Cell{{Content: firstCell(f, r)}}}
		for i := 1; i < len(f.Rows.Columns); i++ {
			row.Cells = append(row.Cells, f.cell(r, i))
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
