package app

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

const extraPage = soknad + "/App/ui/skjema/layouts/ekstra.json"

// withComponents gives the test apps with a page of its own for these components.
func withComponents(t *testing.T, components string) fstest.MapFS {
	t.Helper()
	fsys := files(t)
	fsys[extraPage] = &fstest.MapFile{Data: []byte(`{"data": {"layout": [` + components + `]}}`)}
	replace(t, fsys, aSettings, `"soker",`, `"soker", "ekstra",`)
	return fsys
}

func TestComponents_TellWhatIsWrong(t *testing.T) {
	t.Parallel()
	const (
		binds   = `"dataModelBindings": {"simpleBinding": "ekstra.steder"}`
		options = `"options": [{"value": "a", "label": "A"}]`
		rows    = `"group": "budsjett.poster", "simpleBinding": "budsjett.poster.tekst"`
	)
	tests := []struct {
		kind, rest string
		severity   Severity
		want       string
	}{
		{"MultipleSelect", binds + "," + options, "", ""},
		{"MultipleSelect", binds + "," + options + `, "sortOrder": "up"`, "warning", "sortOrder must be asc or desc"},
		{"MultipleSelect", binds + "," + options + `, "deletionStrategy": "gone"`, "warning", "deletionStrategy must be"},
		{"Checkboxes", `"dataModelBindings": {` + rows + `, "checked": "budsjett.poster.valgt"}, "deletionStrategy": "soft",` + options, "", ""},
		{"Checkboxes", `"dataModelBindings": {` + rows + `}, "deletionStrategy": "soft",` + options, "error", "soft needs the binding checked"},
		{"Checkboxes", `"dataModelBindings": {` + rows + `, "checked": "budsjett.poster.annet"},` + options, "error", "must be true or false"},
		{"Checkboxes", `"dataModelBindings": {"group": "budsjett.poster", "simpleBinding": "ekstra.steder"},` + options, "error", "no field in the rows of"},
		{"Dropdown", binds + `, "optionsId": "finnes-ikke", "secure": true`, "warning", "made by C#"},
		{"Dropdown", binds + `, "optionsId": "omrader", "queryParameters": {"a": "b"}`, "warning", "queryParameters is not used"},
		{"Dropdown", binds + `, "optionsId": "omrader", "mapping": {"a": "b"}`, "warning", "mapping is not used"},
		{"Dropdown", `"dataModelBindings": {"simpleBinding": "ekstra.steder", "metadata": "ekstra.etikett"},` + options, "warning", "binding metadata is not used"},
		{"Address", `"dataModelBindings": {"address": "soker.navn", "zipCode": "ekstra.steder"}`, "error", "needs the binding postPlace"},
		{"AddressComponent", `"dataModelBindings": {"address": "soker.navn", "zipCode": "ekstra.steder", "postPlace": "ekstra.sted"}`, "error", "ekstra.sted is not in the model"},
		{"Text", `"value": ["dataModel", "soker.navn"]`, "", ""},
		{"Text", `"value": ["dataModel", "soker.alder"]`, "error", "soker.alder is not in the model"},
		{"Number", `"format": "x"`, "error", "no value to show"},
		{"Number", `"value": 3, "formatting": {"align": "up"}`, "warning", "formatting.align must be"},
		{"Option", `"value": "a", "optionsId": "borte"`, "error", "no options/borte.json"},
		{"Link", `"textResourceBindings": {"title": "Les", "target": "https://example.no"}`, "", ""},
		{"Link", `"textResourceBindings": {"title": "Les"}`, "warning", "leads nowhere"},
		{"Link", `"style": "tall", "textResourceBindings": {"target": "/"}`, "warning", "style must be link"},
		{"Image", `"image": {"src": {"nb": "https://example.no/a.png"}}`, "warning", "no pictures from other sites"},
		{"Image", `"image": {"src": {"nb": "wwwroot/borte.png"}}`, "warning", "no wwwroot/borte.png"},
		{"Image", `"image": {"src": {"nb": "../config/applicationmetadata.json"}}`, "warning", "no kind of picture"},
		{"Image", `"image": {}`, "error", "image.src needs an address"},
		{"Image", `"image": {"align": "up", "src": {"nb": "a.png"}}`, "warning", "image.align must be"},
		{"Accordion", `"openByDefault": true`, "", ""},
		{"AccordionGroup", `"children": []`, "", ""},
		{"InstanceInformation", `"elements": {"dateSent": false}`, "", ""},
		{"InstanceInformation", `"elements": {"dateSent": "no"}`, "error", "dateSent must be true or false"},
		{"NavigationBar", `"compact": true`, "", ""},
		{"NavigationBar", `"validateOnForward": {"page": "all"}`, "warning", "validateOnForward is not used"},
		{"Button", `"mode": "go-to-task"`, "warning", "buttons of mode go-to-task"},
		{"Button", `"mode": "go-to-page", "page": "soker"`, "", ""},
		{"Button", `"mode": "go-to-page", "page": "borte"`, "error", "no page borte to go to"},
		{"Button", `"mode": "go-to-page"`, "error", "needs its name in page"},
		{"CustomButton", `"actions": [{"type": "ClientAction", "id": "nextPage"}]`, "", ""},
		{"CustomButton", `"actions": [{"type": "ServerAction", "id": "hent"}]`, "warning", "the action hent needs C#"},
		{"CustomButton", `"actions": [{"type": "ClientAction", "id": "dans"}]`, "warning", "belongs to the app's own script"},
		{"CustomButton", `"actions": [{"type": "ClientAction", "id": "navigateToPage", "metadata": {"page": "borte"}}]`, "error", "no page borte"},
		{"CustomButton", `"actions": [{"type": "ClientAction", "id": "navigateToPage"}]`, "error", "needs metadata.page"},
		{"CustomButton", `"buttonStyle": "secondary"`, "error", "needs actions"},
		{"ActionButton", `"action": "reject", "buttonStyle": "secondary"`, "", ""},
		{"ActionButton", `"buttonStyle": "loud"`, "error", "needs an action"},
		{"InstantiationButton", `"mapping": {"a": "b"}`, "warning", "mapping is not used"},
		{"PrintButton", `"grid": {"xs": 6}`, "", ""},
		{"IFrame", `"sandbox": {}`, "", ""},
		{"Divider", `"grid": {"md": "auto"}`, "", ""},
		{"Input", binds + `, "variant": "loud"`, "warning", "variant must be text or search"},
		{"Input", binds + `, "pageBreak": {"breakBefore": ["dataModel", "soker.alder"]}`, "error", "soker.alder is not in the model"},
		{"Input", binds + `, "forceShowInSummary": ["no"]`, "error", "forceShowInSummary"},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i, tt.kind), func(t *testing.T) {
			t.Parallel()
			_, found := LoadAll(withComponents(t, `{"id": "ny", "type": "`+tt.kind+`", `+tt.rest+`}`))
			if tt.want == "" {
				if found = withoutInfo(found); len(found) > 0 {
					t.Errorf("got %s", join(found))
				}
				return
			}
			for _, f := range found {
				if f.Severity == tt.severity && strings.Contains(f.Message, tt.want) && f.File == extraPage && f.Line == 1 {
					return
				}
			}
			t.Errorf("no %s %q in %s", tt.severity, tt.want, join(found))
		})
	}
	t.Logf("checked %d components", len(tests))
}

