package instance_test

import (
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// asking is a case from which its applicant is to be asked for more within ten days, with a deadline in
// thirty.
func asking(t *testing.T, options ...func(*handover.Config)) (s two, due time.Time) {
	t.Helper()
	s = two{Solution: solutiontest.New(t, options...)}
	s.ingrid, s.siri = s.Person(solutiontest.Ingrid), colleague(t, s.Solution, solutiontest.Siri)
	sent := s.Submitted(t, s.Person(solutiontest.Kari), "Lysfest")
	s.ref = caseIn(t, s.Solution, sent.Instance, solutiontest.Case, "Task_mer").InstanceRef
	due = dayAfter(t, 30)
	due = time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 0, 0, oslo(t))
	storetest.Exec(t, s.Database, "UPDATE instance SET due = $2 WHERE id = $1", s.ref.ID, due)
	s.Save(t, s.ingrid, s.ref, "mer", map[string]string{
		"mer.melding": "Vi mangler noe.", "mer.slag": "opplysning", "mer.sporsmal": "Når er det slutt?",
		"mer.frist": dayAfter(t, 10).Format(time.DateOnly),
	}, "")
	return s, due
}

// waits compares until when the case waits and when it is due: so many days from today and from the
// deadline; -1 for a case that does not wait.
func (s two) waits(t *testing.T, what string, due time.Time, days, moved int) {
	t.Helper()
	c := s.look(t, s.ingrid).Instance
	until := time.Time{}
	if days >= 0 {
		day := dayAfter(t, days)
		until = time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 0, 0, oslo(t))
	}
	if (c.HoldUntil == nil) != until.IsZero() || c.HoldUntil != nil && !c.HoldUntil.Equal(until) {
		t.Errorf("%s: it waits to %v, want %v", what, c.HoldUntil, until)
	}
	if want := shifted(due, moved); moved == 0 && !c.Due.Equal(due) || moved > 0 && !c.Due.Equal(want) {
		t.Errorf("%s: it is due %v, want %v", what, c.Due, want)
	}
	box, err := s.Instances.Inbox(t.Context(), s.ingrid, solutiontest.NordvikNumber, instance.InboxFilter{Waiting: true})
	if err != nil || box.Views.Waiting != len(box.Cases) || len(box.Cases) == 0 != until.IsZero() {
		t.Errorf("%s: among those that wait are %d, %+v, %v", what, len(box.Cases), box.Views, err)
	}
}

func (s two) answered(t *testing.T, what string, want bool) {
	t.Helper()
	if got := s.look(t, s.ingrid).Instance.Answered; (got != nil) != want {
		t.Errorf("%s: answered %v, want that it is so: %v", what, got, want)
	}
}

// TestStep_ThatIsAnsweredTooLate has the answer come when the wait is over, and the step after it taken back.
func TestStep_ThatIsAnsweredTooLate(t *testing.T) {
	t.Parallel()
	s, _ := asking(t, waiting)
	s.step(t, s.ingrid, "", "")
	s.answered(t, "asked", false)
	if _, err := s.Instances.Resume(t.Context(), s.ingrid, at(t, s.Solution, s.ingrid, s.ref)); err != nil {
		t.Fatal(err)
	}
	s.answered(t, "waited for no more", false)
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), s.ref, answerOf("a", "Klokka ti.")); err != nil {
		t.Fatal(err)
	}
	s.answered(t, "come late", true)
	s.step(t, s.ingrid, "confirm", "")
	s.answered(t, "gone on", false)
	now := instance.CaseChange{Ref: s.ref, Version: s.look(t, s.ingrid).Instance.Version}
	if err := s.Instances.StepBack(t.Context(), s.ingrid, now); err != nil {
		t.Fatal(err)
	}
	s.answered(t, "taken back", true)
}

// TestStep_ThatAsksTheApplicantStopsTheClock asks for more, and the case waits until the answer is due or
// has come, as one that somebody has put on hold.
func TestStep_ThatAsksTheApplicantStopsTheClock(t *testing.T) {
	t.Parallel()
	s, due := asking(t)
	s.waits(t, "before", due, -1, 0)
	s.step(t, s.ingrid, "", "")
	s.waits(t, "asked", due, 10, 10)
	if line := s.look(t, s.ingrid).History; len(line) < 2 || line[0].Act != core.ActHold && line[1].Act != core.ActHold {
		t.Errorf("the history tells %+v", line[:min(len(line), 2)])
	}
	// Four days have gone when the answer comes.
	storetest.Exec(t, s.Database, `UPDATE case_hold SET started = started - interval '4 days'`)
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), s.ref, answerOf("a", "Klokka ti.")); err != nil {
		t.Fatal(err)
	}
	s.waits(t, "answered", due, -1, 4)
	s.answered(t, "answered", true)
	s.step(t, s.ingrid, "confirm", "")
	s.answered(t, "gone on", false)
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), s.ref, answerOf("b", "Nei, elleve.")); err != nil {
		t.Fatal(err)
	}
	s.answered(t, "more that nobody asks for any more", false)
	if h := s.look(t, s.ingrid).Work.Waited.Hours() / 24; h < 3.9 || h > 4.2 {
		t.Errorf("it has waited for %.1f days, want 4", h)
	}
	if n := s.Count(t, "case_note", "instance = $1", s.ref.ID); n != 0 {
		t.Errorf("%d notes are written in somebody's name", n)
	}
}

