package instance

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"reflect"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/store"
)

// SaveRequest is one post of a form page.
type SaveRequest struct {
	Ref        core.InstanceRef
	Task, Page string
	// Entry is the entry of a subform whose page it is; zero for the task's own form.
	Entry form.EntryRef
	// Version is that of the form document which the page was drawn from.
	Version int
	// Seen is the version of the instance that a page to send from was drawn from; 0 for none.
	Seen     int
	Posted   url.Values
	Language string
	// Check asks for everything on the page to be right before the person goes on.
	Check bool
	// Row is a command on a repeating group: "add:<path>", "edit:<row id>", "save:<row id>",
	// "next:<row id>" (save and open the next), "turn:<path or row id>:<n>" (show another page of
	// it), "delete:<row id>", or empty.
	Row string
	// Do is a command on a subform of the page: "add:<component>", or "remove:", the component, the
	// entry's id and its version with colons between; empty for none, and for one that only opens
	// an entry.
	Do string
	// Whole asks for everything in the entry to be right; Leave leaves it as it stands, and takes it
	// away when nothing has been answered in it.
	Whole, Leave bool
	// Accepted is the mark of the warnings that the person has seen and goes on from.
	Accepted string
	// Attached are files that came with the post, by the path of the field that keeps their ids.
	Attached map[string][]uuid.UUID
}

// Saved is what came of a save. What could be stored is stored even when there are issues:
// nothing that was typed is lost.
type Saved struct {
	View View
	// Issues are to be shown on the page; when there are any, the person stays.
	Issues []form.Issue
	// Ask is the mark of the issues when they are warnings only: the person may go on from them.
	Ask string
	// Posted are the texts that could not be stored, by field path.
	Posted map[string]string
	// OpenRow is the row whose card is to be open; "" for none.
	OpenRow string
	// Turn is the page that is to be shown of a group or a card; "" is the first.
	Turn string
	// Page is the page that was saved.
	Page string
	// Added is the entry that was added; zero for none.
	Added form.EntryRef
	// Behind tells that somebody had saved since the page was drawn, and that what did not collide
	// was merged. Where it did, what is stored was left.
	Behind bool
	Collision
	// Drawn is what a page that stays on the screen goes on with, as it is carried by its form.
	Drawn form.Base
	// Seen is the version of the instance that the page goes on with as seen: the one that came of
	// this save, where nothing else had changed since.
	Seen int
}

// Save stores a page of a form. Where somebody has saved since the page was drawn, what only one of
// the two has changed is merged, and nothing is overwritten in silence: see Saved.Clashes. It is
// fault.Conflict for a page that does not tell what it showed, and when the task has moved on.
func (s *Service) Save(ctx context.Context, a core.Actor, r SaveRequest) (Saved, error) {
	var saved Saved
	drawn := form.ParseBase(r.Posted.Get(form.DrawnName))
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.openForm(ctx, tx, a, r)
		if err != nil {
			return err
		}
		seen := r.Seen == v.Instance.Version
		if v.DocumentVersion() != r.Version {
			saved, err = s.saveStale(ctx, tx, a, v, r)
		} else {
			saved, err = s.save(ctx, tx, a, v, r)
		}
		saved.Drawn, saved.Seen = drawn.After(r.Posted, saved.Clashes, saved.Posted), r.Seen
		if seen {
			saved.Seen = saved.View.Instance.Version
		}
		if err != nil || !r.Leave || len(saved.Issues)+len(saved.Clashes) > 0 {
			return err
		}
		return s.leaveEntry(ctx, tx, a, saved.View)
	})
	failpoint.SaveCommitted.Hit()
	return saved, err
}

// openForm opens an instance to be written, in the task that the page was drawn in, and in its
// version where the page does not tell what it showed.
func (s *Service) openForm(
	ctx context.Context, tx *store.Tx, a core.Actor, r SaveRequest,
) (View, error) {
	v, err := s.open(ctx, tx, a, r.Ref, opening{action: access.ActionWrite, lock: true})
	if err != nil {
		return v, err
	}
	v.Input.Language = r.Language
	if v.Instance.Process.Task != r.Task || v.Set == nil || v.Instance.Status == core.StatusArchived {
		return v, changed()
	}
	if r.Entry.ID != "" {
		if v, err = v.Enter(r.Entry); err != nil {
			return v, changed() // somebody has taken the entry away
		}
	}
	if page, _ := v.Set.Page(r.Page); page == nil {
		return v, fault.New(fault.NotFound, "fault.page_not_found")
	}
	// Files that came with the post are bound to where a row stood: they are sent again.
	if v.DocumentVersion() != r.Version && (!r.Posted.Has(form.DrawnName) || len(r.Attached) > 0) {
		return v, changed()
	}
	return v, nil
}

