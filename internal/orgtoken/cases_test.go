package orgtoken_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

// owner is B's owner in the cases, and write the scope that B asks for.
const (
	owner = "991825827"
	write = "altinn:serviceowner/instances.write"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// answer is what came back over HTTP.
type answer = tokentest.Answer

// judge compares an answer with what the case expects, the check that caught it included.
func judge(t *testing.T, c tokentest.Case, got answer) {
	t.Helper()
	for _, f := range c.Faults(got) {
		t.Error(f)
	}
	// A body that is too large to be read at all never gets as far as the token's own limit.
	tooLarge := got.Check == "transport" && c.Expect.Reason == "size"
	if !c.Expect.Accept && got.Check != c.Expect.Reason && !tooLarge {
		t.Errorf("caught by: got %q, want %q", got.Check, c.Expect.Reason)
	}
}

func send(t *testing.T, r *http.Request) answer {
	t.Helper()
	got, err := tokentest.Do(http.DefaultClient, r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// newIssuer gives an issuer that knows the clients of the cases.
func newIssuer(
	t *testing.T, w *tokentest.World, change func(*orgtoken.IssuerConfig),
) *orgtoken.Issuer {
	t.Helper()
	c := w.IssuerConfig()
	if change != nil {
		change(&c)
	}
	issuer, err := orgtoken.NewIssuer(c)
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// postGrant brings an assertion to the token endpoint in the way that the case asks for.
func postGrant(t *testing.T, address, assertion string, s tokentest.Send) answer {
	t.Helper()
	got, err := tokentest.PostGrant(http.DefaultClient, address, assertion, s)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestGrantCases(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	for name, forbiddenIs403 := range map[string]bool{"Forbidden400": false, "Forbidden403": true} {
		issuer := newIssuer(t, w, func(c *orgtoken.IssuerConfig) { c.ForbiddenIs403 = forbiddenIs403 })
		address := serve(t, issuer.Handler())
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ran := 0
			for _, c := range w.Cases(tokentest.Grant) {
				t.Run(c.ID, func(t *testing.T) { runGrant(t, w, address, c) })
				ran++
			}
			t.Logf("%d grants sent over HTTP", ran)
		})
	}
}

func runGrant(t *testing.T, w *tokentest.World, address string, c tokentest.Case) {
	t.Helper()
	token := w.Token(c)
	for n := 1; n < c.Send.Repeat; n++ {
		if got := postGrant(t, address, token, c.Send); got.Status != http.StatusOK {
			t.Fatalf("time %d: got %d, want it taken", n, got.Status)
		}
		if c.Send.Resign {
			token = w.Token(c)
		}
	}
	got := postGrant(t, address, token, c.Send)
	judge(t, c, got)
	if !c.Expect.Accept {
		return
	}
	parsed, err := orgtoken.Parse(got.Text("access_token"))
	if err != nil {
		t.Fatal(err)
	}
	if scope, _ := parsed.Claims.Text("scope"); strings.Contains(scope, "admin") {
		t.Errorf("scope: got %q: it is not the assertion's", scope)
	}
	if got.Header.Get("Cache-Control") != "no-store" {
		t.Error("the token may be cached")
	}
}

// watched lets requests through and notes where they went.
type watched struct {
	mu    sync.Mutex
	hosts map[string]int
}

func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.hosts[r.URL.Host]++
	w.mu.Unlock()
	return http.DefaultTransport.RoundTrip(r)
}

// door is an API's door: a checker in front of a handler that says yes.
func door(checker *orgtoken.Checker, want orgtoken.Want) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		token, err := orgtoken.FromRequest(r)
		if err == nil {
			_, err = checker.Check(r.Context(), token, want)
		}
		if refusal, ok := errors.AsType[*orgtoken.Refusal](err); ok {
			if c := refusal.Challenge(); c != "" {
				w.Header().Set("WWW-Authenticate", c)
			}
			check, _, _ := strings.Cut(refusal.Reason, ":")
			w.Header().Set("X-Check", check)
			w.WriteHeader(refusal.Status)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": refusal.Code})
			return
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, "{}")
	})
}

func TestAccessCases(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	keys := w.ServeKeys("mp1", "mp2")
	ran := 0
	for _, c := range w.Cases(tokentest.Access) {
		t.Run(c.ID, func(t *testing.T) { runAccess(t, w, keys, c) })
		ran++
	}
	t.Logf("%d access tokens brought to an API over HTTP", ran)
}

func runAccess(t *testing.T, w *tokentest.World, keys *tokentest.KeyServer, c tokentest.Case) {
	t.Helper()
	outside := &watched{hosts: map[string]int{}}
	checker, err := orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: w.Get("MP"), JWKSURL: keys.URL}},
		HTTP:    &http.Client{Transport: outside}, Now: w.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	api := serve(t, door(checker, orgtoken.Want{Audience: w.Get("B_API"), Scope: write, Owner: owner}))
	before := keys.Asked()
	token := w.Token(c)
	for n := 1; n < c.Send.Repeat; n++ {
		bringToken(t, api, token, c.Send)
	}
	got := bringToken(t, api, token, c.Send)
	judge(t, c, got)
	if n := keys.Asked() - before; n > 1 {
		t.Errorf("the key set was fetched %d times", n)
	}
	address, err := url.Parse(keys.URL)
	if err != nil {
		t.Fatal(err)
	}
	if delete(outside.hosts, address.Host); len(outside.hosts) != 0 {
		t.Errorf("called %v: nothing but the key set may be fetched", outside.hosts)
	}
	if challenge := got.Header.Get("WWW-Authenticate"); got.Status == 401 &&
		!strings.HasPrefix(challenge, "Bearer") {
		t.Errorf("WWW-Authenticate: got %q", challenge)
	}
	if c.Send.Auth == "absent" && got.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate: got %q, want Bearer alone", got.Header.Get("WWW-Authenticate"))
	}
}

func bringToken(t *testing.T, api, token string, s tokentest.Send) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost,
		api+"/ttd/app-b/instances", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	s.Carry(r, token)
	got := send(t, r)
	got.Check = got.Header.Get("X-Check")
	return got
}
