package instance_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// waiting has what a caseworker sends wait.
func waiting(c *handover.Config) { c.OutboxWait = 10 * time.Minute }

// ending is a case whose decision is written, one step from its end, where what a step sends waits.
func ending(t *testing.T) (two, core.Instance) {
	t.Helper()
	s := two{Solution: solutiontest.New(t, waiting)}
	s.ingrid, s.siri = s.Person(solutiontest.Ingrid), colleague(t, s.Solution, solutiontest.Siri)
	sent, c := matter(t, s.Solution, s.Person(solutiontest.Kari))
	s.ref = c.InstanceRef
	s.Save(t, s.ingrid, s.ref, "vurdering", assessed, "")
	s.step(t, s.ingrid, "", "")
	s.Save(t, s.ingrid, s.ref, "vedtak", decided, "")
	return s, sent
}

// TestStepBack_StopsTheLetterAndTheCaseIsAsItWas ends a case, thinks better of it, and ends it again.
func TestStepBack_StopsTheLetterAndTheCaseIsAsItWas(t *testing.T) {
	t.Parallel()
	s, sent := ending(t)
	s.step(t, s.ingrid, "", "")
	before := s.look(t, s.ingrid)
	waiting := s.Count(t, "delivery", "source_id = $1", s.ref.ID)
	s.step(t, s.ingrid, "confirm", "")
	c := s.look(t, s.ingrid)
	if c.Instance.Process.Ended == nil || c.Step == nil || c.Step.Letters != 2 ||
		time.Until(c.Step.Until) < 9*time.Minute {
		t.Fatalf("ended: %+v, %+v", c.Instance.Process, c.Step)
	}
	if n := s.Count(t, "delivery", "source_id = $1 AND round = $2 AND not_before > now()", s.ref.ID, c.Instance.Version); n != 2 {
		t.Errorf("%d deliveries wait, want the letter and the report", n)
	}
	told := s.Count(t, "instance_event", "instance = $1", s.ref.ID)
	change := instance.CaseChange{Ref: s.ref, Version: c.Instance.Version - 1}
	is(t, "by an old page", s.Instances.StepBack(t.Context(), s.ingrid, change), fault.Conflict, "fault.changed")
	change.Version++
	if err := s.Instances.StepBack(t.Context(), s.Person(solutiontest.Per), change); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by who may not: %v", err)
	}
	if err := s.Instances.StepBack(t.Context(), s.siri, change); err != nil {
		t.Fatal(err)
	}
	is(t, "twice", s.Instances.StepBack(t.Context(), s.siri, change), fault.Conflict, "fault.changed")
	for _, a := range []core.Actor{s.siri, s.ingrid} {
		box, err := s.Instances.Inbox(t.Context(), a, solutiontest.NordvikNumber, instance.InboxFilter{})
		if err != nil || len(box.Cases) != 1 || box.Cases[0].Unread != (a.User == s.ingrid.User) {
			t.Errorf("to %s: %+v, %v", a.Name, box.Cases, err)
		}
	}
	now := s.look(t, s.ingrid)
	if now.Instance.Process.Task != before.Instance.Process.Task || now.Instance.Process.Ended != nil ||
		now.Instance.Status != before.Instance.Status || now.Step != nil ||
		!slices.Equal(locks(now.View), locks(before.View)) {
		t.Errorf("taken back: %+v, locks %v, want %v", now.Instance, locks(now.View), locks(before.View))
	}
	if n := s.Count(t, "delivery", "source_id = $1", s.ref.ID); n != waiting {
		t.Errorf("%d deliveries are left, want %d", n, waiting)
	}
	if now.History[0].Act != core.ActStepBack || now.History[0].Actor != s.siri.User {
		t.Errorf("the history tells %+v", now.History[0])
	}
	if n := s.Count(t, "instance_event", "instance = $1", s.ref.ID); n != told+1 {
		t.Errorf("%d events, want one more than %d: where the case stands again", n, told)
	}
	kari := s.Open(t, s.Person(solutiontest.Kari), sent.InstanceRef)
	if kari.Instance.Substatus != nil && kari.Instance.Substatus.Ended {
		t.Errorf("the applicant is told: %+v", kari.Instance.Substatus)
	}
	s.step(t, s.ingrid, "confirm", "")
	if again := s.look(t, s.ingrid); again.Step == nil || again.Step.Letters != 2 {
		t.Errorf("ended again: %+v", again.Step)
	}
}

