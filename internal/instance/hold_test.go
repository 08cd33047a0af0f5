package instance_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/internal/workday"
	"stafett/store"
	"stafett/store/storetest"
)

// dayAfter is so many days from today, as it is chosen on a page.
func dayAfter(t testing.TB, n int) time.Time {
	t.Helper()
	y, m, d := time.Now().In(oslo(t)).Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, time.UTC)
}

func oslo(t testing.TB) *time.Location {
	t.Helper()
	l, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shifted is a deadline that has been moved by so many days.
func shifted(due time.Time, n int) time.Time { return workday.OnOrAfter(due.AddDate(0, 0, n)) }

// held sets the case to wait for ten days, with a deadline in thirty.
func held(t testing.TB, s *solutiontest.Solution, a core.Actor, ref core.InstanceRef) (due time.Time) {
	t.Helper()
	due = dayAfter(t, 30)
	due = time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 0, 0, oslo(t))
	storetest.Exec(t, s.Database, "UPDATE instance SET due = $2 WHERE id = $1", ref.ID, due)
	if _, err := s.Instances.Hold(t.Context(), a, at(t, s, a, ref), dayAfter(t, 10), "Mangler kart"); err != nil {
		t.Fatal(err)
	}
	return due
}

func TestHold_StopsTheClockUntilTheApplicantAnswers(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	sent, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid := s.Person(solutiontest.Ingrid)
	for n, key := range map[int]string{0: "fault.hold_day", -3: "fault.hold_day", 181: "fault.hold_day"} {
		_, err := s.Instances.Hold(t.Context(), ingrid, at(t, s, ingrid, c.InstanceRef), dayAfter(t, n), "x")
		is(t, "a hold of so many days", err, fault.Invalid, key)
	}
	_, err := s.Instances.Hold(t.Context(), ingrid, at(t, s, ingrid, c.InstanceRef), dayAfter(t, 1), " ")
	is(t, "a hold without a reason", err, fault.Invalid, "fault.message_empty")
	_, err = s.Instances.Hold(t.Context(), s.Person(solutiontest.Per), instance.CaseChange{Ref: c.InstanceRef, Version: 1}, dayAfter(t, 1), "x")
	is(t, "by one without the right", err, fault.Forbidden, "fault.forbidden")

	due := held(t, s, ingrid, c.InstanceRef)
	now := openCase(t, s, ingrid, c.InstanceRef)
	if got := now.Instance.Due; got == nil || !got.Equal(shifted(due, 10)) {
		t.Errorf("held, it is due %v, want %v", got, shifted(due, 10))
	}
	_, err = s.Instances.Hold(t.Context(), ingrid, at(t, s, ingrid, c.InstanceRef), dayAfter(t, 2), "x")
	is(t, "a hold of what waits", err, fault.Conflict, "fault.changed")
	box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{Waiting: true})
	if err != nil || box.Count != 1 || len(box.Cases) != 1 || box.Views.Waiting != 1 {
		t.Fatalf("waiting: %d, %+v, %v", box.Count, box.Views, err)
	}
	// Four days have gone when the answer comes: the deadline is four days later, not ten.
	storetest.Exec(t, s.Database, `UPDATE case_hold SET started = started - interval '4 days'`)
	answer := heard("answer", sent, core.Message{ID: uuid.New(), From: "Kari", Text: "Her er kartet"})
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef, answer); err != nil {
		t.Fatal(err)
	}
	now = openCase(t, s, ingrid, c.InstanceRef)
	if got := now.Instance; got.HoldUntil != nil || got.Due == nil || !got.Due.Equal(shifted(due, 4)) {
		t.Errorf("answered, it waits to %v and is due %v, want %v", got.HoldUntil, got.Due, shifted(due, 4))
	}
	if h := now.Work.Waited.Hours() / 24; h < 3.9 || h > 4.2 {
		t.Errorf("it has waited for %.1f days, want 4", h)
	}
}

func TestHold_EndsWhenTheTimeIsOut(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid := s.Person(solutiontest.Ingrid)
	due := held(t, s, ingrid, c.InstanceRef)
	openCase(t, s, ingrid, c.InstanceRef)
	storetest.Exec(t, s.Database, `UPDATE instance SET hold_until = now() - interval '1 hour' WHERE id = $1`, c.ID)
	n := core.Notice{ID: uuid.New(), Instance: c.ID, Kind: core.NoticeHeld, At: time.Now()}
	s.Tx(t, func(tx *store.Tx) error { return tx.AddNotice(t.Context(), n) })
	if err := s.Messages.Tell(t.Context(), n.ID); err != nil {
		t.Fatal(err)
	}
	box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{})
	if err != nil || len(box.Cases) != 1 || !box.Cases[0].Unread || box.Cases[0].HoldUntil != nil || box.Views.Waiting != 0 {
		t.Fatalf("the time is out: %+v, %v", box.Cases, err)
	}
	now := openCase(t, s, ingrid, c.InstanceRef)
	if !now.Instance.Due.Equal(shifted(due, 10)) || now.History[0].Act != core.ActResume ||
		now.History[0].ActorKind != core.ActorSystem {
		t.Errorf("due %v, want %v, history %+v", now.Instance.Due, shifted(due, 10), now.History[:1])
	}
}

