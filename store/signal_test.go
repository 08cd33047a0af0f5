package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// listener keeps what one process hears.
type listener struct {
	mu     sync.Mutex
	heard  []store.Signal
	missed int
}

func (l *listener) has(s store.Signal) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.heard, s)
}

// follow has a store listen until the test ends, and waits until it does.
func follow(t *testing.T, s *store.Store, url string) *listener {
	t.Helper()
	l := &listener{}
	ctx, stop := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() {
		s.Follow(ctx, func(one store.Signal) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.heard = append(l.heard, one)
		}, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.missed++
		})
	})
	t.Cleanup(func() { stop(); following.Wait() })
	conn := owner(t, url)
	eventually(t, "it listens", func() bool {
		var n int
		err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND query = 'LISTEN stafett_session'`).Scan(&n)
		return err == nil && n > 0
	})
	return l
}

func eventually(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !met(); {
		if time.Now().After(end) {
			t.Fatalf("%s: it does not come to that", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestFollow_EveryProcessHearsOfACaseThatHasCome(t *testing.T) {
	t.Parallel()
	here, url := setup(t)
	there, err := store.Open(t.Context(), url, store.Options{AllowUnsafe: true, Role: store.ServingRole})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(there.Close)
	first, second := follow(t, here, url), follow(t, there, url)
	undone, begun, came := caseOf(nord, time.Now()), draft(kari), caseOf(nord, time.Now())
	stop := errors.New("stop")
	err = here.InTx(t.Context(), system, func(tx *store.Tx) error {
		return errors.Join(tx.AddInstance(t.Context(), &undone), stop)
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	add(t, here, begun, came)
	signal := func(i core.Instance) store.Signal {
		return store.Signal{Kind: store.SignalCame, Owner: i.Owner, App: i.AppRef, Case: i.ID}
	}
	for _, l := range []*listener{first, second} {
		eventually(t, "the case", func() bool { return l.has(signal(came)) })
		if l.has(signal(undone)) || l.has(signal(begun)) {
			t.Errorf("heard %v: of what was rolled back, or of a draft", l.heard)
		}
	}
	do(t, there, func(tx *store.Tx) error { return tx.SetReady(t.Context(), begun.ID) })
	eventually(t, "what is ready now", func() bool { return first.has(signal(begun)) })
}

func TestFollow_ItListensAgainAndSaysThatItMissed(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	l := follow(t, s, url)
	exec(t, owner(t, url), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query = 'LISTEN stafett_session'`)
	eventually(t, "it listens again", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.missed == 1
	})
	c := caseOf(nord, time.Now())
	add(t, s, c)
	eventually(t, "the case", func() bool {
		return l.has(store.Signal{Kind: store.SignalCame, Owner: nord, App: appB, Case: c.ID})
	})
}

func TestPresence_IsToldForAMinute(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	exec(t, owner(t, url), `INSERT INTO role_grant (person, party, role, source)
		VALUES (50004, 51001, 'nordvik-kultur', 'granted'), (50007, 51001, 'nordvik-kultur', 'granted')`)
	c := caseOf(nord, time.Now())
	add(t, s, c)
	l := follow(t, s, url)
	per := func(id core.PartyID, name string) core.Actor {
		return core.Actor{Kind: core.ActorPerson, User: id, Party: id, Name: name}
	}
	me, other := per(ingrid, "Ingrid Berg"), per(tor, "Tor Haugen")
	var at time.Time
	in := func(a core.Actor, fn func(tx *store.Tx) error) {
		t.Helper()
		if err := s.InTx(t.Context(), a, fn); err != nil {
			t.Fatal(err)
		}
	}
	attend := func(a core.Actor, writing bool) {
		t.Helper()
		in(a, func(tx *store.Tx) error {
			var err error
			at, err = tx.Now(t.Context())
			return errors.Join(err, tx.Attend(t.Context(), c.InstanceRef, writing))
		})
	}
	scope := store.Scope{Owner: nord, Items: []store.ScopeItem{{Org: appB.Org, App: appB.App, Task: "Task_1"}}}
	wants := func(want ...core.Presence) {
		t.Helper()
		in(me, func(tx *store.Tx) error {
			var list, none []core.Presence
			tx.HoldPresent(scope, &list)
			tx.HoldPresent(store.Scope{Owner: nord}, &none)
			got, err := tx.PresentIn(t.Context(), c.ID)
			if !slices.Equal(got, want) || !slices.Equal(list, want) || len(none) > 0 {
				t.Errorf("got %v in the case, %v in the list and %v outside the scope, want %v", got, list,
					none, want)
			}
			return err
		})
	}
	tors := core.Presence{Case: c.ID, Person: tor, Name: "Tor Haugen"}
	attend(me, false)
	wants()
	attend(other, false)
	wants(tors)
	attend(other, true)
	tors.Writing = true
	wants(tors)
	attend(other, false)
	wants(tors)
	storetest.Exec(t, url, `UPDATE case_presence SET wrote = now() - interval '61 seconds' WHERE person = 50007`)
	tors.Writing = false
	wants(tors)
	in(other, func(tx *store.Tx) error { return tx.Leave(t.Context(), c.InstanceRef, at.Add(-time.Second)) })
	wants(tors)
	in(other, func(tx *store.Tx) error { return tx.Leave(t.Context(), c.InstanceRef, at) })
	wants()
	attend(other, false)
	storetest.Exec(t, url, `UPDATE case_presence SET seen = now() - interval '61 seconds' WHERE person = 50007`)
	wants()
	storetest.Exec(t, url, `UPDATE case_presence SET seen = now() - interval '2 hours'`)
	if err := s.CleanPresence(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := storetest.Exec(t, url, `SELECT FROM case_presence`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	eventually(t, "a signal", func() bool {
		return l.has(store.Signal{Kind: store.SignalPresence, Owner: nord, App: appB, Case: c.ID})
	})
}
