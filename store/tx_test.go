package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func TestInTx_ErrorRollsEverythingBack(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	mine := errors.New("mine")
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		i := draft(kari)
		if err := tx.AddInstance(t.Context(), &i); err != nil {
			return err
		}
		if _, err := tx.Party(t.Context(), kari); err != nil {
			return err
		}
		tx.Audit(core.Event{ActorKind: core.ActorPerson, Act: core.ActInstantiate,
			Outcome: core.OutcomeDone})
		return mine
	})
	if !errors.Is(err, mine) {
		t.Errorf("got %v, want my own error", err)
	}
	if n := count(t, url, "instance") + count(t, url, "audit_event"); n != 0 {
		t.Errorf("%d rows are left of a transaction that was rolled back", n)
	}
}

func TestInTx_PanicLeavesNothingAndNoBrokenConnection(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for range 30 { // more than the pool holds
		func() {
			defer func() { _ = recover() }()
			_ = s.InTx(t.Context(), actor, func(tx *store.Tx) error {
				i := draft(kari)
				if err := tx.AddInstance(t.Context(), &i); err != nil {
					return err
				}
				if _, err := tx.Party(t.Context(), kari); err != nil {
					return err
				}
				panic("worker")
			})
		}()
	}
	if n := count(t, url, "instance"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestInTx_SwallowedErrorStillRollsBack(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		i := draft(kari)
		if err := tx.AddInstance(t.Context(), &i); err != nil {
			return err
		}
		i.Version = 7
		if err := tx.UpdateInstance(t.Context(), &i); err != nil {
			return err
		}
		_, _ = tx.Party(t.Context(), kari) // fails, as the update before it does
		return nil
	})
	wantFault(t, err, fault.Conflict)
	if n := count(t, url, "instance"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestInTx_WritesThatWaitAreSeenByTheNextRead(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	do(t, s, func(tx *store.Tx) error {
		i := draft(kari)
		if err := tx.AddInstance(t.Context(), &i); err != nil {
			return err
		}
		got, err := tx.Instance(t.Context(), i.InstanceRef)
		if err == nil && got.ID != i.ID {
			return fmt.Errorf("got %v", got)
		}
		return err
	})
}

// TestInTx_AReferenceThatIsTakenIsDrawnAgain: references are drawn by lot, and a citizen is not to send
// twice since two of them have drawn the same one.
func TestInTx_AReferenceThatIsTakenIsDrawnAgain(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	taken := draft(kari)
	taken.Reference = "NK-0001-0001"
	add(t, s, taken)
	send := func(drawn ...string) (tries int, err error) {
		err = s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			i := draft(kari)
			i.Reference = drawn[min(tries, len(drawn)-1)]
			tries++
			return tx.AddInstance(t.Context(), &i)
		})
		return tries, err
	}
	if tries, err := send("NK-0001-0001", "NK-0001-0002"); err != nil || tries != 2 {
		t.Errorf("after %d tries: %v, want another reference at the second", tries, err)
	}
	if tries, err := send("NK-0001-0001"); !fault.Is(err, fault.Conflict) || tries != 3 {
		t.Errorf("after %d tries: %v, want a conflict after three", tries, err)
	}
}

func TestInTx_DeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	a, b := draft(kari), draft(ola)
	add(t, s, a, b)
	var meet sync.WaitGroup
	meet.Add(2)
	lockBoth := func(first, second core.InstanceRef) error {
		tries := 0
		return s.InTx(t.Context(), system, func(tx *store.Tx) error {
			tries++
			if _, err := tx.LockInstance(t.Context(), first); err != nil {
				return err
			}
			if tries == 1 { // both hold their first lock before either asks for its second
				meet.Done()
				meet.Wait()
			}
			_, err := tx.LockInstance(t.Context(), second)
			return err
		})
	}
	done := make(chan error, 2)
	go func() { done <- lockBoth(a.InstanceRef, b.InstanceRef) }()
	go func() { done <- lockBoth(b.InstanceRef, a.InstanceRef) }()
	for range 2 {
		if err := <-done; err != nil {
			t.Errorf("got %v, want the loser of the deadlock to go through at its second try", err)
		}
	}
}

func TestInTx_LockThatIsHeldTooLongIsUnavailable(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	s, err := store.Open(t.Context(), url, store.Options{
		AllowUnsafe: true, Role: store.ServingRole, LockTimeout: 20 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	i := draft(kari)
	add(t, s, i)
	do(t, s, func(holder *store.Tx) error {
		if _, err := holder.LockInstance(t.Context(), i.InstanceRef); err != nil {
			return err
		}
		err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			_, err := tx.LockInstance(t.Context(), i.InstanceRef)
			return err
		})
		wantFault(t, err, fault.Unavailable)
		return nil
	})
}