func TestUndo_LeavesTheCaseAsItWasForTenMinutes(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid := s.Person(solutiontest.Ingrid)
	due := held(t, s, ingrid, c.InstanceRef)
	undo := func(u instance.Undo) error {
		return s.Instances.Undo(t.Context(), ingrid, at(t, s, ingrid, c.InstanceRef), u)
	}
	if err := undo(instance.Undo{Act: core.ActHold}); err != nil {
		t.Fatal(err)
	}
	now := openCase(t, s, ingrid, c.InstanceRef)
	if now.Instance.HoldUntil != nil || !now.Instance.Due.Equal(due) {
		t.Errorf("undone, it waits to %v and is due %v, want %v", now.Instance.HoldUntil, now.Instance.Due, due)
	}
	if err := s.Instances.Tag(t.Context(), ingrid, c.InstanceRef, "haster", true); err != nil {
		t.Fatal(err)
	}
	for _, act := range []string{core.ActLabel, core.ActUnlabel} {
		if err := undo(instance.Undo{Act: act, Tag: "haster"}); err != nil {
			t.Fatal(err)
		}
		tags := openCase(t, s, ingrid, c.InstanceRef).Work.Tags
		if (len(tags) == 1) != (act == core.ActUnlabel) {
			t.Errorf("%s undone: %v", act, tags)
		}
	}
	is(t, "what can be no undo", undo(instance.Undo{Act: core.ActResume}), fault.Malformed, "fault.malformed")
	storetest.Exec(t, s.Database, "ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only")
	storetest.Exec(t, s.Database, "UPDATE audit_event SET at = at - interval '11 minutes'")
	is(t, "too late", undo(instance.Undo{Act: core.ActLabel, Tag: "haster"}), fault.Conflict, "fault.undo_late")
}

func TestDue_IsSetByHandInWorkingDays(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid := s.Person(solutiontest.Ingrid)
	set := func(d instance.NewDue) error {
		_, err := s.Instances.SetDue(t.Context(), ingrid, at(t, s, ingrid, c.InstanceRef), d)
		return err
	}
	is(t, "none", set(instance.NewDue{Reason: "x"}), fault.Invalid, "fault.due_one")
	is(t, "both", set(instance.NewDue{Last: dayAfter(t, 3), WorkingDays: 3, Reason: "x"}), fault.Invalid, "fault.due_one")
	is(t, "past", set(instance.NewDue{Last: dayAfter(t, -1), Reason: "x"}), fault.Invalid, "fault.due_day")
	is(t, "without a reason", set(instance.NewDue{WorkingDays: 3}), fault.Invalid, "fault.message_empty")
	if err := set(instance.NewDue{WorkingDays: 15, Reason: "Ny vurdering"}); err != nil {
		t.Fatal(err)
	}
	now := openCase(t, s, ingrid, c.InstanceRef)
	want := workday.Add(time.Now().In(oslo(t)), 15)
	if got := now.Instance.Due.In(oslo(t)); got.Format(time.DateOnly) != want.Format(time.DateOnly) || got.Hour() != 23 {
		t.Errorf("due %v, want the end of %v", got, want)
	}
	if n := now.Work.Notes; len(n) != 1 || n[0].Kind != core.NoteDue || n[0].Text != "Ny vurdering" {
		t.Errorf("the notes are %+v", n)
	}
}

func TestSnooze_IsOnesOwnAndEndsWhenSomethingComes(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	if err := s.Instances.Take(t.Context(), ingrid, c.InstanceRef); err != nil {
		t.Fatal(err)
	}
	before := openCase(t, s, ingrid, c.InstanceRef).Instance.Version
	is(t, "today", s.Instances.Snooze(t.Context(), ingrid, c.InstanceRef, dayAfter(t, 0)), fault.Invalid, "fault.snooze_day")
	views := func(who core.Actor, mine, snoozed int) {
		t.Helper()
		for _, f := range []struct {
			filter instance.InboxFilter
			n      int
		}{
			{instance.InboxFilter{Mine: true}, mine}, {instance.InboxFilter{Mine: true, ByDue: true}, mine},
			{instance.InboxFilter{Snoozed: true}, snoozed}, {instance.InboxFilter{}, 1},
		} {
			box, err := s.Instances.Inbox(t.Context(), who, solutiontest.NordvikNumber, f.filter)
			if err != nil || len(box.Cases) != f.n || box.Count != f.n || box.Views.Mine != mine {
				t.Errorf("%s %+v: %d rows, %d counted, %d mine, %v", who.Name, f.filter, len(box.Cases),
					box.Count, box.Views.Mine, err)
			}
		}
	}
	snooze := func() {
		t.Helper()
		if err := s.Instances.Snooze(t.Context(), ingrid, c.InstanceRef, dayAfter(t, 3)); err != nil {
			t.Fatal(err)
		}
	}
	snooze()
	views(ingrid, 0, 1)
	views(siri, 0, 0)
	if err := s.Instances.Wake(t.Context(), ingrid, c.InstanceRef); err != nil {
		t.Fatal(err)
	}
	views(ingrid, 1, 0)
	snooze()
	now := openCase(t, s, ingrid, c.InstanceRef)
	if now.Instance.Version != before || now.Work.Snoozed == nil {
		t.Errorf("the case is changed, or not put off: %d, %v", now.Instance.Version, now.Work.Snoozed)
	}
	s.Tx(t, func(tx *store.Tx) error { return tx.ChangedHands(t.Context(), c.ID) })
	views(ingrid, 1, 0)
}
