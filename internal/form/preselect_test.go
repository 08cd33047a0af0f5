package form

import (
	"testing"

	"stafett/internal/app"
	"stafett/internal/schema"
)

// preselectPage has choices that are made from the start, one of them in rows.
const preselectPage = `{"data": {"layout": [
	{"id": "sortert", "type": "Dropdown", "dataModelBindings": {"simpleBinding": "ekstra.post"},
		"options": [{"value": "b", "label": "Øl"}, {"value": "a", "label": "Ål"}, {"value": "c", "label": "Ananas"}],
		"sortOrder": "asc", "preselectedOptionIndex": 0,
		"optionFilter": ["notEquals", ["value", "label"], "Ananas"]},
	{"id": "rader", "type": "RepeatingGroup", "children": ["rad-kategori", "rad-tekst"],
		"dataModelBindings": {"group": "budsjett.poster"}},
	{"id": "rad-kategori", "type": "RadioButtons", "preselectedOptionIndex": 1,
		"dataModelBindings": {"simpleBinding": "budsjett.poster.kategori", "label": "budsjett.poster.annet"},
		"options": [{"value": "lokale", "label": "Lokale"}, {"value": "annet", "label": "Noe annet"}]},
	{"id": "rad-tekst", "type": "Input", "dataModelBindings": {"simpleBinding": "budsjett.poster.tekst"}}
]}}`

func TestPreselected_IsTheOptionAsPeopleSeeTheList(t *testing.T) {
	t.Parallel()
	d, _ := withPage(t, preselectPage)
	doc, err := Prefilled(d, "soknad", input(t, `{}`), Given{})
	if got := schema.Get(doc, "ekstra.post"); err != nil || got != "b" {
		t.Errorf("got %v %v, want the first of those that are left, from A to Z", got, err)
	}
}

func TestPreselected_InARowThatIsAdded(t *testing.T) {
	t.Parallel()
	d, set := withPage(t, preselectPage)
	data, id, err := AddRow(d, set, "budsjett.poster", input(t, whole1))
	doc := data["soknad"]
	if err != nil {
		t.Fatal(err)
	}
	path, _ := RowPath(doc, id)
	if path != "budsjett.poster[2]" || schema.Get(doc, path+".kategori") != "annet" ||
		schema.Get(doc, path+".annet") != "Noe annet" {
		t.Errorf("the new row is %v", schema.Get(doc, path))
	}
	if got := schema.Get(doc, "budsjett.poster[0].kategori"); got != "lokale" {
		t.Errorf("another row is changed: %v", got)
	}
}

func TestOptionFilter_KnowsThePartsOfAnOption(t *testing.T) {
	t.Parallel()
	v := &view{option: &app.ResolvedOption{Value: "1", Label: "En", Description: "D", Help: "H"}}
	for key, want := range map[string]any{
		"": "1", "value": "1", "label": "En", "description": "D", "helpText": "H", "metadata": nil,
	} {
		if got, err := v.Value(key); got != want || (err != nil) != (want == nil) {
			t.Errorf("%q: got %v, %v", key, got, err)
		}
	}
	if len(app.OptionKeys) != 4 {
		t.Errorf("the checker knows %v", app.OptionKeys)
	}
}
