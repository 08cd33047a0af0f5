package instance

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// RunBulk does it: with each case as if it were the only one, in a transaction of its own, so that
// one refusal stops no other. What became of a case is kept in that same transaction: to press
// twice, or after a run that broke off, does each once. It is fault.Conflict when it is not said
// yet what the act asks for.
func (s *Service) RunBulk(ctx context.Context, a core.Actor, number string, id uuid.UUID) error {
	b, err := s.beginBulk(ctx, a, number, id, func(tx *store.Tx, b Bulk) error {
		if !b.Given || b.Undone != nil {
			return changed()
		}
		return tx.BeginBulk(ctx, id)
	})
	if err != nil {
		return err
	}
	for _, r := range b.Rows {
		if !r.Pending() {
			continue
		}
		if _, err := s.bulkOne(ctx, a, b.Bulk, r, false); err != nil {
			return err
		}
	}
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error { return tx.EndBulk(ctx, id) })
}

// UndoBulk takes back what was done, with each case as if it were the only one: only while it is as
// that left it, by the rights of doing it, and within ten minutes; later it is fault.Conflict. To
// press twice does each once.
func (s *Service) UndoBulk(ctx context.Context, a core.Actor, number string, id uuid.UUID) error {
	b, err := s.beginBulk(ctx, a, number, id, func(tx *store.Tx, b Bulk) error {
		switch {
		case b.UndoTo != nil:
			return tx.UndoBulk(ctx, id)
		case b.Undone == nil:
			return fault.New(fault.Conflict, "fault.undo_late")
		}
		return nil
	})
	if err != nil || b.UndoTo == nil {
		return err
	}
	for _, r := range b.Rows {
		if !r.Undoable() {
			continue
		}
		if err := s.unbulkOne(ctx, a, b.Bulk, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) beginBulk(
	ctx context.Context, a core.Actor, number string, id uuid.UUID,
	begin func(tx *store.Tx, b Bulk) error,
) (Bulk, error) {
	var b Bulk
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if b, err = s.bulk(ctx, tx, a, number, id); err != nil {
			return err
		}
		return begin(tx, b)
	})
	return b, err
}

// errDry ends the transaction of something that was only to be tried.
var errDry = errors.New("only tried")

// bulkOne does it with one case and gives what became of it; dry, it is tried and taken back.
func (s *Service) bulkOne(
	ctx context.Context, a core.Actor, b core.Bulk, row core.BulkRow, dry bool,
) (core.BulkRow, error) {
	r := row
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		r = row
		if !dry {
			free, err := tx.HoldBulkRow(ctx, b.ID, r.N, false)
			if err != nil || !free {
				return err
			}
		}
		v, err := s.bulkCase(ctx, tx, a, b, r)
		if err != nil {
			return err
		}
		r.Before = v.Instance.Assignee
		done, err := s.bulkAct(ctx, tx, a, &v, b)
		if err != nil {
			return err
		}
		r.Outcome, r.Version = core.BulkSame, v.Instance.Version
		if done {
			r.Outcome = core.BulkDone
		}
		if dry {
			return errDry
		}
		return tx.EndBulkRow(ctx, b.ID, r)
	})
	if err == nil || errors.Is(err, errDry) {
		return r, nil
	}
	r = row
	if r.BulkResult, err = refusedInBulk(err); err != nil || dry {
		return r, err
	}
	return r, s.Store.InTx(ctx, a, func(tx *store.Tx) error { return tx.EndBulkRow(ctx, b.ID, r) })
}

// unbulkOne takes it back for one case.
func (s *Service) unbulkOne(
	ctx context.Context, a core.Actor, b core.Bulk, r core.BulkRow,
) error {
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		free, err := tx.HoldBulkRow(ctx, b.ID, r.N, true)
		if err != nil || !free {
			return err
		}
		v, err := s.bulkCase(ctx, tx, a, b, r)
		if err != nil {
			return err
		}
		if err := s.bulkUndo(ctx, tx, a, &v, b, r); err != nil {
			return err
		}
		r.Undo = core.BulkResult{Outcome: core.BulkDone}
		return tx.EndBulkUndo(ctx, b.ID, r)
	})
	if err == nil {
		return nil
	}
	if r.Undo, err = refusedInBulk(err); err != nil {
		return err
	}
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error { return tx.EndBulkUndo(ctx, b.ID, r) })
}

