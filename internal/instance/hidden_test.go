package instance_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// solutionFiles reads the example into memory, so that a test can change single files.
func solutionFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	return filesOf(t, apps.FS)
}

// filesOf gives files that a test may change.
func filesOf(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hiddenUpload is the example with an upload that is only shown for one kind of support.
func hiddenUpload(t *testing.T) fstest.MapFS {
	t.Helper()
	const file = "nordvik/arrangementsstotte/ui/soknad/layouts/budsjett.json"
	out := solutionFiles(t)
	const shown = `"type": "FileUpload",`
	text := string(out[file].Data)
	if !strings.Contains(text, shown) {
		t.Fatalf("%s has no upload", file)
	}
	out[file].Data = []byte(strings.Replace(text, shown, shown+
		` "hidden": ["equals", ["dataModel", "soker.kategori"], "privat"],`, 1))
	return out
}

func TestNext_HiddenFilesAndAnswersAreNotHandedOver(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, hiddenUpload(t))
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest")
	// Attached while the question was there, and then hidden by another answer.
	category := func(value string) {
		s.Save(t, kari, v.Instance.InstanceRef, "soker", map[string]string{"soker.kategori": value}, "")
	}
	category("annen")
	s.Upload(t, kari, v.Instance.InstanceRef, "skjult.pdf")
	category("privat")
	if _, _, err := s.Instances.Upload(t.Context(), kari, v.Instance.InstanceRef,
		solutiontest.FirstTask, instance.File{
			DataType: "vedlegg", Filename: "uspurt.pdf", Body: strings.NewReader(solutiontest.PDF),
		}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a file that nobody asks for: got %v, want forbidden", err)
	}
	v, done, err := s.Instances.Next(t.Context(), kari,
		solutiontest.Step(s.Open(t, kari, v.Instance.InstanceRef)))
	if err != nil || !done {
		t.Fatalf("submit: %v", err)
	}
	if len(v.Input.Elements) != 0 {
		t.Error("the submission shows a file whose question is hidden")
	}
	if after := s.Open(t, kari, v.Instance.InstanceRef); len(after.Input.Elements) != 0 {
		t.Error("the hidden file is kept")
	}
	d := s.DeliveryOf(t, v.Instance.ID)
	var frozen core.Frozen
	s.Tx(t, func(tx *store.Tx) error {
		var err error
		_, frozen, err = tx.DeliveryPayload(t.Context(), d.ID)
		return err
	})
	if len(frozen.Parts) != 0 {
		t.Errorf("handed over: %+v", frozen.Parts)
	}
}

func TestSent_IsForWhatHasBeenSubmitted(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	_, err := s.Instances.Sent(t.Context(), kari, s.Start(t, kari), "nb")
	is(t, "a draft's receipt", err, fault.Conflict, "fault.not_submitted")
	v := s.Submitted(t, kari, "Lysfest")
	sent, err := s.Instances.Sent(t.Context(), kari, v.Instance.InstanceRef, "nn")
	if err != nil || len(sent.Deliveries) != 1 || sent.ServiceOwner.Name != "Nordvik kommune" ||
		sent.Input.Language != "nn" {
		t.Errorf("receipt %+v, %v", sent.Deliveries, err)
	}
	file, inst, err := s.Instances.PDF(t.Context(), kari, v.Instance.InstanceRef)
	if err != nil || !strings.HasPrefix(string(file),
		"%PDF-") || inst.Reference != v.Instance.Reference {
		t.Errorf("PDF of %d bytes, %v", len(file), err)
	}
}

func TestMine_AndOfferShowOwnDraftsOnly(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ola := s.Person(solutiontest.Kari), s.Person(solutiontest.Ola)
	ref := s.Start(t, kari)
	s.CaseOf(t, "Lysfest")
	everything := []core.Status{core.StatusDraft, core.StatusActive, core.StatusArchived}
	for _, a := range []core.Actor{kari, ola} {
		want := 0
		if a.User == kari.User {
			want = 1
		}
		offer, err := s.Instances.Offer(t.Context(), a, solutiontest.Application, []core.PartyID{a.Party})
		if err != nil || !slices.Equal(offer.Whom, []core.PartyID{a.Party}) || len(offer.Drafts) != want ||
			want == 1 && offer.Drafts[0].ID != ref.ID {
			t.Errorf("%s is offered %+v, %v", a.Name, offer, err)
		}
		list, _, err := s.Instances.Mine(t.Context(), a, everything, nil, 10)
		if err != nil || len(list) != want {
			t.Errorf("%s has %d instances, %v", a.Name, len(list), err)
		}
		offer, err = s.Instances.Offer(t.Context(), a, solutiontest.Case, []core.PartyID{a.Party})
		if err != nil || len(offer.Whom) > 0 || len(offer.Drafts) != 0 {
			t.Errorf("%s is offered a case: %+v, %v", a.Name, offer, err)
		}
	}
	// Acting for an organisation without a role there shows nothing.
	ola.Party = solutiontest.Band
	list, _, err := s.Instances.Mine(t.Context(), ola, everything, nil, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("Ola sees %d instances of the band's, %v", len(list), err)
	}
}
