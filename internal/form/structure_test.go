package form

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
)

// copyFiles copies a folder, for a test that changes a file in it.
func copyFiles(to fstest.MapFS, from fs.FS) error {
	return fs.WalkDir(from, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(from, path)
		to[path] = &fstest.MapFile{Data: raw}
		return err
	})
}

// arranged gives the test app with one more page, "stor", whose rows can keep files.
func arranged(t testing.TB, layout string) (*app.Definition, *app.LayoutSet) {
	t.Helper()
	fsys := fstest.MapFS{}
	if err := copyFiles(fsys, os.DirFS("../app/testdata/apps/lindvik/tilskudd")); err != nil {
		t.Fatal(err)
	}
	replace := func(path, old, new string) {
		before := string(fsys[path].Data)
		if !strings.Contains(before, old) {
			t.Fatalf("%s has no %s", path, old)
		}
		fsys[path] = &fstest.MapFile{Data: []byte(strings.Replace(before, old, new, 1))}
	}
	replace("App/ui/skjema/Settings.json", `"soker",`, `"soker", "stor",`)
	replace("App/models/soknad.schema.json", `"kilder": {`, `"bilag": {"type": "array", "items": {"type": "string"}},
		"kvittering": {"type": "string"}, "kilder": {`)
	replace("App/config/applicationmetadata.json", `"dataTypes": [`, `"dataTypes": [
		{"id": "bilag", "allowedContentTypes": ["application/pdf"], "taskId": "Task_1", "minCount": 0},
		{"id": "kvittering", "allowedContentTypes": ["application/pdf"], "taskId": "Task_1", "minCount": 0},
		{"id": "merket", "allowedContentTypes": ["application/pdf"], "taskId": "Task_1", "minCount": 0},`)
	replace("App/ui/skjema/layouts/budsjett.json", `"id": "poster"`, `"id": "poster-gamle"`)
	fsys["App/ui/skjema/layouts/stor.json"] = &fstest.MapFile{Data: []byte(layout)}
	d, found := app.Load(fsys)
	for _, f := range found {
		if f.Severity == app.SeverityError {
			t.Fatal(f)
		}
	}
	return d, d.SetFor("Task_1")
}

// rowsPage gives a page with a group of posts that has the properties, and the children.
func rowsPage(properties string) string {
	return `{"data": {"layout": [
		{"id": "rader", "type": "RepeatingGroup", "dataModelBindings": {"group": "budsjett.poster"},
			"textResourceBindings": {"title": "Rader"}, "children": ["r-tekst", "r-belop", "r-bilag"]` +
		properties + `},
		{"id": "r-tekst", "type": "Input", "textResourceBindings": {"title": "Tekst"},
			"dataModelBindings": {"simpleBinding": "budsjett.poster.tekst"}},
		{"id": "r-belop", "type": "Input", "textResourceBindings": {"title": "Beløp"},
			"dataModelBindings": {"simpleBinding": "budsjett.poster.belop"}, "required": true},
		{"id": "r-bilag", "type": "Paragraph", "textResourceBindings": {"title": "Bilag"}}
	]}}`
}

func built(t *testing.T, properties string, change func(*Input)) *Rows {
	t.Helper()
	d, set := arranged(t, rowsPage(properties))
	in := input(t, whole1)
	if change != nil {
		change(&in)
	}
	return node(t, Build(d, set, "stor", in), "rader").Rows
}

// drawnRows writes rows as text: o is open, i has inputs, n is new, and the answers.
func drawnRows(r *Rows) string {
	var out []string
	for _, row := range r.Rows {
		line := ""
		for _, flag := range []struct {
			on   bool
			name string
		}{{row.Open, "o"}, {row.Inputs != nil, "i"}, {row.New, "n"}, {row.Anchor, "#"}} {
			if flag.on {
				line += flag.name
			}
		}
		out = append(out, line+" "+strings.Join(row.Cells, "/"))
	}
	return nb(strings.Join(out, ", "))
}

