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
	"stafett/store"
)

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
	until := relay.EndOf(last)
	if n := relay.Days(now, until); err == nil && (n < 1 || n > relay.MaxWait) {
		err = fault.New(fault.Invalid, "fault.hold_day", relay.MaxWait)
	}
	return until, err
}

// hold sets a case to wait that does not wait yet.
func (s *Service) hold(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, until time.Time, reason string,
) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	n := core.CaseNote{ID: uuid.New(), Kind: core.NoteHold, Text: reason, Day: &until}
	if err := s.note(ctx, tx, a, v, n); err != nil {
		return err
	}
	h := relay.StopClock(&v.Instance, until, now)
	h.Note = n.ID
	if err := s.held(ctx, tx, a, v, h); err != nil {
		return err
	}
	return tx.UpdateInstance(ctx, &v.Instance)
}

// held notes that a case waits for its applicant from now on. The caller writes the instance.
func (s *Service) held(ctx context.Context, tx *store.Tx, a core.Actor, v *View, h core.CaseHold) error {
	if err := tx.AddHold(ctx, v.Instance.InstanceRef, h); err != nil {
		return err
	}
	audit(tx, a, core.ActHold, *v, nil)
	return s.Messages.Hold(ctx, tx, v.Instance.ID, h.Until)
}

// asked has a case wait for its applicant when the moves of a step ask them for something by a day. The caller
// writes the instance.
func (s *Service) asked(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, moves []relay.Moved,
) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	h, err := relay.Asks(&v.Instance, moves, now)
	if err != nil || h == nil {
		return err
	}
	return s.held(ctx, tx, a, v, *h)
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

// endHold ends a case's wait, and tells whether it waited. The caller writes the instance.
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
	if len(holds) > 0 && holds[0].Ended == nil {
		relay.StartClock(&v.Instance, holds[0], now)
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
