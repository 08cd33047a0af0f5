package form

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
)

const filesPage = `{"data": {"layout": [
	{"id": "rader", "type": "RepeatingGroup", "dataModelBindings": {"group": "budsjett.poster"},
		"textResourceBindings": {"title": "Rader"}, "children": ["f-tekst", "bilag", "kvittering"]},
	{"id": "f-tekst", "type": "Input", "textResourceBindings": {"title": "Tekst"},
		"dataModelBindings": {"simpleBinding": "budsjett.poster.tekst"}},
	{"id": "bilag", "type": "FileUpload", "textResourceBindings": {"title": "Bilag"}, "minNumberOfAttachments": 1,
		"maxNumberOfAttachments": 2, "alertOnDelete": true, "displayMode": "list",
		"dataModelBindings": {"list": "budsjett.poster.bilag"}},
	{"id": "kvittering", "type": "FileUpload", "textResourceBindings": {"title": "Kvittering"},
		"hidden": ["equals", ["dataModel", "budsjett.poster.tekst"], "Leie"],
		"dataModelBindings": {"simpleBinding": "budsjett.poster.kvittering"}},
	{"id": "merket", "type": "FileUploadWithTag", "textResourceBindings": {"title": "Merket", "tagTitle": "Filtype"},
		"options": [{"value": "kart", "label": "Kart"}, {"value": "plan", "label": "Plan"}]}
]}}`

var (
	fileA = uuid.MustParse("0198a0de-0000-7000-8000-00000000000a")
	fileB = uuid.MustParse("0198a0de-0000-7000-8000-00000000000b")
)

func files(t *testing.T, doc map[string]any) Input {
	t.Helper()
	in := changed(t, input(t, whole1), doc)
	in.Elements = []core.DataElement{
		{ID: fileA, Type: "bilag", Filename: "a.pdf"}, {ID: fileB, Type: "bilag", Filename: "b.pdf"},
	}
	return in
}

func TestFiles_EachRowHasItsOwn(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, filesPage)
	in := files(t, map[string]any{"budsjett.poster[1].bilag": []any{fileB.String()}})
	in.OpenRow = rowB
	n := node(t, Build(d, set, "stor", in), "bilag-1")
	if len(n.Files.Items) != 1 || n.Files.Items[0].Name != "b.pdf" || n.Files.Bound != "budsjett.poster[1].bilag" ||
		!n.Files.AskDelete || n.Files.MaxCount != 2 {
		t.Errorf("got %+v", n.Files)
	}
	var wrong []string
	for _, i := range ValidatePage(d, set, "stor", in) {
		wrong = append(wrong, i.Path+" "+i.Code)
	}
	if got := strings.Join(wrong, ", "); got != "budsjett.poster[0].bilag minCount" {
		t.Errorf("what is missing: got %s", got)
	}
}

