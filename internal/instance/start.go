package instance

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/process"
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
		on := access.Target{App: d, Owner: b.Owner}
		if a.Kind == core.ActorPerson && d.Meta.DisallowUserInstantiation {
			return s.refuseUser(tx, a, on)
		}
		permit, err := s.Access.Require(ctx, tx, a, access.ActionInstantiate, on)
		if err != nil {
			return err
		}
		party, err := s.owner(ctx, tx, a, d, b.Owner)
		if err != nil {
			return err
		}
		n, err := tx.CountDrafts(ctx, b.App, b.Owner)
		if err != nil {
			return err
		}
		if n >= maxDrafts {
			return fault.New(fault.TooMany, "fault.too_many_drafts", maxDrafts)
		}
		c := creation{
			app: d, owner: party, permit: permit, language: b.Language, status: core.StatusDraft,
			query: b.Query,
		}
		if c.user, err = profile(ctx, tx, a, d); err != nil {
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

// creation is what an instance is made from.
type creation struct {
	app      *app.Definition
	owner    core.Party
	permit   access.Permit
	language string
	status   core.Status
	due      *time.Time
	values   map[string]string
	// documents are given by the creator; what the first task needs besides is made empty.
	documents map[string]core.Document
	// prefill is the API's flat map, for every document that the first task creates.
	prefill map[string]string
	// query are the parameters of the address that user, a person who is signed in, began at.
	query  map[string]string
	user   core.Party
	files  []Part
	source *core.InstanceRef
	thread core.Thread
	// corrects is the first version of what this is a later version of; zero for none.
	corrects uuid.UUID
	// reference and submitted are set for an instance that was handed over.
	reference string
	submitted *time.Time
}

// make writes the whole instance: row, documents, files, audit line. It is seen by nobody until
// the transaction commits, and so only when it is whole.
func (s *Service) make(
	ctx context.Context, tx *store.Tx, a core.Actor, c creation,
) (core.Instance, error) {
	state, err := c.app.Process.Start(nil)
	if err != nil {
		return core.Instance{}, fmt.Errorf("start of %s: %w", c.app.Ref, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return core.Instance{}, err
	}
	inst := core.Instance{
		InstanceRef: core.InstanceRef{AppRef: c.app.Ref, Owner: c.owner.ID, ID: id},
		AppVersion:  c.app.Hash, Status: c.status, Version: 1, Language: c.language,
		Process: core.ProcessState{Task: state.Task, TaskType: state.TaskType},
		Due:     c.due, DataValues: c.values, CreatedBy: creator(a), Source: c.source,
		Thread: c.thread, Corrects: c.corrects,
		Reference: c.reference, Submitted: c.submitted,
	}
	documents, err := s.firstDocuments(c, inst, state)
	if err != nil {
		return inst, err
	}
	present(c.app, &inst, form.Input{Data: documents, Instance: inst, Owner: c.owner,
		Language: c.language, Now: s.Now()})
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

// firstDocuments gives the form documents of a new instance: the given ones, and one for each
// data type that the first task creates by itself, prefilled.
func (s *Service) firstDocuments(
	c creation, inst core.Instance, state process.State,
) (map[string]core.Document, error) {
	documents := map[string]core.Document{}
	in := form.Input{
		Instance: inst, Owner: c.owner, User: c.user, Language: c.language, Now: s.Now(),
	}
	for _, t := range c.app.Meta.DataTypes {
		if !t.Form {
			continue
		}
		if given, ok := c.documents[t.ID]; ok {
			in.Data = map[string]core.Document{t.ID: given}
			documents[t.ID] = form.Calculate(c.app, t.ID, given, in)
			continue
		}
		if !t.AutoCreate || t.Task != "" && t.Task != state.Task {
			continue
		}
		doc, err := form.Prefilled(c.app, t.ID, in, form.Given{External: c.prefill, Query: c.query})
		if err != nil {
			return nil, refusedPrefill(err)
		}
		documents[t.ID] = doc
	}
	return documents, nil
}

// present copies the app's presentation fields to the instance, for lists, and its data fields,
// for the service owner's system.
func present(d *app.Definition, inst *core.Instance, in form.Input) {
	shown := form.Presentation(d, in)
	inst.Title, inst.Applicant = shown["title"], shown["applicant"]
	if inst.Applicant == "" {
		inst.Applicant = in.Owner.Name
	}
	for _, f := range d.Meta.Data {
		if inst.DataValues = maps.Clone(inst.DataValues); inst.DataValues == nil {
			inst.DataValues = map[string]string{}
		}
		if s := form.DataValue(in, f); s != "" {
			inst.DataValues[f.ID] = s
		} else {
			delete(inst.DataValues, f.ID)
		}
	}
}

func addContent(
	ctx context.Context, tx *store.Tx, inst core.Instance, documents map[string]core.Document,
	files []Part,
) error {
	for dataType, doc := range documents {
		e := core.DataElement{
			ID: uuid.New(), Instance: inst.ID, Type: dataType, ContentType: "application/json",
			Version: 1,
		}
		if err := tx.AddDocument(ctx, e, doc); err != nil {
			return fmt.Errorf("document %s: %w", dataType, err)
		}
	}
	for _, f := range files {
		if err := tx.AddElement(ctx, f.element(inst.ID)); err != nil {
			return fmt.Errorf("file of type %s: %w", f.DataType, err)
		}
	}
	return nil
}
