package store_test

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

const kultur = "nordvik-kultur"

func grantTo(person core.PartyID, role string) core.Grant {
	return core.Grant{
		Person: person, Party: nord, Role: role, Source: core.RoleGranted,
		Reason: "Nytilsatt", GrantedBy: tor,
	}
}

func give(t *testing.T, s *store.Store, g core.Grant) int64 {
	t.Helper()
	return get(t, s, func(tx *store.Tx) (int64, error) { return tx.AddGrant(t.Context(), g) })
}

// roles are the roles that the person holds at Nordvik now.
func roles(t *testing.T, s *store.Store, person core.PartyID) []string {
	t.Helper()
	var list []string
	for _, g := range get(t, s, func(tx *store.Tx) ([]core.Grant, error) {
		return tx.RolesOf(t.Context(), person, nord)
	}) {
		list = append(list, g.Role)
	}
	return list
}

func TestGrant_HoldsFromItsBeginningToItsEnd(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for name, c := range map[string]struct {
		change string
		want   bool
	}{
		"just given":      {"reason = reason", true},
		"ends in an hour": {"valid_to = now() + interval '1 hour'", true},
		"future":          {"valid_from = now() + interval '1 hour'", false},
		"expired": {
			"valid_from = now() - interval '2 hours', valid_to = now() - interval '1 hour'", false,
		},
		"ends at this moment": {"valid_from = now() - interval '2 hours', valid_to = now()",
			false},
		"withdrawn": {"withdrawn_at = now()", false},
		"withdrawn before it was": {
			"valid_from = now() + interval '1 hour', withdrawn_at = now()", false,
		},
	} {
		storetest.Exec(t, url, "DELETE FROM role_grant")
		id := give(t, s, grantTo(ingrid, kultur))
		storetest.Exec(t, url, "UPDATE role_grant SET "+c.change)
		if got := slices.Contains(roles(t, s, ingrid), kultur); got != c.want {
			t.Errorf("%s: RolesOf gives it: %v, want %v", name, got, c.want)
		}
		do(t, s, func(tx *store.Tx) error {
			if places := signIn(t, s, ingrid).Places; (len(places) == 1) != c.want {
				t.Errorf("%s: the session's places are %v", name, places)
			}
			holders, err := tx.HoldersOf(t.Context(), nord, kultur)
			if (len(holders) == 1) != c.want {
				t.Errorf("%s: HoldersOf gives %v", name, holders)
			}
			g, err2 := tx.Grant(t.Context(), id)
			if g.InForce != c.want {
				t.Errorf("%s: InForce is %v", name, g.InForce)
			}
			return errors.Join(err, err2)
		})
	}
}

func TestRolesOf_GivesNobodyElsesAndNoOtherPartys(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	give(t, s, grantTo(ingrid, kultur))
	elsewhere := grantTo(siri, kultur)
	elsewhere.Party = sor
	give(t, s, elsewhere)
	if got := roles(t, s, siri); got != nil {
		t.Errorf("Siri holds %v at Nordvik, want nothing", got)
	}
	if got := roles(t, s, ingrid); !slices.Equal(got, []string{kultur}) {
		t.Errorf("Ingrid holds %v", got)
	}
}

func TestAddGrant_SameRoleAgainIsConflictAndOneWithdrawalEndsIt(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	var all sync.WaitGroup
	failed := make(chan error, 10)
	for range cap(failed) {
		all.Go(func() {
			failed <- s.InTx(t.Context(), actor, func(tx *store.Tx) error {
				_, err := tx.AddGrant(t.Context(), grantTo(siri, kultur))
				return err
			})
		})
	}
	all.Wait()
	close(failed)
	given := 0
	for err := range failed {
		if err == nil {
			given++
			continue
		}
		wantFault(t, err, fault.Conflict)
	}
	if given != 1 || count(t, url, "role_grant") != 1 {
		t.Fatalf("%d of 10 at once were given, want 1", given)
	}
	rows := get(t, s, func(tx *store.Tx) ([]store.GrantRow, error) {
		return tx.GrantsAt(t.Context(), nord)
	})
	do(t, s, func(tx *store.Tx) error { return tx.WithdrawGrant(t.Context(), rows[0].ID, tor) })
	if got := roles(t, s, siri); got != nil {
		t.Errorf("after the withdrawal Siri holds %v", got)
	}
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		return tx.WithdrawGrant(t.Context(), rows[0].ID, tor)
	})
	wantFault(t, err, fault.Conflict)
	give(t, s, grantTo(siri, kultur)) // and it can be given again
}

