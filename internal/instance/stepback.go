package instance

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/process"
	"stafett/internal/relay"
	"stafett/store"
)

// holdable tells whether a step that a case is about to take can be taken back for a while: a person
// takes it, and the house lets what is sent wait.
func (s *Service) holdable(a core.Actor, v View) bool {
	return s.Handover.OutboxWait > 0 && v.App.IsCase() && a.Kind == core.ActorPerson &&
		v.Instance.Submitted != nil
}

// stepOf gives what a step has changed between two views of a case; false when something is gone that
// cannot be brought back: then the step is final, and what it hands over leaves at once.
func stepOf(before, after View, a core.Actor, p Step) (core.CaseStep, bool) {
	is, was := elementsOf(after), elementsOf(before)
	out := core.CaseStep{Person: a.User, Task: p.Task, Action: p.Action, Before: core.CaseBefore{
		Task: p.Task, TaskType: before.Instance.Process.TaskType, Status: before.Instance.Status,
		Substatus: before.Instance.Substatus, Due: before.Instance.Due,
		HoldUntil: before.Instance.HoldUntil, Answered: before.Instance.Answered,
		Documents: map[string]core.Document{},
	}}
	for id, e := range was {
		if _, there := is[id]; !there {
			return out, false
		}
		if e.Locked {
			out.Before.Locked = append(out.Before.Locked, id)
		}
	}
	for id := range is {
		if _, there := was[id]; !there {
			out.Before.Added = append(out.Before.Added, id)
		}
	}
	for dataType, doc := range before.Input.Data {
		if before.Versions[dataType] != after.Versions[dataType] {
			out.Before.Documents[dataType] = doc
		}
	}
	for _, list := range before.Input.Entries {
		for _, e := range list {
			if is[e.Element.ID].Version != e.Element.Version {
				out.Before.Entries = append(out.Before.Entries,
					core.HeldEntry{Element: e.Element, Document: e.Document})
			}
		}
	}
	gone := after.source().Expires()
	return out, !gone.Whole && gone.Types == nil
}

// elementsOf are all data elements of a view.
func elementsOf(v View) map[uuid.UUID]core.DataElement {
	out := map[uuid.UUID]core.DataElement{}
	for _, e := range v.elements {
		out[e.ID] = e
	}
	for _, list := range v.Input.Entries {
		for _, e := range list {
			out[e.Element.ID] = e.Element
		}
	}
	for _, e := range v.Input.Elements {
		out[e.ID] = e
	}
	return out
}

// frozen is a view that later changes of v do not reach.
func (v View) frozen() View {
	v.Input.Data, v.Input.Entries = maps.Clone(v.Input.Data), maps.Clone(v.Input.Entries)
	v.Input.Elements = slices.Clone(v.Input.Elements)
	v.Versions, v.elements = maps.Clone(v.Versions), maps.Clone(v.elements)
	return v
}

// StepBack takes back the step that has left a case as the person sees it, while what it hands over
// has not left the house: nobody outside is told of either. Who may is who might take the step. When
// it cannot be taken back any more, or the case has changed since, it is fault.Conflict.
func (s *Service) StepBack(ctx context.Context, a core.Actor, p CaseChange) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, p.Ref, opening{action: access.ActionRead, lock: true})
		if err != nil {
			return err
		}
		if !v.App.IsCase() {
			return access.Refuse(access.ActionRead, p.Ref.AppRef)
		}
		if v.Instance.Version != p.Version {
			return changed()
		}
		step, err := tx.Step(ctx, v.Instance.ID, p.Version)
		if errors.Is(err, store.ErrNoRow) {
			return fault.New(fault.Conflict, "fault.step_final")
		}
		if err != nil {
			return err
		}
		was, task, err := s.asBefore(ctx, tx, a, v, step)
		if err != nil {
			return err
		}
		if was.Permit, err = mayStep(was, task, step.Action); err != nil {
			return err
		}
		if err := asSecond(tx, a, was, task, step.Action); err != nil {
			return err
		}
		stopped, err := tx.StopLetters(ctx, v.Instance.ID, step.Version)
		if err != nil {
			return err
		}
		if stopped != step.Letters {
			return fault.New(fault.Conflict, "fault.step_final")
		}
		return s.takeBack(ctx, tx, a, v, was, step)
	})
}

