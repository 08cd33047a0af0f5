package form

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// extraPage has what the test app's own pages lack.
const extraPage = `{"data": {"layout": [
	{"id": "valgt-post", "type": "Dropdown", "dataModelBindings": {"simpleBinding": "ekstra.post"},
		"textResourceBindings": {"title": "Post"},
		"source": {"group": "budsjett.poster", "value": "budsjett.poster.tekst",
			"label": ["concat", ["dataModel", "budsjett.poster.tekst"], ": ", ["dataModel", "budsjett.poster.belop"]]}},
	{"id": "steder", "type": "Checkboxes", "dataModelBindings": {"simpleBinding": "ekstra.steder"},
		"textResourceBindings": {"title": "Steder"}, "optionsId": "omrader", "preselectedOptionIndex": 1,
		"optionFilter": ["or", ["notEquals", ["value"], "annet"], ["equals", ["dataModel", "soker.type"], "lag"]]},
	{"id": "valg", "type": "Checkboxes", "dataModelBindings": {"simpleBinding": "ekstra.valg"},
		"textResourceBindings": {"title": "Valg"}, "options": [{"value": 1, "label": "En"}, {"value": 2, "label": "To"}]},
	{"id": "tid", "type": "Datepicker", "timeStamp": true, "dataModelBindings": {"simpleBinding": "ekstra.tid"},
		"textResourceBindings": {"title": "Tid"}},
	{"id": "ramme", "type": "Panel", "variant": "error", "textResourceBindings": {"body": "Les **dette**"},
		"children": ["ramme-navn"]},
	{"id": "ramme-navn", "type": "Input", "required": true, "readOnly": ["equals", ["component", "valgt-post"], "Mat"],
		"dataModelBindings": {"simpleBinding": "tiltak.ansvarlig"}, "textResourceBindings": {"title": "Navn"}}
]}}`

func TestOptions_FromRows(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	n := node(t, Build(d, set, "stor", input(t, whole1)), "valgt-post")
	var got []string
	for _, o := range n.Options {
		got = append(got, o.Value+"="+o.Label)
	}
	if strings.Join(got, "|") != "Leie=Leie: 4200.5|Mat=Mat: 3000" {
		t.Errorf("got %v", got)
	}
	if !d.Component("skjema", "post-tekst").Field.Repeated {
		t.Error("the source is not in rows")
	}
}

func TestOptions_FilterAndPreselected(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	options := func(in Input) int { return len(node(t, Build(d, set, "stor", in), "steder").Options) }
	if got := options(input(t, whole1)); got != 2 {
		t.Errorf("filtered: got %d", got)
	}
	if got := options(changed(t, input(t, whole1), map[string]any{"soker.type": "lag"})); got != 3 {
		t.Errorf("not filtered: got %d", got)
	}
	doc, err := Prefilled(d, "soknad", input(t, `{}`), Given{})
	if err != nil || schema.Get(doc, "ekstra.steder") != "nord" {
		t.Errorf("preselected: got %v %v", schema.Get(doc, "ekstra.steder"), err)
	}
	given, err := Prefilled(d, "soknad", input(t, `{}`), Given{External: map[string]string{"ekstra.steder": "sentrum"}})
	if err != nil || schema.Get(given, "ekstra.steder") != "sentrum" {
		t.Errorf("preselected over an answer: got %v %v", schema.Get(given, "ekstra.steder"), err)
	}
}

func TestBind_ChoicesThatAreGoneAreRemoved(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	in := changed(t, input(t, whole1), map[string]any{
		"soker.type": "lag", "ekstra.post": "Mat", "ekstra.steder": "nord,annet",
	})
	b, err := Bind(d, set, "soker", post("soker.type=privat"), in)
	if err != nil || schema.Get(b.Data["soknad"], "ekstra.steder") != "nord" {
		t.Errorf("filtered away: got %v %v", schema.Get(b.Data["soknad"], "ekstra.steder"), err)
	}
	b, err = Bind(d, set, "budsjett", post("budsjett.poster[1].altinnRowId="+rowB, "budsjett.poster[1].tekst=Drikke"), in)
	if err != nil || schema.Get(b.Data["soknad"], "ekstra.post") != nil {
		t.Errorf("the row has another name: got %v %v", schema.Get(b.Data["soknad"], "ekstra.post"), err)
	}
}

