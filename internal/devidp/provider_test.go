package devidp_test

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"stafett/internal/core"
	"stafett/internal/devidp"
	"stafett/internal/orgtoken"
)

const (
	kari = "14827941388"
	ola  = "03859138887"
	// callback is where the relying party is; nothing listens there, the test reads the address.
	callback = "http://127.0.0.1:9/auth/callback"
	farewell = "http://127.0.0.1:9/"
)

var keyOf = sync.OnceValues(orgtoken.NewKey)

var otherKeyOf = sync.OnceValues(orgtoken.NewKey)

func mustKey(t *testing.T, make func() (*rsa.PrivateKey, error)) *rsa.PrivateKey {
	t.Helper()
	key, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// party is the relying party, as ordinary libraries make one.
type party struct {
	t        *testing.T
	issuer   string
	id       string
	key      *rsa.PrivateKey
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
	browser  *http.Client
	now      *atomic.Int64
}

func (p *party) clock() time.Time { return time.Unix(p.now.Load(), 0) }

func setup(t *testing.T) *party {
	t.Helper()
	p := &party{t: t, id: "stafett", key: mustKey(t, keyOf), now: &atomic.Int64{}}
	p.now.Store(time.Now().Unix())
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.issuer = server.URL + "/dev/idporten"
	provider, err := devidp.New(devidp.Config{
		Issuer: p.issuer, Key: mustKey(t, otherKeyOf), Now: p.clock, StylesheetURL: "/static/app.css",
		Persons: []devidp.Person{
			{Number: kari, Name: "Kari Solbakken", Note: map[string]string{
				"nb": "Styreleder", "nn": "Styreleiar", "en": "Chair"}},
			{Number: ola, Name: "Ola <Fjeld>", Note: map[string]string{"nb": "Innbygger"}},
		},
		Clients: []devidp.Client{
			{ID: p.id, Key: &p.key.PublicKey, RedirectURIs: []string{callback},
				PostLogoutRedirectURIs: []string{farewell}},
			{ID: "other", Key: &p.key.PublicKey, RedirectURIs: []string{callback}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/dev/idporten/", http.StripPrefix("/dev/idporten", provider.Handler()))
	p.browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	discovered, err := oidc.NewProvider(t.Context(), p.issuer)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := discovered.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	p.config = oauth2.Config{ClientID: p.id, Endpoint: endpoint, RedirectURL: callback,
		Scopes: []string{oidc.ScopeOpenID, "profile"}}
	p.verifier = discovered.Verifier(&oidc.Config{ClientID: p.id, Now: p.clock})
	return p
}

// begin gives the authorization request with the changes laid over it.
func (p *party) begin(verifier string, changes ...string) url.Values {
	p.t.Helper()
	address := p.config.AuthCodeURL("state-1", oidc.Nonce("nonce-1"),
		oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("acr_values", devidp.ACRSubstantial))
	u, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	for n := 0; n < len(changes); n += 2 {
		q.Set(changes[n], changes[n+1])
		if changes[n+1] == "" {
			q.Del(changes[n])
		}
	}
	return q
}

type reply struct {
	status int
	header http.Header
	body   string
	// to is where the browser is sent; nil when nowhere.
	to *url.URL
}

func (p *party) do(r *http.Request) reply {
	p.t.Helper()
	resp, err := p.browser.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	got := reply{status: resp.StatusCode, header: resp.Header, body: string(raw)}
	if location := resp.Header.Get("Location"); location != "" {
		if got.to, err = url.Parse(location); err != nil {
			p.t.Fatal(err)
		}
	}
	return got
}

func (p *party) open(path string, q url.Values) reply {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.issuer+path+"?"+q.Encode(), http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(r)
}

func (p *party) post(path string, form url.Values) reply {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.issuer+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r)
}

// choose goes through the sign-in page as a browser without scripting does, and gives the code.
func (p *party) choose(verifier, person string, changes ...string) string {
	p.t.Helper()
	got := p.pick(verifier, person, changes...)
	if got.status != http.StatusSeeOther || got.to.Query().Get("code") == "" {
		p.t.Fatalf("got %d to %v: %s", got.status, got.to, got.body)
	}
	return got.to.Query().Get("code")
}

func (p *party) pick(verifier, person string, changes ...string) reply {
	p.t.Helper()
	page := p.open("/authorize", p.begin(verifier, changes...))
	if page.status != http.StatusOK {
		p.t.Fatalf("sign-in page: got %d: %s", page.status, page.body)
	}
	form := readForm(p.t, page.body)
	form.Set("pid", person)
	return p.post("/authorize", form)
}

// assertion signs a client assertion with the changes laid over it.
func (p *party) assertion(key *rsa.PrivateKey, changes map[string]any) string {
	p.t.Helper()
	claims := map[string]any{
		"iss": p.id, "sub": p.id, "aud": p.issuer, "jti": uuid.NewString(),
		"iat": p.clock().Unix(), "exp": p.clock().Unix() + 60,
	}
	for name, v := range changes {
		if claims[name] = v; v == nil {
			delete(claims, name)
		}
	}
	token, err := orgtoken.Sign(key, orgtoken.KeyID(&p.key.PublicKey), claims)
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// exchange trades the code in; the error is what the provider's answer says.
func (p *party) exchange(code, verifier, assertion string) (*oauth2.Token, error) {
	return p.config.Exchange(context.Background(), code, oauth2.VerifierOption(verifier),
		oauth2.SetAuthURLParam("client_assertion_type",
			"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", assertion))
}

func errorWord(err error) string {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return e.ErrorCode
	}
	return ""
}

func (p *party) expect(what, want string, err error) {
	p.t.Helper()
	if got := errorWord(err); got != want {
		p.t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func TestSignIn_GivesTheChosenPersonToAnOrdinaryRelyingParty(t *testing.T) {
	t.Parallel()
	p, verifier := setup(t), oauth2.GenerateVerifier()
	got := p.pick(verifier, kari, "ui_locales", "nn")
	q := got.to.Query()
	if got.status != http.StatusSeeOther || q.Get("state") != "state-1" || q.Get("iss") != p.issuer {
		t.Fatalf("got %d to %v", got.status, got.to)
	}
	if strings.Contains(got.to.String(), kari) {
		t.Error("the number is in the address")
	}
	token, err := p.exchange(q.Get("code"), verifier, p.assertion(p.key, nil))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	idToken, err := p.verifier.Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := idToken.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"pid": kari, "nonce": "nonce-1", "acr": devidp.ACRHigh, "locale": "nn", "aud": p.id,
		"auth_time": float64(p.now.Load()), "exp": float64(p.now.Load() + 120),
	} {
		if claims[name] != want {
			t.Errorf("%s: got %v, want %v", name, claims[name], want)
		}
	}
	for _, name := range []string{"sub", "jti", "sid", "amr", "iat"} {
		if claims[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if sub := idToken.Subject; strings.Contains(sub, kari) || len(sub) < 40 {
		t.Errorf("sub: got %q", sub)
	}
	p.checkUserInfo(token.AccessToken, idToken.Subject)
}

func (p *party) checkUserInfo(access, subject string) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.issuer+"/userinfo", http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+access)
	var info map[string]string
	if err := json.Unmarshal([]byte(p.do(r).body), &info); err != nil {
		p.t.Fatal(err)
	}
	if info["sub"] != subject || info["pid"] != kari {
		p.t.Errorf("user info: got %v", info)
	}
	p.now.Add(600)
	if got := p.do(r); got.status != http.StatusUnauthorized {
		p.t.Errorf("user info after ten minutes: got %d", got.status)
	}
	r.Header.Del("Authorization")
	if got := p.do(r); got.header.Get("WWW-Authenticate") != "Bearer" {
		p.t.Errorf("user info without a token: got %q", got.header.Get("WWW-Authenticate"))
	}
}

func TestSignIn_SubjectIsPairwiseAndStays(t *testing.T) {
	t.Parallel()
	p := setup(t)
	subject := func(client, person string) string {
		verifier := oauth2.GenerateVerifier()
		p.id, p.config.ClientID = client, client
		token, err := p.exchange(p.choose(verifier, person), verifier, p.assertion(p.key, nil))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := token.Extra("id_token").(string)
		s, err := orgtoken.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		sub, _ := s.Claims.Text("sub")
		return sub
	}
	first := subject("stafett", kari)
	if subject("stafett", kari) != first {
		t.Error("the same person has another subject the second time")
	}
	if subject("other", kari) == first || subject("stafett", ola) == first {
		t.Error("a subject is shared")
	}
}

func TestSignIn_LevelFollowsTheChoiceWithinWhatWasAsked(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for _, tt := range []struct{ asked, chosen, want string }{
		{"", "", devidp.ACRHigh}, {devidp.ACRSubstantial, devidp.ACRSubstantial, devidp.ACRSubstantial},
		{devidp.ACRLow, devidp.ACRLow, devidp.ACRLow}, {devidp.ACRHigh, "", devidp.ACRHigh},
		{devidp.ACRHigh + " " + devidp.ACRSubstantial, devidp.ACRSubstantial, devidp.ACRSubstantial},
		{devidp.ACRHigh, devidp.ACRSubstantial, ""}, {"", devidp.ACRLow, ""}, {"", "idporten-loa-x", ""},
	} {
		verifier := oauth2.GenerateVerifier()
		page := p.open("/authorize", p.begin(verifier, "acr_values", tt.asked))
		form := readForm(t, page.body)
		form.Set("pid", ola)
		form.Set("acr", tt.chosen)
		got := p.post("/authorize", form)
		if tt.want == "" {
			if got.status != http.StatusBadRequest || got.to != nil {
				t.Errorf("%+v: got %d to %v", tt, got.status, got.to)
			}
			continue
		}
		token, err := p.exchange(got.to.Query().Get("code"), verifier, p.assertion(p.key, nil))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := token.Extra("id_token").(string)
		s, err := orgtoken.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if acr, _ := s.Claims.Text("acr"); acr != tt.want {
			t.Errorf("%+v: got %s", tt, acr)
		}
	}
}

func TestNew_RefusesWhatCannotBeSafe(t *testing.T) {
	t.Parallel()
	key := mustKey(t, keyOf)
	client := devidp.Client{ID: "a", Key: &key.PublicKey}
	config := func(change func(*devidp.Config)) devidp.Config {
		c := devidp.Config{Issuer: "http://127.0.0.1/dev/idporten", Key: key, Now: time.Now,
			Clients: []devidp.Client{client}, Persons: []devidp.Person{{Number: kari, Name: "Kari"}}}
		change(&c)
		return c
	}
	if _, err := devidp.New(config(func(*devidp.Config) {})); err != nil {
		t.Errorf("a right configuration: %v", err)
	}
	for name, change := range map[string]func(*devidp.Config){
		"slash":     func(c *devidp.Config) { c.Issuer += "/" },
		"no key":    func(c *devidp.Config) { c.Key = nil },
		"no clock":  func(c *devidp.Config) { c.Now = nil },
		"same id":   func(c *devidp.Config) { c.Clients = append(c.Clients, client) },
		"no client": func(c *devidp.Config) { c.Clients[0].Key = nil },
		"bad check": func(c *devidp.Config) { c.Persons[0].Number = core.PersonNumber("14827941389") },
		// Given to nobody: the tax authority's own example for 2032, but not of the made-up kind.
		"plain number": func(c *devidp.Config) { c.Persons[0].Number = core.PersonNumber("02013299997") },
	} {
		if _, err := devidp.New(config(change)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
