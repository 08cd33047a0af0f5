package scenario

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/relay"
)

// held is one instance.
type held struct {
	relay.Source
	// locked are the form data types that nobody may write any more.
	locked map[string]bool
	// tells is whether it has handed over or reported anything.
	tells bool
	// wait is that for its applicant; nil when it does not.
	wait *core.CaseHold
}

func (h *held) inst() *core.Instance { return &h.Input.Instance }

// goOn ends a wait for the applicant.
func (h *held) goOn(now time.Time) {
	if h.wait != nil {
		relay.StartClock(h.inst(), *h.wait, now)
		h.wait = nil
	}
}

// keep puts new documents where they belong: those of subforms are entries.
func (h *held) keep(documents map[string]core.Document) {
	for dataType, doc := range documents {
		if h.App.EntrySet(dataType) == nil {
			h.Input.Data[dataType] = doc
			continue
		}
		entries := maps.Clone(h.Input.Entries)
		if entries == nil {
			entries = map[string][]form.Entry{}
		}
		e := core.DataElement{ID: uuid.New(), Instance: h.inst().ID, Type: dataType, Version: 1}
		entries[dataType] = append(slices.Clip(entries[dataType]),
			form.Entry{Element: e, Document: doc})
		h.Input.Entries = entries
	}
}

// clean keeps the entries as they are when a task ends.
func (h *held) clean(end relay.Ended) {
	is := func(e form.Entry) func(form.Entry) bool {
		return func(other form.Entry) bool { return other.Element.ID == e.Element.ID }
	}
	h.Input.Entries = maps.Clone(h.Input.Entries)
	for dataType, list := range h.Input.Entries {
		list = slices.Clone(list)
		for i, e := range list {
			if at := slices.IndexFunc(end.Entries, is(e)); at >= 0 {
				list[i] = end.Entries[at]
			}
		}
		h.Input.Entries[dataType] = slices.DeleteFunc(list, func(e form.Entry) bool {
			return slices.ContainsFunc(end.Dropped, is(e))
		})
	}
}

// lock notes that the documents of a type are locked, or open again.
func (h *held) lock(dataType string, locked bool) {
	h.locked[dataType] = locked
	list := slices.Clone(h.Input.Entries[dataType])
	for i := range list {
		list[i].Element.Locked = locked
	}
	if list != nil {
		h.Input.Entries = maps.Clone(h.Input.Entries)
		h.Input.Entries[dataType] = list
	}
}

func (h *held) remove(files []core.DataElement) {
	h.Input.Elements = slices.DeleteFunc(h.Input.Elements, func(e core.DataElement) bool {
		return slices.ContainsFunc(files, func(f core.DataElement) bool { return f.ID == e.ID })
	})
}
