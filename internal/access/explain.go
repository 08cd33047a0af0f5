package access

import (
	"context"
	"slices"
	"strconv"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/store"
)

// RoleOffered is a role that an administrator may grant, with the apps that ask for it.
type RoleOffered struct {
	app.Role
	Apps []core.AppRef
}

// RolesOffered gives the roles that the case apps ask for, as their config/roles.json tell
// them, in the order of the apps.
func (s *Service) RolesOffered() []RoleOffered {
	var out []RoleOffered
	for _, d := range s.apps.Apps() {
		if !d.IsCase() {
			continue
		}
		for _, r := range d.Roles {
			i := slices.IndexFunc(out, func(o RoleOffered) bool { return o.Code == r.Code })
			if i < 0 {
				out = append(out, RoleOffered{Role: r})
				i = len(out) - 1
			}
			out[i].Apps = append(out[i].Apps, d.Ref)
		}
	}
	return out
}

// RolesFor gives the role codes that an app's policy lets take an action in a task.
func RolesFor(d *app.Definition, action, task string) []string {
	return d.Policy.RolesFor(action, anyValue(Target{App: d, Task: task}))
}

// Explanation tells a refused person what would open the door, from the apps' policies alone:
// it is the same for a case that exists and for one that does not.
type Explanation struct {
	Organisation core.Party
	// Wanted are the roles that the apps ask for.
	Wanted []RoleOffered
	// Held are the role codes that the person holds at the organisation.
	Held []string
	// Granters are the names of those who can grant.
	Granters []string
}

// Explain tells what roles the cases of an organisation ask for, which of them the person has,
// and who can grant them.
func (s *Service) Explain(ctx context.Context, a core.Actor, org core.PartyID) (Explanation, error) {
	e := Explanation{Wanted: s.RolesOffered()}
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if e.Organisation, err = tx.Party(ctx, org); err != nil {
			return err
		}
		held, err := s.held(ctx, tx, a, org)
		if err != nil {
			return err
		}
		e.Held = Codes(held)
		granters, err := tx.HoldersOf(ctx, org, core.RoleMainAdministrator)
		for _, g := range granters {
			e.Granters = append(e.Granters, g.Name)
		}
		return err
	})
	return e, err
}

// startOfDay gives the first moment of the day, in Norway.
func startOfDay(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, text.Oslo())
}

// endOfDay gives the first moment after the day, in Norway.
func endOfDay(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, text.Oslo())
}

func partyText(p core.PartyID) string { return strconv.FormatInt(int64(p), 10) }
