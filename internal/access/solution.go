package access

import (
	"context"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/solution"
	"stafett/store"
)

// Solution gives the picture of several apps, in a language, with who may read and write each by
// its policy.
func Solution(
	lang string, apps []*app.Definition, organisation func(number string) string,
) solution.Picture {
	var parts []solution.Part
	for _, d := range apps {
		parts = append(parts,
			solution.Part{App: d, Case: d.IsCase(), Roles: rolesIn(lang, d)})
	}
	return solution.Of(lang, parts, organisation)
}

// rolesIn gives who may read or write an app's instances at some stage, in words.
func rolesIn(lang string, d *app.Definition) []solution.Role {
	var out []solution.Role
	at := map[string]int{}
	for _, row := range TableOf(d).Rows {
		anything := row.Action == anyAction
		read := anything || strings.EqualFold(row.Action, ActionRead)
		write := anything || strings.EqualFold(row.Action, ActionWrite)
		if !read && !write || !row.permitsHere() {
			continue
		}
		code := row.Who.Code()
		if _, ok := at[code]; !ok {
			at[code] = len(out)
			out = append(out, solution.Role{Name: WhoText(lang, d, row.Who)})
		}
		role := &out[at[code]]
		role.Read, role.Write = role.Read || read, role.Write || write
	}
	return out
}

// permitsHere tells whether anything in the row is permitted in the app itself.
func (r Row) permitsHere() bool {
	for _, c := range r.Cells {
		if c.Permit && !c.Stage.Foreign() {
			return true
		}
	}
	return false
}

// AppOf gives one of an organisation's apps to whoever administers the organisation.
func (s *Service) AppOf(
	ctx context.Context, a core.Actor, org core.PartyID, name string,
) (*app.Definition, error) {
	var d *app.Definition
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.RequireAdministrator(ctx, tx, a, org); err != nil {
			return err
		}
		p, err := tx.Party(ctx, org)
		if err != nil {
			return err
		}
		if d, err = s.apps.App(core.AppRef{Org: p.Org, App: name}); err != nil {
			return err
		}
		e := AdminEvent(a, core.ActAdmin, org, 1, map[string]string{"part": "policy"})
		e.App = d.Ref
		tx.Audit(e)
		return nil
	})
	return d, err
}
