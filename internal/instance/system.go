package instance

import (
	"context"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/store"
)

// App gives the definition in force; fault.NotFound when there is no such app.
func (s *Service) App(ref core.AppRef) (*app.Definition, error) { return s.Catalogue.App(ref) }

// AppTitle is what an app is called, also one that is served elsewhere; its address when it is not
// known.
func (s *Service) AppTitle(ref core.AppRef, lang string) string {
	if d := s.Catalogue.Known(ref); d != nil {
		return d.Title(lang)
	}
	return ref.String()
}

// AppTitleTo is AppTitle to a reader of a page: with its language where that is another.
func (s *Service) AppTitleTo(ref core.AppRef, reader string) string {
	if d := s.Catalogue.Known(ref); d != nil {
		return d.TitleTo(reader)
	}
	return ref.String()
}

// Apps gives every definition in force, by name.
func (s *Service) Apps() []*app.Definition { return s.Catalogue.Apps() }

// Denied writes the audit line of a request that an edge refused before anything could be
// decided: no token, or one that does not hold.
func (s *Service) Denied(
	ctx context.Context, a core.Actor, act string, ref core.AppRef, why string,
) error {
	e := access.NewEvent(a, act, a.Party)
	e.App, e.Outcome, e.Detail = ref, core.OutcomeRefused, map[string]string{"reason": why}
	return s.Store.Audit(ctx, e)
}

// Noted writes the audit line of an organisation's act that is about no instance.
func (s *Service) Noted(
	ctx context.Context, a core.Actor, act string, detail map[string]string,
) error {
	e := access.NewEvent(a, act, a.Party)
	e.Detail = detail
	return s.Store.Audit(ctx, e)
}

// DataElements gives every data element of the instance, form documents first.
func (v View) DataElements() []core.DataElement {
	var out []core.DataElement
	for _, t := range v.App.Meta.DataTypes {
		if e, ok := v.elements[t.ID]; ok {
			out = append(out, e)
		}
		for _, e := range v.Input.Entries[t.ID] {
			out = append(out, e.Element)
		}
	}
	return append(out, v.Input.Elements...)
}

// Document gives a form document of an instance by its data element's id; found is false when
// the id is of an attachment, or of nothing.
func (s *Service) Document(
	ctx context.Context, a core.Actor, ref core.InstanceRef, id uuid.UUID,
) (data FormData, found bool, err error) {
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionRead})
		if err != nil {
			return err
		}
		if data, found = v.formData(id); found {
			audit(tx, a, core.ActDownload, v, map[string]string{"element": id.String()})
		}
		return nil
	})
	return data, found, err
}

// OwnerOf gives who owns an instance that the actor has just made or delivered to. Nothing of the
// instance is read for it, and so no look-up is logged.
func (s *Service) OwnerOf(ctx context.Context, a core.Actor, inst core.Instance) (core.Party, error) {
	if a.Kind == core.ActorOrg && inst.Owner == a.Party {
		return core.Party{ID: a.Party, Name: a.Name, Org: a.Org, OrganisationNumber: a.OrganisationNumber}, nil
	}
	var owner core.Party
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		owner, err = tx.Party(ctx, inst.Owner)
		return err
	})
	return owner, err
}

// Made gives an instance to whoever has just made it, or made it before with the same key. Its
// content comes along only if they may read it: a draft is its owner's alone.
func (s *Service) Made(ctx context.Context, a core.Actor, inst core.Instance) (View, error) {
	var v View
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
		if err != nil {
			return err
		}
		standing, err := s.Access.Standing(ctx, tx, a, access.On(d, inst))
		if err != nil {
			return err
		}
		if standing.Rights(access.ActionRead)[access.ActionRead] {
			v, err = s.open(ctx, tx, a, inst.InstanceRef, opening{action: access.ActionRead})
			if err == nil {
				audit(tx, a, core.ActRead, v, nil)
			}
			return err
		}
		v = View{App: d, Instance: inst}
		v.Owner, err = tx.Party(ctx, inst.Owner)
		return err
	})
	return v, err
}
