package store_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

// TestSearch_EveryWayFindsTheSame searches in each way of common words, from many places, and holds
// what a way vouches for against the way that finds everything.
func TestSearch_EveryWayFindsTheSame(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for range 30 {
		written(t, s, "Lysfest på torget", core.Document{"soker": map[string]any{"navn": "Kari"}})
		written(t, s, "Konsert", core.Document{})
	}
	exec(t, connect(t, url), `UPDATE instance SET submitted = submitted - random() * interval '9 days'`)
	vouched := 0
	for i, q := range []store.Search{
		{Words: []string{"lysfest"}}, {Words: []string{"kari"}, Without: []string{"konsert"}},
		{Phrases: []string{"på torget"}}, {Words: []string{"finnes ikke"}},
	} {
		for after := (*store.Cursor)(nil); ; {
			want, whole := searchIn(t, s, 2, q, after)
			if !whole {
				t.Fatalf("search %d: the last way does not vouch for what it finds", i)
			}
			for way := range 2 {
				if got, sure := searchIn(t, s, way, q, after); sure {
					vouched++
					if fmt.Sprint(got.ids) != fmt.Sprint(want.ids) || got.count != want.count {
						t.Errorf("search %d in way %d: got %+v, want %+v", i, way, got, want)
					}
				}
			}
			if after = want.next; after == nil {
				break
			}
		}
	}
	t.Logf("checked %d pages", vouched)
	if vouched == 0 {
		t.Error("no other way vouches for anything")
	}
}

type searchPage struct {
	ids   []uuid.UUID
	count int
	next  *store.Cursor
}

func searchIn(t *testing.T, s *store.Store, way int, q store.Search, after *store.Cursor) (searchPage, bool) {
	t.Helper()
	const n = 7
	var p store.InboxPage
	var sure bool
	do(t, s, func(tx *store.Tx) (err error) {
		p, sure, err = tx.SearchIn(t.Context(), way, nordScope(), q, after, n)
		return err
	})
	out := searchPage{count: p.Count}
	for _, i := range p.Cases {
		out.ids = append(out.ids, i.ID)
	}
	if len(p.Cases) > n {
		last := p.Cases[n-1]
		out.next = &store.Cursor{At: *last.Submitted, ID: last.ID}
	}
	return out, sure
}
