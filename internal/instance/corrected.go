package instance

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/process"
	"stafett/store"
)

// MayDeliver tells, before a large body is read, whether the actor may deliver anything into an
// instance at all, and gives it. The real decision is taken again under the row's lock.
func (s *Service) MayDeliver(
	ctx context.Context, a core.Actor, ref core.InstanceRef,
) (core.Instance, error) {
	var inst core.Instance
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if inst, err = s.find(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
			return err
		}
		d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
		if err != nil {
			return err
		}
		standing, err := s.Access.Standing(ctx, tx, a, access.On(d, inst))
		if err != nil {
			return err
		}
		rights := standing.Rights(access.ActionRead, access.ActionInstantiate)
		if rights[access.ActionInstantiate] && inst.CreatedBy == creator(a) {
			return nil
		}
		_, err = standing.Require(access.ActionRead)
		return err
	})
	return inst, err
}

// deliverAction is the right that a delivery asks for. Who made the instance may bring a new
// version of what they made it from, or say that it is taken back, without reading what is there.
func deliverAction(d *app.Definition, t Template) string {
	switch {
	case t.Correction != nil || t.Withdrawal != nil:
		return access.ActionInstantiate
	case len(t.Documents)+len(t.Files) > 0, t.Message != nil && d.IsCase():
		return access.ActionWrite
	}
	return access.ActionRead
}

// takenBack notes that the applicant has taken back what the instance was made from, and does
// what the app says about that. One that has ended stays as it is. It is unread again for all who
// work on it.
func (s *Service) takenBack(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, w core.Withdrawal,
) error {
	if v.Instance.Withdrawn != nil {
		return nil
	}
	w.Late = v.Instance.Process.Ended != nil
	v.Instance.Withdrawn = &w
	audit(tx, a, core.ActWithdrawn, *v, nil)
	if _, err := endHold(ctx, tx, a, v); err != nil {
		return err
	}
	if err := s.leave(ctx, tx, a, v); err != nil {
		return err
	}
	return tx.ChangedHands(ctx, v.Instance.ID)
}

// leave moves the instance on as the app says, and writes it. An end event is the end of it:
// nothing is handed over or reported. An action is a step like any other.
func (s *Service) leave(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	on := v.App.OnWithdrawn
	task, _ := v.App.Process.Task(v.Instance.Process.Task)
	switch {
	case v.Instance.Withdrawn.Late:
	case on.Action != "" && len(v.App.Process.PolicyActions(task, on.Action)) > 0:
		return s.step(ctx, tx, a, v, Step{Task: task.ID, Action: on.Action})
	case on.EndEvent != "":
		if err := s.endTask(ctx, tx, v); err != nil {
			return err
		}
		enter(v, process.State{EndEvent: on.EndEvent})
		if err := s.startTask(ctx, tx, a, v); err != nil {
			return err
		}
		if err := keepVersion(ctx, tx, a, v, task.ID, false); err != nil {
			return err
		}
	}
	return tx.UpdateInstance(ctx, &v.Instance)
}

// corrected takes a new version of what the instance was made from: the fields that stand as the
// old version left them get the new values; what somebody has changed since stays, and is told.
// In one that has ended nothing is changed, but what has come is kept and told.
func (s *Service) corrected(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, t Template,
) error {
	c := core.Correction{Sent: t.Correction.Sent, Late: v.Instance.Process.Ended != nil}
	for _, dataType := range slices.Sorted(maps.Keys(t.Documents)) {
		changes, err := s.merge(ctx, tx, v, t, dataType)
		if err != nil {
			return err
		}
		c.Changes = append(c.Changes, changes...)
	}
	var err error
	if c.Files, err = removeFiles(ctx, tx, v, t, c.Late); err != nil {
		return err
	}
	for _, f := range t.Files {
		c.Files = append(c.Files, core.FileChange{FileMark: core.FileMark{
			DataType: f.DataType, Filename: f.Filename, SHA256: f.SHA256,
		}})
	}
	if err := addFiles(ctx, tx, *v, t.Files); err != nil {
		return err
	}
	if err := tx.AddCorrection(ctx, v.Instance.ID, c); err != nil {
		return err
	}
	if err := s.touch(ctx, tx, a, v, core.ActCorrected, nil); err != nil {
		return err
	}
	return came(ctx, tx, a, v)
}

