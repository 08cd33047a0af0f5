package access_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/policy"
	"stafett/internal/policy/tree"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

// The parts that a generated policy is put together from.
var (
	generatedRoles   = []string{"nordvik-kultur", "nordvik-parkering", "nordvik-lege", "HADM", "DAGL", "PRIV"}
	generatedTasks   = []string{"Task_mottak", "Task_vurdering", "Task_vedtak"}
	generatedActions = []string{"read", "write", "delete", "complete", "take", "release", "confirm"}
)

// generated is a generator of policies and grants.
type generated struct{ *rand.Rand }

func (g generated) pick(list []string) string { return list[g.IntN(len(list))] }

func (g generated) match(category, attribute, value string) string {
	return fmt.Sprintf(`<Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal">`+
		`<AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">%s</AttributeValue>`+
		`<AttributeDesignator AttributeId="%s" Category="%s" MustBePresent="false" `+
		`DataType="http://www.w3.org/2001/XMLSchema#string"/></Match>`, value, attribute, category)
}

func (g generated) anyOf(alternatives []string) string {
	return "<AnyOf><AllOf>" + strings.Join(alternatives, "</AllOf><AllOf>") + "</AllOf></AnyOf>"
}

// subject is a role, two roles at once, a person, an organisation or every person.
func (g generated) subject() string {
	const subject = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject"
	role := func() string { return g.match(subject, policy.AttrRoleCode, g.pick(generatedRoles)) }
	switch g.IntN(12) {
	case 0:
		return g.match(subject, policy.AttrOrg, "nordvik")
	case 1:
		return g.match(subject, policy.AttrUserID, fmt.Sprint(int(solutiontest.Siri)))
	case 2:
		return role() + role()
	case 3:
		return g.match(subject, policy.AttrPartyType, "person")
	}
	return role()
}

func (g generated) rule(i int) string {
	const (
		resource = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource"
		action   = "urn:oasis:names:tc:xacml:3.0:attribute-category:action"
	)
	effect := "Permit"
	if g.IntN(5) == 0 {
		effect = "Deny"
	}
	subjects := []string{g.subject()}
	if g.IntN(2) == 0 {
		subjects = append(subjects, g.subject())
	}
	target := g.anyOf(subjects)
	if g.IntN(3) > 0 {
		target += g.anyOf([]string{g.match(resource, policy.AttrTask, g.pick(generatedTasks))})
	}
	var actions []string
	for range 1 + g.IntN(3) {
		actions = append(actions, g.match(action,
			"urn:oasis:names:tc:xacml:1.0:action:action-id", g.pick(generatedActions)))
	}
	return fmt.Sprintf(`<Rule RuleId="r%d" Effect="%s"><Target>%s</Target></Rule>`, i, effect,
		target+g.anyOf(actions))
}

// policyAround writes a policy of the rules with a minimum level.
func policyAround(rules string, level int) string {
	const duty = `<ObligationExpressions><ObligationExpression FulfillOn="Permit" ObligationId="o">` +
		`<AttributeAssignmentExpression AttributeId="urn:altinn:obligation1-assignment1" ` +
		`Category="urn:altinn:minimum-authenticationlevel"><AttributeValue ` +
		`DataType="http://www.w3.org/2001/XMLSchema#integer">%d</AttributeValue>` +
		`</AttributeAssignmentExpression></ObligationExpression></ObligationExpressions>`
	return `<Policy xmlns="` + tree.Namespace + `" PolicyId="p" Version="1.0" RuleCombiningAlgId="` +
		`urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides"><Target/>` +
		rules + fmt.Sprintf(duty, level) + `</Policy>`
}

func (g generated) policy(t *testing.T) *policy.Policy {
	t.Helper()
	var rules strings.Builder
	for i := range 2 + g.IntN(5) {
		rules.WriteString(g.rule(i))
	}
	doc := policyAround(rules.String(), g.IntN(5))
	p, err := policy.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	return p
}

