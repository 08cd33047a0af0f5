package form

import (
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"

	"stafett/internal/fault"
	"stafett/internal/schema"
)

func TestBind_ConvertsWhatPeopleType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		page, path, typed string
		want              any
	}{
		{"soker", "soker.navn", "  Kari Solbakken \u00a0", "Kari Solbakken"},
		{"soker", "soker.navn", "Kari\r\nSolbakken", "Kari Solbakken"},
		{"soker", "soker.navn", "   ", nil},
		{"soker", "soker.navn", "e\u0301 \u202e😀", "e\u0301 \u202e😀"},
		{"tiltak", "tiltak.beskrivelse", "  to\r\nlinjer\rtre  \n", "  to\nlinjer\ntre"},
		{"tiltak", "tiltak.start", "1.2.2027", "2027-02-01"},
		{"tiltak", "tiltak.start", "14. august 2026", "2026-08-14"},
		{"tiltak", "tiltak.start", "2026-09-01", "2026-09-01"},
		{"tiltak", "tiltak.deltakere", "1 200", number("1200")},
		{"tiltak", "tiltak.deltakere", "1.200", number("1200")},
		{"tiltak", "tiltak.omrade", "sentrum", "sentrum"},
		{"tiltak", "tiltak.omrade", "måne", nil},
		{"tiltak", "tiltak.omrade", "", nil},
		{"tiltak", "tiltak.malgruppe", "eldre", "eldre"},
		{"tiltak", "tiltak.malgruppe", "", nil},
		{"budsjett", "budsjett.soknadsbelop", "1 200,50", number("1200.50")},
		{"budsjett", "budsjett.soknadsbelop", "12\u00a0000 kr", number("12000")},
		{"oppsummering", "samtykke", "false", false},
		{"oppsummering", "samtykke", "kanskje", nil},
	}
	for _, tt := range tests {
		bound := bind(t, tt.page, post(tt.path+"="+tt.typed), input(t, whole1))
		if got := schema.Get(bound.Data["soknad"], tt.path); got != tt.want || len(bound.Issues) > 0 {
			t.Errorf("%s %q: got %#v %v, want %#v", tt.path, tt.typed, got, bound.Issues, tt.want)
		}
	}
	t.Logf("checked %d answers", len(tests))
}

func TestBind_KeepsWhatCannotBeStored(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("æ", maxText+1)
	tests := []struct{ page, path, typed, want string }{
		{"tiltak", "tiltak.deltakere", "mange", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"tiltak", "tiltak.deltakere", "1,5", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"tiltak", "tiltak.deltakere", "NaN", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"tiltak", "tiltak.deltakere", "1e400", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"tiltak", "tiltak.deltakere", "0x10", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"tiltak", "tiltak.deltakere", "٣", "Antall deltakere må være et helt tall, for eksempel 12."},
		{"budsjett", "budsjett.soknadsbelop", "Infinity", "Søknadsbeløpet må være et tall, for eksempel 1 200,50."},
		{"tiltak", "tiltak.start", "31.2.2026", "Startdatoen finnes ikke. Skriv for eksempel 14.8.2026."},
		{"tiltak", "tiltak.beskrivelse", long, "Svaret på «Hva skal dere gjøre?» kan ha høyst 10 000 tegn. Du har brukt 10 001."},
	}
	for _, tt := range tests {
		bound := bind(t, tt.page, post(tt.path+"="+tt.typed), input(t, whole1))
		if len(bound.Issues) != 1 || nb(bound.Issues[0].Message) != tt.want || bound.Issues[0].Path != tt.path {
			t.Errorf("%s %.20q: got %s, want %s", tt.path, tt.typed, messages(bound.Issues), tt.want)
		}
		if bound.Posted[tt.path] != tt.typed {
			t.Errorf("%s: what was typed is lost: %.20q", tt.path, bound.Posted[tt.path])
		}
		if got := schema.Get(bound.Data["soknad"], tt.path); got != nil {
			t.Errorf("%s: the old answer %v is kept although it is not what was typed", tt.path, got)
		}
	}
	t.Logf("checked %d answers", len(tests))
}

func TestBind_LeavesTheInputAlone(t *testing.T) {
	t.Parallel()
	in := input(t, whole1)
	bound := bind(t, "soker", post("soker.navn=Ola", "soker.epost="), in)
	if got := schema.Get(in.Data["soknad"], "soker.navn"); got != "Kari Solbakken" {
		t.Errorf("the input was changed: %v", got)
	}
	slices.Sort(bound.Changed)
	if strings.Join(bound.Changed, " ") != "soker.epost soker.navn" {
		t.Errorf("changed: got %v", bound.Changed)
	}
	same := bind(t, "soker", post("soker.navn=Kari Solbakken"), in)
	if len(same.Changed) > 0 {
		t.Errorf("nothing changed, but got %v", same.Changed)
	}
}

