package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// down is a failure of a target that is left alone after three.
var down = store.TargetFailure{
	Code: "network", Unreached: true, Limit: 3, First: 2 * time.Second, Longest: time.Minute,
}

// begun begins an attempt.
func begun(t testing.TB, s *store.Store, id uuid.UUID) store.Begun {
	t.Helper()
	return get(t, s, func(tx *store.Tx) (store.Begun, error) {
		return tx.BeginAttempt(t.Context(), id, time.Minute)
	})
}

// fails begins an attempt of a delivery and notes that its target failed.
func fails(t testing.TB, s *store.Store, id uuid.UUID, f store.TargetFailure) {
	t.Helper()
	b := begun(t, s, id)
	if b.Number == 0 {
		t.Fatalf("no attempt: held %v", b.Hold)
	}
	do(t, s, func(tx *store.Tx) error {
		_, err := tx.EndAttempt(t.Context(), id, core.Attempt{Number: b.Number, Code: f.Code},
			store.AfterFailure{Budget: time.Hour})
		tx.NoteFailure(id, b.Number, f)
		return err
	})
}

func breaker(t testing.TB, s *store.Store) *core.Breaker {
	t.Helper()
	list := get(t, s, func(tx *store.Tx) ([]core.Breaker, error) { return tx.Breakers(t.Context()) })
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// holdOver lets the time run out that a target is left alone for.
func holdOver(t testing.TB, url string) {
	t.Helper()
	storetest.Exec(t, url, "UPDATE breaker SET until = now() - interval '1 second'")
}

func TestBreaker_OpensLetsOneSeeAndCloses(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	a, b, c := addDelivery(t, s, draft(kari).InstanceRef), addDelivery(t, s, draft(kari).InstanceRef),
		addDelivery(t, s, draft(ola).InstanceRef)
	elsewhere := newDelivery(draft(kari).InstanceRef)
	elsewhere.To.App = "parkering"
	do(t, s, func(tx *store.Tx) error {
		return tx.AddDelivery(t.Context(), elsewhere, core.Frozen{})
	})
	fails(t, s, a.ID, down)
	fails(t, s, a.ID, down)
	if got := breaker(t, s); got == nil || got.Opened != nil || got.Failures != 2 || got.To != appB {
		t.Fatalf("after two failures: %+v", got)
	}
	early := begun(t, s, c.ID)
	fails(t, s, b.ID, down)
	open := breaker(t, s)
	if open == nil || open.Opened == nil || open.Code != "network" || open.Probing {
		t.Fatalf("after three failures: %+v", open)
	}
	for range 2 {
		held := begun(t, s, a.ID)
		if held.Number != 0 || held.Hold < time.Second || held.Hold > 2*time.Second {
			t.Errorf("held: %+v, want no attempt and two seconds", held)
		}
	}
	if got := delivery(t, s, a.ID); got.Attempts != 2 {
		t.Errorf("being held back took an attempt: %d", got.Attempts)
	}
	if got := begun(t, s, elsewhere.ID); got.Number != 1 || got.Hold != 0 {
		t.Errorf("another target is held back too: %+v", got)
	}
	// One that was on its way when it opened tells nothing new.
	do(t, s, func(tx *store.Tx) error {
		tx.NoteFailure(c.ID, early.Number, down)
		return nil
	})
	if got := breaker(t, s); !got.Until.Equal(*open.Until) {
		t.Errorf("a late failure moved the time from %v to %v", open.Until, got.Until)
	}

	holdOver(t, url)
	probe := begun(t, s, b.ID)
	if probe.Number != 2 || probe.Hold != 0 || !breaker(t, s).Probing {
		t.Fatalf("the probe: %+v, %+v", probe, breaker(t, s))
	}
	if got := begun(t, s, a.ID); got.Number != 0 || got.Hold < 50*time.Second {
		t.Errorf("beside the probe: %+v", got)
	}
	do(t, s, func(tx *store.Tx) error {
		_, err := tx.EndAttempt(t.Context(), b.ID, core.Attempt{Number: 2}, store.AfterFailure{
			Budget: time.Hour,
		})
		tx.NoteFailure(b.ID, 2, down)
		return err
	})
	if got := breaker(t, s); got.Probing || got.Until.Sub(got.Failed) != 4*time.Second {
		t.Errorf("after a failed probe: %+v, want four seconds more", got)
	}

	holdOver(t, url)
	begun(t, s, a.ID)
	var opened []bool
	do(t, s, func(tx *store.Tx) error {
		tx.NoteAnswer(a.ID, &opened)
		return nil
	})
	if len(opened) != 1 || !opened[0] || breaker(t, s) != nil {
		t.Errorf("after an answer: %v, %+v", opened, breaker(t, s))
	}
	if got := begun(t, s, b.ID); got.Number != 3 {
		t.Errorf("after it has closed: %+v", got)
	}
}

// A submission that a target chokes on must not hold up everybody else's.
func TestBreaker_IsNotOpenedByOneDeliveryThatIsAnswered500(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	poison := addDelivery(t, s, draft(kari).InstanceRef)
	answered := down
	answered.Unreached = false
	for range 5 {
		fails(t, s, poison.ID, answered)
	}
	if got := breaker(t, s); got.Opened != nil || got.Failures != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestBreaker_WaitsAsLongAsTheTargetAsks(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	busy := down
	busy.Limit, busy.Asked = 2, 5*time.Minute
	d := addDelivery(t, s, draft(kari).InstanceRef)
	fails(t, s, d.ID, busy)
	fails(t, s, d.ID, busy)
	if got := begun(t, s, d.ID); got.Hold < 4*time.Minute {
		t.Errorf("held %v, want five minutes", got.Hold)
	}
	holdOver(t, url)
	fails(t, s, d.ID, busy)
	if got := begun(t, s, d.ID); got.Hold < 4*time.Minute {
		t.Errorf("after a probe: held %v, want five minutes", got.Hold)
	}
}

func TestBreaker_AProbeThatDidNotGetThereLetsTheNextGo(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	d := addDelivery(t, s, draft(kari).InstanceRef)
	for range 3 {
		fails(t, s, d.ID, down)
	}
	holdOver(t, url)
	lost := addDelivery(t, s, draft(ola).InstanceRef)
	begun(t, s, lost.ID)
	do(t, s, func(tx *store.Tx) error {
		tx.EndProbe(lost.ID)
		return nil
	})
	if got := begun(t, s, d.ID); got.Number != 4 {
		t.Errorf("after a probe that stopped: %+v", got)
	}
	// One whose process died is given up after its time.
	holdOver(t, url)
	if got := begun(t, s, lost.ID); got.Number != 2 {
		t.Errorf("after a probe that died: %+v", got)
	}
	// And at once when others take over what that process did.
	enqueue(t, s, lost.ID)
	storetest.Exec(t, url, `UPDATE river_job SET state = 'running', attempt = 1,
		attempted_at = now() - interval '1 minute', attempted_by = ARRAY['dead']`)
	if got := begun(t, s, lost.ID); got.Number != 0 {
		t.Errorf("while the probe is under way: %+v", got)
	}
	if n, err := s.TakeOver(t.Context()); n != 1 || err != nil {
		t.Fatalf("took over %d, %v", n, err)
	}
	if got := begun(t, s, lost.ID); got.Number != 3 {
		t.Errorf("after the dead probe's job was taken over: %+v", got)
	}
}

func TestBreaker_OnlyOneOfManyGoesToSee(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	const many = 8
	var list []uuid.UUID
	for range many {
		list = append(list, addDelivery(t, s, draft(kari).InstanceRef).ID)
	}
	for _, id := range list[:3] {
		fails(t, s, id, down)
	}
	holdOver(t, url)
	went := make(chan int, many)
	for _, id := range list {
		go func() {
			var b store.Begun
			err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
				var err error
				b, err = tx.BeginAttempt(t.Context(), id, time.Minute)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			went <- b.Number
		}()
	}
	n := 0
	for range many {
		if <-went > 0 {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of %d went to see, want 1", n, many)
	}
}

func TestWakeDeliveries_LetsWhatWaitsForATargetGo(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	here, there := addDelivery(t, s, draft(kari).InstanceRef), newDelivery(draft(kari).InstanceRef)
	there.To.App = "parkering"
	do(t, s, func(tx *store.Tx) error { return tx.AddDelivery(t.Context(), there, core.Frozen{}) })
	enqueue(t, s, here.ID)
	enqueue(t, s, there.ID)
	storetest.Exec(t, url, "UPDATE river_job SET state = 'scheduled', scheduled_at = now() + interval '1 hour'")
	n, err := s.WakeDeliveries(t.Context(), appB)
	if n != 1 || err != nil {
		t.Errorf("woke %d, %v, want 1", n, err)
	}
	// A job that a process with a fast clock has put off is called when the delivery's time comes.
	if n, err := s.WakeLate(t.Context()); n != 1 || err != nil {
		t.Errorf("woke %d late ones, %v, want 1", n, err)
	}
	if n := count(t, url, "river_job WHERE state = 'available' AND scheduled_at <= now()"); n != 2 {
		t.Errorf("%d jobs may go, want 2", n)
	}
}

func TestWakeLate_LeavesWhatWaitsForAReason(t *testing.T) {
	t.Parallel()
	const (
		held = "INSERT INTO breaker (to_org, to_app, failures, last, code, failed, opened, until) " +
			"SELECT to_org, to_app, 5, id, 'network', now(), now(), now() - interval '1 second' FROM delivery"
		job = "UPDATE river_job SET state = '%s', scheduled_at = now() + interval '%s'"
	)
	for name, c := range map[string]struct {
		do    []string
		wakes int
	}{
		"its time has come":         {[]string{fmt.Sprintf(job, "scheduled", "5 seconds")}, 1},
		"about to go":               {[]string{fmt.Sprintf(job, "scheduled", "0.5 seconds")}, 0},
		"its time has not come":     {[]string{fmt.Sprintf(job, "scheduled", "1 hour"), "UPDATE delivery SET next_try = now() + interval '1 hour'"}, 0},
		"its target is left alone":  {[]string{fmt.Sprintf(job, "scheduled", "5 seconds"), held}, 0},
		"a fault of ours":           {[]string{fmt.Sprintf(job, "retryable", "6 minutes")}, 0},
		"a fault, by another clock": {[]string{fmt.Sprintf(job, "retryable", "1 hour")}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := setup(t)
			d := addDelivery(t, s, draft(kari).InstanceRef)
			enqueue(t, s, d.ID)
			for _, statement := range c.do {
				storetest.Exec(t, url, statement)
			}
			if n, err := s.WakeLate(t.Context()); n != c.wakes || err != nil {
				t.Errorf("woke %d, %v, want %d", n, err, c.wakes)
			}
		})
	}
}

func TestEndAttempt_ParksWhenTheTimeIsSpent(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	d := addDelivery(t, s, draft(kari).InstanceRef)
	week := store.AfterFailure{Budget: 7 * 24 * time.Hour}
	end(t, s, d.ID, core.Attempt{Number: begin(t, s, d.ID)}, week, false)
	storetest.Exec(t, url, "UPDATE delivery SET tried_since = now() - interval '8 days', created = "+
		"now() - interval '8 days'")
	end(t, s, d.ID, core.Attempt{Number: begin(t, s, d.ID), Said: "Closed for good"}, week, true)
	if got := delivery(t, s, d.ID); got.State != core.DeliveryParked || got.Said != "Closed for good" {
		t.Errorf("got %+v", got)
	}
	// Set going again it has all its time anew.
	do(t, s, func(tx *store.Tx) error { _, err := tx.Retry(t.Context(), d.ID); return err })
	end(t, s, d.ID, core.Attempt{Number: begin(t, s, d.ID)}, week, false)
}

func park(t testing.TB, s *store.Store, id uuid.UUID) {
	t.Helper()
	end(t, s, id, core.Attempt{Number: begin(t, s, id)}, store.AfterFailure{Park: true}, true)
}

func TestGiveUp_EndsAParkedDeliveryAndWhatFollowsIt(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ctx := t.Context()
	d := addDelivery(t, s, draft(kari).InstanceRef)
	after := newDelivery(d.Source)
	after.After, after.Round, after.Kind = d.ID, 2, core.DeliveryWithdraws
	do(t, s, func(tx *store.Tx) error { return tx.AddDelivery(ctx, after, core.Frozen{}) })
	giveUp := func() []core.Delivery {
		return get(t, s, func(tx *store.Tx) ([]core.Delivery, error) {
			return tx.GiveUp(ctx, d.ID, "Nordvik has closed the scheme.")
		})
	}
	if list := giveUp(); len(list) != 0 {
		t.Errorf("one that waits was given up: %+v", list)
	}
	park(t, s, d.ID)
	list := giveUp()
	if len(list) != 2 {
		t.Fatalf("gave up %d, want the delivery and the one after it", len(list))
	}
	for _, id := range []uuid.UUID{d.ID, after.ID} {
		got := delivery(t, s, id)
		if got.State != core.DeliveryGivenUp || got.GivenUp == nil || got.NextTry != nil ||
			got.GivenUpWhy != "Nordvik has closed the scheme." {
			t.Errorf("got %+v", got)
		}
		if n := begin(t, s, id); n != 0 {
			t.Errorf("an attempt of one that was given up got number %d", n)
		}
	}
	if list := giveUp(); len(list) != 0 {
		t.Errorf("given up twice: %+v", list)
	}
	again := get(t, s, func(tx *store.Tx) (bool, error) { return tx.Retry(ctx, d.ID) })
	first, second := delivery(t, s, d.ID), delivery(t, s, after.ID)
	if !again || first.State != core.DeliveryWaiting || first.NextTry == nil ||
		first.GivenUp == nil || second.State != core.DeliveryWaiting || second.NextTry != nil {
		t.Errorf("tried again %v: %+v, %+v", again, first, second)
	}
	deliver(t, s, d.ID)
	if n := begin(t, s, after.ID); n != 1 {
		t.Errorf("the one after it got attempt %d, want 1", n)
	}
}

func TestRetryTarget_SetsTheOldestGoing(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ctx := t.Context()
	var parked []uuid.UUID
	for range 3 {
		d := addDelivery(t, s, draft(kari).InstanceRef)
		park(t, s, d.ID)
		parked = append(parked, d.ID)
	}
	waiting := addDelivery(t, s, draft(kari).InstanceRef)
	foreign := draft(ola).InstanceRef
	foreign.Org = "sorvik"
	theirs := addDelivery(t, s, foreign)
	park(t, s, theirs.ID)
	figures := func(org string) core.TargetFigures {
		list := get(t, s, func(tx *store.Tx) ([]core.TargetFigures, error) {
			return tx.TargetFigures(ctx, org)
		})
		if len(list) != 1 {
			t.Fatalf("figures %+v", list)
		}
		return list[0]
	}
	if f := figures("nordvik"); f.To != appB || f.Waiting != 1 || f.Parked != 3 || f.Oldest <= 0 ||
		f.Breaker != nil {
		t.Errorf("figures %+v", f)
	}
	if f := figures(""); f.Parked != 4 {
		t.Errorf("figures of all %+v", f)
	}
	for n, want := range []int{2, 1, 0} {
		ids := get(t, s, func(tx *store.Tx) ([]uuid.UUID, error) {
			return tx.RetryTarget(ctx, "nordvik", appB, 2)
		})
		if len(ids) != want {
			t.Errorf("press %d set %d going, want %d", n+1, len(ids), want)
		}
	}
	for _, id := range append(parked, waiting.ID) {
		if got := delivery(t, s, id); got.State != core.DeliveryWaiting {
			t.Errorf("got %s", got.State)
		}
	}
	if got := delivery(t, s, theirs.ID); got.State != core.DeliveryParked {
		t.Errorf("another organisation's is %s", got.State)
	}
	do(t, s, func(tx *store.Tx) error {
		waitingThere, next, err := tx.DeliveriesTo(ctx, "nordvik", appB, core.DeliveryWaiting, nil, 3)
		if len(waitingThere) != 3 || next == nil {
			t.Errorf("waiting there: %d, next %v", len(waitingThere), next)
		}
		rest, end, err2 := tx.DeliveriesTo(ctx, "nordvik", appB, core.DeliveryWaiting, next, 3)
		if len(rest) != 1 || end != nil {
			t.Errorf("the rest: %d, next %v", len(rest), end)
		}
		return errors.Join(err, err2)
	})
}
