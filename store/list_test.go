package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func item(app core.AppRef, task string) store.ScopeItem {
	return store.ScopeItem{Org: app.Org, App: app.App, Task: task}
}

// within is an item limited to a value of the data field bydel.
func within(i store.ScopeItem, value string) store.ScopeItem {
	i.Field, i.Value = "bydel", value
	return i
}

func endItem(app core.AppRef, end string) store.ScopeItem {
	return store.ScopeItem{Org: app.Org, App: app.App, Task: end, Ended: true}
}

// listed gives the ids of a whole list, read in pages of n, and checks the count on each page.
func listed(t testing.TB, s *store.Store, scope store.Scope, f store.Filter, n int) []uuid.UUID {
	t.Helper()
	var ids []uuid.UUID
	counted := 0
	for after := (*store.Cursor)(nil); ; {
		do(t, s, func(tx *store.Tx) error {
			p, err := tx.Inbox(t.Context(), scope, f, after, n)
			for _, i := range p.Cases {
				ids = append(ids, i.ID)
			}
			after, counted = p.Next, p.Count
			return err
		})
		if after == nil {
			if counted != len(ids) {
				t.Errorf("counted %d of %d", counted, len(ids))
			}
			return ids
		}
	}
}

// mixed adds cases of two owners, two apps, two tasks and ends, taken and not, and drafts.
func mixed(t testing.TB, s *store.Store, n int) []core.Instance {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	list := make([]core.Instance, n)
	for k := range list {
		// Few moments, so that many cases share one and the id has to decide.
		i := caseOf(core.PartyID(51001+random.IntN(2)),
			time.Unix(1_760_000_000+int64(random.IntN(20)), 0))
		i.App = pick("stottesak", "parkeringssak")
		i.Process.Task = pick("Task_1", "Task_2")
		if i.App == "stottesak" {
			i.LimitField, i.DataValues = "bydel", map[string]string{"bydel": pick("nord", "sør", "")}
		}
		if random.IntN(3) == 0 {
			i.Status, i.Process = core.StatusArchived, core.ProcessState{EndEvent: pick("End_1",
				"End_2")}
		}
		if random.IntN(2) == 0 {
			i.Assignee = ingrid
		}
		if random.IntN(5) == 0 {
			i.Status, i.Submitted = core.StatusDraft, nil
			i.Process = core.ProcessState{Task: "Task_1"}
		}
		list[k] = i
	}
	add(t, s, list...)
	return list
}

// visible is the rule that the SQL must follow, in plain Go.
func visible(i core.Instance, scope store.Scope, f store.Filter) bool {
	if i.Status == core.StatusDraft || i.Owner != scope.Owner {
		return false
	}
	ended := i.Process.EndEvent != ""
	at := i.Process.Task + i.Process.EndEvent
	let := slices.ContainsFunc(scope.Items, func(item store.ScopeItem) bool {
		return item.Org == i.Org && item.App == i.App && item.Task == at && item.Ended == ended &&
			(item.Field == "" || item.Field == i.LimitField && item.Value == i.DataValues[item.Field])
	})
	return let && (f.Status == "" || ended == (f.Status == store.FilterClosed)) &&
		(len(f.Apps) == 0 || slices.Contains(f.Apps, i.AppRef)) &&
		(len(f.Tasks) == 0 || slices.Contains(f.Tasks, at)) &&
		(f.Assignee == 0 || i.Assignee == f.Assignee) && (!f.Unassigned || i.Assignee == 0)
}

