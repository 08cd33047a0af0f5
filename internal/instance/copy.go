package instance

import (
	"context"
	"fmt"
	"maps"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/internal/schema"
	"stafett/store"
)

// mayBegin decides whether the actor may begin an app's instance for an owner, and gives the owner.
func (s *Service) mayBegin(
	ctx context.Context, tx *store.Tx, a core.Actor, d *app.Definition, owner core.PartyID,
) (access.Permit, core.Party, error) {
	on := access.Target{App: d, Owner: owner}
	if a.Kind == core.ActorPerson && d.Meta.DisallowUserInstantiation {
		return access.Permit{}, core.Party{}, s.refuseUser(tx, a, on)
	}
	permit, err := s.Access.Require(ctx, tx, a, access.ActionInstantiate, on)
	if err != nil {
		return permit, core.Party{}, err
	}
	party, err := s.owner(ctx, tx, a, d, owner)
	if err != nil {
		return permit, party, err
	}
	n, err := tx.CountDrafts(ctx, d.Ref, owner)
	if err == nil && n >= maxDrafts {
		err = fault.New(fault.Invalid, "fault.too_many_drafts", maxDrafts)
	}
	return permit, party, err
}

// copies are the content of a submission for a new instance of an app, with new ids.
type copies struct {
	app       *app.Definition
	documents map[string]core.Document
	// entries are those of the subforms, in their order.
	entries map[string][]core.Document
	files   []core.DataElement
}

// copied gives copies of what was sent: removing a file there takes nothing from that.
func copied(to *app.Definition, of form.Input) copies {
	ids := map[string]string{}
	out := copies{
		app: to, documents: map[string]core.Document{}, entries: map[string][]core.Document{},
	}
	for _, e := range of.Elements {
		if e.Type == app.PDFDataType {
			continue // drawn anew when it is sent
		}
		file := e
		file.ID, file.Version = uuid.New(), 1
		ids[e.ID.String()] = file.ID.String()
		out.files = append(out.files, file)
	}
	for dataType, doc := range of.Data {
		out.documents[dataType] = form.Renamed(doc, ids)
	}
	for dataType, list := range of.Entries {
		for _, e := range list {
			out.entries[dataType] = append(out.entries[dataType], form.Renamed(e.Document, ids))
		}
	}
	return out
}

// firsts gives one document of each type: what the new instance is made with. An app that makes an
// empty first entry by itself makes none then.
func (c copies) firsts() map[string]core.Document {
	out := maps.Clone(c.documents)
	for dataType, list := range c.entries {
		out[dataType] = list[0]
	}
	return out
}

// addTo gives the new instance the other entries, and the files.
func (c copies) addTo(ctx context.Context, tx *store.Tx, inst core.Instance) error {
	for dataType, list := range c.entries {
		for _, doc := range list[1:] {
			in := form.Input{Instance: inst, Data: c.firsts()}
			in.Data[dataType] = doc
			doc = form.Calculate(c.app, dataType, doc, in)
			if err := addDocument(ctx, tx, inst, dataType, doc); err != nil {
				return err
			}
		}
	}
	for _, e := range c.files {
		e.Instance = inst.ID
		if err := copyFile(ctx, tx, e); err != nil {
			return fmt.Errorf("file %s: %w", e.ID, err)
		}
	}
	return nil
}

// Copy begins a new form with the answers and files of what was sent, for the same owner, in the
// version of the app that is in force. What has no place there any more is left out. It gives the
// version of the app that was copied from: Changed tells what has changed since.
func (s *Service) Copy(
	ctx context.Context, a core.Actor, ref core.InstanceRef, language string,
) (inst core.Instance, from string, err error) {
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionRead})
		if err != nil {
			return err
		}
		if !v.Copyable() {
			return fault.New(fault.Conflict, "fault.not_submitted")
		}
		d, err := s.Catalogue.App(ref.AppRef)
		if err != nil {
			return err
		}
		permit, party, err := s.mayBegin(ctx, tx, a, d, ref.Owner)
		if err != nil {
			return err
		}
		newest, err := s.newest(ctx, tx, v.App, v.Instance.ID, v.Input)
		if err != nil {
			return err
		}
		audit(tx, a, core.ActRead, v, nil)
		content := copied(d, newest).fitting()
		inst, err = s.make(ctx, tx, a, creation{permit: permit, Beginning: relay.Beginning{
			App: d, Owner: party, Language: language, Status: core.StatusDraft,
			Documents: content.firsts(),
		}})
		if err != nil {
			return err
		}
		from = v.Instance.AppVersion
		return content.addTo(ctx, tx, inst)
	})
	return inst, from, err
}

// Copyable tells whether it is a form that its owner has sent by themselves.
func (v View) Copyable() bool {
	return v.Instance.Submitted != nil && v.Instance.Source == nil && relay.Own(v.App) &&
		!v.App.Meta.DisallowUserInstantiation
}

// fitting leaves out what the app has no place for: documents of later tasks, entries of subforms
// that are gone, fields that the models do not have or that are of another kind now, and files of
// types that are gone.
func (c copies) fitting() copies {
	out := copies{
		app: c.app, documents: map[string]core.Document{}, entries: map[string][]core.Document{},
	}
	first := ""
	if state, err := c.app.Process.Start(nil); err == nil {
		first = state.Task
	}
	here := func(dataType string) bool {
		t, ok := c.app.DataType(dataType)
		return ok && (t.Task == "" || t.Task == first)
	}
	fits := func(dataType string, entry bool) bool {
		return c.app.Models[dataType] != nil && here(dataType) &&
			entry == (c.app.EntrySet(dataType) != nil)
	}
	for dataType, doc := range c.documents {
		if fits(dataType, false) {
			out.documents[dataType] = fit(c.app.Models[dataType].Schema, doc)
		}
	}
	for dataType, list := range c.entries {
		if !fits(dataType, true) {
			continue
		}
		t, _ := c.app.DataType(dataType)
		for _, doc := range list[:min(len(list), form.MostEntries(t))] {
			out.entries[dataType] = append(out.entries[dataType],
				fit(c.app.Models[dataType].Schema, doc))
		}
	}
	for _, e := range c.files {
		if here(e.Type) {
			out.files = append(out.files, e)
		}
	}
	return out
}

// fit takes away from a document what its model does not have, or has as something else.
func fit(model *schema.Schema, doc core.Document) core.Document {
	for _, path := range model.Unknown(doc) {
		schema.Delete(doc, path)
	}
	for _, wrong := range model.Check(doc) {
		if wrong.Code == schema.CodeType {
			schema.Delete(doc, wrong.Path)
		}
	}
	return doc
}

// Changed gives the questions of an app's first form that are new, or asked otherwise, since an
// earlier version of it, in the order of the pages; known is false for a version that never was.
func (s *Service) Changed(
	ctx context.Context, ref core.AppRef, since, language string,
) (questions []string, known bool) {
	d, err := s.Catalogue.App(ref)
	if err != nil {
		return nil, false
	}
	before, err := s.Catalogue.At(ctx, ref, since)
	if err != nil {
		return nil, false
	}
	if before.Hash == d.Hash {
		return nil, true
	}
	state, err := d.Process.Start(nil)
	if err != nil {
		return nil, false
	}
	in := form.Input{Language: language, Now: s.Now()}
	return form.ChangedQuestions(before, d, state.Task, in), true
}