func TestInTx_NoFreeConnectionIsUnavailable(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	s, err := store.Open(t.Context(), url, store.Options{
		AllowUnsafe: true, Role: store.ServingRole, MaxConns: 1, AcquireTimeout: 20 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	do(t, s, func(*store.Tx) error {
		err := s.InTx(t.Context(), actor, func(*store.Tx) error { return nil })
		wantFault(t, err, fault.Unavailable)
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("one with much to do is taken for one without a database: %v", err)
		}
		return nil
	})
}

func TestInTx_CancelledCallerGetsItsOwnError(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.InTx(ctx, actor, func(tx *store.Tx) error {
		i := draft(kari)
		if err := tx.AddInstance(ctx, &i); err != nil {
			return err
		}
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if n := count(t, url, "instance"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestInTx_TellsTheDatabaseWhoAsks(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	storetest.Exec(t, url, `ALTER TABLE audit_event ADD COLUMN told text
		DEFAULT current_setting('stafett.actor', true)`)
	for want, a := range map[string]core.Actor{
		"person:50001":  actor,
		"org:310246816": {Kind: core.ActorOrg, Org: "nordvik", OrganisationNumber: "310246816"},
		"system":        system,
		"":              {},
	} {
		err := s.InTx(t.Context(), a, func(tx *store.Tx) error {
			tx.Audit(core.Event{Act: core.ActRead, Outcome: core.OutcomeDone})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, url, "audit_event WHERE told = $1", want); n != 1 {
			t.Errorf("%q was told %d times, want once", want, n)
		}
	}
}

func TestOpen_RefusesADatabaseThatMayLoseCommits(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	_, err := store.Open(t.Context(), url, store.Options{})
	if err == nil || !strings.Contains(err.Error(), "fsync") {
		t.Errorf("got %v, want a refusal that names fsync", err)
	}
}

func TestOpen_SetsTheLimits(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	s, err := store.Open(t.Context(), url, store.Options{
		AllowUnsafe: true, Role: store.ServingRole, IdleInTransaction: 30 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stood := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		if _, err := tx.Party(t.Context(), kari); err != nil {
			return err
		}
		// The limit is the database's: wait until it has ended this session.
		wait(t, "the end of the session", func() bool {
			return count(t, url, `pg_stat_activity
				WHERE state = 'idle in transaction' AND datname = current_database()`) == 0
		})
		_, err := tx.Party(t.Context(), kari)
		return err
	})
	wantFault(t, stood, fault.Unavailable)
}

func TestOpen_WrongAddressSaysSo(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://[", "postgres://127.0.0.1:1/none?connect_timeout=1"} {
		if _, err := store.Open(t.Context(), url, store.Options{}); err == nil {
			t.Errorf("%s: got no error", url)
		} else {
			t.Log(err)
		}
	}
}

func TestTx_WhatIsReadAheadIsForgottenAtTheFirstChange(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := draft(nord)
	add(t, s, i)
	reader := core.Actor{Kind: core.ActorPerson, User: siri}
	get(t, s, func(tx *store.Tx) (int64, error) { return tx.AddGrant(t.Context(), grantTo(siri, "annet")) })
	err := s.InTx(t.Context(), reader, func(tx *store.Tx) error {
		ctx := t.Context()
		if _, err := tx.Instance(ctx, i.InstanceRef); err != nil {
			return err
		}
		owner, err := tx.Party(ctx, nord)
		before, err2 := tx.RolesOf(ctx, siri, nord)
		if owner.ID != nord || len(before) != 1 {
			t.Errorf("got owner %v, roles %v", owner, before)
		}
		_, err3 := tx.AddGrant(ctx, grantTo(siri, kultur))
		owner.Name = "Nytt navn"
		err4 := tx.PutParty(ctx, owner)
		renamed, err5 := tx.Party(ctx, nord)
		after, err6 := tx.RolesOf(ctx, siri, nord)
		if renamed.Name != "Nytt navn" || len(after) != 2 {
			t.Errorf("after the change: got %v, %v", renamed, after)
		}
		doc := document(i.ID, "soknad")
		err7 := tx.AddDocument(ctx, doc, nil)
		got, err8 := tx.Content(ctx, i.ID)
		if len(got.Documents) != 1 {
			t.Errorf("after the change: got %v", got)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTx_NothingOfAForeignInstanceIsReadAhead(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := draft(kari)
	add(t, s, i)
	do(t, s, func(tx *store.Tx) error {
		return tx.AddDocument(t.Context(), document(i.ID, "soknad"), core.Document{"a": "b"})
	})
	do(t, s, func(tx *store.Tx) error {
		wrong := i.InstanceRef
		wrong.Owner = ola
		if _, err := tx.Instance(t.Context(), wrong); !errors.Is(err, store.ErrNoRow) {
			t.Errorf("got %v, want ErrNoRow", err)
		}
		// Were it there, the transaction would still give it after it is gone.
		storetest.Exec(t, url, "DELETE FROM element")
		got, err := tx.Content(t.Context(), i.ID)
		if len(got.Documents) != 0 {
			t.Errorf("got %v", got)
		}
		return err
	})
}

func TestInTx_KilledConnectionIsUnavailableAndTheNextOneWorks(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		if _, err := tx.Party(t.Context(), kari); err != nil {
			return err
		}
		count(t, url, `(SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()) AS killed`)
		_, err := tx.Party(t.Context(), ola)
		return err
	})
	wantFault(t, err, fault.Unavailable)
	wait(t, "a connection that works", func() bool {
		return s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			_, err := tx.Party(t.Context(), kari)
			return err
		}) == nil
	})
}
