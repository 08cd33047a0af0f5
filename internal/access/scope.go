package access

import (
	"context"
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Scope gives what an actor may read of an owner's cases, app by app and task by task, as the
// same decisions that guard each case say. A list that is filtered by it in SQL shows a case
// exactly when opening it would be permitted. An actor who may read nothing gets a *Refusal; it
// says so when a more secure sign-in is all that is missing.
func (s *Service) Scope(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID,
) (store.Scope, error) {
	scope := store.Scope{Owner: owner}
	roles, err := s.roles(ctx, tx, a, owner)
	if err != nil {
		return scope, err
	}
	scope.Items, scope.Roles = s.readable(a, roles, owner)
	if len(scope.Items) > 0 {
		return scope, nil
	}
	e := NewEvent(a, core.ActList, owner)
	e.Outcome = core.OutcomeRefused
	tx.Refused(e)
	refusal := &Refusal{Action: ActionRead, fault: fault.New(fault.Forbidden, "fault.forbidden")}
	a.Level = highestLevel
	if items, _ := s.readable(a, roles, owner); len(items) > 0 {
		refusal.NeedLevel = highestLevel
	}
	return scope, refusal
}

// highestLevel is the highest authentication level there is.
const highestLevel = 4

// readable gives what an actor with the roles may read of an owner's cases, and which of the roles
// open something.
func (s *Service) readable(
	a core.Actor, roles []string, owner core.PartyID,
) (items []store.ScopeItem, opened []string) {
	for _, d := range s.apps.Apps() {
		if d.IsCase() {
			some, by := readable(a, roles, d, owner)
			items, opened = append(items, some...), append(opened, by...)
		}
	}
	slices.Sort(opened)
	return items, slices.Compact(opened)
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

// Readable gives what an actor who holds the roles may read of an owner's instances of one app.
func Readable(a core.Actor, roles []string, d *app.Definition, owner core.PartyID) []store.ScopeItem {
	items, _ := readable(a, roles, d, owner)
	return items
}

func readable(
	a core.Actor, roles []string, d *app.Definition, owner core.PartyID,
) (items []store.ScopeItem, opened []string) {
	on := Target{App: d, Owner: owner}
	for _, t := range d.Process.Tasks() {
		on.Task = t.ID
		if permit, refusal := Decide(a, roles, ActionRead, on); refusal == nil {
			items = append(items, store.ScopeItem{Org: d.Ref.Org, App: d.Ref.App, Task: t.ID})
			opened = append(opened, permit.Role)
		}
	}
	on.Task = ""
	for _, end := range d.Process.EndEvents() {
		on.EndEvent = end
		if permit, refusal := Decide(a, roles, ActionRead, on); refusal == nil {
			items = append(items,
				store.ScopeItem{Org: d.Ref.Org, App: d.Ref.App, Task: end, Ended: true})
			opened = append(opened, permit.Role)
		}
	}
	return items, opened
}
