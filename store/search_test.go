package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// written adds a case with a title and a document.
func written(t testing.TB, s *store.Store, title string, doc core.Document) core.Instance {
	t.Helper()
	i := caseOf(nord, time.Now().Truncate(time.Second))
	i.Title, i.Reference = title, ""
	do(t, s, func(tx *store.Tx) error {
		if err := tx.AddInstance(t.Context(), &i); err != nil {
			return err
		}
		return tx.AddDocument(t.Context(), core.DataElement{ID: uuid.New(), Instance: i.ID,
			Type: "sak", ContentType: "application/json"}, doc)
	})
	return i
}

func nordScope() store.Scope {
	return store.Scope{Owner: nord, Items: []store.ScopeItem{
		item(appB, "Task_1"), endItem(appB, "End_1"),
	}}
}

// found gives the ids that a search finds, in pages of two.
func found(t testing.TB, s *store.Store, scope store.Scope, f store.Filter, q store.Search) []uuid.UUID {
	t.Helper()
	var ids []uuid.UUID
	for after := (*store.Cursor)(nil); ; {
		p := get(t, s, func(tx *store.Tx) (store.InboxPage, error) {
			return tx.Search(t.Context(), scope, f, q, after, 2)
		})
		for _, i := range p.Cases {
			ids = append(ids, i.ID)
		}
		if after = p.Next; after == nil {
			if p.Count != len(ids) {
				t.Errorf("%+v: counted %d of %d", q, p.Count, len(ids))
			}
			return ids
		}
	}
}

func TestSearch_FindsStemsBeginningsPhrasesAndNames(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	fest := written(t, s, "Lysfesten på Øya", core.Document{
		"om": map[string]any{"tekst": "Vi søker om støtte til konserter på store scene."},
	})
	park := written(t, s, "Parkering", core.Document{
		"epost": "ola.fjeld@example.com", "rader": []any{map[string]any{"navn": "Åse Ødegård"}},
		"null": "a\x00b",
	})
	kino := written(t, s, "Kino i parken", core.Document{"rader": []any{"bygdekino", "popkorn"}})
	file := upload(t, s, kino.ID, []byte("plan"))
	file.Filename = "Budsjett_2026-endelig.pdf"
	do(t, s, func(tx *store.Tx) error { return tx.AddElement(t.Context(), file) })
	cases := map[string]struct {
		q    store.Search
		want []uuid.UUID
	}{
		"stem":                {store.Search{Words: []string{"konserten"}}, []uuid.UUID{fest.ID}},
		"beginning":           {store.Search{Words: []string{"bygdek"}}, []uuid.UUID{kino.ID}},
		"title, Ø as ø":       {store.Search{Words: []string{"øy"}}, []uuid.UUID{fest.ID}},
		"applicant":           {store.Search{Words: []string{"solbakk", "lysfest"}}, []uuid.UUID{fest.ID}},
		"file":                {store.Search{Words: []string{"budsjett", "2026"}}, []uuid.UUID{kino.ID}},
		"phrase":              {store.Search{Phrases: []string{"store scene"}}, []uuid.UUID{fest.ID}},
		"phrase in order":     {store.Search{Phrases: []string{"scene store"}}, nil},
		"both words":          {store.Search{Words: []string{"kino", "konsert"}}, nil},
		"without":             {store.Search{Words: []string{"kari"}, Without: []string{"konserter", "Parkering"}}, []uuid.UUID{kino.ID}},
		"words that say none": {store.Search{Words: []string{"og", "popkorn"}}, []uuid.UUID{kino.ID}},
		"signs":               {store.Search{Words: []string{"pop&!korn:*|'"}}, []uuid.UUID{kino.ID}},
		"a document with NUL is left out, its title is not": {
			store.Search{Words: []string{"parkering"}}, []uuid.UUID{park.ID}},
	}
	for name, c := range cases {
		if got := found(t, s, nordScope(), store.Filter{}, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	t.Logf("checked %d searches", len(cases))
}

func TestSearch_FollowsTheCaseInItsOwnTransaction(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := written(t, s, "Lysfest", core.Document{"a": "trommer"})
	row := get(t, s, func(tx *store.Tx) (store.Content, error) {
		return tx.Content(t.Context(), i.ID)
	}).Documents[0]
	finds := func(word string) bool {
		got := found(t, s, nordScope(), store.Filter{}, store.Search{Words: []string{word}})
		return len(got) == 1
	}
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		if err := tx.PutDocument(t.Context(), row.Element, core.Document{"a": "trompet"}); err != nil {
			return err
		}
		return fmt.Errorf("no")
	})
	if err == nil || !finds("trommer") || finds("trompet") {
		t.Error("a change that was rolled back is found")
	}
	do(t, s, func(tx *store.Tx) error {
		i.Title = "Høstfest"
		if err := tx.UpdateInstance(t.Context(), &i); err != nil {
			return err
		}
		return tx.PutDocument(t.Context(), row.Element, core.Document{"a": "trompet"})
	})
	if finds("trommer") || !finds("trompet") || finds("lysfest") || !finds("høstfest") {
		t.Error("the search does not follow the change")
	}
	do(t, s, func(tx *store.Tx) error { return tx.DeleteInstance(t.Context(), i.InstanceRef) })
	if n := count(t, url, "case_search"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	add(t, s, draft(kari))
	if n := count(t, url, "case_search"); n != 0 {
		t.Error("a citizen's draft is found by caseworkers")
	}
}

// TestSearch_NeverLeavesTheScope compares with the list's own rule, over many scopes.
// TestSearch_IsOfServiceOwnersCasesAlone: what a citizen owns is searched by nobody.
func TestSearch_IsOfServiceOwnersCasesAlone(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for _, owner := range []core.PartyID{kari, nord} {
		i := caseOf(owner, time.Now().Truncate(time.Second))
		do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &i) })
		for _, table := range []string{"case_search", "name_word"} {
			n := count(t, url, table+" WHERE owner = $1", owner)
			if (n > 0) != (owner == nord) {
				t.Errorf("%d rows of party %d are in %s", n, owner, table)
			}
		}
	}
}

