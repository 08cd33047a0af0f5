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
	"stafett/internal/handover"
	"stafett/internal/pdf"
	"stafett/internal/process"
	"stafett/store"
)

// maxServices bounds how many service tasks may follow each other, as in Altinn.
const maxServices = 100

// taskPDF is the task type of the service task that makes a PDF.
const taskPDF = "pdf"

// planned is what a move may hand over.
type planned struct {
	source handover.Source
	moment app.Moment
}

// moves takes the step, and then those of the service tasks that it leads into: they run by
// themselves. The instance is written once, where it comes to rest.
func (s *Service) moves(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step, act string,
) ([]planned, error) {
	var out []planned
	form := v.Set
	for range maxServices {
		one, err := s.move(ctx, tx, a, v, p, act)
		if err != nil {
			return nil, err
		}
		if one.source.Set == nil {
			// A service task has no form: what it hands over is what the last form says.
			one.source.Set = form
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
	return nil, fmt.Errorf("%s: more than %d service tasks in a row", v.App.Ref, maxServices)
}

// move goes from one task to the next, or to the end.
func (s *Service) move(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step, act string,
) (planned, error) {
	from := process.State{Task: v.Instance.Process.Task, TaskType: v.Instance.Process.TaskType}
	to, err := v.App.Process.Next(from, p.Action, condition(*v))
	if err != nil {
		return planned{}, fmt.Errorf("%s from %s: %w", v.App.Ref, from.Task, err)
	}
	if err := s.endTask(ctx, tx, v); err != nil {
		return planned{}, err
	}
	// What is handed over and audited is of the task that is left, under the action that left it.
	out := planned{
		source: handover.Source{App: v.App, Set: v.Set},
		moment: moment(v.App, from, to, p.Action),
	}
	left := *v
	enter(v, to)
	if err := s.submitted(ctx, tx, v, out.moment); err != nil {
		return out, err
	}
	if err := s.startTask(ctx, tx, a, v); err != nil {
		return out, err
	}
	out.source.Input = v.Input
	out.source.Input.Data = maps.Clone(v.Input.Data)
	out.source.Input.Entries = maps.Clone(v.Input.Entries)
	left.Instance.Reference = v.Instance.Reference
	audit(tx, a, act, left, map[string]string{"to": to.Task + to.EndEvent})
	return out, nil
}

// startTask opens what belongs to the task again, when it comes back, and makes the form data
// that the app makes by itself.
func (s *Service) startTask(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	task := v.Instance.Process.Task
	if task == "" {
		return nil
	}
	var own []string
	for _, t := range v.App.Meta.DataTypes {
		if t.Task != task {
			continue
		}
		own = append(own, t.ID)
		v.lock(t.ID, false)
		_, made := v.elements[t.ID]
		if !made && len(v.Input.Entries[t.ID]) == 0 && t.Form && t.AutoCreate {
			if err := s.addForm(ctx, tx, a, v, t); err != nil {
				return err
			}
		}
	}
	if len(own) == 0 {
		return nil
	}
	return tx.UnlockElements(ctx, v.Instance.ID, own...)
}

// addForm makes an empty form document, prefilled: an entry, when the type's are entries.
func (s *Service) addForm(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, t app.DataType,
) error {
	user, err := profile(ctx, tx, a, v.App)
	if err != nil {
		return err
	}
	in := v.Input
	in.User, in.Instance = user, v.Instance
	doc, err := form.Prefilled(v.App, t.ID, in, form.Given{})
	if err != nil {
		return fmt.Errorf("%s of %s: %w", t.ID, v.App.Ref, err)
	}
	return s.addFormOf(ctx, tx, v, t, doc)
}

// addFormOf adds a form document.
func (s *Service) addFormOf(
	ctx context.Context, tx *store.Tx, v *View, t app.DataType, doc core.Document,
) error {
	e := core.DataElement{
		ID: uuid.New(), Instance: v.Instance.ID, Type: t.ID, ContentType: "application/json",
		Version: 1,
	}
	if err := tx.AddDocument(ctx, e, doc); err != nil {
		return fmt.Errorf("document %s: %w", t.ID, err)
	}
	if v.App.EntrySet(t.ID) != nil {
		v.addEntry(form.Entry{Element: e, Document: doc})
		return nil
	}
	v.Input.Data[t.ID], v.elements[t.ID], v.Versions[t.ID] = doc, e, e.Version
	return nil
}

// expire removes what the app keeps only until the process ends: the whole instance, or the
// elements of some data types. What is handed over stays as it was sent: the delivery needs it.
func (s *Service) expire(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	var types []string
	for _, t := range v.App.Meta.DataTypes {
		if t.AutoDelete {
			types = append(types, t.ID)
		}
	}
	if v.Instance.Process.EndEvent == "" || !v.App.Meta.AutoDeleteOnProcessEnd && types == nil {
		return nil
	}
	deliveries, err := tx.DeliveriesOf(ctx, v.Instance.ID)
	if err != nil || len(deliveries) > 0 {
		return err
	}
	if v.App.Meta.AutoDeleteOnProcessEnd {
		v.Deleted = true
		audit(tx, a, core.ActDelete, *v, nil)
		return tx.DeleteInstance(ctx, v.Instance.InstanceRef)
	}
	v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(e core.DataElement) bool {
		return slices.Contains(types, e.Type)
	})
	for _, t := range types {
		delete(v.Input.Data, t)
		delete(v.elements, t)
	}
	return tx.DeleteElementsOf(ctx, v.Instance.ID, types...)
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
func (s *Service) plan(ctx context.Context, tx *store.Tx, v *View, moves []planned) error {
	var errs []error
	for _, m := range moves {
		m.source.Input.Instance = v.Instance
		errs = append(errs, s.Handover.Plan(ctx, tx, m.source, m.moment))
	}
	return errors.Join(errs...)
}