func TestAttachAndDetach(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, filesPage)
	in := files(t, nil)
	data, err := Attach(d, set, "stor", "budsjett.poster[1].bilag", []uuid.UUID{fileA, fileB}, in)
	if err != nil {
		t.Fatal(err)
	}
	row := func() map[string]any {
		budget := data["soknad"]["budsjett"].(map[string]any)
		return budget["poster"].([]any)[1].(map[string]any)
	}
	if got := fileIDs(row()["bilag"]); len(got) != 2 || got[1] != fileB.String() {
		t.Errorf("attached: %v", got)
	}
	if n := len(in.Data["soknad"]["budsjett"].(map[string]any)["poster"].([]any)[1].(map[string]any)); n != 5 {
		t.Errorf("the input's own row has %d fields", n)
	}
	in.Data = data
	if data, _ = Detach(d, set, fileA, in); len(fileIDs(row()["bilag"])) != 1 {
		t.Errorf("detached: %v", row()["bilag"])
	}
	in.Data = data
	if data, _ = Detach(d, set, fileB, in); row()["bilag"] != nil {
		t.Errorf("the last one detached: %v", row()["bilag"])
	}
	in.Elements[1].Type = "vedlegg"
	if _, err := Attach(d, set, "stor", "budsjett.poster[1].bilag", []uuid.UUID{fileB}, in); err == nil {
		t.Error("a file of another type was attached")
	}
	for name, path := range map[string]string{
		"a hidden field": "budsjett.poster[0].kvittering", "a row that is not there": "budsjett.poster[7].bilag",
		"another kind of field": "budsjett.poster[0].tekst", "no field": "",
	} {
		if _, err := Attach(d, set, "stor", path, []uuid.UUID{fileA}, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLeftAndHidden(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, filesPage)
	before := files(t, map[string]any{
		"budsjett.poster[0].bilag": []any{fileA.String()}, "budsjett.poster[1].bilag": []any{fileB.String()},
	})
	if got := HiddenFiles(d, set, before); len(got) != 0 {
		t.Errorf("hidden: %v", got)
	}
	data, err := DeleteRow(d, set, rowA, before)
	doc := data["soknad"]
	if err != nil {
		t.Fatal(err)
	}
	after := before
	after.Data = map[string]core.Document{"soknad": doc}
	if got := Left(d, set, before.Data, after); len(got) != 1 || got[0].ID != fileA {
		t.Errorf("left behind: %v", got)
	}
	if got := HiddenFiles(d, set, after); len(got) != 1 || got[0].ID != fileA {
		t.Errorf("no row has it: %v", got)
	}
}

func TestBind_TakesNoFileIDs(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, filesPage)
	b, err := Bind(d, set, "stor", post("budsjett.poster[1].altinnRowId="+rowB,
		"budsjett.poster[1].kvittering="+fileA.String()), files(t, nil))
	if err != nil || len(b.Changed) > 0 {
		t.Errorf("a posted file id was stored: %v, %v", b.Changed, err)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, filesPage)
	in := files(t, map[string]any{"budsjett.poster": nil})
	marked := core.DataElement{ID: fileA, Type: "merket", Filename: "kart.pdf"}
	in.Elements = []core.DataElement{marked}
	if got := messages(ValidatePage(d, set, "stor", in)); got != "merket: Du må velge hva slags fil «kart.pdf» er." {
		t.Errorf("without a tag: %s", got)
	}
	in.Elements[0].Tags = []string{"plan"}
	n := node(t, Build(d, set, "stor", in), "merket")
	if len(n.Files.Tags) != 2 || n.Files.TagTitle != "Filtype" || n.Files.Items[0].TagLabel != "Plan" {
		t.Errorf("got %+v", n.Files)
	}
	if got := messages(ValidatePage(d, set, "stor", in)); got != "" {
		t.Errorf("with a tag: %s", got)
	}
	for value, ok := range map[string]bool{"kart": true, "": true, "bil": false} {
		if err := Tagged(d, set, "stor", marked, value, in); (err == nil) != ok {
			t.Errorf("tag %q: %v", value, err)
		}
	}
	if err := Tagged(d, set, "stor", core.DataElement{Type: "bilag"}, "kart", in); !fault.Is(err, fault.Invalid) {
		t.Errorf("a file without tags was tagged: %v", err)
	}
}

const summaryPage = `{"data": {"layout": [
	{"id": "o-alt", "type": "Summary2", "target": {"type": "page", "id": "budsjett"}, "showPageInAccordion": true,
		"isCompact": true, "hideEmptyFields": true, "overrides": [
			{"componentId": "poster-gamle", "display": "full"}, {"componentId": "vedlegg", "emptyFieldText": "Ingen", "forceShow": true},
			{"componentType": "Input", "hideEmptyFields": false}]},
	{"id": "o-tabell", "type": "Summary2", "target": {"type": "component", "id": "poster-gamle"},
		"overrides": [{"componentId": "poster-gamle", "display": "table"}]},
	{"id": "o-stor", "type": "Summary", "componentRef": "poster-gamle", "largeGroup": true},
	{"id": "o-bare", "type": "Summary2", "overrides": [{"componentType": "RepeatingGroup", "hidden": true}]}
]}}`

func TestSummary_Overrides(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, summaryPage)
	in := changed(t, input(t, whole1), map[string]any{
		"budsjett.soknadsbelop": nil, "budsjett.poster[0].kilder[0].navn": "Banken",
	})
	p := Build(d, set, "stor", in)
	all := node(t, p, "o-alt")
	got := drawn(all.Summary)
	for _, part := range []string{
		"# Utgifter: rad 1\n", "Leie", "Banken", "# Utgifter: rad 2\n", "Frukt", "Vedlegg: \n", "Hvor mye søker du om?: MANGLER",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in\n%s", part, got)
		}
	}
	if !all.Summary[0].Folded || !all.Summary[0].Compact {
		t.Errorf("got %+v", all.Summary[0])
	}
	for _, s := range all.Summary {
		for _, a := range s.Answers {
			if a.Question == "Vedlegg" && a.EmptyText != "Ingen" {
				t.Errorf("got %+v", a)
			}
		}
	}
	if got := drawn(node(t, p, "o-tabell").Summary); !strings.Contains(got, "| Leie | Lokale |") {
		t.Errorf("as a table: got\n%s", got)
	}
	if got := node(t, p, "o-stor"); len(got.Summary) < 2 || strings.Contains(drawn(got.Summary), "|") || got.Title != "Utgifter" {
		t.Errorf("largeGroup: got %s\n%s", got.Title, drawn(got.Summary))
	}
	if got := drawn(node(t, p, "o-bare").Summary); strings.Contains(got, "Leie") || !strings.Contains(got, "Sommerleir") {
		t.Errorf("without groups: got\n%s", got)
	}
}
