package gallery

import (
	"stafett/internal/form"
	"stafett/internal/text"
)

// wrong is an issue on a node.
func wrong(id, message string) []form.Issue {
	return []form.Issue{{Path: id, NodeID: id, Message: message, Severity: "error",
		Code: "required"}}
}

const longWord = "Samferdselsinfrastrukturfinansieringsordningsansvarlig"

// texts are text fields in every state.
func texts() []form.Node {
	return []form.Node{
		{
			Kind: form.KindText, ID: "navn", Name: "arrangement.navn", Required: true,
			Title: "Hva heter arrangementet?", Width: "30",
		},
		{
			Kind: form.KindText, ID: "tittel", Name: "arrangement.tittel", Optional: true,
			MaxLength: 80,
			Title:     "Kort tittel", Value: "Lysfest i Nordvikparken",
			Description: "Står i innboksen.",
		},
		{
			Kind: form.KindText, ID: "belop", Name: "soknad.belop", Required: true, Width: "12",
			Title: "Søknadsbeløp", Value: "sju tusen", Suffix: "kr", InputMode: "decimal",
			Description: "Dere kan få inntil 100 000 kroner.",
			Help:        "<p>Oppgi beløpet med merverdiavgift.</p>",
			Issues:      wrong("belop", "Søknadsbeløpet må være et tall, for eksempel 1200,50."),
		},
		{
			Kind: form.KindText, ID: "telefon", Name: "kontakt.telefon", Title: longWord + "?",
			Value: longWord, Autocomplete: "tel", InputMode: "tel", Prefix: "+47", Width: "20",
		},
		{
			Kind: form.KindTextArea, ID: "om", Name: "arrangement.om", Required: true,
			MaxLength: 1000,
			Title:     "Beskriv arrangementet",
			Value:     "\nVi lager en gratis lysfest.\nKorpset spiller.",
		},
		{
			Kind: form.KindTextArea, ID: "hvorfor", Name: "arrangement.hvorfor", Required: true,
			Title: "Hvorfor?", Issues: wrong("hvorfor", "Du må skrive hvorfor."),
		},
	}
}

// dates are date fields in every state.
func dates() []form.Node {
	return []form.Node{
		{
			Kind: form.KindDate, ID: "dato", Name: "arrangement.dato", Required: true,
			Title: "Dato", Value: "2027-02-13", Min: "2026-12-15", Max: "2100-01-01",
		},
		{
			Kind: form.KindDate, ID: "frist", Name: "arrangement.frist", Title: "Frist",
			Value: "31.2.2027", Issues: wrong("frist", "Fristen må være en dato som finnes."),
		},
	}
}

func kinds(selected string) []form.Choice {
	out := []form.Choice{
		{Value: "konsert", Label: "Konsert"},
		{
			Value: "festival", Label: "Festival eller markering",
			Description: "For eksempel byfest eller 17. mai.",
		},
		{Value: "annet", Label: "Annet", Help: "<p>Alt som ikke passer over.</p>"},
	}
	for i := range out {
		out[i].Selected = out[i].Value == selected
	}
	return out
}

// choices are fields with options in every state.
func choices() []form.Node {
	return []form.Node{
		{
			Kind: form.KindRadio, ID: "type", Name: "arrangement.type", Required: true,
			Controls: true,
			Title:    "Hva slags arrangement er det?", Options: kinds("festival"),
		},
		{
			Kind: form.KindRadio, ID: "sted", Name: "arrangement.sted", Title: "Hvor er det?",
			Description: "Torg, park, vei og strand er offentlig sted.", Options: kinds(""),
			Issues: wrong("sted", "Du må velge hvor det er."),
		},
		{
			Kind: form.KindCheckbox, ID: "maalgruppe", Name: "arrangement.maalgruppe",
			Optional: true,
			Title:    "Hvem er det for?", Options: kinds("konsert"), Selected: []string{"konsert"},
			Help: "<p>Velg alle som passer.</p>",
		},
		{
			Kind: form.KindSelect, ID: "bydel", Name: "arrangement.bydel", Title: "Bydel",
			Options: kinds("annet"), Width: "20",
		},
		{
			Kind: form.KindSelect, ID: "land", Name: "arrangement.land", Required: true,
			Title:   "Land",
			Options: kinds(""), Issues: wrong("land", "Du må velge et land."),
		},
	}
}

var uploaded = []form.File{
	{
		ID: "5a0c7f6e-0d5b-4a58-9c5e-0a54c3b2f001", Name: "Tillatelse_politiet.pdf",
		ContentType: "application/pdf", Size: 430_000, URL: "/files/1",
	},
	{
		ID: "5a0c7f6e-0d5b-4a58-9c5e-0a54c3b2f002", Name: longWord + ".jpg",
		ContentType: "image/jpeg", Size: 3_100_000, URL: "/files/2",
	},
}

// uploads are file fields: empty, with files, with an error, read-only.
func uploads() []form.Node {
	field := func(id string, items ...form.File) form.Node {
		return form.Node{
			Kind: form.KindUpload, ID: id, Name: id, Title: "Tillatelse fra politiet",
			Required: true,
			Files: &form.Files{
				DataType: id, Items: items, Accept: ".pdf,.jpg,.png", Types: "PDF, JPG og PNG",
				MaxSize: 20 << 20, URL: "/upload",
			},
		}
	}
	bad := field("vedlegg-feil")
	bad.Issues = wrong("vedlegg-feil", "Du må legge ved tillatelsen fra politiet.")
	fixed := field("vedlegg-last", form.File{ID: "fixed", Name: "plan.pdf", Size: 1000,
		URL: "/files/3"})
	fixed.ReadOnly = true
	return []form.Node{field("vedlegg-tom"), field("vedlegg", uploaded...), bad, fixed}
}