func TestInbox_ShowsExactlyWhatScopeAndFilterLetIn(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	all := mixed(t, s, 300)
	parking := core.AppRef{Org: "nordvik", App: "parkeringssak"}
	everything := []store.ScopeItem{
		item(appB, "Task_1"), item(appB, "Task_2"), endItem(appB, "End_1"), endItem(appB, "End_2"),
		item(parking, "Task_1"), item(parking, "Task_2"), endItem(parking, "End_1"),
	}
	scopes := map[string][]store.ScopeItem{
		"nothing": nil, "one task": everything[:1], "one end": everything[2:3],
		"one app": everything[:4],
		"most":    everything, "another organisation's app": {item(core.AppRef{Org: "sorvik",
			App: "stottesak"}, "Task_1")},
		"one value": {within(everything[0], "nord")},
		"values and whole tasks": {within(everything[0], "nord"), within(everything[0], "sør"), everything[1],
			within(everything[2], "sør"), within(everything[3], "vest"), everything[4]},
		"a value of an app without the field": {within(everything[4], "nord")},
		"an end that is no task":              {item(appB, "End_1"), endItem(appB, "Task_1")},
	}
	filters := map[string]store.Filter{
		"no filter": {}, "open": {Status: store.FilterOpen}, "closed": {Status: store.FilterClosed},
		"app": {Apps: []core.AppRef{parking}}, "task": {Tasks: []string{"Task_2", "End_1"}},
		"mine": {Assignee: ingrid}, "nobody's": {Unassigned: true},
		"mine, closed, one app": {Assignee: ingrid, Status: store.FilterClosed,
			Apps: []core.AppRef{appB}},
		"outside the scope": {Apps: []core.AppRef{appA}},
	}
	checked := 0
	for scopeName, items := range scopes {
		for filterName, f := range filters {
			for _, owner := range []core.PartyID{nord, sor, kari} {
				scope := store.Scope{Owner: owner, Items: items}
				checkList(t, s, fmt.Sprintf("%s, %s, %d", scopeName, filterName, owner), all,
					scope, f)
				checked++
			}
		}
	}
	t.Logf("checked %d lists", checked)
}

func checkList(t *testing.T, s *store.Store, name string, all []core.Instance, scope store.Scope,
	f store.Filter) {
	t.Helper()
	var want []core.Instance
	for _, i := range all {
		if visible(i, scope, f) {
			want = append(want, i)
		}
	}
	slices.SortFunc(want, func(a, b core.Instance) int {
		if c := b.Submitted.Compare(*a.Submitted); c != 0 {
			return c
		}
		return slices.Compare(b.ID[:], a.ID[:])
	})
	got := listed(t, s, scope, f, 7)
	if len(got) != len(want) {
		t.Errorf("%s: got %d cases, want %d", name, len(got), len(want))
		return
	}
	for k := range want {
		if got[k] != want[k].ID {
			t.Errorf("%s: case %d is %v, want %v", name, k, got[k], want[k].ID)
			return
		}
	}
}

func TestInbox_UnreadUntilOpenedAndAgainWhenItChangesHands(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := caseOf(nord, time.Now())
	add(t, s, i)
	scope := store.Scope{Owner: nord, Items: []store.ScopeItem{item(appB, "Task_1"), item(appB,
		"Task_2")}}
	unread := func(reader core.PartyID) bool {
		list := get(t, s, func(tx *store.Tx) ([]core.Instance, error) {
			p, err := tx.Inbox(t.Context(), scope, store.Filter{Reader: reader}, nil, 10)
			return p.Cases, err
		})
		if len(list) != 1 {
			t.Fatalf("got %d cases, want 1", len(list))
		}
		return list[0].Unread
	}
	open := func(reader core.PartyID) {
		do(t, s, func(tx *store.Tx) error { return tx.MarkSeen(t.Context(), i.ID, reader) })
	}
	if !unread(ingrid) {
		t.Error("new: got read")
	}
	open(ingrid)
	if unread(ingrid) || !unread(siri) {
		t.Error("opened by Ingrid: want read for her and unread for Siri")
	}
	storetest.Exec(t, url, "UPDATE seen SET at = at + interval '1 second'")
	open(ingrid)
	if n := count(t, url, "seen WHERE at > now() + interval '100 milliseconds'"); n != 1 {
		t.Error("opening it again wrote again")
	}
	storetest.Exec(t, url, "UPDATE seen SET at = at - interval '1 second'")
	held := read(t, s, i.InstanceRef)
	held.Process.Task = "Task_2"
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &held) })
	if !unread(ingrid) {
		t.Error("changed hands: got read")
	}
	open(ingrid)
	open(0) // a system has no marks
	if unread(ingrid) || count(t, url, "seen") != 1 {
		t.Error("opened after that: got unread")
	}
}

