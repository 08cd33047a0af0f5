package access_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// TestGrant_LimitedToAnAnswerOpensThoseCasesOnly follows one limited grant through every way in:
// the list, its count, the search, the numbers and the case itself say the same.
func TestGrant_LimitedToAnAnswerOpensThoseCasesOnly(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tor, siri := s.Person(solutiontest.Tor), s.Person(solutiontest.Siri)
	cases := map[string]core.Instance{}
	for _, value := range []string{"vika", "sentrum", "nordsida", ""} {
		template := solutiontest.Template("Fest i " + value)
		if value != "" {
			template.Prefill["arrangement.bydel"] = value
		}
		inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), template)
		if err != nil || inst.LimitField != "bydel" || inst.DataValues["bydel"] != value {
			t.Fatalf("%q: %v has %v, %v", value, inst.LimitField, inst.DataValues, err)
		}
		cases[value] = inst.Instance
	}
	r := forSiri()
	r.Limit = core.Limit{App: solutiontest.Case, Field: "bydel", Values: []string{"vika", "nordsida"}}
	if _, err := s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, r, time.Now()); err != nil {
		t.Fatal(err)
	}
	check := func(want ...string) {
		t.Helper()
		scope := scopeOf(t, s, siri, solutiontest.Nordvik)
		listed, found := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
		s.Tx(t, func(tx *store.Tx) error {
			p, err := tx.Inbox(t.Context(), scope, store.Filter{Reader: siri.User}, nil, 100)
			for _, inst := range p.Cases {
				listed[inst.ID] = true
			}
			if err != nil || p.Count != len(want) {
				t.Errorf("counted %d, %v", p.Count, err)
			}
			p, err = tx.Search(t.Context(), scope, store.Filter{Reader: siri.User},
				store.Search{Words: []string{"fest"}}, nil, 100)
			for _, inst := range p.Cases {
				found[inst.ID] = true
			}
			if err != nil {
				return err
			}
			n, err := tx.Numbers(t.Context(), scope, store.Filter{}, time.Now(), time.Now().AddDate(0, 0, -7))
			open, came := 0, 0
			for _, step := range n.Steps {
				open += step.Open
			}
			for _, week := range n.Came {
				came += week.Cases
			}
			if open != len(want) || came != len(want) {
				t.Errorf("the numbers tell of %d open and %d that came, want %d", open, came, len(want))
			}
			return err
		})
		for value, inst := range cases {
			may := slices.Contains(want, value)
			if got := opens(t, s, solutiontest.Siri, inst); got != may || listed[inst.ID] != may || found[inst.ID] != may {
				t.Errorf("%q: opens %v, listed %v, found %v, want %v", value, got, listed[inst.ID],
					found[inst.ID], may)
			}
		}
	}
	check("vika", "nordsida")
	// A case that moves is where it now is, and only for those who are there.
	moved, to := cases["sentrum"], "vika"
	if err := s.Instances.SetDataValues(t.Context(), solutiontest.System(), moved.InstanceRef,
		map[string]*string{"bydel": &to}); err != nil {
		t.Fatal(err)
	}
	check("vika", "nordsida", "sentrum")
	// A second grant adds what it is limited to.
	r.Limit.Values = []string{"sentrum", "flere"}
	if _, err := s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, r, time.Now()); err != nil {
		t.Fatal(err)
	}
	check("vika", "nordsida", "sentrum")
	r.Limit = core.Limit{}
	if _, err := s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, r, time.Now()); err != nil {
		t.Fatal(err)
	}
	check("vika", "nordsida", "sentrum", "")
}

func TestGrant_RefusesALimitThatMeansNothing(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	parking := core.AppRef{Org: "nordvik", App: "parkeringssak"}
	cases := map[string]struct {
		limit core.Limit
		key   string
	}{
		"an app without the role": {core.Limit{App: parking}, "fault.admin_limit_app"},
		"an app that is none":     {core.Limit{App: core.AppRef{Org: "nordvik", App: "x"}}, "fault.admin_limit_app"},
		"an unknown field":        {core.Limit{Field: "sone", Values: []string{"1"}}, "fault.admin_limit_field"},
		"values of two fields":    {core.Limit{Values: []string{"vika"}}, "fault.admin_limit_field"},
		"no values":               {core.Limit{Field: "bydel"}, "fault.admin_limit_values"},
		"a value that is none":    {core.Limit{Field: "bydel", Values: []string{"vika", "Vika"}}, "fault.admin_limit_values"},
		"an empty value":          {core.Limit{Field: "bydel", Values: []string{""}}, "fault.admin_limit_values"},
	}
	for name, c := range cases {
		r := forSiri()
		r.Limit = c.limit
		_, err := s.Access.Preview(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik, r, time.Now())
		if key, _, _ := fault.Text(err); key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	t.Logf("checked %d limits", len(cases))
	days := map[string]struct {
		change func(*access.GrantRequest)
		key    string
	}{
		"ends before it begins": {func(r *access.GrantRequest) { r.FirstDay = r.LastDay.AddDate(0, 0, 1) },
			"fault.admin_end_first"},
		"begins yesterday": {func(r *access.GrantRequest) { r.FirstDay = time.Now().AddDate(0, 0, -1) },
			"fault.admin_start"},
		"no end": {func(r *access.GrantRequest) { r.NoEnd, r.LastDay = true, time.Time{} }, ""},
	}
	for name, c := range days {
		r := forSiri()
		c.change(&r)
		who, err := s.Access.Preview(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik, r, time.Now())
		if key, _, _ := fault.Text(err); key != c.key || c.key == "" && who.Name != "Siri Dahl" {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if n := s.Count(t, "role_grant", "person = $1 AND source = 'granted'", solutiontest.Siri); n != 0 {
		t.Errorf("a preview made %d grants", n)
	}
}
