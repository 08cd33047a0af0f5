package handover_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/store"
	"stafett/store/storetest"
)

// poison is a way to the target that panics for one delivery.
type poison struct{ key string }

func (p *poison) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Idempotency-Key") == p.key {
		panic("poison")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// F25: what makes our own code panic is parked after a few tries, and the others flow.
func TestWorker_ParksWhatMakesItPanicAndGoesOnWithTheOthers(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(http.StatusCreated, madeBody(uuid.New())))
	way := &poison{}
	s := relayed(t, b, func(c *handover.Config) { c.HTTP = &http.Client{Transport: way} })
	bad := planned(t, s)
	way.key = bad.ID.String()
	workers := river.NewWorkers()
	river.AddWorker(workers, &handover.Worker{Service: s.Handover})
	client, err := s.Store.NewWorkerClient(store.WorkerConfig{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := client.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	}()
	good := planned(t, s)
	states := func() (core.DeliveryState, core.DeliveryState) {
		one, _ := shown(t, s, bad.ID)
		two, _ := shown(t, s, good.ID)
		return one.State, two.State
	}
	deadline := time.Now().Add(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for one, two := states(); one != core.DeliveryParked || two != core.DeliveryDelivered; one, two = states() {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute the one is %s and the other %s", one, two)
		}
		<-tick.C
	}
	got, attempts := shown(t, s, bad.ID)
	if got.ErrorCode != "panic" || len(attempts) != 5 {
		t.Errorf("parked for %q after %d attempts, want panic after 5", got.ErrorCode, len(attempts))
	}
}

func TestDeliver_ParksWhatKillsItsProcessTimeAfterTime(t *testing.T) {
	t.Parallel()
	const lost = 20
	b := newTarget(t, answer(http.StatusCreated, madeBody(uuid.New())))
	s := relayed(t, b)
	for attempts, want := range map[int]core.DeliveryState{
		lost - 1: core.DeliveryDelivered, lost: core.DeliveryParked,
	} {
		d := planned(t, s)
		storetest.Exec(t, s.Database, "UPDATE delivery SET attempts = $2 WHERE id = $1", d.ID, attempts)
		if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
			t.Fatal(err)
		}
		if got, _ := shown(t, s, d.ID); got.State != want {
			t.Errorf("after %d attempts without an end it is %s, want %s", attempts, got.State, want)
		}
	}
}

func TestDeliver_APDFThatPanicsIsLeftOut(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(http.StatusCreated, madeBody(uuid.New())))
	s := relayed(t, b, func(c *handover.Config) {
		c.Render = func(*app.Definition, store.DeliverySource, string) ([]byte, error) { panic("poison") }
	})
	d := planned(t, s)
	for n := 1; n <= 3; n++ {
		err := s.Handover.Deliver(t.Context(), d.ID)
		if later, ok := errors.AsType[*handover.Later](err); n < 3 && (!ok || later.Code != "pdf") {
			t.Fatalf("attempt %d: %v", n, err)
		}
	}
	got, _ := shown(t, s, d.ID)
	if got.State != core.DeliveryDelivered || !got.WithoutPDF || !strings.Contains(s.Log.String(), "poison") {
		t.Errorf("delivery %+v", got)
	}
}
