package handover_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/orgtoken"
	"stafett/internal/platformtest"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

const (
	altinnFlight = 60 * time.Millisecond
	altinnSettle = 700 * time.Millisecond
)

// inAltinn is a solution whose cases are in an Altinn 3 environment.
func inAltinn(t *testing.T) (*solutiontest.Solution, *platformtest.Environment) {
	t.Helper()
	e := platformtest.New(key())
	t.Cleanup(e.Close)
	platform, err := orgtoken.NewPlatform(orgtoken.PlatformConfig{URL: e.URL, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s := relayed(t, &target{}, func(c *handover.Config) {
		c.Hold = handover.Hold{Limit: 10_000}
		c.Locate = func(core.AppRef) handover.Target {
			return handover.Target{URL: e.URL, Altinn: &handover.Altinn{
				Platform: platform, Flight: altinnFlight, Settle: altinnSettle,
			}}
		}
	})
	return s, e
}

// settled delivers until nothing waits any more, and gives the deliveries.
func settled(t *testing.T, s *solutiontest.Solution, ids []uuid.UUID) []core.Delivery {
	t.Helper()
	var out []core.Delivery
	for end := time.Now().Add(time.Minute); ; {
		out = out[:0]
		waits := 0
		for _, id := range ids {
			d, _ := shown(t, s, id)
			if d.State == core.DeliveryWaiting {
				waits++
				err := s.Handover.Deliver(t.Context(), id)
				if _, later := errors.AsType[*handover.Later](err); err != nil && !later {
					t.Fatal(err)
				}
				d, _ = shown(t, s, id)
			}
			out = append(out, d)
		}
		if waits == 0 {
			return out
		}
		if time.Now().After(end) {
			t.Fatalf("%d deliveries still wait", waits)
		}
	}
}

// TestAltinn loses answers of an environment without idempotency keys before and after instances
// are made, with a list that lags behind: none is made twice, none is lost, and what nobody can
// know waits for a person.
func TestAltinn(t *testing.T) {
	t.Parallel()
	const seed, deliveries = 20260, 16
	s, e := inAltinn(t)
	e.Next, e.Lag = platformtest.Faults(seed), 150*time.Millisecond
	var ids []uuid.UUID
	for range deliveries {
		ids = append(ids, planned(t, s).ID)
	}
	parked := 0
	for _, d := range settled(t, s, ids) {
		if n := len(e.Made(d.ID.String())); n > 1 || d.State == core.DeliveryDelivered && n != 1 {
			t.Errorf("%s, %s: %d instances", d.State, d.ErrorCode, n)
		}
		if d.State == core.DeliveryDelivered {
			continue
		}
		if parked++; d.State != core.DeliveryParked || d.ErrorCode != "altinn_unclear" {
			t.Errorf("%s with %s", d.State, d.ErrorCode)
		}
	}
	count := s.Handover.AltinnCounts()[solutiontest.Case]
	t.Logf("seed %d: %d deliveries asked for %d times, %d unclear (%.0f %%): %d found, %d asked for again, "+
		"%d parked; faults %v", seed, deliveries, count.Asked, count.Unclear,
		100*float64(count.Unclear)/float64(count.Asked), count.Found, count.Again, count.Parked, e.Done())
	if count.Unclear == 0 || count.Found == 0 || int(count.Parked) != parked {
		t.Errorf("counts %+v, %d parked", count, parked)
	}
	// A person has looked, and has them tried again.
	e.Lock()
	e.Next, e.Lag = nil, 0
	e.Unlock()
	tor := s.Person(solutiontest.Tor)
	for _, id := range ids {
		if d, _ := shown(t, s, id); d.State == core.DeliveryParked {
			if err := s.Handover.Retry(t.Context(), tor, solutiontest.Nordvik, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, d := range settled(t, s, ids) {
		if n := len(e.Made(d.ID.String())); n != 1 || d.State != core.DeliveryDelivered {
			t.Errorf("afterwards %s: %d instances", d.State, n)
		}
	}
	if e.Count() != deliveries || len(e.Unknown) > 0 {
		t.Errorf("%d instances of %d deliveries; asked for %q", e.Count(), deliveries, e.Unknown)
	}
}

// TestAltinn_LooksBeforeItAsksAgain goes through what can be found out after an answer that did not
// come.
func TestAltinn_LooksBeforeItAsksAgain(t *testing.T) {
	t.Parallel()
	another := map[string]string{handover.ValueDelivery: uuid.NewString()}
	owner := "organisation:" + solutiontest.NordvikNumber
	for name, c := range map[string]struct {
		fault platformtest.Fault
		// meanwhile is what is made in the environment when nothing can be on its way any more.
		meanwhile func(e *platformtest.Environment)
		asked     int
		state     core.DeliveryState
		code      string
	}{
		"made": {platformtest.LostAfter, nil, 1, core.DeliveryDelivered, ""},
		"not made, and the list knows of later ones": {platformtest.LostBefore,
			func(e *platformtest.Environment) {
				for range 7 {
					e.Add(solutiontest.Case.String(), owner, another)
				}
			}, 2, core.DeliveryDelivered, ""},
		"not made, and the list is silent": {platformtest.LostBefore, nil, 1, core.DeliveryParked, "altinn_unclear"},
		"later ones of others do not count": {platformtest.LostBefore,
			func(e *platformtest.Environment) {
				e.Add(solutiontest.Case.String(), "organisation:"+solutiontest.SorvikNumber, another)
				e.Add("nordvik/parkeringssak", owner, another)
			}, 1, core.DeliveryParked, "altinn_unclear"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, e := inAltinn(t)
			first := true
			e.Next = func() platformtest.Fault {
				if first {
					first = false
					return c.fault
				}
				return ""
			}
			d := planned(t, s)
			if err := s.Handover.Deliver(t.Context(), d.ID); err == nil {
				t.Fatal("an answer that was lost is taken for one")
			}
			if c.meanwhile != nil {
				// Its time is past: the row is moved, not the time.
				storetest.Exec(t, s.Database, `UPDATE delivery SET unanswered = now() - interval '1 second'`)
				c.meanwhile(e)
			}
			got := settled(t, s, []uuid.UUID{d.ID})[0]
			asked := 0
			for _, n := range e.Done() {
				asked += n
			}
			if got.State != c.state || got.ErrorCode != c.code || asked != c.asked {
				t.Errorf("%s %s, asked %d times", got.State, got.ErrorCode, asked)
			}
		})
	}
}

// TestAltinn_AWorkerThatDiesLeavesWord: whoever takes its job over does not ask blindly.
func TestAltinn_AWorkerThatDiesLeavesWord(t *testing.T) {
	t.Parallel()
	s, e := inAltinn(t)
	d := planned(t, s)
	storetest.Exec(t, s.Database, `UPDATE delivery SET attempts = 1, unanswered = now()`)
	var later *handover.Later
	if err := s.Handover.Deliver(t.Context(), d.ID); !errors.As(err, &later) || later.Code != "altinn_unclear" {
		t.Errorf("after a death: %v", err)
	}
	if e.Count() != 0 {
		t.Error("it was asked for again at once")
	}
	storetest.Exec(t, s.Database, `UPDATE delivery SET unanswered = NULL`)
	if got := settled(t, s, []uuid.UUID{d.ID})[0]; got.State != core.DeliveryDelivered || e.Count() != 1 {
		t.Errorf("%s, %d instances", got.State, e.Count())
	}
}
