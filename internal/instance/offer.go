package instance

import (
	"context"
	"fmt"
	"slices"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/store"
)

// Offer is whom a person may start an app for, and the drafts there are of it.
type Offer struct {
	// Whom are the parties that it may be started for; Not are the others that were asked about.
	Whom []core.PartyID
	Not  []NotOffered
	// Level is how securely they must sign in first to start it; 0 when that is not the matter.
	Level  int
	Drafts []core.Instance
}

// NotOffered is a party that an app cannot be started for.
type NotOffered struct {
	Party core.PartyID
	// Kind tells that the app is not for that kind of party; else the actor lacks a role there.
	Kind bool
}

// Offer tells what the start page of an app is to offer somebody who acts for the parties: whom
// they may start it for, in that order, and the drafts of those and of whom they act for now.
func (s *Service) Offer(
	ctx context.Context, a core.Actor, ref core.AppRef, parties []core.PartyID,
) (Offer, error) {
	var o Offer
	d, err := s.Catalogue.App(ref)
	if err != nil || d.Meta.DisallowUserInstantiation || a.Anonymous() {
		return o, err
	}
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		o = Offer{}
		for _, party := range parties {
			if err := s.offerTo(ctx, tx, a, d, party, &o); err != nil {
				return err
			}
		}
		return nil
	})
	return o, err
}

// offerTo looks at one party.
func (s *Service) offerTo(
	ctx context.Context, tx *store.Tx, a core.Actor, d *app.Definition, id core.PartyID, o *Offer,
) error {
	party, err := tx.Party(ctx, id)
	if err != nil {
		return fmt.Errorf("party %d: %w", id, err)
	}
	standing, err := s.Access.Standing(ctx, tx, a, access.Target{App: d, Owner: id})
	if err != nil {
		return err
	}
	_, may := standing.Opens(access.ActionInstantiate)
	switch kind := !d.Meta.Owners.Allows(party.Kind); {
	case kind || !may:
		o.Not = append(o.Not, NotOffered{Party: id, Kind: kind})
	default:
		o.Whom = append(o.Whom, id)
	}
	if id == a.Party {
		o.Level = standing.NeedLevel(access.ActionInstantiate)
	}
	permit, reads := standing.Opens(access.ActionRead)
	if !reads || id != a.Party && !slices.Contains(o.Whom, id) {
		return nil
	}
	drafts, _, err := tx.InstancesOf(ctx, store.OwnerFilter{
		Owner: id, Apps: []core.AppRef{d.Ref}, Statuses: []core.Status{core.StatusDraft},
	}, nil, PageSize)
	if err != nil {
		return err
	}
	o.Drafts = append(o.Drafts, drafts...)
	e := access.ListEvent(a, core.ActList, id, []string{permit.Role}, len(drafts),
		map[string]string{"part": "drafts"})
	e.App = d.Ref
	tx.Audit(e)
	return nil
}
