package instance_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/schema"
	"stafett/internal/solutiontest"
)

// withExtra is the example with a page whose rows and fields are kept in form data of its own.
func withExtra(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := solutionFiles(t)
	swap(t, fsys, metaFile, `"dataTypes": [`, `"dataTypes": [
    { "id": "tillegg", "taskId": "Task_1", "maxCount": 1, "allowedContentTypes": ["application/json"],
      "appLogic": { "autoCreate": true, "classRef": "Altinn.App.Models.Tillegg" } },`)
	swap(t, fsys, appFolder+"ui/soknad/Settings.json", `"arrangement",`, `"arrangement", "tillegg",`)
	put := func(name, text string) { fsys[appFolder+name] = &fstest.MapFile{Data: []byte(text)} }
	put("models/tillegg.schema.json", `{"type": "object", "properties": {
		"sum": {"type": "integer"}, "om": {"type": "string"},
		"poster": {"type": "array", "items": {"type": "object", "properties": {
			"tekst": {"type": "string"}, "belop": {"type": "integer"}}}}}}`)
	put("models/tillegg.calculation.json", `{"calculations": {"sum": {"expression":
		["sum", ["list", ["dataModel", "poster[0].belop"], ["dataModel", "poster[1].belop"]]]}}}`)
	put("models/tillegg.validation.json", `{"validations": {"poster.belop": [{"message": "For mye.",
		"condition": ["greaterThan", ["dataModel", ["argv", 0]], 100]}]}}`)
	put("ui/soknad/layouts/tillegg.json", `{"data": {"layout": [
		{"id": "ekstra", "type": "RepeatingGroup", "children": ["ekstra-tekst", "ekstra-belop"],
			"dataModelBindings": {"group": {"dataType": "tillegg", "field": "poster"}},
			"textResourceBindings": {"title": "Ekstra"}},
		{"id": "ekstra-tekst", "type": "Input", "required": true,
			"dataModelBindings": {"simpleBinding": {"dataType": "tillegg", "field": "poster.tekst"}},
			"textResourceBindings": {"title": "Tekst"}},
		{"id": "ekstra-belop", "type": "Input",
			"dataModelBindings": {"simpleBinding": {"dataType": "tillegg", "field": "poster.belop"}},
			"textResourceBindings": {"title": "Beløp"}},
		{"id": "ekstra-om", "type": "Input", "hidden": ["equals", ["dataModel", "poster[0].tekst", "tillegg"], "Skjul"],
			"dataModelBindings": {"simpleBinding": {"dataType": "tillegg", "field": "om"}},
			"textResourceBindings": {"title": "Om"}}
	]}}`)
	return fsys
}

// extraPage is a tab with that page.
type extraPage struct {
	s   *solutiontest.Solution
	a   core.Actor
	ref core.InstanceRef
}

func (p extraPage) save(t *testing.T, row string, check bool, fields ...string) (instance.Saved, error) {
	t.Helper()
	v := p.s.Open(t, p.a, p.ref)
	posted := url.Values{}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		posted.Set(name, value)
	}
	return p.s.Instances.Save(t.Context(), p.a, instance.SaveRequest{
		Ref: p.ref, Task: "Task_1", Page: "tillegg", Version: v.DocumentVersion(), Posted: posted,
		Language: "nb", Row: row, Check: check,
	})
}

func (p extraPage) add(t *testing.T) (rowID string) {
	t.Helper()
	saved, err := p.save(t, "add:tillegg:poster", false)
	if err != nil || saved.OpenRow == "" {
		t.Fatalf("add: %v", err)
	}
	return saved.OpenRow
}

