package access

import (
	"context"
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

// Places gives whom the person may act for: themselves first, then by name. It draws menus; each
// page behind them asks for itself.
func (s *Service) Places(ctx context.Context, a core.Actor) ([]Place, error) {
	var out []Place
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		self, err := tx.Party(ctx, a.User)
		if err != nil {
			return err
		}
		out = []Place{{Party: self, Roles: []string{core.RolePrivate}}}
		rows, err := tx.PartiesOf(ctx, a.User)
		for _, row := range rows {
			out = append(out, s.place(a, row))
		}
		return err
	})
	return out, err
}

func (s *Service) place(a core.Actor, row store.PartyRoles) Place {
	p := Place{Party: row.Party, Roles: row.Roles}
	p.Administers = slices.Contains(row.Roles, core.RoleMainAdministrator)
	// Whether there is anything to read does not hang on how the person signed in this time.
	a.Level = highestLevel
	p.Works = len(s.readable(a, row.Roles, row.Party.ID)) > 0
	return p
}
