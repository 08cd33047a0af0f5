package handover_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

func is(t *testing.T, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	got, _, _ := fault.Text(err)
	if !fault.Is(err, kind) || got != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

func TestRetry_SetsOnlyAParkedDeliveryGoing(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	b := newTarget(t, answer(400, ""), answer(http.StatusCreated, madeBody(id)))
	s := relayed(t, b)
	tor := s.Person(solutiontest.Tor)
	d := planned(t, s)
	retry := func(a core.Actor, org core.PartyID, id uuid.UUID) error {
		return s.Handover.Retry(t.Context(), a, org, id)
	}
	is(t, "one that waits", retry(tor, solutiontest.Nordvik, d.ID), fault.Conflict,
		"fault.admin_not_parked")
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	for _, who := range []core.PartyID{solutiontest.Kari, solutiontest.Ingrid, solutiontest.Berit} {
		a := s.Person(who)
		is(t, a.Name, retry(a, solutiontest.Nordvik, d.ID), fault.Forbidden,
			"fault.admin_not_administrator")
	}
	berit := s.Person(solutiontest.Berit)
	is(t, "another organisation's", retry(berit, solutiontest.Sorvik, d.ID), fault.Forbidden,
		"fault.forbidden")
	is(t, "an unknown one", retry(berit, solutiontest.Sorvik, uuid.New()), fault.Forbidden,
		"fault.forbidden")
	if n := s.Count(t, "river_job", "true"); n != 1 {
		t.Fatalf("%d jobs after refused retries, want the first one", n)
	}
	if err := retry(tor, solutiontest.Nordvik, d.ID); err != nil {
		t.Fatal(err)
	}
	is(t, "a second press", retry(tor, solutiontest.Nordvik, d.ID), fault.Conflict,
		"fault.admin_not_parked")
	if n := s.Count(t, "audit_event", "act = 'retry' AND outcome = 'done' AND actor = $1",
		tor.User); n != 1 {
		t.Errorf("%d audit lines of the retry, want 1", n)
	}
	if got, _ := shown(t, s, d.ID); got.State != core.DeliveryWaiting {
		t.Errorf("after a retry it is %s", got.State)
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	got, attempts := shown(t, s, d.ID)
	if got.State != core.DeliveryDelivered || got.Target.ID != id || len(attempts) != 2 {
		t.Errorf("delivery %+v", got)
	}
	is(t, "one that came through", retry(tor, solutiontest.Nordvik, d.ID), fault.Conflict,
		"fault.admin_not_parked")
}

func TestList_IsForTheServiceOwnersAdministrator(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d := planned(t, s)
	list, _, err := s.Handover.List(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik,
		handover.Narrow{}, nil, 10)
	if err != nil || len(list) != 1 || list[0].ID != d.ID {
		t.Errorf("Tor's list: %v, %v", list, err)
	}
	list, _, err = s.Handover.List(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik,
		handover.Narrow{State: core.DeliveryParked}, nil, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("the parked: %v, %v", list, err)
	}
	berit := s.Person(solutiontest.Berit)
	list, _, err = s.Handover.List(t.Context(), berit, solutiontest.Sorvik, handover.Narrow{}, nil, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("Berit's list: %v, %v", list, err)
	}
	_, err = s.Handover.Show(t.Context(), berit, solutiontest.Sorvik, d.ID)
	is(t, "another organisation's", err, fault.Forbidden, "fault.forbidden")
	_, _, err = s.Handover.List(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.Nordvik,
		handover.Narrow{}, nil, 10)
	is(t, "a caseworker", err, fault.Forbidden, "fault.admin_not_administrator")
}

func TestList_OfAnOrganisationWithoutAppsIsEmpty(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	planned(t, s)
	storetest.Exec(t, s.Database, "INSERT INTO role_grant (person, party, role, source) "+
		"VALUES ($1, $2, 'HADM', 'register')", solutiontest.Kari, solutiontest.Band)
	list, _, err := s.Handover.List(t.Context(), s.Person(solutiontest.Kari), solutiontest.Band,
		handover.Narrow{}, nil, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("the band's administrator is shown %v, %v", list, err)
	}
}

func TestWorker_DeliversOverAFaultAndKeepsTheCaseOutOfItsRows(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(503, "Kari Solbakken"), answer(http.StatusCreated, madeBody(uuid.New())))
	s := relayed(t, b)
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
	d := planned(t, s)
	deadline := time.Now().Add(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if got, _ := shown(t, s, d.ID); got.State == core.DeliveryDelivered {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("not delivered in a minute: %+v", got)
		}
		<-tick.C
	}
	if n := len(b.got()); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	if n := s.Count(t, "river_job", "attempt = 1 AND errors IS NULL"); n != 1 {
		t.Errorf("%d jobs without an error of their own, want 1", n)
	}
	silent(t, s)
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	cases := map[int]time.Duration{
		-1: 200 * time.Millisecond, 0: 200 * time.Millisecond, 1: 200 * time.Millisecond,
		2: 400 * time.Millisecond, 3: 800 * time.Millisecond, 11: 204800 * time.Millisecond,
		12: 5 * time.Minute, 13: 5 * time.Minute, 70: 5 * time.Minute, 1 << 40: 5 * time.Minute,
	}
	for n, want := range cases {
		if got := handover.Backoff(n); got != want {
			t.Errorf("after attempt %d: %v, want %v", n, got, want)
		}
	}
	t.Logf("checked %d attempts", len(cases))
}
