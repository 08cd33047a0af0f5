package store_test

import (
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/store"
)

func TestHere_TellsApartWhatIsInAnotherInstallation(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	one := draft(kari)
	add(t, s, one)
	here, foreign, other := one.InstanceRef, target, one.InstanceRef
	here.Owner = -here.Owner
	other.Owner = nord
	do(t, s, func(tx *store.Tx) error { return tx.Here(t.Context(), &here, &foreign, &other) })
	if here != one.InstanceRef {
		t.Errorf("what is here is %v, want %v", here, one.InstanceRef)
	}
	if !foreign.Owner.Elsewhere() || foreign.String() != target.String() {
		t.Errorf("what is elsewhere is of %d", foreign.Owner)
	}
	if !other.Owner.Elsewhere() {
		t.Error("the id of one that is here, under another owner, is taken for it")
	}
}

func TestMarkAsked_OnlyByTheLatestAttemptAndUntilSomebodyKnows(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	d := addDelivery(t, s, draft(kari).InstanceRef)
	asked := func(attempt int) bool {
		return get(t, s, func(tx *store.Tx) (bool, error) {
			return tx.MarkAsked(t.Context(), d.ID, attempt)
		})
	}
	first := begin(t, s, d.ID)
	second := begin(t, s, d.ID)
	if asked(first) || delivery(t, s, d.ID).Unanswered != nil {
		t.Error("an attempt whose place is taken may ask")
	}
	if !asked(second) || delivery(t, s, d.ID).Unanswered == nil {
		t.Error("the latest attempt may not ask, or leaves no word")
	}
	later := store.AfterFailure{Wait: time.Second, Budget: time.Hour}
	end(t, s, d.ID, core.Attempt{Number: second, Code: "network"}, later, false)
	if delivery(t, s, d.ID).Unanswered == nil {
		t.Error("what is unanswered is forgotten")
	}
	third := begin(t, s, d.ID)
	end(t, s, d.ID, core.Attempt{Number: third, Code: "http_400", Certain: true}, later, false)
	if delivery(t, s, d.ID).Unanswered != nil {
		t.Error("a refusal leaves it unanswered")
	}
	fourth := begin(t, s, d.ID)
	if !asked(fourth) {
		t.Error("it may not ask again")
	}
	end(t, s, d.ID, core.Attempt{Number: fourth, Code: "altinn_unclear"}, store.AfterFailure{Park: true}, true)
	do(t, s, func(tx *store.Tx) error {
		_, err := tx.Retry(t.Context(), d.ID)
		return err
	})
	if delivery(t, s, d.ID).Unanswered != nil {
		t.Error("a person who has looked leaves it unanswered")
	}
}
