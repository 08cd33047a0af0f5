package orgtoken_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

// keyring is a JWK set that a test changes.
type keyring struct {
	mu     sync.Mutex
	status int
	body   []byte
	asked  atomic.Int64
}

func (k *keyring) set(status int, body []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.status, k.body = status, body
}

func (k *keyring) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	k.asked.Add(1)
	k.mu.Lock()
	defer k.mu.Unlock()
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body)
}

// gate is a checker over a key set that changes and a clock that moves.
type gate struct {
	t       *testing.T
	clock   *clock
	keys    *keyring
	checker *orgtoken.Checker
}

func newGate(t *testing.T, keys ...string) *gate {
	t.Helper()
	w := tokentest.New(t, noon)
	g := &gate{t: t, clock: newClock(), keys: &keyring{}}
	g.keys.set(http.StatusOK, w.KeySet(keys...))
	var err error
	g.checker, err = orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: w.Get("MP"), JWKSURL: serve(t, g.keys)}},
		Now:     g.clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// status brings a right token, signed now by the named key, and gives what the checker says.
func (g *gate) status(key string) int {
	g.t.Helper()
	w := tokentest.New(g.t, g.clock.now())
	c := aCase(g.t, `{"kid":"`+w.KeyID(key)+`"}`, `{}`, key)
	c.Target = tokentest.Access
	want := orgtoken.Want{Audience: w.Get("B_API"), Scope: write, Owner: owner}
	_, err := g.checker.Check(g.t.Context(), w.Token(c), want)
	if err == nil {
		return http.StatusOK
	}
	r, ok := errors.AsType[*orgtoken.Refusal](err)
	if !ok {
		g.t.Fatal(err)
	}
	return r.Status
}

func (g *gate) expect(what, key string, want int) {
	g.t.Helper()
	if got := g.status(key); got != want {
		g.t.Errorf("%s: got %d, want %d", what, got, want)
	}
}

func TestChecker_TakesANewKeyAndDropsTheOld(t *testing.T) {
	t.Parallel()
	w, g := tokentest.New(t, noon), newGate(t, "mp1")
	g.expect("current key", "mp1", 200)
	g.expect("next key, not published", "mp2", 401)
	g.keys.set(200, w.KeySet("mp1", "mp2"))
	g.expect("next key, within the minute", "mp2", 401)
	g.clock.move(time.Minute)
	g.expect("next key, after the minute", "mp2", 200)
	if n := g.keys.asked.Load(); n != 2 {
		t.Errorf("the set was fetched %d times", n)
	}
	g.keys.set(200, w.KeySet("mp2"))
	g.clock.move(25 * time.Hour)
	g.expect("the old key, after the timer", "mp1", 401)
	g.expect("the new key", "mp2", 200)
}

func TestChecker_UnknownKeysCauseOneFetchAMinute(t *testing.T) {
	t.Parallel()
	g := newGate(t, "mp1")
	for range 5 {
		for range 40 {
			g.expect("unknown key", "evil", 401)
		}
		g.clock.move(time.Minute)
	}
	if n := g.keys.asked.Load(); n != 5 {
		t.Errorf("the set was fetched %d times in 5 minutes", n)
	}
}

func TestChecker_KeepsTheOldKeysWhenTheSetCannotBeRead(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	for name, body := range map[string]string{
		"500": "", "HTML": "<h1>upkeep</h1>", "empty": `{"keys":[]}`, "none": `{}`,
		"two keys of one id": strings.ReplaceAll(string(w.KeySet("mp1", "mp2")), "mp-2", "mp-1"),
		"weak key only":      string(w.KeySet("weak")), "another kind only": string(w.KeySet("evilec")),
		"endless": strings.Repeat(" ", 300<<10),
	} {
		g := newGate(t, "mp1")
		g.expect(name+": before", "mp1", 200)
		status := 200
		if name == "500" {
			status = 500
		}
		g.keys.set(status, []byte(body))
		g.clock.move(25 * time.Hour)
		g.expect(name+": the known key", "mp1", 200)
		g.expect(name+": a key that may be new", "mp2", 503)
		g.keys.set(200, w.KeySet("mp2"))
		g.clock.move(time.Minute)
		g.expect(name+": after it came back", "mp2", 200)
	}
}

func TestChecker_WithoutAnyKeysSaysTryAgain(t *testing.T) {
	t.Parallel()
	w, g := tokentest.New(t, noon), newGate(t, "mp1")
	g.keys.set(500, nil)
	g.expect("issuer not up", "mp1", 503)
	g.keys.set(200, w.KeySet("mp1"))
	g.expect("within two seconds", "mp1", 503)
	g.clock.move(2 * time.Second)
	g.expect("issuer up", "mp1", 200)
}

func TestChecker_ClockSetBackDoesNotHoldUpTheNextFetch(t *testing.T) {
	t.Parallel()
	w, g := tokentest.New(t, noon), newGate(t, "mp1")
	g.expect("current key", "mp1", 200)
	g.clock.move(-time.Hour)
	g.keys.set(200, w.KeySet("mp1", "mp2"))
	g.expect("next key", "mp2", 200)
}

func TestChecker_ManyAtOnceFetchOnce(t *testing.T) {
	t.Parallel()
	g := newGate(t, "mp1")
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { g.expect("at once", "mp1", 200) })
	}
	all.Wait()
	if n := g.keys.asked.Load(); n != 1 {
		t.Errorf("the set was fetched %d times", n)
	}
}

