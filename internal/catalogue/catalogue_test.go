package catalogue_test

import (
	"io/fs"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// changed copies the example apps with the first words replaced in one of the files.
func changed(t *testing.T, file, old, new string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(apps.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(apps.FS, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := string(out[file].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	out[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
	return out
}

const texts = "nordvik/arrangementsstotte/config/applicationmetadata.json"

func TestAt_AnInstanceIsShownWithTheVersionItWasMadeWith(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	old := s.Open(t, kari, s.Start(t, kari))
	s.Put(t, changed(t, texts, "Søknad om arrangementsstøtte", "Ny tittel"))

	d, err := s.Catalogue.App(solutiontest.Application)
	if err != nil || d.Hash == old.App.Hash || d.Meta.Title["nb"] != "Ny tittel" {
		t.Fatalf("in force is %v, %v", d.Meta.Title, err)
	}
	again := s.Open(t, kari, old.Instance.InstanceRef)
	if again.App.Hash != old.App.Hash || again.App.Meta.Title["nb"] != "Søknad om arrangementsstøtte" {
		t.Errorf("the old draft is shown with %q", again.App.Meta.Title["nb"])
	}
	if fresh := s.Open(t, kari, s.Start(t, kari)); fresh.App.Hash != d.Hash {
		t.Error("a new draft is made with the old version")
	}
	// It can be filled in and sent with the version it was made with.
	s.Save(t, kari, old.Instance.InstanceRef, "soker",
		map[string]string{"soker.telefon": "40000199"}, "")

	// Another process, which has never seen the old version in force, reads it from the store.
	other := catalogue.New(s.Store)
	restored, err := other.At(t.Context(), solutiontest.Application, old.App.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if restored.Hash != old.App.Hash || restored.Ref != solutiontest.Application {
		t.Errorf("restored %s of %s", restored.Hash, restored.Ref)
	}
	twice, err := other.At(t.Context(), solutiontest.Application, old.App.Hash)
	if err != nil || twice != restored {
		t.Errorf("a version is read from the store each time: %v", err)
	}
}

func TestAt_EveryVersionInForceCanBeRestoredAsItIs(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	other := catalogue.New(s.Store)
	for _, d := range s.Catalogue.Apps() {
		restored, err := other.At(t.Context(), d.Ref, d.Hash)
		if err != nil || restored.Hash != d.Hash {
			t.Errorf("%s: %v", d.Ref, err)
		}
	}
	t.Logf("restored %d apps", len(s.Catalogue.Apps()))
	if len(s.Catalogue.Apps()) == 0 {
		t.Fatal("there are no apps")
	}
}

func TestAt_OfManyAtOnceReadsOne(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, _ := s.Catalogue.App(solutiontest.Application)
	other := catalogue.New(s.Store)
	got := make([]*app.Definition, 20)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			var err error
			if got[i], err = other.At(t.Context(), d.Ref, d.Hash); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, g := range got {
		if g != got[0] {
			t.Error("two were read")
		}
	}
}

func TestApp_UnknownIsNotFound(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	for _, ref := range []core.AppRef{
		{}, {Org: "nordvik", App: "finnes-ikke"}, {Org: "sorvik", App: "stottesak"},
		{Org: "Nordvik", App: "stottesak"}, {Org: "..", App: "stottesak"},
	} {
		if _, err := s.Catalogue.App(ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", ref, err)
		}
		if _, err := s.Catalogue.At(t.Context(), ref, "0000"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s at a version: %v", ref, err)
		}
	}
	d, _ := s.Catalogue.App(solutiontest.Application)
	if _, err := s.Catalogue.At(t.Context(), solutiontest.Case, d.Hash); !fault.Is(err,
		fault.NotFound) {
		t.Errorf("a version of another app: %v", err)
	}
}

func TestAt_AVersionThatDoesNotLoadIsAnErrorAndNotADefinition(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, _ := s.Catalogue.App(solutiontest.Application)
	storetest.Exec(t, s.Database, "UPDATE app_version SET archive = '\\x00' WHERE hash = $1", d.Hash)
	got, err := catalogue.New(s.Store).At(t.Context(), d.Ref, d.Hash)
	if err == nil || got != nil || !fault.Is(err, fault.Internal) {
		t.Errorf("a broken archive: %v, %v", got, err)
	}
}

func TestPut_ReplacesTheWholeSetAndTheLaterFolderCounts(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	files := changed(t, texts, "Søknad om arrangementsstøtte", "Ny tittel")
	definitions, _ := app.LoadAll(files)
	base, _ := app.LoadAll(apps.FS)
	err := s.Catalogue.Put(t.Context(),
		catalogue.Folder{Files: apps.FS, Definitions: base},
		catalogue.Folder{Files: files, Definitions: definitions})
	if err != nil {
		t.Fatal(err)
	}
	if d, err := s.Catalogue.App(solutiontest.Application); err != nil || d.Meta.Title["nb"] != "Ny tittel" {
		t.Errorf("in force: %v", err)
	}
	for name := range files {
		if strings.HasPrefix(name, path.Join("nordvik", "stottesak")) {
			delete(files, name)
		}
	}
	definitions, _ = app.LoadAll(files)
	if err := s.Catalogue.Put(t.Context(), catalogue.Folder{Files: files,
		Definitions: definitions}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Catalogue.App(solutiontest.Case); !fault.Is(err, fault.NotFound) {
		t.Errorf("an app that was taken away is served: %v", err)
	}
	if n := len(s.Catalogue.Apps()); n != len(definitions) {
		t.Errorf("%d apps, want %d", n, len(definitions))
	}
}

func TestPut_WhatIsServedElsewhereIsKnownAndNotInForce(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	c := catalogue.New(s.Store)
	c.ServedElsewhere(func(ref core.AppRef) bool { return ref == solutiontest.Case })
	defs, _ := app.LoadAll(apps.FS)
	if err := c.Put(t.Context(), catalogue.Folder{Files: apps.FS, Definitions: defs}); err != nil {
		t.Fatal(err)
	}
	_, err := c.App(solutiontest.Case)
	if !fault.Is(err, fault.NotFound) || len(c.Apps()) != len(defs)-1 {
		t.Errorf("%v; %d apps in force, want %d", err, len(c.Apps()), len(defs)-1)
	}
	for _, ref := range []core.AppRef{solutiontest.Case, solutiontest.Application} {
		if d := c.Known(ref); d == nil || d.Ref != ref {
			t.Errorf("%s is not known", ref)
		}
	}
	if c.Known(core.AppRef{Org: "nordvik", App: "no"}) != nil {
		t.Error("an app that is nowhere is known")
	}
}

func TestPut_WhenTheStoreFailsWhatWasInForceStays(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	files := changed(t, texts, "Søknad om arrangementsstøtte", "Ny tittel")
	definitions, _ := app.LoadAll(files)
	storetest.Exec(t, s.Database,
		"ALTER TABLE app_version ADD CONSTRAINT refusing CHECK (false) NOT VALID")
	if err := s.Catalogue.Put(t.Context(), catalogue.Folder{Files: files,
		Definitions: definitions}); err == nil {
		t.Fatal("put without being kept")
	}
	d, err := s.Catalogue.App(solutiontest.Application)
	if err != nil || d.Meta.Title["nb"] != "Søknad om arrangementsstøtte" {
		t.Errorf("in force: %v, %v", d, err)
	}
}
