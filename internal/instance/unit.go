package instance

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Given is a case that has been given to a part of the organisation.
type Given struct {
	Version int
	// Gone tells that the actor may not read it there.
	Gone bool
}

// GiveToUnit gives a case to a part of the organisation, whoever has it: nobody has it there yet,
// and it stands among that unit's unassigned ones. The actor needs the right to take it; a unit
// without anybody who may take it is fault.Invalid. The case is unread for those who may. A case
// that has changed since is fault.Conflict.
func (s *Service) GiveToUnit(
	ctx context.Context, a core.Actor, p CaseChange, name string,
) (Given, error) {
	var out Given
	var err error
	out.Version, err = s.changeCase(ctx, a, p, access.ActionTake, func(tx *store.Tx, v *View) error {
		people, err := s.Access.Colleagues(ctx, tx, access.On(v.App, v.Instance))
		if err != nil {
			return err
		}
		takers, err := s.takers(ctx, tx, *v, people)
		if err != nil {
			return err
		}
		if len(takers[name]) == 0 {
			return fault.New(fault.Invalid, "fault.no_unit")
		}
		before := map[string]string{
			"to": name, "from": v.Instance.DataValues[app.UnitField],
			"assignee": strconv.FormatInt(int64(v.Instance.Assignee), 10),
		}
		setUnit(v, name)
		v.Instance.Assignee = 0
		if err := tx.UpdateInstance(ctx, &v.Instance); err != nil {
			return err
		}
		audit(tx, a, core.ActUnit, *v, before)
		for _, person := range takers[name] {
			if person != a.User {
				if err := tx.MarkUnseen(ctx, v.Instance.ID, person); err != nil {
					return err
				}
			}
		}
		standing, err := s.Access.Standing(ctx, tx, a, access.On(v.App, v.Instance))
		out.Gone = !standing.Rights(access.ActionRead)[access.ActionRead]
		return err
	})
	return out, err
}

func setUnit(v *View, name string) {
	values := maps.Clone(v.Instance.DataValues)
	if values == nil {
		values = map[string]string{}
	}
	if values[app.UnitField] = name; name == "" {
		delete(values, app.UnitField)
	}
	v.Instance.DataValues = values
}

// takers gives the people of each unit, but for the one that has the case, who may take it. Where a
// role may be limited to a unit, that is asked as if the unit had the case already.
func (s *Service) takers(
	ctx context.Context, tx *store.Tx, v View, people []access.Colleague,
) (map[string][]core.PartyID, error) {
	out := map[string][]core.PartyID{}
	for _, u := range s.Units {
		if u.Org != v.Instance.Org || u.Name == v.Instance.DataValues[app.UnitField] {
			continue
		}
		there := people
		if v.App.LimitField() == app.UnitField {
			on := access.On(v.App, v.Instance)
			on.Value = u.Name
			var err error
			if there, err = s.Access.Colleagues(ctx, tx, on); err != nil {
				return nil, err
			}
		}
		for _, c := range there {
			if c.MayAs(access.ActionTake, u.Roles) {
				out[u.Name] = append(out[u.Name], c.ID)
			}
		}
	}
	return out, nil
}

// ungive takes back that the case was given to a unit, as the line tells of it.
func (s *Service) ungive(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, line core.Event,
) error {
	held, err := strconv.ParseInt(line.Detail["assignee"], 10, 64)
	if err != nil {
		return err
	}
	setUnit(v, line.Detail["from"])
	if held != 0 {
		_, err = s.assignTo(ctx, tx, a, v, core.PartyID(held))
		return err
	}
	audit(tx, a, core.ActUnit, *v, map[string]string{"to": line.Detail["from"]})
	return tx.UpdateInstance(ctx, &v.Instance)
}

// unitsOf gives the names of the units whose people hold one of the roles, in the order in which
// they are declared.
func (s *Service) unitsOf(org string, roles []string) []string {
	var out []string
	for _, u := range s.Units {
		shared := slices.ContainsFunc(u.Roles, func(r string) bool { return slices.Contains(roles, r) })
		if u.Org == org && shared {
			out = append(out, u.Name)
		}
	}
	return out
}

// unitCalled gives the name of the unit that begins as it was typed, whatever the case; what no
// unit is called stays as it is, since a handover may name others.
func (s *Service) unitCalled(typed string) string {
	if typed == "" {
		return ""
	}
	for _, u := range s.Units {
		if strings.EqualFold(u.Name, typed) {
			return u.Name
		}
	}
	for _, u := range s.Units {
		if strings.HasPrefix(strings.ToLower(u.Name), strings.ToLower(typed)) {
			return u.Name
		}
	}
	return typed
}
