package form

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"stafett/internal/schema"
)

const displayPage = `{"data": {"layout": [
	{"id": "tekst", "type": "Text", "textResourceBindings": {"title": "Navn"}, "value": ["dataModel", "soker.navn"]},
	{"id": "fritt", "type": "Text", "value": "omrade.nord"},
	{"id": "tall", "type": "Number", "textResourceBindings": {"title": "Sum"}, "value": ["dataModel", "budsjett.sum"],
		"formatting": {"currency": "NOK", "position": "suffix"}},
	{"id": "prosent", "type": "Number", "textResourceBindings": {"title": "Andel"}, "value": 12.345,
		"formatting": {"unit": "percent", "number": {"decimalScale": 1}}},
	{"id": "dag", "type": "Date", "textResourceBindings": {"title": "Dag"}, "value": ["dataModel", "tiltak.start"]},
	{"id": "tid", "type": "Date", "textResourceBindings": {"title": "Tid"}, "value": "2022-09-27 18:00:00.000", "format": "DD.MM.yyyy HH:mm"},
	{"id": "valg", "type": "Option", "textResourceBindings": {"title": "Valg"}, "value": "nord", "optionsId": "omrader"},
	{"id": "lenke", "type": "Link", "style": "primary", "openInNewTab": true,
		"textResourceBindings": {"title": "Les mer", "target": "https://example.no/a_b_c?d=e"}},
	{"id": "farlig", "type": "Link", "style": "link",
		"textResourceBindings": {"title": "Les mer", "target": ["dataModel", "soker.navn"]}},
	{"id": "ramme", "type": "IFrame", "textResourceBindings": {"title": "https://example.no/film"}},
	{"id": "strek", "type": "Divider"},
	{"id": "mer", "type": "Accordion", "textResourceBindings": {"title": "Mer"}, "children": ["i-mer"]},
	{"id": "i-mer", "type": "Input", "dataModelBindings": {"simpleBinding": "ekstra.merke"},
		"textResourceBindings": {"title": "Merke"}, "grid": {"xs": 12, "md": 6}, "variant": "search",
		"pageBreak": {"breakBefore": ["if", ["equals", 1, 1], "always", "else", "auto"], "breakAfter": "auto"}},
	{"id": "info", "type": "InstanceInformation", "elements": {"sender": false}}
]}}`

func TestDisplay_ShowsWhatIsWorkedOut(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, displayPage)
	p := Build(d, set, "stor", input(t, whole1))
	want := map[string]string{
		"tekst": "Kari Solbakken", "tall": "7 200,50 kr", "prosent": "12,3 %", "dag": "1. september 2026",
		"tid": "27.09.2022 18:00", "valg": "Nord",
	}
	for id, display := range want {
		n := node(t, p, id)
		if n.Kind != KindValue || !n.ReadOnly || nb(n.Display) != display {
			t.Errorf("%s: got %s %q, want %q", id, n.Kind, n.Display, display)
		}
	}
	t.Logf("checked %d values", len(want))
	if n := node(t, p, "fritt"); n.Kind != KindProse || n.Description == "omrade.nord" || n.Description == "" {
		t.Errorf("a text without a title: got %+v", n)
	}
	if n := node(t, p, "strek"); n.Kind != KindDivider {
		t.Errorf("got %s", n.Kind)
	}
}

func TestLink_LeadsOnlyWhereItIsSafe(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, displayPage)
	p := Build(d, set, "stor", input(t, whole1))
	if n := node(t, p, "lenke"); n.Link.URL != "https://example.no/a_b_c?d=e" || n.Link.Style != "primary" || !n.Link.NewTab {
		t.Errorf("got %+v", n.Link)
	}
	if n := node(t, p, "ramme"); n.Kind != KindStandIn || n.Link == nil || n.Link.URL != "https://example.no/film" {
		t.Errorf("got %+v", n)
	}
	tests := map[string]string{
		"javascript:alert(1)": "", "JaVaScRiPt:alert(1)": "", "data:text/html,x": "", "//evil.example": "",
		"Kari Solbakken": "", "/nordvik/app": "/nordvik/app", "https://example.no": "https://example.no",
		"mailto:kari@example.no": "mailto:kari@example.no", " tel:+4740000000 ": "tel:+4740000000",
	}
	for target, want := range tests {
		in := changed(t, input(t, whole1), map[string]any{"soker.navn": target})
		if got := node(t, Build(d, set, "stor", in), "farlig").Link.URL; got != want {
			t.Errorf("%q: got %q, want %q", target, got, want)
		}
	}
	t.Logf("checked %d addresses", len(tests))
}

