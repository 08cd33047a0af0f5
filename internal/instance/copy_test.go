package instance_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/schema"
	"stafett/internal/solutiontest"
)

func TestCopy_HasTheAnswersAndFilesAndPointsOutWhatIsAskedOtherwise(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ola := s.Person(solutiontest.Kari), s.Person(solutiontest.Ola)
	filled := s.Filled(t, kari, "Lysfest")
	_, _, err := s.Instances.Copy(t.Context(), kari, filled.Instance.InstanceRef, "nb")
	is(t, "a draft", err, fault.Conflict, "fault.not_submitted")
	s.Upload(t, kari, filled.Instance.InstanceRef, "budsjett.pdf")
	sent := next(t, s, kari, filled, "")
	ref := sent.Instance.InstanceRef
	_, _, err = s.Instances.Copy(t.Context(), ola, ref, "nb")
	is(t, "another's", err, fault.Forbidden, "fault.forbidden")

	fsys := solutionFiles(t)
	const old = "Hvilket kontonummer skal støtten betales til?"
	swap(t, fsys, appFolder+"config/texts/resource.nb.json", old, "Hvilken konto skal pengene til?")
	s.Put(t, fsys)
	draft, from, err := s.Instances.Copy(t.Context(), kari, ref, "nb")
	if err != nil {
		t.Fatal(err)
	}
	v := s.Open(t, kari, draft.InstanceRef)
	before := s.Open(t, kari, ref)
	if v.Instance.Status != core.StatusDraft || v.Instance.Reference != "" || v.Instance.ID == ref.ID ||
		v.Instance.AppVersion == before.Instance.AppVersion || v.Instance.Title != "Lysfest" {
		t.Errorf("the copy is %+v", v.Instance)
	}
	for _, path := range []string{"arrangement.navn", "soker.kontaktperson", "budsjett.kontonummer"} {
		got := schema.Get(v.Input.Data["soknad"], path)
		if want := schema.Get(before.Input.Data["soknad"], path); got == nil || got != want {
			t.Errorf("%s is %v, was %v", path, got, want)
		}
	}
	if len(v.Input.Elements) != 1 || v.Input.Elements[0].Filename != "budsjett.pdf" ||
		v.Input.Elements[0].Upload == before.Input.Elements[0].Upload {
		t.Errorf("its files are %+v", v.Input.Elements)
	}
	questions, known := s.Instances.Changed(t.Context(), ref.AppRef, from, "nb")
	if !known || !slices.Equal(questions, []string{"Hvilken konto skal pengene til?"}) {
		t.Errorf("pointed out are %q", questions)
	}
	if questions, known = s.Instances.Changed(t.Context(), ref.AppRef, draft.AppVersion, "nb"); !known ||
		len(questions) != 0 {
		t.Errorf("of the same version: %q", questions)
	}
	if _, known = s.Instances.Changed(t.Context(), ref.AppRef, strings.Repeat("0", 64), "nb"); known {
		t.Error("a version that never was is known")
	}
}

func TestCopy_TakesTheEntriesOfSubformsAlong(t *testing.T) {
	t.Parallel()
	h := newHarbour(t)
	h.owner()
	for _, name := range []string{"Måka", "Terna"} {
		boat := h.add(name, "6")
		h.save(boat, "bat", url.Values{"forsikret": {"true"}}, nil)
		file := uploadOf(t, h.Solution, h.kari, h.ref, "bevis")
		h.save(boat, "forsikring", url.Values{"selskap": {"Havtrygd"}}, func(r *instance.SaveRequest) {
			r.Attached = map[string][]uuid.UUID{"bevis": {file}}
		})
	}
	if err := h.send(); err != nil {
		t.Fatal(err)
	}
	sent := h.view()
	fsys := filesOf(t, solutiontest.SubformApps())
	swap(t, fsys, "nordvik/batplass/models/bat.schema.json",
		`"selskap": { "type": "string" }`, `"selskap": { "type": "integer" }`)
	h.Put(t, fsys)
	draft, _, err := h.Instances.Copy(t.Context(), h.kari, h.ref, "nb")
	if err != nil {
		t.Fatal(err)
	}
	v := h.Open(t, h.kari, draft.InstanceRef)
	boats := v.Input.Entries["bat"]
	if len(boats) != 2 || len(v.Input.Elements) != 2 {
		t.Fatalf("the copy has %d boats and %d files", len(boats), len(v.Input.Elements))
	}
	for i, want := range sent.Input.Entries["bat"] {
		boat := boats[i]
		if boat.Document["navn"] != want.Document["navn"] || boat.Element.ID == want.Element.ID {
			t.Errorf("boat %d is %v", i, boat)
		}
		if boat.Document["leie"] == nil || boat.Document["selskap"] != nil {
			t.Errorf("rent and company of %s: %v", want.Document["navn"], boat.Document)
		}
		list, _ := boat.Document["bevis"].([]any)
		if len(list) != 1 || list[0] == want.Document["bevis"].([]any)[0] ||
			!slices.ContainsFunc(v.Input.Elements, func(e core.DataElement) bool {
				return e.ID.String() == list[0]
			}) {
			t.Errorf("the proof of %s is %v, among %v", want.Document["navn"], list, v.Input.Elements)
		}
	}
}