// grants gives the persons roles at the owner anew, one in two in force.
func (g generated) grants(t *testing.T, s *solutiontest.Solution, persons []core.PartyID) {
	t.Helper()
	storetest.Exec(t, s.Database, "DELETE FROM role_grant")
	times := []string{
		"now() - interval '1 day', NULL, NULL", "now() - interval '2 days', now() + interval '9 days', NULL",
		"now() - interval '2 days', now() - interval '1 day', NULL", "now() + interval '1 day', NULL, NULL",
		"now() - interval '2 days', NULL, now() - interval '1 day'",
	}
	for range 2 * len(persons) {
		source := []string{"register", "granted"}[g.IntN(2)]
		owner := solutiontest.Nordvik
		if g.IntN(4) == 0 {
			owner = solutiontest.Sorvik
		}
		app := []core.AppRef{{}, {}, solutiontest.Case, solutiontest.Application}[g.IntN(4)]
		storetest.Exec(t, s.Database, `INSERT INTO role_grant
			(person, party, role, source, limit_org, limit_app, valid_from, valid_to, withdrawn_at)
			VALUES ($1, $2, $3, $4, $5, $6, `+times[min(g.IntN(8), 4)*g.IntN(2)]+`)`,
			persons[g.IntN(len(persons))], owner, g.pick(generatedRoles[:5]), source, app.Org, app.App)
	}
}

// told is what the X-ray says that one may do, by action, and whether it lists them.
func told(
	list []access.Opened, person core.PartyID, system bool,
) (out map[string]access.Way, listed bool) {
	out = map[string]access.Way{}
	for _, o := range list {
		if o.System != system || o.Party.ID != person && !system {
			continue
		}
		listed = true
		for _, w := range o.Ways {
			for _, action := range w.Actions {
				out[action] = w
			}
		}
	}
	return out, listed
}

// everyone reads all pages, a few at a time.
func everyone(t *testing.T, s *solutiontest.Solution, on access.Target) []access.Opened {
	t.Helper()
	var list []access.Opened
	for after := core.PartyID(0); ; {
		var page access.OpenedPage
		s.Tx(t, func(tx *store.Tx) error {
			var err error
			page, err = s.Access.WhoMay(t.Context(), tx, on, after, 2)
			return err
		})
		list = append(list, page.List...)
		if page.Next == 0 {
			return list
		}
		after = page.Next
	}
}

// compareWithEnforcer asks the enforcer about every person, level and action of one case state.
func compareWithEnforcer(
	t *testing.T, s *solutiontest.Solution, on access.Target, persons []core.PartyID,
) (checked, permitted int) {
	t.Helper()
	list := everyone(t, s, on)
	ask := func(a core.Actor, ways map[string]access.Way) {
		for level := range 5 {
			a.Level = level
			var rights map[string]bool
			s.Tx(t, func(tx *store.Tx) error {
				st, err := s.Access.Standing(t.Context(), tx, a, on)
				rights = st.Rights(generatedActions...)
				return err
			})
			for action, may := range rights {
				checked++
				way, ok := ways[action]
				if may != (ok && level >= way.Level) {
					t.Errorf("%s at level %d, %s in %s%s: may %v, told %+v", a.Name, level, action,
						on.Task, on.EndEvent, may, way)
				}
				if may {
					permitted++
				}
			}
		}
		for _, w := range ways {
			for _, grant := range w.Grants {
				if !grant.InForce || grant.Person != a.User || grant.Role != w.Role ||
					grant.Limit.App != (core.AppRef{}) && grant.Limit.App != on.App.Ref {
					t.Errorf("%s is let in by %+v", a.Name, grant)
				}
			}
			if a.Kind == core.ActorPerson && w.Role != "" && len(w.Grants) == 0 && a.User != on.Owner {
				t.Errorf("%s is let in by %s without a grant", a.Name, w.Role)
			}
		}
	}
	anybody, _ := told(list, 0, false)
	for _, id := range persons {
		ways, listed := told(list, id, false)
		if !listed {
			// Whoever is not listed may do what anybody may.
			ways = anybody
		}
		ask(s.Person(id), ways)
	}
	system, _ := told(list, 0, true)
	ask(solutiontest.System(), system)
	ask(solutiontest.NeighbourSystem(), nil)
	return checked, permitted
}