func TestRows_EditModes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ properties, want string }{
		"a table":            {``, " Leie/4200,5,  Mat/3000"},
		"all as cards":       {`, "edit": {"mode": "showAll"}`, "o# , o "},
		"likert":             {`, "edit": {"mode": "likert"}`, "o# , o "},
		"only a table":       {`, "edit": {"mode": "onlyTable"}`, "i Leie/4200,5, i Mat/3000"},
		"first is open":      {`, "edit": {"openByDefault": "first"}`, "o# Leie/4200,5,  Mat/3000"},
		"last is open":       {`, "edit": {"openByDefault": "last"}`, " Leie/4200,5, o# Mat/3000"},
		"new, but there are": {`, "edit": {"openByDefault": true}`, " Leie/4200,5,  Mat/3000"},
		"filtered": {`, "edit": {"filter": [{"key": "budsjett.poster.tekst", "value": "Mat"}]}`,
			" Mat/3000"},
		"one column":   {`, "tableColumns": {"r-belop": {"hidden": true}}`, " Leie,  Mat"},
		"no editing":   {`, "edit": {"editButton": false, "openByDefault": "first"}`, " Leie/4200,5,  Mat/3000"},
		"spare rows":   {`, "minCount": 4`, " Leie/4200,5,  Mat/3000, on# /, n /"},
		"second page":  {`, "pagination": {"rowsPerPage": 1}`, " Leie/4200,5"},
		"hidden table": {`, "edit": {"mode": "hideTable", "openByDefault": "last"}`, " Leie/4200,5, o# Mat/3000"},
	}
	for name, c := range cases {
		if got := drawnRows(built(t, c.properties, nil)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	t.Logf("checked %d modes", len(cases))
}

func TestRows_ButtonsAndTables(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		properties string
		is         func(r *Rows) bool
	}{
		"nothing special": {``, func(r *Rows) bool {
			return r.CanAdd && r.CanDelete && !r.NoTable && !r.NoSave && r.NextText == "" && !r.AskDelete
		}},
		"no add":      {`, "edit": {"addButton": false}`, func(r *Rows) bool { return !r.CanAdd }},
		"no delete":   {`, "edit": {"deleteButton": false}`, func(r *Rows) bool { return !r.CanDelete }},
		"no save":     {`, "edit": {"saveButton": false}`, func(r *Rows) bool { return r.NoSave }},
		"save, next":  {`, "edit": {"saveAndNextButton": true}`, func(r *Rows) bool { return r.NextText != "" }},
		"ask":         {`, "edit": {"alertOnDelete": true}`, func(r *Rows) bool { return r.AskDelete }},
		"full":        {`, "maxCount": 2`, func(r *Rows) bool { return !r.CanAdd }},
		"all":         {`, "edit": {"mode": "showAll"}`, func(r *Rows) bool { return r.NoTable && r.NoSave }},
		"likert":      {`, "edit": {"mode": "likert"}`, func(r *Rows) bool { return !r.CanAdd && !r.CanDelete }},
		"only table":  {`, "edit": {"mode": "onlyTable"}`, func(r *Rows) bool { return r.NoEdit && !r.NoTable }},
		"hidden":      {`, "edit": {"mode": "hideTable", "openByDefault": "first"}`, func(r *Rows) bool { return r.NoTable }},
		"hidden, but": {`, "edit": {"mode": "hideTable"}`, func(r *Rows) bool { return !r.NoTable }},
		"own words": {`, "textResourceBindings": {"add_button": "Ny", "edit_button_open": "Åpne", "save_button": "Ferdig"}`,
			func(r *Rows) bool { return r.AddText == "Ny" && r.EditText == "Åpne" && r.SaveText == "Ferdig" }},
		"columns": {`, "tableColumns": {"r-tekst": {"width": "33%", "alignText": "center"}, "r-belop": {"width": "20px"}}`,
			func(r *Rows) bool {
				return r.Columns[0].Width == 30 && r.Columns[0].Align == "center" && r.Columns[1].Width == 0
			}},
	}
	for name, c := range cases {
		properties := c.properties
		if strings.Contains(properties, "textResourceBindings") {
			d, set := arranged(t, strings.Replace(rowsPage(properties),
				`"textResourceBindings": {"title": "Rader"},`, "", 1))
			if !c.is(node(t, Build(d, set, "stor", input(t, whole1)), "rader").Rows) {
				t.Errorf("%s is not so", name)
			}
			continue
		}
		if r := built(t, properties, nil); !c.is(r) {
			t.Errorf("%s: got %+v", name, r)
		}
	}
	t.Logf("checked %d groups", len(cases))
}