func (s *Service) save(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, r SaveRequest,
) (Saved, error) {
	posted := url.Values{}
	maps.Copy(posted, r.Posted)
	if r.Row != "" {
		posted.Set("row", r.Row)
	}
	bound, err := form.Bind(v.App, v.Set, r.Page, posted, v.Input)
	if err != nil {
		return Saved{}, err
	}
	if len(bound.Unknown) > 0 {
		return Saved{}, fault.New(fault.Invalid, "fault.unknown_field")
	}
	saved := Saved{Issues: bound.Issues, Posted: bound.Posted, Page: r.Page}
	before := v.Input
	v.Input.Data = bound.Data
	marked, err := s.files(ctx, tx, &v, r)
	if err != nil {
		return Saved{}, err
	}
	row, err := applyRow(&v, r.Row)
	if err != nil {
		return Saved{}, err
	}
	saved.OpenRow, saved.Turn = row.open, row.turn
	if err := s.dropLeft(ctx, tx, &v, before.Data, row.deleted || len(r.Attached) > 0); err != nil {
		return Saved{}, err
	}
	c := change{before: before, page: r.Page, marked: marked}
	if err := s.doEntry(ctx, tx, a, &v, r, &saved, &c); err != nil {
		return Saved{}, err
	}
	if err := s.store(ctx, tx, a, &v, c); err != nil {
		return Saved{}, err
	}
	failpoint.SaveStored.Hit()
	switch {
	case r.Check:
		found := check(v, r)
		saved.Issues = merge(bound.Issues, found)
		if asked := form.Questioned(found); len(saved.Issues) == 0 && len(asked) > 0 {
			if mark := form.AskMark(asked); mark != r.Accepted {
				saved.Issues, saved.Ask = append(asked, form.Told(found)...), mark
			}
		} else if len(saved.Issues) > 0 {
			saved.Issues = append(saved.Issues, append(asked, form.Told(found)...)...)
		}
	case row.check != "":
		saved.Issues = merge(bound.Issues, rowIssues(v, r.Page, row))
		if len(saved.Issues) > 0 {
			saved.OpenRow, saved.Turn = row.id, ""
		}
	}
	saved.View = v
	return saved, nil
}

// check checks the page before the person goes on from it; in an entry, the rest of it too when
// they are done with it.
func check(v View, r SaveRequest) []form.Issue {
	found := form.ValidatePage(v.App, v.Set, r.Page, v.Input)
	if v.Within == nil || !r.Whole && v.Page(r.Page).Next != "" {
		return found
	}
	for _, i := range form.Errors(form.ValidateEntry(v.App, v.Set, v.Input)) {
		if i.Page != r.Page {
			found = append(found, i)
		}
	}
	return found
}

// merge puts what could not be stored before the other errors, one for each field.
func merge(first, second []form.Issue) []form.Issue {
	out := first[:len(first):len(first)]
	seen := map[string]bool{}
	for _, i := range first {
		seen[i.Path] = true
	}
	for _, i := range form.Errors(second) {
		if !seen[i.Path] {
			out = append(out, i)
		}
	}
	return out
}

// change is what a save was made from: the documents as they were, the page, whether something
// beside the documents has changed, and the entry that it was about.
type change struct {
	before  form.Input
	page    string
	marked  bool
	element string
}

// store writes the documents that changed, and the instance's presentation, version and audit
// line with them. A post that changes nothing writes nothing.
func (s *Service) store(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, c change,
) error {
	put, err := s.putChanged(ctx, tx, v, c.before)
	if err != nil || !put && !c.marked {
		return err
	}
	detail := map[string]string{"page": c.page}
	if c.element != "" {
		detail["element"] = c.element
	}
	return s.touch(ctx, tx, a, v, core.ActWrite, detail)
}

// putChanged writes the documents that differ from those before; put tells whether any does.
func (s *Service) putChanged(
	ctx context.Context, tx *store.Tx, v *View, before form.Input,
) (put bool, err error) {
	for dataType, doc := range v.Input.Data {
		if reflect.DeepEqual(before.Data[dataType], doc) {
			continue
		}
		e := v.elements[dataType]
		if err := v.put(ctx, tx, e, doc); err != nil {
			return put, err
		}
		e.Version++
		v.elements[dataType], v.Versions[dataType], put = e, e.Version, true
	}
	for dataType, entries := range v.Input.Entries {
		for i, e := range entries {
			if at := findEntry(before.Entries[dataType], e.Element.ID); at < 0 ||
				reflect.DeepEqual(before.Entries[dataType][at].Document, e.Document) {
				continue
			}
			if err := v.put(ctx, tx, e.Element, e.Document); err != nil {
				return put, err
			}
			entries[i].Element.Version++
			put = true
		}
	}
	return put, nil
}

// put writes one document.
func (v *View) put(
	ctx context.Context, tx *store.Tx, e core.DataElement, doc core.Document,
) error {
	if t, _ := v.App.DataType(e.Type); t.Task != "" && t.Task != v.Instance.Process.Task {
		return changed() // what belongs to another task is not to be written here
	}
	if err := tx.PutDocument(ctx, e, doc); err != nil {
		return fmt.Errorf("document %s: %w", e.Type, err)
	}
	return nil
}

// touch writes the instance row after its content changed, and the audit line.
func (s *Service) touch(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, act string, detail map[string]string,
) error {
	relay.Present(v.App, &v.Instance, v.Input)
	if err := s.prepare(ctx, tx, a, v, Step{}); err != nil {
		return err
	}
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return err
	}
	v.Input.Instance = v.Instance
	audit(tx, a, act, *v, detail)
	return nil
}
