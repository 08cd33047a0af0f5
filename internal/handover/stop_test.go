package handover_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

const closed = "Ordningen er stengt for i år. Søk igjen i januar."

// parked submits an application whose delivery is refused.
func parked(t *testing.T, s *solutiontest.Solution) core.Delivery {
	t.Helper()
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGiveUp_EndsAParkedDeliveryWithAReasonOnce(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	b := newTarget(t, answer(400, ""), answer(201, madeBody(id)))
	s := relayed(t, b)
	tor := s.Person(solutiontest.Tor)
	giveUp := func(a core.Actor, org core.PartyID, id uuid.UUID, why string) error {
		return s.Handover.GiveUp(t.Context(), a, org, id, why)
	}
	d := planned(t, s)
	is(t, "one that waits", giveUp(tor, solutiontest.Nordvik, d.ID, closed), fault.Conflict,
		"fault.admin_not_parked")
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	for _, who := range []core.PartyID{solutiontest.Kari, solutiontest.Ingrid, solutiontest.Berit} {
		a := s.Person(who)
		is(t, a.Name, giveUp(a, solutiontest.Nordvik, d.ID, closed), fault.Forbidden,
			"fault.admin_not_administrator")
	}
	is(t, "another organisation's", giveUp(s.Person(solutiontest.Berit), solutiontest.Sorvik, d.ID,
		closed), fault.Forbidden, "fault.forbidden")
	for why, key := range map[string]string{
		"": "fault.admin_give_up_reason", "  \n  kort   ": "fault.admin_give_up_reason",
		strings.Repeat("å", 501): "fault.admin_give_up_long",
	} {
		is(t, "a reason of "+why, giveUp(tor, solutiontest.Nordvik, d.ID, why), fault.Invalid, key)
	}
	if got, _ := shown(t, s, d.ID); got.State != core.DeliveryParked {
		t.Fatalf("it is %s", got.State)
	}
	if err := giveUp(tor, solutiontest.Nordvik, d.ID, "  "+closed+"\n"); err != nil {
		t.Fatal(err)
	}
	is(t, "a second press", giveUp(tor, solutiontest.Nordvik, d.ID, closed), fault.Conflict,
		"fault.admin_not_parked")
	got, _ := shown(t, s, d.ID)
	if got.State != core.DeliveryGivenUp || got.GivenUpWhy != closed || got.GivenUp == nil {
		t.Errorf("delivery %+v", got)
	}
	if n := s.Count(t, "audit_event", "act = 'giveup' AND outcome = 'done' AND actor = $1 AND "+
		"instance = $2 AND party = $3 AND purpose = $4", tor.User, d.Source.ID, solutiontest.Nordvik,
		closed); n != 1 {
		t.Errorf("%d audit lines at what was sent, want 1", n)
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil || len(b.got()) != 1 {
		t.Errorf("it was sent all the same: %d calls, %v", len(b.got()), err)
	}
	// It is undone by a person's doing only, which is told too.
	if err := s.Handover.Retry(t.Context(), tor, solutiontest.Nordvik, d.ID); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(t, "audit_event", "act = 'retry' AND instance = $1", d.Source.ID); n != 1 {
		t.Errorf("%d audit lines of trying again, want 1", n)
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := shown(t, s, d.ID); got.State != core.DeliveryDelivered || got.GivenUp == nil {
		t.Errorf("tried again: %+v", got)
	}
}

func TestGiveUp_TheNextVersionGoesOnWithoutIt(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(400, ""), answer(201, madeBody(uuid.New())))
	s := relayed(t, b)
	tor := s.Person(solutiontest.Tor)
	d := parked(t, s)
	if err := s.Handover.GiveUp(t.Context(), tor, solutiontest.Nordvik, d.ID, closed); err != nil {
		t.Fatal(err)
	}
	corrects(t, s, d.Source, "400 00 199")
	all := line(t, s, d.Source.ID)
	if len(all) != 2 {
		t.Fatalf("%d deliveries, want 2", len(all))
	}
	next := all[1]
	if next.Kind != core.DeliveryMakes || next.After != uuid.Nil {
		t.Errorf("the next version %+v, want one that makes the case", next)
	}
	// Both would make a case of one submission.
	is(t, "the first", s.Handover.Retry(t.Context(), tor, solutiontest.Nordvik, d.ID),
		fault.Conflict, "fault.admin_superseded")
	if err := s.Handover.Deliver(t.Context(), next.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := shown(t, s, next.ID); got.State != core.DeliveryDelivered {
		t.Errorf("the next version is %s", got.State)
	}
}

func TestRetryTarget_SetsAllOfATargetGoing(t *testing.T) {
	t.Parallel()
	b := newTarget(t, answer(400, ""))
	s := relayed(t, b)
	tor := s.Person(solutiontest.Tor)
	first, second := parked(t, s), parked(t, s)
	for _, who := range []core.PartyID{solutiontest.Ingrid, solutiontest.Berit} {
		a := s.Person(who)
		_, err := s.Handover.RetryTarget(t.Context(), a, solutiontest.Nordvik, solutiontest.Case)
		is(t, a.Name, err, fault.Forbidden, "fault.admin_not_administrator")
	}
	n, err := s.Handover.RetryTarget(t.Context(), s.Person(solutiontest.Berit), solutiontest.Sorvik,
		solutiontest.Case)
	if n != 0 || err != nil {
		t.Errorf("another organisation set %d going, %v", n, err)
	}
	if n, err = s.Handover.RetryTarget(t.Context(), tor, solutiontest.Nordvik, solutiontest.Case); n != 2 || err != nil {
		t.Errorf("set %d going, %v, want 2", n, err)
	}
	for _, id := range []uuid.UUID{first.ID, second.ID} {
		if got, _ := shown(t, s, id); got.State != core.DeliveryWaiting {
			t.Errorf("it is %s", got.State)
		}
		if n := s.Count(t, "audit_event", "act = 'retry' AND detail->>'delivery' = $1",
			id.String()); n != 1 {
			t.Errorf("%d audit lines, want 1", n)
		}
	}
	if n := s.Count(t, "river_job", "kind = 'deliver' AND state = 'available'"); n != 4 {
		t.Errorf("%d jobs, want the two first and two more", n)
	}
}

func TestMonitor_TellsTargetByTarget(t *testing.T) {
	t.Parallel()
	s := relayed(t, newTarget(t, answer(500, "")), quick)
	tor := s.Person(solutiontest.Tor)
	a, b := planned(t, s), planned(t, s)
	later(t, s, a.ID)
	later(t, s, b.ID)
	storetest.Exec(t, s.Database, "UPDATE delivery SET created = now() - interval '1 hour' "+
		"WHERE id = $1", a.ID)
	list, err := s.Handover.Monitor(t.Context(), tor, solutiontest.Nordvik)
	if err != nil {
		t.Fatal(err)
	}
	quiet := 0
	for _, f := range list {
		switch {
		case f.To != solutiontest.Case && f.Waiting+f.Parked == 0 && f.Breaker == nil:
			quiet++
		case f.To == solutiontest.Case:
			if f.Waiting != 2 || f.Oldest.Minutes() < 59 || f.Breaker == nil ||
				f.Breaker.Opened == nil || f.Breaker.Code != "http_500" {
				t.Errorf("figures %+v, %+v", f, f.Breaker)
			}
		default:
			t.Errorf("figures %+v", f)
		}
	}
	if quiet == 0 || quiet != len(list)-1 {
		t.Errorf("%d targets that nothing waits for, of %d", quiet, len(list))
	}
	all, err := s.Handover.Figures(t.Context())
	if err != nil || len(all) != 1 || all[0].Waiting != 2 || all[0].Breaker == nil {
		t.Errorf("figures of all %+v, %v", all, err)
	}
	_, err = s.Handover.Monitor(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.Nordvik)
	is(t, "a caseworker", err, fault.Forbidden, "fault.admin_not_administrator")
}
