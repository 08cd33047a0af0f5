package access_test

import (
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/internal/text"
	"stafett/store"
	"stafett/store/storetest"
)

// Siri's person number in the register.
const siriNumber = "01869350075"

func is(t *testing.T, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	got, _, _ := fault.Text(err)
	if !fault.Is(err, kind) || got != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

func forSiri() access.GrantRequest {
	return access.GrantRequest{
		PersonNumber: siriNumber, LastName: "Dahl", Role: "nordvik-kultur", Reason: "Vikar i juli",
		LastDay: time.Now().AddDate(0, 1, 0),
	}
}

// opens tells whether the person may open the case now.
func opens(t *testing.T, s *solutiontest.Solution, who core.PartyID, inst core.Instance) bool {
	t.Helper()
	_, err := s.Instances.Open(t.Context(), s.Person(who), inst.InstanceRef, "nb")
	if err != nil && !fault.Is(err, fault.Forbidden) {
		t.Fatalf("open: %v", err)
	}
	return err == nil
}

func TestGrant_OpensCasesAtOnceAndWithdrawClosesThemAtOnce(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tor := s.Person(solutiontest.Tor)
	inst := s.CaseOf(t, "Lysfest")
	if opens(t, s, solutiontest.Siri, inst) {
		t.Fatal("Siri sees the case without a role")
	}
	g, err := s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, forSiri(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if !opens(t, s, solutiontest.Siri, inst) {
		t.Error("Siri does not see the case with a role")
	}
	_, err = s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, forSiri(), time.Now())
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("the same role twice: %v", err)
	}
	if _, err := s.Access.Withdraw(t.Context(), tor, solutiontest.Nordvik, g.ID); err != nil {
		t.Fatal(err)
	}
	if opens(t, s, solutiontest.Siri, inst) {
		t.Error("Siri sees the case after her role was withdrawn")
	}
	_, err = s.Access.Withdraw(t.Context(), tor, solutiontest.Nordvik, g.ID)
	is(t, "withdrawn twice", err, fault.Conflict, "fault.admin_not_withdrawable")
	for _, act := range []string{core.ActGrant, core.ActWithdraw} {
		const line = "act = $1 AND outcome = 'done' AND actor = $2 AND purpose = 'Vikar i juli' " +
			"AND detail->>'role' = 'nordvik-kultur' AND detail->>'person' = '50008'"
		if n := s.Count(t, "audit_event", line, act, solutiontest.Tor); n != 1 {
			t.Errorf("%d audit lines of %s, want 1", n, act)
		}
	}
	if n := s.Count(t, "audit_event", "detail::text LIKE $1", "%"+siriNumber+"%"); n != 0 {
		t.Error("an audit line holds the person number")
	}
}

