package access

import (
	"slices"

	"stafett/internal/core"
	"stafett/store"
)

// Place is a party that a person may act for, and what they are there.
type Place struct {
	Party core.Party
	Roles []string
	// Works tells that the person's roles let them read cases of the party's, Administers that
	// they administer its roles.
	Works, Administers bool
}

// Places gives whom the person may act for: themselves first, then the parties that they hold a
// role at now, by name. It draws menus; each page behind them asks for itself.
func (s *Service) Places(a core.Actor, self core.Party, roles []store.PartyRoles) []Place {
	out := []Place{{Party: self, Roles: []string{core.RolePrivate}}}
	for _, row := range roles {
		out = append(out, s.place(a, row))
	}
	return out
}

func (s *Service) place(a core.Actor, row store.PartyRoles) Place {
	p := Place{Party: row.Party, Roles: row.Roles}
	p.Administers = slices.Contains(row.Roles, core.RoleMainAdministrator)
	// Whether there is anything to read does not hang on how the person signed in this time.
	a.Level = highestLevel
	p.Works = len(s.readable(a, row.Roles, row.Party.ID)) > 0
	return p
}
