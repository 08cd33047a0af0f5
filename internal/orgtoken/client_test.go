package orgtoken_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

// station is a token issuer that a test tells what to answer, and that notes what it was sent.
type station struct {
	url      string
	metadata string
	token    http.HandlerFunc

	mu         sync.Mutex
	assertions []string
	discovered atomic.Int64
}

func newStation(t *testing.T) *station {
	t.Helper()
	s := &station{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/oauth-authorization-server",
		func(w http.ResponseWriter, _ *http.Request) {
			s.discovered.Add(1)
			_, _ = io.WriteString(w, s.metadata)
		})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.assertions = append(s.assertions, r.PostFormValue("assertion"))
		s.mu.Unlock()
		s.token(w, r)
	})
	s.url = serve(t, mux) + "/"
	s.metadata = fmt.Sprintf(`{"issuer":%q,"token_endpoint":%q,"jwks_uri":%q}`,
		s.url, s.url+"token", s.url+"jwks")
	s.token = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":600}`, s.asked())
	}
	return s
}

func (s *station) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.assertions)
}

func (s *station) answers(status int, body string) {
	s.token = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func newClient(t *testing.T, issuer string, now func() time.Time) *orgtoken.Client {
	t.Helper()
	w := tokentest.New(t, noon)
	c, err := orgtoken.NewClient(orgtoken.ClientConfig{
		Issuer: issuer, ClientID: "client-a", Key: w.RSA("cA1"), KeyID: w.KeyID("cA1"), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustToken(t *testing.T, c *orgtoken.Client, scope, resource string) string {
	t.Helper()
	token, err := c.Token(t.Context(), scope, resource)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestClient_GetsATokenThatTheCheckerTakes(t *testing.T) {
	t.Parallel()
	w, clock := tokentest.New(t, noon), newClock()
	mux := http.NewServeMux()
	address := serve(t, mux) + "/dev/maskinporten/"
	w.Set("MP", address)
	issuer := newIssuer(t, w, func(c *orgtoken.IssuerConfig) { c.Now = clock.now })
	mux.Handle("/dev/maskinporten/", http.StripPrefix("/dev/maskinporten", issuer.Handler()))
	client := newClient(t, address, clock.now)
	// The checker finds the keys through the issuer's metadata, as in production.
	checker, err := orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: address}}, Now: clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	const api = "http://127.0.0.1:8080/nordvik/stottesak"
	want := orgtoken.Want{Audience: api, Scope: write, Owner: owner}
	token := mustToken(t, client, write, api)
	got, err := checker.Check(t.Context(), token, want)
	if err != nil {
		t.Fatal(err)
	}
	if got.Organisation != owner || got.ClientID != "client-a" || got.Issuer != address ||
		!slices.Equal(got.Scopes, []string{write}) || got.ID == "" ||
		!got.Expires.Equal(noon.Add(10*time.Minute)) {
		t.Errorf("got %+v", got)
	}
	clock.move(10*time.Minute + orgtoken.Skew)
	if _, err := checker.Check(t.Context(), token, want); err == nil {
		t.Error("the token outlives itself")
	}
	if again := mustToken(t, client, write, api); again == token {
		t.Error("the client keeps a token that is out of time")
	}
}

func TestClient_KeepsATokenUntilThirtySecondsBeforeItsEnd(t *testing.T) {
	t.Parallel()
	s, clock := newStation(t), newClock()
	c := newClient(t, s.url, clock.now)
	first := mustToken(t, c, "a", "https://b.example")
	clock.move(569 * time.Second)
	if mustToken(t, c, "a", "https://b.example") != first || s.asked() != 1 {
		t.Error("asked again while the token was good")
	}
	clock.move(time.Second)
	if mustToken(t, c, "a", "https://b.example") == first {
		t.Error("handed out in its last 30 seconds")
	}
	if s.discovered.Load() != 1 {
		t.Errorf("the metadata was read %d times", s.discovered.Load())
	}
	clock.move(24 * time.Hour)
	mustToken(t, c, "a", "https://b.example")
	if s.discovered.Load() != 2 {
		t.Errorf("the metadata was read %d times in two days", s.discovered.Load())
	}
}

func TestClient_KeepsOneTokenForEachScopeAndResource(t *testing.T) {
	t.Parallel()
	s, clock := newStation(t), newClock()
	c := newClient(t, s.url, clock.now)
	seen := map[string]bool{}
	for range 2 {
		for _, order := range [][2]string{{"a", "x:y"}, {"b", "x:y"}, {"a", "x:z"}, {"a", ""}} {
			seen[mustToken(t, c, order[0], order[1])] = true
		}
	}
	if len(seen) != 4 || s.asked() != 4 {
		t.Errorf("%d tokens from %d grants, want 4 from 4", len(seen), s.asked())
	}
}

func TestClient_HundredCallersAskOnce(t *testing.T) {
	t.Parallel()
	s, clock := newStation(t), newClock()
	// The answer waits until all have asked, so that nobody comes late to a kept token.
	var waiting atomic.Int64
	answer := s.token
	s.token = func(w http.ResponseWriter, r *http.Request) {
		for deadline := time.Now().Add(5 * time.Second); waiting.Load() < 100; {
			if time.Now().After(deadline) {
				http.Error(w, "nobody waits", http.StatusInternalServerError)
				return
			}
		}
		answer(w, r)
	}
	c := newClient(t, s.url, clock.now)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			waiting.Add(1)
			if _, err := c.Token(t.Context(), "a", ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.asked() != 1 {
		t.Errorf("%d grants", s.asked())
	}
}

func TestClient_OneCallersLeavingDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	s, clock := newStation(t), newClock()
	entered, release := make(chan struct{}), make(chan struct{})
	answer := s.token
	s.token = func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		answer(w, r)
	}
	c := newClient(t, s.url, clock.now)
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := c.Token(ctx, "a", "")
		left <- err
	}()
	<-entered
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller that left: got %v", err)
	}
	close(release)
	mustToken(t, c, "a", "")
	if s.asked() != 1 {
		t.Errorf("%d grants", s.asked())
	}
}