// locks are the data types of a view that are locked.
func locks(v instance.View) []string {
	var out []string
	for _, e := range v.DataElements() {
		if e.Locked {
			out = append(out, e.Type)
		}
	}
	slices.Sort(out)
	return out
}

// TestStepBack_IsNotOfWhatTheCaseHasGoneOnFrom changes the case after a step that sends nothing.
func TestStepBack_IsNotOfWhatTheCaseHasGoneOnFrom(t *testing.T) {
	t.Parallel()
	s, _ := ending(t)
	s.step(t, s.ingrid, "", "")
	c := s.look(t, s.ingrid)
	change := instance.CaseChange{Ref: s.ref, Version: c.Instance.Version}
	if c.Step == nil {
		t.Fatal("the step cannot be taken back")
	}
	storetest.Exec(t, s.Database, "UPDATE case_step SET until = now()")
	is(t, "too late", s.Instances.StepBack(t.Context(), s.ingrid, change), fault.Conflict, "fault.step_final")
	if c := s.look(t, s.ingrid); c.Step != nil {
		t.Errorf("offered too late: %+v", c.Step)
	}
	storetest.Exec(t, s.Database, "UPDATE case_step SET until = now() + interval '1 minute'")
	if _, err := s.Instances.Assign(t.Context(), s.ingrid, change, s.siri.User); err != nil {
		t.Fatal(err)
	}
	if c := s.look(t, s.ingrid); c.Step != nil {
		t.Errorf("offered when the case has changed: %+v", c.Step)
	}
	change.Version++
	is(t, "changed since", s.Instances.StepBack(t.Context(), s.ingrid, change), fault.Conflict, "fault.step_final")
	storetest.Exec(t, s.Database, "UPDATE case_step SET until = now()")
	if err := s.Store.CleanSteps(t.Context()); err != nil || s.Count(t, "case_step", "true") != 0 {
		t.Errorf("what is over is kept: %v", err)
	}
}

// TestStepBack_OrTheLetterLeaves stops a letter at the moment when it is to leave: one of the two is
// done, and whole.
func TestStepBack_OrTheLetterLeaves(t *testing.T) {
	t.Parallel()
	s, _ := ending(t)
	s.step(t, s.ingrid, "", "")
	stops, leaves := 0, 0
	for round := range 6 {
		s.step(t, s.ingrid, "confirm", "")
		c := s.look(t, s.ingrid)
		var letter core.Delivery
		for _, d := range c.Deliveries {
			if d.Handover == "vedtak" && d.Round == c.Instance.Version {
				letter = d
			}
		}
		storetest.Exec(t, s.Database, `UPDATE delivery SET not_before = clock_timestamp() +
			make_interval(secs => $2::float8) WHERE source_id = $1 AND round = $3`, s.ref.ID,
			[]float64{0.004, 0.02, -1}[round%3], c.Instance.Version)
		var wait sync.WaitGroup
		var back error
		wait.Go(func() {
			back = s.Instances.StepBack(t.Context(), s.siri,
				instance.CaseChange{Ref: s.ref, Version: c.Instance.Version})
		})
		wait.Go(func() {
			err := s.Handover.Deliver(t.Context(), letter.ID)
			for later, ok := errors.AsType[*handover.Later](err); ok && later.Code == "early"; later, ok = errors.AsType[*handover.Later](err) {
				err = s.Handover.Deliver(t.Context(), letter.ID)
			}
		})
		wait.Wait()
		tried := s.Count(t, "delivery", "id = $1 AND attempts > 0", letter.ID)
		ended := s.Count(t, "instance", "id = $1 AND ended IS NOT NULL", s.ref.ID)
		switch {
		case back == nil && tried == 0 && ended == 0:
			stops++
		case fault.Is(back, fault.Conflict) && tried == 1 && ended == 1:
			leaves++
			s.again(t)
		default:
			t.Fatalf("stopped: %v, tried: %d, ended: %d", back, tried, ended)
		}
	}
	if t.Logf("%d stopped, %d left", stops, leaves); leaves == 0 {
		t.Error("none left")
	}
}

