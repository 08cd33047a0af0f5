package instance_test

import (
	"errors"
	"sync"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

func TestNext_WithMissingAnswersChangesNothing(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	before := s.Open(t, kari, s.Start(t, kari))
	_, done, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(before))
	stopped, ok := errors.AsType[*instance.Issues](err)
	if !ok || done || len(stopped.List) < 10 || !fault.Is(err, fault.Invalid) {
		t.Fatalf("an empty application: done %v, %v", done, err)
	}
	nothingSubmitted(t, s, before)
}

// nothingSubmitted fails unless the draft is as it was and nothing is on its way.
func nothingSubmitted(t *testing.T, s *solutiontest.Solution, before instance.View) {
	t.Helper()
	after := s.Open(t, s.Person(before.Instance.CreatedBy), before.Instance.InstanceRef)
	i := after.Instance
	if i.Status != core.StatusDraft || i.Submitted != nil || i.Reference != "" ||
		i.Process.Task != solutiontest.FirstTask || i.Version != before.Instance.Version {
		t.Errorf("the draft has changed: %+v", i)
	}
	for _, e := range after.DataElements() {
		if e.Locked {
			t.Errorf("%s is locked", e.Type)
		}
	}
	for table, where := range map[string]string{
		"delivery": "true", "river_job": "true", "audit_event": "act = 'submit' AND outcome = 'done'",
	} {
		if n := s.Count(t, table, where); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
}

func TestNext_SubmitIsOneTransactionWithItsDelivery(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	v := s.Submitted(t, s.Person(solutiontest.Kari), "Lysfest")
	i := v.Instance
	if i.Status != core.StatusArchived || i.Submitted == nil || i.Process.EndEvent != "EndEvent_1" ||
		i.Reference[:3] != "NK-" || i.Language != "nb" {
		t.Errorf("not submitted as it should be: %+v", i)
	}
	ended := instance.Step{Ref: i.InstanceRef, Version: i.Version}
	if _, done, err := s.Instances.Next(t.Context(), s.Person(solutiontest.Kari), ended); err != nil || done {
		t.Errorf("on from where it has ended: done %v, %v", done, err)
	}
	d := s.DeliveryOf(t, i.ID)
	if d.To != solutiontest.Case || d.Owner != solutiontest.Nordvik || d.Reference != i.Reference ||
		d.State != core.DeliveryWaiting {
		t.Errorf("delivery %+v", d)
	}
	for table, where := range map[string]string{
		"river_job":   "kind = 'deliver' AND args->>'delivery' IS NOT NULL",
		"audit_event": "act = 'submit' AND outcome = 'done' AND task = 'Task_1' AND purpose = 'PRIV'",
	} {
		if n := s.Count(t, table, where); n != 1 {
			t.Errorf("%d rows in %s, want 1", n, table)
		}
	}
	for _, row := range v.Input.Data["soknad"]["budsjett"].(map[string]any)["poster"].([]any) {
		if row.(map[string]any)["altinnRowId"] != nil {
			t.Error("a row kept its editing id")
		}
	}
}

func TestNext_WhenTheHandoverFailsNothingHasHappened(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	before := s.Filled(t, kari, "Lysfest")
	// The receiver of the handover is not to be found.
	storetest.Exec(t, s.Database,
		"UPDATE party SET organisation_number = '999999999' WHERE id = $1", solutiontest.Nordvik)
	_, done, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(before))
	if err == nil || done {
		t.Fatalf("submitted without a receiver: %v", err)
	}
	nothingSubmitted(t, s, before)
	storetest.Exec(t, s.Database, "UPDATE party SET organisation_number = $2 WHERE id = $1",
		solutiontest.Nordvik, solutiontest.NordvikNumber)
	// And the job table is part of the same transaction.
	storetest.Exec(t, s.Database,
		"ALTER TABLE river_job ADD CONSTRAINT refusing CHECK (false) NOT VALID")
	if _, _, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(before)); err == nil {
		t.Fatal("submitted without a job")
	}
	nothingSubmitted(t, s, before)
	storetest.Exec(t, s.Database, "ALTER TABLE river_job DROP CONSTRAINT refusing")
	if _, done, err := s.Instances.Next(t.Context(), kari,
		solutiontest.Step(before)); err != nil || !done {
		t.Errorf("the draft can be submitted afterwards: %v", err)
	}
}

func TestNext_TwentyPressesMakeOneSubmissionAndOneDelivery(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Filled(t, kari, "Lysfest")
	const presses = 20
	var wg sync.WaitGroup
	var mu sync.Mutex
	references := map[string]int{}
	first := 0
	for range presses {
		wg.Go(func() {
			got, done, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(v))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("a press failed: %v", err)
				return
			}
			references[got.Instance.Reference]++
			if done {
				first++
			}
		})
	}
	wg.Wait()
	if first != 1 || len(references) != 1 {
		t.Errorf("%d of %d presses submitted, references %v", first, presses, references)
	}
	for _, table := range []string{"delivery", "river_job"} {
		if n := s.Count(t, table, "true"); n != 1 {
			t.Errorf("%d rows in %s, want 1", n, table)
		}
	}
	if n := s.Count(t, "audit_event", "act = 'submit'"); n != 1 {
		t.Errorf("%d audit lines of the submit, want 1", n)
	}
}