func TestBind_SeveralBoxes(t *testing.T) {
	t.Parallel()
	// The empty value is the hidden field that tells that the boxes were on the page.
	bound := bind(t, "tiltak", post("tiltak.malgruppe=", "tiltak.malgruppe=eldre",
		"tiltak.malgruppe=barn", "tiltak.malgruppe=alle"), input(t, whole1))
	if got := schema.Get(bound.Data["soknad"], "tiltak.malgruppe"); got != "barn,eldre" {
		t.Errorf("got %v", got)
	}
	bound = bind(t, "tiltak", post("tiltak.navn=x"), input(t, whole1))
	if got := schema.Get(bound.Data["soknad"], "tiltak.malgruppe"); got != "unge" {
		t.Errorf("boxes that were not posted: got %v", got)
	}
}

func TestBind_HiddenQuestionsAreNotTaken(t *testing.T) {
	t.Parallel()
	bound := bind(t, "soker", post("soker.type=privat", "soker.orgnummer=310246816"), input(t, whole1))
	if got := schema.Get(bound.Data["soknad"], "soker.orgnummer"); got != nil {
		t.Errorf("a hidden question was stored: %v", got)
	}
	bound = bind(t, "soker", post("soker.type=lag", "soker.orgnummer=310246816"), input(t, whole1))
	if got := schema.Get(bound.Data["soknad"], "soker.orgnummer"); got != "310246816" {
		t.Errorf("a question that the same post reveals was not stored: %v", got)
	}
	lag := changed(t, input(t, whole1), map[string]any{"soker.type": "lag", "soker.orgnummer": "310246816"})
	bound = bind(t, "soker", post("soker.type=privat", "soker.orgnummer=999999999"), lag)
	if got := schema.Get(bound.Data["soknad"], "soker.orgnummer"); got != "310246816" {
		t.Errorf("a question that the same post hides was stored: %v", got)
	}
	hidden := changed(t, input(t, whole1), map[string]any{"soker.navn": "Ingen"})
	bound = bind(t, "oppsummering", post("samtykke=false"), hidden)
	if got := schema.Get(bound.Data["soknad"], "samtykke"); got != true {
		t.Errorf("a question on a hidden page was stored: %v", got)
	}
}

func TestBind_LockedFieldsAndOtherPagesAreNotTaken(t *testing.T) {
	t.Parallel()
	in := changed(t, input(t, whole1), map[string]any{"tiltak.ansvarlig": "Per"})
	bound := bind(t, "tiltak", post("tiltak.ansvarlig=Kari", "soker.navn=Ola"), in)
	if got := schema.Get(bound.Data["soknad"], "tiltak.ansvarlig"); got != "Per" {
		t.Errorf("a read-only field was stored: %v", got)
	}
	if got := schema.Get(bound.Data["soknad"], "soker.navn"); got != "Kari Solbakken" {
		t.Errorf("another page's field was stored: %v", got)
	}
	bound = bind(t, "budsjett", post("budsjett.sum=1"), in)
	if got := schema.Get(bound.Data["soknad"], "budsjett.sum"); got != number("7200.5") {
		t.Errorf("a calculated field was stored: %v", got)
	}
	in.ReadOnly = true
	bound = bind(t, "soker", post("soker.navn=Ola"), in)
	if len(bound.Changed) > 0 {
		t.Errorf("someone who may not write changed %v", bound.Changed)
	}
}

func TestBind_NamesTheUnknown(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	posted := post("soker.navn=Ola", "soker.admin=1", "rettigheter=alle", "annet:soker.navn=x", "soker=x",
		"budsjett.poster=x", "__proto__=x", "file:vedlegg=", "task=Task_1", "page=soker", "row=", "remove=")
	bound, err := Bind(d, set, "soker", posted, input(t, whole1))
	want := "__proto__ annet:soker.navn budsjett.poster rettigheter soker soker.admin"
	if err != nil || strings.Join(bound.Unknown, " ") != want {
		t.Errorf("got %v %v", bound.Unknown, err)
	}
}

