package gallery

import "stafett/internal/form"

// dot is a picture of one grey square.
const dot = "data:image/gif;base64,R0lGODlhAQABAIAAAMLCwgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="

// shown are nodes that show something and ask for nothing.
func shown() []form.Node {
	picture := func(id, title string, p form.Picture) form.Node {
		return form.Node{Kind: form.KindImage, ID: id, Title: title, Picture: &p}
	}
	link := func(id, title string, l form.Link) form.Node {
		return form.Node{Kind: form.KindLink, ID: id, Title: title, Link: &l}
	}
	return []form.Node{
		picture("bilde", "Kart over parken", form.Picture{Source: dot, Width: 20, Align: "center"}),
		picture("bilde-pynt", "", form.Picture{Source: dot, Align: "end"}),
		picture("bilde-borte", "Kart over torget", form.Picture{Elsewhere: "https://example.no/k.png"}),
		picture("bilde-mangler", "Kart over havna", form.Picture{}),
		link("lenke", "Les om ordningen", form.Link{URL: "/nordvik", Style: "link"}),
		link("lenke-fane", longWord, form.Link{URL: "https://example.no", Style: "primary", NewTab: true}),
		link("lenke-ramme", "Se kartet", form.Link{URL: "/kart", Style: "secondary"}),
		link("lenke-ingen", "Lenke uten adresse", form.Link{Style: "link"}),
		{Kind: form.KindDivider, ID: "strek"},
		{
			Kind: form.KindStandIn, ID: "film", Description: "Kan ikke vises her ennå.",
			Link: &form.Link{URL: "https://example.no/film", Style: "link", NewTab: true},
		},
		{
			Kind: form.KindDetails, ID: "mer", Title: "Mer om arrangementet",
			Description: "Bare hvis du vil.",
			Children: []form.Node{{Kind: form.KindText, ID: "mer-navn", Name: "mer.navn",
				Title: "Kallenavn", Search: true}},
		},
		{
			Kind: form.KindDetails, ID: "mer-feil", Title: longWord, Open: true,
			Children: []form.Node{{Kind: form.KindText, ID: "mer-antall", Name: "mer.antall",
				Title: "Antall", Align: "right", Issues: wrong("mer-antall", "Du må skrive antallet.")}},
		},
	}
}

// formButtons are buttons that an app puts in a form.
func formButtons() []form.Node {
	button := func(id, title string, b form.Button) form.Node {
		return form.Node{Kind: form.KindButton, ID: id, Title: title, Button: &b}
	}
	return []form.Node{
		button("knapp-lagre", "Lagre", form.Button{Go: "stay", Variant: "secondary"}),
		button("knapp-side", longWord, form.Button{Go: form.GoPage + "budsjett", Variant: "tertiary"}),
		button("knapp-start", "Start et nytt skjema", form.Button{URL: "/nordvik/a"}),
		button("knapp-papir", "Skriv ut", form.Button{Variant: "secondary"}),
		{
			Kind: form.KindButtons, ID: "knapperad", Title: "Vedtak", Children: []form.Node{
				button("knapp-godta", "Godkjenn", form.Button{Go: form.GoAction + "confirm"}),
				button("knapp-avvis", "Avslå", form.Button{Go: form.GoAction + "reject",
					Variant: "secondary"}),
				{Kind: form.KindNav, ID: "knapp-neste", Title: "Neste"},
			},
		},
		{Kind: form.KindButtons, ID: "knapperad-tom", Children: []form.Node{{Kind: form.KindSubmit}}},
		{
			Kind: form.KindPages, ID: "sider", Title: "Sidene i skjemaet", Pages: []form.Jump{
				{ID: "soker", Title: "Om søkeren"},
				{ID: "budsjett", Title: "Budsjett", Current: true}, {ID: "vedlegg", Title: longWord},
			},
		},
	}
}

// columns are questions beside each other, and where a printed page ends.
func columns() []form.Node {
	return []form.Node{{
		Kind: form.KindGroup, ID: "hjem", Title: "Adresse", Children: []form.Node{
			{Kind: form.KindText, ID: "hjem-gate", Name: "hjem.gate", Title: "Gateadresse",
				BreakBefore: "always", BreakAfter: "avoid"},
			{Kind: form.KindText, ID: "hjem-nr", Name: "hjem.nr", Title: "Postnummer", Columns: 4,
				InputMode: "numeric", Width: "4",
				Issues: wrong("hjem-nr", "Postnummeret må ha fire siffer.")},
			{Kind: form.KindText, ID: "hjem-sted", Name: "hjem.sted", Title: "Poststed", Columns: 8},
			{Kind: form.KindRadio, ID: "hjem-type", Name: "hjem.type", Title: "Er det en bolig?",
				InRow: true, Options: kinds("annet")},
		},
	}}
}
