package login

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/orgtoken"
	"stafett/store"
)

// Config is what the service needs.
type Config struct {
	Store  *store.Store
	Access *access.Service
	// Issuer is the OpenID provider, exactly as its discovery document names it.
	Issuer, ClientID string
	// Ring are the keys that sign the client's assertions (private_key_jwt, RFC 7523).
	Ring *orgtoken.Ring
	// BaseURL is this program's public address, without a slash at the end.
	BaseURL string
	// ACR is the least assurance that is asked for and taken: idporten-loa-substantial or -high.
	ACR string
	// Synthetic takes the tax authority's made-up persons (month + 80); production does not.
	Synthetic bool
	HTTP      *http.Client
	Now       func() time.Time
}

// Service signs people in and out.
type Service struct {
	Config
	cookies *cookies
	// sealer is nil without keys.
	sealer *sealer

	mu sync.Mutex
	// provider is as its discovery document said at providerAt.
	provider   *oidc.Provider
	providerAt time.Time
}

// discoveredAge is how long a discovery document is used before it is read again.
const discoveredAge = 24 * time.Hour

// New gives the service. The provider is looked up at the first sign-in, since the development
// one is served by this same program.
func New(c Config) *Service {
	secure := strings.HasPrefix(c.BaseURL, "https://")
	return &Service{Config: c, cookies: newCookies(c.Store, secure), sealer: newSealer(c.Ring, c.Now)}
}

// pending is a sign-in on its way through the provider.
type pending struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Return   string `json:"return"`
	Level    int    `json:"level"`
}

// maxPending is how many sign-ins one browser may have begun at once.
const maxPending = 5

// Begin gives the provider's address to send the browser to, and remembers state, nonce and
// PKCE verifier in the session. level is the authentication level that is needed; 0 is the
// configured one. returnTo is followed only when it is a local path.
func (s *Service) Begin(
	w http.ResponseWriter, r *http.Request, returnTo, language string, level int,
) (string, error) {
	config, _, err := s.client(r.Context())
	if err != nil {
		return "", err
	}
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	p := pending{
		State: newToken(), Nonce: newToken(), Verifier: oauth2.GenerateVerifier(),
		Return: LocalPath(returnTo), Level: max(level, levels[s.ACR]),
	}
	st := stateOf(session)
	st.Pending = append(st.Pending, p)
	st.Pending = st.Pending[max(0, len(st.Pending)-maxPending):]
	if err := s.cookies.Save(r, w, session); err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	return config.AuthCodeURL(p.State, oidc.Nonce(p.Nonce), oauth2.S256ChallengeOption(p.Verifier),
		oauth2.SetAuthURLParam("acr_values", acrFor(p.Level)),
		oauth2.SetAuthURLParam("ui_locales", language)), nil
}

// Finish takes the provider's answer: it checks state, issuer, code, id token, assurance and
// person, rotates the session and gives the path to go on to. A refusal is a fault with a text
// of our own: nothing that the provider or an attacker wrote is shown.
func (s *Service) Finish(w http.ResponseWriter, r *http.Request) (string, error) {
	session, err := s.cookies.Get(r, s.cookies.name)
	if err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	st := stateOf(session)
	q := r.URL.Query()
	p, ok := take(st, q.Get("state"))
	if !ok {
		return "", fault.New(fault.Malformed, "fault.login_state")
	}
	c, raw, err := s.answer(r.Context(), p, q)
	if err != nil {
		// The state is spent all the same.
		return "", errors.Join(err, s.cookies.write(r, session))
	}
	token := newToken()
	person, err := s.person(r.Context(), c, token)
	if err != nil {
		return "", err
	}
	party := person.ID
	if st.User == person.ID {
		// A more secure sign-in in between: the person acts for the same party as before.
		party = st.Party
	}
	*st = state{
		User: person.ID, Party: party, Name: person.Name, Level: levels[c.ACR],
		SID: c.SID, IDToken: raw,
	}
	delete(session.Values, createdKey)
	if err := s.cookies.rotate(w, r, session, token); err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	return p.Return, nil
}

// answer judges what the provider sent the browser back with.
func (s *Service) answer(ctx context.Context, p pending, q url.Values) (claims, string, error) {
	told, err := s.tellsIssuer(ctx)
	if err != nil {
		return claims{}, "", err
	}
	if iss := q.Get("iss"); iss != s.Issuer && (iss != "" || told) {
		return claims{}, "", fault.New(fault.Malformed, "fault.login_failed")
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return claims{}, "", fault.New(fault.Malformed, "fault.login_cancelled")
	}
	return s.exchange(ctx, p, q.Get("code"))
}

