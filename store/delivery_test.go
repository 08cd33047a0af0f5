package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func newDelivery(source core.InstanceRef) core.Delivery {
	return core.Delivery{
		ID: uuid.Must(uuid.NewV7()), Source: source, Handover: "stottesak", To: appB, Owner: nord,
		OwnerNumber: "310246816", Reference: "NK-7F3K-92QD", State: core.DeliveryWaiting,
		Kind: core.DeliveryMakes,
	}
}

func addDelivery(t testing.TB, s *store.Store, source core.InstanceRef) core.Delivery {
	t.Helper()
	d := newDelivery(source)
	do(t, s, func(tx *store.Tx) error { return tx.AddDelivery(t.Context(), d, core.Frozen{}) })
	return d
}

var target = core.InstanceRef{AppRef: appB, Owner: nord,
	ID: uuid.MustParse("0192b1f0-0000-7000-8000-000000000001")}

func begin(t testing.TB, s *store.Store, id uuid.UUID) int {
	t.Helper()
	return get(t, s, func(tx *store.Tx) (int, error) {
		b, err := tx.BeginAttempt(t.Context(), id, time.Minute)
		return b.Number, err
	})
}

func deliver(t testing.TB, s *store.Store, id uuid.UUID) {
	t.Helper()
	n := begin(t, s, id)
	do(t, s, func(tx *store.Tx) error {
		return tx.MarkDelivered(t.Context(), id, core.Attempt{Number: n, Milliseconds: 1000}, target)
	})
}

// end ends an attempt, and fails unless it is parked as wanted.
func end(
	t testing.TB, s *store.Store, id uuid.UUID, a core.Attempt, after store.AfterFailure, want bool,
) {
	t.Helper()
	parked := get(t, s, func(tx *store.Tx) (bool, error) {
		return tx.EndAttempt(t.Context(), id, a, after)
	})
	if parked != want {
		t.Errorf("attempt %d: parked %v, want %v", a.Number, parked, want)
	}
}

func delivery(t testing.TB, s *store.Store, id uuid.UUID) core.Delivery {
	t.Helper()
	return get(t, s, func(tx *store.Tx) (core.Delivery, error) {
		return tx.Delivery(t.Context(), id)
	})
}

func TestDeliveryPayload_IsWhatWasFrozen(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	due := time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC)
	want := core.Frozen{
		DataType: "sak",
		Document: core.Document{"sak": map[string]any{"belop": json.Number("1200.50"),
			"tittel": "<Støtte>"}},
		Parts: []core.FrozenPart{{
			DataType: "vedlegg", Upload: uuid.New(), Filename: "å.pdf",
			ContentType: "application/pdf",
			Size:        7, SHA256: bytes.Repeat([]byte{7}, 32),
		}},
		PDFType: "soknad-pdf", Language: "nn", Due: &due, Submitted: due.AddDate(0, 0, -42),
	}
	d := newDelivery(draft(kari).InstanceRef)
	do(t, s, func(tx *store.Tx) error { return tx.AddDelivery(t.Context(), d, want) })
	do(t, s, func(tx *store.Tx) error {
		got, frozen, err := tx.DeliveryPayload(t.Context(), d.ID)
		if !reflect.DeepEqual(frozen, want) {
			t.Errorf("got  %+v\nwant %+v", frozen, want)
		}
		if got.NextTry == nil || got.Created.IsZero() {
			t.Errorf("times: got %+v", got)
		}
		got.NextTry, got.Created = nil, time.Time{}
		if !reflect.DeepEqual(got, d) {
			t.Errorf("got  %+v\nwant %+v", got, d)
		}
		return err
	})
}

func TestAddDelivery_SameHandoverOfTheSameInstanceIsConflict(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	first := addDelivery(t, s, draft(kari).InstanceRef)
	again := newDelivery(first.Source)
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		return tx.AddDelivery(t.Context(), again, core.Frozen{})
	})
	wantFault(t, err, fault.Conflict)
	again.Handover = "kopi"
	do(t, s, func(tx *store.Tx) error { return tx.AddDelivery(t.Context(), again, core.Frozen{}) })
	list := get(t, s, func(tx *store.Tx) ([]core.Delivery, error) {
		return tx.DeliveriesOf(t.Context(), first.Source.ID)
	})
	if len(list) != 2 || list[0].Handover != "kopi" || list[1].ID != first.ID {
		t.Errorf("got %+v", list)
	}
}

