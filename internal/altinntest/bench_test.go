package altinntest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
)

// hundred is the number of components on the page that the limit is about.
const hundred = 100

// BenchmarkPage_HundredComponents draws up a page of a hundred components, some in a group, a
// grid and tabs, and draws it as HTML.
func BenchmarkPage_HundredComponents(b *testing.B) {
	d, set := withHundred(b)
	_, full := states(d)
	full.checked = false
	var out bytes.Buffer
	b.ReportAllocs()
	began := used(b)
	for b.Loop() {
		out.Reset()
		if err := built(d, set, "hundred", "nb", full).Render(b.Context(), &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(used(b)-began)/float64(b.N), "cpu-ns/op")
	const questions = hundred - 3
	if n := strings.Count(out.String(), `class="ds-input`); n != questions {
		b.Errorf("%d questions were drawn, want %d", n, questions)
	}
}

// used is the processor time that this process has had, which a busy machine does not change.
func used(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// withHundred gives the fixture's form with one more page.
func withHundred(t testing.TB) (*app.Definition, *app.LayoutSet) {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("../app/testdata/apps/lindvik/tilskudd/App")
	err := fs.WalkDir(root, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(root, path)
		files[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files["ui/skjema/layouts/hundred.json"] = &fstest.MapFile{Data: []byte(hundredPage())}
	settings := files["ui/skjema/Settings.json"]
	settings.Data = []byte(strings.Replace(string(settings.Data), `"soker",`, `"soker", "hundred",`, 1))
	d, found := app.LoadAs(files, core.AppRef{})
	if d == nil || app.HasErrors(found) {
		t.Fatal(found)
	}
	return d, d.SetFor("Task_1")
}

// hundredPage asks for the same answer again and again.
func hundredPage() string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	var grid, tab, group []string
	for i := range hundred - 3 {
		id := fmt.Sprintf("h-%d-x", i)
		add(`{"id": %q, "type": "Input", "required": ["equals", ["dataModel", "soker.type"], "lag"],
			"dataModelBindings": {"simpleBinding": "tiltak.navn"}, "textResourceBindings": {
			"title": "soker-epost.tittel", "description": "soker-epost.om", "help": "soker-epost.hjelp"}}`, id)
		switch i % 4 {
		case 0:
			grid = append(grid, fmt.Sprintf(`{"cells": [{"labelFrom": %q}, {"component": %q}]}`, id, id))
		case 1:
			tab = append(tab, fmt.Sprintf("%q", id))
		case 2:
			group = append(group, fmt.Sprintf("%q", id))
		}
	}
	add(`{"id": "h-tabell", "type": "Grid", "rows": [%s]}`, strings.Join(grid, ","))
	add(`{"id": "h-faner", "type": "Tabs", "tabs": [{"id": "en", "title": "En", "children": [%s]}]}`,
		strings.Join(tab, ","))
	add(`{"id": "h-gruppe", "type": "Group", "children": [%s]}`, strings.Join(group, ","))
	return `{"data": {"layout": [` + strings.Join(list, ",") + `]}}`
}
