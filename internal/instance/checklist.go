package instance

import (
	"context"
	"fmt"
	"slices"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// CheckChange is what somebody ticks of a checklist, and what they take back. What they leave alone
// stays as it is, whoever else is at it.
type CheckChange struct {
	// Task is the one that they were looking at.
	Task    string
	On, Off []string
}

// Check ticks items of the checklist of the task that the case stands in. The actor needs the right
// to take the case.
func (s *Service) Check(
	ctx context.Context, a core.Actor, ref core.InstanceRef, p CheckChange,
) error {
	change := CaseChange{Ref: ref, anyVersion: true}
	_, err := s.changeCase(ctx, a, change, access.ActionTake, func(tx *store.Tx, v *View) error {
		if v.Instance.Process.Task != p.Task {
			return changed()
		}
		list := v.App.Checklist(p.Task)
		for _, item := range slices.Concat(p.On, p.Off) {
			if list == nil || !list.Has(item) {
				return fault.New(fault.Malformed, "fault.malformed")
			}
		}
		return tick(ctx, tx, a, *v, p)
	})
	return err
}

func tick(ctx context.Context, tx *store.Tx, a core.Actor, v View, p CheckChange) error {
	ref := v.Instance.InstanceRef
	have, err := tx.Checks(ctx, ref, p.Task)
	if err != nil {
		return err
	}
	for _, item := range p.On {
		if !ticked(have, item) {
			audit(tx, a, core.ActCheck, v, map[string]string{"item": item})
			c := core.CaseCheck{Item: item, Person: a.User, Name: a.Name}
			if err := tx.AddCheck(ctx, ref, p.Task, c); err != nil {
				return err
			}
		}
	}
	for _, item := range p.Off {
		if ticked(have, item) {
			audit(tx, a, core.ActUncheck, v, map[string]string{"item": item})
			if err := tx.RemoveCheck(ctx, ref, p.Task, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func ticked(list []core.CaseCheck, item string) bool {
	return slices.ContainsFunc(list, func(c core.CaseCheck) bool { return c.Item == item })
}

// OpenItems is the error of a step before which items of the checklist are open. It is a fault of
// kind Invalid, and nothing has changed. Where they do not stop it, the step can be taken by who
// has been told of them.
type OpenItems struct {
	Items []app.CheckItem
	Stops bool
}

// Error is for the log.
func (e *OpenItems) Error() string {
	return fmt.Sprintf("%d open items of the checklist", len(e.Items))
}

// Unwrap gives the fault.
func (e *OpenItems) Unwrap() error { return fault.New(fault.Invalid, "fault.checklist_open") }

// openBefore gives the open items before a step; nil when there are none.
func openBefore(d *app.Definition, task, action string, checks []core.CaseCheck) *OpenItems {
	list := d.Checklist(task)
	if list == nil || !list.Holds(action) {
		return nil
	}
	out := &OpenItems{Stops: list.Stops}
	for _, item := range list.Items {
		if !ticked(checks, item.ID) {
			out.Items = append(out.Items, item)
		}
	}
	if len(out.Items) == 0 {
		return nil
	}
	return out
}

// OpenItems gives what is open of the checklist before an action of the case; nil for nothing.
func (c Case) OpenItems(action string) *OpenItems {
	return openBefore(c.App, c.Instance.Process.Task, action, c.Work.Checks)
}

// lookedAfter stops a person's step before which items of the checklist are open, unless they only
// warn and the person has been told of them all. A system's step is not stopped: it ticks nothing.
func lookedAfter(ctx context.Context, tx *store.Tx, a core.Actor, v View, p Step) error {
	if a.Kind != core.ActorPerson || v.App.Checklist(p.Task) == nil {
		return nil
	}
	checks, err := tx.Checks(ctx, v.Instance.InstanceRef, p.Task)
	if err != nil {
		return err
	}
	open := openBefore(v.App, p.Task, p.Action, checks)
	if open == nil {
		return nil
	}
	untold := func(i app.CheckItem) bool { return !slices.Contains(p.Told, i.ID) }
	if open.Stops || slices.ContainsFunc(open.Items, untold) {
		return open
	}
	return nil
}
