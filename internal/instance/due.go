package instance

import (
	"context"
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

// maxDue is how many days ahead a deadline may be.
const maxDue = 1830

// NewDue is a deadline that somebody sets by hand: the last day, or so many working days from
// today, of which there must be one.
type NewDue struct {
	Last        time.Time
	WorkingDays int
	// Reason is read by colleagues.
	Reason string
}

// SetDue sets a case's deadline, and gives the version that the case has then. The actor needs
// the right to take the case.
func (s *Service) SetDue(ctx context.Context, a core.Actor, p CaseChange, d NewDue) (int, error) {
	return s.changeCase(ctx, a, p, access.ActionTake, func(tx *store.Tx, v *View) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if !d.Last.IsZero() == (d.WorkingDays > 0) || d.WorkingDays > maxDue {
			return fault.New(fault.Invalid, "fault.due_one")
		}
		last := d.Last
		if d.WorkingDays > 0 {
			last = workday.Add(now.In(text.Oslo()), d.WorkingDays)
		}
		due := relay.EndOf(last)
		if n := relay.Days(now, due); n < 0 || n > maxDue {
			return fault.New(fault.Invalid, "fault.due_day")
		}
		n := core.CaseNote{ID: uuid.New(), Kind: core.NoteDue, Text: d.Reason, Day: &due}
		if err := s.note(ctx, tx, a, v, n); err != nil {
			return err
		}
		v.Instance.Due = &due
		audit(tx, a, core.ActDue, *v, nil)
		return tx.UpdateInstance(ctx, &v.Instance)
	})
}

// Snooze puts a case off, out of the actor's own list, to the beginning of a day or until
// something comes to it. Nobody else sees it, and the case is as it was.
func (s *Service) Snooze(
	ctx context.Context, a core.Actor, ref core.InstanceRef, day time.Time,
) error {
	return s.forOneself(ctx, a, ref, func(tx *store.Tx, v *View) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		y, m, d := day.Date()
		until := time.Date(y, m, d, 0, 0, 0, 0, text.Oslo())
		if n := relay.Days(now, until); n < 1 || n > relay.MaxWait {
			return fault.New(fault.Invalid, "fault.snooze_day", relay.MaxWait)
		}
		audit(tx, a, core.ActSnooze, *v, nil)
		return tx.Snooze(ctx, ref, a.User, until)
	})
}

// Wake takes back that the actor has put a case off.
func (s *Service) Wake(ctx context.Context, a core.Actor, ref core.InstanceRef) error {
	return s.forOneself(ctx, a, ref, func(tx *store.Tx, v *View) error {
		audit(tx, a, core.ActWake, *v, nil)
		return tx.Wake(ctx, ref, a.User)
	})
}

// forOneself does with a case that the actor may read what changes nothing for others.
func (s *Service) forOneself(
	ctx context.Context, a core.Actor, ref core.InstanceRef,
	do func(tx *store.Tx, v *View) error,
) error {
	change := CaseChange{Ref: ref, anyVersion: true}
	_, err := s.changeCase(ctx, a, change, access.ActionRead, do)
	return err
}
