package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

// TestSearch_EveryWayFindsTheSame searches in each way, from many places, for a word that many cases
// have, for one that only the oldest have, for two that are both common and never meet, and for none, and
// holds what a way vouches for against the way that finds everything. So it does for values
// that most have, a few, and none, and for a value together with a word.
func TestSearch_EveryWayFindsTheSame(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for range 30 {
		written(t, s, "Lysfest på torget", core.Document{"soker": map[string]any{"navn": "Kari"}})
		written(t, s, "Konsert", core.Document{})
	}
	db := connect(t, url)
	exec(t, db, `UPDATE instance SET submitted = submitted - random() * interval '9 days'`)
	written(t, s, "Bakgårdssalg", core.Document{})
	exec(t, db, `UPDATE instance SET submitted = submitted - interval '90 days' WHERE title = 'Bakgårdssalg'`)
	exec(t, db, `INSERT INTO case_value (instance, owner, field, written, number)
		SELECT i.id, i.owner, 'belop', n::text, n
		FROM (SELECT i.*, row_number() OVER (ORDER BY i.id) AS n FROM instance AS i) AS i`)
	pages, counts := 0, 0
	for i, q := range []store.Search{
		{Words: []string{"lysfest"}}, {Words: []string{"kari"}, Without: []string{"konsert"}},
		{Phrases: []string{"på torget"}}, {Words: []string{"bakgårdssalg"}},
		{Words: []string{"konsert", "torget"}}, {Words: []string{"finnes ikke"}},
		{Values: []store.Value{{"belop", ">", "1"}}}, {Values: []store.Value{{"belop", ">", "25"}, {"belop", "<", "28"}}},
		{Values: []store.Value{{"belop", "<", "1"}}},
		{Words: []string{"konsert"}, Values: []store.Value{{"belop", ">", "1"}, {"belop", "<=", "40"}}},
	} {
		for after := (*store.Cursor)(nil); ; {
			want := searchIn(t, s, store.Ways-1, q, after)
			if !want.page || !want.counted {
				t.Fatalf("search %d: the last way does not vouch for what it finds", i)
			}
			for way := range store.Ways - 1 {
				got := searchIn(t, s, way, q, after)
				if got.page {
					pages++
					if fmt.Sprint(got.ids) != fmt.Sprint(want.ids) {
						t.Errorf("search %d in way %d: got %v, want %v", i, way, got.ids, want.ids)
					}
				}
				if got.counted {
					counts++
					if got.count != want.count {
						t.Errorf("search %d in way %d: counted %d, want %d", i, way, got.count, want.count)
					}
				}
				if got.count > want.count {
					t.Errorf("search %d in way %d: counted %d, there are %d", i, way, got.count, want.count)
				}
			}
			if after = want.next; after == nil {
				break
			}
		}
	}
	t.Logf("checked %d pages and %d counts", pages, counts)
	if pages == 0 || counts == 0 {
		t.Error("no other way vouches for anything")
	}
}

type searchPage struct {
	ids           []uuid.UUID
	count         int
	page, counted bool
	next          *store.Cursor
}

func searchIn(t *testing.T, s *store.Store, way int, q store.Search, after *store.Cursor) searchPage {
	t.Helper()
	const n = 7
	var p searchPage
	do(t, s, func(tx *store.Tx) (err error) {
		p.ids, p.count, p.page, p.counted, err = tx.SearchIn(t.Context(), way, nordScope(), q, after, n+1)
		if err != nil || len(p.ids) <= n {
			return err
		}
		last, err := tx.CasesIn(t.Context(), nordScope(), p.ids[n-1:n], ingrid)
		if err == nil {
			p.next = &store.Cursor{At: *last[0].Submitted, ID: last[0].ID}
		}
		return err
	})
	return p
}

// TestSearch_FindsTheSameHoweverCommonTheWords searches with the statistics of an archive in which the
// word is in every case, in every tenth, or in none: they choose the way, and nothing else.
func TestSearch_FindsTheSameHoweverCommonTheWords(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for n := range 40 {
		title := "Konsert"
		if n%4 == 0 {
			title = "Lysfest på torget"
		}
		written(t, s, title, core.Document{"a": "b"})
	}
	q := store.Search{Words: []string{"lysfest"}}
	for _, fitting := range []float64{1, 3_000, 100_000, 900_000} {
		var seen []uuid.UUID
		for after := (*store.Cursor)(nil); ; {
			var p store.InboxPage
			do(t, s, func(tx *store.Tx) (err error) {
				p, err = tx.SearchExpecting(t.Context(), nordScope(), q, after, 4, fitting, 1_000_000)
				return err
			})
			if p.Count != 10 {
				t.Errorf("expecting %v: counted %d cases, want 10", fitting, p.Count)
			}
			for _, c := range p.Cases {
				seen = append(seen, c.ID)
			}
			if after = p.Next; after == nil {
				break
			}
		}
		if want := found(t, s, nordScope(), store.Filter{}, q); fmt.Sprint(seen) != fmt.Sprint(want) || len(want) != 10 {
			t.Errorf("expecting %v: got %v, want %v", fitting, seen, want)
		}
	}
}

// TestSearch_ForADeadlineIsOfTheOrderOfTheList holds the ways of a search for a deadline against each
// other: the cases that have it, and the newest of those that somebody or nobody has.
func TestSearch_ForADeadlineIsOfTheOrderOfTheList(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	now := time.Now()
	var want []uuid.UUID
	for n := range 30 {
		i := caseOf(nord, now.Add(-time.Duration(n)*time.Minute))
		i.Reference = ""
		if n%3 > 0 {
			i.Due = new(now.Add(time.Duration((n*7)%20-5) * 24 * time.Hour))
		}
		if n%5 == 0 {
			i.Assignee = ingrid
		}
		do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &i) })
		if i.Due != nil && i.Due.Before(now.AddDate(0, 0, 7)) && i.Assignee == 0 {
			want = append(want, i.ID)
		}
	}
	soon := now.AddDate(0, 0, 7)
	for _, status := range []store.FilterStatus{store.FilterOpen, ""} {
		f := store.Filter{Status: status, Unassigned: true}
		got := found(t, s, nordScope(), f, store.Search{DueBefore: &soon})
		if fmt.Sprint(got) != fmt.Sprint(want) || len(want) < 6 {
			t.Errorf("of status %q: got %v, want %v", status, got, want)
		}
	}
}
