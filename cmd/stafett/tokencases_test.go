package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/orgtoken"
	"stafett/internal/register"
	"stafett/internal/tokentest"
	"stafett/store"
	"stafett/store/storetest"
)

const (
	// tokenCasesVariable names a file of token cases; without it the file beside the checkout is
	// taken, where there is one.
	tokenCasesVariable = "STAFETT_TOKEN_CASES"
	besideCheckout     = "../../../shared/token-cases.json"
	// casesB is B's path in the cases, and casesOwner its parent.
	casesB, casesOwner = "/ttd/app-b", "/ttd"
)

// TestTokenCases runs the token cases of a file from outside against the development issuer, B's
// API and the sign-in's callback, as the whole program serves them.
func TestTokenCases(t *testing.T) {
	t.Parallel()
	path, named := os.LookupEnv(tokenCasesVariable)
	if path == "" {
		path, named = besideCheckout, false
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		t.Skipf("no %s, and %s is not set: the token cases from outside are not run", path,
			tokenCasesVariable)
	}
	if err != nil {
		t.Fatal(err)
	}
	// The cases' name of B is ours here, in every claim.
	ours := strings.NewReplacer(casesB, "/"+appB, casesOwner+`"`, "/nordvik\"")
	w := tokentest.From(t, time.Now().Truncate(time.Second), []byte(ours.Replace(string(content))))
	runTokenCases(t, w, os.Stdout)
}

// TestOurTokenCases does so with the cases that stand in this repository, always.
func TestOurTokenCases(t *testing.T) {
	t.Parallel()
	runTokenCases(t, tokentest.New(t, time.Now().Truncate(time.Second)), t.Output())
}

// runTokenCases writes a line for each case that fails, and the two numbers at the end.
func runTokenCases(t *testing.T, w *tokentest.World, out io.Writer) {
	t.Helper()
	failed := 0
	if n := len(w.All()); n == 0 {
		t.Error("no token cases")
	} else {
		g := newGauntlet(t, w)
		for _, c := range w.All() {
			if faults := g.run(t, c); len(faults) > 0 {
				failed++
				fmt.Fprintf(out, "%s %s (%s): %s\n", c.ID, c.Name, c.Target,
					strings.Join(faults, "; "))
			}
		}
	}
	fmt.Fprintf(out, "cases: %d, failed: %d\n", len(w.All()), failed)
}

// gauntlet is the program as the cases know it: their issuer, their provider, their clock.
type gauntlet struct {
	world    *tokentest.World
	issuer   string
	provider *tokentest.Provider
	keys     *tokentest.KeyServer
	outside  *strangers
	// servers hold the address of the program in each mode.
	servers map[string]string
	db      *pgx.Conn
	client  *http.Client
}

// newGauntlet starts the program in both modes on one database, in which B's owner has the
// number that it has in the cases.
func newGauntlet(t *testing.T, w *tokentest.World) *gauntlet {
	t.Helper()
	w.Set("B_API", strings.Replace(w.Get("B_API"), casesB, "/"+appB, 1))
	g := &gauntlet{
		world: w, provider: w.Provide(), keys: w.ServeKeys("mp1", "mp2"),
		outside: &strangers{known: map[string]bool{}}, servers: map[string]string{},
		client: noRedirects(time.Minute),
	}
	for _, address := range []string{g.provider.Issuer, g.keys.URL} {
		g.outside.known[hostOf(t, address)] = true
	}
	issuer, err := orgtoken.NewIssuer(w.IssuerConfig())
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(issuer.Handler())
	t.Cleanup(served.Close)
	g.issuer = served.URL
	database := storetest.Database(t)
	for _, mode := range []string{Development, Production} {
		g.servers[mode] = g.start(t, database, mode)
	}
	if g.db, err = pgx.Connect(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.db.Close(context.Background()) }) // the database goes with the test
	_, err = g.db.Exec(t.Context(),
		`UPDATE party SET organisation_number = $1 WHERE org = 'nordvik'`, g.owner())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// owner is the number of B's owner: the organisation that the good access token stands for.