// tellsIssuer tells whether the provider names itself in every answer (RFC 9207): one that does
// not is then of somebody else's.
func (s *Service) tellsIssuer(ctx context.Context) (bool, error) {
	var discovered struct {
		Tells bool `json:"authorization_response_iss_parameter_supported"`
	}
	err := s.discovered(ctx, &discovered)
	return discovered.Tells, err
}

// discovered reads further members of the provider's discovery document.
func (s *Service) discovered(ctx context.Context, into any) error {
	if _, _, err := s.client(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.provider.Claims(into); err != nil {
		return fault.Wrap(fault.Unavailable, "fault.login_provider", err)
	}
	return nil
}

// take removes the pending sign-in with the state: each is good for one answer.
func take(st *state, given string) (pending, bool) {
	for i, p := range st.Pending {
		if subtle.ConstantTimeCompare([]byte(p.State), []byte(given)) == 1 {
			st.Pending = slices.Delete(st.Pending, i, i+1)
			return p, true
		}
	}
	return pending{}, false
}

// claims are what this program reads of an ID-porten id token.
type claims struct {
	PID, ACR, SID, Nonce string
	// Test tells that the person signed in with the provider's test identity.
	Test bool
}

// readClaims reads the claims by their exact names: encoding/json would take PID for pid, and
// the last of two (SECURITY.md 1.6). It demands what go-oidc does not: that the token says when
// it was issued, that its times hold with no more than the skew that is allowed anywhere here,
// and that it was issued to us where it says to whom.
func (s *Service) readClaims(raw string) (claims, error) {
	token, err := orgtoken.Parse(raw)
	if err != nil {
		return claims{}, err
	}
	if !token.Claims.Has("iat") {
		return claims{}, errors.New("iat is missing")
	}
	if err := orgtoken.CheckTimes(token.Claims, s.Now()); err != nil {
		return claims{}, err
	}
	if azp, ok := token.Claims.Text("azp"); token.Claims.Has("azp") && (!ok || azp != s.ClientID) {
		return claims{}, errors.New("azp names another client")
	}
	if list, ok := token.Claims["aud"].([]any); ok && len(list) > 1 && !token.Claims.Has("azp") {
		return claims{}, errors.New("several audiences and no azp")
	}
	c := claims{Test: isTest(token.Claims["amr"])}
	for name, into := range map[string]*string{
		"pid": &c.PID, "acr": &c.ACR, "sid": &c.SID, "nonce": &c.Nonce,
	} {
		if token.Claims.Has(name) {
			text, ok := token.Claims.Text(name)
			if !ok {
				return claims{}, errors.New(name + " is no text")
			}
			*into = text
		}
	}
	return c, nil
}

// isTest tells whether amr, a text or a list of them, names ID-porten's test identity.
func isTest(amr any) bool {
	if list, ok := amr.([]any); ok {
		return slices.ContainsFunc(list, isTest)
	}
	name, _ := amr.(string)
	return strings.EqualFold(name, "TestID")
}

func (s *Service) exchange(ctx context.Context, p pending, code string) (claims, string, error) {
	refused := func(cause error) error { return fault.Wrap(fault.Malformed, "fault.login_failed", cause) }
	config, verifier, err := s.client(ctx)
	if err != nil {
		return claims{}, "", err
	}
	assertion, err := s.assertion()
	if err != nil {
		return claims{}, "", err
	}
	token, err := config.Exchange(s.outside(ctx), code, oauth2.VerifierOption(p.Verifier),
		oauth2.SetAuthURLParam("client_assertion_type",
			"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", assertion))
	if err != nil {
		return claims{}, "", refused(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claims{}, "", refused(errors.New("no id_token"))
	}
	if _, err := verifier.Verify(s.outside(ctx), raw); err != nil {
		return claims{}, "", refused(err)
	}
	c, err := s.readClaims(raw)
	if err != nil {
		return claims{}, "", refused(err)
	}
	return c, raw, s.check(c, p)
}

// check holds the id token against what was asked for (OpenID Connect Core 3.1.3.7): go-oidc
// has checked signature, issuer, audience and times.
func (s *Service) check(c claims, p pending) error {
	if subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(p.Nonce)) != 1 {
		return fault.New(fault.Malformed, "fault.login_failed")
	}
	if level, known := levels[c.ACR]; !known || level < p.Level {
		return fault.New(fault.Forbidden, "fault.login_level")
	}
	switch {
	case c.PID == "":
		// A foreign eID: genuine, but nobody whom a party can be made of.
		return fault.New(fault.Forbidden, "fault.login_failed")
	case !core.ValidPersonNumber(c.PID):
		return fault.New(fault.Malformed, "fault.login_failed")
	case !s.Synthetic && (c.Test || isSynthetic(c.PID)):
		return fault.New(fault.Forbidden, "fault.login_failed")
	}
	return nil
}

// isSynthetic tells whether the number is of a made-up person: the month is raised by 40 or 80.
func isSynthetic(pid string) bool { return pid[2] >= '4' }

// person finds the party of the person, makes it at the first sign-in, and writes the audit
// line, with the mark of the session that begins.
func (s *Service) person(ctx context.Context, c claims, token string) (core.Party, error) {
	var person core.Party
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		number := core.PersonNumber(c.PID)
		person, err = tx.PartyByPersonNumber(ctx, number)
		if errors.Is(err, store.ErrNoRow) {
			person = core.Party{Kind: core.PartyPerson, PersonNumber: number, Name: number.String()}
			person.ID, err = tx.NewParty(ctx, person)
		}
		if err != nil {
			return err
		}
		a := core.Actor{Kind: core.ActorPerson, User: person.ID, Party: person.ID, Name: person.Name}
		a.Session = Mark(token)
		tx.Audit(access.NewEvent(a, core.ActLogin, person.ID))
		return nil
	})
	return person, err
}