func TestRows_AQuestionStandsInTheTableOrInTheCard(t *testing.T) {
	t.Parallel()
	const columns = `, "tableColumns": {"r-tekst": {"editInTable": true},
		"r-belop": {"editInTable": true, "showInExpandedEdit": false}}`
	r := built(t, columns, func(in *Input) { in.OpenRow = rowB })
	closed, open := r.Rows[0], r.Rows[1]
	if closed.Inputs[0].Name != "budsjett.poster[0].tekst" || !closed.Inputs[0].Bare || closed.Inputs[1] == nil {
		t.Errorf("the closed row: got %+v", closed.Inputs)
	}
	if open.Inputs[0] != nil || open.Inputs[1] == nil {
		t.Errorf("the open row's table: got %+v", open.Inputs)
	}
	if len(open.Fields) != 2 || open.Fields[0].Name != "budsjett.poster[1].tekst" || open.Fields[0].Bare {
		t.Errorf("the card: got %+v", open.Fields)
	}
}

func TestRows_TurnToAnotherPage(t *testing.T) {
	t.Parallel()
	const paged = `, "pagination": {"rowsPerPage": 1}`
	for name, c := range map[string]struct {
		change func(*Input)
		page   int
	}{
		"from the start": {func(*Input) {}, 0},
		"turned":         {func(in *Input) { in.Turn = "budsjett.poster:1" }, 1},
		"too far":        {func(in *Input) { in.Turn = "budsjett.poster:9" }, 1},
		"another group":  {func(in *Input) { in.Turn = "budsjett.annet:1" }, 0},
		"nonsense":       {func(in *Input) { in.Turn = "budsjett.poster:-1" }, 0},
		"the open row":   {func(in *Input) { in.OpenRow = rowB }, 1},
		"what is wrong": {func(in *Input) {
			in.Shown = []Issue{{Path: "budsjett.poster[1].belop", Page: "stor", Severity: app.SeverityError}}
		}, 1},
	} {
		r := built(t, paged, c.change)
		if r.Page != c.page || r.Pages != 2 || len(r.Rows) != 1 || r.Rows[0].Index != c.page {
			t.Errorf("%s: got page %d of %d with %d rows", name, r.Page, r.Pages, len(r.Rows))
		}
	}
}

func TestRows_ACardInParts(t *testing.T) {
	t.Parallel()
	page := strings.Replace(rowsPage(`, "edit": {"multiPage": true}`),
		`"children": ["r-tekst", "r-belop", "r-bilag"]`,
		`"children": ["0:r-tekst", "1:r-belop", "1:r-bilag"]`, 1)
	d, set := arranged(t, page)
	for turn, want := range map[string]string{
		"": "r-tekst-0", rowA + ":1": "r-belop-0", rowB + ":1": "r-tekst-0",
	} {
		in := input(t, whole1)
		in.OpenRow, in.Turn = rowA, turn
		row := node(t, Build(d, set, "stor", in), "rader").Rows.Rows[0]
		if row.Parts != 2 || row.Fields[0].ID != want {
			t.Errorf("turn %q: part %d of %d with %s", turn, row.Part, row.Parts, row.Fields[0].ID)
		}
	}
	in := input(t, whole1)
	in.Shown = []Issue{{Path: "budsjett.poster[0].belop", Page: "stor", Severity: app.SeverityError}}
	if row := node(t, Build(d, set, "stor", in), "rader").Rows.Rows[0]; row.Part != 1 || !row.Open {
		t.Errorf("with something to mend: part %d, open %v", row.Part, row.Open)
	}
}

