package instance

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/failpoint"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/process"
	"stafett/internal/relay"
	"stafett/store"
)

// Step is one step of an instance's process: a citizen's submit, or a caseworker's action.
type Step struct {
	Ref core.InstanceRef
	// Task is the task that the person was looking at, and Version the instance as they saw it.
	Task    string
	Version int
	// Action is the process action; empty for the task's own way on.
	Action   string
	Language string
	// Page is the page that it is sent from, and Posted what stood on it: its answers are stored
	// before anything is checked, and stay stored when something stops the step. Nil for a step that
	// no form page asks for.
	Page   string
	Posted url.Values
	// Told are the open items of the checklist that the person has been told of.
	Told []string
}

// Issues is the error of a step that the form's answers stop. It is a fault of kind Invalid, and
// nothing has changed but the answers that came with the press.
type Issues struct {
	View View
	List []form.Issue
}

// Error is for the log: it counts, and names no answer.
func (e *Issues) Error() string { return fmt.Sprintf("%d issues", len(e.List)) }

// Unwrap gives the fault.
func (e *Issues) Unwrap() error { return fault.New(fault.Invalid, "fault.issues") }

// Next moves an instance on in its process, in one transaction: row lock, decision, validation,
// step, locked and cleaned data, audit line, and the deliveries that the step sets off with
// their jobs. To press twice is safe: the second gives the same instance, and done is false.
func (s *Service) Next(ctx context.Context, a core.Actor, p Step) (v View, done bool, err error) {
	var stopped *Issues
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		failpoint.SubmitBegun.Hit()
		stopped = nil
		v, done, err = s.next(ctx, tx, a, p)
		if errors.As(err, &stopped) {
			return nil // what was answered stays
		}
		return err
	})
	failpoint.SubmitCommitted.Hit()
	if err == nil && stopped != nil {
		return v, false, stopped
	}
	return v, done, err
}

func (s *Service) next(ctx context.Context, tx *store.Tx, a core.Actor, p Step) (View, bool, error) {
	v, err := s.open(ctx, tx, a, p.Ref, opening{action: access.ActionRead, lock: true})
	if err != nil {
		return v, false, err
	}
	v.Input.Language = p.Language
	if p.Task == "" || v.Instance.Process.Task != p.Task {
		// The same person's second press finds the work done; anybody else's is a conflict.
		if v.Instance.Status == core.StatusArchived && !v.App.IsCase() {
			return v, false, nil
		}
		return v, false, changed()
	}
	task, ok := v.App.Process.Task(p.Task)
	if !ok {
		return v, false, fmt.Errorf("%s has no task %s", v.App.Ref, p.Task)
	}
	if v.Permit, err = mayStep(v, task, p.Action); err != nil {
		return v, false, err
	}
	if err := asSecond(tx, a, v, task, p.Action); err != nil {
		return v, false, err
	}
	if v.Instance.Version != p.Version {
		return v, false, changed()
	}
	wrong, err := s.answered(ctx, tx, a, &v, p)
	if err != nil {
		return v, false, err
	}
	if v.Correcting() {
		if err := s.sendable(ctx, tx, a, &v); err != nil {
			return v, false, err
		}
	}
	if stops := merge(wrong, v.source().Stops(p.Action)); len(stops) > 0 {
		return v, false, &Issues{View: v, List: stops}
	}
	if err := lookedAfter(ctx, tx, a, v, p); err != nil {
		return v, false, err
	}
	if err = s.step(ctx, tx, a, &v, p); err == nil {
		err = s.regard(ctx, tx, a, &v)
	}
	return v, err == nil, err
}

// answered stores the answers that came with the press, and gives what could not be stored. What
// the actor may not write is passed over: the page asked them for nothing.
func (s *Service) answered(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step,
) ([]form.Issue, error) {
	task, _ := v.App.Process.Task(p.Task)
	if v.Set == nil || v.Input.ReadOnly || !form.Answered(p.Posted) ||
		v.App.Process.Abandons(task, p.Action) {
		return nil, nil
	}
	saved, err := s.save(ctx, tx, a, *v, SaveRequest{
		Ref: p.Ref, Task: p.Task, Page: p.Page, Posted: p.Posted, Language: p.Language,
	})
	if err != nil {
		return nil, err
	}
	*v = saved.View
	v.Input.Posted = saved.Posted
	return saved.Issues, nil
}

// regard looks up what the actor may do where a form of their own stands now.
func (s *Service) regard(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	if !v.own() || v.Instance.Process.EndEvent != "" {
		return nil
	}
	var err error
	if v.standing, err = s.Access.Standing(ctx, tx, a, access.On(v.App, v.Instance)); err != nil {
		return err
	}
	v.Input.Rights = v.standing.Rights(access.ActionsAt(v.App, v.Instance)...)
	return nil
}