func (g *gauntlet) owner() string {
	return g.world.Clients()["client-a"].Org
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// strangers lets calls through to known hosts and notes any other.
type strangers struct {
	known map[string]bool
	mu    sync.Mutex
	met   []string
}

func (s *strangers) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.known[r.URL.Host] {
		s.mu.Lock()
		s.met = append(s.met, r.URL.Host)
		s.mu.Unlock()
		return nil, errors.New("a host that nobody named")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// start serves the program with the cases' providers, and gives its address. Its name in tokens
// and its callback is the one that the cases use.
func (g *gauntlet) start(t *testing.T, database, mode string) string {
	t.Helper()
	s, err := store.Open(t.Context(), database, store.Options{AllowUnsafe: true, Role: store.ServingRole})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c, err := newConfig(func(name string) string {
		return map[string]string{
			"mode": mode, "log": "error", "data-dir": t.TempDir(), "apps": "../../apps",
			"oidc-acr": "idporten-loa-substantial",
			"base-url": strings.TrimSuffix(g.world.Get("B_API"), "/"+appB),
		}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	c.now, c.providers = g.world.Now, g.provide
	p, err := newProgram(t.Context(), c, readApps(c), s, "127.0.0.1:1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = newServer(p.handler, 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func (g *gauntlet) provide(Config, *register.Register) (*providers, error) {
	client := &http.Client{Transport: g.outside, Timeout: outsideTime}
	checker, err := orgtoken.NewChecker(orgtoken.CheckerConfig{
		Issuers: []orgtoken.TrustedIssuer{{Issuer: g.world.Get("MP"), JWKSURL: g.keys.URL}},
		HTTP:    client, Now: g.world.Now,
	})
	if err != nil {
		return nil, err
	}
	ring, err := orgtoken.NewRing(orgtoken.RingKey{Key: g.world.RSA("cA1")})
	return &providers{
		oidcIssuer: g.provider.Issuer, oidcClientID: g.world.Get("RP"),
		oidcKeys: ring, checker: checker,
		tokens: func(string) *orgtoken.Client { return nil },
	}, err
}

// run tells what is wrong with what came of a case.
func (g *gauntlet) run(t *testing.T, c tokentest.Case) (faults []string) {
	t.Helper()
	t.Run(c.ID, func(t *testing.T) {
		one := *g
		one.world = g.world.For(t)
		switch c.Target {
		case tokentest.Grant:
			faults = one.grant(t, c)
		case tokentest.Access:
			faults = one.access(t, c)
		case tokentest.IDToken:
			faults = one.signIn(t, c)
		default:
			faults = []string{"nobody reads tokens of this target"}
		}
		for _, f := range faults {
			t.Error(f)
		}
		if t.Failed() && len(faults) == 0 {
			faults = []string{"could not be run"}
		}
	})
	return faults
}

// repeated sends a token as many times as the case asks for and gives the last answer.
func (g *gauntlet) repeated(
	c tokentest.Case, send func(token string) (tokentest.Answer, error),
) (tokentest.Answer, []string, error) {
	token := g.world.Token(c)
	var faults []string
	for n := 1; n < c.Send.Repeat; n++ {
		got, err := send(token)
		if err != nil {
			return got, nil, err
		}
		if c.Send.ExpectFirst == "accept" && got.Status >= 300 {
			faults = append(faults, fmt.Sprintf("time %d: got %d, want it taken", n, got.Status))
		}
		if c.Send.Resign {
			token = g.world.Token(c)
		}
	}
	got, err := send(token)
	return got, append(faults, c.Faults(got)...), err
}

func (g *gauntlet) grant(t *testing.T, c tokentest.Case) []string {
	t.Helper()
	asked := ""
	got, faults, err := g.repeated(c, func(assertion string) (tokentest.Answer, error) {
		if s, err := orgtoken.Parse(assertion); err == nil {
			asked, _ = s.Claims.Text("scope")
		}
		return tokentest.PostGrant(g.client, g.issuer, assertion, c.Send)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != http.StatusOK {
		return faults
	}
	issued, err := orgtoken.Parse(got.Text("access_token"))
	if err != nil {
		return append(faults, "what was issued is no token")
	}
	if scope, _ := issued.Claims.Text("scope"); scope != asked {
		faults = append(faults, fmt.Sprintf("scope %q was issued for %q", scope, asked))
	}
	return faults
}

// access brings the token to B. The call is one that B answers with 200 each time but the first:
// an instance that has been made under the same key.
func (g *gauntlet) access(t *testing.T, c tokentest.Case) []string {
	t.Helper()
	const count = `SELECT count(*) FROM instance`
	var before, after int
	fetched := g.keys.Asked()
	send := func(token string) (tokentest.Answer, error) {
		body := strings.Replace(ownB, nordvik, g.owner(), 1)
		r, err := http.NewRequest(http.MethodPost, g.servers[Development]+makeB,
			strings.NewReader(body))
		if err != nil {
			return tokentest.Answer{}, err
		}
		r.Header.Set("Content-Type", jsonKind)
		r.Header.Set("Idempotency-Key", "token-cases")
		c.Send.Carry(r, token)
		if c.Send.Method != "" {
			r.Method = c.Send.Method
		}
		return tokentest.Do(g.client, r)
	}
	if _, err := send(g.world.Token(tokentest.Case{Target: tokentest.Access})); err != nil {
		t.Fatal(err)
	}
	if err := g.db.QueryRow(t.Context(), count).Scan(&before); err != nil {
		t.Fatal(err)
	}
	got, faults, err := g.repeated(c, send)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.db.QueryRow(t.Context(), count).Scan(&after); err != nil {
		t.Fatal(err)
	}
	if before != 1 || after != 1 {
		faults = append(faults, fmt.Sprintf("%d instances before, %d after", before, after))
	}
	if n := g.keys.Asked() - fetched; n > 2 {
		faults = append(faults, fmt.Sprintf("the key set was fetched %d times", n))
	}
	return append(faults, g.challenged(c, got)...)
}

// challenged judges the answer's challenge and whom the program called for it.
func (g *gauntlet) challenged(c tokentest.Case, got tokentest.Answer) (faults []string) {
	challenge := got.Header.Get("WWW-Authenticate")
	if got.Status == http.StatusUnauthorized && !strings.HasPrefix(challenge, "Bearer") {
		faults = append(faults, fmt.Sprintf("401 with WWW-Authenticate %q", challenge))
	}
	if c.Send.Auth == "absent" && challenge != "Bearer" {
		faults = append(faults, fmt.Sprintf("WWW-Authenticate %q, want Bearer alone", challenge))
	}
	return append(faults, g.called()...)
}

// called tells which hosts the program called that nobody named.
func (g *gauntlet) called() (faults []string) {
	g.outside.mu.Lock()
	defer g.outside.mu.Unlock()
	if len(g.outside.met) > 0 {
		faults = []string{fmt.Sprintf("called %q", g.outside.met)}
		g.outside.met = nil
	}
	return faults
}
