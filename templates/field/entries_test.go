package field

import (
	"testing"

	"stafett/internal/form"
)

func TestEntries_EveryOneCanBeOpenedAndIsRemovedByTwoPresses(t *testing.T) {
	t.Parallel()
	n := form.Node{
		Kind: form.KindEntries, ID: "bater", Title: "Båter", Required: true,
		Entries: &form.Entries{
			Columns: []form.Column{{Title: "Navn"}, {Title: "Lengde", Numeric: true}},
			CanAdd:  true, CanOpen: true, CanDelete: true, AddText: "Legg til båt", Empty: "Ingen.",
			Rows: []form.EntryRow{
				{ID: "e1", NodeID: "bater-0", Version: 3, Name: "Oppføring 1", Cells: []string{"", "6"},
					DeleteText: "Fjern båten", Issues: []form.Issue{{Message: "Skriv navnet."}}},
			},
		},
	}
	html := draw(t, n)
	wantIn(t, html, `value="entry:add:bater"`, `value="entry:open:bater:e1:3"`, `value="entry:remove:bater:e1:3"`,
		`<summary id="q-bater-0-delete-ask">Fjern båten`, "Oppføring 1", "Vil du slette denne oppføringen",
		`aria-describedby="q-bater-0-e0"`, `id="q-bater-0-e0">Skriv navnet.`, `id="q-bater"`)
	wantNotIn(t, html, "Ingen.", `name="bater"`)

	n.Entries.CanAdd, n.Entries.CanOpen, n.Entries.CanDelete = false, false, false
	n.Entries.Full = "Det er fullt."
	html = draw(t, n)
	wantIn(t, html, "Det er fullt.")
	wantNotIn(t, html, "<button")
	n.Entries.Rows = nil
	wantIn(t, draw(t, n), "Ingen.")
}