func TestImage_OfTheAppsOwnStandsInThePage(t *testing.T) {
	t.Parallel()
	fsys := withComponents(t, `{"id": "bilde", "type": "Image", "image": {"width": "70%", "align": "flex-end",
		"src": {"nb": "wwwroot/img/a.svg", "en": "/img/b.png"}}}`)
	fsys[soknad+"/App/wwwroot/img/a.svg"] = &fstest.MapFile{Data: []byte("<svg/>")}
	fsys[soknad+"/App/wwwroot/img/b.png"] = &fstest.MapFile{Data: []byte("png")}
	defs, found := LoadAll(fsys)
	if found = withoutInfo(found); len(found) > 0 {
		t.Fatal(join(found))
	}
	p := defs[0].Component("skjema", "bilde").Props.(*ImageProps)
	if p.Width != 70 || p.Align != "end" {
		t.Errorf("got %+v", p)
	}
	for lang, want := range map[string]string{
		"nb": "data:image/svg+xml;base64,PHN2Zy8+", "nn": "data:image/svg+xml;base64,PHN2Zy8+",
		"en": "data:image/png;base64,cG5n",
	} {
		if got := p.Source(lang); got != want {
			t.Errorf("%s: got %q", lang, got)
		}
	}
	fsys[soknad+"/App/wwwroot/img/a.svg"] = &fstest.MapFile{Data: make([]byte, maxPicture+1)}
	_, found = LoadAll(fsys)
	if found = withoutInfo(found); len(found) != 1 || !strings.Contains(found[0].Message, "larger than 200 kB") {
		t.Errorf("a large picture: got %s", join(found))
	}
}

func TestGridColumns(t *testing.T) {
	t.Parallel()
	tests := map[string]int{
		`{"xs": 12, "md": 6}`: 6, `{"xs": 4}`: 4, `{"md": 12, "xs": 4}`: 0, `{"md": "auto", "lg": 3}`: 3,
		`{"md": 0}`: 0, `{"md": 13}`: 0, `{"md": 1.5}`: 0, `{"md": -1}`: 0, `{}`: 0, `{"labelGrid": {"xs": 6}}`: 0,
	}
	for raw, want := range tests {
		v, err := parseJSON("x", []byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got := gridColumns(v); got != want {
			t.Errorf("%s: got %d, want %d", raw, got, want)
		}
	}
	t.Logf("checked %d grids", len(tests))
}