func TestGrant_CountsOnlyWhileItIsInForce(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := s.CaseOf(t, "Lysfest")
	g, err := s.Access.Grant(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik,
		forSiri(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, set string
		want      bool
	}{
		{"in force", "valid_from = now() - interval '1 hour', valid_to = now() + interval '1 hour'",
			true},
		{"expired",
			"valid_from = now() - interval '1 hour', valid_to = now() - interval '1 microsecond'", false},
		{"in force again", "valid_to = now() + interval '1 hour'", true},
		{"in the future", "valid_from = now() + interval '30 minutes'", false},
		{"without end", "valid_from = now() - interval '1 hour', valid_to = NULL", true},
		{"withdrawn", "withdrawn_at = now()", false},
		{"at another party", "withdrawn_at = NULL, party = 51002", false},
		{"of another case", "party = 51001, role = 'Nordvik-Kultur'", false},
		{"back", "role = 'nordvik-kultur'", true},
	}
	for _, c := range cases {
		storetest.Exec(t, s.Database, "UPDATE role_grant SET "+c.set+" WHERE id = $1", g.ID)
		if got := opens(t, s, solutiontest.Siri, inst); got != c.want {
			t.Errorf("%s: opens %v, want %v", c.name, got, c.want)
		}
		scope := scopeOf(t, s, s.Person(solutiontest.Siri), solutiontest.Nordvik)
		if got := len(scope.Items) > 0; got != c.want {
			t.Errorf("%s: lists %v, want %v", c.name, got, c.want)
		}
	}
	t.Logf("checked %d states of a grant", len(cases))
}

func TestGrant_RefusesWhatCannotBeGranted(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	now := time.Now().In(text.Oslo())
	tor := s.Person(solutiontest.Tor)
	cases := map[string]struct {
		change func(*access.GrantRequest)
		kind   fault.Kind
		key    string
	}{
		"oneself": {func(r *access.GrantRequest) {
			r.PersonNumber, r.LastName = "30817137810",
				"Haugen"
		},
			fault.Forbidden, "fault.admin_self"},
		"oneself by party": {func(r *access.GrantRequest) { *r = forSiri(); r.Person = solutiontest.Tor },
			fault.Forbidden, "fault.admin_self"},
		"unknown number": {func(r *access.GrantRequest) { r.PersonNumber = "12345678903" },
			fault.Invalid, ""},
		"wrong last name": {func(r *access.GrantRequest) { r.LastName = "Berg" },
			fault.Invalid, "fault.admin_person_unknown"},
		"no last name": {func(r *access.GrantRequest) { r.LastName = "" },
			fault.Invalid, "fault.admin_person_unknown"},
		"first name": {func(r *access.GrantRequest) { r.LastName = "Siri" },
			fault.Invalid, "fault.admin_person_unknown"},
		"number with a slip": {func(r *access.GrantRequest) { r.PersonNumber = "01869350076" },
			fault.Invalid, "fault.admin_person_number"},
		"an organisation": {func(r *access.GrantRequest) { r.Person = solutiontest.Band },
			fault.Invalid, "fault.admin_person_unknown"},
		"unknown party": {func(r *access.GrantRequest) { r.Person = 1 },
			fault.Invalid, "fault.admin_person_unknown"},
		"unknown role": {func(r *access.GrantRequest) { r.Role = "nordvik-ukjent" },
			fault.Invalid, "fault.admin_role"},
		"administrator": {func(r *access.GrantRequest) { r.Role = core.RoleMainAdministrator },
			fault.Invalid, "fault.admin_role"},
		"no reason": {func(r *access.GrantRequest) { r.Reason = " \n" },
			fault.Invalid, "fault.admin_reason"},
		"long reason": {func(r *access.GrantRequest) {
			r.Reason = strings.Repeat("å",
				access.MaxReason+1)
		},
			fault.Invalid, "fault.admin_reason_long"},
		"no end": {func(r *access.GrantRequest) { r.LastDay = time.Time{} },
			fault.Invalid, "fault.admin_end_past"},
		"ended yesterday": {func(r *access.GrantRequest) { r.LastDay = now.AddDate(0, 0, -1) },
			fault.Invalid, "fault.admin_end_past"},
		"too far": {func(r *access.GrantRequest) { r.LastDay = now.AddDate(access.MaxGrantYears, 0, 1) },
			fault.Invalid, "fault.admin_end_far"},
	}
	for name, c := range cases {
		r := forSiri()
		c.change(&r)
		_, err := s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, r, now)
		if key, _, _ := fault.Text(err); !fault.Is(err, c.kind) || c.key != "" && key != c.key {
			t.Errorf("%s: %v, want %s %s", name, err, c.kind, c.key)
		}
	}
	_, err := s.Access.Grant(t.Context(), tor, solutiontest.Nordvik, access.GrantRequest{}, now)
	if got := len(fault.Each(err)); got != 4 {
		t.Errorf("an empty form has %d errors, want person, role, reason and end: %v", got, err)
	}
	t.Logf("checked %d requests", len(cases))
	if n := s.Count(t, "role_grant", "person IN ($1, $2) AND source = 'granted'",
		solutiontest.Siri, solutiontest.Tor); n != 0 {
		t.Errorf("%d grants were made", n)
	}
	if n := s.Count(t, "audit_event", "act = 'grant' AND outcome = 'refused'"); n != 2 {
		t.Errorf("%d audit lines of grants to oneself, want 2", n)
	}
}

