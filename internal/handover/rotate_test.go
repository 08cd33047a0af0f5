package handover_test

import (
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/orgtoken"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

var rotations = flag.Int("rotations", 6, "how often to change keys while deliveries run")

// authority is a token issuer with a B that reads its keys over HTTP, all by clocks of the test's
// own.
type authority struct {
	// ahead is how far everybody's time is ahead of the real one; skew is how far the client's is
	// ahead of that.
	ahead, skew    atomic.Int64
	issuer, client *orgtoken.Ring
	checker        *orgtoken.Checker
	tokens         *orgtoken.Client
	// fetched counts reads of the key set, refused the tokens that B did not take, unsure those that
	// it could say nothing of for want of the keys; down makes the key set answer 500.
	fetched, refused, unsure atomic.Int64
	down                     atomic.Bool
}

const audience = "https://stafett.example/nordvik/stottesak"

func (a *authority) now() time.Time { return time.Now().Add(time.Duration(a.ahead.Load())) }

// newAuthority gives an authority whose tokens live for ten minutes.
func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{issuer: ring(t), client: ring(t)}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/jwks" {
			a.fetched.Add(1)
			if a.down.Load() {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	issuer, err := orgtoken.NewIssuer(orgtoken.IssuerConfig{
		URL: server.URL + "/", Ring: a.issuer, Now: a.now,
		Clients: []orgtoken.Registration{{
			ID: "nordvik", Organisation: solutiontest.NordvikNumber, Ring: a.client,
			Scopes: []string{access.ScopeRead, access.ScopeWrite},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = issuer.Handler()
	a.tokens, err = orgtoken.NewClient(orgtoken.ClientConfig{
		Issuer: server.URL + "/", ClientID: "nordvik", Ring: a.client,
		Now: func() time.Time { return a.now().Add(time.Duration(a.skew.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	a.checker, err = orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: server.URL + "/"}}, Now: a.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func ring(t *testing.T) *orgtoken.Ring {
	t.Helper()
	r, err := orgtoken.NewRing(orgtoken.RingKey{Key: key()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// takes is a B that checks the token, and makes an instance.
func (a *authority) takes(w http.ResponseWriter, r *http.Request) {
	token, err := orgtoken.FromRequest(r)
	if err == nil {
		_, err = a.checker.Check(r.Context(), token, orgtoken.Want{
			Audience: audience, Scope: access.ScopeWrite, Owner: solutiontest.NordvikNumber,
		})
	}
	var refusal *orgtoken.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Status == http.StatusServiceUnavailable:
		a.unsure.Add(1)
		w.WriteHeader(refusal.Status)
		return
	case err != nil:
		a.refused.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, madeBody(uuid.New()))
}

// again makes one delivery after the other of the same application, without a fault.
func again(t *testing.T, s *solutiontest.Solution, d core.Delivery) core.Delivery {
	t.Helper()
	got, err := tried(t, s, d)
	if err != nil {
		t.Errorf("deliver: %v", err)
	}
	return got
}

// tried sends the application as if it had not been sent before.
func tried(t *testing.T, s *solutiontest.Solution, d core.Delivery) (core.Delivery, error) {
	t.Helper()
	storetest.Exec(t, s.Database, "DELETE FROM delivery_attempt")
	storetest.Exec(t, s.Database, "UPDATE delivery SET state = 'waiting', delivered = NULL, "+
		"target_id = NULL, target_owner = NULL, attempts = 0, error_code = ''")
	err := s.Handover.Deliver(t.Context(), d.ID)
	got, _ := shown(t, s, d.ID)
	return got, err
}

// TestRotation_NoDeliveryFails changes the issuer's keys (F12) and the organisation's (F13), each
// published a day before it signs, while deliveries run. The key set is away now and then; when it
// was away from the day that a key was published to the first time that it signs, the delivery
// waits for it.
func TestRotation_NoDeliveryFails(t *testing.T) {
	t.Parallel()
	rotate(t, rand.Uint64(), *rotations)
}

// TestRotation_WaitsForAKeySetThatWasAwayAllDay has the set away in each of the six deliveries
// between a key's publishing and its first use, which two of a thousand seeds do.
func TestRotation_WaitsForAKeySetThatWasAwayAllDay(t *testing.T) {
	t.Parallel()
	if unsure := rotate(t, 2469242822544711479, 6); unsure == 0 {
		t.Error("B was sure of every token, want one that it had no keys for")
	}
}

// rotate changes keys so many times, and gives how many tokens B could say nothing of.
func rotate(t *testing.T, seed uint64, rotations int) int64 {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	a := newAuthority(t)
	s := relayed(t, newTarget(t, a.takes), func(c *handover.Config) {
		c.Tokens = func(string) *orgtoken.Client { return a.tokens }
	})
	d := planned(t, s)
	// A few keys are enough: one that was retired long ago may come again.
	keys := []orgtoken.RingKey{{Key: key()}}
	for range 2 {
		k, err := orgtoken.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, orgtoken.RingKey{Key: k})
	}
	rings := []*orgtoken.Ring{a.issuer, a.client}
	signs := []int{0, 0}
	deliveries := 0
	unsure := int64(0)
	deliver := func() {
		deliveries++
		got, err := tried(t, s, d)
		for got.State == core.DeliveryWaiting && a.unsure.Load() > unsure {
			unsure = a.unsure.Load()
			a.down.Store(false)
			a.ahead.Add(int64(time.Minute))
			got, err = tried(t, s, d)
		}
		if err != nil || got.State != core.DeliveryDelivered {
			t.Fatalf("seed %d, delivery %d: %s %s, %v", seed, deliveries, got.State, got.ErrorCode, err)
		}
	}
	// B has read the key set once before it is away.
	deliver()
	for n := range rotations {
		which := n % 2
		old, next := keys[signs[which]], keys[(signs[which]+1)%len(keys)]
		next.SignsFrom = a.now().Add(24 * time.Hour)
		if err := rings[which].Set(old, next); err != nil {
			t.Fatal(err)
		}
		// A delivery now and then, with the key set away for a while, until the new key signs.
		for a.now().Before(next.SignsFrom.Add(time.Hour)) {
			a.down.Store(random.IntN(4) == 0)
			deliver()
			a.ahead.Add(int64(time.Duration(1+random.IntN(9*60)) * time.Minute))
		}
		a.down.Store(false)
		signs[which] = (signs[which] + 1) % len(keys)
		deliver()
	}
	if n := a.refused.Load(); n != 0 {
		t.Errorf("seed %d: %d tokens were refused", seed, n)
	}
	t.Logf("seed %d: %d rotations, %d deliveries, %d reads of the key set, %d waited for it", seed,
		rotations, deliveries, a.fetched.Load(), unsure)
	return unsure
}

// TestRotation_AKeyThatNobodyWasToldOfIsReadOnce: the issuer changes its key at once. B reads the
// set again at the first token that it does not know the key of, and not again within a minute.
func TestRotation_AKeyThatNobodyWasToldOfIsReadOnce(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	s := relayed(t, newTarget(t, a.takes), func(c *handover.Config) {
		c.Tokens = func(string) *orgtoken.Client { return a.tokens }
	})
	d := planned(t, s)
	again(t, s, d)
	other, err := orgtoken.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	a.ahead.Add(int64(11 * time.Minute))
	if err := a.issuer.Set(orgtoken.RingKey{Key: other}); err != nil {
		t.Fatal(err)
	}
	before := a.fetched.Load()
	if got := again(t, s, d); got.State != core.DeliveryDelivered || a.refused.Load() != 0 {
		t.Errorf("%s %s, %d refused", got.State, got.ErrorCode, a.refused.Load())
	}
	stranger, err := orgtoken.Sign(key(), "nobody", map[string]any{"iss": a.tokens.Issuer})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		_, _ = a.checker.Check(t.Context(), stranger, orgtoken.Want{Audience: audience})
	}
	if n := a.fetched.Load() - before; n != 1 {
		t.Errorf("the key set was read %d times, want once", n)
	}
}

// TestClocks_AGrantFailsLoudlyOutsideTenSeconds moves the client's clock (F14). What waits goes by
// the database's clock, so that nothing is lost, parked or sent twice by a clock that is wrong.
func TestClocks_AGrantFailsLoudlyOutsideTenSeconds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		skew  time.Duration
		works bool
	}{
		{0, true}, {9 * time.Second, true}, {-9 * time.Second, true}, {12 * time.Second, false},
		{-75 * time.Second, false}, {5 * time.Minute, false}, {-5 * time.Minute, false},
		{-time.Hour, false},
	} {
		a := newAuthority(t)
		a.skew.Store(int64(c.skew))
		b := newTarget(t, a.takes)
		s := relayed(t, b, func(conf *handover.Config) {
			conf.Tokens = func(string) *orgtoken.Client { return a.tokens }
			// The worker's clock is wrong as well.
			conf.Now = func() time.Time { return time.Now().Add(c.skew) }
		})
		d := planned(t, s)
		err := s.Handover.Deliver(t.Context(), d.ID)
		got, _ := shown(t, s, d.ID)
		if c.works != (got.State == core.DeliveryDelivered) {
			t.Errorf("%v: %s %s, %v", c.skew, got.State, got.ErrorCode, err)
		}
		if c.works {
			continue
		}
		if got.State != core.DeliveryWaiting || got.ErrorCode == "" || got.NextTry == nil ||
			time.Until(*got.NextTry) > 2*time.Second {
			t.Errorf("%v: %s, code %q, next %v", c.skew, got.State, got.ErrorCode, got.NextTry)
		}
		a.skew.Store(0)
		if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
			t.Errorf("%v, set right: %v", c.skew, err)
		}
		if got, _ := shown(t, s, d.ID); got.State != core.DeliveryDelivered || len(b.got()) != 1 {
			t.Errorf("%v, set right: %s after %d calls", c.skew, got.State, len(b.got()))
		}
	}
}
