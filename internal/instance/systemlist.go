package instance

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Query is what a system asks for of its apps' instances (FORMAT.md 7.3). Everything in it only
// narrows what access lets it see.
type Query struct {
	// Org or Apps must be given.
	Org  string
	Apps []core.AppRef
	// Tasks and Ends narrow to tasks and end events; Complete to processes that are over or not.
	Tasks, Ends []string
	Complete    *bool
	// OwnerNumber is the organisation number of the instance owner, OwnerPerson a person's.
	OwnerNumber string
	OwnerPerson core.PersonNumber
	store.SystemFilter
	After *store.Cursor
	Size  int
	// Elements asks for what the instances hold, without content.
	Elements bool
}

// Span is a half-open span of time.
type Span = store.Span

// Listed is an instance in a system's list.
type Listed struct {
	Instance      core.Instance
	Owner         core.Party
	Elements      []core.DataElement
	Confirmations []core.Confirmation
}

// Query lists instances of an organisation's own apps, last changed first. What the policies do
// not let the organisation read is absent; another organisation's app is refused.
func (s *Service) Query(ctx context.Context, a core.Actor, q Query) ([]Listed, *Cursor, error) {
	if q.Org == "" && len(q.Apps) == 0 {
		return nil, nil, fault.New(fault.Malformed, "fault.query_org")
	}
	var out []Listed
	var next *Cursor
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		act := core.ActList
		if q.Search != "" {
			act = core.ActSearch
		}
		if q.Items, err = s.systemItems(a, q); err != nil {
			e := access.NewEvent(a, act, a.Party)
			e.Outcome = core.OutcomeRefused
			tx.Refused(e)
			return err
		}
		shape := q.shape()
		if out, next, err = q.read(ctx, tx); err != nil {
			return err
		}
		tx.Audit(access.ListEvent(a, act, a.Party, nil, len(out), shape))
		return nil
	})
	return out, next, err
}

// read gives what the query asks for; nothing when its owner is nobody here.
func (q Query) read(ctx context.Context, tx *store.Tx) ([]Listed, *Cursor, error) {
	if known, err := q.owner(ctx, tx); err != nil || !known {
		return nil, nil, err
	}
	list, next, err := tx.OfSystem(ctx, q.SystemFilter, q.After, q.Size)
	if err != nil {
		return nil, nil, err
	}
	out, err := listed(ctx, tx, list, q.Elements)
	return out, next, err
}

// systemItems gives what the query asks for of what the system may see.
func (s *Service) systemItems(a core.Actor, q Query) ([]store.ScopeItem, error) {
	refs := q.Apps
	for _, d := range s.Catalogue.Apps() {
		if len(q.Apps) == 0 && d.Ref.Org == q.Org {
			refs = append(refs, d.Ref)
		}
	}
	if a.Kind != core.ActorOrg || q.Org != "" && q.Org != a.Org {
		return nil, access.Refuse(access.ActionRead, core.AppRef{})
	}
	var apps []*app.Definition
	for _, ref := range refs {
		d, err := s.Catalogue.App(ref)
		if err != nil || ref.Org != a.Org {
			return nil, access.Refuse(access.ActionRead, core.AppRef{})
		}
		apps = append(apps, d)
	}
	items := access.SystemScope(a, apps)
	if len(items) == 0 {
		return nil, access.Refuse(access.ActionRead, core.AppRef{})
	}
	return slices.DeleteFunc(items, func(i store.ScopeItem) bool { return !q.takes(i) }), nil
}

func (q Query) takes(i store.ScopeItem) bool {
	if q.Complete != nil && i.Ended != *q.Complete {
		return false
	}
	if len(q.Tasks) > 0 && (i.Ended || !slices.Contains(q.Tasks, i.Task)) {
		return false
	}
	return len(q.Ends) == 0 || i.Ended && slices.Contains(q.Ends, i.Task)
}

// owner finds the party whose instances are asked for; false when there is no such party, which
// owns nothing.
func (q *Query) owner(ctx context.Context, tx *store.Tx) (bool, error) {
	var party core.Party
	var err error
	switch {
	case q.OwnerNumber != "":
		party, err = tx.PartyByOrganisationNumber(ctx, q.OwnerNumber)
	case q.OwnerPerson != "":
		party, err = tx.PartyByPersonNumber(ctx, q.OwnerPerson)
	default:
		return true, nil
	}
	if errors.Is(err, store.ErrNoRow) {
		return false, nil
	}
	q.Owner = party.ID
	return true, err
}

func listed(
	ctx context.Context, tx *store.Tx, list []core.Instance, elements bool,
) ([]Listed, error) {
	var ids []uuid.UUID
	var owners []core.PartyID
	for _, i := range list {
		ids, owners = append(ids, i.ID), append(owners, i.Owner)
	}
	parties, err := tx.Parties(ctx, owners...)
	if err != nil {
		return nil, err
	}
	confirmations, err := tx.ConfirmationsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	held := map[uuid.UUID][]core.DataElement{}
	if elements {
		if held, err = tx.ElementsOf(ctx, ids...); err != nil {
			return nil, err
		}
	}
	var out []Listed
	for _, i := range list {
		l := Listed{Instance: i, Elements: held[i.ID], Confirmations: confirmations[i.ID]}
		for _, p := range parties {
			if p.ID == i.Owner {
				l.Owner = p
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// Address gives the full reference of the instance that an owner and an id name together. What
// does not exist is given an address in no app, which is refused in the same words as one that
// is another's. The reading itself asks for the right.
func (s *Service) Address(
	ctx context.Context, a core.Actor, owner core.PartyID, id uuid.UUID,
) (core.InstanceRef, error) {
	ref := core.InstanceRef{Owner: owner, ID: id}
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		ref.AppRef, err = tx.AppOf(ctx, owner, id)
		if errors.Is(err, store.ErrNoRow) || err == nil && ref.Org != a.Org {
			e := access.NewEvent(a, core.ActRead, owner)
			e.Instance, e.Outcome = id, core.OutcomeRefused
			tx.Refused(e)
			return access.Refuse(access.ActionRead, core.AppRef{})
		}
		return err
	})
	return ref, err
}
