package newapp_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/newapp"
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
