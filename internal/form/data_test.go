package form

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

func TestClean_RemovesWhatIsHidden(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{
		"soker.orgnummer":          "310246816", // hidden
		"tiltak.hemmelig":          "attest",    // hidden
		"budsjett.poster[0].annet": "x",         // hidden in row 1, shown in row 2
		"budsjett.poster[2]":       map[string]any{"tekst": "skjult", "belop": number("1000")},
		"budsjett.poster[3]":       map[string]any{"altinnRowId": "tom"},
		"budsjett.sum":             number("8200.5"),
	})
	doc := Clean(d, set, in)["soknad"]
	got, err := schema.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"budsjett":{"poster":[{"belop":4200.5,"kategori":"lokale","tekst":"Leie"},` +
		`{"annet":"Frukt","belop":3000,"kategori":"annet","tekst":"Mat"}],"soknadsbelop":5000,"sum":7200.5},` +
		`"samtykke":true,"soker":{"epost":"kari@example.no","navn":"Kari Solbakken","type":"privat"},` +
		`"tiltak":{"deltakere":40,"malgruppe":"unge","navn":"Sommerleir","omrade":"nord","slutt":"2026-09-03","start":"2026-09-01"}}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if schema.Get(in.Data["soknad"], "soker.orgnummer") == nil {
		t.Error("the input was changed")
	}
}

func TestClean_HiddenPagesGo(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{"soker.navn": "Ingen"})
	if got := schema.Get(Clean(d, set, in)["soknad"], "samtykke"); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestAddRow(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	data, id, err := AddRow(d, set, "budsjett.poster", in)
	doc := data["soknad"]
	if err != nil {
		t.Fatal(err)
	}
	if schema.Rows(doc, "budsjett.poster") != 3 || schema.Get(doc, "budsjett.poster[2].altinnRowId") != id {
		t.Errorf("got %v", schema.Get(doc, "budsjett.poster"))
	}
	if schema.Rows(in.Data["soknad"], "budsjett.poster") != 2 {
		t.Error("the input was changed")
	}
	in.Data["soknad"] = doc
	in.OpenRow = id
	row := node(t, Build(d, set, "budsjett", in), "poster").Rows.Rows[2]
	if !row.Open || !row.New || len(row.Fields) == 0 {
		t.Errorf("got %+v", row)
	}
	innerData, innerID, err := AddRow(d, set, "budsjett.poster[1].kilder", in)
	inner := innerData["soknad"]
	if err != nil || schema.Get(inner, "budsjett.poster[1].kilder[0].altinnRowId") != innerID {
		t.Errorf("a row in a row: got %v %v", schema.Get(inner, "budsjett.poster[1]"), err)
	}
}

