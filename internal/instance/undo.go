package instance

import (
	"context"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// undoTime is for how long what somebody has done can be taken back in one step.
const undoTime = 10 * time.Minute

// Undo is what is to be taken back: the audit line's act, and what it needs to be as it was. For
// core.ActAssign that is who had the case, for tags the tag; core.ActHold, core.ActUnit and
// core.ActDuplicate need no more.
type Undo struct {
	Act    string
	Person core.PartyID
	Tag    string
}

// Undo takes back what the actor has done with a case in the last ten minutes. What goes by the
// case's version is taken back only while the case is still as that left it; a tag and a link to
// another case, whatever else has happened. Otherwise it is fault.Conflict. The rights are those of doing it.
func (s *Service) Undo(ctx context.Context, a core.Actor, p CaseChange, u Undo) error {
	tag := u.Act == core.ActLabel || u.Act == core.ActUnlabel
	p.anyVersion = tag || u.Act == core.ActDuplicate
	_, err := s.changeCase(ctx, a, p, access.ActionTake, func(tx *store.Tx, v *View) error {
		line, err := recent(ctx, tx, a, *v, u.Act)
		if err != nil {
			return err
		}
		switch {
		case tag:
			_, err := setTag(ctx, tx, a, v, u.Tag, u.Act == core.ActUnlabel)
			return err
		case u.Act == core.ActAssign:
			_, err := s.assignTo(ctx, tx, a, v, u.Person)
			return err
		case u.Act == core.ActHold:
			return unhold(ctx, tx, a, v)
		case u.Act == core.ActUnit:
			return s.ungive(ctx, tx, a, v, line)
		case u.Act == core.ActDuplicate:
			return unlink(ctx, tx, a, v)
		}
		return fault.New(fault.Malformed, "fault.malformed")
	})
	return err
}

// recent gives the line of what the actor has done with the case in the last ten minutes, and
// refuses when there is none.
func recent(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, act string,
) (core.Event, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return core.Event{}, err
	}
	lines, err := tx.Events(ctx, v.Instance.ID, historyLength)
	if err != nil {
		return core.Event{}, err
	}
	for _, e := range lines {
		if e.Act == act && e.Actor == a.User && e.Outcome == core.OutcomeDone {
			if now.Sub(e.At) > undoTime {
				break
			}
			return e, nil
		}
	}
	return core.Event{}, fault.New(fault.Conflict, "fault.undo_late")
}

// unhold ends a hold as if it had never been: the deadline is what it was.
func unhold(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	holds, err := tx.Holds(ctx, v.Instance.ID)
	if err != nil {
		return err
	}
	ended, err := endHold(ctx, tx, a, v)
	if err != nil || !ended || len(holds) == 0 {
		return err
	}
	v.Instance.Due = holds[0].DueBefore
	return tx.UpdateInstance(ctx, &v.Instance)
}
