package access

import (
	"context"
	"slices"
	"strconv"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/policy"
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

// AppRules are the rules by which an app's policy lets people take an action somewhere in its
// process, and how securely they must have signed in.
type AppRules struct {
	App   *app.Definition
	Rules []policy.Rule
	Level int
}

// Sentences says the rules in plain words.
func (r AppRules) Sentences(lang string) []string {
	var out []string
	for _, rule := range r.Rules {
		out = append(out, Sentence(lang, r.App, rule))
	}
	return out
}

// RulesFor gives the rules of an app that let a person take an action, by the decision itself.
func RulesFor(d *app.Definition, action string) AppRules {
	out := AppRules{App: d}
	out.Level, _ = d.Policy.Levels()
	fits := map[int]bool{}
	for _, who := range subjects(d.Policy) {
		if who.organisation() {
			continue
		}
		for _, stage := range standing(d) {
			if c := cell(d, who, action, stage); c.Permit {
				for _, n := range c.Rules {
					fits[n] = true
				}
			}
		}
	}
	for _, rule := range d.Policy.Rules() {
		if fits[rule.Number] {
			out.Rules = append(out.Rules, rule)
		}
	}
	return out
}

// Explanation tells a refused person what would open the door, from the apps' policies alone:
// it is the same for a case that exists and for one that does not.
type Explanation struct {
	Organisation core.Party
	// Wanted are the roles that the apps ask for.
	Wanted []RoleOffered
	// Rules are those that let a person read cases, app by app.
	Rules []AppRules
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
		e.Rules = s.readingRules(e.Organisation.Org)
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

// readingRules are the rules by which people read cases of a service owner's apps.
func (s *Service) readingRules(org string) []AppRules {
	var out []AppRules
	for _, d := range s.apps.Apps() {
		if d.IsCase() && d.Ref.Org == org {
			out = append(out, RulesFor(d, ActionRead))
		}
	}
	return out
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
