package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/core"
)

func document(t *testing.T, raw string) core.Document {
	t.Helper()
	doc, err := Parse([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return doc
}

func texts(violations []Violation) string {
	var out []string
	for _, v := range violations {
		out = append(out, strings.TrimSpace(v.Path+" "+v.Code+" "+v.Limit))
	}
	return strings.Join(out, "; ")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s := load(t, "stotte", "")
	const ok = `"tittel": "Jazz", "dato": "2026-02-28"`
	row := strings.Repeat("æ", 6)
	cases := []struct{ raw, want string }{
		{`{}`, "tittel required; dato required"},
		{`{%s}`, ""},
		{`{"dato": "2026-02-28", "tittel": null}`, "tittel required"},
		{`{"dato": "2026-02-28", "tittel": ""}`, "tittel minLength 3"},
		{`{"dato": "2026-02-29", "tittel": "Jazz"}`, "dato format date"},
		{`{"dato": "28.2.2026", "tittel": 5}`, "tittel type string; dato format date"},
		{`{"dato": "2026-02-28", "tittel": "` + strings.Repeat("å", 20) + `"}`, ""},
		{`{"dato": "2026-02-28", "tittel": "` + strings.Repeat("å", 21) + `"}`, "tittel maxLength 20"},
		{`{%s, "klokke": "25:00:00Z"}`, "klokke format time"},
		{`{%s, "epost": "kari"}`, "epost format email"},
		{`{%s, "epost": "kari@example.com"}`, ""},
		{`{%s, "aar": "26", "maaned": "2026-13"}`, "aar format year; maaned format year-month"},
		{`{%s, "aar": "2026", "maaned": "2026-12"}`, ""},
		{`{%s, "postnummer": "123"}`, "postnummer pattern ^[0-9]{4}$"},
		{`{%s, "postnummer": "1234\n"}`, "postnummer pattern ^[0-9]{4}$"},
		{`{%s, "bokstaver": "blåbærgrøt"}`, ""},
		{`{%s, "bokstaver": "é"}`, `bokstaver pattern ^[a-z\u00e6\u00f8\u00e5]+$`},
		{`{%s, "kommune": "true"}`, "kommune type boolean"},
		{`{%s, "belop": 0.25}`, "belop minimum 0.5; belop multipleOf 0.5"},
		{`{%s, "belop": 1000000}`, "belop exclusiveMaximum 1000000"},
		{`{%s, "belop": 999999.5}`, ""},
		{`{%s, "antall": 0}`, "antall exclusiveMinimum 0"},
		{`{%s, "antall": 501}`, "antall maximum 500"},
		{`{%s, "antall": 1.5}`, "antall type integer"},
		{`{%s, "antall": "1"}`, "antall type integer"},
		{`{%s, "form": "Konsert"}`, "form enum"},
		{`{%s, "id": 8820}`, "id enum"},
		{`{%s, "id": 8819, "form": "kurs"}`, ""},
		{`{%s, "valgfri": null}`, ""},
		{`{%s, "valgfri": 1}`, "valgfri type null,string"},
		{`{%s, "adresse": {}}`, "adresse.poststed required"},
		{`{%s, "adresse": null}`, ""},
		{`{%s, "adresse": "x"}`, "adresse type object"},
		{`{%s, "ukjent": 1}`, "ukjent unknown"},
		{`{%s, "altinnRowId": "1"}`, "altinnRowId unknown"},
		{`{%s, "poster": []}`, "poster minItems 1"},
		{`{%s, "poster": {"0": {"belop": 1}}}`, "poster type array"},
		{`{%s, "poster": [{"belop": 1, "altinnRowId": "1"}]}`, ""},
		{`{%s, "poster": [{"belop": 1}, {}, {"belop": "x"}]}`,
			"poster[1].belop required; poster[2].belop type number"},
		{`{%s, "poster": [{"belop": 1, "x": 2}]}`, "poster[0].x unknown"},
		{`{%s, "poster": [{"belop": 1, "merker": ["a", "a"]}]}`, "poster[0].merker uniqueItems"},
		{`{%s, "poster": [{"belop": 1, "merker": ["a", "` + row + `"]}]}`,
			"poster[0].merker[1] maxLength 5"},
		{`{%s, "poster": [{"belop":1},{"belop":1},{"belop":1},{}], "x":1}`,
			"poster maxItems 3; poster[3].belop required; x unknown"},
	}
	for _, c := range cases {
		raw := strings.Replace(c.raw, "%s", ok, 1)
		if got := texts(s.Check(document(t, raw))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", raw, got, c.want)
		}
	}
	t.Logf("%d documents", len(cases))
}

func TestCheck_RealModels(t *testing.T) {
	t.Parallel()
	cases := []struct{ model, class, doc, want string }{
		{"skjema", "", `{"root": {"alder": 14, "epost": "kari", "arbeidserfaring": [` +
			`{"prosjekter": [{"tittel": "` + strings.Repeat("x", 33) + `"}]}]}}`,
			"root.alder minimum 15; " +
				"root.arbeidserfaring[0].prosjekter[0].tittel maxLength 32; root.epost format idn-email"},
		{"skjema", "", `{"root": {"epost": "kåre@østfold.no", "alder": 76}}`, ""},
		{"data", "", `{}`, "form required"},
		{"data", "", `{"form": {"orgNumber": "12345678x", "year": 1999, "sources": [{}]}}`,
			"form.name required; form.orgNumber pattern ^\\d*$; form.year minimum 2000; " +
				"form.income required; form.sources[0].type required"},
		{"simpel", "a.Skjema", `{"Felt1": "x"}`, "Felt2 required"},
		{"datamodel", "", `{}`, "Innflytter required"},
		{"datamodel", "", `{"Innflytter": {"Alder": null, "Fornavn": 1, "TidligereBosteder": []}}`,
			"Innflytter.Fornavn type string; Innflytter.Etternavn required; " +
				"Innflytter.Arbeidsinformasjon required; Innflytter.KanBrukeSkjema required; " +
				"Innflytter.TidligereBosteder minItems 1; Innflytter.Adresse required; " +
				"Innflytter.Kontaktinformasjon required"},
	}
	for _, c := range cases {
		got := texts(load(t, c.model, c.class).Check(document(t, c.doc)))
		if got != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.model, c.doc, got, c.want)
		}
	}
}

