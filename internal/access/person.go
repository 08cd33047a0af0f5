package access

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// PersonAccess is what a person can do at an organisation, and why.
type PersonAccess struct {
	Person core.PartyID
	Name   string
	// Grants are all the roles that they have, had or will have there.
	Grants []GrantRow
	// Opened are the stages of the apps at which they may do something.
	Opened []OpenedStage
}

// OpenedStage is a stage of an app at which a person may do something, and what opens it.
type OpenedStage struct {
	App   *app.Definition
	Stage Stage
	Ways  []Way
	// Limit is set where it is only of the cases with a value in the app's data field.
	Limit core.Limit
	// Scope is what of the stage they may read. Cases is how many cases that lets see: exact up to
	// store.CountLimit, and one more when there are more.
	Scope store.Scope
	Cases int
}

// Person tells an administrator of the organisation what a person who has or had a role there can
// do, where in which app, by what, and with how many cases; it shows none of them. Anybody else is
// refused as one who does not exist is.
func (s *Service) Person(
	ctx context.Context, a core.Actor, org, person core.PartyID,
) (PersonAccess, error) {
	p := PersonAccess{Person: person}
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, org, core.ActAdmin); err != nil {
			return err
		}
		var err error
		if p.Grants, err = tx.GrantsOf(ctx, org, person); err != nil {
			return err
		}
		if len(p.Grants) == 0 {
			tx.Refused(refusedAdmin(a, core.ActAdmin, org))
			return fault.New(fault.Forbidden, "fault.forbidden")
		}
		p.Name = p.Grants[0].PersonName
		p.Opened = nil
		for _, d := range s.apps.Apps() {
			p.Opened = append(p.Opened, OpenedTo(person, p.Grants, d, org)...)
		}
		tx.Audit(AdminEvent(a, core.ActAdmin, org, len(p.Opened), map[string]string{
			"part": "person", "person": partyText(person),
		}))
		return countCases(ctx, tx, p.Opened)
	})
	return p, err
}

func countCases(ctx context.Context, tx *store.Tx, opened []OpenedStage) error {
	scopes := make([]store.Scope, len(opened))
	for i, o := range opened {
		scopes[i] = o.Scope
	}
	counts, err := tx.CountScopes(ctx, scopes)
	if err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	for i, n := range counts {
		opened[i].Cases = n
	}
	return nil
}

// OpenedTo tells at which stages of an app, with an owner's instances, a person with the grants may
// do something: with any of them, and with those that have a certain value in the app's data field
// where that opens more. Each is decided by the function that guards an instance which stands there.
func OpenedTo(
	person core.PartyID, grants []GrantRow, d *app.Definition, owner core.PartyID,
) []OpenedStage {
	held := withOwn(person, owner, inForce(grants))
	items := Readable(
		core.Actor{Kind: core.ActorPerson, User: person, Level: highestLevel}, held, d, owner)
	var out []OpenedStage
	for _, stage := range standing(d) {
		on := Target{App: d, Owner: owner}
		if stage.Kind == StageEnd {
			on.EndEvent = stage.ID
		} else {
			on.Task = stage.ID
		}
		whole := xrayOf(on).ways(person, grants)
		if len(whole) > 0 {
			out = append(out, openedStage(on, stage, whole, items))
		}
		for _, on.Value = range limitValues(held, d) {
			ways := xrayOf(on).ways(person, grants)
			if len(ways) > 0 && !slices.EqualFunc(ways, whole, Way.opensAs) {
				out = append(out, openedStage(on, stage, ways, items))
			}
		}
	}
	return out
}

// opensAs tells whether two ways are by the same rule and role, whatever gives the role.
func (w Way) opensAs(other Way) bool {
	w.Grants, other.Grants = nil, nil
	return reflect.DeepEqual(w, other)
}

func openedStage(on Target, stage Stage, ways []Way, items []store.ScopeItem) OpenedStage {
	opened := OpenedStage{App: on.App, Stage: stage, Ways: ways, Scope: store.Scope{Owner: on.Owner}}
	if on.Value != "" {
		opened.Limit = core.Limit{Field: on.App.LimitField(), Values: []string{on.Value}}
	}
	for _, item := range items {
		at := item.Task == stage.ID && item.Ended == (stage.Kind == StageEnd)
		if !at || item.Field != "" && item.Value != on.Value {
			continue
		}
		item.Field, item.Value = opened.Limit.Field, on.Value
		opened.Scope.Items = append(opened.Scope.Items, item)
	}
	return opened
}

// standing are the stages at which an instance can stand.
func standing(d *app.Definition) []Stage {
	var out []Stage
	for _, t := range d.Process.Tasks() {
		out = append(out, Stage{Kind: StageTask, ID: t.ID})
	}
	for _, id := range d.Process.EndEvents() {
		out = append(out, Stage{Kind: StageEnd, ID: id})
	}
	return out
}

func inForce(grants []GrantRow) []core.Grant {
	var out []core.Grant
	for _, g := range grants {
		if g.InForce {
			out = append(out, g.Grant)
		}
	}
	return out
}
