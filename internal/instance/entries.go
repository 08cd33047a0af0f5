package instance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/store"
)

// Enter gives the view of one entry of a subform: its pages are those of the entry's own form, and
// its document is the one that they store. fault.NotFound when there is no such entry.
func (v View) Enter(ref form.EntryRef) (View, error) {
	if v.Set == nil {
		return v, fault.New(fault.NotFound, "fault.page_not_found")
	}
	set, in, err := form.EnterEntry(v.App, v.Set, ref, v.Input)
	if err != nil {
		return v, err
	}
	outer := v
	v.Within, v.Set, v.Input = &outer, set, in
	v.Versions, v.elements = maps.Clone(v.Versions), maps.Clone(v.elements)
	list := in.Entries[set.DataType]
	for _, e := range list {
		if e.Element.ID.String() == ref.ID {
			v.elements[set.DataType], v.Versions[set.DataType] = e.Element, e.Element.Version
		}
	}
	return v, nil
}

// addEntry puts an entry behind the others of its type.
func (v *View) addEntry(e form.Entry) {
	all := maps.Clone(v.Input.Entries)
	if all == nil {
		all = map[string][]form.Entry{}
	}
	all[e.Element.Type] = append(slices.Clip(all[e.Element.Type]), e)
	v.Input.Entries = all
}

// findEntry gives the place of an entry in a list; -1 when it is not in it.
func findEntry(list []form.Entry, id uuid.UUID) int {
	return slices.IndexFunc(list, func(e form.Entry) bool { return e.Element.ID == id })
}

// lock notes that the form documents of a type are locked, or open again.
func (v *View) lock(dataType string, locked bool) {
	if e, ok := v.elements[dataType]; ok {
		e.Locked = locked
		v.elements[dataType] = e
	}
	list := slices.Clone(v.Input.Entries[dataType])
	for i := range list {
		list[i].Element.Locked = locked
	}
	if list != nil {
		v.Input.Entries = maps.Clone(v.Input.Entries)
		v.Input.Entries[dataType] = list
	}
}

// doEntry does the command on a subform that came with a page. Nothing is added while something on
// the page could not be stored: the person stays there.
func (s *Service) doEntry(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, r SaveRequest, saved *Saved, c *change,
) error {
	verb, arg, _ := strings.Cut(r.Do, ":")
	switch verb {
	case form.EntryAdd:
		if len(saved.Issues) > 0 {
			return nil
		}
		return s.appendEntry(ctx, tx, a, v, form.EntryRef{Page: r.Page, Component: arg}, saved, c)
	case form.EntryRemove:
		ref, version, err := removal(r.Page, arg)
		if err != nil {
			return err
		}
		c.marked, err = s.removeEntry(ctx, tx, v, ref, version)
		c.element = ref.ID
		return err
	}
	return nil
}

func (s *Service) appendEntry(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, ref form.EntryRef, saved *Saved,
	c *change,
) error {
	dataType, full, err := form.MayAddEntry(v.App, v.Set, ref.Page, ref.Component, v.Input)
	if err != nil {
		return err
	}
	if full != nil {
		saved.Issues = append(saved.Issues, *full)
		return nil
	}
	if err := s.addNew(ctx, tx, a, v, dataType); err != nil {
		return err
	}
	list := v.Input.Entries[dataType]
	ref.ID = list[len(list)-1].Element.ID.String()
	saved.Added, c.marked, c.element = ref, true, ref.ID
	return nil
}

// AddEntry adds an entry of a subform for a system: what it sends, or an empty one for an empty
// body.
func (s *Service) AddEntry(
	ctx context.Context, a core.Actor, ref core.InstanceRef, dataType string, b Body,
) (e core.DataElement, v View, err error) {
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if v, err = s.open(ctx, tx, a, ref, opening{action: access.ActionWrite, lock: true}); err != nil {
			return err
		}
		dt, _ := v.App.DataType(dataType)
		switch {
		case v.App.EntrySet(dataType) == nil:
			return fault.New(fault.Malformed, "fault.data_type")
		case v.Instance.Status == core.StatusArchived, dt.Task != "" && dt.Task != v.Instance.Process.Task:
			return changed()
		case !relay.MayContribute(a, dt):
			return fault.New(fault.Forbidden, "fault.contributor")
		case len(v.Input.Entries[dataType]) >= form.MostEntries(dt):
			return NewProblems("data", Problem{Path: dataType, Code: "max_count"})
		}
		if err := s.addSent(ctx, tx, a, &v, dt, b); err != nil {
			return err
		}
		list := v.Input.Entries[dataType]
		e = list[len(list)-1].Element
		if e.Created, err = tx.Now(ctx); err != nil {
			return err
		}
		return s.touch(ctx, tx, a, &v, core.ActWrite, map[string]string{"element": e.ID.String()})
	})
	return e, v, err
}

