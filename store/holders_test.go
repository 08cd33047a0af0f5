package store_test

import (
	"slices"
	"testing"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

func TestRolesAt_GivesAllThatTheNextPersonsHoldAndNobodyTwice(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for _, g := range []core.Grant{
		grantTo(ingrid, kultur), grantTo(ingrid, "a"), grantTo(siri, kultur), grantTo(tor, "b"),
		{Person: tor, Party: sor, Role: "c", Source: core.RoleGranted, Reason: "Nytilsatt", GrantedBy: tor},
	} {
		give(t, s, g)
	}
	over := give(t, s, grantTo(ingrid, "over"))
	storetest.Exec(t, url, "UPDATE role_grant SET withdrawn_at = now() WHERE id = $1", over)
	var got []string
	for after, pages := core.PartyID(0), 0; ; pages++ {
		list := get(t, s, func(tx *store.Tx) ([]core.Grant, error) {
			return tx.RolesAt(t.Context(), nord, after, 1)
		})
		if len(list) == 0 {
			if pages != 3 {
				t.Errorf("%d persons, want 3", pages)
			}
			break
		}
		for _, g := range list {
			if g.Person != list[0].Person {
				t.Errorf("one person at a time: got %v", list)
			}
			got = append(got, g.Role)
		}
		after = list[0].Person
	}
	slices.Sort(got)
	if want := []string{"a", "b", kultur, kultur}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	rows := get(t, s, func(tx *store.Tx) ([]store.GrantRow, error) {
		return tx.GrantsOf(t.Context(), nord, ingrid)
	})
	if len(rows) != 3 || rows[0].PersonName != "Ingrid Berg" || rows[0].GrantedByName != "Tor Haugen" {
		t.Errorf("what Ingrid ever had: got %+v", rows)
	}
}
