package store_test

import (
	"errors"
	"sync"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// make makes an instance under a key, as the API does, and gives the one that the key stands for.
func makeOnce(t *testing.T, s *store.Store, org, key, content string) (ref core.InstanceRef,
	made bool, err error) {
	err = s.InTx(t.Context(), system, func(tx *store.Tx) error {
		made = false
		earlier, err := tx.IdempotencyKey(t.Context(), org, key, []byte(content))
		switch {
		case err != nil:
			return err
		case earlier != nil && !earlier.Same:
			return fault.New(fault.Conflict, "fault.idempotency_key_reused")
		case earlier != nil:
			ref = earlier.Instance
			return nil
		}
		i := draft(kari)
		ref, made = i.InstanceRef, true
		return errors.Join(tx.AddInstance(t.Context(), &i),
			tx.PutIdempotencyKey(t.Context(), org, key, []byte(content), ref, nil))
	})
	return ref, made, err
}

func TestIdempotencyKey_TwentyCallsAtOnceMakeOneInstance(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	const calls = 20
	refs := make([]core.InstanceRef, calls)
	made := make([]bool, calls)
	var all sync.WaitGroup
	for n := range calls {
		all.Go(func() {
			var err error
			if refs[n], made[n], err = makeOnce(t, s, "nordvik", "delivery-1", "same"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	makers := 0
	for n := range calls {
		if refs[n] != refs[0] {
			t.Errorf("call %d got %v, call 0 got %v", n, refs[n], refs[0])
		}
		if made[n] {
			makers++
		}
	}
	if n := count(t, url, "instance"); n != 1 || makers != 1 {
		t.Errorf("%d instances by %d makers, want 1", n, makers)
	}
	t.Logf("checked %d calls", calls)
}

func TestIdempotencyKey_IsTheOrganisationsOwnAndBoundToItsContent(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	first, made, err := makeOnce(t, s, "nordvik", "k", "one")
	if err != nil || !made {
		t.Fatalf("got %v, %v", made, err)
	}
	_, _, err = makeOnce(t, s, "nordvik", "k", "other")
	wantFault(t, err, fault.Conflict)
	foreign, made, err := makeOnce(t, s, "sorvik", "k", "one")
	if err != nil || !made || foreign == first {
		t.Errorf("another organisation's key: got %v, %v, %v", foreign, made, err)
	}
}

func TestPutIdempotencyKey_TakenKeyIsConflict(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	if _, _, err := makeOnce(t, s, "nordvik", "k", "one"); err != nil {
		t.Fatal(err)
	}
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.PutIdempotencyKey(t.Context(), "nordvik", "k", nil, draft(kari).InstanceRef, nil)
	})
	if err == nil {
		t.Error("got no error")
	}
}
