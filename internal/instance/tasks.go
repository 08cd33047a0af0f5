package instance

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/pdf"
	"stafett/internal/process"
	"stafett/internal/relay"
	"stafett/store"
)

// taskPDF is the task type of the service task that makes a PDF.
const taskPDF = "pdf"

// moves takes the step, and then those of the service tasks that it leads into: they run by
// themselves. The instance is written once, where it comes to rest.
func (s *Service) moves(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step, act string,
) ([]relay.Moved, error) {
	var out []relay.Moved
	form := v.Set
	for range relay.MaxServices {
		one, err := s.move(ctx, tx, a, v, p, act)
		if err != nil {
			return nil, err
		}
		if one.Source.Set == nil {
			// A service task has no form: what it hands over is what the last form says.
			one.Source.Set = form
		}
		out = append(out, one)
		task, ok := v.App.Process.Task(v.Instance.Process.Task)
		if !ok || !task.Service {
			return out, nil
		}
		if err := s.runService(ctx, tx, v, task); err != nil {
			return nil, err
		}
		if v.Set != nil {
			form = v.Set
		}
		p.Action, act = "", core.ActNext
	}
	return nil, fmt.Errorf("%s: more than %d service tasks in a row", v.App.Ref, relay.MaxServices)
}

// move goes from one task to the next, or to the end.
func (s *Service) move(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step, act string,
) (relay.Moved, error) {
	to, moment, err := v.source().Next(p.Action)
	if err != nil {
		return relay.Moved{}, err
	}
	if err := s.endTask(ctx, tx, v); err != nil {
		return relay.Moved{}, err
	}
	// What is handed over and audited is of the task that is left, under the action that left it.
	out := relay.Moved{Source: relay.Source{App: v.App, Set: v.Set}, Moment: moment}
	left := *v
	enter(v, to)
	if err := s.submitted(ctx, tx, v, moment); err != nil {
		return out, err
	}
	if err := s.startTask(ctx, tx, a, v); err != nil {
		return out, err
	}
	out.Source.Input = v.Input
	out.Source.Input.Data = maps.Clone(v.Input.Data)
	out.Source.Input.Entries = maps.Clone(v.Input.Entries)
	left.Instance.Reference = v.Instance.Reference
	audit(tx, a, act, left, map[string]string{"to": to.Task + to.EndEvent})
	return out, nil
}

// startTask opens what belongs to the task again, when it comes back, and makes the form data
// that the app makes by itself.
func (s *Service) startTask(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	src := v.source()
	var err error
	if src.Input.User, err = profile(ctx, tx, a, v.App); err != nil {
		return err
	}
	start, err := src.StartTask()
	if err != nil {
		return err
	}
	for _, dataType := range start.Opened {
		v.lock(dataType, false)
	}
	for dataType, doc := range start.Made {
		if err := addForm(ctx, tx, v, dataType, doc); err != nil {
			return err
		}
	}
	if len(start.Opened) == 0 {
		return nil
	}
	return tx.UnlockElements(ctx, v.Instance.ID, start.Opened...)
}

// addNew makes an empty form document, prefilled: an entry, when the type's are entries.
func (s *Service) addNew(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, dataType string,
) error {
	in := v.source().Input
	var err error
	if in.User, err = profile(ctx, tx, a, v.App); err != nil {
		return err
	}
	doc, err := form.Prefilled(v.App, dataType, in, form.Given{})
	if err != nil {
		return fmt.Errorf("%s of %s: %w", dataType, v.App.Ref, err)
	}
	return addForm(ctx, tx, v, dataType, doc)
}

// addForm keeps a form document.
func addForm(
	ctx context.Context, tx *store.Tx, v *View, dataType string, doc core.Document,
) error {
	e := core.DataElement{
		ID: uuid.New(), Instance: v.Instance.ID, Type: dataType, ContentType: "application/json",
		Version: 1,
	}
	if err := tx.AddDocument(ctx, e, doc); err != nil {
		return fmt.Errorf("document %s: %w", dataType, err)
	}
	if v.App.EntrySet(dataType) != nil {
		v.addEntry(form.Entry{Element: e, Document: doc})
		return nil
	}
	v.Input.Data[dataType], v.elements[dataType], v.Versions[dataType] = doc, e, e.Version
	return nil
}

// expire removes what the app keeps only until the process ends, unless it is handed over.
func (s *Service) expire(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	gone := v.source().Expires()
	if !gone.Whole && gone.Types == nil {
		return nil
	}
	deliveries, err := tx.DeliveriesOf(ctx, v.Instance.ID)
	if err != nil || len(deliveries) > 0 {
		return err
	}
	if gone.Whole {
		v.Deleted = true
		audit(tx, a, core.ActDelete, *v, nil)
		return tx.DeleteInstance(ctx, v.Instance.InstanceRef)
	}
	v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(e core.DataElement) bool {
		return slices.Contains(gone.Types, e.Type)
	})
	for _, t := range gone.Types {
		delete(v.Input.Data, t)
		delete(v.elements, t)
	}
	return tx.DeleteElementsOf(ctx, v.Instance.ID, gone.Types...)
}

// runService does the work of a service task. Types that need a program of the service owner's,
// or a system that is not here, have none: the process goes on without.
func (s *Service) runService(ctx context.Context, tx *store.Tx, v *View, task process.Task) error {
	if task.Type != taskPDF {
		return nil
	}
	in := v.Input
	in.Instance, in.Language = v.Instance, v.Instance.Language
	file, err := pdf.Submission(v.App, in, v.ServiceOwner.Name)
	if err != nil {
		return fmt.Errorf("PDF of %s: %w", v.App.Ref, err)
	}
	if _, ok := v.App.DataType(app.PDFDataType); !ok {
		return nil // the app keeps none: it is drawn anew whenever it is asked for
	}
	upload, err := tx.Keep(ctx, file)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(file)
	e := core.DataElement{
		ID: uuid.New(), Instance: v.Instance.ID, Type: app.PDFDataType, Version: 1,
		ContentType: "application/pdf", Filename: v.Instance.Reference + ".pdf",
		Size: int64(len(file)), SHA256: sum[:], Upload: upload,
	}
	if err := tx.AddElement(ctx, e); err != nil {
		return fmt.Errorf("PDF of %s: %w", v.App.Ref, err)
	}
	v.Input.Elements = append(v.Input.Elements, e)
	return nil
}

// plan hands over what the moves say.
func (s *Service) plan(ctx context.Context, tx *store.Tx, v *View, moves []relay.Moved) error {
	var errs []error
	for _, m := range moves {
		m.Source.Input.Instance = v.Instance
		errs = append(errs, s.Handover.Plan(ctx, tx, m.Source, m.Moment))
	}
	return errors.Join(errs...)
}