func TestAddRow_Refuses(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	full := input(t, whole1)
	for i := 2; i < 5; i++ {
		full = changed(t, full, map[string]any{"budsjett.poster" + index(i): map[string]any{"tekst": "x"}})
	}
	locked := input(t, whole1)
	locked.ReadOnly = true
	for name, tt := range map[string]struct {
		path string
		in   Input
	}{
		"a full group":    {"budsjett.poster", full},
		"no such group":   {"budsjett.rader", input(t, whole1)},
		"no group at all": {"soker", input(t, whole1)},
		"no such row":     {"budsjett.poster[7].kilder", input(t, whole1)},
		"may not write":   {"budsjett.poster", locked},
	} {
		if _, _, err := AddRow(d, set, tt.path, tt.in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDeleteRow(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	data, err := DeleteRow(d, set, rowA, input(t, whole1))
	doc := data["soknad"]
	if err != nil {
		t.Fatal(err)
	}
	if schema.Rows(doc, "budsjett.poster") != 1 || schema.Get(doc, "budsjett.poster[0].altinnRowId") != rowB ||
		asText(schema.Get(doc, "budsjett.sum")) != "3000" {
		t.Errorf("got %v", schema.Get(doc, "budsjett"))
	}
	if _, err := DeleteRow(d, set, "nobody", input(t, whole1)); !fault.Is(err, fault.Conflict) {
		t.Errorf("a row that is gone: got %v", err)
	}
	locked := input(t, whole1)
	locked.ReadOnly = true
	if _, err := DeleteRow(d, set, rowA, locked); !fault.Is(err, fault.Invalid) {
		t.Errorf("someone who may not write: got %v", err)
	}
}

func TestCalculate(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := input(t, `{"budsjett":{"poster":[{"belop":0.1},{"belop":0.2,"kilder":[{"navn":"x"}]},{}]}}`)
	doc := Calculate(d, "soknad", in.Data["soknad"], in)
	if got := schema.Get(doc, "budsjett.sum"); asText(got) != "0.3" {
		t.Errorf("got %v", got)
	}
	seen := map[any]bool{}
	for _, row := range []string{"budsjett.poster[0]", "budsjett.poster[1]", "budsjett.poster[1].kilder[0]", "budsjett.poster[2]"} {
		id := schema.Get(doc, row+".altinnRowId")
		if id == nil || seen[id] {
			t.Errorf("%s has the id %v", row, id)
		}
		seen[id] = true
	}
	if again := Calculate(d, "soknad", doc, in); !same(map[string]any(again), map[string]any(doc)) {
		t.Error("what is calculated again differs")
	}
	if schema.Get(in.Data["soknad"], "budsjett.sum") != nil {
		t.Error("the input was changed")
	}
	if bare := WithoutRowIDs(doc); strings.Contains(encoded(t, bare), "altinnRowId") {
		t.Errorf("got %s", encoded(t, bare))
	}
}

func TestCalculate_OneMayNeedAnother(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := input(t, `{"budsjett":{"poster":[{"belop":12000}]}}`)
	doc := Calculate(d, "soknad", in.Data["soknad"], in)
	if got := schema.Get(doc, "ekstra.merke"); got != "stort" {
		t.Errorf("a field that is calculated from a later one: got %v", got)
	}
	if doc = Calculate(d, "soknad", core.Document{}, in); schema.Get(doc, "ekstra.merke") != nil {
		t.Errorf("got %v", schema.Get(doc, "ekstra.merke"))
	}
}

func TestCalculate_RowIDsAreOneOfAKind(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := input(t, `{"budsjett":{"poster":[{},{}]}}`)
	doc := Calculate(d, "soknad", in.Data["soknad"], in)
	// The second row moves up, and a system adds a row without an id in its old place.
	second := schema.Get(doc, "budsjett.poster[1].altinnRowId")
	in = changed(t, in, map[string]any{"budsjett.poster[0].altinnRowId": second})
	doc = Calculate(d, "soknad", in.Data["soknad"], in)
	if got := schema.Get(doc, "budsjett.poster[1].altinnRowId"); got == second || got == nil {
		t.Errorf("two rows have the id %v", got)
	}
}

func encoded(t *testing.T, doc core.Document) string {
	t.Helper()
	raw, err := schema.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestPrefilled(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	in := input(t, `{}`)
	in.Owner.Email = "kari@example.no"
	in.User = in.Owner
	doc, err := Prefilled(d, "soknad", in, Given{External: map[string]string{
		"Tiltak.Navn": "Leir", "tiltak.deltakere": "40", "budsjett.soknads-belop": "5000,50",
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"budsjett":{"soknadsbelop":5000.50},"soker":{"epost":"kari@example.no","navn":"Kari Solbakken"},` +
		`"tiltak":{"deltakere":40,"navn":"Leir"}}`
	if got := encoded(t, doc); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	in.Owner = core.Party{Kind: core.PartyOrganisation, Name: "Nordvik Musikkforening", OrganisationNumber: "312468034"}
	doc, err = Prefilled(d, "soknad", in, Given{External: map[string]string{"soker.navn": "Sendt med"}})
	if err != nil {
		t.Fatal(err)
	}
	// The profile is that of whoever is signed in, also for an organisation.
	if got := encoded(t, doc); got != `{"soker":{"epost":"kari@example.no","navn":"Sendt med",`+
		`"orgnummer":"312468034"}}` {
		t.Errorf("an organisation: got %s", got)
	}
	in.User = core.Party{}
	doc, err = Prefilled(d, "soknad", in, Given{})
	if err != nil {
		t.Fatal(err)
	}
	if got := encoded(t, doc); got != `{"soker":{"navn":"Nordvik Musikkforening","orgnummer":"312468034"}}` {
		t.Errorf("made by a system: got %s", got)
	}
}

func TestPrefilled_NamesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	_, err := Prefilled(d, "soknad", input(t, `{}`), Given{External: map[string]string{
		"soker.skostorrelse": "42", "tiltak.deltakere": "mange", "tiltak.start": "i dag",
		"budsjett.poster.tekst": "x",
	}})
	wrong, ok := errors.AsType[*PrefillError](err)
	if !ok || !fault.Is(err, fault.Malformed) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, p := range wrong.Problems {
		got = append(got, p.Path+" "+p.Code)
	}
	slices.Sort(got)
	want := "budsjett.poster.tekst type, soker.skostorrelse unknown, tiltak.deltakere type, tiltak.start format"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	for _, value := range []string{"42", "mange", "i dag"} {
		if strings.Contains(err.Error(), value) {
			t.Errorf("the value %q is in the error", value)
		}
	}
}

func TestPresentation(t *testing.T) {
	t.Parallel()
	d, _ := soknad(t)
	if got := Presentation(d, input(t, whole1)); len(got) != 1 || got["title"] != "Sommerleir" {
		t.Errorf("got %v", got)
	}
	if got := Presentation(d, input(t, `{}`)); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	in.Elements = []core.DataElement{{Type: "vedlegg"}}
	in = changed(t, in, map[string]any{
		"budsjett.poster[0].kilder[0].navn": "Bank", "budsjett.poster[1].kilder[0].navn": "Lag",
	})
	tests := []struct {
		expression string
		indexes    []int
		want       string
	}{
		{`["dataModel","soker.navn"]`, nil, "Kari Solbakken"},
		{`["dataModel","soker.navn","soknad"]`, nil, "Kari Solbakken"},
		{`["dataModel","budsjett.poster[1].tekst"]`, nil, "Mat"},
		{`["dataModel","budsjett.poster.tekst"]`, []int{1}, "Mat"},
		{`["dataModel","budsjett.poster.kilder.navn"]`, []int{1, 0}, "Lag"},
		{`["dataModel","budsjett.poster[0].kilder.navn"]`, []int{1, 0}, ""},
		{`["dataModel","budsjett.poster.tekst"]`, nil, ""},
		{`["sum",["dataModel","budsjett.poster.belop"]]`, nil, "7200.5"},
		{`["dataModel","budsjett"]`, nil, ""},
		{`["component","tiltak-navn"]`, nil, "Sommerleir"},
		{`["component","soker-orgnummer"]`, nil, ""},
		{`["displayValue","tiltak-start"]`, nil, "01.09.2026"},
		{`["optionLabel","omrader","nord"]`, nil, "Nord"},
		{`["text","ja"]`, nil, "Ja"},
		{`["language"]`, nil, "nb"},
		{`["instanceContext","appId"]`, nil, "lindvik/tilskudd"},
		{`["instanceContext","instanceOwnerPartyType"]`, nil, "person"},
		{`["authContext","write"]`, nil, "true"},
		{`["authContext","sign"]`, nil, "false"},
		{`["countDataElements","vedlegg"]`, nil, "1"},
	}
	for _, tt := range tests {
		e, err := expr.Parse([]byte(tt.expression))
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Text(Context(d, set, in, tt.indexes), "")
		if err != nil || got != tt.want {
			t.Errorf("%s %v: got %q %v, want %q", tt.expression, tt.indexes, got, err, tt.want)
		}
	}
	for _, bad := range []string{`["component","ingen"]`, `["component","tiltak-tid"]`, `["dataModel","a","ingen"]`,
		`["argv",0]`, `["instanceContext","passord"]`, `["value"]`} {
		e, err := expr.Parse([]byte(bad))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Text(Context(d, set, in, nil), ""); err == nil {
			t.Errorf("%s: got no error", bad)
		}
	}
	t.Logf("checked %d expressions", len(tests))
}
