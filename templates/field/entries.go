package field

import (
	"strconv"

	"github.com/a-h/templ"

	"stafett/internal/form"
	"stafett/templates/ui"
)

// entryButtons tells whether an entry has any button.
func (f Field) entryButtons() bool { return f.Entries.CanOpen || f.Entries.CanDelete }

func (f Field) entryColumns() []ui.Column {
	out := columns(f.Entries.Columns)
	if f.entryButtons() {
		out = append(out, ui.Column{Title: f.T("page.choices"), Hidden: true})
	}
	return out
}

func (f Field) entryRows() []ui.Row {
	var out []ui.Row
	for _, r := range f.Entries.Rows {
		row := ui.Row{Cells: []ui.Cell{{Content: entryCell(f, r)}}}
		for _, cell := range r.Cells[min(1, len(r.Cells)):] {
			row.Cells = append(row.Cells, ui.Cell{Text: cell})
		}
		if f.entryButtons() {
			row.Cells = append(row.Cells, ui.Cell{Content: entryButtons(f, r)})
		}
		out = append(out, row)
	}
	return out
}

// goEntry is what a button that has to do with an entry posts.
func (f Field) goEntry(verb string, r form.EntryRow) string {
	return form.GoEntry + verb + ":" + f.ID + ":" + r.ID + ":" + strconv.Itoa(r.Version)
}

// removeEntry asks before an entry is deleted with all that is in it.
func (f Field) removeEntry(r form.EntryRow) templ.Component {
	id := ID(r.NodeID) + "-delete"
	return ask(id, f.own(r.DeleteText, "page.delete"), entryText(r), f.T("subform.ask"), ui.Button{
		ID: id, Text: f.T("structure.ask_yes"), After: entryText(r), Variant: ui.Tertiary,
		Color: "danger", Size: "sm", Name: "go", Value: f.goEntry(form.EntryRemove, r), Skip: true,
	})
}

// entryText is what an entry is called in the list: its first answer, else its name.
func entryText(r form.EntryRow) string {
	if len(r.Cells) > 0 && r.Cells[0] != "" {
		return r.Cells[0]
	}
	return r.Name
}
