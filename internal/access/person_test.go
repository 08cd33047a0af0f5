package access_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

// TestOpenedTo_EqualsTheEnforcer asks both about generated policies and grants, for every person,
// stage, level and action, and holds what is counted equal to the scope of the person's lists.
// STAFETT_CHAOS asks about more than 100,000.
func TestOpenedTo_EqualsTheEnforcer(t *testing.T) {
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
	want := 10_000
	if os.Getenv("STAFETT_CHAOS") != "" {
		want = 100_000
	}
	checked, permitted, policies := 0, 0, 0
	g := generated{rand.New(rand.NewPCG(5, 6))}
	for ; checked < want || policies < 6; policies++ {
		g.grants(t, s, persons)
		storetest.Exec(t, s.Database, `UPDATE role_grant SET limit_field = 'bydel',
			limit_values = CASE id % 2 WHEN 0 THEN '{sentrum}' ELSE '{vika,sentrum}' END::text[]
			WHERE id % 3 = 0`)
		other := *d
		// The app's own policy looks at the district of the case.
		if policies%3 > 0 {
			other.Policy = g.policy(t)
		}
		for _, person := range persons {
			c, p := comparePerson(t, s, &other, person)
			checked, permitted = checked+c, permitted+p
		}
	}
	t.Logf("%d decisions of %d policies are the same, %d permits", checked, policies, permitted)
	if permitted == 0 || permitted == checked {
		t.Error("the decisions cannot be right")
	}
}

// comparePerson asks the enforcer about every stage, level and action of one person.
func comparePerson(
	t *testing.T, s *solutiontest.Solution, d *app.Definition, person core.PartyID,
) (checked, permitted int) {
	t.Helper()
	a := s.Person(person)
	var rows []store.GrantRow
	var held []core.Grant
	s.Tx(t, func(tx *store.Tx) error {
		var err error
		if rows, err = tx.GrantsOf(t.Context(), solutiontest.Nordvik, person); err != nil {
			return err
		}
		held, err = tx.RolesOf(t.Context(), person, solutiontest.Nordvik)
		return err
	})
	type part struct {
		place
		value string
	}
	told := map[part]access.OpenedStage{}
	for _, o := range access.OpenedTo(person, rows, d, solutiontest.Nordvik) {
		at := place{task: o.Stage.ID}
		if o.Stage.Kind == access.StageEnd {
			at = place{end: o.Stage.ID}
		}
		told[part{at, strings.Join(o.Limit.Values, "")}] = o
	}
	var parts []part
	for _, at := range places(d)[1:] {
		parts = append(parts, part{place: at})
		if d.LimitField() != "" {
			parts = append(parts, part{at, "sentrum"}, part{at, "vika"}, part{at, "nordsida"})
		}
	}
	for _, at := range parts {
		on := access.Target{App: d, Owner: solutiontest.Nordvik, Task: at.task, EndEvent: at.end,
			Value: at.value}
		// Where a value opens no more than any value does, nothing is told of it.
		if _, ok := told[at]; !ok {
			at.value = ""
		}
		byAction := map[string]access.Way{}
		for _, way := range told[at].Ways {
			for _, action := range way.Actions {
				byAction[action] = way
			}
		}
		reads := false
		for level := range 5 {
			a.Level = level
			for _, action := range generatedActions {
				_, refusal := access.Decide(a, access.Counting(held, on), action, on)
				way, ok := byAction[action]
				if checked++; (refusal == nil) != (ok && level >= way.Level) {
					t.Errorf("%s at level %d, %s in %s: %v, told %+v", a.Name, level, action, at, refusal, way)
				}
				if refusal == nil {
					permitted++
					reads = reads || action == access.ActionRead
				}
			}
		}
		if counted := len(told[at].Scope.Items) == 1; counted != reads {
			t.Errorf("%s in %s: cases are counted %v, may be read %v", a.Name, at, counted, reads)
		}
	}
	return checked, permitted
}

func TestPerson_CountsTheCasesThatTheirInboxLists(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := s.CaseOf(t, "Lysfest")
	s.CaseOf(t, "Vinterfest")
	tor, ingrid := s.Person(solutiontest.Tor), s.Person(solutiontest.Ingrid)
	look := func(want int) {
		t.Helper()
		p, err := s.Access.Person(t.Context(), tor, solutiontest.Nordvik, ingrid.User)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, o := range p.Opened {
			total += o.Cases
			if o.Cases > 0 && (o.App.Ref != solutiontest.Case || o.Stage.ID != inst.Process.Task) {
				t.Errorf("%d cases in %s %s", o.Cases, o.App.Ref, o.Stage.ID)
			}
		}
		if p.Name != "Ingrid Berg" || len(p.Grants) == 0 || total != want {
			t.Errorf("%s with %d grants has %d cases, want %d", p.Name, len(p.Grants), total, want)
		}
	}
	look(2)
	// What is listed and counted is the same until the limit.
	storetest.Exec(t, s.Database, `INSERT INTO instance (
			id, org, app, owner, app_version, status, ready, task, reference, submitted
		) SELECT gen_random_uuid(), org, app, owner, app_version, status, ready, task, 'x' || n, submitted
		FROM instance, generate_series(1, $2::int) AS n WHERE id = $1`, inst.ID, store.CountLimit)
	look(store.CountLimit + 1)
	if n := s.Count(t, "audit_event", "act = 'admin' AND detail->>'person' = $1",
		fmt.Sprint(int(ingrid.User))); n != 2 {
		t.Errorf("%d lines say whose access was looked at, want 2", n)
	}
}

func TestPerson_IsShownToAdministratorsAndOfThoseWithARoleOnly(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	for what, c := range map[string]struct {
		who, person core.PartyID
		key         string
	}{
		"a caseworker":             {solutiontest.Ingrid, solutiontest.Per, "fault.admin_not_administrator"},
		"about oneself":            {solutiontest.Ingrid, solutiontest.Ingrid, "fault.admin_not_administrator"},
		"who has no role here":     {solutiontest.Tor, solutiontest.Kari, "fault.forbidden"},
		"who does not exist":       {solutiontest.Tor, 999, "fault.forbidden"},
		"an organisation":          {solutiontest.Tor, solutiontest.Nordvik, "fault.forbidden"},
		"nobody who has signed in": {0, solutiontest.Ingrid, "fault.sign_in"},
		"another organisation's":   {solutiontest.Tor, solutiontest.Jon, "fault.forbidden"},
	} {
		a := core.Actor{}
		kind := fault.Unauthenticated
		if c.who != 0 {
			a, kind = s.Person(c.who), fault.Forbidden
		}
		_, err := s.Access.Person(t.Context(), a, solutiontest.Nordvik, c.person)
		is(t, what, err, kind, c.key)
	}
}
