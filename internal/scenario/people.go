package scenario

import (
	"fmt"
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
)

// People are those that a scenario may name.
type People struct {
	Parties []core.Party
	// Roles are those in force.
	Roles []core.Grant
}

// highest is the highest authentication level there is: what people sign in with unless a
// scenario says else.
const highest = 4

// firstMadeUp is the party of the first made-up person; registers of test persons stay below.
const firstMadeUp core.PartyID = 590001

// With adds a made-up person for each role that the scenarios of an organisation's app speak of,
// and the organisation itself where the register does not know it. One whose party is not known
// is left out: whoever plays the step is told.
func (p People) With(org string, list []*app.Scenario) People {
	p.Parties, p.Roles = slices.Clone(p.Parties), slices.Clone(p.Roles)
	if _, known := p.holder(app.Who{}, org); !known {
		p.Parties = append(p.Parties, core.Party{
			ID: firstMadeUp - 1, Kind: core.PartyOrganisation, Name: org, Org: org,
			OrganisationNumber: madeUpOrganisation,
		})
	}
	for _, s := range list {
		for w := range everybody(s) {
			if _, known := p.find(w, org); w.Role == "" || known {
				continue
			}
			at, ok := p.holder(w, org)
			if !ok {
				continue
			}
			id := firstMadeUp + core.PartyID(len(p.Parties))
			p.Parties = append(p.Parties, core.Party{
				ID: id, Kind: core.PartyPerson, Name: madeUpName(w.Role, at), Language: "nb",
				Email: "kim@privat.example", Phone: "40000000",
				PersonNumber: madeUpNumber(int(id - firstMadeUp)),
			})
			if w.Role != core.RolePrivate {
				p.Roles = append(p.Roles, core.Grant{Person: id, Party: at.ID, Role: w.Role})
			}
		}
	}
	return p
}

// everybody visits all that a scenario names.
func everybody(s *app.Scenario) func(yield func(app.Who) bool) {
	return func(yield func(app.Who) bool) {
		var sights []app.Sight
		for _, a := range s.Steps {
			if !yield(a.Who) {
				return
			}
			sights = append(sights, a.Expect.Then...)
			if a.Expect.Makes != nil {
				sights = append(sights, *a.Expect.Makes...)
			}
		}
		for _, sight := range sights {
			for _, rights := range append(slices.Clone(sight.May), sight.MayNot...) {
				for _, w := range rights.Who {
					if !yield(w) {
						return
					}
				}
			}
		}
	}
}

// madeUpOrganisation is the number of an organisation that the register does not know.
const madeUpOrganisation = "313500004"

func madeUpName(role string, at core.Party) string {
	if role == core.RolePrivate {
		return "Kim Privat"
	}
	return role + " ved " + at.Name
}

// madeUpNumber gives the n-th number of somebody who does not exist: with the months of synthetic
// people, 81 to 92.
func madeUpNumber(n int) core.PersonNumber {
	for serial := n * 97 % 40000; ; serial++ {
		number := fmt.Sprintf("0181%02d%05d", 50+n%40, serial)
		if core.ValidPersonNumber(number) {
			return core.PersonNumber(number)
		}
	}
}

// holder gives the party at which a role is held: the one named, else the organisation that has
// the app.
func (p People) holder(w app.Who, org string) (core.Party, bool) {
	for _, party := range p.Parties {
		if w.Of != "" && party.Name == w.Of || w.Of == "" && party.Org == org {
			return party, true
		}
	}
	return core.Party{}, false
}

func (p People) find(w app.Who, org string) (core.Party, bool) {
	name := w.Person
	if w.Role != "" {
		at, ok := p.holder(w, org)
		if !ok {
			return at, false
		}
		name = madeUpName(w.Role, at)
	}
	i := slices.IndexFunc(p.Parties, func(x core.Party) bool { return x.Name == name })
	if i < 0 {
		return core.Party{}, false
	}
	return p.Parties[i], true
}

// named gives the party with a name.
func (p People) named(name string) (core.Party, bool) { return p.find(app.Who{Person: name}, "") }

// Party gives the party with the id; zero for none.
func (p People) Party(id core.PartyID) core.Party {
	for _, x := range p.Parties {
		if x.ID == id {
			return x
		}
	}
	return core.Party{}
}

// actor is somebody who has signed in and acts for themselves.
func (p People) actor(w app.Who, org string) (core.Actor, error) {
	party, ok := p.find(w, org)
	if !ok || party.Kind != core.PartyPerson {
		return core.Actor{}, fmt.Errorf("there is no %s: the people are %s", whoText(w), p.names())
	}
	level := w.Level
	if level == 0 {
		level = highest
	}
	return core.Actor{
		Kind: core.ActorPerson, User: party.ID, Party: party.ID, Name: party.Name, Level: level,
		Session: "scenario",
	}, nil
}

func (p People) names() string {
	var out []string
	for _, x := range p.Parties {
		if x.Kind == core.PartyPerson && x.ID < firstMadeUp {
			out = append(out, x.Name)
		}
	}
	return strings.Join(out, ", ")
}

func whoText(w app.Who) string {
	level := ""
	if w.Level != 0 {
		level = fmt.Sprintf(" at level %d", w.Level)
	}
	if w.Role == "" {
		return w.Person + level
	}
	of := ""
	if w.Of != "" {
		of = " at " + w.Of
	}
	return "somebody with the role " + w.Role + of + level
}

// roles gives the role codes that count for a person towards a party.
func (p People) roles(person, party core.PartyID) []string {
	var out []string
	for _, g := range p.Roles {
		if g.Person == person && g.Party == party {
			out = append(out, g.Role)
		}
	}
	if person == party {
		out = append(out, core.RolePrivate)
	}
	return out
}
