package gallery

import "stafett/internal/form"

// entries are subforms in every state.
func entries() []form.Node {
	list := func(id string, rows ...form.EntryRow) form.Node {
		return form.Node{
			Kind: form.KindEntries, ID: id, Title: "Båter som trenger plass", Required: true,
			Description: "Hver båt fylles ut på egne sider.",
			Entries: &form.Entries{
				Columns: []form.Column{{Title: "Navn"}, {Title: "Lengde", Numeric: true}},
				Rows:    rows, CanAdd: true, CanOpen: true, CanDelete: true, AddText: "Legg til båt",
				Empty: "Du har ikke lagt til noe ennå.",
			},
		}
	}
	boat := func(id, name, length string) form.EntryRow {
		return form.EntryRow{
			ID: id, NodeID: "bat-" + id, Version: 1, Name: "Oppføring 1", Cells: []string{name, length},
		}
	}
	bad := boat("b1", "", "16")
	bad.Issues = wrong("bat-b1", "Oppføring 1: Du må skrive båtens navn.")
	wrongOnes := list("bater-feil", bad, boat("b2", "Terna", "6"))
	wrongOnes.Issues = wrong("bater-feil", "Du må legge til minst 3 oppføringer under «Båter».")
	full := list("bater-fulle", boat("f1", "Måka", "12"))
	full.Entries.CanAdd, full.Entries.Full = false, "Du kan ha bare én oppføring under «Båter»."
	fixed := list("bater-last", boat("l1", longWord, "12"))
	fixed.ReadOnly, fixed.Required = true, false
	fixed.Entries.CanAdd, fixed.Entries.CanOpen, fixed.Entries.CanDelete = false, false, false
	return []form.Node{list("bater-tomme"), list("bater", boat("a1", "Måka", "12")), wrongOnes, full, fixed}
}