func TestGrant_LastsThroughItsLastDay(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	r := forSiri()
	r.LastDay = time.Now().In(text.Oslo())
	g, err := s.Access.Grant(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik, r,
		time.Now())
	if err != nil || g.To == nil || !g.To.After(time.Now()) || time.Until(*g.To) > 26*time.Hour {
		t.Errorf("a grant for today ends %v, %v", g.To, err)
	}
}

func TestAdministration_IsForAdministratorsOfThatOrganisationOnly(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	g, err := s.Access.Grant(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik,
		forSiri(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	acts := map[string]func(a core.Actor) error{
		"people": func(a core.Actor) error {
			_, err := s.Access.People(ctx, a, solutiontest.Nordvik)
			return err
		},
		"find": func(a core.Actor) error {
			_, err := s.Access.Find(ctx, a, solutiontest.Nordvik, siriNumber, "Dahl")
			return err
		},
		"grant": func(a core.Actor) error {
			r := forSiri()
			r.PersonNumber, r.LastName = "03859138887", "Fjeld"
			_, err := s.Access.Grant(ctx, a, solutiontest.Nordvik, r, time.Now())
			return err
		},
		"withdraw": func(a core.Actor) error {
			_, err := s.Access.Withdraw(ctx, a, solutiontest.Nordvik, g.ID)
			return err
		},
		"log": func(a core.Actor) error {
			_, err := s.Access.Log(ctx, a, store.EventQuery{Party: solutiontest.Nordvik, Limit: 10})
			return err
		},
	}
	others := []core.Actor{
		s.Person(solutiontest.Ingrid), s.Person(solutiontest.Kari), s.Person(solutiontest.Siri),
		s.Person(solutiontest.Jon), s.Person(solutiontest.Berit), solutiontest.System(),
	}
	checked := 0
	for name, act := range acts {
		for _, a := range others {
			checked++
			is(t, name+" by "+a.Name, act(a), fault.Forbidden, "fault.admin_not_administrator")
		}
		is(t, name+" by nobody", act(core.Actor{}), fault.Unauthenticated, "fault.sign_in")
	}
	t.Logf("checked %d refusals", checked)
	if n := s.Count(t, "audit_event", "outcome = 'refused' AND party = $1",
		solutiontest.Nordvik); n != checked {
		t.Errorf("%d audit lines of %d refusals", n, checked)
	}
	// A grant of another organisation cannot be withdrawn by knowing its number.
	_, err = s.Access.Withdraw(ctx, s.Person(solutiontest.Berit), solutiontest.Sorvik, g.ID)
	is(t, "a foreign grant", err, fault.Forbidden, "fault.forbidden")
	_, unknown := s.Access.Withdraw(ctx, s.Person(solutiontest.Berit), solutiontest.Sorvik, 1<<40)
	is(t, "an unknown grant", unknown, fault.Forbidden, "fault.forbidden")
	people, err := s.Access.People(ctx, s.Person(solutiontest.Tor), solutiontest.Nordvik)
	if err != nil || !slices.ContainsFunc(people, func(r access.GrantRow) bool {
		return r.Person == solutiontest.Siri && r.InForce
	}) {
		t.Errorf("Tor does not see Siri's role: %v", err)
	}
	for _, p := range people {
		if p.Party != solutiontest.Nordvik {
			t.Errorf("Tor is shown a grant at %d", p.Party)
		}
	}
}

func TestWithdraw_OfARegisterRoleIsAConflict(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tor := s.Person(solutiontest.Tor)
	people, err := s.Access.People(t.Context(), tor, solutiontest.Nordvik)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, p := range people {
		if p.Source != core.RoleFromRegister {
			continue
		}
		tried++
		_, err := s.Access.Withdraw(t.Context(), tor, solutiontest.Nordvik, p.ID)
		is(t, p.Role, err, fault.Conflict, "fault.admin_not_withdrawable")
	}
	if tried == 0 {
		t.Fatal("there is no role from a register")
	}
}

func TestAdministrator_OpensNoCase(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := s.CaseOf(t, "Lysfest")
	if opens(t, s, solutiontest.Tor, inst) {
		t.Error("the administrator opens a case")
	}
	if items := scopeOf(t, s, s.Person(solutiontest.Tor),
		solutiontest.Nordvik).Items; len(items) != 0 {
		t.Errorf("the administrator lists %v", items)
	}
}

func TestExplain_IsTheSameWhateverThereIs(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	siri := s.Person(solutiontest.Siri)
	before, err := s.Access.Explain(t.Context(), siri, solutiontest.Nordvik)
	if err != nil {
		t.Fatal(err)
	}
	s.CaseOf(t, "Lysfest")
	after, err := s.Access.Explain(t.Context(), siri, solutiontest.Nordvik)
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Wanted) != len(before.Wanted) || !slices.Equal(after.Held, before.Held) ||
		!slices.Equal(after.Granters, before.Granters) {
		t.Errorf("an explanation tells of a case: %+v, before %+v", after, before)
	}
	var wanted []string
	for _, r := range after.Wanted {
		wanted = append(wanted, r.Code)
	}
	if !slices.Equal(slices.Sorted(slices.Values(wanted)),
		[]string{"nordvik-kultur", "nordvik-lege", "nordvik-parkering"}) || len(after.Held) != 0 ||
		!slices.Equal(after.Granters, []string{"Tor Haugen"}) ||
		after.Organisation.Name != "Nordvik kommune" {
		t.Errorf("explained %+v", after)
	}
	d, _ := s.Catalogue.App(solutiontest.Case)
	if got := access.RolesFor(d, access.ActionRead, "Task_mottak"); !slices.Equal(got,
		[]string{"nordvik-kultur"}) {
		t.Errorf("reading asks for %v", got)
	}
}

// signIn gives a new session of the person's as a request reads it.
func signIn(t *testing.T, s *solutiontest.Solution, person core.PartyID) store.Session {
	t.Helper()
	hash := sha256.Sum256([]byte(rand.Text()))
	row := store.Session{Hash: hash[:], Data: []byte(`{}`), Person: person}
	if err := s.Store.SaveSession(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	row, _, err := s.Store.Session(t.Context(), hash[:], time.Hour, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func TestPlaces_AreOneselfAndWhereOneHoldsARole(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	cases := []struct {
		who                core.PartyID
		parties            []core.PartyID
		works, administers bool
	}{
		{solutiontest.Kari, []core.PartyID{solutiontest.Kari, solutiontest.Band}, false, false},
		{solutiontest.Ola, []core.PartyID{solutiontest.Ola}, false, false},
		{solutiontest.Ingrid, []core.PartyID{solutiontest.Ingrid, solutiontest.Nordvik}, true, false},
		{solutiontest.Per, []core.PartyID{solutiontest.Per, solutiontest.Nordvik}, true, false},
		{solutiontest.Tor, []core.PartyID{solutiontest.Tor, solutiontest.Nordvik}, false, true},
		{solutiontest.Siri, []core.PartyID{solutiontest.Siri}, false, false},
	}
	for _, c := range cases {
		a := s.Person(c.who)
		a.Level = 0
		session := signIn(t, s, c.who)
		got := s.Access.Places(a, session.Self, session.Places, nil)
		var parties []core.PartyID
		works, administers := false, false
		for _, p := range got {
			parties = append(parties, p.Party.ID)
			works, administers = works || p.Works, administers || p.Administers
		}
		if !slices.Equal(parties, c.parties) || works != c.works || administers != c.administers {
			t.Errorf("%s: %v, works %v, administers %v", a.Name, parties, works, administers)
		}
	}
	t.Logf("checked %d persons", len(cases))
}

func TestOrganisation_ThatIsNotKnownIsNobody(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	for number, want := range map[string]core.PartyID{
		solutiontest.NordvikNumber: solutiontest.Nordvik, "999999999": 0, "": 0,
	} {
		if p, err := s.Access.Organisation(t.Context(), number); err != nil || p.ID != want {
			t.Errorf("%q: %d, %v", number, p.ID, err)
		}
	}
	for org, want := range map[string]core.PartyID{"nordvik": solutiontest.Nordvik, "oslo": 0,
		"": 0} {
		if p, err := s.Access.ServiceOwner(t.Context(), org); err != nil || p.ID != want {
			t.Errorf("%q: %d, %v", org, p.ID, err)
		}
	}
}
