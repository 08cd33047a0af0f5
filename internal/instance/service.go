package instance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/handover"
	"stafett/internal/message"
	"stafett/store"
)

// Config is what the service needs.
type Config struct {
	Store     *store.Store
	Catalogue *catalogue.Catalogue
	Access    *access.Service
	Handover  *handover.Service
	Messages  *message.Service
	Now       func() time.Time
	// PostalPlace gives the place of a postcode, "" for one that is not known; nil without a register.
	PostalPlace func(postcode string) string
	// Scanner looks at each file before it is kept; nil where none is configured. Log is told what it
	// found, and is needed with it.
	Scanner Scanner
	Log     *slog.Logger
	// Units are the parts of organisations that cases are given to.
	Units []core.Unit
}

// Service is the door.
type Service struct{ Config }

// New gives the service.
func New(c Config) *Service { return &Service{c} }

// View is an instance that the actor may see, with all that its pages are made of.
type View struct {
	App      *app.Definition
	Instance core.Instance
	Owner    core.Party
	// ServiceOwner is the organisation behind the app; zero when nobody here is.
	ServiceOwner core.Party
	// Set is the layout set of the current task; nil when the task has none.
	Set *app.LayoutSet
	// Input is ready for package form: documents, attachments, owner, rights, language, now.
	Input form.Input
	// Versions are the form documents' versions, by data type.
	Versions map[string]int
	// Deleted tells that the step which gave the view removed the instance for good: its process
	// has ended, and the app keeps nothing.
	Deleted bool
	// Permit is what let the actor in.
	Permit access.Permit
	// Second tells whether a second person must complete the task, and whether the actor can be that.
	Second Second
	// Within is the view of the instance that this view of an entry of a subform was made from;
	// nil for a view of the task's own form.
	Within *View
	// Collision is what the save that is answered with this view collided with.
	Collision Collision
	// before is what a correction that is not sent yet corrects; nil for anything else.
	before *form.Input
	// elements are the ids of the form documents' data elements, by data type.
	elements map[string]core.DataElement
	// standing answers further questions in the same transaction.
	standing access.Standing
}

// DocumentVersion tells which versions of the current set's form documents a page was drawn from:
// what a save must name. Each of them only goes up, and so does their sum.
func (v View) DocumentVersion() int {
	if v.Set == nil {
		return 0
	}
	sum := 0
	for _, dataType := range v.Set.DataTypes() {
		sum += v.Versions[dataType]
	}
	return sum
}

// opening says how an instance is to be opened.
type opening struct {
	action string
	// lock takes the row lock: for everything that changes the instance.
	lock bool
}

// open reads the instance that all four parts of ref name together, decides, and reads the
// rest. What does not exist is refused in the same words as what the actor may not see.
func (s *Service) open(
	ctx context.Context, tx *store.Tx, a core.Actor, ref core.InstanceRef, o opening,
) (View, error) {
	v, err := s.seen(ctx, tx, a, ref, o)
	if err != nil {
		return View{}, err
	}
	if err := s.fill(ctx, tx, &v); err != nil {
		return v, err
	}
	return v, s.second(ctx, tx, a, &v)
}

// seen decides as open does, and reads nothing of what the instance holds.
func (s *Service) seen(
	ctx context.Context, tx *store.Tx, a core.Actor, ref core.InstanceRef, o opening,
) (View, error) {
	inst, err := s.find(ctx, tx, a, ref, o)
	if err != nil {
		return View{}, err
	}
	d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
	if err != nil {
		return View{}, err
	}
	standing, err := s.Access.Standing(ctx, tx, a, access.On(d, inst))
	if err != nil {
		return View{}, err
	}
	permit, err := standing.Require(o.action)
	if err != nil {
		return View{}, err
	}
	return View{App: d, Instance: inst, Permit: permit, standing: standing}, nil
}

func (s *Service) find(
	ctx context.Context, tx *store.Tx, a core.Actor, ref core.InstanceRef, o opening,
) (core.Instance, error) {
	d, err := s.Catalogue.App(ref.AppRef)
	if err != nil {
		return core.Instance{}, err
	}
	if access.OpensWithoutRole(a, o.action, d, ref.Owner) {
		tx.OpenApp(ref.AppRef)
	}
	read := tx.Instance
	if o.lock {
		read = tx.LockInstance
	}
	inst, err := read(ctx, ref)
	if errors.Is(err, store.ErrNoRow) {
		e := access.NewEvent(a, o.action, ref.Owner)
		e.App, e.Instance, e.Outcome = ref.AppRef, ref.ID, core.OutcomeRefused
		tx.Refused(e)
		return inst, access.Refuse(o.action, ref.AppRef)
	}
	if err != nil {
		return inst, fmt.Errorf("instance %s: %w", ref, err)
	}
	return inst, nil
}

// fill reads the content of an instance that the actor may see.
func (s *Service) fill(ctx context.Context, tx *store.Tx, v *View) error {
	inst := v.Instance
	v.Set = v.App.SetFor(inst.Process.Task)
	v.Versions, v.elements = map[string]int{}, map[string]core.DataElement{}
	content, err := tx.Content(ctx, inst.ID)
	if err != nil {
		return fmt.Errorf("content of %s: %w", inst.InstanceRef, err)
	}
	v.Input = form.Input{
		Data: map[string]core.Document{}, Instance: inst, Now: s.Now(), Language: inst.Language,
		PostalPlace: s.PostalPlace,
	}
	for _, row := range content.Documents {
		if v.App.EntrySet(row.Element.Type) != nil {
			v.addEntry(form.Entry{Element: row.Element, Document: row.Document})
			continue
		}
		v.Input.Data[row.Element.Type] = row.Document
		v.Versions[row.Element.Type] = row.Element.Version
		v.elements[row.Element.Type] = row.Element
	}
	v.Input.Elements = content.Attachments
	if v.Owner, err = tx.Party(ctx, inst.Owner); err != nil {
		return fmt.Errorf("owner of %s: %w", inst.InstanceRef, err)
	}
	v.ServiceOwner, err = tx.PartyByOrg(ctx, inst.Org)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return fmt.Errorf("service owner of %s: %w", inst.InstanceRef, err)
	}
	v.Input.Owner = v.Owner
	v.Input.Rights = v.standing.Rights(access.ActionsAt(v.App, inst)...)
	v.Input.ReadOnly = !v.Input.Rights[access.ActionWrite] || inst.Status == core.StatusArchived
	return nil
}

// audit writes the line of an act on the instance.
func audit(tx *store.Tx, a core.Actor, act string, v View, detail map[string]string) {
	e := access.NewEvent(a, act, v.Instance.Owner)
	e.App, e.Instance, e.Task = v.Instance.AppRef, v.Instance.ID, v.Instance.Process.Task
	e.Purpose, e.Detail = v.Permit.Role, detail
	tx.Audit(e)
}

// Open gives an instance to someone who may read it, in the language they read.
func (s *Service) Open(
	ctx context.Context, a core.Actor, ref core.InstanceRef, language string,
) (View, error) {
	var v View
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if v, err = s.open(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
			return err
		}
		if v.Correcting() {
			before, err := s.newest(ctx, tx, v.App, v.Instance.Corrects, v.Input)
			if err != nil {
				return err
			}
			v.before = &before
		}
		audit(tx, a, core.ActRead, v, nil)
		return tx.MarkSeen(ctx, ref.ID, a.User)
	})
	v.Input.Language = language
	return v, err
}

// changed is the fault of something that has moved on since the person looked at it.
func changed() error { return fault.New(fault.Conflict, "fault.changed") }
