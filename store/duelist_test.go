package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

// withDue adds open cases of one task: due at the times, and one that has no deadline.
func withDue(t testing.TB, s *store.Store, due ...time.Time) []core.Instance {
	t.Helper()
	var list []core.Instance
	for k := range due {
		i := caseOf(nord, time.Unix(1_760_000_000+int64(k), 0))
		i.Due = &due[k]
		list = append(list, i)
	}
	list = append(list, caseOf(nord, time.Unix(1_750_000_000, 0)))
	add(t, s, list...)
	return list
}

func TestInbox_ByDueIsEarliestFirstAndWithoutADeadlineLast(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	now := time.Now().Truncate(time.Second)
	later, over, soon := now.Add(90*24*time.Hour), now.Add(-48*time.Hour), now.Add(24*time.Hour)
	// Two share a moment: the id decides between them.
	list := withDue(t, s, later, over, soon, soon)
	ended := caseOf(nord, now)
	ended.Status, ended.Due = core.StatusArchived, &over
	ended.Process = core.ProcessState{EndEvent: "End_1"}
	add(t, s, ended)
	scope := store.Scope{Owner: nord, Items: []store.ScopeItem{item(appB, "Task_1"),
		endItem(appB, "End_1")}}
	same := []uuid.UUID{list[2].ID, list[3].ID}
	slices.SortFunc(same, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	want := []uuid.UUID{list[1].ID, same[0], same[1], list[0].ID, list[4].ID}
	for _, n := range []int{1, 2, 10} {
		got := listed(t, s, scope, store.Filter{Order: store.OrderDue}, n)
		if !slices.Equal(got, want) {
			t.Errorf("in pages of %d: got %v, want %v", n, got, want)
		}
	}
	week := now.Add(72 * time.Hour)
	got := listed(t, s, scope, store.Filter{Order: store.OrderDue, DueBefore: &week}, 2)
	if !slices.Equal(got, want[:3]) {
		t.Errorf("due this week: got %v, want %v", got, want[:3])
	}
	if got := listed(t, s, scope, store.Filter{Order: store.OrderDue, Assignee: ola}, 2); got != nil {
		t.Errorf("Ola has no case, got %v", got)
	}
}

func TestCountViews_CountsWhatEachViewLists(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	mixed(t, s, 200)
	now := time.Now()
	withDue(t, s, now.Add(-time.Hour), now.Add(time.Hour), now.Add(500*time.Hour))
	week := now.Add(100 * time.Hour)
	whole := []store.ScopeItem{
		item(appB, "Task_1"), endItem(appB, "End_1"), endItem(appB, "End_2"),
	}
	want := checkViews(t, s, store.Scope{Owner: nord, Items: whole}, week)
	if want.Due != 2 || want.Mine == 0 || want.Closed == 0 {
		t.Errorf("too little is counted: %+v", want)
	}
	limited := []store.ScopeItem{within(whole[0], "nord"), within(whole[0], "sør"),
		item(appB, "Task_2"), within(whole[1], "nord")}
	fewer := checkViews(t, s, store.Scope{Owner: nord, Items: limited}, week)
	if fewer.Open == 0 || fewer.Closed == 0 || fewer.Closed >= want.Closed {
		t.Errorf("the limited scope: %+v of %+v", fewer, want)
	}
}

// checkViews counts the views of a scope and compares them with its lists.
func checkViews(
	t *testing.T, s *store.Store, scope store.Scope, week time.Time,
) store.ViewCounts {
	t.Helper()
	var counts store.ViewCounts
	do(t, s, func(tx *store.Tx) error {
		tx.CountViews(scope, ingrid, week, &counts)
		_, err := tx.Inbox(t.Context(), scope, store.Filter{}, nil, 1)
		return err
	})
	n := func(f store.Filter) int { return len(listed(t, s, scope, f, 100)) }
	open := store.FilterOpen
	want := store.ViewCounts{
		Open: n(store.Filter{Status: open}), Mine: n(store.Filter{Status: open, Assignee: ingrid}),
		Unassigned: n(store.Filter{Status: open, Unassigned: true}),
		Due:        n(store.Filter{Order: store.OrderDue, DueBefore: &week}),
		Closed:     n(store.Filter{Status: store.FilterClosed}),
	}
	if counts != want {
		t.Errorf("got %+v, want %+v", counts, want)
	}
	if byDue := n(store.Filter{Order: store.OrderDue}); byDue != want.Open {
		t.Errorf("%d cases by due, %d open ones", byDue, want.Open)
	}
	return want
}
