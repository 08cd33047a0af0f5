package access

import (
	"slices"
	"time"

	"stafett/internal/core"
	"stafett/store"
)

// Place is a party that a person may act for, and what they are there.
type Place struct {
	Party core.Party
	// Roles are the codes of the grants, each once.
	Roles  []string
	grants []core.Grant
	// Works tells that the person's roles let them read cases of the party's, Administers that
	// they administer its roles.
	Works, Administers bool
	// Unread is how many messages wait for the party that the person may read.
	Unread int
}

// Ending gives the roles there that the person is about to lose.
func (p Place) Ending(now time.Time) []core.Grant { return Ending(p.grants, now) }

// Places gives whom the person may act for: themselves first, then the parties that they hold a
// role at now, by name. It draws menus; each page behind them asks for itself.
func (s *Service) Places(
	a core.Actor, self core.Party, roles []store.PartyRoles, unread []core.UnreadMessages,
) []Place {
	out := []Place{{
		Party: self, Roles: []string{core.RolePrivate}, grants: Holding(core.RolePrivate),
	}}
	for _, row := range roles {
		out = append(out, s.place(a, row))
	}
	for i := range out {
		out[i].Unread = s.unread(a, out[i], unread)
	}
	return out
}

// unread counts the messages of apps whose instances the person may read for the party.
func (s *Service) unread(a core.Actor, p Place, list []core.UnreadMessages) int {
	n := 0
	for _, u := range list {
		if u.Owner != p.Party.ID {
			continue
		}
		d, err := s.apps.App(u.App)
		if err != nil {
			continue
		}
		on := Target{App: d, Owner: u.Owner}
		if _, refusal := Decide(a, Counting(p.grants, on), ActionRead, on); refusal == nil {
			n += u.Count
		}
	}
	return n
}

func (s *Service) place(a core.Actor, row store.PartyRoles) Place {
	p := Place{Party: row.Party, Roles: Codes(row.Grants), grants: row.Grants}
	p.Administers = slices.Contains(Counting(row.Grants, Target{}), core.RoleMainAdministrator)
	// Whether there is anything to read does not hang on how the person signed in this time.
	a.Level = highestLevel
	p.Works = s.reads(a, row.Grants, row.Party.ID)
	return p
}
