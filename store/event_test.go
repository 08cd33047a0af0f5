package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// token is Nordvik's system.
var token = core.Actor{Kind: core.ActorOrg, Org: "nordvik", OrganisationNumber: "310246816", Party: nord}

// everything is all that Nordvik's system may be let see of the two apps.
var everything = []store.ScopeItem{
	{Org: "nordvik", App: "stottesak", Task: "Task_1"}, {Org: "nordvik", App: "stottesak", Task: "Task_2"},
	{Org: "nordvik", App: "stottesak", Task: "End_1", Ended: true},
}

func typesOf(list []core.InstanceEvent) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.Type)
	}
	return out
}

func eventsOf(t *testing.T, s *store.Store, f store.EventFilter, n int) []core.InstanceEvent {
	t.Helper()
	var list []core.InstanceEvent
	err := s.InTx(t.Context(), token, func(tx *store.Tx) (err error) {
		list, err = tx.InstanceEvents(t.Context(), f, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// until waits for a condition. The transactions that still run anywhere in the cluster, those of
// other tests too, hold events back.
func until(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !met(); {
		if time.Now().After(end) {
			t.Fatalf("%s does not come", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// awaited reads until there are n events.
func awaited(t *testing.T, s *store.Store, f store.EventFilter, n int) (list []core.InstanceEvent) {
	t.Helper()
	until(t, "the last event", func() bool {
		list = eventsOf(t, s, f, 100)
		return len(list) >= n
	})
	return list
}

// TestInstanceEvents_EachChangeIsTold walks a case, and reads what a system is told of it.
func TestInstanceEvents_EachChangeIsTold(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	c := caseOf(nord, time.Now())
	e := core.DataElement{ID: uuid.New(), Instance: c.ID, Type: "sak", ContentType: "application/json"}
	as := func(a core.Actor, fn func(*store.Tx) error) {
		t.Helper()
		if err := s.InTx(t.Context(), a, fn); err != nil {
			t.Fatal(err)
		}
	}
	as(token, func(tx *store.Tx) error {
		if err := tx.AddInstance(t.Context(), &c); err != nil {
			return err
		}
		return tx.AddDocument(t.Context(), e, core.Document{})
	})
	for _, who := range []core.Actor{system, token} {
		e.Version++
		as(who, func(tx *store.Tx) error { return tx.PutDocument(t.Context(), e, core.Document{"a": "b"}) })
	}
	change := func(what func()) {
		t.Helper()
		what()
		as(token, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &c) })
	}
	change(func() { c.Title = "Ny tittel" })
	change(func() { c.Process.Task = "Task_2" })
	change(func() { c.Substatus = &core.Substatus{Label: "Mottatt"} })
	as(token, func(tx *store.Tx) error { return tx.Confirm(t.Context(), c.ID, "nordvik") })
	as(token, func(tx *store.Tx) error { return tx.Confirm(t.Context(), c.ID, "nordvik") })
	as(token, func(tx *store.Tx) error {
		return tx.AddMessage(t.Context(), core.KeptMessage{Instance: c.InstanceRef, Other: *c.Source,
			Message: core.Message{ID: uuid.New(), Text: "Hei"}, Sent: true})
	})
	change(func() { c.Process.Task, c.Process.EndEvent, c.Status = "", "End_1", core.StatusArchived })
	as(system, func(tx *store.Tx) error { return tx.DeleteInstance(t.Context(), c.InstanceRef) })

	list := awaited(t, s, store.EventFilter{Items: everything}, 8)
	want := []string{core.EventCreated, core.EventSaved, core.EventMovedTo + "Task_2",
		core.EventSubstatus, core.EventConfirmed, core.EventSent, core.EventCompleted, core.EventDeleted}
	if got := typesOf(list); !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for _, e := range list {
		if e.Instance != c.InstanceRef || e.OrganisationNumber != "310246816" {
			t.Errorf("%s is of %v, organisation %q", e.Type, e.Instance, e.OrganisationNumber)
		}
	}
	narrow := store.EventFilter{Items: everything[1:2], After: list[2].Place, Owner: nord}
	if got := typesOf(eventsOf(t, s, narrow, 2)); !slices.Equal(got, want[3:5]) {
		t.Errorf("narrowed: got %v", got)
	}
	narrow.Owner = kari
	if got := eventsOf(t, s, narrow, 2); len(got) != 0 {
		t.Errorf("another owner's: got %v", got)
	}
	byType := store.EventFilter{Items: everything, Types: []string{core.EventDeleted}}
	if got := eventsOf(t, s, byType, 2); len(got) != 1 {
		t.Errorf("by type: got %v", got)
	}
}

// TestInstanceEvents_ALateCommitIsNotSkipped reads while a transaction that began first still runs.
func TestInstanceEvents_ALateCommitIsNotSkipped(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	late, first := caseOf(nord, time.Now()), caseOf(nord, time.Now())
	slow := connect(t, url)
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := slow.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	run("BEGIN")
	run(`INSERT INTO instance (id, org, app, owner, app_version, status, task)
		VALUES ($1, 'nordvik', 'stottesak', 51001, 'h', 'active', 'Task_1')`, late.ID)
	add(t, s, first)
	if list := eventsOf(t, s, store.EventFilter{Items: everything}, 10); len(list) != 0 {
		t.Errorf("before the older one has ended: got %v", list)
	}
	if _, found, err := s.ClaimSubscription(t.Context(), time.Second); found || err != nil {
		t.Errorf("there is no subscription: %t, %v", found, err)
	}
	run("COMMIT")
	list := awaited(t, s, store.EventFilter{Items: everything}, 2)
	if len(list) != 2 || list[0].Instance.ID != late.ID || list[1].Instance.ID != first.ID {
		t.Fatalf("got %v, want the late one, then the other", list)
	}
	if rest := eventsOf(t, s, store.EventFilter{Items: everything, After: list[1].Place}, 10); len(rest) != 0 {
		t.Errorf("after the last: got %v", rest)
	}
	at := get(t, s, func(tx *store.Tx) (core.EventPlace, error) {
		return tx.EventsSince(t.Context(), "nordvik", time.Now().Add(-time.Hour))
	})
	if again := eventsOf(t, s, store.EventFilter{Items: everything, After: at}, 10); len(again) != 2 {
		t.Errorf("since an hour ago: got %v", again)
	}
}

// TestClaimSubscription_OneAtATime gives a subscription to one, and fences off who has lost it.
func TestClaimSubscription_OneAtATime(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	made := get(t, s, func(tx *store.Tx) (core.Subscription, error) {
		return tx.AddSubscription(t.Context(), core.Subscription{Org: "nordvik",
			OrganisationNumber: "310246816", Endpoint: "https://example.no/", Secret: make([]byte, 32)})
	})
	claim := func(want bool) (c core.Subscription) {
		t.Helper()
		until(t, "the claim", func() bool {
			var found bool
			var err error
			if c, found, err = s.ClaimSubscription(t.Context(), time.Minute); err != nil || found && !want {
				t.Fatalf("claim: %t, %v, want %t", found, err, want)
			}
			return found == want
		})
		return c
	}
	step := func(c core.Subscription, want bool) {
		t.Helper()
		got := get(t, s, func(tx *store.Tx) (bool, error) {
			return tx.StepSubscription(t.Context(), c, 0, 0)
		})
		if got != want {
			t.Errorf("step under fence %d: %t, want %t", c.Fence, got, want)
		}
	}
	first := claim(true)
	claim(false)
	storetest.Exec(t, url, `UPDATE subscription SET leased = now() - interval '1 second'`)
	second := claim(true)
	step(first, false)
	second.State = core.SubscriptionActive
	step(second, true)
	// Nothing has happened since: there is nothing to do.
	claim(false)
	add(t, s, caseOf(nord, time.Now()))
	if got := claim(true); got.ID != made.ID || got.State != core.SubscriptionActive {
		t.Errorf("got %+v", got)
	}
}
