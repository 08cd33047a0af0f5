package access

import (
	"context"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/store"
)

// IsCaseApp tells whether an app's instances are cases: made by handover or by a system, never
// by an end user, and so worked on in an inbox.
func IsCaseApp(d *app.Definition) bool { return d.Meta.DisallowUserInstantiation }

// Scope gives what an actor may read of an owner's cases, app by app and task by task, as the
// same decisions that guard each case say. A list that is filtered by it in SQL shows a case
// exactly when opening it would be permitted. An empty scope is no error: the list is empty.
func (s *Service) Scope(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID,
) (store.Scope, error) {
	scope := store.Scope{Owner: owner}
	roles, err := s.roles(ctx, tx, a, owner)
	if err != nil {
		return scope, err
	}
	for _, d := range s.apps.Apps() {
		if IsCaseApp(d) {
			scope.Items = append(scope.Items, readable(a, roles, d, owner)...)
		}
	}
	return scope, nil
}

func readable(a core.Actor, roles []string, d *app.Definition, owner core.PartyID) []store.ScopeItem {
	var items []store.ScopeItem
	on := Target{App: d, Owner: owner}
	for _, t := range d.Process.Tasks() {
		on.Task = t.ID
		if _, refusal := decide(a, roles, ActionRead, on); refusal == nil {
			items = append(items, store.ScopeItem{Org: d.Ref.Org, App: d.Ref.App, Task: t.ID})
		}
	}
	on.Task = ""
	for _, end := range d.Process.EndEvents() {
		on.EndEvent = end
		if _, refusal := decide(a, roles, ActionRead, on); refusal == nil {
			items = append(items,
				store.ScopeItem{Org: d.Ref.Org, App: d.Ref.App, Task: end, Ended: true})
		}
	}
	return items
}

// Works tells whether the actor is somebody at the organisation: holds any role there that one
// of its case apps lets read. It decides whether the inbox is offered in the menu.
func (s *Service) Works(
	ctx context.Context, tx *store.Tx, a core.Actor, owner core.PartyID,
) (bool, error) {
	scope, err := s.Scope(ctx, tx, a, owner)
	return len(scope.Items) > 0, err
}
