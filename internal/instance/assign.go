package instance

import (
	"context"
	"strconv"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Work is what colleagues have done with a case among themselves, and what the reader may do.
type Work struct {
	// Colleagues are those who may do something with the case, by name.
	Colleagues []access.Colleague
	// Notes are what they have written, newest first.
	Notes []core.CaseNote
	// Waited is for how long the case has waited for its applicant.
	Waited time.Duration
	// Snoozed is to when the reader has put the case off; nil when they have not.
	Snoozed *time.Time
	// Tags are the words that the case is marked with, TagWords those that the organisation uses.
	Tags, TagWords []string
	// Checks are the ticked items of the checklist where the case stands.
	Checks []core.CaseCheck
	// Units are the parts of the organisation that the case can be given to.
	Units []string
}

// work reads it for someone who may read the case.
func (s *Service) work(
	ctx context.Context, tx *store.Tx, a core.Actor, v View,
) (Work, error) {
	var w Work
	var err error
	if w.Notes, err = tx.Notes(ctx, v.Instance.InstanceRef); err != nil {
		return w, err
	}
	holds, err := tx.Holds(ctx, v.Instance.ID)
	if err != nil {
		return w, err
	}
	w.Waited = waited(holds, s.Now())
	if w.Snoozed, err = tx.SnoozedTo(ctx, v.Instance.InstanceRef, a.User); err != nil {
		return w, err
	}
	if w.Checks, err = tx.Checks(ctx, v.Instance.InstanceRef, v.Instance.Process.Task); err != nil {
		return w, err
	}
	if w.Tags, err = tx.Tags(ctx, v.Instance.InstanceRef); err != nil {
		return w, err
	}
	if v.Instance.Status == core.StatusArchived {
		return w, nil
	}
	if w.TagWords, err = tx.TagWords(ctx, v.Instance.Owner); err != nil {
		return w, err
	}
	if w.Colleagues, err = s.Access.Colleagues(ctx, tx, access.On(v.App, v.Instance)); err != nil {
		return w, err
	}
	takers, err := s.takers(ctx, tx, v, w.Colleagues)
	for _, u := range s.Units {
		if len(takers[u.Name]) > 0 {
			w.Units = append(w.Units, u.Name)
		}
	}
	return w, err
}

// Take makes the actor the case's assignee. When two take it at once, one wins and the other is
// told who: fault.Conflict.
func (s *Service) Take(ctx context.Context, a core.Actor, ref core.InstanceRef) error {
	return s.setAssignee(ctx, a, ref, access.ActionTake, a.User)
}

// Release gives the case back: it has no assignee any more.
func (s *Service) Release(ctx context.Context, a core.Actor, ref core.InstanceRef) error {
	return s.setAssignee(ctx, a, ref, access.ActionRelease, 0)
}

func (s *Service) setAssignee(
	ctx context.Context, a core.Actor, ref core.InstanceRef, action string, to core.PartyID,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: action, lock: true})
		if err != nil {
			return err
		}
		if v.Instance.Status == core.StatusArchived {
			return changed()
		}
		_, err = claim(ctx, tx, a, &v, to)
		return err
	})
}

// claim makes the actor the assignee of a case that is nobody's, or with 0 gives back one that is
// theirs, and tells whether it was not so already. The actor has the right to it.
func claim(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, to core.PartyID,
) (bool, error) {
	held := v.Instance.Assignee
	switch {
	case held == to:
		return false, nil
	case held != 0 && held != a.User:
		return false, fault.New(fault.Conflict, "fault.case_taken", v.Instance.AssigneeName)
	}
	v.Instance.Assignee = to
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return false, err
	}
	act := access.ActionTake
	if to == 0 {
		act = access.ActionRelease
	}
	audit(tx, a, act, *v, nil)
	return true, nil
}

// CaseChange is a change of a case that was drawn on a page: which version that was.
type CaseChange struct {
	Ref     core.InstanceRef
	Version int
	// anyVersion is for what changes nothing that somebody may be looking at.
	anyVersion bool
}

// Assigned is a case that has been given to somebody: who had it before, and its version now.
type Assigned struct {
	Before  core.PartyID
	Version int
}

// Assign gives a case to a colleague, whoever has it. The actor needs the right to take it, and
// so does the colleague, by the same decision: another is fault.Invalid. The case is unread for
// whoever gets it. A case that has changed since is fault.Conflict.
func (s *Service) Assign(
	ctx context.Context, a core.Actor, p CaseChange, to core.PartyID,
) (Assigned, error) {
	var out Assigned
	var err error
	out.Version, err = s.changeCase(ctx, a, p, access.ActionTake, func(tx *store.Tx, v *View) error {
		out.Before = v.Instance.Assignee
		_, err := s.assignTo(ctx, tx, a, v, to)
		return err
	})
	return out, err
}

// assignTo gives a case that the actor may take to somebody, or with 0 to nobody, for which they
// need the right to release it. It tells whether it was not so already.
func (s *Service) assignTo(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, to core.PartyID,
) (bool, error) {
	if v.Instance.Assignee == to {
		return false, nil
	}
	act, detail := core.ActRelease, map[string]string(nil)
	if to == 0 {
		if _, err := v.standing.Require(access.ActionRelease); err != nil {
			return false, err
		}
	} else {
		may, err := s.Access.PersonMay(ctx, tx, to, access.ActionTake, access.On(v.App, v.Instance))
		if err != nil {
			return false, err
		}
		if !may {
			return false, fault.New(fault.Invalid, "fault.no_colleague")
		}
		act, detail = core.ActAssign, map[string]string{"to": strconv.FormatInt(int64(to), 10)}
	}
	v.Instance.Assignee = to
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return false, err
	}
	audit(tx, a, act, *v, detail)
	if to == 0 || to == a.User {
		return true, nil
	}
	return true, tx.MarkUnseen(ctx, v.Instance.ID, to)
}

// changeCase opens an open case for a change by a person, and gives its version afterwards.
func (s *Service) changeCase(
	ctx context.Context, a core.Actor, p CaseChange, action string,
	change func(tx *store.Tx, v *View) error,
) (int, error) {
	version := 0
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, p.Ref, opening{action: action, lock: true})
		if err != nil {
			return err
		}
		if !v.App.IsCase() {
			return access.Refuse(action, p.Ref.AppRef)
		}
		stale := v.Instance.Version != p.Version && !p.anyVersion
		if stale || v.Instance.Status == core.StatusArchived {
			return changed()
		}
		if err := change(tx, &v); err != nil {
			return err
		}
		version = v.Instance.Version
		return nil
	})
	return version, err
}