func TestChecker_FollowsNoRedirectToKeys(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	stranger := w.ServeKeys("evil")
	checker, err := orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: w.Get("MP"),
			JWKSURL: serve(t, http.RedirectHandler(stranger.URL, http.StatusFound))}},
		Now: w.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := aCase(t, `{"kid":"evil-1"}`, `{}`, "evil")
	c.Target = tokentest.Access
	_, err = checker.Check(t.Context(), w.Token(c), anyOwner(w))
	r, ok := errors.AsType[*orgtoken.Refusal](err)
	if !ok || r.Status != 503 || stranger.Asked() != 0 {
		t.Errorf("got %v after %d fetches elsewhere", err, stranger.Asked())
	}
}

// anyOwner is a call that is open to every organisation with the scope.
func anyOwner(w *tokentest.World) orgtoken.Want {
	return orgtoken.Want{Audience: w.Get("B_API"), Scope: write}
}

// withKeys gives a checker that was handed one key for each issuer.
func withKeys(t *testing.T, w *tokentest.World, keys map[string]string) *orgtoken.Checker {
	t.Helper()
	c := orgtoken.CheckerConfig{Now: w.Now}
	for issuer, name := range keys {
		c.Issuers = append(c.Issuers, orgtoken.TrustedIssuer{Issuer: issuer,
			Keys: map[string]*rsa.PublicKey{w.KeyID(name): &w.RSA(name).PublicKey}})
	}
	checker, err := orgtoken.NewChecker(c)
	if err != nil {
		t.Fatal(err)
	}
	return checker
}

func TestChecker_KeysServeForTheirOwnIssuerOnly(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	const exchange = "http://127.0.0.1:9000/authentication/api/v1/openid/"
	checker := withKeys(t, w, map[string]string{w.Get("MP"): "mp1", exchange: "mp2"})
	for _, tt := range []struct {
		issuer, key string
		taken       bool
	}{
		{w.Get("MP"), "mp1", true}, {exchange, "mp2", true},
		{w.Get("MP"), "mp2", false}, {exchange, "mp1", false},
	} {
		c := aCase(t, `{"kid":"`+w.KeyID(tt.key)+`"}`, `{"iss":"`+tt.issuer+`"}`, tt.key)
		c.Target = tokentest.Access
		_, err := checker.Check(t.Context(), w.Token(c), anyOwner(w))
		if (err == nil) != tt.taken {
			t.Errorf("%s by %s: got %v", tt.issuer, tt.key, err)
		}
	}
}

func TestChecker_NamesWhoWasForbidden(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	checker := withKeys(t, w, map[string]string{w.Get("MP"): "mp1"})
	c := aCase(t, `{"kid":"mp-1"}`, `{}`, "mp1")
	c.Target = tokentest.Access
	for _, want := range []orgtoken.Want{
		{Audience: w.Get("B_API"), Scope: write, Owner: "910753614"},
		{Audience: w.Get("B_API"), Scope: "another"}, {Audience: w.Get("B_API")},
	} {
		got, err := checker.Check(t.Context(), w.Token(c), want)
		r, ok := errors.AsType[*orgtoken.Refusal](err)
		if !ok || r.Status != 403 || got.Organisation != owner {
			t.Errorf("%+v: got %+v, %v", want, got, err)
		}
	}
	c = aCase(t, `{"kid":"mp-1"}`, `{"aud":""}`, "mp1")
	c.Target = tokentest.Access
	if _, err := checker.Check(t.Context(), w.Token(c), orgtoken.Want{Scope: write}); err == nil {
		t.Error("a call that wants no audience was let through")
	}
}

func TestChecker_CallerThatLeavesIsNoRefusal(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	hold := make(chan struct{})
	slow := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	t.Cleanup(func() { close(hold) })
	checker, err := orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: w.Get("MP"), JWKSURL: slow}}, Now: w.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	c := tokentest.Case{Target: tokentest.Access}
	_, err = checker.Check(ctx, w.Token(c), anyOwner(w))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNewChecker_RefusesWhatCannotBeSafe(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	weak := map[string]*rsa.PublicKey{"x": &w.RSA("weak").PublicKey}
	for name, issuers := range map[string][]orgtoken.TrustedIssuer{
		"nobody": nil, "empty": {{}}, "twice": {{Issuer: "a"}, {Issuer: "a"}},
		"weak key": {{Issuer: "a", Keys: weak}},
	} {
		c := orgtoken.CheckerConfig{Issuers: issuers, Now: w.Now}
		if _, err := orgtoken.NewChecker(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestFromRequest(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Bearer abc": "abc", "bearer abc": "abc", "BEARER abc": "abc",
		"Bearer": "", "Bearer ": "", "Basic abc": "", "abc": "", "": "", "Bearerabc": "",
	} {
		r := &http.Request{Header: http.Header{"Authorization": {header}}}
		got, err := orgtoken.FromRequest(r)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", header, got, err)
		}
	}
}

func TestChecker_WithdrawnKeyStopsSoonAfterTheHour(t *testing.T) {
	t.Parallel()
	w, g := tokentest.New(t, noon), newGate(t, "mp1", "mp2")
	g.expect("current key", "mp1", 200)
	g.keys.set(200, w.KeySet("mp2"))
	g.clock.move(59 * time.Minute)
	g.expect("within the hour", "mp1", 200)
	g.clock.move(time.Minute)
	// The first call starts the fetch and does not wait for it.
	for deadline := time.Now().Add(5 * time.Second); g.status("mp1") != 401; {
		if time.Now().After(deadline) {
			t.Fatal("the withdrawn key is still taken")
		}
	}
	g.expect("the other key", "mp2", 200)
}