// asBefore gives a case as it was before a step.
func (s *Service) asBefore(
	ctx context.Context, tx *store.Tx, a core.Actor, v View, step core.CaseStep,
) (View, process.Task, error) {
	was, b := v.frozen(), step.Before
	task, ok := v.App.Process.Task(b.Task)
	if !ok {
		return was, task, fault.New(fault.Conflict, "fault.step_final")
	}
	i := &was.Instance
	i.Process.Task, i.Process.TaskType, i.Process.EndEvent, i.Process.Ended = b.Task, b.TaskType, "", nil
	i.Status, i.Substatus, i.Due, i.HoldUntil, i.Answered = b.Status, b.Substatus, b.Due, b.HoldUntil, b.Answered
	maps.Copy(was.Input.Data, b.Documents)
	for dataType, list := range was.Input.Entries {
		list = slices.Clone(list)
		for n, e := range list {
			if k := slices.IndexFunc(b.Entries, func(h core.HeldEntry) bool {
				return h.Element.ID == e.Element.ID
			}); k >= 0 {
				list[n].Document = b.Entries[k].Document
			}
		}
		was.Input.Entries[dataType] = list
	}
	was.forget(b.Added)
	was.Set, was.Input.Instance = v.App.SetFor(b.Task), was.Instance
	var err error
	if was.standing, err = s.Access.Standing(ctx, tx, a, access.On(v.App, was.Instance)); err != nil {
		return was, task, err
	}
	was.Input.Rights = was.standing.Rights(access.ActionsAt(v.App, was.Instance)...)
	return was, task, s.second(ctx, tx, a, &was)
}

// forget takes elements out of the view.
func (v *View) forget(ids []uuid.UUID) {
	for dataType, e := range v.elements {
		if slices.Contains(ids, e.ID) {
			delete(v.Input.Data, dataType)
		}
	}
	for dataType, list := range v.Input.Entries {
		v.Input.Entries[dataType] = slices.DeleteFunc(list, func(e form.Entry) bool {
			return slices.Contains(ids, e.Element.ID)
		})
	}
	v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(e core.DataElement) bool {
		return slices.Contains(ids, e.ID)
	})
}

// takeBack writes the case as it was; v is how it stands.
func (s *Service) takeBack(
	ctx context.Context, tx *store.Tx, a core.Actor, v, was View, step core.CaseStep,
) error {
	id := v.Instance.ID
	// What the step made is open for its removal, and so is what it cleaned.
	tx.LockOnly(id, nil)
	for dataType, doc := range step.Before.Documents {
		if err := tx.PutDocument(ctx, v.elements[dataType], doc); err != nil {
			return err
		}
	}
	now := elementsOf(v)
	for _, e := range step.Before.Entries {
		if err := tx.PutDocument(ctx, now[e.Element.ID], e.Document); err != nil {
			return err
		}
	}
	for _, added := range step.Before.Added {
		if err := tx.DeleteElement(ctx, id, added); err != nil {
			return err
		}
	}
	tx.LockOnly(id, step.Before.Locked)
	relay.Present(was.App, &was.Instance, was.Input)
	was.Instance.PreparedBy = was.Second.preparedBy()
	if err := tx.UpdateInstance(ctx, &was.Instance); err != nil {
		return err
	}
	// It is news to all but the one who did it.
	if err := tx.MarkSeen(ctx, id, a.User); err != nil {
		return err
	}
	tx.ForgetStep(id, step.At, step.Before.HoldUntil != nil)
	audit(tx, a, core.ActStepBack, v, map[string]string{"to": step.Before.Task})
	return nil
}

// lastStep gives the step that the reader of a case can take back; nil for none.
func (s *Service) lastStep(
	ctx context.Context, tx *store.Tx, a core.Actor, v View,
) (*core.CaseStep, error) {
	if s.Handover.OutboxWait <= 0 || !v.App.IsCase() {
		return nil, nil
	}
	step, err := tx.Step(ctx, v.Instance.ID, v.Instance.Version)
	if errors.Is(err, store.ErrNoRow) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	was, task, err := s.asBefore(ctx, tx, a, v, step)
	if err != nil || was.bars(task, step.Action) {
		return nil, err
	}
	for _, action := range was.App.Process.PolicyActions(task, step.Action) {
		if _, ok := was.standing.Opens(action); ok {
			return &step, nil
		}
	}
	return nil, nil
}
