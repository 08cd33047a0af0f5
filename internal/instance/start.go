package instance

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/relay"
	"stafett/store"
)

// maxDrafts is how many drafts one party may have of one app (SECURITY.md X171).
const maxDrafts = 50

// Beginning is what a person begins an instance with.
type Beginning struct {
	App      core.AppRef
	Owner    core.PartyID
	Language string
	// Query are the parameters of the address that they began at.
	Query map[string]string
}

// Start makes a draft for a person to fill in, owned by themselves or by a party that they may
// act for. Parameters that do not fit the app are refused with a *form.PrefillError. An app that is made by the organisation is refused for every end user, whatever the
// policy says, in every environment (SECURITY.md P03).
func (s *Service) Start(
	ctx context.Context, a core.Actor, b Beginning,
) (core.Instance, error) {
	d, err := s.Catalogue.App(b.App)
	if err != nil {
		return core.Instance{}, err
	}
	var inst core.Instance
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		permit, party, err := s.mayBegin(ctx, tx, a, d, b.Owner)
		if err != nil {
			return err
		}
		c := creation{permit: permit, Beginning: relay.Beginning{
			App: d, Owner: party, Language: b.Language, Status: core.StatusDraft, Query: b.Query,
		}}
		if c.User, err = profile(ctx, tx, a, d); err != nil {
			return err
		}
		inst, err = s.make(ctx, tx, a, c)
		return err
	})
	return inst, err
}

// profile gives the person who is signed in, for an app whose prefill reads of them; else no
// party.
func profile(
	ctx context.Context, tx *store.Tx, a core.Actor, d *app.Definition,
) (core.Party, error) {
	if a.Kind != core.ActorPerson {
		return core.Party{}, nil
	}
	for _, m := range d.Models {
		if len(m.Prefill.UserProfile) > 0 {
			return tx.Party(ctx, a.User)
		}
	}
	return core.Party{}, nil
}

// refuseUser writes the refusal and gives the error of an end user who would make an instance
// of an app that only the organisation makes.
func (s *Service) refuseUser(tx *store.Tx, a core.Actor, on access.Target) error {
	e := access.NewEvent(a, core.ActInstantiate, on.Owner)
	e.App, e.Outcome = on.App.Ref, core.OutcomeRefused
	tx.Refused(e)
	return fault.New(fault.Forbidden, "fault.instantiate_not_allowed")
}

// owner gives the party when the app lets it own an instance.
func (s *Service) owner(
	ctx context.Context, tx *store.Tx, a core.Actor, d *app.Definition, id core.PartyID,
) (core.Party, error) {
	party, err := tx.Party(ctx, id)
	if err != nil {
		return party, fmt.Errorf("owner %d: %w", id, err)
	}
	if !d.Meta.Owners.Allows(party.Kind) {
		e := access.NewEvent(a, core.ActInstantiate, id)
		e.App, e.Outcome = d.Ref, core.OutcomeRefused
		tx.Refused(e)
		return party, fault.New(fault.Forbidden, "fault.party_type_not_allowed")
	}
	return party, nil
}

// creation is what an instance is made from, and by whose right.
type creation struct {
	relay.Beginning
	permit access.Permit
	files  []Part
}

// make writes the whole instance: row, documents, files, audit line. It is seen by nobody until
// the transaction commits, and so only when it is whole.
func (s *Service) make(
	ctx context.Context, tx *store.Tx, a core.Actor, c creation,
) (core.Instance, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return core.Instance{}, err
	}
	c.CreatedBy = creator(a)
	inst, documents, err := relay.Begin(c.Beginning, id, s.Now())
	if err != nil {
		return inst, refusedPrefill(err)
	}
	if err := tx.AddInstance(ctx, &inst); err != nil {
		return inst, err
	}
	if err := addContent(ctx, tx, inst, documents, c.files); err != nil {
		return inst, err
	}
	audit(tx, a, core.ActInstantiate, View{Instance: inst, Permit: c.permit}, nil)
	return inst, nil
}

func creator(a core.Actor) core.PartyID {
	if a.Kind == core.ActorPerson {
		return a.User
	}
	return a.Party
}

// addDocument gives an instance a form document. Those that are added in one transaction come back
// in the order of their ids, so they have ids that follow each other.
func addDocument(
	ctx context.Context, tx *store.Tx, inst core.Instance, dataType string, doc core.Document,
) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	e := core.DataElement{
		ID: id, Instance: inst.ID, Type: dataType, ContentType: "application/json", Version: 1,
	}
	if err := tx.AddDocument(ctx, e, doc); err != nil {
		return fmt.Errorf("document %s: %w", dataType, err)
	}
	return nil
}

func addContent(
	ctx context.Context, tx *store.Tx, inst core.Instance, documents map[string]core.Document,
	files []Part,
) error {
	for dataType, doc := range documents {
		if err := addDocument(ctx, tx, inst, dataType, doc); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := tx.AddElement(ctx, f.element(inst.ID)); err != nil {
			return fmt.Errorf("file of type %s: %w", f.DataType, err)
		}
	}
	return nil
}