// addSent adds what a system has sent, checked against its model.
func (s *Service) addSent(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, dt app.DataType, b Body,
) error {
	if len(b.Raw) == 0 {
		return s.addNew(ctx, tx, a, v, dt.ID)
	}
	doc, err := ReadDocument(v.App, dt.ID, b.ContentType, b.Raw)
	if err != nil {
		return err
	}
	if list := relay.CheckDocument(v.App.Models[dt.ID].Schema, doc); len(list) > 0 {
		return NewProblems("data", list...)
	}
	in := v.Input
	in.Data = maps.Clone(in.Data)
	in.Data[dt.ID] = doc
	return addForm(ctx, tx, v, dt.ID, form.Calculate(v.App, dt.ID, doc, in))
}

// removal reads the entry that is to go, and the version in which the person saw it.
func removal(page, arg string) (form.EntryRef, int, error) {
	parts := strings.Split(arg, ":")
	if len(parts) != 3 {
		return form.EntryRef{}, 0, fault.New(fault.Malformed, "fault.malformed")
	}
	version, err := strconv.Atoi(parts[2])
	if err != nil {
		return form.EntryRef{}, 0, fault.New(fault.Malformed, "fault.malformed")
	}
	return form.EntryRef{Page: page, Component: parts[0], ID: parts[1]}, version, nil
}

// removeEntry takes an entry away with its files. A second press finds the work done; done tells
// that this one did it.
func (s *Service) removeEntry(
	ctx context.Context, tx *store.Tx, v *View, ref form.EntryRef, version int,
) (done bool, err error) {
	e, found, err := form.MayRemoveEntry(v.App, v.Set, ref, v.Input)
	if err != nil || !found {
		return false, err
	}
	if e.Element.Version != version {
		return false, changed() // somebody has answered something in it since
	}
	return true, s.dropEntry(ctx, tx, v, e)
}

// dropEntry deletes an entry, and the files that it keeps.
func (s *Service) dropEntry(ctx context.Context, tx *store.Tx, v *View, e form.Entry) error {
	inner := *v
	inner.Set = v.App.EntrySet(e.Element.Type)
	before := maps.Clone(v.Input.Data)
	before[e.Element.Type] = e.Document
	if err := s.dropLeft(ctx, tx, &inner, before, true); err != nil {
		return err
	}
	if err := tx.DeleteElement(ctx, v.Instance.ID, e.Element.ID); err != nil {
		return fmt.Errorf("entry %s: %w", e.Element.ID, err)
	}
	v.Input.Elements = inner.Input.Elements
	v.forgetEntry(e)
	return nil
}

func (v *View) forgetEntry(gone form.Entry) {
	dataType := gone.Element.Type
	v.Input.Entries = maps.Clone(v.Input.Entries)
	v.Input.Entries[dataType] = slices.DeleteFunc(slices.Clone(v.Input.Entries[dataType]),
		func(e form.Entry) bool { return e.Element.ID == gone.Element.ID })
}

// leaveEntry takes an entry away that was left with nothing answered in it.
func (s *Service) leaveEntry(ctx context.Context, tx *store.Tx, a core.Actor, inner View) error {
	if inner.Within == nil {
		return nil
	}
	dataType := inner.Set.DataType
	if !form.Untouched(inner.App, dataType, inner.Input.Data[dataType]) {
		return nil
	}
	v, ref := *inner.Within, inner.Input.Entry
	v.Instance, v.Input.Elements = inner.Instance, inner.Input.Elements
	e, found, err := form.MayRemoveEntry(v.App, v.Set, ref, v.Input)
	if fault.Is(err, fault.Invalid) || !found {
		return nil
	}
	if err == nil {
		err = s.dropEntry(ctx, tx, &v, e)
	}
	if err != nil {
		return err
	}
	return s.touch(ctx, tx, a, &v, core.ActRemove, map[string]string{"element": ref.ID})
}

// cleanEntries keeps the entries as they are when the task ends. Files that only the dropped ones
// kept go with the other hidden files.
func cleanEntries(ctx context.Context, tx *store.Tx, v *View, end relay.Ended) error {
	for _, e := range end.Entries {
		if err := tx.PutDocument(ctx, e.Element, e.Document); err != nil {
			return fmt.Errorf("entry %s: %w", e.Element.ID, err)
		}
		e.Element.Version++
		list := slices.Clone(v.Input.Entries[e.Element.Type])
		list[findEntry(list, e.Element.ID)] = e
		v.Input.Entries = maps.Clone(v.Input.Entries)
		v.Input.Entries[e.Element.Type] = list
	}
	for _, e := range end.Dropped {
		if err := tx.DeleteElement(ctx, v.Instance.ID, e.Element.ID); err != nil {
			return fmt.Errorf("hidden entry %s: %w", e.Element.ID, err)
		}
		v.forgetEntry(e)
	}
	return nil
}