func TestClient_AsksAnewAfterForget(t *testing.T) {
	t.Parallel()
	s, clock := newStation(t), newClock()
	c := newClient(t, s.url, clock.now)
	c.Forget("a", "never asked for")
	first := mustToken(t, c, "a", "")
	c.Forget("a", "")
	if mustToken(t, c, "a", "") == first {
		t.Error("the forgotten token came back")
	}
}

func TestClient_SignsExactlyTheDocumentedClaims(t *testing.T) {
	t.Parallel()
	s, clock := newStation(t), newClock()
	c := newClient(t, s.url, clock.now)
	ids := map[string]bool{}
	for range 3 {
		mustToken(t, c, write, "https://b.example/app")
		c.Forget(write, "https://b.example/app")
	}
	for _, assertion := range s.assertions {
		got, err := orgtoken.Parse(assertion)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := got.Claims.Text("jti")
		ids[id] = true
		delete(got.Claims, "jti")
		want := fmt.Sprintf("map[aud:%s exp:%d iat:%d iss:client-a "+
			"resource:[https://b.example/app] scope:%s]",
			s.url, noon.Unix()+60, noon.Unix(), write)
		if fmt.Sprint(got.Claims) != want {
			t.Errorf("claims: got %v, want %s", got.Claims, want)
		}
		if fmt.Sprint(got.Names) != "map[alg:RS256 kid:client-a-1 typ:JWT]" {
			t.Errorf("header: got %v", got.Names)
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d ids for 3 grants", len(ids))
	}
}

func TestClient_TellsWhatMayPassFromWhatWillNot(t *testing.T) {
	t.Parallel()
	const denied = `{"error":"%s","error_description":"%s"}`
	tests := []struct {
		status     int
		body, code string
		retryable  bool
	}{
		{400, fmt.Sprintf(denied, "invalid_grant", "MP-100: Client not found"), "MP-100", false},
		{400, fmt.Sprintf(denied, "invalid_grant", "x MP-121: Expired key"), "MP-121", false},
		{403, fmt.Sprintf(denied, "forbidden", "MP-250: Consumer has not been granted"), "MP-250", false},
		{400, fmt.Sprintf(denied, "invalid_grant", "MP-012: Grant is used before"), "MP-012", true},
		{401, fmt.Sprintf(denied, "invalid_client", "MP-130: JWT is expired"), "MP-130", true},
		{400, fmt.Sprintf(denied, "invalid_grant", "Issue time is after now"), "invalid_grant", true},
		{400, fmt.Sprintf(denied, "invalid_scope", "no"), "invalid_scope", false},
		{400, `{"error":"x","error_uri":"https://docs.example/#MP-200"}`, "MP-200", false},
		{404, "<h1>not here</h1>", "status_404", false},
		{429, "", "status_429", true},
		{500, fmt.Sprintf(denied, "server_error", "x"), "server_error", true},
		{503, "<h1>upkeep</h1>", "status_503", true},
		{302, "", "redirect", true},
		{200, "<h1>upkeep</h1>", "bad_answer", true},
		{200, `{"access_token":"","token_type":"Bearer"}`, "bad_answer", true},
		{200, `{"access_token":"a b","token_type":"Bearer"}`, "bad_answer", true},
		{200, `{"access_token":"ab","token_type":"mac"}`, "bad_answer", true},
		{200, `{"access_token":"ab","access_token":"cd","token_type":"Bearer"}`, "bad_answer", true},
		{200, `"` + strings.Repeat("x", 300<<10) + `"`, "network", true},
	}
	for _, tt := range tests {
		s, clock := newStation(t), newClock()
		s.answers(tt.status, tt.body)
		_, err := newClient(t, s.url, clock.now).Token(t.Context(), "a", "")
		e, ok := errors.AsType[*orgtoken.TokenError](err)
		if !ok || e.Code != tt.code || e.Retryable != tt.retryable {
			t.Errorf("%d %.60s: got %v (%+v)", tt.status, tt.body, err, e)
			continue
		}
		if secret := s.assertions[0]; strings.Contains(err.Error(), secret[:20]) {
			t.Errorf("the error holds the assertion: %v", err)
		}
	}
	t.Logf("%d answers of an issuer", len(tests))
}

func TestClient_DoesNotKeepWhatCannotLive(t *testing.T) {
	t.Parallel()
	for _, life := range []string{`,"expires_in":1`, `,"expires_in":-5`, `,"expires_in":"600"`, ""} {
		s, clock := newStation(t), newClock()
		s.answers(200, `{"access_token":"ab","token_type":"bearer"`+life+`}`)
		c := newClient(t, s.url, clock.now)
		for range 2 {
			mustToken(t, c, "a", "")
		}
		if s.asked() != 2 {
			t.Errorf("%s: %d grants for 2 calls", life, s.asked())
		}
	}
}

func TestClient_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var caught atomic.Int64
	elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { caught.Add(1) }))
	s, clock := newStation(t), newClock()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s.token = func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere+"/token", status)
		}
		_, err := newClient(t, s.url, clock.now).Token(t.Context(), "a", "")
		if e, ok := errors.AsType[*orgtoken.TokenError](err); !ok || e.Code != "redirect" {
			t.Errorf("%d: got %v", status, err)
		}
	}
	if caught.Load() != 0 {
		t.Errorf("the assertion travelled on %d times", caught.Load())
	}
}

