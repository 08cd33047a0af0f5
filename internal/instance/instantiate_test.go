package instance_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// nothingMade fails when there is any trace of an instance.
func nothingMade(t *testing.T, s *solutiontest.Solution) {
	t.Helper()
	for _, table := range []string{"instance", "element", "idempotency_key"} {
		if n := s.Count(t, table, "true"); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
}

func TestInstantiate_MakesACaseThatIsSeenWhole(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, _ := s.Catalogue.App(solutiontest.Case)
	part, err := s.Instances.Receive(t.Context(), solutiontest.System(), d, instance.File{
		DataType: "vedlegg", Filename: "plan.pdf", Body: strings.NewReader(solutiontest.PDF),
	})
	if err != nil {
		t.Fatal(err)
	}
	source := uuid.NewString()
	tmpl := solutiontest.Template("")
	tmpl.Prefill = nil
	tmpl.Documents = map[string]core.Document{"sak": {
		"sak":      map[string]any{"tittel": "Lysfest"},
		"soker":    map[string]any{"navn": "Kari Solbakken"},
		"budsjett": map[string]any{"soknadsbelop": json.Number("60000")},
	}}
	tmpl.Files = []instance.Part{part}
	tmpl.DataValues = map[string]string{
		handover.ValueReference: "NK-7F3K-92QD", handover.ValueSubmitted: "2026-06-01T10:00:00Z",
		handover.ValueLanguage: "nn", handover.ValueSource: "50001/" + source,
		handover.ValueSourceApp: solutiontest.Application.String(),
	}
	inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), tmpl)
	if err != nil || !inst.Made {
		t.Fatalf("made %v, %v", inst.Made, err)
	}
	v := s.Open(t, s.Person(solutiontest.Ingrid), inst.InstanceRef)
	i := v.Instance
	if i.Title != "Lysfest" || i.Applicant != "Kari Solbakken" || i.Reference != "NK-7F3K-92QD" ||
		i.Language != "nn" || i.Status != core.StatusActive || i.Process.Task != "Task_mottak" ||
		!i.Submitted.Equal(time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("the case is %+v", i)
	}
	if i.Source == nil || i.Source.ID.String() != source || i.Source.AppRef != solutiontest.Application {
		t.Errorf("source %v", i.Source)
	}
	if len(v.Input.Elements) != 1 || v.Input.Elements[0].Filename != "plan.pdf" {
		t.Errorf("files %v", v.Input.Elements)
	}
	const line = "act = 'instantiate' AND outcome = 'done' AND organisation_number = $1"
	if n := s.Count(t, "audit_event", line, solutiontest.NordvikNumber); n != 1 {
		t.Errorf("%d audit lines, want 1", n)
	}
}

func TestInstantiate_RefusesAllButTheOwnersOwnSystem(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	nobody := solutiontest.Organisation(solutiontest.Band, "", "312468034")
	// A token that says the right code but belongs to another number.
	callers := map[string]core.Actor{
		"another service owner": solutiontest.NeighbourSystem(), "no service owner": nobody,
		"anonymous": {},
	}
	for _, p := range s.Register.Persons() {
		callers[p.Name] = s.Person(p.ID)
	}
	owners := map[string]instance.OwnerName{
		"own":     {OrganisationNumber: solutiontest.NordvikNumber},
		"unknown": {OrganisationNumber: "999999999"},
		"none":    {},
		"person":  {PersonNumber: "14827941388"},
	}
	tried := 0
	for name, a := range callers {
		for which, owner := range owners {
			for _, broken := range []bool{false, true} {
				tried++
				tmpl := solutiontest.Template("Lysfest")
				tmpl.Owner = owner
				if broken {
					tmpl.Documents = map[string]core.Document{"finnes-ikke": {}}
				}
				inst, err := s.Instances.Instantiate(t.Context(), a, tmpl)
				want := fault.Forbidden
				if a.Anonymous() {
					want = fault.Unauthenticated
				}
				if inst.Made || !fault.Is(err, want) {
					t.Errorf("%s, owner %s: %v, want %s before all else", name, which, err, want)
				}
			}
		}
		if err := s.Instances.MayInstantiate(t.Context(), a, solutiontest.Case); err == nil {
			t.Errorf("%s may instantiate", name)
		}
	}
	t.Logf("tried %d templates", tried)
	nothingMade(t, s)
	for number, what := range map[string]string{
		solutiontest.SorvikNumber: "another service owner", "312468034": "no service owner",
	} {
		n := s.Count(t, "audit_event",
			"act = 'instantiate' AND outcome = 'refused' AND organisation_number = $1", number)
		if n != 2*len(owners)+1 {
			t.Errorf("%d audit lines with the number of %s, want %d", n, what, 2*len(owners)+1)
		}
	}
	if n := s.Count(t, "audit_event", "actor = $1 AND outcome = 'refused'",
		solutiontest.Kari); n == 0 {
		t.Error("no audit line of the end user's refusal")
	}
}

