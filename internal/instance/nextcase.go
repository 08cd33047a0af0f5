package instance

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

const (
	// maxNextPages is how many pages of a list are looked through for another case.
	maxNextPages = 8
	// besidePage is how many cases a page has where the case beside another is looked for, which
	// may be any of those that are counted.
	besidePage = CountLimit / maxNextPages
)

// NextWish asks for the next case of a list, or for the one before.
type NextWish struct {
	// From is the case that the person comes from; zero for none.
	From uuid.UUID
	// Key is the same when the same button is pressed again; the way back needs none.
	Key uuid.UUID
	// Back asks for the case that stands before From.
	Back bool
}

// NextCase is where a wish leads: zero when the list has no more that way.
type NextCase struct {
	ID uuid.UUID
	// Taken tells that the case is the person's own from now on.
	Taken bool
}

// Takes tells whether the next case of the list is taken: that is so where the list is of open
// cases that somebody may take, and not of those that are somebody's or nobody's any more.
func (s *Service) Takes(f InboxFilter) bool {
	if f.Closed || f.Mine || f.Waiting || f.Mentioned || f.Snoozed || f.Found != uuid.Nil {
		return false
	}
	q, _ := casequery.Parse(f.Query)
	if q.Assigned == casequery.Me {
		return false
	}
	var named store.Filter
	if len(q.Statuses) == 0 || statusWord(&named, q.Statuses) {
		return len(q.Statuses) == 0 || named.Status == store.FilterOpen
	}
	scope := s.everything()
	if len(q.Services) > 0 {
		apps := s.services(q.Services, f.Language, scope)
		scope.Items = slices.DeleteFunc(scope.Items, func(i store.ScopeItem) bool {
			return !slices.Contains(apps, core.AppRef{Org: i.Org, App: i.App})
		})
	}
	found, of := s.statuses(q.Statuses, f.Language, scope)
	return len(found) > 0 && of != store.FilterClosed
}

// NextCase gives the next case of a list. Where it takes (see Takes), that is the first that nobody
// has and that the actor may take, and it is theirs from now on: of two who ask at once each gets
// one of their own, and nobody waits for the other. Elsewhere it is the one after From. To press
// twice is safe. The way back takes nothing: it gives the case that stands before From, or before
// where From would stand when it has left the list.
func (s *Service) NextCase(
	ctx context.Context, a core.Actor, number string, f InboxFilter, p NextWish,
) (NextCase, error) {
	var out NextCase
	if p.Back {
		return s.previousCase(ctx, a, number, f, p.From)
	}
	if p.Key == uuid.Nil {
		return out, fault.New(fault.Malformed, "fault.malformed")
	}
	p.Key = uuid.NewSHA1(p.Key, []byte(strconv.FormatInt(int64(a.User), 10)))
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		out = NextCase{Taken: s.Takes(f)}
		box, err := s.enter(ctx, tx, a, number)
		if err != nil {
			return err
		}
		if first, err := tx.ClaimPick(ctx, a.User, box.Scope.Owner, p.Key); err != nil || !first {
			if err == nil {
				out.ID, err = pressedBefore(ctx, tx, a, box.Scope.Owner, p.Key)
			}
			return err
		}
		if out.Taken {
			out.ID, err = s.takeNext(ctx, tx, a, f, p.From, &box)
		} else {
			out.ID, err = s.after(ctx, tx, a, f, p.From, &box)
		}
		if err != nil {
			return err
		}
		rows := 0
		if out.ID != uuid.Nil {
			rows = 1
			if err := tx.FillPick(ctx, a.User, p.Key, out.ID); err != nil {
				return err
			}
		}
		tx.Audit(lookEvent(a, box.Scope, "next", out.ID, rows))
		return nil
	})
	return out, err
}

// previousCase gives the case before another in the list.
func (s *Service) previousCase(
	ctx context.Context, a core.Actor, number string, f InboxFilter, from uuid.UUID,
) (NextCase, error) {
	var out NextCase
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		box, err := s.enter(ctx, tx, a, number)
		if err != nil {
			return err
		}
		if out.ID, err = s.before(ctx, tx, a, f, from, &box); err != nil {
			return err
		}
		rows := 0
		if out.ID != uuid.Nil {
			rows = 1
		}
		tx.Audit(lookEvent(a, box.Scope, "previous", out.ID, rows))
		return nil
	})
	return out, err
}

// pressedBefore gives the case that the same press of the button led to.
func pressedBefore(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID, key uuid.UUID,
) (uuid.UUID, error) {
	ids, err := tx.Pick(ctx, a.User, owner, key)
	if errors.Is(err, store.ErrNoRow) {
		return uuid.Nil, changed()
	}
	if err != nil || len(ids) == 0 {
		return uuid.Nil, err
	}
	return ids[0], nil
}

