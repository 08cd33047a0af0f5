package instance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
)

var (
	more   = core.AppRef{Org: "nordvik", App: "ettersending"}
	letter = core.AppRef{Org: "nordvik", App: "vedtak"}
)

// asked makes a request for more to Kari, about her application, as a case does.
func asked(t testing.TB, s *solutiontest.Solution, source core.Instance, spor map[string]any) core.Instance {
	t.Helper()
	inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), instance.Template{
		App: more, Owner: instance.OwnerName{Party: solutiontest.Kari},
		Documents: map[string]core.Document{"svar": {
			"sak": map[string]any{"tittel": "Lysfest"}, "spor": spor,
		}},
		DataValues: map[string]string{
			"reference": source.Reference, "sourceInstance": source.InstanceRef.String(),
			"sourceApp": source.AppRef.String(), "submitted": "2026-11-24T10:00:00Z",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return inst.Instance
}

func TestInstantiate_WhatItsOwnerIsToFillInIsADraftOfTheirs(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := asked(t, s, s.CaseOf(t, "Lysfest"), map[string]any{"opplysning": true})
	if inst.Status != core.StatusDraft || inst.Submitted != nil {
		t.Errorf("a request begins as %s, submitted %v", inst.Status, inst.Submitted)
	}
	mine, _, err := s.Instances.Mine(t.Context(), s.Person(solutiontest.Kari),
		[]core.Status{core.StatusDraft}, nil, 10)
	if err != nil || len(mine) != 1 || mine[0].ID != inst.ID {
		t.Errorf("Kari's drafts: %v, %v", mine, err)
	}
	if err := s.Instances.Delete(t.Context(), s.Person(solutiontest.Kari), inst.InstanceRef); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a request can be deleted: %v", err)
	}
	_, err = s.Instances.Start(t.Context(), s.Person(solutiontest.Kari), instance.Beginning{
		App: more, Owner: solutiontest.Kari, Language: "nb",
	})
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("a request can be started by its reader: %v", err)
	}
}

// answerOf is what a request delivers into its case.
func answerOf(key, text string) instance.Template {
	return instance.Template{
		Key: key, Content: []byte(key + text),
		Documents: map[string]core.Document{"sak": {
			"svar": []any{map[string]any{"sporsmal": "Når?", "tekst": text}},
		}},
	}
}

func TestAccept_AnswersAreAddedOnceAndMakeTheCaseUnread(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	c := s.CaseOf(t, "Lysfest")
	ingrid := s.Person(solutiontest.Ingrid)
	s.Open(t, ingrid, c.InstanceRef)
	for _, one := range []struct {
		key, text string
		done      bool
	}{{"a", "Klokka ti.", true}, {"a", "Klokka ti.", false}, {"b", "Nei, elleve.", true}} {
		done, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef,
			answerOf(one.key, one.text))
		if err != nil || done != one.done {
			t.Fatalf("%s: done %v, %v", one.key, done, err)
		}
	}
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef,
		answerOf("a", "Noe annet.")); !fault.Is(err, fault.Conflict) {
		t.Errorf("other content under the same key: %v", err)
	}
	box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{})
	if err != nil || len(box.Cases) != 1 || !box.Cases[0].Unread {
		t.Errorf("the case is not unread: %+v, %v", box.Cases, err)
	}
	doc := s.Open(t, ingrid, c.InstanceRef).Input.Data["sak"]
	if got := fmt.Sprint(doc["svar"]); strings.Count(got, "Når?") != 2 ||
		!strings.Contains(got, "elleve") || fmt.Sprint(doc["sak"]) != "map[tittel:Lysfest]" {
		t.Errorf("the case holds %v", doc)
	}
}

func TestAccept_RefusesWhoMayNot(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	c := s.CaseOf(t, "Lysfest")
	unknown := c.InstanceRef
	unknown.ID = uuid.New()
	for name, try := range map[string]struct {
		actor core.Actor
		ref   core.InstanceRef
		t     instance.Template
		kind  fault.Kind
	}{
		"caseworker":       {s.Person(solutiontest.Ingrid), c.InstanceRef, answerOf("a", "x"), fault.Forbidden},
		"caseworker, told": {s.Person(solutiontest.Ingrid), c.InstanceRef, instance.Template{Report: &core.Report{}}, fault.Forbidden},
		"citizen":          {s.Person(solutiontest.Kari), c.InstanceRef, answerOf("a", "x"), fault.Forbidden},
		"another owner":    {solutiontest.NeighbourSystem(), c.InstanceRef, answerOf("a", "x"), fault.Forbidden},
		"unknown":          {solutiontest.System(), unknown, answerOf("a", "x"), fault.Forbidden},
		"not in the model": {solutiontest.System(), c.InstanceRef, instance.Template{
			Documents: map[string]core.Document{"sak": {"ukjent": "x"}}}, fault.Malformed},
	} {
		if _, err := s.Instances.Accept(t.Context(), try.actor, try.ref, try.t); !fault.Is(err, try.kind) {
			t.Errorf("%s: got %v, want %v", name, err, try.kind)
		}
	}
}