// merge lays the new version of one document over what stands there.
func (s *Service) merge(
	ctx context.Context, tx *store.Tx, v *View, t Template, dataType string,
) ([]core.FieldChange, error) {
	e, ok := v.elements[dataType]
	if !ok {
		e = core.DataElement{
			ID: uuid.New(), Instance: v.Instance.ID, Type: dataType,
			ContentType: "application/json", Version: 1,
		}
	}
	before := t.Before[dataType]
	merged, changes := form.Merge(form.Versions{
		DataType: dataType, Before: before, After: t.Documents[dataType],
		Made: form.Calculate(v.App, dataType, before, v.with(dataType, before)),
		Now:  v.Input.Data[dataType], Locked: e.Locked || v.Instance.Process.Ended != nil,
	})
	if !slices.ContainsFunc(changes, func(c core.FieldChange) bool { return !c.Conflict }) {
		return changes, nil
	}
	merged = form.Calculate(v.App, dataType, merged, v.with(dataType, merged))
	v.Input.Data[dataType] = merged
	put := tx.PutDocument
	if !ok {
		put = tx.AddDocument
	}
	if err := put(ctx, e, merged); err != nil {
		return nil, fmt.Errorf("document %s: %w", dataType, err)
	}
	return changes, nil
}

// with gives the view's input with another document in place.
func (v *View) with(dataType string, doc core.Document) form.Input {
	in := v.Input
	in.Data = maps.Clone(in.Data)
	in.Data[dataType] = doc
	return in
}

// removeFiles removes the attachments that the new version has no longer. Locked ones stay, and
// all do when it came late.
func removeFiles(
	ctx context.Context, tx *store.Tx, v *View, t Template, late bool,
) ([]core.FileChange, error) {
	var out []core.FileChange
	for _, mark := range t.Correction.Removed {
		i := slices.IndexFunc(v.Input.Elements, func(e core.DataElement) bool {
			return e.Type == mark.DataType && e.Filename == mark.Filename &&
				bytes.Equal(e.SHA256, mark.SHA256)
		})
		change := core.FileChange{FileMark: mark, Removed: true}
		if i >= 0 {
			e := v.Input.Elements[i]
			change.Kept = late || e.Locked
			if !change.Kept {
				if err := tx.DeleteElement(ctx, v.Instance.ID, e.ID); err != nil {
					return nil, fmt.Errorf("file %s: %w", e.ID, err)
				}
				v.Input.Elements = slices.Delete(slices.Clone(v.Input.Elements), i, i+1)
			}
		}
		out = append(out, change)
	}
	return out, nil
}

// Corrected is a new version of what a case was made from, as the case's own forms ask it.
type Corrected struct {
	core.Correction
	Differences []form.Difference
}

// corrections reads what new versions changed in a case. It tells of the forms that the reader is
// shown, and of nothing else.
func corrections(ctx context.Context, tx *store.Tx, v View) ([]Corrected, error) {
	list, err := tx.Corrections(ctx, v.Instance.ID)
	if err != nil {
		return nil, err
	}
	var out []Corrected
	for _, c := range list {
		out = append(out, Corrected{c, form.Corrected(v.App, v.Sets(), v.Input, c)})
	}
	return out, nil
}

// validCorrection tells what is wrong with a correction or a withdrawal as it was sent.
func validCorrection(d *app.Definition, t Template) []Problem {
	var list []Problem
	if t.Correction != nil && t.Withdrawal != nil {
		list = append(list, Problem{Path: "withdrawal", Code: "unknown"})
	}
	if t.Withdrawal != nil && len([]rune(t.Withdrawal.Reason)) > MaxReason {
		list = append(list, Problem{Path: "withdrawal.reason", Code: "maxLength"})
	}
	for dataType := range t.Before {
		if t.Correction == nil || d.Models[dataType] == nil {
			list = append(list, Problem{Path: core.BeforePart + dataType, Code: "unknown_data_type"})
		}
	}
	return list
}