// refusedInBulk gives why one case was refused. What is no refusal of the case is given back.
func refusedInBulk(err error) (core.BulkResult, error) {
	out := core.BulkResult{Outcome: core.BulkNot}
	switch fault.KindOf(err) {
	case fault.Forbidden:
		out.Why = "fault.bulk_forbidden"
		return out, nil
	case fault.Invalid, fault.Conflict:
		key, args, _ := fault.Text(err)
		switch key {
		case "fault.changed":
			key = "fault.bulk_changed"
		case "fault.no_colleague":
			key = "fault.bulk_colleague"
		}
		out.Why = key
		for _, arg := range args {
			out.WhyArgs = append(out.WhyArgs, fmt.Sprint(arg))
		}
		return out, nil
	}
	return out, err
}

// bulkCase opens one of the cases for the act, as for that act alone.
func (s *Service) bulkCase(
	ctx context.Context, tx *store.Tx, a core.Actor, b core.Bulk, r core.BulkRow,
) (View, error) {
	ref, err := s.caseRef(ctx, tx, a, b.Owner, r.Case)
	if err != nil {
		return View{}, err
	}
	action, marks := access.ActionTake, false
	switch b.Act {
	case core.BulkRelease:
		action = access.ActionRelease
	case core.BulkRead, core.BulkUnread:
		action, marks = access.ActionRead, true
	}
	v, err := s.seen(ctx, tx, a, ref, opening{action: action, lock: true})
	switch {
	case err != nil:
		return v, err
	case !v.App.IsCase():
		return v, access.Refuse(action, ref.AppRef)
	case v.Instance.Status == core.StatusArchived && !marks:
		return v, fault.New(fault.Conflict, "fault.bulk_ended")
	}
	return v, nil
}

// bulkAct does one thing with one case and tells whether it was not so already.
func (s *Service) bulkAct(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, b core.Bulk,
) (bool, error) {
	switch b.Act {
	case core.BulkTake:
		return claim(ctx, tx, a, v, a.User)
	case core.BulkRelease:
		return claim(ctx, tx, a, v, 0)
	case core.BulkAssign:
		return s.assignTo(ctx, tx, a, v, b.To)
	case core.BulkTag, core.BulkUntag:
		return setTag(ctx, tx, a, v, b.Tag, b.Act == core.BulkTag)
	case core.BulkRead, core.BulkUnread:
		return mark(ctx, tx, a, *v, b.Act == core.BulkRead)
	case core.BulkHold:
		if v.Instance.HoldUntil != nil {
			return false, fault.New(fault.Conflict, "fault.bulk_waits")
		}
		until, err := holdDay(ctx, tx, *b.Until)
		if err != nil {
			return false, err
		}
		return true, s.hold(ctx, tx, a, v, until, b.Reason)
	}
	return false, fmt.Errorf("bulk %s: there is no such act", b.Act)
}

// bulkUndo takes one thing back with one case; it is fault.Conflict when the case is not as that
// left it.
func (s *Service) bulkUndo(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, b core.Bulk, r core.BulkRow,
) error {
	done, err := true, error(nil)
	switch b.Act {
	case core.BulkTag, core.BulkUntag:
		done, err = setTag(ctx, tx, a, v, b.Tag, b.Act == core.BulkUntag)
	case core.BulkRead:
		done, err = mark(ctx, tx, a, *v, false)
	case core.BulkUnread:
		// What has come since must stay unread.
		if done = !v.Instance.Process.TaskSince.After(r.At); done {
			done, err = mark(ctx, tx, a, *v, true)
		}
	default:
		if done = v.Instance.Version == r.Version; !done {
			break
		}
		if b.Act == core.BulkHold {
			return unhold(ctx, tx, a, v)
		}
		_, err = s.assignTo(ctx, tx, a, v, r.Before)
	}
	if err == nil && !done {
		err = changed()
	}
	return err
}

// mark makes a case read or unread for the actor, and tells whether it was not so already.
func mark(ctx context.Context, tx *store.Tx, a core.Actor, v View, read bool) (bool, error) {
	unread, err := tx.Unread(ctx, v.Instance.ID, a.User)
	if err != nil || unread != read {
		return false, err
	}
	if read {
		audit(tx, a, core.ActSeen, v, nil)
		return true, tx.MarkSeen(ctx, v.Instance.ID, a.User)
	}
	audit(tx, a, core.ActUnseen, v, nil)
	return true, tx.MarkUnseen(ctx, v.Instance.ID, a.User)
}