func TestGrantsAt_NewestFirstWithNames(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	first := give(t, s, grantTo(ingrid, kultur))
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	second := grantTo(siri, kultur)
	second.To = &end
	give(t, s, second)
	do(t, s, func(tx *store.Tx) error { return tx.WithdrawGrant(t.Context(), first, tor) })
	rows := get(t, s, func(tx *store.Tx) ([]store.GrantRow, error) {
		return tx.GrantsAt(t.Context(), nord)
	})
	if len(rows) != 2 {
		t.Fatalf("got %d grants, want 2", len(rows))
	}
	if r := rows[0]; r.PersonName != "Siri Dahl" || r.GrantedByName != "Tor Haugen" ||
		!r.To.Equal(end) || !r.InForce || r.Reason != "Nytilsatt" {
		t.Errorf("newest: got %+v", r)
	}
	if r := rows[1]; r.PersonName != "Ingrid Berg" || r.WithdrawnByName != "Tor Haugen" ||
		r.WithdrawnAt == nil || r.WithdrawnBy != tor || r.InForce {
		t.Errorf("oldest: got %+v", r)
	}
}

func TestSession_GivesThePlacesByNameWithRoles(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	limited := grantTo(tor, "a")
	limited.Limit = core.Limit{
		App: core.AppRef{Org: "nordvik", App: "stottesak"}, Field: "bydel", Values: []string{"nord", "vest"},
	}
	for _, g := range []core.Grant{grantTo(tor, "HADM"), limited, {
		Person: tor, Party: sor, Role: "b", Source: core.RoleFromRegister,
	}} {
		give(t, s, g)
	}
	signedIn := signIn(t, s, tor)
	got := signedIn.Places
	if signedIn.Self.Name != "Tor Haugen" || len(got) != 2 ||
		got[0].Party.Name != "Nordvik kommune" || got[1].Party.Name != "Sørvik kommune" ||
		len(got[0].Grants) != 2 || got[0].Grants[0].Role != "HADM" || len(got[1].Grants) != 1 ||
		got[1].Grants[0].Role != "b" {
		t.Fatalf("got %+v", got)
	}
	if a := got[0].Grants[1]; a.Role != "a" || !reflect.DeepEqual(a.Limit, limited.Limit) {
		t.Errorf("the limited grant: got %+v", a)
	}
}

func TestAddGrant_OneRoleMayBeGivenWithinSeveralLimits(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	within := func(values ...string) core.Grant {
		g := grantTo(siri, kultur)
		if len(values) > 0 {
			g.Limit = core.Limit{Field: "bydel", Values: values}
		}
		return g
	}
	for _, c := range []struct {
		name  string
		grant core.Grant
		taken bool
	}{
		{"the first", within("nord"), true}, {"the same again", within("nord"), false},
		{"another value", within("vest"), true}, {"without a limit", within(), true},
		{"what the unlimited one covers", within("sør"), false},
	} {
		err := s.InTx(t.Context(), core.System(), func(tx *store.Tx) error {
			_, err := tx.AddGrant(t.Context(), c.grant)
			return err
		})
		if (err == nil) != c.taken || err != nil && !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestPutRegisterRoles_AgainChangesNothingAndWithdrawnStaysWithdrawn(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	set := []core.Grant{
		{Person: tor, Party: nord, Role: core.RoleMainAdministrator},
		{Person: ingrid, Party: nord, Role: kultur, Source: core.RoleGranted, Reason: "Stilling"},
	}
	put := func() {
		do(t, s, func(tx *store.Tx) error { return tx.PutRegisterRoles(t.Context(), set) })
	}
	put()
	put()
	if n := count(t, url, "role_grant"); n != 2 {
		t.Errorf("got %d grants, want 2", n)
	}
	storetest.Exec(t, url, "UPDATE role_grant SET withdrawn_at = now() WHERE role = $1", kultur)
	put()
	if got := roles(t, s, ingrid); got != nil {
		t.Errorf("what was withdrawn came back: %v", got)
	}
	if got := roles(t, s, tor); !slices.Equal(got, []string{"HADM"}) {
		t.Errorf("got %v, want HADM", got)
	}
}
