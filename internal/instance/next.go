package instance

import (
	"context"
	"fmt"
	"slices"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/process"
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
}

// Issues is the error of a step that the form's answers stop. It is a fault of kind Invalid,
// and nothing has changed.
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
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, done, err = s.next(ctx, tx, a, p)
		return err
	})
	return v, done, err
}

func (s *Service) next(ctx context.Context, tx *store.Tx, a core.Actor, p Step) (View, bool, error) {
	v, err := s.open(ctx, tx, a, p.Ref, opening{action: access.ActionRead, lock: true})
	if err != nil {
		return v, false, err
	}
	v.Input.Language = p.Language
	if v.Instance.Process.Task != p.Task {
		// The same person's second press finds the work done; anybody else's is a conflict.
		if v.Instance.Status == core.StatusArchived && !access.IsCaseApp(v.App) {
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
	if v.Instance.Version != p.Version {
		return v, false, changed()
	}
	if v.Correcting() {
		if err := s.sendable(ctx, tx, a, &v); err != nil {
			return v, false, err
		}
	}
	if !v.App.Process.Abandons(task, p.Action) {
		if stops := form.Errors(form.Validate(v.App, p.Task, v.Input)); len(stops) > 0 {
			return v, false, &Issues{View: v, List: stops}
		}
	}
	if err = s.step(ctx, tx, a, &v, p); err == nil {
		err = s.regard(ctx, tx, a, &v)
	}
	return v, err == nil, err
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
	v.Input.Rights = v.standing.Rights(actions(v.App, v.Instance)...)
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
	if access.IsCaseApp(v.App) {
		act = core.ActNext
	}
	if p.Action != "" {
		act = p.Action
	}
	moves, err := s.moves(ctx, tx, a, v, p, act)
	if err != nil {
		return err
	}
	present(v.App, &v.Instance, v.Input)
	if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
		return err
	}
	v.Input.Instance = v.Instance
	if err := s.plan(ctx, tx, v, moves); err != nil {
		return err
	}
	return s.expire(ctx, tx, a, v)
}

// moment tells what a step is to handovers.
func moment(d *app.Definition, from, to process.State, action string) app.Moment {
	task, _ := d.Process.Task(from.Task)
	return app.Moment{
		TaskEnd: from.Task, Action: action, TaskStart: to.Task, ProcessEnd: to.EndEvent != "",
		Abandoned: d.Process.Abandons(task, action),
	}
}

// condition evaluates a gateway's conditions over the instance's data.
func condition(v View) process.Cond {
	return func(e *expr.Expr, dataType, action string) (bool, error) {
		set := v.Set
		if dataType != "" {
			set = &app.LayoutSet{DataType: dataType}
		}
		return e.Bool(gateway{form.Context(v.App, set, v.Input, nil), action}, false)
	}
}

// gateway is a form's context in which gatewayAction is known.
type gateway struct {
	expr.Context
	action string
}

// GatewayAction gives the action that the step was taken with.
func (g gateway) GatewayAction() string { return g.action }

// endTask removes what is hidden and locks what belongs to the task that ends.
func (s *Service) endTask(ctx context.Context, tx *store.Tx, v *View) error {
	if v.Set != nil {
		if err := removeHidden(ctx, tx, v); err != nil {
			return err
		}
	}
	var types []string
	for _, t := range v.App.Meta.DataTypes {
		if t.Task == v.Instance.Process.Task {
			types = append(types, t.ID)
			v.lock(t.ID, true)
		}
	}
	if len(types) == 0 {
		return nil
	}
	return tx.LockElements(ctx, v.Instance.ID, types...)
}

// removeHidden removes hidden answers, and the attachments whose upload field is hidden.
func removeHidden(ctx context.Context, tx *store.Tx, v *View) error {
	// All are judged by the answers as they were reviewed.
	files := form.HiddenFiles(v.App, v.Set, v.Input)
	if err := cleanEntries(ctx, tx, v); err != nil {
		return err
	}
	for dataType, doc := range form.Clean(v.App, v.Set, v.Input) {
		e, ok := v.elements[dataType]
		if !ok || e.Locked {
			continue // what another task has ended with stays as it is
		}
		if err := tx.PutDocument(ctx, e, doc); err != nil {
			return fmt.Errorf("document %s: %w", dataType, err)
		}
		e.Version++
		v.Input.Data[dataType], v.elements[dataType], v.Versions[dataType] = doc, e, e.Version
	}
	for _, f := range files {
		if err := tx.DeleteElement(ctx, v.Instance.ID, f.ID); err != nil {
			return fmt.Errorf("hidden file %s: %w", f.ID, err)
		}
	}
	v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(e core.DataElement) bool {
		return slices.ContainsFunc(files, func(f core.DataElement) bool { return f.ID == e.ID })
	})
	return nil
}

// enter puts the instance in its new task or at its end; the store sets the times.
func enter(v *View, to process.State) {
	p := &v.Instance.Process
	p.Task, p.TaskType, p.EndEvent = to.Task, to.TaskType, to.EndEvent
	v.Set = v.App.SetFor(to.Task)
	if access.IsCaseApp(v.App) {
		// What was reported of it, such as an answer, was for the task that is left.
		v.Instance.Substatus = nil
	}
	if to.EndEvent != "" {
		v.Instance.Status = core.StatusArchived
	}
}

// submitted gives a draft its reference and time when its first task ends. What is still to be
// confirmed by its owner is sent by that, unless it is handed over already.
func (s *Service) submitted(ctx context.Context, tx *store.Tx, v *View, m app.Moment) error {
	if v.Instance.Submitted != nil || m.Abandoned || v.unconfirmed(m) {
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
	v.Instance.Submitted = &now
	if v.Instance.Status == core.StatusDraft {
		v.Instance.Status = core.StatusActive
	}
	if v.Instance.Reference == "" {
		// What belongs to a matter has the matter's reference already.
		v.Instance.Reference = newReference(receiver.Name)
	}
	v.Instance.Language = v.Input.Language
	v.Input.Instance = v.Instance
	return nil
}

// unconfirmed tells whether a move has led to the owner's own confirmation.
func (v View) unconfirmed(m app.Moment) bool {
	handsOver := slices.ContainsFunc(v.App.Handovers, func(h *app.Handover) bool {
		return h.On.TaskEnd == m.TaskEnd
	})
	return v.Instance.Process.TaskType == taskConfirmation && v.own() && !handsOver
}
