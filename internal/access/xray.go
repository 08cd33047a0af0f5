package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// holdersBatch is how many persons are read at a time.
const holdersBatch = 1000

// WhoMay tells who may do something with an instance, and by what: at least n persons if there
// are so many after the one, with those who need no grant and the systems on the first page. Each
// is decided by the function that guards the instance, as if signed in as securely as can be.
func (s *Service) WhoMay(
	ctx context.Context, tx *store.Tx, on Target, after core.PartyID, n int,
) (OpenedPage, error) {
	var page OpenedPage
	// Where anybody is let in, whoever is not must be told of too.
	x := xrayOf(on)
	open := len(x.ways(0, nil)) > 0
	if after == 0 {
		first, err := s.withoutGrant(ctx, tx, x)
		if err != nil {
			return page, err
		}
		page.List = first
	}
	for found := 0; ; {
		rows, err := tx.HoldersAt(ctx, on.Owner, after, holdersBatch)
		if err != nil {
			return page, fmt.Errorf("holders: %w", err)
		}
		persons := 0
		for len(rows) > 0 {
			var own []store.GrantRow
			own, rows = cutPerson(rows)
			persons++
			after = own[0].Person
			if ways := x.ways(after, own); open || len(ways) > 0 {
				party := core.Party{ID: after, Kind: core.PartyPerson, Name: own[0].PersonName}
				page.List = append(page.List, Opened{Party: party, Ways: ways})
				found++
			}
			if found == n && (len(rows) > 0 || persons == holdersBatch) {
				page.Next = after
				return page, nil
			}
		}
		if persons < holdersBatch {
			return page, nil
		}
	}
}

// cutPerson parts the first person's grants from the others'.
func cutPerson(rows []store.GrantRow) (own, rest []store.GrantRow) {
	end := slices.IndexFunc(rows, func(g store.GrantRow) bool { return g.Person != rows[0].Person })
	if end < 0 {
		end = len(rows)
	}
	return rows[:end], rows[end:]
}

// xray decides for person after person before one target.
type xray struct {
	on Target
	// seen are the answers by the role codes that count; nil when the policy tells persons with the same apart.
	seen map[string][]Way
}

func xrayOf(on Target) xray {
	x := xray{on: on}
	if !namesPersons(on.App.Policy) {
		x.seen = map[string][]Way{}
	}
	return x
}

// ways decides for a person with the grants towards the owner.
func (x xray) ways(person core.PartyID, grants []store.GrantRow) []Way {
	codes := make([]string, 0, len(grants)+1)
	for _, g := range grants {
		if counts(g.Limit, x.on) {
			codes = append(codes, g.Role)
		}
	}
	if person == x.on.Owner {
		codes = append(codes, core.RolePrivate)
	}
	ways := slices.Clone(x.decided(person, codes))
	for i := range ways {
		for _, g := range grants {
			if strings.EqualFold(g.Role, ways[i].Role) && counts(g.Limit, x.on) {
				ways[i].Grants = append(ways[i].Grants, g)
			}
		}
	}
	return ways
}

func (x xray) decided(person core.PartyID, codes []string) []Way {
	actor := core.Actor{Kind: core.ActorPerson, User: person}
	if x.seen == nil {
		return waysOf(actor, codes, x.on)
	}
	key := strings.Join(codes, "\n")
	ways, ok := x.seen[key]
	if !ok {
		ways = waysOf(actor, codes, x.on)
		x.seen[key] = ways
	}
	return ways
}

// namesPersons tells whether a rule looks at who a person is, beside the roles they hold.
func namesPersons(p *policy.Policy) bool {
	return slices.ContainsFunc(p.Rules(), func(r policy.Rule) bool {
		return slices.ContainsFunc(slices.Concat(r.Subjects...), func(l policy.Literal) bool {
			return l.Attribute == policy.AttrUserID || l.Attribute == policy.AttrPartyID
		})
	})
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
	for _, id := range namedPersons(on) {
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
func namedPersons(on Target) []core.PartyID {
	out := []core.PartyID{on.Owner}
	for _, r := range on.App.Policy.Rules() {
		for _, l := range slices.Concat(r.Subjects...) {
			if l.Attribute != policy.AttrUserID && l.Attribute != policy.AttrPartyID {
				continue
			}
			if id, err := strconv.ParseInt(l.Value, 10, 64); err == nil {
				out = append(out, core.PartyID(id))
			}
		}
	}
	slices.SortFunc(out, func(a, b core.PartyID) int { return cmp.Compare(a, b) })
	return slices.Compact(out)
}
