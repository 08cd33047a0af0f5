package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/policy"
	"stafett/store"
)

// Opened is one who may do something with an instance, and what opens it. One without a way may
// do nothing, though anybody else may.
type Opened struct {
	// Party is the person or the organisation; zero for anybody at all.
	Party core.Party
	// System tells that it is the service owner's systems.
	System bool
	Ways   []Way
}

// Way is what one rule of the policy lets a person do by one role.
type Way struct {
	// Rule is the deciding rule's id.
	Rule string
	// Role is the role that fits it, empty when the rule asks for none.
	Role    string
	Actions []string
	// Level is how securely the person must have signed in; 0 is however they have.
	Level int
	// Grants are what gives them the role; none for what they are without it, as oneself.
	Grants []store.GrantRow
}

// Sentence says the rule in plain words.
func (w Way) Sentence(lang string, d *app.Definition) string {
	for _, r := range d.Policy.Rules() {
		if r.ID == w.Rule {
			return Sentence(lang, d, r)
		}
	}
	return ""
}

// OpenedPage is some of those who may do something with an instance.
type OpenedPage struct {
	List []Opened
	// Next is the person to go on after; 0 when there are no more.
	Next core.PartyID
}

// How many persons are read at a time: few where the first are the ones to be told of, then more.
const (
	firstHolders = 500
	mostHolders  = 10_000
)

// WhoMay tells who may do something with an instance, and by what: up to n persons after the one,
// with those who need no grant and the systems on the first page. Each is decided by the function
// that guards the instance, as if signed in as securely as can be.
func (s *Service) WhoMay(
	ctx context.Context, tx *store.Tx, on Target, after core.PartyID, n int,
) (OpenedPage, error) {
	var page OpenedPage
	x := xrayOf(on)
	if after == 0 {
		first, err := s.withoutGrant(ctx, tx, x)
		if err != nil {
			return page, err
		}
		page.List = first
	}
	persons, err := x.persons(ctx, tx, after, n+1)
	if err != nil {
		return page, err
	}
	if len(persons) > n {
		persons = persons[:n]
		page.Next = persons[n-1]
	}
	named, err := x.named(ctx, tx, persons)
	page.List = append(page.List, named...)
	return page, err
}

// persons gives the next n holders of a role, after one, who are to be told of: those who may do
// something, and where anybody is let in, whoever is not as well.
func (x xray) persons(
	ctx context.Context, tx *store.Tx, after core.PartyID, n int,
) ([]core.PartyID, error) {
	var out []core.PartyID
	open := x.open()
	for batch := firstHolders; ; batch = min(10*batch, mostHolders) {
		grants, err := tx.RolesAt(ctx, x.on.Owner, after, batch)
		if err != nil {
			return nil, fmt.Errorf("holders: %w", err)
		}
		read := 0
		for own := range perPerson(grants, func(g core.Grant) core.PartyID { return g.Person }) {
			read++
			after = own[0].Person
			codes := Counting(withOwn(after, x.on.Owner, own), x.on)
			if open || len(x.decided(after, codes)) > 0 {
				out = append(out, after)
			}
			if len(out) == n {
				return out, nil
			}
		}
		if read < batch {
			return out, nil
		}
	}
}

// named reads who the persons are and what gives them their roles, and decides by that.
func (x xray) named(
	ctx context.Context, tx *store.Tx, persons []core.PartyID,
) ([]Opened, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	rows, err := tx.GrantsOf(ctx, x.on.Owner, persons...)
	if err != nil {
		return nil, fmt.Errorf("grants: %w", err)
	}
	var out []Opened
	open := x.open()
	for own := range perPerson(rows, func(g store.GrantRow) core.PartyID { return g.Person }) {
		party := core.Party{ID: own[0].Person, Kind: core.PartyPerson, Name: own[0].PersonName}
		// A role may have ended since the holders were read.
		if ways := x.ways(party.ID, own); open || len(ways) > 0 {
			out = append(out, Opened{Party: party, Ways: ways})
		}
	}
	return out, nil
}

// perPerson parts grants in the order of persons into those of each.
func perPerson[G any](grants []G, person func(G) core.PartyID) iter.Seq[[]G] {
	return func(yield func([]G) bool) {
		for from := 0; from < len(grants); {
			to := from + 1
			for to < len(grants) && person(grants[to]) == person(grants[from]) {
				to++
			}
			if !yield(grants[from:to]) {
				return
			}
			from = to
		}
	}
}

// xray decides for person after person before one target.
type xray struct {
	on Target
	// seen are the answers by all that the decision reads of a person: the roles that count, and who
	// it is when the policy tells the person from others with the same. An answer tells of every level
	// of sign-in.
	seen map[string][]Way
	// apart are the ids of those whom the policy tells apart; every is that it may be anybody.
	apart []string
	every bool
}

func xrayOf(on Target) xray {
	users, byUser := on.App.Policy.TellsApart(policy.AttrUserID)
	parties, byParty := on.App.Policy.TellsApart(policy.AttrPartyID)
	return xray{on: on, seen: map[string][]Way{}, apart: append(users, parties...),
		every: !byUser || !byParty}
}