func TestSave_RowsOfAnotherDataType(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, withExtra(t))
	kari := s.Person(solutiontest.Kari)
	p := extraPage{s, kari, s.Start(t, kari)}
	first, second := p.add(t), p.add(t)
	ids := []string{"tillegg:poster[0].altinnRowId=" + first, "tillegg:poster[1].altinnRowId=" + second}
	mustBe := func(want string) {
		t.Helper()
		raw, err := schema.Encode(form.WithoutRowIDs(s.Open(t, kari, p.ref).Input.Data["tillegg"]))
		if err != nil || string(raw) != want {
			t.Errorf("stored is %s (%v), want %s", raw, err, want)
		}
	}

	// A row is checked when it is closed, by the rules of its own data type.
	saved, err := p.save(t, "save:"+first, false, append(ids, "tillegg:poster[0].belop=500")...)
	if err != nil || len(saved.Issues) != 2 || saved.OpenRow != first {
		t.Fatalf("closing a row with two faults: %v %+v", err, saved.Issues)
	}
	for _, issue := range saved.Issues {
		if !strings.HasPrefix(issue.Path, "tillegg:poster[0].") {
			t.Errorf("an issue is at %s", issue.Path)
		}
	}
	saved, err = p.save(t, "next:"+first, false, append(ids, "tillegg:poster[0].belop=50",
		"tillegg:poster[0].tekst=Leie", "tillegg:om=Mer")...)
	if err != nil || len(saved.Issues) != 0 || saved.OpenRow != second {
		t.Fatalf("next row: %v %+v, open %s", err, saved.Issues, saved.OpenRow)
	}
	mustBe(`{"om":"Mer","poster":[{"belop":50,"tekst":"Leie"},{}],"sum":50}`)

	view := s.Open(t, kari, p.ref)
	view.Input.OpenRow = second
	rows := view.Page("tillegg").Nodes[0].Rows
	if rows.Path != "tillegg:poster" || !rows.CanAdd || rows.Rows[0].Open || !rows.Rows[1].Open {
		t.Errorf("the page shows %+v", rows)
	}

	// What another tab has saved since is not overwritten.
	_, err = s.Instances.Save(t.Context(), kari, instance.SaveRequest{
		Ref: p.ref, Task: "Task_1", Page: "tillegg", Version: view.DocumentVersion() - 1, Language: "nb",
		Posted: url.Values{"tillegg:om": {"Gammelt"}},
	})
	is(t, "a page from before the save", err, fault.Conflict, "fault.changed")

	// The row that goes takes nothing else with it; what is hidden goes when the task ends.
	if _, err = p.save(t, "delete:"+second, false, ids...); err != nil {
		t.Fatal(err)
	}
	mustBe(`{"om":"Mer","poster":[{"belop":50,"tekst":"Leie"}],"sum":50}`)
	if _, err = p.save(t, "", false, ids[0], "tillegg:poster[0].tekst=Skjul"); err != nil {
		t.Fatal(err)
	}
	kept := form.Clean(view.App, view.Set, s.Open(t, kari, p.ref).Input)["tillegg"]
	if raw, _ := schema.Encode(kept); string(raw) != `{"poster":[{"belop":50,"tekst":"Skjul"}],"sum":50}` {
		t.Errorf("at the end of the task it is %s", raw)
	}
}

func TestSave_FormDataThatWasNeverMadeIsReadOnly(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	fsys := withExtra(t)
	swap(t, fsys, metaFile, `"autoCreate": true, "classRef": "Altinn.App.Models.Tillegg"`,
		`"autoCreate": false, "classRef": "Altinn.App.Models.Tillegg"`)
	_, found := app.LoadAll(fsys)
	told := slices.ContainsFunc(found, func(f app.Finding) bool {
		return f.Code == "binding-not-made" && strings.HasSuffix(f.File, "tillegg.json")
	})
	if !told {
		t.Errorf("the checker does not tell: %v", found)
	}
	s.Put(t, fsys)
	kari := s.Person(solutiontest.Kari)
	p := extraPage{s, kari, s.Start(t, kari)}
	_, err := p.save(t, "add:tillegg:poster", false)
	is(t, "a row in nothing", err, fault.Invalid, "form.refused_add")
	nodes := s.Open(t, kari, p.ref).Page("tillegg").Nodes
	if !nodes[0].ReadOnly || nodes[0].Rows.CanAdd || nodes[1].Kind != form.KindValue {
		t.Errorf("the page asks for what cannot be stored: %+v", nodes)
	}
}
