package app

import (
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/schema"
)

// fuzzFile reads one file of the test app, replaced by whatever comes, with the rest of the app
// in place. Nothing may panic, and every finding must have a place.
func fuzzFile(f *testing.F, file string, read func(*reader, *Definition)) {
	base := load(f, files(f), soknad)
	f.Add(files(f)[file].Data)
	f.Add([]byte(`{"data":{"layout":[{"id":"a","type":"Group","children":["a"]}]}}`))
	f.Add([]byte(`{"id":"a/b","dataTypes":[{"id":"x","appLogic":{"classRef":"X"}}]}`))
	f.Add([]byte(`{"handovers":[{"id":"a","prefill":{"x":["dataModel"]}}],"validations":{"samtykke":["a"]}}`))
	name := strings.TrimPrefix(file, soknad+"/")
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := *base
		d.steps, d.Handovers, d.Reports = map[string][]schema.Step{}, nil, nil
		r := &reader{folder: "App", fsys: oneFile(name, raw)}
		read(r, &d)
		for _, found := range r.list {
			if found.File != name || found.Line < 0 || found.Message == "" {
				t.Errorf("got %s", found)
			}
		}
	})
}

// oneFile gives a folder with one file.
func oneFile(name string, raw []byte) fstest.MapFS {
	return fstest.MapFS{name: &fstest.MapFile{Data: raw}}
}

func FuzzLoadMetadata(f *testing.F) {
	fuzzFile(f, aMeta, func(r *reader, d *Definition) {
		var s source
		fresh := Definition{}
		if r.readMetadata(&fresh, &s) {
			r.checkContentTypes(&fresh, &s)
			fresh.Process, fresh.Models = d.Process, d.Models
			r.checkMetadata(&fresh, &s)
		}
	})
}

func FuzzLoadLayout(f *testing.F) {
	fuzzFile(f, aBudsjett, func(r *reader, d *Definition) {
		set := &LayoutSet{ID: "skjema", DataType: "soknad"}
		page := r.readPage(d, &setSource{set: set}, "budsjett", "ui/skjema/layouts/budsjett.json")
		if page == nil {
			return
		}
		set.Pages = []*Page{page}
		r.bindSet(d, set)
		r.linkSet(d, set)
		r.checkTrees()
		for c := range page.All {
			r.checkFit(d, c)
			r.checkSpelling(c.at, componentProperties)
		}
		d.Sets = []*LayoutSet{set}
		if !HasErrors(r.list) {
			prepare(d)
		}
	})
}

func FuzzLoadHandover(f *testing.F) {
	fuzzFile(f, aHandover, func(r *reader, d *Definition) {
		r.readHandovers(d)
		if !HasErrors(r.list) {
			Check([]*Definition{d})
		}
	})
}

func FuzzLoadRules(f *testing.F) {
	fuzzFile(f, aRules, func(r *reader, d *Definition) {
		r.readValidations(d, "soknad", &Model{Schema: d.Models["soknad"].Schema})
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":null}]}`, "[", `{"a":1,"a":2}`, "\ufeff{}", `"\ud800"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := parseJSON("x.json", raw)
		if (v == nil) == (err == nil) {
			t.Errorf("got %v and %v", v, err)
		}
		if syntax, ok := err.(*syntaxError); ok && syntax.line < 1 {
			t.Errorf("line %d", syntax.line)
		}
	})
}
