package access

import (
	"context"
	"errors"
	"slices"
	"strings"

	"stafett/internal/core"
	"stafett/store"
)

// maxColleagues is how many persons are offered to choose from.
const maxColleagues = 200

// Colleague is a person who holds a role at the owner, and what they may do with an instance.
type Colleague struct {
	core.Party
	ways []Way
}

// May tells whether the colleague may take an action, signed in as securely as can be.
func (c Colleague) May(action string) bool {
	return slices.ContainsFunc(c.ways, func(w Way) bool { return slices.Contains(w.Actions, action) })
}

// MayAs tells whether the colleague may take an action by one of the roles.
func (c Colleague) MayAs(action string, roles []string) bool {
	return slices.ContainsFunc(c.ways, func(w Way) bool {
		return slices.Contains(w.Actions, action) && slices.Contains(roles, w.Role)
	})
}

// Colleagues gives the persons who may do something with an instance, by name, at most
// maxColleagues: those whom WhoMay tells of by a role.
func (s *Service) Colleagues(ctx context.Context, tx *store.Tx, on Target) ([]Colleague, error) {
	page, err := s.WhoMay(ctx, tx, on, 0, maxColleagues)
	if err != nil {
		return nil, err
	}
	var out []Colleague
	for _, o := range page.List {
		if o.Party.Kind != core.PartyPerson || len(o.Ways) == 0 {
			continue
		}
		out = append(out, Colleague{Party: o.Party, ways: o.Ways})
	}
	slices.SortStableFunc(out, func(a, b Colleague) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out, nil
}

// PersonMay tells whether somebody else may take an action on an instance, by the decision that
// guards it, as if signed in as securely as can be. Whoever is no person may nothing.
func (s *Service) PersonMay(
	ctx context.Context, tx *store.Tx, person core.PartyID, action string, on Target,
) (bool, error) {
	party, err := tx.Party(ctx, person)
	if errors.Is(err, store.ErrNoRow) || err == nil && party.Kind != core.PartyPerson {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	a := core.Actor{Kind: core.ActorPerson, User: person, Party: person, Level: highestLevel}
	standing, err := s.Standing(ctx, tx, a, on)
	return standing.Rights(action)[action], err
}