func TestDelivery_OnlyTheLatestAttemptWritesAnOutcome(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	ctx := t.Context()
	d := addDelivery(t, s, draft(kari).InstanceRef)
	if first, second := begin(t, s, d.ID), begin(t, s, d.ID); first != 1 || second != 2 {
		t.Fatalf("got attempts %d and %d, want 1 and 2", first, second)
	}
	before := delivery(t, s, d.ID)
	late := core.Attempt{Number: 1, Code: "late"}
	do(t, s, func(tx *store.Tx) error {
		_, failed := tx.EndAttempt(ctx, d.ID, late, store.AfterFailure{Wait: time.Hour})
		_, parked := tx.EndAttempt(ctx, d.ID, late, store.AfterFailure{Park: true})
		return errors.Join(failed, parked,
			giveUp(ctx, tx, d.ID, 1), tx.MarkDelivered(ctx, d.ID, core.Attempt{Number: 1, Milliseconds: 1000}, target))
	})
	if got := delivery(t, s, d.ID); !reflect.DeepEqual(got, before) {
		t.Errorf("the late attempt changed it:\ngot  %+v\nwant %+v", got, before)
	}
	if n := count(t, url, "delivery_attempt") + count(t, url, "audit_event"); n != 0 {
		t.Errorf("the late attempt wrote %d rows", n)
	}
	do(t, s, func(tx *store.Tx) error {
		return tx.MarkDelivered(ctx, d.ID, core.Attempt{Number: 2, Milliseconds: 1500}, target)
	})
	// Delivered is final: neither the same attempt again nor a new one moves it.
	do(t, s, func(tx *store.Tx) error {
		elsewhere := target
		elsewhere.ID = uuid.New()
		_, parked := tx.EndAttempt(ctx, d.ID, core.Attempt{Number: 2}, store.AfterFailure{Park: true})
		return errors.Join(tx.MarkDelivered(ctx, d.ID, core.Attempt{Number: 2}, elsewhere), parked)
	})
	if n := begin(t, s, d.ID); n != 0 {
		t.Errorf("an attempt of a delivered one got number %d, want 0", n)
	}
	got := delivery(t, s, d.ID)
	// The target is in no installation of this database's: its owner is nobody's here.
	if got.State != core.DeliveryDelivered || got.Target == nil || !got.Target.Owner.Elsewhere() ||
		got.Target.String() != target.String() || got.Delivered == nil {
		t.Errorf("got %+v", got)
	}
	if n := count(t, url, `audit_event WHERE act = 'deliver' AND instance = $1 AND party = $2
		AND detail->>'to' = 'nordvik/stottesak'`, d.Source.ID, kari); n != 1 {
		t.Errorf("got %d lines of the delivery, want 1", n)
	}
}

func TestDelivery_FailsParksAndGoesAgain(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ctx := t.Context()
	d := addDelivery(t, s, draft(kari).InstanceRef)
	failed := core.Attempt{Number: begin(t, s, d.ID), Code: "http_503", Detail: "busy",
		Milliseconds: 12}
	end(t, s, d.ID, failed, store.AfterFailure{Wait: time.Hour, Budget: time.Hour}, false)
	got := delivery(t, s, d.ID)
	if got.State != core.DeliveryWaiting ||
		got.ErrorCode != "http_503" || got.ErrorDetail != "busy" ||
		time.Until(*got.NextTry) < 59*time.Minute {
		t.Errorf("after a failure: got %+v", got)
	}
	parked := core.Attempt{Number: begin(t, s, d.ID), Code: "http_400"}
	do(t, s, func(tx *store.Tx) error {
		return giveUp(ctx, tx, d.ID, 2)
	})
	end(t, s, d.ID, parked, store.AfterFailure{Park: true}, true)
	got = delivery(t, s, d.ID)
	if got.State != core.DeliveryParked || got.ErrorCode != "http_400" || got.NextTry != nil ||
		!got.WithoutPDF {
		t.Errorf("parked: got %+v", got)
	}
	if n := begin(t, s, d.ID); n != 0 {
		t.Errorf("an attempt of a parked one got number %d, want 0", n)
	}
	for _, want := range []bool{true, false} {
		again := get(t, s, func(tx *store.Tx) (bool, error) { return tx.Retry(ctx, d.ID) })
		if again != want {
			t.Errorf("Retry gives %v, want %v", again, want)
		}
	}
	deliver(t, s, d.ID)
	attempts := get(t, s, func(tx *store.Tx) ([]core.Attempt, error) {
		return tx.Attempts(ctx, d.ID)
	})
	var outcomes []string
	for _, a := range attempts {
		outcomes = append(outcomes, a.Outcome)
	}
	if !reflect.DeepEqual(outcomes, []string{"delivered", "parked", "failed"}) ||
		attempts[2].Code != "http_503" || attempts[2].Milliseconds != 12 ||
		attempts[0].Number != 3 {
		t.Errorf("got %+v", attempts)
	}
}

func TestBeginAttempt_UnknownDeliveryIsErrNoRow(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		_, err := tx.BeginAttempt(t.Context(), uuid.New(), time.Minute)
		return err
	})
	if !errors.Is(err, store.ErrNoRow) {
		t.Errorf("got %v, want ErrNoRow", err)
	}
}