// assertion proves to the provider that this is the client (private_key_jwt).
func (s *Service) assertion() (string, error) {
	now := s.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": s.ClientID, "sub": s.ClientID, "aud": s.Issuer, "jti": uuid.NewString(),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	})
	key := s.Ring.Signing(now)
	token.Header["kid"] = key.ID
	return token.SignedString(key.Key)
}

// client gives the OAuth client and the id token's verifier. The discovery document is read once a
// day; when it cannot be read again, what it said before is used on.
func (s *Service) client(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.Now(); s.provider == nil || now.Sub(s.providerAt) > discoveredAge {
		// The key set lives on past this request, so it must not end with it.
		provider, err := oidc.NewProvider(s.outside(context.WithoutCancel(ctx)), s.Issuer)
		if err != nil && s.provider == nil {
			return nil, nil, fault.Wrap(fault.Unavailable, "fault.login_provider", err)
		}
		if err == nil {
			s.provider, s.providerAt = provider, now
		}
	}
	endpoint := s.provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	config := &oauth2.Config{
		ClientID: s.ClientID, Endpoint: endpoint, RedirectURL: s.BaseURL + "/auth/callback",
		Scopes: []string{oidc.ScopeOpenID, "profile"},
	}
	return config, s.provider.Verifier(&oidc.Config{
		// readClaims checks the times: go-oidc knows no skew for exp and five minutes for nbf.
		ClientID: s.ClientID, Now: s.Now, SkipExpiryCheck: true,
	}), nil
}

func (s *Service) outside(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, s.HTTP)
}

// levels are the authentication levels of ID-porten's assurance names (urn:altinn:authlevel).
var levels = map[string]int{
	"idporten-loa-low": 0, "idporten-loa-substantial": 3, "idporten-loa-high": 4,
}

func acrFor(level int) string {
	if level >= 4 {
		return "idporten-loa-high"
	}
	return "idporten-loa-substantial"
}

var localPath = regexp.MustCompile(`^/[A-Za-z0-9_~.\-/?=&%:,+\[\]]*$`)

// LocalPath gives the path when it leads to a page of this program, else "/". What a browser
// could read as another host, a scheme or a step upwards is not followed (SECURITY.md P29).
func LocalPath(path string) string {
	parsed, err := url.Parse(path)
	if err != nil || len(path) > 2000 || !localPath.MatchString(path) ||
		parsed.Host != "" || parsed.Scheme != "" {
		return "/"
	}
	for _, part := range strings.Split(parsed.Path, "/")[1:] {
		if part == ".." || part == "." || strings.ContainsAny(part, "\\\t\r\n") {
			return "/"
		}
	}
	if strings.HasPrefix(parsed.Path, "//") || slices.ContainsFunc(
		[]string{"/login", "/logout", "/auth/"},
		func(p string) bool { return strings.HasPrefix(parsed.Path, p) }) {
		return "/"
	}
	return path
}
