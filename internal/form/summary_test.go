package form

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
)

// drawn writes a summary as text.
func drawn(sections []Section) string {
	var b strings.Builder
	for _, s := range sections {
		b.WriteString("# " + s.Title + "\n")
		for _, a := range s.Answers {
			b.WriteString(a.Question + ": " + strings.Join(a.Lines, "/"))
			if a.Missing {
				b.WriteString("MANGLER")
			}
			for _, f := range a.Files {
				b.WriteString("<" + f.Name + ">")
			}
			b.WriteString("\n")
			if a.Table == nil {
				continue
			}
			for _, row := range append(a.Table.Rows, a.Table.Sums) {
				b.WriteString("| " + strings.Join(row, " | ") + "\n")
			}
		}
	}
	return nb(b.String())
}

func TestSummarise_UX46_EveryAnswer(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{
		"tiltak.beskrivelse": "En leir\nmed telt", "budsjett.poster[2].altinnRowId": "tom", "tiltak.malgruppe": "unge,eldre",
	})
	in.Elements = []core.DataElement{{ID: uuid.New(), Type: "vedlegg", Filename: "tilbud.pdf"}}
	got := drawn(Summarise(d, set, in, SummaryOptions{}))
	want := `# Om søkeren
Navn: Kari Solbakken
E-postadresse: kari@example.no
Hvem søker du for?: Meg selv
# Tiltaket
Hva heter tiltaket?: Sommerleir
Hva skal dere gjøre?: En leir/med telt
Hvor mange blir med?: 40
Målgruppe: Unge/Eldre
Hvor skal det være?: Nord
# Når
Når begynner det?: 1. september 2026
Når slutter det?: 3. september 2026
# Budsjett
Utgifter: 
| Leie | Lokale | 4 200,50 kr
| Mat | Annet | 3 000 kr
| Sum |  | 7 200,50 kr
Sum: 7 200,50 kr
Hvor mye søker du om?: 5 000 kr
Vedlegg: <tilbud.pdf>
# Se over
Er alt riktig?: Ja
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSummarise_WhatIsMissing(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	got := drawn(Summarise(d, set, input(t, `{}`), SummaryOptions{Pages: []string{"soker", "budsjett"}}))
	want := `# Om søkeren
Navn: MANGLER
E-postadresse: MANGLER
Hvem søker du for?: MANGLER
# Budsjett
Utgifter: MANGLER
Hvor mye søker du om?: MANGLER
Vedlegg: 
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Summarise(d, set, input(t, `{}`), SummaryOptions{HideEmpty: true}); len(got) > 0 {
		t.Errorf("without empty ones: got\n%s", drawn(got))
	}
}

func TestSummarise_ChangeLinks(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	s := Summarise(d, set, in, SummaryOptions{ChangeURL: true})
	if s[0].ChangeURL != in.BaseURL+"/Task_1/soker" || s[0].Page != "soker" {
		t.Errorf("got %+v", s[0])
	}
	in.ReadOnly = true
	if s := Summarise(d, set, in, SummaryOptions{ChangeURL: true}); s[0].ChangeURL != "" {
		t.Errorf("nothing may be changed, but got %s", s[0].ChangeURL)
	}
	if s := Summarise(d, nil, in, SummaryOptions{}); s != nil {
		t.Errorf("without a form: got %v", s)
	}
}

func TestBuild_SummaryOnThePage(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	n := node(t, Build(d, set, "oppsummering", input(t, whole1)), "samle")
	if n.Kind != KindSummary || len(n.Summary) != 4 || n.Summary[0].ChangeURL == "" {
		t.Errorf("got\n%s", drawn(n.Summary))
	}
	if strings.Contains(drawn(n.Summary), "Er alt riktig?") {
		t.Error("the page's own question is in its summary")
	}
}

func TestSummary_ForcedAnswersStay(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, `{"data": {"layout": [
		{"id": "tom", "type": "Input", "dataModelBindings": {"simpleBinding": "ekstra.steder"}, "textResourceBindings": {"title": "Tom"}},
		{"id": "tvungen", "type": "Input", "forceShowInSummary": true,
			"dataModelBindings": {"simpleBinding": "ekstra.etikett"}, "textResourceBindings": {"title": "Tvungen"}}]}}`)
	sections := Summarise(d, set, input(t, whole1), SummaryOptions{HideEmpty: true, Pages: []string{"stor"}})
	if len(sections) != 1 || len(sections[0].Answers) != 1 || sections[0].Answers[0].Question != "Tvungen" {
		t.Errorf("got %+v", sections)
	}
}