func TestInstantiate_NamesEveryProblemAndNoValue(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	cases := map[string]struct {
		change func(*instance.Template)
		want   []string
	}{
		"unknown data type": {func(m *instance.Template) {
			m.Documents = map[string]core.Document{"hemmelig-type": {}}
		}, []string{"hemmelig-type unknown_data_type"}},
		"unknown fields": {func(m *instance.Template) {
			m.Documents = map[string]core.Document{"sak": {
				"sak": map[string]any{"tittel": "hemmelig", "finnesIkke": "hemmelig"}, "borte": true,
			}}
		}, []string{"sak.finnesIkke unknown", "borte unknown"}},
		"file of an unknown type": {func(m *instance.Template) {
			m.Files = []instance.Part{{DataType: "finnes-ikke"}}
		}, []string{"finnes-ikke unknown_data_type"}},
		"file for a form": {func(m *instance.Template) {
			m.Files = []instance.Part{{DataType: "sak"}}
		}, []string{"sak unknown_data_type"}},
		"too many files": {func(m *instance.Template) {
			m.Files = slices.Repeat([]instance.Part{{DataType: "soknad-pdf"}}, 51)
		}, []string{"soknad-pdf max_count"}},
		"time": {func(m *instance.Template) {
			m.DataValues = map[string]string{handover.ValueSubmitted: "hemmelig"}
		}, []string{"dataValues.submitted format"}},
		"reference": {func(m *instance.Template) {
			m.DataValues = map[string]string{handover.ValueReference: "<hemmelig>"}
		}, []string{"dataValues.reference format"}},
		"source": {func(m *instance.Template) {
			m.DataValues = map[string]string{handover.ValueSource: "hemmelig"}
		}, []string{"dataValues.sourceInstance format"}},
	}
	for name, c := range cases {
		tmpl := solutiontest.Template("Lysfest")
		c.change(&tmpl)
		inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), tmpl)
		p, ok := errors.AsType[*instance.Problems](err)
		if !ok || inst.Made || !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: made %v, %v", name, inst.Made, err)
			continue
		}
		var got []string
		for _, problem := range p.List {
			got = append(got, problem.Path+" "+problem.Code)
		}
		all := strings.Join(got, "; ")
		for _, want := range c.want {
			if !strings.Contains(all, want) {
				t.Errorf("%s: problems %q, want %q among them", name, all, want)
			}
		}
		if name != "unknown data type" && strings.Contains(all+err.Error(), "hemmelig") {
			t.Errorf("%s: a value stands in %q, %v", name, all, err)
		}
	}
	t.Logf("checked %d templates", len(cases))
	nothingMade(t, s)
}

func TestInstantiate_RefusesOwnersThatTheAppDoesNotTake(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	cases := map[string]struct {
		owner instance.OwnerName
		kind  fault.Kind
		key   string
	}{
		"a person": {instance.OwnerName{PersonNumber: "14827941388"}, fault.Forbidden,
			"fault.party_type_not_allowed"},
		"a person by party": {instance.OwnerName{Party: solutiontest.Kari}, fault.Forbidden,
			"fault.party_type_not_allowed"},
		"unknown number": {instance.OwnerName{OrganisationNumber: "974760673"}, fault.NotFound,
			"fault.party_not_found"},
		"unknown party": {instance.OwnerName{Party: 1}, fault.NotFound, "fault.party_not_found"},
		"nobody":        {instance.OwnerName{}, fault.Malformed, "fault.owner_missing"},
	}
	for name, c := range cases {
		tmpl := solutiontest.Template("Lysfest")
		tmpl.Owner = c.owner
		_, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), tmpl)
		is(t, name, err, c.kind, c.key)
	}
	t.Logf("checked %d owners", len(cases))
	nothingMade(t, s)
	if n := s.Count(t, "audit_event", "outcome = 'refused' AND party = $1",
		solutiontest.Kari); n != 2 {
		t.Errorf("%d audit lines of the refused owner, want 2", n)
	}
}

func TestInstantiate_IsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tmpl := solutiontest.Template("Lysfest")
	tmpl.Key, tmpl.Content = "key", []byte("content")
	// The file's content never came: the last write of the transaction fails.
	tmpl.Files = []instance.Part{{
		DataType: "vedlegg", Filename: "a.pdf", ContentType: "application/pdf", Size: 4,
		SHA256: make([]byte, 32), Upload: uuid.New(),
	}}
	if _, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), tmpl); err == nil {
		t.Fatal("a case was made with a file that never came")
	}
	nothingMade(t, s)
	tmpl.Files = nil
	if inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(),
		tmpl); err != nil || !inst.Made {
		t.Errorf("the key is spent on a call that failed: %v", err)
	}
}

