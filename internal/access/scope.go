package access

import (
	"context"
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Scope gives what an actor may read of an owner's cases, app by app and task by task, and where
// that hangs on it value by value of the data field that the app's policy names, as the
// same decisions that guard each case say. A list that is filtered by it in SQL shows a case
// exactly when opening it would be permitted. An actor who may read nothing gets a *Refusal; it
// says so when a more secure sign-in is all that is missing.
func (s *Service) Scope(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID,
) (store.Scope, error) {
	scope, err := s.ScopeOf(ctx, tx, a, owner)
	if err != nil || len(scope.Items) > 0 {
		return scope, err
	}
	held, err := s.held(ctx, tx, a, owner)
	if err != nil {
		return scope, err
	}
	e := NewEvent(a, core.ActList, owner)
	e.Outcome = core.OutcomeRefused
	tx.Refused(e)
	refusal := &Refusal{Action: ActionRead, fault: fault.New(fault.Forbidden, "fault.forbidden")}
	a.Level = highestLevel
	if s.reads(a, held, owner) {
		refusal.NeedLevel = highestLevel
	}
	return scope, refusal
}

// ScopeOf is Scope for what stands beside something that the actor may see: it is empty for who may
// read nothing, and nobody is refused.
func (s *Service) ScopeOf(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID,
) (store.Scope, error) {
	scope := store.Scope{Owner: owner}
	held, err := s.held(ctx, tx, a, owner)
	if err != nil {
		return scope, err
	}
	scope.Items, scope.Roles = s.readable(a, held, owner)
	scope.Approve = s.approvable(a, held, scope)
	return scope, nil
}

// highestLevel is the highest authentication level there is.
const highestLevel = 4

// readable gives what an actor with the grants may read of an owner's cases, and which of the roles
// open something.
func (s *Service) readable(
	a core.Actor, held []core.Grant, owner core.PartyID,
) (items []store.ScopeItem, opened []string) {
	for _, d := range s.apps.Apps() {
		if d.IsCase() {
			some, by := readable(a, held, d, owner)
			items, opened = append(items, some...), append(opened, by...)
		}
	}
	slices.Sort(opened)
	return items, slices.Compact(opened)
}

// reads tells whether there is anything that readable gives; it asks no further than the first app.
func (s *Service) reads(a core.Actor, held []core.Grant, owner core.PartyID) bool {
	return slices.ContainsFunc(s.apps.Apps(), func(d *app.Definition) bool {
		return d.IsCase() && len(Readable(a, held, d, owner)) > 0
	})
}

// approvable gives the items in which the actor may say yes to what another has prepared.
func (s *Service) approvable(a core.Actor, held []core.Grant, scope store.Scope) []store.ScopeItem {
	var out []store.ScopeItem
	for _, d := range s.apps.Apps() {
		for _, t := range d.Approvals() {
			on := Target{App: d, Owner: scope.Owner, Task: t.ID}
			for _, item := range scope.Items {
				if item.Ended || item.Task != t.ID || item.Org != d.Ref.Org || item.App != d.Ref.App {
					continue
				}
				on.Value = item.Value
				if mayAny(a, held, d.Process.PolicyActions(t, ""), on) {
					out = append(out, item)
				}
			}
		}
	}
	return out
}

// mayAny tells whether the actor may take one of the actions.
func mayAny(a core.Actor, held []core.Grant, actions []string, on Target) bool {
	return slices.ContainsFunc(actions, func(action string) bool {
		_, refusal := Decide(a, Counting(held, on), action, on)
		return refusal == nil
	})
}

// OpensWithoutRole tells whether the app's own policy lets a person who holds no role at the owner
// take the action somewhere: by their number, or as anybody. The database's belt goes by roles, so
// it must be told; the decision itself is taken on the instance.
func OpensWithoutRole(a core.Actor, action string, d *app.Definition, owner core.PartyID) bool {
	if a.Kind != core.ActorPerson || owner == a.User {
		return false
	}
	a.Level = highestLevel
	on := Target{App: d, Owner: owner}
	allowed := func() bool { _, refusal := Decide(a, nil, action, on); return refusal == nil }
	for _, t := range d.Process.Tasks() {
		if on.Task = t.ID; allowed() {
			return true
		}
	}
	on.Task = ""
	for _, end := range d.Process.EndEvents() {
		if on.EndEvent = end; allowed() {
			return true
		}
	}
	return false
}

// Readable gives what an actor who holds the grants may read of an owner's instances of one app.
func Readable(
	a core.Actor, held []core.Grant, d *app.Definition, owner core.PartyID,
) []store.ScopeItem {
	items, _ := readable(a, held, d, owner)
	return items
}

func readable(
	a core.Actor, held []core.Grant, d *app.Definition, owner core.PartyID,
) (items []store.ScopeItem, opened []string) {
	on := Target{App: d, Owner: owner}
	item := store.ScopeItem{Org: d.Ref.Org, App: d.Ref.App}
	for _, t := range d.Process.Tasks() {
		on.Task, item.Task = t.ID, t.ID
		some, by := readableAt(a, held, on, item)
		items, opened = append(items, some...), append(opened, by...)
	}
	on.Task, item.Ended = "", true
	for _, end := range d.Process.EndEvents() {
		on.EndEvent, item.Task = end, end
		some, by := readableAt(a, held, on, item)
		items, opened = append(items, some...), append(opened, by...)
	}
	return items, opened
}

// Lists tells whether a list that is filtered by the items has an instance of their app.
func Lists(items []store.ScopeItem, on Target) bool {
	return slices.ContainsFunc(items, func(i store.ScopeItem) bool {
		at := on.Task
		if i.Ended {
			at = on.EndEvent
		}
		return at != "" && i.Task == at && (i.Field == "" || i.Value == on.Value)
	})
}

// readableAt gives the item when everything at the place may be read, or else one for each value of
// the data field that opens. No policy with a data field has a rule that keeps out, so what may be
// read whatever the value is may be read with each.
func readableAt(
	a core.Actor, held []core.Grant, on Target, item store.ScopeItem,
) (items []store.ScopeItem, opened []string) {
	permit, refusal := Decide(a, Counting(held, on), ActionRead, on)
	if refusal == nil {
		return []store.ScopeItem{item}, []string{permit.Role}
	}
	item.Field = on.App.LimitField()
	for _, on.Value = range limitValues(held, on.App) {
		if permit, refusal := Decide(a, Counting(held, on), ActionRead, on); refusal == nil {
			item.Value = on.Value
			items, opened = append(items, item), append(opened, permit.Role)
		}
	}
	return items, opened
}