// takeNext takes the first case of the list that nobody has; first of those that nobody else has open
// at the moment.
func (s *Service) takeNext(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, from uuid.UUID, box *Inbox,
) (uuid.UUID, error) {
	f.Unassigned, f.After = true, nil
	var open []core.Instance
	id, err := s.walk(ctx, tx, a, f, box, func(inst core.Instance) (bool, error) {
		if inst.ID == from || inst.Assignee != 0 {
			return false, nil
		}
		others, err := tx.PresentIn(ctx, inst.ID)
		if err != nil {
			return false, err
		}
		if len(others) > 0 {
			open = append(open, inst)
			return false, nil
		}
		return s.takeFree(ctx, tx, a, inst)
	})
	for _, inst := range open {
		if err != nil || id != uuid.Nil {
			break
		}
		var taken bool
		if taken, err = s.takeFree(ctx, tx, a, inst); taken {
			id = inst.ID
		}
	}
	return id, err
}

// after gives the case that follows another in the list; the first where that is not in it.
func (s *Service) after(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, from uuid.UUID, box *Inbox,
) (uuid.UUID, error) {
	var first uuid.UUID
	met := false
	f.size, f.After = besidePage, nil
	id, err := s.walk(ctx, tx, a, f, box, func(inst core.Instance) (bool, error) {
		if first == uuid.Nil && inst.ID != from {
			first = inst.ID
		}
		found := met
		met = met || inst.ID == from
		return found, nil
	})
	if err == nil && id == uuid.Nil && !met {
		id = first
	}
	return id, err
}

// before gives the case that stands before another in the list, or before its place there; zero for
// the first, and for one that has no place.
func (s *Service) before(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, from uuid.UUID, box *Inbox,
) (uuid.UUID, error) {
	own, err := tx.CasesIn(ctx, box.Scope, []uuid.UUID{from}, a.User)
	if err != nil || len(own) == 0 {
		return uuid.Nil, err
	}
	f.size, f.After = besidePage, nil
	var last uuid.UUID
	met, err := s.walk(ctx, tx, a, f, box, func(inst core.Instance) (bool, error) {
		if !store.Precedes(inst, own[0], box.order(f)) {
			return true, nil
		}
		last = inst.ID
		return false, nil
	})
	if err == nil && met == uuid.Nil && box.Next != nil {
		// It stands further down than anybody has looked.
		last = uuid.Nil
	}
	return last, err
}

// order is the order of a list that has been read.
func (box *Inbox) order(f InboxFilter) store.Order {
	if box.Searched || f.personal() || f.Found != uuid.Nil {
		return store.OrderNewest
	}
	f.ByDue = box.ByDue
	return f.narrow(core.Actor{}, box.At).Order
}

// walk goes down the list until one case is the right one; zero when none is.
func (s *Service) walk(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, box *Inbox,
	right func(core.Instance) (bool, error),
) (uuid.UUID, error) {
	for range maxNextPages {
		box.InboxPage = store.InboxPage{}
		if err := s.list(ctx, tx, a, f, box); err != nil {
			return uuid.Nil, err
		}
		for _, inst := range box.Cases {
			if ok, err := right(inst); err != nil || ok {
				return inst.ID, err
			}
		}
		if f.After = box.Next; f.After == nil {
			break
		}
	}
	return uuid.Nil, nil
}

// takeFree takes a case that nobody has, if the actor may and nobody else is about to.
func (s *Service) takeFree(
	ctx context.Context, tx *store.Tx, a core.Actor, inst core.Instance,
) (bool, error) {
	if _, may, err := s.mayTake(ctx, tx, a, inst); err != nil || !may {
		return false, err
	}
	if free, err := tx.LockFree(ctx, inst.InstanceRef); err != nil || !free {
		return false, err
	}
	inst, err := tx.LockInstance(ctx, inst.InstanceRef)
	if err != nil {
		return false, err
	}
	v, may, err := s.mayTake(ctx, tx, a, inst)
	if err != nil || !may {
		return false, err
	}
	return claim(ctx, tx, a, &v, a.User)
}

// mayTake tells whether the actor may take a case, by the decision that guards it. It audits
// nothing: a case that is passed by was not asked for.
func (s *Service) mayTake(
	ctx context.Context, tx *store.Tx, a core.Actor, inst core.Instance,
) (View, bool, error) {
	d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
	if err != nil {
		return View{}, false, err
	}
	standing, err := s.Access.Standing(ctx, tx, a, access.On(d, inst))
	if err != nil {
		return View{}, false, err
	}
	permit, may := standing.Opens(access.ActionTake)
	return View{App: d, Instance: inst, Permit: permit, standing: standing}, may, nil
}