func TestInstantiate_TwentyCallsWithOneKeyMakeOneCase(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tmpl := solutiontest.Template("Lysfest")
	tmpl.Key, tmpl.Content = uuid.NewString(), []byte("content")
	const calls = 20
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids := map[uuid.UUID]int{}
	first := 0
	for range calls {
		wg.Go(func() {
			inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), tmpl)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("a call failed: %v", err)
				return
			}
			ids[inst.ID]++
			if inst.Made {
				first++
			}
		})
	}
	wg.Wait()
	if n := s.Count(t, "instance", "true"); n != 1 || first != 1 || len(ids) != 1 {
		t.Errorf("%d cases, %d calls made one, answers %v", n, first, ids)
	}
	other := tmpl
	other.Content = []byte("other content")
	_, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), other)
	is(t, "other content under the same key", err, fault.Conflict, "fault.idempotency_key_reused")
	other.Key = uuid.NewString()
	if inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(),
		other); err != nil || !inst.Made {
		t.Errorf("another key: made %v, %v", inst.Made, err)
	}
}

func TestInstantiate_AReplayWithAKeyNeedsTheRightToo(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tmpl := solutiontest.Template("Lysfest")
	tmpl.Key, tmpl.Content = "key", []byte("content")
	if _, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), tmpl); err != nil {
		t.Fatal(err)
	}
	inst, err := s.Instances.Instantiate(t.Context(), solutiontest.NeighbourSystem(), tmpl)
	refused(t, "another organisation replays the call", err)
	if inst.ID != uuid.Nil {
		t.Error("the refusal came with the case")
	}
}

func TestInbox_ListsWhatTheRoleMayReadAndNothingElse(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := s.CaseOf(t, "Lysfest")
	box, err := s.Instances.Inbox(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.NordvikNumber,
		instance.InboxFilter{})
	if err != nil || len(box.Cases) != 1 || box.Cases[0].ID != inst.ID || box.Count != 1 ||
		!box.Cases[0].Unread {
		t.Errorf("Ingrid's inbox: %+v, %v", box, err)
	}
	for _, id := range []core.PartyID{
		solutiontest.Kari, solutiontest.Siri, solutiontest.Jon, solutiontest.Tor, solutiontest.Per,
	} {
		a := s.Person(id)
		box, err := s.Instances.Inbox(t.Context(), a, solutiontest.NordvikNumber, instance.InboxFilter{})
		if id != solutiontest.Per {
			// Per has cases of his own kind to look for, and none of this one.
			refused(t, a.Name+"'s list", err)
		}
		if len(box.Cases) != 0 || box.Count != 0 {
			t.Errorf("%s is told of %d cases", a.Name, box.Count)
		}
		_, err = s.Instances.Case(t.Context(), a, solutiontest.Nordvik, inst.ID, "nb")
		refused(t, a.Name+" opens the case", err)
		_, unknown := s.Instances.Case(t.Context(), a, solutiontest.Nordvik, uuid.New(), "nb")
		refused(t, a.Name+" opens an unknown case", unknown)
		if k1, _, _ := fault.Text(err); k1 != "fault.forbidden" {
			t.Errorf("%s is told %s", a.Name, k1)
		}
	}
	// The list and the door agree after the case is opened, too.
	c, err := s.Instances.Case(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.Nordvik,
		inst.ID, "nb")
	if err != nil || len(c.History) == 0 {
		t.Errorf("Ingrid opens her case: %d lines of history, %v", len(c.History), err)
	}
	box, err = s.Instances.Inbox(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.NordvikNumber,
		instance.InboxFilter{Mine: true})
	if err != nil || len(box.Cases) != 0 {
		t.Errorf("nothing is taken, but hers are %v, %v", box.Cases, err)
	}
	storetest.Exec(t, s.Database,
		"UPDATE role_grant SET valid_from = valid_from - interval '1 day', "+
			"valid_to = now() - interval '1 second' WHERE person = $1", solutiontest.Ingrid)
	_, err = s.Instances.Inbox(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.NordvikNumber,
		instance.InboxFilter{})
	refused(t, "Ingrid's list after her role ended", err)
	_, err = s.Instances.Open(t.Context(), s.Person(solutiontest.Ingrid), inst.InstanceRef, "nb")
	refused(t, "Ingrid's case after her role ended", err)
}
