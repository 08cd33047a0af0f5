package instance

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/store"
)

// Accept takes what another app of the organisation delivers into an instance that is there:
// form data and files that are added to it, or a report of how it goes with what came of it.
// Whole or not at all; with a key that was used before it changes nothing.
//
// A report needs no more than that the organisation may read the instance, as Altinn's own
// substatus does, and so does a message to an applicant; data, and a message to a case, need the
// right to write. A new version, or word that all is taken back, comes from who made the instance.
// One that has ended takes no more data.
func (s *Service) Accept(
	ctx context.Context, a core.Actor, ref core.InstanceRef, t Template,
) (done bool, err error) {
	d, err := s.Catalogue.App(ref.AppRef)
	if err != nil {
		return false, err
	}
	problems := checkTemplate(d, t)
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		o := opening{action: deliverAction(d, t), lock: true}
		v, err := s.open(ctx, tx, a, ref, o)
		if err != nil {
			return err
		}
		foreign := o.action == access.ActionInstantiate && v.Instance.CreatedBy != creator(a)
		if a.Kind != core.ActorOrg || foreign {
			return access.Refuse(o.action, ref.AppRef)
		}
		if problems != nil {
			return problems
		}
		t.App = ref.AppRef
		earlier, err := s.earlier(ctx, tx, t)
		if err != nil || earlier != nil {
			return err
		}
		done = true
		return s.accept(ctx, tx, a, v, t)
	})
	return done, err
}

func (s *Service) accept(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, t Template,
) error {
	if t.Report != nil {
		if err := told(ctx, tx, a, &v, *t.Report); err != nil {
			return err
		}
	}
	switch {
	case t.Withdrawal != nil:
		if err := s.takenBack(ctx, tx, a, &v, *t.Withdrawal); err != nil {
			return err
		}
	case t.Correction != nil:
		if err := s.corrected(ctx, tx, a, &v, t); err != nil {
			return err
		}
	case len(t.Documents)+len(t.Files) > 0:
		if v.Instance.Status == core.StatusArchived {
			return fault.New(fault.Conflict, "fault.case_closed")
		}
		if err := s.addTo(ctx, tx, a, &v, t); err != nil {
			return err
		}
	}
	if t.Message != nil {
		if err := s.hear(ctx, tx, a, v, t); err != nil {
			return err
		}
	}
	if from, err := sourceOf(t.DataValues); err == nil && from != nil {
		if err := tx.Answered(ctx, v.Instance.ID, from.ID); err != nil {
			return err
		}
	}
	if t.Key == "" {
		return nil
	}
	return tx.PutIdempotencyKey(ctx, v.Instance.Org, t.Key, t.Content, v.Instance.InstanceRef, nil)
}

// told notes a report, unless a newer one has come before it.
func told(ctx context.Context, tx *store.Tx, a core.Actor, v *View, r core.Report) error {
	sub, ok := relay.Noted(v.Instance, r)
	if !ok {
		return nil
	}
	v.Instance.Substatus = sub
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return err
	}
	audit(tx, a, core.ActReport, *v, nil)
	return nil
}

// addTo adds form data and files: objects are merged, lists are added to, and a single value
// takes the place of the one before it. The instance is unread again for all who work on it.
func (s *Service) addTo(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, t Template,
) error {
	for _, dataType := range slices.Sorted(maps.Keys(t.Documents)) {
		if err := s.addDocument(ctx, tx, v, dataType, t.Documents[dataType]); err != nil {
			return err
		}
	}
	if err := addFiles(ctx, tx, *v, t.Files); err != nil {
		return err
	}
	if err := s.touch(ctx, tx, a, v, core.ActReceive, nil); err != nil {
		return err
	}
	return came(ctx, tx, a, v)
}

func (s *Service) addDocument(
	ctx context.Context, tx *store.Tx, v *View, dataType string, more core.Document,
) error {
	doc := v.source().Added(dataType, more)
	e, ok := v.elements[dataType]
	if !ok {
		e = core.DataElement{
			ID: uuid.New(), Instance: v.Instance.ID, Type: dataType,
			ContentType: "application/json", Version: 1,
		}
		if v.App.EntrySet(dataType) == nil {
			v.Input.Data[dataType] = doc
		} else if t, _ := v.App.DataType(dataType); len(v.Input.Entries[dataType]) >= form.MostEntries(t) {
			return NewProblems("data", Problem{Path: dataType, Code: "max_count"})
		} else {
			v.addEntry(form.Entry{Element: e, Document: doc})
		}
		return tx.AddDocument(ctx, e, doc)
	}
	v.Input.Data[dataType] = doc
	if err := tx.PutDocument(ctx, e, doc); err != nil {
		return fmt.Errorf("document %s: %w", dataType, err)
	}
	return nil
}

func addFiles(ctx context.Context, tx *store.Tx, v View, files []Part) error {
	count := map[string]int{}
	for _, e := range v.Input.Elements {
		count[e.Type]++
	}
	for _, f := range files {
		count[f.DataType]++
		t, _ := v.App.DataType(f.DataType)
		if relay.TooMany(t, count[f.DataType]) {
			return NewProblems("data", Problem{Path: f.DataType, Code: "max_count"})
		}
		if err := tx.AddElement(ctx, f.element(v.Instance.ID)); err != nil {
			return fmt.Errorf("file of type %s: %w", f.DataType, err)
		}
	}
	return nil
}
