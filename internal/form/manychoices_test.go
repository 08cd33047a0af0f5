package form

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/schema"
)

// choicePage has choices that are kept in other ways than as one value.
const choicePage = `{"data": {"layout": [
	{"id": "valg", "type": "MultipleSelect", "textResourceBindings": {"title": "Valg"},
		"dataModelBindings": {"simpleBinding": "ekstra.steder", "label": "ekstra.etikett"},
		"options": [{"value": "b", "label": "Øl"}, {"value": "a", "label": "Ål"}, {"value": "c", "label": "Ananas"}],
		"sortOrder": "asc", "layout": "row", "labelSettings": {"optionalIndicator": false}},
	{"id": "poster-valg", "type": "Checkboxes", "required": true, "deletionStrategy": "soft",
		"textResourceBindings": {"title": "Poster"},
		"dataModelBindings": {"group": "budsjett.poster", "simpleBinding": "budsjett.poster.tekst",
			"checked": "budsjett.poster.valgt", "label": "budsjett.poster.annet"},
		"options": [{"value": "Leie", "label": "Leie av lokale"}, {"value": "Mat", "label": "Mat og drikke"}]},
	{"id": "harde", "type": "Checkboxes", "textResourceBindings": {"title": "Harde"},
		"dataModelBindings": {"group": "budsjett.poster", "simpleBinding": "budsjett.poster.kategori"},
		"hidden": ["notEquals", ["dataModel", "soker.type"], "lag"],
		"options": [{"value": "lokale", "label": "Lokale"}, {"value": "annet", "label": "Annet"}]}
]}}`

func TestMultipleSelect_SortsAndKeepsLabels(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, choicePage)
	n := node(t, Build(d, set, "stor", input(t, `{}`)), "valg")
	var labels []string
	for _, o := range n.Options {
		labels = append(labels, o.Label)
	}
	if n.Kind != KindCheckbox || strings.Join(labels, " ") != "Ananas Øl Ål" || !n.InRow || n.Optional {
		t.Errorf("got %s %v in row %v, optional %v", n.Kind, labels, n.InRow, n.Optional)
	}
	b, err := Bind(d, set, "stor", url.Values{"ekstra.steder": {"", "a", "c"}}, input(t, `{}`))
	if err != nil {
		t.Fatal(err)
	}
	doc := b.Data["soknad"]
	if schema.Get(doc, "ekstra.steder") != "c,a" || schema.Get(doc, "ekstra.etikett") != "Ananas,Ål" {
		t.Errorf("got %v", doc)
	}
	in := input(t, `{}`)
	in.Data = b.Data
	b, err = Bind(d, set, "stor", url.Values{"ekstra.steder": {""}}, in)
	if err != nil || schema.Get(b.Data["soknad"], "ekstra.etikett") != nil {
		t.Errorf("nothing is chosen, but the label is %v %v", schema.Get(b.Data["soknad"], "ekstra.etikett"), err)
	}
}

func TestCheckboxes_KeptAsRows(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, choicePage)
	in := input(t, `{"budsjett": {"poster": [
		{"tekst": "Leie", "valgt": true, "belop": 7}, {"tekst": "Gammel", "valgt": true}]}}`)
	n := node(t, Build(d, set, "stor", in), "poster-valg")
	if n.Name != "budsjett.poster" || strings.Join(n.Selected, ",") != "Leie,Gammel" ||
		!n.Options[0].Selected || n.Options[1].Selected || n.Display != "Leie av lokale, Gammel" {
		t.Errorf("got %+v", n)
	}
	b, err := Bind(d, set, "stor", url.Values{"budsjett.poster": {"", "Mat"}}, in)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := schema.Get(b.Data["soknad"], "budsjett.poster").([]any)
	if len(rows) != 3 {
		t.Fatalf("got %v", rows)
	}
	gone, made := rows[0].(map[string]any), rows[2].(map[string]any)
	if gone["valgt"] != false || gone["belop"] != number("7") {
		t.Errorf("the row that is no longer chosen is %v", gone)
	}
	if made["tekst"] != "Mat" || made["valgt"] != true || made["annet"] != "Mat og drikke" {
		t.Errorf("the new row is %v", made)
	}
	if len(b.Changed) != 1 || b.Changed[0] != "budsjett.poster" {
		t.Errorf("changed: %v", b.Changed)
	}
	in.Data = b.Data
	if got := ValidatePage(d, set, "stor", in); len(got) > 0 {
		t.Errorf("chosen, but got %s", messages(got))
	}
	b, err = Bind(d, set, "stor", url.Values{"budsjett.poster": {""}}, in)
	if err != nil {
		t.Fatal(err)
	}
	in.Data = b.Data
	if got := ValidatePage(d, set, "stor", in); len(got) != 1 || got[0].NodeID != "poster-valg" {
		t.Errorf("nothing is chosen, but got %s", messages(got))
	}
}

func TestCheckboxes_HardRowsGoAndComeBackWhole(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, choicePage)
	in := input(t, `{"soker": {"type": "lag"}, "budsjett": {"poster": [{"kategori": "lokale", "belop": 7}]}}`)
	harde := set.Component("harde")
	v := newView(d, set, &in)
	b := binder{view: v}
	b.data = cloneAll(in.Data)
	b.take(harde, []string{"", "annet"})
	if rows := b.copyOf(harde).([]any); len(rows) != 1 || rows[0].(map[string]any)["kategori"] != "annet" {
		t.Errorf("got %v", rows)
	}
	// What hides the question takes the answer back, with all that was in its rows.
	if err := schema.Set(b.data["soknad"], "soker.type", "privat"); err != nil {
		t.Fatal(err)
	}
	b.settle()
	rows := b.copyOf(harde).([]any)
	if len(rows) != 1 || rows[0].(map[string]any)["belop"] != number("7") {
		t.Errorf("got %v", rows)
	}
}

func TestOptions_FromRowsByTextKeyWithIndex(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, `{"data": {"layout": [
		{"id": "en-post", "type": "RadioButtons", "dataModelBindings": {"simpleBinding": "ekstra.post"},
			"textResourceBindings": {"title": "Post"}, "sortOrder": "desc",
			"source": {"group": "budsjett.poster", "value": "budsjett.poster[{0}].tekst",
				"label": ["dataModel", "budsjett.poster.tekst"], "description": ["dataModel", "budsjett.poster.kategori"]}}]}}`)
	n := node(t, Build(d, set, "stor", input(t, whole1)), "en-post")
	if len(n.Options) != 2 || n.Options[0].Label != "Mat" || n.Options[1].Description != "lokale" {
		t.Errorf("got %+v", n.Options)
	}
}

func TestPrefilled_PreselectsInAList(t *testing.T) {
	t.Parallel()
	d, _ := withPage(t, `{"data": {"layout": [
		{"id": "valg", "type": "MultipleSelect", "textResourceBindings": {"title": "Valg"}, "preselectedOptionIndex": 1,
			"dataModelBindings": {"simpleBinding": "ekstra.valg", "label": "ekstra.etikett"},
			"options": [{"value": "a", "label": "En"}, {"value": "b", "label": "To"}]}]}}`)
	doc, err := Prefilled(d, "soknad", input(t, `{}`), Given{})
	if err != nil {
		t.Fatal(err)
	}
	list, _ := schema.Get(doc, "ekstra.valg").([]any)
	if len(list) != 1 || list[0] != "b" || schema.Get(doc, "ekstra.etikett") != "To" {
		t.Errorf("got %v", doc)
	}
}