func TestNext_AVersionThatWasNotReviewedIsAConflict(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	reviewed := s.Filled(t, kari, "Lysfest")
	s.Save(t, kari, reviewed.Instance.InstanceRef, "soker",
		map[string]string{"soker.telefon": "40000199"}, "")
	newest := s.Open(t, kari, reviewed.Instance.InstanceRef)
	_, _, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(reviewed))
	is(t, "stale review", err, fault.Conflict, "fault.changed")
	nothingSubmitted(t, s, newest)

	s.Upload(t, kari, reviewed.Instance.InstanceRef, "nytt.pdf")
	_, _, err = s.Instances.Next(t.Context(), kari, solutiontest.Step(newest))
	is(t, "an attachment that was not reviewed", err, fault.Conflict, "fault.changed")
}

func TestNext_CaseGoesToItsEndInTheHandsOfTheRightRole(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid := s.Person(solutiontest.Ingrid)
	inst := s.CaseOf(t, "Lysfest")
	for _, id := range []core.PartyID{
		solutiontest.Kari, solutiontest.Siri, solutiontest.Jon, solutiontest.Tor, solutiontest.Per,
	} {
		a := s.Person(id)
		_, _, err := s.Instances.Next(t.Context(), a, instance.Step{
			Ref: inst.InstanceRef, Task: "Task_mottak", Version: inst.Version, Action: "confirm",
		})
		refused(t, a.Name, err)
	}
	v := s.Open(t, ingrid, inst.InstanceRef)
	if err := s.Instances.Take(t.Context(), ingrid, inst.InstanceRef); err != nil {
		t.Fatal(err)
	}
	step := solutiontest.Step(v)
	_, _, err := s.Instances.Next(t.Context(), ingrid, step)
	is(t, "the case was taken since", err, fault.Conflict, "fault.changed")
	step = solutiontest.Step(s.Open(t, ingrid, inst.InstanceRef))
	moved, done, err := s.Instances.Next(t.Context(), ingrid, step)
	if err != nil || !done || moved.Instance.Process.Task != "Task_vurdering" {
		t.Fatalf("on from reception: %v, %+v", err, moved.Instance.Process)
	}
	_, _, err = s.Instances.Next(t.Context(), ingrid, step)
	is(t, "the same step again", err, fault.Conflict, "fault.changed")
	_, _, err = s.Instances.Next(t.Context(), ingrid,
		solutiontest.Step(s.Open(t, ingrid, inst.InstanceRef)))
	if _, ok := errors.AsType[*instance.Issues](err); !ok {
		t.Errorf("decided without an assessment: %v", err)
	}
	odd := solutiontest.Step(s.Open(t, ingrid, inst.InstanceRef))
	odd.Action = "finnes-ikke"
	if _, done, err := s.Instances.Next(t.Context(), ingrid, odd); err == nil || done {
		t.Error("an action that the task does not have was taken")
	}
}

func TestTake_OneOfTwoWinsAndTheOtherIsToldWho(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := s.CaseOf(t, "Lysfest")
	storetest.Exec(t, s.Database, "INSERT INTO role_grant (person, party, role, source, reason, "+
		"granted_by) VALUES ($1, $2, 'nordvik-kultur', 'granted', 'vikar', $3)",
		solutiontest.Siri, solutiontest.Nordvik, solutiontest.Tor)
	results := make(chan error, 2)
	for _, id := range []core.PartyID{solutiontest.Ingrid, solutiontest.Siri} {
		a := s.Person(id)
		go func() { results <- s.Instances.Take(t.Context(), a, inst.InstanceRef) }()
	}
	lost := errors.Join(<-results, <-results)
	is(t, "the one who came second", lost, fault.Conflict, "fault.case_taken")
	v := s.Open(t, s.Person(solutiontest.Ingrid), inst.InstanceRef)
	if _, args, _ := fault.Text(lost); len(args) != 1 || args[0] != v.Instance.AssigneeName {
		t.Errorf("told %v, taken by %q", args, v.Instance.AssigneeName)
	}
	holder := s.Person(v.Instance.Assignee)
	if err := s.Instances.Release(t.Context(), holder, inst.InstanceRef); err != nil {
		t.Error(err)
	}
	if v := s.Open(t, holder, inst.InstanceRef); v.Instance.Assignee != 0 {
		t.Errorf("still taken by %d", v.Instance.Assignee)
	}
}