// mayStep asks for the policy actions that open the step; any one of them is enough
// (FORMAT.md 2.2).
func mayStep(v View, task process.Task, action string) (access.Permit, error) {
	wanted := v.App.Process.PolicyActions(task, action)
	if len(wanted) == 0 {
		return access.Permit{}, fault.New(fault.Malformed, "fault.malformed")
	}
	for _, action := range wanted[1:] {
		if v.Input.Rights[action] {
			return v.standing.Require(action)
		}
	}
	return v.standing.Require(wanted[0])
}

func (s *Service) step(ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step) error {
	act := core.ActSubmit
	if v.App.IsCase() {
		act = core.ActNext
	}
	if p.Action != "" {
		act = p.Action
	}
	before, holds := v.frozen(), s.holdable(a, *v)
	moves, err := s.moves(ctx, tx, a, v, p, act)
	if err != nil {
		return err
	}
	var step core.CaseStep
	if holds {
		step, holds = stepOf(before, *v, a, p)
	}
	if err := keepVersion(ctx, tx, a, v, p.Task, holds); err != nil {
		return err
	}
	relay.Present(v.App, &v.Instance, v.Input)
	if err := s.prepare(ctx, tx, a, v, p); err != nil {
		return err
	}
	if _, err := endHold(ctx, tx, a, v); err != nil {
		return err
	}
	if err := s.asked(ctx, tx, a, v, moves); err != nil {
		return err
	}
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return err
	}
	v.Input.Instance = v.Instance
	failpoint.SubmitFrozen.Hit()
	if err := s.plan(ctx, tx, v, moves); err != nil {
		return err
	}
	failpoint.SubmitPlanned.Hit()
	if holds {
		step.Version = v.Instance.Version
		return tx.KeepStep(ctx, v.Instance.ID, step, s.Handover.OutboxWait)
	}
	return s.expire(ctx, tx, a, v)
}

// source is the instance as its life goes on from here.
func (v View) source() relay.Source {
	in := v.Input
	in.Instance = v.Instance
	return relay.Source{App: v.App, Set: v.Set, Input: in}
}

// Expected is when an answer can be expected of what was sent; nil when the app does not say.
func (v View) Expected() *time.Time {
	if v.Instance.Submitted == nil {
		return nil
	}
	return relay.Expected(v.source(), *v.Instance.Submitted)
}

// endTask removes what is hidden and locks what belongs to the task that ends.
func (s *Service) endTask(ctx context.Context, tx *store.Tx, v *View) error {
	end := v.source().EndTask(func(dataType string) bool {
		e, ok := v.elements[dataType]
		return ok && !e.Locked
	})
	for dataType, doc := range end.Documents {
		e := v.elements[dataType]
		if err := tx.PutDocument(ctx, e, doc); err != nil {
			return fmt.Errorf("document %s: %w", dataType, err)
		}
		e.Version++
		v.Input.Data[dataType], v.elements[dataType], v.Versions[dataType] = doc, e, e.Version
	}
	if err := cleanEntries(ctx, tx, v, end); err != nil {
		return err
	}
	if err := dropFiles(ctx, tx, v, end.Gone); err != nil {
		return err
	}
	for _, dataType := range end.Locked {
		v.lock(dataType, true)
	}
	if len(end.Locked) == 0 {
		return nil
	}
	return tx.LockElements(ctx, v.Instance.ID, end.Locked...)
}

// dropFiles removes files that the instance does not keep.
func dropFiles(
	ctx context.Context, tx *store.Tx, v *View, files []core.DataElement,
) error {
	for _, f := range files {
		if err := tx.DeleteElement(ctx, v.Instance.ID, f.ID); err != nil {
			return fmt.Errorf("file %s: %w", f.ID, err)
		}
	}
	v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(e core.DataElement) bool {
		return slices.ContainsFunc(files, func(f core.DataElement) bool { return f.ID == e.ID })
	})
	return nil
}

// enter puts the instance in its new task or at its end; the store sets the times.
func enter(v *View, to process.State) {
	relay.Enter(v.App, &v.Instance, to)
	v.Set = v.App.SetFor(to.Task)
}

// submitted gives a draft its reference and time when it is sent.
func (s *Service) submitted(ctx context.Context, tx *store.Tx, v *View, m app.Moment) error {
	if !v.source().Sends(m) {
		return nil
	}
	receiver, err := tx.PartyByOrg(ctx, v.App.Ref.Org)
	if err != nil {
		return fmt.Errorf("service owner %s: %w", v.App.Ref.Org, err)
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	relay.Sent(&v.Instance, now, v.Input.Language, newReference(receiver.Name))
	v.Input.Instance = v.Instance
	return nil
}