func TestInbox_CaseIsSeenOnlyWhenReady(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := draft(nord)
	i.AppRef = appB
	add(t, s, i)
	scope := store.Scope{Owner: nord, Items: []store.ScopeItem{item(appB, "Task_1")}}
	if got := listed(t, s, scope, store.Filter{}, 10); got != nil {
		t.Errorf("a draft is listed: %v", got)
	}
	do(t, s, func(tx *store.Tx) error { return tx.SetReady(t.Context(), i.ID) })
	if got := listed(t, s, scope, store.Filter{}, 10); len(got) != 1 {
		t.Errorf("got %v, want the case", got)
	}
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.SetReady(t.Context(), uuid.New())
	})
	wantFault(t, err, fault.Conflict)
}

func TestInboxCounts_StopsAtItsLimit(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	generate(t, url, 1500)
	scope := wideScope()
	n := get(t, s, func(tx *store.Tx) (int, error) {
		p, err := tx.Inbox(t.Context(), scope, store.Filter{}, nil, 1)
		return p.Count, err
	})
	if n != store.CountLimit+1 {
		t.Errorf("got %d, want %d", n, store.CountLimit+1)
	}
}

func TestByReference_FindsWithinTheScopeOnly(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	first, ended, foreign := caseOf(nord, time.Now()), caseOf(nord, time.Now()), caseOf(sor,
		time.Now())
	ended.Status, ended.Process = core.StatusArchived, core.ProcessState{EndEvent: "End_1"}
	mine := draft(kari)
	mine.Reference = first.Reference
	add(t, s, first, ended, foreign, mine)
	for name, c := range map[string]struct {
		scope store.Scope
		want  []uuid.UUID
	}{
		"task": {store.Scope{Owner: nord, Items: []store.ScopeItem{item(appB, "Task_1")}},
			[]uuid.UUID{first.ID}},
		"end": {store.Scope{Owner: nord, Items: []store.ScopeItem{endItem(appB, "End_1")}},
			[]uuid.UUID{ended.ID}},
		"nothing": {store.Scope{Owner: nord}, nil},
		"draft":   {store.Scope{Owner: kari, Items: []store.ScopeItem{item(appA, "Task_1")}}, nil},
	} {
		got := get(t, s, func(tx *store.Tx) ([]core.Instance, error) {
			return tx.ByReference(t.Context(), c.scope, first.Reference, ingrid)
		})
		var ids []uuid.UUID
		for _, i := range got {
			ids = append(ids, i.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: got %v, want %v", name, ids, c.want)
		}
	}
}

func TestCursor_ComesBackFromAnAddress(t *testing.T) {
	t.Parallel()
	c := store.Cursor{At: time.Now().UTC().Truncate(time.Microsecond), ID: uuid.New()}
	got, err := store.ParseCursor(c.String())
	if err != nil || *got != c {
		t.Errorf("got %v, %v, want %v", got, err, c)
	}
	if none, err := store.ParseCursor(""); none != nil || err != nil {
		t.Errorf("empty: got %v, %v", none, err)
	}
	for _, wrong := range []string{
		"x", "AAAA", c.String() + "A", c.String()[1:], "'; DROP TABLE instance",
		"////" + c.String()[4:],
		store.Cursor{At: time.Unix(1<<40, 0)}.String(), store.Cursor{}.String(),
	} {
		if _, err := store.ParseCursor(wrong); !fault.Is(err, fault.Malformed) {
			t.Errorf("%q: got %v, want malformed", wrong, err)
		}
	}
}

func TestCaseRef_GivesAnOwnersWholeCaseOnly(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	mine, hidden := caseOf(nord, time.Now()), draft(nord)
	add(t, s, mine, hidden)
	do(t, s, func(tx *store.Tx) error {
		got, err := tx.CaseRef(t.Context(), nord, mine.ID)
		if got != mine.InstanceRef {
			t.Errorf("got %v, want %v", got, mine.InstanceRef)
		}
		_, foreign := tx.CaseRef(t.Context(), sor, mine.ID)
		_, unready := tx.CaseRef(t.Context(), nord, hidden.ID)
		_, unknown := tx.CaseRef(t.Context(), nord, uuid.New())
		for _, err := range []error{foreign, unready, unknown} {
			if !errors.Is(err, store.ErrNoRow) {
				t.Errorf("got %v, want ErrNoRow", err)
			}
		}
		return err
	})
}