func TestAccept_AnOlderReportThatComesLateChangesNothing(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Submitted(t, kari, "Lysfest")
	now := time.Now()
	tell := func(label string, at time.Time) {
		t.Helper()
		_, err := s.Instances.Accept(t.Context(), solutiontest.System(), v.Instance.InstanceRef,
			instance.Template{Report: &core.Report{
				Substatus: core.Substatus{Label: label}, Moment: at,
			}})
		if err != nil {
			t.Fatal(err)
		}
	}
	tell("Ferdig", now)
	tell("Under behandling", now.Add(-time.Hour))
	got := s.Open(t, kari, v.Instance.InstanceRef).Instance.Substatus
	if got == nil || got.Label != "Ferdig" {
		t.Errorf("the status is %+v", got)
	}
	if n := s.Count(t, "audit_event", "act = 'report' AND outcome = 'done'"); n != 1 {
		t.Errorf("%d reports are in the log, want 1", n)
	}
}

func TestSent_EachSeesOnlyTheirPartOfTheStory(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Submitted(t, kari, "Lysfest")
	thread := v.Instance.InstanceRef.String()
	template := solutiontest.Template("Lysfest")
	template.DataValues = map[string]string{
		"sourceInstance": thread, "sourceApp": v.Instance.AppRef.String(), "thread": thread,
	}
	c, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), template)
	if err != nil {
		t.Fatal(err)
	}
	request := asked(t, s, c.Instance, map[string]any{"opplysning": true})
	// As a handover says it: the matter began with the application, not with the case.
	s.Tx(t, func(tx *store.Tx) error {
		list, err := tx.Thread(t.Context(), c.ID)
		if err == nil && len(list) != 2 {
			t.Errorf("without word of the thread a request belongs to its source: %d", len(list))
		}
		return err
	})
	sent, err := s.Instances.Sent(t.Context(), kari, v.Instance.InstanceRef, "nb")
	if err != nil {
		t.Fatal(err)
	}
	if len(sent.Story) != 0 {
		t.Errorf("Kari is shown the case: %+v", sent.Story)
	}
	one, err := s.Instances.Case(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.Nordvik, c.ID, "nb")
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(one.Story, func(ch instance.Chapter) bool { return ch.Instance.ID == request.ID || !ch.Case() }) {
		t.Errorf("a caseworker is shown what is the citizen's: %+v", one.Story)
	}
}

func TestLetter_IsReadByItsOwnerAlone(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), instance.Template{
		App: letter, Owner: instance.OwnerName{Party: solutiontest.Kari},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := s.Open(t, s.Person(solutiontest.Kari), inst.InstanceRef)
	if !v.Letter() || !v.Input.ReadOnly || !slices.Contains(v.Actions(), "klag") {
		t.Errorf("letter %v, read only %v, actions %v", v.Letter(), v.Input.ReadOnly, v.Actions())
	}
	for _, who := range []core.PartyID{solutiontest.Ola, solutiontest.Ingrid, solutiontest.Tor} {
		_, err := s.Instances.Open(t.Context(), s.Person(who), inst.InstanceRef, "nb")
		if refusal := access.Refuse(access.ActionRead, letter); err == nil || err.Error() != refusal.Error() {
			t.Errorf("%d: %v", who, err)
		}
	}
}

func TestMade_ADraftIsItsOwnersAloneAlsoForWhoMadeIt(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := asked(t, s, s.CaseOf(t, "Lysfest"), map[string]any{"opplysning": true})
	v, err := s.Instances.Made(t.Context(), solutiontest.System(), inst)
	if err != nil || v.Instance.ID != inst.ID || len(v.DataElements()) != 0 || len(v.Input.Data) != 0 {
		t.Errorf("the maker is told of %v, %v, %v", v.Instance, v.Input.Data, err)
	}
	_, err = s.Instances.Open(t.Context(), solutiontest.System(), inst.InstanceRef, "nb")
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("the maker may read the draft: %v", err)
	}
}
