package newapp_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/newapp"
	"stafett/internal/scenario"
	"stafett/internal/text"
)

func made(t *testing.T, ref core.AppRef, kind string) fstest.MapFS {
	t.Helper()
	files, err := newapp.Files(ref, kind)
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for name, raw := range files {
		if strings.Contains(string(raw), "{{") {
			t.Errorf("%s has a placeholder left", name)
		}
		out[ref.String()+"/"+name] = &fstest.MapFile{Data: raw}
	}
	return out
}

func TestFiles_MakesAppsThatLoadAndCheckClean(t *testing.T) {
	t.Parallel()
	for _, kind := range newapp.Kinds {
		ref := core.AppRef{Org: "nordvik", App: "ny-" + kind}
		defs, found := app.LoadAll(made(t, ref, kind))
		for _, f := range append(found, app.Check(defs)...) {
			t.Errorf("%s: %s", kind, f)
		}
		if len(defs) != 1 || defs[0].Ref != ref {
			t.Fatalf("%s: got %d apps", kind, len(defs))
		}
		d := defs[0]
		if len(d.SetFor("Task_1").Pages) == 0 || d.Meta.DisallowUserInstantiation != (kind == "case") {
			t.Errorf("%s: no pages, or the wrong people may start it", kind)
		}
		for _, lang := range text.Languages {
			if !d.Texts.HasIn(lang, "service.about") || d.Meta.Title[lang] == "" {
				t.Errorf("%s: no texts in %s", kind, lang)
			}
		}
		resource := map[string][]string{"urn:altinn:org": {ref.Org}, "urn:altinn:app": {ref.App}}
		if d.Policy.UserMayInstantiate(resource) != (kind == "form") {
			t.Errorf("%s: the policy lets the wrong people start it", kind)
		}
	}
}

// TestFiles_TheScenarioOfANewAppPasses plays it without any register: nobody but made-up people.
func TestFiles_TheScenarioOfANewAppPasses(t *testing.T) {
	t.Parallel()
	for _, kind := range newapp.Kinds {
		ref := core.AppRef{Org: "helt-ny", App: "ny-" + kind}
		files := made(t, ref, kind)
		defs, _ := app.LoadAll(files)
		own, err := fs.Sub(files, ref.String())
		if err != nil {
			t.Fatal(err)
		}
		list, found := app.ReadScenarios(own, ref)
		if len(list) == 0 || len(found) > 0 {
			t.Fatalf("%s: %d scenarios and %v", kind, len(list), found)
		}
		apps := scenario.Apps{ref: defs[0]}
		people := scenario.People{}.With(ref.Org, list)
		for _, one := range list {
			now := time.Now()
			r := scenario.Stage{
				Org: ref.Org, Apps: apps, People: people, Now: now,
				World: scenario.NewMemory(apps, people, now),
			}.Play(one)
			if len(r.Failures) > 0 || r.Expectations < 2 {
				t.Errorf("%s: %d expectations, %+v", kind, r.Expectations, r.Failures)
			}
		}
	}
}

func TestFiles_RefusesWhatCannotBeAName(t *testing.T) {
	t.Parallel()
	for _, ref := range []core.AppRef{
		{}, {Org: "nordvik"}, {Org: "nordvik", App: "../x"}, {Org: "Nordvik", App: "skjema"},
		{Org: "nordvik", App: "skjema 1"}, {Org: "9", App: "skjema"},
	} {
		if _, err := newapp.Files(ref, "form"); err == nil {
			t.Errorf("%s was taken", ref)
		}
	}
	if _, err := newapp.Files(core.AppRef{Org: "nordvik", App: "ny"}, "letter"); err == nil {
		t.Error("an unknown kind was taken")
	}
}