func TestBind_ASpareRowIsStoredWhenItIsWrittenIn(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, rowsPage(`, "minCount": 2`))
	in := input(t, `{"soker": {"type": "privat"}}`)
	rows := node(t, Build(d, set, "stor", in), "rader").Rows.Rows
	if len(rows) != 2 || !rows[0].Open || !rows[0].New {
		t.Fatalf("got %+v", rows)
	}
	id0, id1 := "budsjett.poster[0].altinnRowId="+rows[0].ID, "budsjett.poster[1].altinnRowId="+rows[1].ID
	cases := map[string]struct {
		posted []string
		rows   int
	}{
		"nothing written":      {[]string{id0, id1, "budsjett.poster[0].tekst="}, 0},
		"the first":            {[]string{id0, id1, "budsjett.poster[0].tekst=Leie"}, 1},
		"the second":           {[]string{id0, id1, "budsjett.poster[1].tekst=Leie"}, 2},
		"its button":           {[]string{id0, id1, "row=save:" + rows[0].ID}, 1},
		"the next one's":       {[]string{id0, id1, "row=delete:" + rows[1].ID}, 2},
		"another row's button": {[]string{id0, id1, "row=add:budsjett.poster"}, 0},
	}
	for name, c := range cases {
		b, err := Bind(d, set, "stor", post(c.posted...), in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		budget, _ := b.Data["soknad"]["budsjett"].(map[string]any)
		list, _ := budget["poster"].([]any)
		if len(list) != c.rows {
			t.Errorf("%s: %d rows are stored, want %d", name, len(list), c.rows)
		}
	}
	_, err := Bind(d, set, "stor", post("budsjett.poster[0].altinnRowId=other", "budsjett.poster[0].tekst=x"), in)
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("another row at the same place: %v", err)
	}
}

func TestNextRow(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, rowsPage(``))
	in := input(t, whole1)
	if got := NextRow(d, set, "budsjett.poster[0]", in); got != rowB {
		t.Errorf("after the first: %q", got)
	}
	if got := NextRow(d, set, "budsjett.poster[1]", in) + NextRow(d, set, "finnes.ikke[0]", in); got != "" {
		t.Errorf("after the last: %q", got)
	}
}

const arrangedPage = `{"data": {"layout": [
	{"id": "faner", "type": "Tabs", "textResourceBindings": {"title": "Faner"}, "tabs": [
		{"id": "en", "title": "Den ene", "children": ["a-navn"]},
		{"id": "to", "title": "Den andre", "children": ["a-om"]}]},
	{"id": "a-navn", "type": "Input", "dataModelBindings": {"simpleBinding": "tiltak.navn"},
		"textResourceBindings": {"title": "Navn"}},
	{"id": "a-om", "type": "TextArea", "dataModelBindings": {"simpleBinding": "tiltak.beskrivelse"},
		"textResourceBindings": {"title": "Om"}, "hidden": ["equals", ["dataModel", "tiltak.navn"], "hemmelig"]},
	{"id": "kort", "type": "Cards", "cards": [
		{"title": "Kortet", "description": "**Om** kortet", "footer": "Nederst", "media": "a-bilde", "children": ["a-tall"]}]},
	{"id": "a-bilde", "type": "Paragraph", "textResourceBindings": {"title": "Bilde"}},
	{"id": "a-tall", "type": "Input", "dataModelBindings": {"simpleBinding": "tiltak.deltakere"},
		"textResourceBindings": {"title": "Antall"}},
	{"id": "tabell", "type": "Grid", "rows": [
		{"header": true, "cells": [{"text": "Hva"}, {"text": "Svar"}]},
		{"cells": [{"labelFrom": "a-epost"}, {"component": "a-epost"}]},
		{"header": true, "cells": [null, {"labelFrom": "a-epost"}, {"text": "Annet"}]},
		{"cells": [{"text": "Tre"}, {"text": "To"}, {"text": "En"}]},
		{"cells": [{"text": "Skjult"}, {"component": "a-skjult"}]},
		{"cells": [null, {"text": "Bare tekst"}]}]},
	{"id": "a-epost", "type": "Input", "dataModelBindings": {"simpleBinding": "soker.epost"},
		"textResourceBindings": {"title": "E-post"}},
	{"id": "a-skjult", "type": "Input", "hidden": true, "dataModelBindings": {"simpleBinding": "soker.navn"},
		"textResourceBindings": {"title": "Navn"}},
	{"id": "ramme", "type": "Group", "groupingIndicator": "panel", "headingLevel": 3, "children": ["a-avsnitt"]},
	{"id": "a-avsnitt", "type": "Paragraph", "textResourceBindings": {"title": "Tekst"}},
	{"id": "bare-svar", "type": "Input", "renderAsSummary": true, "dataModelBindings": {"simpleBinding": "soker.type"},
		"textResourceBindings": {"title": "Type"}},
	{"id": "alle", "type": "AttachmentList", "dataTypeIds": ["bilag"], "links": false},
	{"id": "rundt", "type": "RepeatingGroup", "dataModelBindings": {"group": "budsjett.poster"}, "children": ["b-tekst"],
		"rowsBefore": [{"header": true, "cells": [{"text": "Før"}]}],
		"rowsAfter": [{"cells": [{"text": "Søkt om"}, {"component": "b-sum"}]}]},
	{"id": "b-tekst", "type": "Input", "dataModelBindings": {"simpleBinding": "budsjett.poster.tekst"},
		"textResourceBindings": {"title": "Tekst"}},
	{"id": "b-sum", "type": "Input", "dataModelBindings": {"simpleBinding": "budsjett.soknadsbelop"},
		"textResourceBindings": {"title": "Beløp"}}
]}}`