func TestAccordion_OpensWhereSomethingIsToBeMended(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, displayPage)
	in := input(t, whole1)
	n := node(t, Build(d, set, "stor", in), "mer")
	if n.Kind != KindDetails || n.Open || len(n.Children) != 1 {
		t.Errorf("got %+v", n)
	}
	child := n.Children[0]
	if child.Columns != 6 || child.BreakBefore != "always" || child.BreakAfter != "" || !child.Search {
		t.Errorf("got columns %d, breaks %q %q, search %v", child.Columns, child.BreakBefore, child.BreakAfter, child.Search)
	}
	in.Shown = []Issue{{Path: "ekstra.merke", NodeID: "i-mer", Page: "stor"}}
	if !node(t, Build(d, set, "stor", in), "mer").Open {
		t.Error("an issue is folded away")
	}
}

func TestInstanceInformation_ShowsWhatThereIs(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, displayPage)
	in := input(t, whole1)
	if n := node(t, Build(d, set, "stor", in), "info"); len(n.Children) != 0 {
		t.Errorf("a draft: got %+v", n.Children)
	}
	sent := time.Date(2026, 8, 14, 10, 0, 0, 0, time.UTC)
	in.Instance.Submitted, in.Instance.Reference, in.Receiver = &sent, "NK-7F3K-92QD", "Nordvik kommune"
	var got []string
	for _, c := range node(t, Build(d, set, "stor", in), "info").Children {
		got = append(got, c.Title+": "+nb(c.Display))
	}
	want := "Dato sendt: 14. august 2026 kl. 12.00|Mottaker: Nordvik kommune|Referansenummer: NK-7F3K-92QD"
	if strings.Join(got, "|") != want {
		t.Errorf("got %v", got)
	}
}

func TestDateLimits_TakeWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ earliest, latest, min, max string }{
		{`"yesterday"`, `"tomorrow"`, "2026-08-13", "2026-08-15"},
		{`"oneYearAgo"`, `"oneYearFromNow"`, "2025-08-14", "2027-08-14"},
		{`"today"`, `"2100-01-01T12:00:00.000Z"`, "2026-08-14", "2100-01-01"},
		{`["dataModel", "tiltak.start"]`, `["dataModel", "tiltak.slutt"]`, "2026-09-01", "2026-09-03"},
		{`"whenever"`, `null`, "1900-01-01", "2100-01-01"},
	}
	for _, tt := range tests {
		d, set := withPage(t, `{"data": {"layout": [{"id": "dag", "type": "Datepicker",
			"dataModelBindings": {"simpleBinding": "tiltak.start"}, "textResourceBindings": {"title": "Dag"},
			"minDate": `+tt.earliest+`, "maxDate": `+tt.latest+`}]}}`)
		n := node(t, Build(d, set, "stor", input(t, whole1)), "dag")
		if n.Min != tt.min || n.Max != tt.max {
			t.Errorf("%s to %s: got %s to %s", tt.earliest, tt.latest, n.Min, n.Max)
		}
	}
	t.Logf("checked %d pairs of limits", len(tests))
}

const addressPage = `{"data": {"layout": [
	{"id": "bosted", "type": "AddressComponent", "required": true, "simplified": false,
		"textResourceBindings": {"title": "Bosted", "addressTitle": "Vei"},
		"dataModelBindings": {"address": "tiltak.navn", "zipCode": "tiltak.malgruppe", "postPlace": "ekstra.post", "careOf": "ekstra.etikett"}},
	{"id": "mobil", "type": "Input", "textResourceBindings": {"title": "Mobil"}, "dataModelBindings": {"simpleBinding": "tiltak.ansvarlig"},
		"formatting": {"align": "right", "number": {"format": "+47 ### ## ###"}}}
]}}`