// again has the case stand where it stood before its end.
func (s two) again(t *testing.T) {
	t.Helper()
	storetest.Exec(t, s.Database, `UPDATE instance SET task = 'Task_avslutning', task_type = 'confirmation',
		end_event = '', ended = NULL, status = 'active' WHERE id = $1`, s.ref.ID)
	storetest.Exec(t, s.Database, `UPDATE element SET locked = false WHERE instance = $1`, s.ref.ID)
}

// back has one person give a task up and the same or another take that back: the case is as it was
// but for its version, is unread, and nothing is on its way.
func (w *world) back(a core.Actor) {
	w.counts["back"]++
	m := w.cases[w.rnd.IntN(len(w.cases))]
	was := w.now(m)
	on := w.s.Count(w, "delivery", "source_id = $1", m.ref.ID)
	step := instance.Step{Ref: m.ref, Task: was.Process.Task, Version: m.version, Action: "reject"}
	if _, done, err := w.s.Instances.Next(w.Context(), a, step); err != nil || !done {
		w.Fatalf("a step from %s: %v, %v", was.Process.Task, done, err)
	}
	if m.waits {
		m.line(a, core.ActResume)
	}
	m.wrote(a, step.Action)
	w.counts["letter"] += w.s.Count(w, "delivery", "source_id = $1", m.ref.ID) - on
	a = w.people[w.rnd.IntN(len(w.people))]
	change := instance.CaseChange{Ref: m.ref, Version: m.version - 1}
	if err := w.s.Instances.StepBack(w.Context(), a, change); !fault.Is(err, fault.Conflict) {
		w.Errorf("taken back by an old page: %v", err)
	}
	change.Version++
	if err := w.s.Instances.StepBack(w.Context(), a, change); err != nil {
		w.Fatalf("the step from %s is not taken back: %v", was.Process.Task, err)
	}
	m.wrote(a, core.ActStepBack)
	m.hands++
	clear(m.read)
	m.read[a.User] = true
	if is := w.now(m); is.Process.Task != was.Process.Task ||
		w.s.Count(w, "delivery", "source_id = $1", m.ref.ID) != on {
		w.Errorf("taken back, it stands in %s, want %s", is.Process.Task, was.Process.Task)
	}
}

// TestStepBack_BringsBackWhatTheStepCleaned hides an answer that was given, which the step removes.
func TestStepBack_BringsBackWhatTheStepCleaned(t *testing.T) {
	t.Parallel()
	s, _ := ending(t)
	const reasons = "{vedtak,avslagsgrunner}"
	storetest.Exec(t, s.Database, `UPDATE element SET body = jsonb_set(body::jsonb, $2::text[], '"ramme"')
		WHERE instance = $1 AND body::jsonb ? 'vedtak'`, s.ref.ID, reasons)
	kept := func() int {
		return s.Count(t, "element", "instance = $1 AND body::jsonb #>> $2::text[] = 'ramme'", s.ref.ID, reasons)
	}
	if kept() != 1 {
		t.Fatal("the answer is not there")
	}
	s.step(t, s.ingrid, "", "")
	if kept() != 0 {
		t.Fatal("the step has not removed what is hidden")
	}
	c := s.look(t, s.ingrid)
	change := instance.CaseChange{Ref: s.ref, Version: c.Instance.Version}
	if err := s.Instances.StepBack(t.Context(), s.ingrid, change); err != nil || kept() != 1 {
		t.Errorf("taken back: %v, %d answers", err, kept())
	}
}
