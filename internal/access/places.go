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
	places, _, err := s.Around(ctx, a, "")
	return places, err
}

// Around gives the person's places, and the party behind a service owner's code: zero when there
// is none.
func (s *Service) Around(
	ctx context.Context, a core.Actor, org string,
) ([]Place, core.Party, error) {
	var around store.Surroundings
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		around, err = tx.Surroundings(ctx, a.User, org)
		return err
	})
	if err != nil {
		return nil, core.Party{}, err
	}
	out := []Place{{Party: around.Self, Roles: []string{core.RolePrivate}}}
	for _, row := range around.Places {
		out = append(out, s.place(a, row))
	}
	return out, around.Owner, nil
}

func (s *Service) place(a core.Actor, row store.PartyRoles) Place {
	p := Place{Party: row.Party, Roles: row.Roles}
	p.Administers = slices.Contains(row.Roles, core.RoleMainAdministrator)
	// Whether there is anything to read does not hang on how the person signed in this time.
	a.Level = highestLevel
	p.Works = len(s.readable(a, row.Roles, row.Party.ID)) > 0
	return p
}
