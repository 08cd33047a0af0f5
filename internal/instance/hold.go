package instance

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/relay"
	"stafett/internal/text"
	"stafett/internal/workday"
	"stafett/store"
)

// maxHold is how many days a case may wait for its applicant at a time.
const maxHold = 180

// Hold sets a case to wait for its applicant to the end of a day, for a reason that colleagues
// read, and gives the version that the case has then. The clock stops: the deadline is moved by
// as many days, and on to a working day. It ends by itself when the applicant answers, when the
// case moves on, or when the day is over. The actor needs the right to take the case.
func (s *Service) Hold(
	ctx context.Context, a core.Actor, p CaseChange, last time.Time, reason string,
) (int, error) {
	return s.changeCase(ctx, a, p, access.ActionTake, func(tx *store.Tx, v *View) error {
		until, err := holdDay(ctx, tx, last)
		if err != nil {
			return err
		}
		if v.Instance.HoldUntil != nil {
			return changed()
		}
		return s.hold(ctx, tx, a, v, until, reason)
	})
}

// holdDay gives the moment to which a case waits that waits to a day; a day that cannot be is
// fault.Invalid.
func holdDay(ctx context.Context, tx *store.Tx, last time.Time) (time.Time, error) {
	now, err := tx.Now(ctx)
	until := endOf(last)
	if n := days(now, until); err == nil && (n < 1 || n > maxHold) {
		err = fault.New(fault.Invalid, "fault.hold_day", maxHold)
	}
	return until, err
}

// hold sets a case to wait that does not wait yet.
func (s *Service) hold(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, until time.Time, reason string,
) error {
	n := core.CaseNote{ID: uuid.New(), Kind: core.NoteHold, Text: reason, Day: &until}
	if err := s.note(ctx, tx, a, v, n); err != nil {
		return err
	}
	if err := s.stopClock(ctx, tx, a, v, core.CaseHold{Note: n.ID, Until: until}); err != nil {
		return err
	}
	return tx.UpdateInstance(ctx, &v.Instance)
}

// stopClock begins a wait of a case that does not wait yet. The caller writes the instance.
func (s *Service) stopClock(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, h core.CaseHold,
) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if due := v.Instance.Due; due != nil {
		after := later(*due, days(now, h.Until))
		h.DueBefore, h.DueAfter, v.Instance.Due = due, &after, &after
	}
	v.Instance.HoldUntil = &h.Until
	if err := tx.AddHold(ctx, v.Instance.InstanceRef, h); err != nil {
		return err
	}
	audit(tx, a, core.ActHold, *v, nil)
	return s.Messages.Hold(ctx, tx, v.Instance.ID, h.Until)
}

// asked has a case wait for its applicant when the moves that a step makes ask them for something: to
// the day that the answer is due, or as long as a case may wait. What was answered where it stood is no
// answer to where it stands. The caller writes the instance.
func (s *Service) asked(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, moves []planned,
) error {
	v.Instance.Answered = nil
	if !v.App.IsCase() || v.Instance.Process.Ended != nil {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var until time.Time
	for _, m := range moves {
		m.source.Input.Instance = v.Instance
		due, err := relay.AnswerDue(m.source, m.moment)
		if err != nil {
			return err
		}
		if due != nil && due.After(until) {
			until = *due
		}
	}
	n := days(now, until)
	if until.IsZero() || n < 1 {
		return nil
	}
	until = endOf(until.In(text.Oslo()).AddDate(0, 0, min(maxHold-n, 0)))
	h := core.CaseHold{Until: until, Task: v.Instance.Process.Task}
	return s.stopClock(ctx, tx, a, v, h)
}

// Resume ends a case's wait for its applicant, and gives the version that the case has then.
func (s *Service) Resume(ctx context.Context, a core.Actor, p CaseChange) (int, error) {
	return s.changeCase(ctx, a, p, access.ActionTake, func(tx *store.Tx, v *View) error {
		ended, err := endHold(ctx, tx, a, v)
		if err != nil || !ended {
			return err
		}
		return tx.UpdateInstance(ctx, &v.Instance)
	})
}

// came makes a case unread for all who work on it, since something has come from its applicant,
// and ends its wait for that.
func came(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	answers, err := answered(ctx, tx, v)
	if err != nil {
		return err
	}
	ended, err := endHold(ctx, tx, a, v)
	if err == nil && (ended || answers) {
		err = tx.UpdateInstance(ctx, &v.Instance)
	}
	if err != nil {
		return err
	}
	return tx.ChangedHands(ctx, v.Instance.ID)
}

// answered notes that what has come is the first answer to what the case asks for where it stands, in time
// or not, and tells whether it is. The caller writes the instance.
func answered(ctx context.Context, tx *store.Tx, v *View) (bool, error) {
	holds, err := tx.Holds(ctx, v.Instance.ID)
	asks := func(h core.CaseHold) bool { return h.Task == v.Instance.Process.Task }
	if err != nil || v.Instance.Answered != nil || !slices.ContainsFunc(holds, asks) {
		return false, err
	}
	now, err := tx.Now(ctx)
	v.Instance.Answered = &now
	return true, err
}

// endHold ends a case's wait and gives it the deadline that so many days make of the one before,
// unless that has been changed meanwhile: then it is moved back by the days that are left. The
// caller writes the instance. It tells whether the case waited.
func endHold(ctx context.Context, tx *store.Tx, a core.Actor, v *View) (bool, error) {
	if v.Instance.HoldUntil == nil {
		return false, nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return false, err
	}
	holds, err := tx.Holds(ctx, v.Instance.ID)
	if err != nil {
		return false, err
	}
	if len(holds) > 0 && holds[0].Ended == nil && v.Instance.Due != nil {
		h := holds[0]
		var due time.Time
		if h.DueAfter != nil && h.DueAfter.Equal(*v.Instance.Due) {
			due = later(*h.DueBefore, days(h.Started, now))
		} else {
			due = later(*v.Instance.Due, -max(days(now, h.Until), 0))
		}
		v.Instance.Due = &due
	}
	v.Instance.HoldUntil = nil
	audit(tx, a, core.ActResume, *v, nil)
	return true, tx.EndHold(ctx, v.Instance.ID)
}

// waited is for how long a case has waited for its applicant, as it is now.
func waited(holds []core.CaseHold, now time.Time) time.Duration {
	var sum time.Duration
	for _, h := range holds {
		end := now
		if h.Ended != nil {
			end = *h.Ended
		}
		sum += end.Sub(h.Started)
	}
	return sum
}

// endOf is the last minute of a day in Oslo: until when a deadline or a wait lasts.
func endOf(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 23, 59, 0, 0, text.Oslo())
}

// days are how many dates lie between two moments, in Oslo.
func days(from, to time.Time) int {
	date := func(t time.Time) time.Time {
		y, m, d := t.In(text.Oslo()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(date(to).Sub(date(from)).Hours() / 24)
}

// later moves a deadline by so many days, on to a working day. One that is not moved stays.
func later(due time.Time, n int) time.Time {
	if n == 0 {
		return due
	}
	return workday.OnOrAfter(due.In(text.Oslo()).AddDate(0, 0, n))
}