// ways decides for a person by those of the grants towards the owner that are in force.
func (x xray) ways(person core.PartyID, grants []store.GrantRow) []Way {
	codes := Counting(withOwn(person, x.on.Owner, inForce(grants)), x.on)
	ways := slices.Clone(x.decided(person, codes))
	for i := range ways {
		for _, g := range grants {
			if g.InForce && strings.EqualFold(g.Role, ways[i].Role) && counts(g.Limit, x.on) {
				ways[i].Grants = append(ways[i].Grants, g)
			}
		}
	}
	return ways
}

// open tells that anybody is let in: whoever is not must be told of too.
func (x xray) open() bool { return len(x.decided(0, nil)) > 0 }

func (x xray) decided(person core.PartyID, codes []string) []Way {
	key := strings.Join(codes, "\n")
	if x.tellsApart(person) {
		key += "\n" + partyText(person)
	}
	ways, ok := x.seen[key]
	if !ok {
		ways = waysOf(core.Actor{Kind: core.ActorPerson, User: person}, codes, x.on)
		x.seen[key] = ways
	}
	return ways
}

// tellsApart tells whether the policy may treat the person otherwise than others with the same roles.
func (x xray) tellsApart(person core.PartyID) bool {
	return x.every || len(x.apart) > 0 && slices.Contains(x.apart, partyText(person))
}

// waysOf asks the decision about every action and gathers what the same rule opens.
func waysOf(a core.Actor, roles []string, on Target) []Way {
	var ways []Way
	for _, action := range ActionsOf(on.App) {
		a.Level = highestLevel
		permit, refusal := Decide(a, roles, action, on)
		if refusal != nil {
			continue
		}
		way := Way{Rule: permit.Rule, Role: permit.Role}
		a.Level = 0
		if _, low := Decide(a, roles, action, on); low != nil {
			way.Level = low.NeedLevel
		}
		i := slices.IndexFunc(ways, func(w Way) bool {
			return w.Rule == way.Rule && w.Role == way.Role && w.Level == way.Level
		})
		if i < 0 {
			i = len(ways)
			ways = append(ways, way)
		}
		ways[i].Actions = append(ways[i].Actions, action)
	}
	return ways
}

// ActionsOf are the actions that can be taken on an instance of the app: those that the program
// asks about, and those that the app's policy names.
func ActionsOf(d *app.Definition) []string {
	out := []string{ActionRead, ActionWrite, ActionDelete, ActionComplete, ActionTake, ActionRelease}
	for _, action := range d.Policy.Actions() {
		if action != ActionInstantiate && !slices.Contains(out, action) {
			out = append(out, action)
		}
	}
	return out
}

// withoutGrant gives those who need no grant at the owner: anybody, the owner themselves, persons
// that the policy names, and the service owner's systems.
func (s *Service) withoutGrant(ctx context.Context, tx *store.Tx, x xray) ([]Opened, error) {
	var out []Opened
	on, open := x.on, x.ways(0, nil)
	if len(open) > 0 {
		out = append(out, Opened{Ways: open})
	}
	for _, id := range x.namedPersons() {
		party, held, err := nameAndRoles(ctx, tx, id, on.Owner)
		if err != nil {
			return nil, err
		}
		// Whoever holds a role there is met among the holders.
		if held || party.Kind != core.PartyPerson {
			continue
		}
		if ways := x.ways(id, nil); len(open)+len(ways) > 0 {
			out = append(out, Opened{Party: party, Ways: ways})
		}
	}
	owner, err := tx.PartyByOrg(ctx, on.App.Ref.Org)
	if errors.Is(err, store.ErrNoRow) {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("service owner: %w", err)
	}
	token := core.Actor{Kind: core.ActorOrg, Org: owner.Org, OrganisationNumber: owner.OrganisationNumber}
	if ways := waysOf(token, nil, on); len(ways) > 0 {
		out = append(out, Opened{Party: owner, System: true, Ways: ways})
	}
	return out, nil
}

// nameAndRoles gives a party, and whether it holds a role at the owner; a zero party when there
// is none.
func nameAndRoles(
	ctx context.Context, tx *store.Tx, id, owner core.PartyID,
) (core.Party, bool, error) {
	party, err := tx.Party(ctx, id)
	if errors.Is(err, store.ErrNoRow) {
		return core.Party{}, false, nil
	}
	if err != nil {
		return party, false, fmt.Errorf("named person: %w", err)
	}
	roles, err := tx.RolesOf(ctx, id, owner)
	return party, len(roles) > 0, err
}

// namedPersons are the owner and the persons that the policy names by number.
func (x xray) namedPersons() []core.PartyID {
	out := []core.PartyID{x.on.Owner}
	for _, text := range x.apart {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			out = append(out, core.PartyID(id))
		}
	}
	slices.SortFunc(out, func(a, b core.PartyID) int { return cmp.Compare(a, b) })
	return slices.Compact(out)
}