// TestWhoMay_EqualsTheEnforcer asks both about generated policies and grants. STAFETT_CHAOS asks
// about more than 100,000 triples.
func TestWhoMay_EqualsTheEnforcer(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, err := s.Catalogue.App(solutiontest.Case)
	if err != nil {
		t.Fatal(err)
	}
	var persons []core.PartyID
	for _, p := range s.Register.Persons() {
		persons = append(persons, p.ID)
	}
	slices.Sort(persons)
	want := 5000
	if os.Getenv("STAFETT_CHAOS") != "" {
		want = 100_000
	}
	checked, permitted, policies := 0, 0, 0
	g := generated{rand.New(rand.NewPCG(5, 5))}
	for ; checked < want; policies++ {
		g.grants(t, s, persons)
		other := *d
		other.Policy = g.policy(t)
		c, p := compareWithEnforcer(t, s, generatedTarget(g, &other), persons)
		checked, permitted = checked+c, permitted+p
	}
	t.Logf("%d decisions of %d policies are the same, %d permits", checked, policies, permitted)
	if permitted == 0 || permitted == checked {
		t.Error("the decisions cannot be right")
	}
}

// TestWhoMay_TellsPersonsWithTheSameRoleApart: a rule may name one of them, by equality or else.
func TestWhoMay_TellsPersonsWithTheSameRoleApart(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, err := s.Catalogue.App(solutiontest.Case)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, s.Database, "DELETE FROM role_grant")
	for _, id := range []core.PartyID{solutiontest.Siri, solutiontest.Per} {
		storetest.Exec(t, s.Database, `INSERT INTO role_grant (person, party, role, source, valid_from)
			VALUES ($1, $2, 'nordvik-lege', 'granted', now() - interval '1 day')`, id, solutiontest.Nordvik)
	}
	g := generated{}
	const subject = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject"
	const action = "urn:oasis:names:tc:xacml:3.0:attribute-category:action"
	role := g.match(subject, policy.AttrRoleCode, "nordvik-lege")
	for _, function := range []string{"string-equal", "string-regexp-match"} {
		siri := strings.Replace(g.match(subject, policy.AttrUserID, fmt.Sprint(int(solutiontest.Siri))),
			"string-equal", function, 1)
		rules := ""
		for effect, who := range map[string]string{"Permit": role, "Deny": siri} {
			rules += fmt.Sprintf(`<Rule RuleId=%q Effect=%q><Target>%s%s</Target></Rule>`, effect, effect,
				g.anyOf([]string{who}), g.anyOf([]string{g.match(action,
					"urn:oasis:names:tc:xacml:1.0:action:action-id", access.ActionRead)}))
		}
		other := *d
		if other.Policy, err = policy.Parse([]byte(policyAround(rules, 0))); err != nil {
			t.Fatal(err)
		}
		list := everyone(t, s, access.Target{App: &other, Owner: solutiontest.Nordvik, Task: "Task_mottak"})
		if per, _ := told(list, solutiontest.Per, false); len(per) != 1 {
			t.Errorf("%s: Per may %v, want read", function, per)
		}
		if siris, listed := told(list, solutiontest.Siri, false); listed {
			t.Errorf("%s: Siri may %v, want nothing", function, siris)
		}
	}
}

// generatedTarget is a case in a task or at its end, of the organisation or of a person.
func generatedTarget(g generated, d *app.Definition) access.Target {
	on := access.Target{App: d, Owner: solutiontest.Nordvik}
	if g.IntN(4) == 0 {
		on.Owner = solutiontest.Kari
	}
	if i := g.IntN(4); i < 3 {
		on.Task = generatedTasks[i]
	} else {
		on.EndEvent = "EndEvent_1"
	}
	return on
}