// TestFunctions_ArePlannedOnce: a function in SQL that runs as its owner is planned anew at every call.
func TestFunctions_ArePlannedOnce(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	const ofOwner = `pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
		WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace`
	all := count(t, url, ofOwner)
	t.Logf("checked %d functions", all)
	// Words are forgotten by the tidying, now and then.
	if n := count(t, url, ofOwner+` AND l.lanname = 'sql' AND p.proname <> 'forget_lost_words'`); n != 0 || all == 0 {
		t.Errorf("%d of %d functions are planned at every call", n, all)
	}
}

func TestSearch_NeverLeavesTheScope(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	all := mixed(t, s, 150)
	bound := time.Unix(1_760_000_010, 0)
	checked := 0
	for _, owner := range []core.PartyID{nord, sor, kari} {
		for _, items := range [][]store.ScopeItem{
			nil, {item(appB, "Task_1")}, {endItem(appB, "End_1")},
			{item(appB, "Task_2"), endItem(appB, "End_2")}, {endItem(appB, "Task_1")},
			{within(item(appB, "Task_1"), "nord"), within(endItem(appB, "End_1"), "sør")},
		} {
			scope := store.Scope{Owner: owner, Items: items}
			for _, f := range []store.Filter{
				{}, {Assignee: ingrid}, {Unassigned: true}, {Status: store.FilterClosed},
			} {
				for _, q := range []store.Search{
					{Words: []string{"sommerkonsert"}}, {SubmittedBefore: &bound},
					{Words: []string{"sommer"}, SubmittedBefore: &bound},
				} {
					want := map[uuid.UUID]bool{}
					for _, i := range all {
						if visible(i, scope, f) &&
							(q.SubmittedBefore == nil || i.Submitted.Before(bound)) {
							want[i.ID] = true
						}
					}
					got := found(t, s, scope, f, q)
					for _, id := range got {
						if !want[id] {
							t.Errorf("%v, %+v, %+v: %s is not for them", scope, f, q, id)
						}
					}
					if len(got) != len(want) {
						t.Errorf("%v, %+v, %+v: %d cases, want %d", scope, f, q, len(got), len(want))
					}
					checked++
				}
			}
		}
	}
	t.Logf("checked %d searches", checked)
}

func TestPick_IsOnePersonsAndEnds(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := written(t, s, "Lysfest", core.Document{"nummer": "03859138887"})
	other := written(t, s, "Kino", core.Document{"nummer": "1"})
	numbers := map[core.PersonNumber]int{"03859138887": 1, "14827941388": 2, "01869350075": 0}
	for number, want := range numbers {
		got := get(t, s, func(tx *store.Tx) ([]uuid.UUID, error) {
			return tx.CasesOfNumber(t.Context(), nord, number)
		})
		if len(got) != want {
			t.Errorf("%d cases of a number, want %d", len(got), want)
		}
	}
	key := get(t, s, func(tx *store.Tx) (uuid.UUID, error) {
		return tx.KeepPick(t.Context(), ingrid, nord, []uuid.UUID{i.ID, other.ID})
	})
	read := func(person, owner core.PartyID) error {
		return s.InTx(t.Context(), system, func(tx *store.Tx) error {
			_, err := tx.Pick(t.Context(), person, owner, key)
			return err
		})
	}
	if err := read(ingrid, nord); err != nil {
		t.Error(err)
	}
	if read(tor, nord) == nil || read(ingrid, sor) == nil {
		t.Error("another's list can be read")
	}
	cases := get(t, s, func(tx *store.Tx) ([]core.Instance, error) {
		return tx.CasesIn(t.Context(), store.Scope{Owner: nord}, []uuid.UUID{i.ID}, ingrid)
	})
	if len(cases) != 0 {
		t.Error("a list shows what the scope does not let see")
	}
	storetest.Exec(t, url, "UPDATE case_pick SET made = made - interval '16 minutes'")
	if read(ingrid, nord) == nil {
		t.Error("a list can be read for ever")
	}
	if err := s.CleanPicks(t.Context()); err != nil || count(t, url, "case_pick") != 0 {
		t.Errorf("a list that has ended is kept: %v", err)
	}
}