func TestDeliveries_OnlyThisOrganisationsByStateInPages(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	ctx := t.Context()
	var all []uuid.UUID
	for n := range 7 {
		d := addDelivery(t, s, draft(kari).InstanceRef)
		all = append([]uuid.UUID{d.ID}, all...)
		storetest.Exec(t, url, "UPDATE delivery SET created = $2 WHERE id = $1", d.ID,
			time.Now().Add(time.Duration(n-60)*time.Minute))
		if n < 3 {
			end(t, s, d.ID, core.Attempt{}, store.AfterFailure{Park: true}, true)
		}
	}
	foreign := draft(ola).InstanceRef
	foreign.Org = "sorvik"
	addDelivery(t, s, foreign)
	var got []uuid.UUID
	for after := (*store.Cursor)(nil); ; {
		do(t, s, func(tx *store.Tx) error {
			list, next, err := tx.Deliveries(ctx, "nordvik", "", after, 3)
			for _, d := range list {
				got = append(got, d.ID)
			}
			after = next
			return err
		})
		if after == nil {
			break
		}
	}
	if !reflect.DeepEqual(got, all) {
		t.Errorf("got  %v\nwant %v", got, all)
	}
	do(t, s, func(tx *store.Tx) error {
		list, next, err := tx.Deliveries(ctx, "nordvik", core.DeliveryParked, nil, 10)
		if len(list) != 3 || next != nil || list[0].ID != all[4] {
			t.Errorf("parked: got %d, next %v", len(list), next)
		}
		return err
	})
}

func TestDeliveryPDF_IsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	ctx := t.Context()
	d := addDelivery(t, s, draft(kari).InstanceRef)
	if _, found, err := s.DeliveryPDF(ctx, d.ID); found || err != nil {
		t.Fatalf("before: found %v, %v", found, err)
	}
	file := bytes.Repeat([]byte("%PDF"), 100_000)
	part := core.FrozenPart{DataType: "pdf", Filename: "a.pdf", ContentType: "application/pdf",
		Size: int64(len(file)), SHA256: bytes.Repeat([]byte{1}, 32)}
	id, err := s.PutDeliveryPDF(ctx, d.ID, part, file)
	if err != nil {
		t.Fatal(err)
	}
	part.Upload = id
	got, found, err := s.DeliveryPDF(ctx, d.ID)
	if err != nil || !found || !reflect.DeepEqual(got, part) {
		t.Errorf("got %+v, %v, %v", got, found, err)
	}
	content, err := io.ReadAll(s.ReadUpload(ctx, system, id))
	if err != nil || !bytes.Equal(content, file) {
		t.Errorf("got %d bytes, %v", len(content), err)
	}
	_, err = s.PutDeliveryPDF(ctx, d.ID, part, file)
	wantFault(t, err, fault.Conflict)
	if n := count(t, url, "upload"); n != 1 {
		t.Errorf("the second PDF left an upload: %d", n)
	}
}

func TestDeliverySource_GivesTheInstanceWithItsContent(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := draft(kari)
	add(t, s, i)
	do(t, s, func(tx *store.Tx) error {
		e := core.DataElement{ID: uuid.New(), Instance: i.ID, Type: "soknad",
			ContentType: "application/json"}
		return tx.AddDocument(t.Context(), e, core.Document{"a": "b"})
	})
	d := addDelivery(t, s, i.InstanceRef)
	got, err := s.DeliverySource(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Instance.ID != i.ID || got.Owner.ID != kari || got.Delivery.ID != d.ID ||
		len(got.Content.Documents) != 1 || got.Content.Documents[0].Document["a"] != "b" {
		t.Errorf("got %+v", got)
	}
}

func giveUp(ctx context.Context, tx *store.Tx, id uuid.UUID, attempt int) error {
	_, err := tx.GiveUpPDF(ctx, id, attempt)
	return err
}

// TestGiveUpPDF_NotOnceItHasBeenMade: it may have been sent, and what is sent under one key must
// stay the same, whatever could not be read at a later attempt.
func TestGiveUpPDF_NotOnceItHasBeenMade(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	d := addDelivery(t, s, draft(kari).InstanceRef)
	attempt := begin(t, s, d.ID)
	if _, err := s.PutDeliveryPDF(t.Context(), d.ID, core.FrozenPart{Filename: "a.pdf"}, []byte("%PDF")); err != nil {
		t.Fatal(err)
	}
	do(t, s, func(tx *store.Tx) error {
		given, err := tx.GiveUpPDF(t.Context(), d.ID, attempt)
		if given {
			t.Error("it goes without what an earlier attempt may have sent")
		}
		return err
	})
}