func TestBind_Refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		post url.Values
		want fault.Kind
	}{
		{"a field twice", post("soker.navn=a", "soker.navn=b"), fault.Invalid},
		{"a hidden field twice", post("soker.orgnummer=1", "soker.orgnummer=2"), fault.Invalid},
		{"NUL", post("soker.navn=a\x00b"), fault.Invalid},
		{"broken UTF-8", post("soker.navn=a\xff"), fault.Invalid},
		{"a row far away", post("budsjett.poster[999999999].tekst=x"), fault.Invalid},
		{"a row far away with an id", post("budsjett.poster[999999999].altinnRowId=x"), fault.Invalid},
		{"a row before the first", post("budsjett.poster[-1].tekst=x"), fault.Invalid},
		{"a row without its id", post("budsjett.poster[0].tekst=x"), fault.Invalid},
		{"a new row", post("budsjett.poster[2].tekst=x"), fault.Invalid},
		{"a row that is gone", post("budsjett.poster[2].altinnRowId="+rowB, "budsjett.poster[2].tekst=x"), fault.Conflict},
		{"a row that has moved", post("budsjett.poster[0].altinnRowId="+rowB, "budsjett.poster[0].tekst=x"), fault.Conflict},
		{"a row with two ids", post("budsjett.poster[0].altinnRowId="+rowA, "budsjett.poster[0].altinnRowId="+rowB), fault.Invalid},
		{"the id of no row", post("soker.altinnRowId=" + rowA), fault.Invalid},
	}
	d, set := soknad(t)
	for _, tt := range tests {
		in := input(t, whole1)
		_, err := Bind(d, set, "budsjett", tt.post, in)
		if fault.KindOf(err) != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, err := Bind(d, set, "side9", post(), input(t, whole1)); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such page: got %v", err)
	}
	t.Logf("checked %d posts", len(tests))
}

func TestBind_AFarRowMakesNothing(t *testing.T) {
	d, set := soknad(t)
	in := input(t, whole1)
	posted := post("budsjett.poster[999999999].tekst=x", "budsjett.poster[999].tekst=x")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Bind(d, set, "budsjett", posted, in); err == nil {
		t.Fatal("a row that is not there was taken")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}

func TestBind_Rows(t *testing.T) {
	t.Parallel()
	posted := post("budsjett.poster[1].altinnRowId="+rowB, "budsjett.poster[1].belop=2 500,50",
		"budsjett.poster[1].kategori=lokale", "budsjett.poster[1].annet=Brød")
	bound := bind(t, "budsjett", posted, input(t, whole1))
	doc := bound.Data["soknad"]
	for path, want := range map[string]any{
		"budsjett.poster[1].belop":    number("2500.50"),
		"budsjett.poster[1].kategori": "lokale",
		"budsjett.poster[1].annet":    "Frukt", // hidden by the new category
		"budsjett.poster[0].belop":    number("4200.5"),
		"budsjett.sum":                number("6701"),
	} {
		if got := schema.Get(doc, path); got != want && asText(got) != asText(want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func TestBind_RowsWithoutIDsGetThem(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := changed(t, input(t, whole1), map[string]any{
		"budsjett.poster[0].altinnRowId": nil, "budsjett.poster[1].altinnRowId": nil,
	})
	shown := node(t, Build(d, set, "budsjett", in), "poster").Rows.Rows[1].ID
	posted := post("budsjett.poster[1].altinnRowId="+shown, "budsjett.poster[1].tekst=Ny")
	bound := bind(t, "budsjett", posted, in)
	doc := bound.Data["soknad"]
	if schema.Get(doc, "budsjett.poster[1].tekst") != "Ny" ||
		schema.Get(doc, "budsjett.poster[1].altinnRowId") != shown {
		t.Errorf("got %v", schema.Get(doc, "budsjett.poster"))
	}
	if path, ok := RowPath(doc, shown); !ok || path != "budsjett.poster[1]" {
		t.Errorf("got %s %v", path, ok)
	}
}

func TestBind_IssuesInRowsNameTheRow(t *testing.T) {
	t.Parallel()
	posted := post("budsjett.poster[1].altinnRowId="+rowB, "budsjett.poster[1].belop=mye")
	bound := bind(t, "budsjett", posted, input(t, whole1))
	want := "budsjett.poster[1].belop: Rad 2: Beløpet må være et tall, for eksempel 1 200,50."
	if got := nb(messages(bound.Issues)); got != want || bound.Issues[0].NodeID != "post-belop-1" {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The case's own page shows what the citizen wrote, and nobody can change it there.
func TestBind_RowsOfALockedGroupAreNotTaken(t *testing.T) {
	t.Parallel()
	d := testApps()[1]
	set := d.SetFor("Task_1")
	in := input(t, `{"poster": [{"altinnRowId": "`+rowA+`", "belop": 100}]}`)
	in.Data["sak"] = in.Data["soknad"]
	b, err := Bind(d, set, "vurdering", post("poster[0].altinnRowId="+rowA, "poster[0].belop=900",
		"vurdering.tekst=God"), in)
	if err != nil || asText(schema.Get(b.Data["sak"], "poster[0].belop")) != "100" ||
		schema.Get(b.Data["sak"], "vurdering.tekst") != "God" {
		t.Errorf("got %v %v", b.Data["sak"], err)
	}
}
