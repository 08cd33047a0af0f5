package orgtoken_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
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
type answer struct {
	status int
	header http.Header
	body   map[string]any
	// check is the check that the token did not pass.
	check string
}

func (a answer) text(name string) string { s, _ := a.body[name].(string); return s }

// judge compares an answer with what the case expects.
func judge(t *testing.T, c tokentest.Case, got answer) {
	t.Helper()
	if !c.Expect.HTTP.Has(got.status) {
		t.Errorf("status: got %d, want %v; %v", got.status, c.Expect.HTTP, got.body)
	}
	if c.Expect.Accept {
		return
	}
	if e := got.text("error"); e != c.Expect.Error {
		t.Errorf("error: got %q, want %q", e, c.Expect.Error)
	}
	if d := got.text("error_description"); !strings.Contains(d, c.Expect.MP) {
		t.Errorf("code: got %q, want %q", d, c.Expect.MP)
	}
	// A body that is too large to be read at all never gets as far as the token's own limit.
	tooLarge := got.check == "transport" && c.Expect.Reason == "size"
	if got.check != c.Expect.Reason && !tooLarge {
		t.Errorf("caught by: got %q, want %q", got.check, c.Expect.Reason)
	}
}

func send(t *testing.T, r *http.Request) answer {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := answer{status: resp.StatusCode, header: resp.Header}
	if err := json.Unmarshal(raw, &got.body); err != nil {
		t.Fatalf("not JSON: %s", raw)
	}
	return got
}

// newIssuer gives an issuer that knows the clients of the cases.
func newIssuer(
	t *testing.T, w *tokentest.World, change func(*orgtoken.IssuerConfig),
) *orgtoken.Issuer {
	t.Helper()
	c := orgtoken.IssuerConfig{URL: w.Get("MP"), Key: w.RSA("mp1"), Now: w.Now}
	for id, r := range w.Clients() {
		reg := orgtoken.Registration{ID: id, Organisation: r.Org, Scopes: r.Scopes, Disabled: r.Disabled}
		for _, name := range r.Keys {
			key := orgtoken.RegisteredKey{ID: w.KeyID(name), Key: &w.RSA(name).PublicKey}
			if name == "cAold" {
				key.Expires = w.Now().Add(-time.Hour)
			}
			reg.Keys = append(reg.Keys, key)
		}
		granted := strings.Join(r.Granted, " ")
		for _, scope := range r.Scopes {
			if !strings.Contains(granted, scope) {
				reg.NotGranted = append(reg.NotGranted, scope)
			}
		}
		for _, d := range r.Delegations {
			reg.Delegations = append(reg.Delegations, orgtoken.Delegation(d))
		}
		c.Clients = append(c.Clients, reg)
	}
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

var checkNamed = regexp.MustCompile(`\(check: ([a-z0-9_]+),`)

// postGrant brings an assertion to the token endpoint in the way that the case asks for.
func postGrant(t *testing.T, address, assertion string, s tokentest.Send) answer {
	t.Helper()
	form := url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion},
	}
	for name, value := range s.Form {
		form.Set(name, value)
	}
	for _, name := range s.Duplicate {
		form.Add(name, form.Get(name))
	}
	if s.PadBody > 0 {
		form.Set("pad", strings.Repeat("x", s.PadBody))
	}
	method := s.Method
	if method == "" {
		method = http.MethodPost
	}
	r, err := http.NewRequest(method, address+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := send(t, r)
	if found := checkNamed.FindStringSubmatch(got.text("error_description")); found != nil {
		got.check = found[1]
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
		if got := postGrant(t, address, token, c.Send); got.status != http.StatusOK {
			t.Fatalf("time %d: got %d, want it taken", n, got.status)
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
	parsed, err := orgtoken.Parse(got.text("access_token"))
	if err != nil {
		t.Fatal(err)
	}
	if scope, _ := parsed.Claims.Text("scope"); strings.Contains(scope, "admin") {
		t.Errorf("scope: got %q: it is not the assertion's", scope)
	}
	if got.header.Get("Cache-Control") != "no-store" {
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
	if challenge := got.header.Get("WWW-Authenticate"); got.status == 401 &&
		!strings.HasPrefix(challenge, "Bearer") {
		t.Errorf("WWW-Authenticate: got %q", challenge)
	}
	if c.Send.Auth == "absent" && got.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate: got %q, want Bearer alone", got.header.Get("WWW-Authenticate"))
	}
}

func bringToken(t *testing.T, api, token string, s tokentest.Send) answer {
	t.Helper()
	address := api + "/ttd/app-b/instances"
	if s.Auth == "query" {
		address += "?access_token=" + url.QueryEscape(token)
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	switch s.Auth {
	case "absent", "query":
	case "cookie":
		r.AddCookie(&http.Cookie{Name: "session", Value: token})
	case "twice":
		r.Header["Authorization"] = []string{"Bearer " + token, "Bearer " + token}
	default:
		r.Header.Set("Authorization", "Bearer "+token)
	}
	got := send(t, r)
	got.check = got.header.Get("X-Check")
	return got
}
