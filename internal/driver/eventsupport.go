package driver

// EventSupport is an application for event support in the example solution
// (nordvik/arrangementsstotte), filled in by a private person who arranges the event alone.
func EventSupport(title string) Application {
	return Application{
		Rows: map[string]int{"budsjett.poster": 2},
		Fields: map[string]string{
			"soknad.type":                   "tilskudd",
			"soker.kategori":                "privat",
			"soker.kontaktperson":           "Kari Solbakken",
			"soker.epost":                   "kari@solbakken.example",
			"soker.telefon":                 "400 00 101",
			"arrangement.navn":              title,
			"arrangement.type":              "festival",
			"arrangement.malgruppe":         "barn",
			"arrangement.beskrivelse":       "En gratis lysfest midt på vinteren, med musikk og mat.",
			"arrangement.deltakere":         "300",
			"arrangement.apent":             "true",
			"arrangement.billett":           "false",
			"arrangement.dato":              "2027-06-12",
			"arrangement.flereDager":        "false",
			"arrangement.bydel":             "sentrum",
			"arrangement.sted":              "Nordvikparken",
			"arrangement.adresse":           "Parkveien 4",
			"arrangement.postnummer":        "9999",
			"arrangement.offentlig":         "false",
			"budsjett.poster[0].tekst":      "Leie av lyd og lys",
			"budsjett.poster[0].type":       "teknisk",
			"budsjett.poster[0].belop":      "42 000",
			"budsjett.poster[0].leverandor": "Nordlyd",
			"budsjett.poster[1].tekst":      "Honorar til artister",
			"budsjett.poster[1].type":       "personell",
			"budsjett.poster[1].belop":      "30000",
			"budsjett.andreInntekter":       "0",
			"budsjett.soknadsbelop":         "60 000",
			"budsjett.kontonummer":          "1234 56 78903",
		},
	}
}
