package form

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
)

// fields is how many questions the large page has.
const fields = 40

// large gives the test app with one page of many questions: some hidden by expressions, with
// texts, choices and dates.
func large(t testing.TB) (*app.Definition, *app.LayoutSet) {
	t.Helper()
	return withPage(t, largePage())
}

// withPage gives the test app with one more page, "stor", after the first.
func withPage(t testing.TB, layout string) (*app.Definition, *app.LayoutSet) {
	t.Helper()
	fsys := fstest.MapFS{}
	root := os.DirFS("../app/testdata/apps/lindvik/tilskudd")
	err := fs.WalkDir(root, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(root, path)
		fsys[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	fsys["App/ui/skjema/layouts/stor.json"] = &fstest.MapFile{Data: []byte(layout)}
	settings := fsys["App/ui/skjema/Settings.json"]
	settings.Data = []byte(strings.Replace(string(settings.Data), `"soker",`, `"soker", "stor",`, 1))
	d, found := app.Load(fsys)
	if d == nil {
		t.Fatal(found)
	}
	return d, d.SetFor("Task_1")
}

func largePage() string {
	kinds := []string{
		`"type": "Input", "required": true, "dataModelBindings": {"simpleBinding": "tiltak.navn"}`,
		`"type": "TextArea", "dataModelBindings": {"simpleBinding": "tiltak.beskrivelse"}`,
		`"type": "Input", "hidden": ["equals", ["dataModel", "soker.type"], "lag"],
			"dataModelBindings": {"simpleBinding": "tiltak.deltakere"}`,
		`"type": "Dropdown", "optionsId": "omrader", "dataModelBindings": {"simpleBinding": "tiltak.omrade"}`,
		`"type": "Datepicker", "minDate": "today", "dataModelBindings": {"simpleBinding": "tiltak.start"}`,
	}
	list := make([]string, fields)
	for i := range list {
		list[i] = fmt.Sprintf(`{"id": "felt-%d-x", %s, "textResourceBindings": {
			"title": "soker-epost.tittel", "description": "soker-epost.om", "help": "soker-epost.hjelp"}}`,
			i, kinds[i%len(kinds)])
	}
	return `{"data": {"layout": [` + strings.Join(list, ",") + `]}}`
}

func TestBuild_LargePage(t *testing.T) {
	t.Parallel()
	d, set := large(t)
	if p := Build(d, set, "stor", input(t, whole1)); len(p.Nodes) != fields {
		t.Errorf("got %d nodes", len(p.Nodes))
	}
}

func BenchmarkBuild(b *testing.B) {
	d, set := large(b)
	in := input(b, whole1)
	b.ReportAllocs()
	for b.Loop() {
		Build(d, set, "stor", in)
	}
}

func BenchmarkBind(b *testing.B) {
	d, set := large(b)
	in := input(b, whole1)
	posted := post("tiltak.navn=Leir", "tiltak.beskrivelse=x", "tiltak.deltakere=50", "tiltak.start=1.9.2026")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Bind(d, set, "stor", posted, in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	d, _ := large(b)
	in := input(b, whole1)
	b.ReportAllocs()
	for b.Loop() {
		Validate(d, "Task_1", in)
	}
}

// manyRows is a document with a repeating group of many rows.
func manyRows(tb testing.TB, n int) Input {
	tb.Helper()
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"altinnRowId": "00000000-0000-4000-8000-%012d", "tekst": "Rad",
			"kategori": "lokale", "belop": %d.5}`, i, i)
	}
	return input(tb, `{"budsjett": {"poster": [`+strings.Join(rows, ",")+`]}}`)
}

func BenchmarkBuildFiveHundredRows(b *testing.B) {
	d, set := soknad(b)
	in := manyRows(b, 500)
	b.ReportAllocs()
	for b.Loop() {
		Build(d, set, "budsjett", in)
	}
}

// BenchmarkBindFiveHundredRows binds what the page with the table posts: the id of each row, and
// the answers of the one that is open.
func BenchmarkBindFiveHundredRows(b *testing.B) {
	d, set := soknad(b)
	in := manyRows(b, 500)
	posted := post("budsjett.poster[499].tekst=Leie", "budsjett.poster[499].belop=7")
	for i := range 500 {
		posted.Set(fmt.Sprintf("budsjett.poster[%d].altinnRowId", i), fmt.Sprintf("00000000-0000-4000-8000-%012d", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Bind(d, set, "budsjett", posted, in); err != nil {
			b.Fatal(err)
		}
	}
}