func TestCheck_OfSeveralBranchesIsOneViolation(t *testing.T) {
	t.Parallel()
	branches := `, {"type": "string", "maxLength": 2}]}`
	s, err := Load([]byte(modelOf(`{"oneOf": [{"type": "integer"}`+branches)), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(s.Check(document(t, `{"a": "long"}`))); got != "a other" {
		t.Errorf("got %s", got)
	}
	s, err = Load([]byte(modelOf(`{"oneOf": [{"type": "null"}`+branches)), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(s.Check(document(t, `{"a": "long"}`))); got != "a maxLength 2" {
		t.Errorf("beside null: got %s", got)
	}
}

func TestCheck_LeavesTheDocumentAlone(t *testing.T) {
	t.Parallel()
	s := load(t, "stotte", "")
	const raw = `{"adresse":null,"poster":[{"altinnRowId":"1","belop":1}],"tittel":"Jazz"}`
	doc := document(t, raw)
	s.Check(doc)
	if after, err := Encode(doc); err != nil || string(after) != raw {
		t.Errorf("got %s, %v", after, err)
	}
	if got := texts(s.Check(nil)); got != "tittel required; dato required" {
		t.Errorf("a nil document: got %s", got)
	}
}

func TestCheck_RowsAreInTheirOrder(t *testing.T) {
	t.Parallel()
	s := load(t, "skjema", "")
	doc := core.Document{}
	for i := range 12 {
		path := fmt.Sprintf("root.arbeidserfaring[%d].fra", i)
		if err := Set(doc, path, json.Number("1")); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Check(doc)
	if len(got) != 12 || got[2].Path != "root.arbeidserfaring[2].fra" ||
		got[11].Path != "root.arbeidserfaring[11].fra" {
		t.Errorf("got %s", texts(got))
	}
}

// A pattern that takes exponential time elsewhere (SECURITY.md V1.3.12).
func TestCheck_PatternsTakeLinearTime(t *testing.T) {
	t.Parallel()
	s, err := Load([]byte(modelOf(`{"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}`)), "")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan []Violation)
	go func() { done <- s.Check(core.Document{"a": strings.Repeat("a", 100<<10)}) }()
	select {
	case got := <-done:
		if len(got) != 1 {
			t.Errorf("got %s", texts(got))
		}
	case <-time.After(20 * time.Second):
		t.Error("the check does not end")
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	s := load(t, "stotte", "")
	cases := []struct{ raw, want string }{
		{`{}`, ""},
		{`{"tittel": "x", "poster": [{"belop": 1, "altinnRowId": "1"}]}`, ""},
		{`{"b": {"c": 1}, "a": 1, "altinnRowId": "1"}`, "a altinnRowId b"},
		{`{"adresse": {"gate": "x", "altinnRowId": "1", "land": "x"}}`,
			"adresse.altinnRowId adresse.land"},
		{`{"adresse": {"del": {"del": {"x": 1}}}}`, "adresse.del.del.x"},
		{`{"poster": [{}, {"x": 1, "merker": [{"y": 1}]}]}`, "poster[1].merker[0].y poster[1].x"},
		{`{"tittel": {"x": 1}, "dato": [{"y": 1}]}`, "dato[0].y tittel.x"},
		{`{"Tittel": 1}`, "Tittel"},
	}
	for _, c := range cases {
		if got := strings.Join(s.Unknown(document(t, c.raw)), " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.raw, got, c.want)
		}
	}
	if got := s.Unknown(nil); len(got) != 0 {
		t.Errorf("a nil document: got %v", got)
	}
}

func BenchmarkCheck(b *testing.B) {
	s, err := Load([]byte(modelOf(`{"type": "array", "items": {"properties": {
		"b": {"type": "number"}, "c": {"type": "string", "maxLength": 9}}}}`)), "")
	if err != nil {
		b.Fatal(err)
	}
	row := map[string]any{"b": json.Number("12.5"), "c": "leie", RowID: "1"}
	doc := core.Document{"a": slices.Repeat([]any{row}, 20)}
	for b.Loop() {
		s.Check(doc)
	}
}