func TestClient_SendsNothingToAnIssuerOfAnotherName(t *testing.T) {
	t.Parallel()
	for name, metadata := range map[string]string{
		"another":    `{"issuer":"https://x.example","token_endpoint":"URLtoken","jwks_uri":"URLjwks"}`,
		"no slash":   `{"issuer":"URL-","token_endpoint":"URLtoken","jwks_uri":"URLjwks"}`,
		"missing":    `{"token_endpoint":"URLtoken","jwks_uri":"URLjwks"}`,
		"other case": `{"Issuer":"URL","token_endpoint":"URLtoken","jwks_uri":"URLjwks"}`,
		"no token":   `{"issuer":"URL","jwks_uri":"URLjwks"}`,
		"a file":     `{"issuer":"URL","token_endpoint":"file:///etc/passwd","jwks_uri":"URLjwks"}`,
	} {
		s, clock := newStation(t), newClock()
		s.metadata = strings.NewReplacer("URL-", strings.TrimSuffix(s.url, "/"), "URL", s.url).
			Replace(metadata)
		_, err := newClient(t, s.url, clock.now).Token(t.Context(), "a", "")
		e, ok := errors.AsType[*orgtoken.TokenError](err)
		if !ok || e.Retryable || s.asked() != 0 {
			t.Errorf("%s: got %v after %d grants", name, err, s.asked())
		}
	}
}

func TestClient_IssuerThatIsAwayMayComeBack(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	address := server.URL + "/"
	c := newClient(t, address, newClock().now)
	_, err := c.Token(t.Context(), "a", "")
	e, ok := errors.AsType[*orgtoken.TokenError](err)
	if !ok || e.Retryable || e.Code != "status_404" {
		t.Errorf("an issuer that is not there: got %v", err)
	}
	server.Close()
	_, err = c.Token(t.Context(), "a", "")
	e, ok = errors.AsType[*orgtoken.TokenError](err)
	if !ok || !e.Retryable || e.Code != "network" {
		t.Errorf("an issuer that is away: got %v", err)
	}
}

func TestNewClient_RefusesWeakKeys(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	for _, name := range []string{"weak", "cA1"} {
		_, err := orgtoken.NewClient(orgtoken.ClientConfig{
			Issuer: "https://x/", ClientID: "a", Key: w.RSA(name), Now: w.Now,
		})
		if (err == nil) != (name == "cA1") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
