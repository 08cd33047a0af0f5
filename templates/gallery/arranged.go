package gallery

import "stafett/internal/form"

// rowModes are groups of rows that are edited in other ways than in a card under a table.
func rowModes() []form.Node {
	group := func(id string, rows ...form.Row) form.Node {
		return form.Node{
			Kind: form.KindRows, ID: id, Name: "m." + id, Title: "Utgifter", Optional: true,
			Rows: &form.Rows{
				Path: "m." + id, Columns: expenseColumns, Rows: rows, CanAdd: true, CanDelete: true,
				AddText: "Legg til utgift", SaveText: "Lagre utgiften", NextText: "Lagre og åpne neste",
				Empty: "Du har ikke lagt til noe ennå.",
			},
		}
	}
	cells := func(id string) []*form.Node {
		return []*form.Node{
			{Kind: form.KindText, ID: "celle-hva-" + id, Name: "m.hva-" + id, Title: "Utgift", Bare: true,
				Value: "Leie"},
			{Kind: form.KindSelect, ID: "celle-type-" + id, Name: "m.type-" + id, Title: "Type", Bare: true,
				Options: kinds("annet")},
			nil,
		}
	}
	inTable := expense(0, "d1", "Leie", "Annet", "42 000 kr")
	inTable.Inputs = cells("d1")
	table := group("poster-celler", inTable)
	table.Rows.NoEdit, table.Rows.AskDelete = true, true
	table.Rows.Columns = []form.Column{{Title: "Utgift", Width: 40}, {Title: "Type", Align: "center"},
		{Title: "Beløp", Numeric: true}}

	first, second := openRow("e1"), openRow("e2")
	first.Index, first.New, first.Anchor, first.Title = 0, false, false, "Rad 1"
	first.Fields = []form.Node{{Kind: form.KindText, ID: "kort-hva-0", Name: "m.hva0", Title: "Hva?"}}
	second.Index, second.Anchor, second.Title = 1, false, "Rad 2"
	second.Fields = []form.Node{{Kind: form.KindText, ID: "kort-hva-1", Name: "m.hva1", Title: "Hva?"}}
	all := group("poster-kort", first, second)
	all.Rows.NoTable, all.Rows.NoSave, all.Rows.AskDelete = true, true, true

	parted := openRow("f1")
	parted.Index, parted.New, parted.Anchor, parted.Part, parted.Parts = 0, false, false, 1, 3
	parted.Fields = []form.Node{{Kind: form.KindText, ID: "del-hva-0", Name: "m.del", Title: "Hva?"}}
	pages := group("poster-sider", parted, expense(1, "f2", "Honorar", "Personell", "30 000 kr"))
	pages.Rows.Page, pages.Rows.Pages = 1, 3
	return []form.Node{table, all, pages}
}

// arranged are the nodes that arrange others, and lists of files.
func arranged() []form.Node {
	text := func(id, title string) []form.Node {
		return []form.Node{{Kind: form.KindText, ID: id, Name: "ordnet." + id, Title: title}}
	}
	bare := text("rute-navn", "Navn")
	bare[0].Bare = true
	bare[0].Issues = wrong("rute-navn", "Du må skrive navnet.")
	tagged := form.Node{
		Kind: form.KindUpload, ID: "merket", Name: "merket", Title: "Tegninger", Optional: true,
		Files: &form.Files{
			DataType: "merket", Types: "PDF", TagTitle: "Hva slags fil er det?", Tags: kinds(""),
			AskDelete: true, Items: []form.File{
				{ID: "m1", Name: "kart.pdf", Size: 9000, URL: "/files/m1", Tag: "annet", TagLabel: "Annet"},
				{ID: "m2", Name: longWord + ".pdf", Size: 9000, URL: "/files/m2"},
			},
		},
	}
	inRow := form.Node{
		Kind: form.KindUpload, ID: "bilag-0", Name: "poster[0].bilag", Title: "Bilag", Optional: true,
		Files: &form.Files{DataType: "bilag", Bound: "poster[0].bilag", Types: "PDF", MaxCount: 1},
	}
	sections := answers()
	for i := range sections {
		sections[i].Folded, sections[i].Compact = i == 0, true
		sections[i].About = "svarene under " + sections[i].Title
	}
	return []form.Node{
		{Kind: form.KindTabs, ID: "faner", Title: "Faner", Parts: []form.Part{
			{ID: "faner-0", Title: "Den ene", Nodes: text("fane-navn", "Navn")},
			{ID: "faner-1", Title: longWord, Nodes: text("fane-om", "Om")},
		}},
		{Kind: form.KindCards, ID: "kort", Title: "Kort", Parts: []form.Part{
			{ID: "kort-0", Title: "Det ene", Description: "<p>Om det.</p>", Footer: "<p>Nederst.</p>",
				Nodes: text("kort-navn", "Navn")},
			{ID: "kort-1", Media: []form.Node{{Kind: form.KindProse, ID: "kort-bilde",
				Description: "<p>Bilde</p>"}}},
		}},
		{Kind: form.KindGrid, ID: "tabell", Title: "Tabell", Grid: []form.GridRow{
			{Header: true, Cells: []form.GridCell{{Text: "Hva"}, {Text: "Svar"}}},
			{Cells: []form.GridCell{{Text: "Navn"}, {Nodes: bare}}},
			{Cells: []form.GridCell{{}, {Nodes: []form.Node{{Kind: form.KindValue, ID: "rute-svar",
				Title: "Svar", Display: "Ja", Bare: true, ReadOnly: true}}}}},
		}},
		{Kind: form.KindGroup, ID: "ramme", Frame: "panel", Title: "I ramme",
			Children: text("ramme-navn", "Navn")},
		{Kind: form.KindGroup, ID: "innrykk", Frame: "indented", Children: text("innrykk-navn", "Navn")},
		{Kind: form.KindAttachments, ID: "alle-filer", Title: "Vedlegg", Files: &form.Files{
			Items: []form.File{{ID: "v1", Name: "plan.pdf", Size: 1000, URL: "/files/v1"}, {ID: "v2",
				Name: "uten-lenke.pdf", Size: 1000}},
		}},
		{Kind: form.KindAttachments, ID: "ingen-filer", Files: &form.Files{}},
		tagged, inRow,
		{Kind: form.KindSummary, ID: "tett", Title: "Kort oversikt", Summary: sections},
	}
}