var expenseColumns = []form.Column{{Title: "Utgift"}, {Title: "Type"}, {Title: "Beløp",
	Numeric: true}}

func expense(index int, id string, cells ...string) form.Row {
	return form.Row{
		Index: index, ID: id, NodeID: "poster-" + id, Title: "Rad " + string(rune('1'+index)),
		Cells: cells,
	}
}

// repeating are groups of rows: empty, with rows, with an open card, with an error, read-only.
func repeating() []form.Node {
	group := func(id string, rows ...form.Row) form.Node {
		return form.Node{
			Kind: form.KindRows, ID: id, Name: "budsjett." + id, Title: "Utgifter", Required: true,
			Description: "Legg til én rad for hver utgift.",
			Rows: &form.Rows{
				Path: "budsjett." + id, Columns: expenseColumns, Rows: rows, CanAdd: true,
				CanDelete: true,
				AddText:   "Legg til utgift", SaveText: "Lagre utgiften",
				Empty: "Du har ikke lagt til noe ennå.",
			},
		}
	}
	full := group("poster", expense(0, "a1", "Leie av lyd og lys", "Teknisk", "42 000 kr"),
		expense(1, "a2", "Honorar til artister", "Personell", "30 000 kr"), openRow("a3"))
	full.Rows.Sums = []string{"Sum utgifter", "", "72 000 kr"}
	bad := group("poster-feil", expense(0, "b1", "", "", ""))
	bad.Rows.Rows[0].Issues = wrong("poster-b1", "Rad 1: Du må skrive beløpet.")
	bad.Issues = wrong("poster-feil", "Du må legge til minst to utgifter.")
	fixed := group("poster-last", expense(0, "c1", "Leie av lyd og lys", "Teknisk", "42 000 kr"))
	fixed.ReadOnly, fixed.Required = true, false
	fixed.Rows.Sums = []string{"Sum utgifter", "", "42 000 kr"}
	return []form.Node{group("poster-tom"), full, bad, fixed}
}

func openRow(id string) form.Row {
	r := expense(2, id, "", "", "")
	r.Open, r.New, r.Anchor, r.Title = true, true, true, "Ny utgift"
	r.Fields = []form.Node{
		{
			Kind: form.KindText, ID: "post-hva-2", Name: "budsjett.poster[2].hva", Required: true,
			Title: "Hva gjelder utgiften?",
		},
		{
			Kind: form.KindText, ID: "post-belop-2", Name: "budsjett.poster[2].belop",
			Required: true,
			Title:    "Beløp", Suffix: "kr", InputMode: "decimal", Width: "12",
		},
	}
	return r
}

// structure are the nodes that are no questions.
func structure() []form.Node {
	return []form.Node{
		{Kind: form.KindHeading, ID: "overskrift", Title: "Tid og sted", Level: 2},
		{Kind: form.KindProse, ID: "avsnitt",
			Description: "<p>Tekst fra <a href=\"https://example.no\">appen</a>.</p>"},
		{
			Kind: form.KindAlert, ID: "beskjed", Title: "Husk politiet", Tone: "warning",
			Description: "<p>Søk politiet først.</p>",
		},
		{Kind: form.KindStandIn, ID: "kart", Title: "Kart",
			Description: "Kan ikke vises her ennå."},
		{
			Kind: form.KindGroup, ID: "gruppe", Title: "Kontaktperson", Description: "Den vi spør.",
			Children: []form.Node{
				{Kind: form.KindText, ID: "kontakt", Name: "kontakt.navn", Title: "Navn",
					Autocomplete: "name"},
				{Kind: form.KindValue, ID: "fnr", Title: "Fødselsnummer",
					Display: "148279 •••••", ReadOnly: true},
				{Kind: form.KindValue, ID: "adresse", Title: "Adresse",
					Description: "Fra Folkeregisteret."},
			},
		},
		{Kind: form.KindNav, ID: "knapper", Title: "Neste", Display: "Forrige", Value: "back"},
		{Kind: form.KindSubmit, ID: "send", Title: "Send inn søknaden"},
	}
}

// answers are the sections of a form that has been filled in.
func answers() []form.Section {
	return []form.Section{
		{
			Page: "soker", Title: "Om søkeren",
			ChangeURL: "/nordvik/a/instance/50001/x/Task_1/soker",
			Answers: []form.Answer{
				{Question: "Søker", Lines: []string{"Nordvik Musikkforening",
					"org.nr. 312 468 034"}},
				{Question: "Telefon", Missing: true},
				{Question: "Nettside"},
			},
		},
		{
			Page: "budsjett", Title: "Budsjett",
			ChangeURL: "/nordvik/a/instance/50001/x/Task_1/budsjett",
			Answers: []form.Answer{
				{Question: "Utgifter", Table: &form.Table{
					Columns: expenseColumns, Sums: []string{"Sum", "", "72 000 kr"},
					Rows: [][]string{
						{"Leie av lyd og lys", "Teknisk", "42 000 kr"},
						{"Honorar til artister", "Personell", "30 000 kr"},
					},
				}},
				{Question: "Beskriv arrangementet", Long: true,
					Lines: []string{"Vi lager en gratis lysfest."}},
				{Question: "Vedlegg", Files: uploaded},
			},
		},
	}
}

// summaries is the node that shows what has been answered.
func summaries() []form.Node {
	return []form.Node{{Kind: form.KindSummary, ID: "oversikt", Title: "Svarene dine",
		Summary: answers()}}
}

// markdown is what an app's author may write.
const markdown = text.HTML("<p>Lag og foreninger kan få <strong>100 000 kroner</strong>.</p>" +
	"<h3>Før du begynner</h3><ul><li>budsjett</li><li>tillatelse fra politiet</li></ul>")