func TestBuild_ArrangedComponents(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, arrangedPage)
	in := input(t, whole1)
	in.Elements = []core.DataElement{
		{ID: uuid.New(), Type: "bilag", Filename: "a.pdf"}, {ID: uuid.New(), Type: "vedlegg", Filename: "b.pdf"},
	}
	p := Build(d, set, "stor", in)
	var order []string
	for _, n := range p.Nodes {
		order = append(order, n.ID)
	}
	want := "faner kort tabell ramme bare-svar alle rundt-rowsBefore rundt rundt-rowsAfter"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	tabs := p.Nodes[0]
	if len(tabs.Parts) != 2 || tabs.Parts[1].Title != "Den andre" || tabs.Parts[0].Nodes[0].Name != "tiltak.navn" {
		t.Errorf("tabs: got %+v", tabs.Parts)
	}
	card := p.Nodes[1].Parts[0]
	if card.Media[0].Kind != KindProse || card.Nodes[0].ID != "a-tall" ||
		!strings.Contains(string(card.Description), "<strong>Om</strong>") || !strings.Contains(string(card.Footer), "Nederst") {
		t.Errorf("card: got %+v", card)
	}
	grid := p.Nodes[2].Grid
	if len(grid) != 5 || !grid[0].Header || grid[1].Cells[0].Text != "E-post" || !grid[1].Cells[1].Nodes[0].Bare {
		t.Errorf("grid: got %+v", grid)
	}
	// A cell among several says what its column is; beside a question alone it goes without saying.
	if three := grid[3].Cells; three[0].Column != "" || three[1].Column != "E-post" || three[2].Column != "Annet" ||
		grid[1].Cells[1].Column != "" {
		t.Errorf("columns: got %+v", grid)
	}
	if p.Nodes[3].Frame != "panel" || p.Nodes[3].Level != 3 {
		t.Errorf("group: got %+v", p.Nodes[3])
	}
	if n := p.Nodes[4]; n.Kind != KindValue || n.Display != "privat" {
		t.Errorf("renderAsSummary: got %+v", n)
	}
	if files := p.Nodes[5].Files.Items; len(files) != 1 || files[0].Name != "a.pdf" || files[0].URL != "" {
		t.Errorf("attachments: got %+v", files)
	}
	if after := p.Nodes[8].Grid; after[0].Cells[1].Nodes[0].Name != "budsjett.soknadsbelop" {
		t.Errorf("rowsAfter: got %+v", after)
	}
}

func TestBind_AnswersInsideTabsCardsAndGrids(t *testing.T) {
	t.Parallel()
	d, set := arranged(t, arrangedPage)
	b, err := Bind(d, set, "stor", post("tiltak.navn=hemmelig", "tiltak.beskrivelse=x",
		"tiltak.deltakere=7", "soker.epost=a@b.no", "soker.navn=Kongen", "budsjett.soknadsbelop=2000"), input(t, whole1))
	if err != nil {
		t.Fatal(err)
	}
	want := "budsjett.soknadsbelop soker.epost tiltak.deltakere tiltak.navn"
	changed := append([]string(nil), b.Changed...)
	for _, name := range strings.Fields(want) {
		if !strings.Contains(strings.Join(changed, " "), name) {
			t.Errorf("%s is not changed: %v", name, changed)
		}
	}
	if len(changed) != 4 {
		t.Errorf("what is hidden was taken: %v", changed)
	}
}