func TestBind_ListsAndMoments(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	b, err := Bind(d, set, "stor", url.Values{"ekstra.valg": {"", "2", "1", "9"}, "ekstra.tid": {"14.8.2026"}}, input(t, whole1))
	if err != nil {
		t.Fatal(err)
	}
	doc := b.Data["soknad"]
	if got, ok := schema.Get(doc, "ekstra.valg").([]any); !ok || len(got) != 2 || got[0] != "1" || got[1] != "2" {
		t.Errorf("got %v", schema.Get(doc, "ekstra.valg"))
	}
	if got := schema.Get(doc, "ekstra.tid"); got != "2026-08-14T00:00:00+02:00" {
		t.Errorf("got %v", got)
	}
	if bad := d.Models["soknad"].Schema.Check(doc); len(bad) > 0 {
		t.Errorf("got %v", bad)
	}
	in := input(t, whole1)
	in.Data = b.Data
	p := Build(d, set, "stor", in)
	if n := node(t, p, "tid"); n.Value != "2026-08-14" || n.Display != "14. august 2026" {
		t.Errorf("got %+v", n)
	}
	if n := node(t, p, "valg"); strings.Join(n.Selected, ",") != "1,2" || n.Display != "En, To" {
		t.Errorf("got %+v", n)
	}
}

func TestBind_WhatThePostLocksIsTakenBack(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	in := changed(t, input(t, whole1), map[string]any{"tiltak.ansvarlig": "Per"})
	b, err := Bind(d, set, "stor", post("tiltak.ansvarlig=Kari", "ekstra.post=Mat"), in)
	if err != nil || schema.Get(b.Data["soknad"], "tiltak.ansvarlig") != "Per" {
		t.Errorf("got %v %v", schema.Get(b.Data["soknad"], "tiltak.ansvarlig"), err)
	}
	b, err = Bind(d, set, "stor", post("tiltak.ansvarlig=Kari", "ekstra.post=Leie"), in)
	if err != nil || schema.Get(b.Data["soknad"], "tiltak.ansvarlig") != "Kari" {
		t.Errorf("got %v %v", schema.Get(b.Data["soknad"], "tiltak.ansvarlig"), err)
	}
}

func TestBuild_PanelHasChildren(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	n := node(t, Build(d, set, "stor", input(t, whole1)), "ramme")
	if n.Kind != KindAlert || n.Tone != "danger" || n.Description != "Les <strong>dette</strong>" || len(n.Children) != 1 {
		t.Errorf("got %+v", n)
	}
}

func TestHiddenFiles_OfAHiddenUpload(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, `{"data": {"hidden": ["equals", ["dataModel", "soker.navn"], "Ingen"], "layout": []}}`)
	// This set is the test's own: the upload field is hidden as the new page is.
	set.Component("vedlegg").Hidden = set.Pages[1].Hidden
	in := input(t, whole1)
	file := core.DataElement{ID: uuid.New(), Type: "vedlegg"}
	in.Elements = []core.DataElement{file, {ID: uuid.New(), Type: app.PDFDataType}}
	if got := HiddenFiles(d, set, in); len(got) > 0 {
		t.Errorf("shown, but got %v", got)
	}
	in = changed(t, in, map[string]any{"soker.navn": "Ingen"})
	if got := HiddenFiles(d, set, in); len(got) != 1 || got[0].ID != file.ID {
		t.Errorf("hidden, but got %v", got)
	}
}

func TestValidate_WhatIsLockedIsNotMissing(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, extraPage)
	if got := ValidatePage(d, set, "stor", input(t, whole1)); len(got) != 1 || got[0].NodeID != "ramme-navn" {
		t.Errorf("open: got %s", messages(got))
	}
	locked := changed(t, input(t, whole1), map[string]any{"ekstra.post": "Mat"})
	if got := ValidatePage(d, set, "stor", locked); len(got) > 0 {
		t.Errorf("locked: got %s", messages(got))
	}
}