func TestAddress_IsAGroupOfQuestions(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, addressPage)
	n := node(t, Build(d, set, "stor", input(t, `{}`)), "bosted")
	var got []string
	for _, c := range n.Children {
		got = append(got, c.Name+"="+c.Title)
	}
	want := "tiltak.navn=Vei|ekstra.etikett=C/O eller annen tilleggsadresse|tiltak.malgruppe=Postnummer|ekstra.post=Poststed"
	if n.Kind != KindGroup || n.Title != "Bosted" || strings.Join(got, "|") != want {
		t.Fatalf("got %s %v", n.Title, got)
	}
	zip := n.Children[2]
	if !zip.Required || n.Children[1].Required || zip.Autocomplete != "postal-code" || zip.InputMode != "numeric" || zip.Columns != 4 {
		t.Errorf("got %+v", zip)
	}
	if got := ValidatePage(d, set, "stor", input(t, `{}`)); len(got) != 3 {
		t.Errorf("got %s", messages(got))
	}
	sections := Summarise(d, set, input(t, whole1), SummaryOptions{Pages: []string{"stor"}})
	if len(sections) != 2 || sections[1].Title != "Bosted" || len(sections[1].Answers) != 4 {
		t.Errorf("got %+v", sections)
	}
	in := changed(t, input(t, whole1), map[string]any{"tiltak.malgruppe": "12", "ekstra.post": "Oslo"})
	if got := messages(ValidatePage(d, set, "stor", in)); got != "tiltak.malgruppe: Postnummeret må ha fire siffer." {
		t.Errorf("got %s", got)
	}
}

func TestAddress_ARegisterFillsThePlace(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, addressPage)
	in := input(t, whole1)
	in.PostalPlace = func(code string) string { return map[string]string{"0150": "OSLO"}[code] }
	b, err := Bind(d, set, "stor", post("tiltak.malgruppe=0150", "ekstra.post=Bergen"), in)
	if err != nil || schema.Get(b.Data["soknad"], "ekstra.post") != "OSLO" {
		t.Fatalf("got %v %v", schema.Get(b.Data["soknad"], "ekstra.post"), err)
	}
	in.Data = b.Data
	if n := node(t, Build(d, set, "stor", in), "bosted-postPlace"); n.Kind != KindValue || n.Display != "OSLO" {
		t.Errorf("got %+v", n)
	}
	b, err = Bind(d, set, "stor", post("tiltak.malgruppe=9999", "ekstra.post=Bergen"), in)
	if err != nil || schema.Get(b.Data["soknad"], "ekstra.post") != "Bergen" {
		t.Errorf("an unknown code: got %v %v", schema.Get(b.Data["soknad"], "ekstra.post"), err)
	}
	// The page showed the place as the register's: nothing was posted for it.
	b, err = Bind(d, set, "stor", post("tiltak.malgruppe=9999"), in)
	if got := schema.Get(b.Data["soknad"], "ekstra.post"); err != nil || got != nil {
		t.Errorf("the place of the postcode before stays: got %v %v", got, err)
	}
	in.Data = input(t, `{"tiltak": {"malgruppe": "0150"}}`).Data
	page := Build(d, set, "stor", in)
	if n := node(t, page, "bosted-postPlace"); n.Kind != KindValue || n.Display != "OSLO" {
		t.Errorf("a postcode that came from a system: got %+v", n)
	}
	if n := node(t, page, "bosted-zipCode"); !n.Controls {
		t.Error("the page is not drawn anew when the postcode is changed")
	}
}

func TestInput_PatternIsForTheReaderOnly(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, addressPage)
	tests := map[string]string{
		"+47 400 00 000": "40000000", "40000000": "40000000", "400 00 000": "40000000", "+46 1": "+46 1",
	}
	for typed, want := range tests {
		b, err := Bind(d, set, "stor", url.Values{"tiltak.ansvarlig": {typed}}, input(t, `{}`))
		if err != nil || schema.Get(b.Data["soknad"], "tiltak.ansvarlig") != want {
			t.Errorf("%q: got %v %v", typed, schema.Get(b.Data["soknad"], "tiltak.ansvarlig"), err)
		}
	}
	t.Logf("checked %d answers", len(tests))
	in := changed(t, input(t, `{}`), map[string]any{"tiltak.ansvarlig": "40000000"})
	if n := node(t, Build(d, set, "stor", in), "mobil"); n.Value != "+47 400 00 000" || n.Display != n.Value || n.Align != "right" {
		t.Errorf("got %q %q %q", n.Value, n.Display, n.Align)
	}
}