// TestStep_ThatAsksIsTakenBackWithItsWait takes the question back before it has left, asks again, and ends
// the wait alone.
func TestStep_ThatAsksIsTakenBackWithItsWait(t *testing.T) {
	t.Parallel()
	s, due := asking(t, waiting)
	s.step(t, s.ingrid, "", "")
	s.waits(t, "asked", due, 10, 10)
	now := instance.CaseChange{Ref: s.ref, Version: s.look(t, s.ingrid).Instance.Version}
	if err := s.Instances.StepBack(t.Context(), s.ingrid, now); err != nil {
		t.Fatal(err)
	}
	s.waits(t, "taken back", due, -1, 0)
	if n := s.Count(t, "case_hold", "instance = $1", s.ref.ID); n != 0 {
		t.Errorf("%d waits are left of what was taken back", n)
	}
	s.step(t, s.ingrid, "", "")
	s.waits(t, "asked again", due, 10, 10)
	if err := s.Instances.Undo(t.Context(), s.ingrid, at(t, s.Solution, s.ingrid, s.ref), instance.Undo{Act: core.ActHold}); err != nil {
		t.Fatal(err)
	}
	s.waits(t, "not waiting for the answer", due, -1, 0)
}

// TestStep_ThatAsksWhatWaitsAlready takes the place of a wait that somebody began, and its return when the
// step is taken back.
func TestStep_ThatAsksWhatWaitsAlready(t *testing.T) {
	t.Parallel()
	s, due := asking(t, waiting)
	if _, err := s.Instances.Hold(t.Context(), s.ingrid, at(t, s.Solution, s.ingrid, s.ref), dayAfter(t, 3), "Ringer"); err != nil {
		t.Fatal(err)
	}
	s.waits(t, "held", due, 3, 3)
	s.step(t, s.ingrid, "", "")
	s.waits(t, "asked", due, 10, 10)
	now := instance.CaseChange{Ref: s.ref, Version: s.look(t, s.ingrid).Instance.Version}
	if err := s.Instances.StepBack(t.Context(), s.siri, now); err != nil {
		t.Fatal(err)
	}
	s.waits(t, "taken back", due, 3, 3)
	is(t, "a hold of what waits", func() error {
		_, err := s.Instances.Hold(t.Context(), s.ingrid, at(t, s.Solution, s.ingrid, s.ref), dayAfter(t, 2), "x")
		return err
	}(), fault.Conflict, "fault.changed")
}

// TestSent_IsAnsweredLaterByTheDaysOfTheWait asks an applicant for something twice, and tells them by when they
// get their own answer.
func TestSent_IsAnsweredLaterByTheDaysOfTheWait(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	sent := s.Submitted(t, kari, "Lysfest").Instance
	by := func(what string, days int) {
		t.Helper()
		got, err := s.Instances.Followed(t.Context(), kari, sent.InstanceRef, "nb")
		if err != nil {
			t.Fatal(err)
		}
		told := got.Expected()
		if told == nil {
			t.Fatal("the app does not say when there is an answer")
		}
		want := *told
		if days > 0 {
			want = shifted(told.In(oslo(t)), days)
		}
		if by := got.AnswerBy(time.Now()); !by.Equal(want) {
			t.Errorf("%s: the answer is to come by %v, want %v", what, by, want)
		}
	}
	by("sent", 0)
	first := asked(t, s, sent, map[string]any{"opplysning": true})
	by("asked without a day to answer by", 0)
	storetest.Exec(t, s.Database, `UPDATE instance SET created = created - interval '4 days', due = now() + interval '6 days' WHERE id = $1`, first.ID)
	by("asked four days ago", 4)
	storetest.Exec(t, s.Database, `UPDATE instance SET due = now() - interval '1 day' WHERE id = $1`, first.ID)
	by("late with the answer", 3)
	storetest.Exec(t, s.Database, `UPDATE instance SET submitted = now() - interval '2 days' WHERE id = $1`, first.ID)
	by("answered two days ago", 2)
	second := asked(t, s, sent, map[string]any{"dokument": true})
	storetest.Exec(t, s.Database, `UPDATE instance SET created = created - interval '5 days', due = now() + interval '6 days' WHERE id = $1`, second.ID)
	by("asked once more five days ago", 7)
}

// TestStep_OfASystemThatAsks has the service owner's system take the step.
func TestStep_OfASystemThatAsks(t *testing.T) {
	t.Parallel()
	s, due := asking(t)
	if _, err := s.Instances.Walk(t.Context(), solutiontest.System(), s.ref, "", "nb"); err != nil {
		t.Fatal(err)
	}
	s.waits(t, "asked", due, 10, 10)
}
