package login_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stafett/internal/fault"
	"stafett/internal/login"
	"stafett/internal/orgtoken"
)

// realNumber is of nobody: the authority's own example of numbers that are given out from 2032.
const realNumber = "02013299997"

// idporten answers as ID-porten does: its pages are at another host than its name, it names itself
// in every answer, takes one way of proof only, and its id tokens live for two minutes.
type idporten struct {
	t               *testing.T
	issuer, pages   string
	mu              sync.Mutex
	registered      []orgtoken.RingKey
	challenge, once string
	forms           []url.Values
	kids            []string
}

func newIDPorten(t *testing.T) *idporten {
	t.Helper()
	p := &idporten{t: t}
	name := httptest.NewServer(http.HandlerFunc(p.discovery))
	t.Cleanup(name.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /jwk", func(w http.ResponseWriter, _ *http.Request) {
		set, _ := orgtoken.KeySet(&key().PublicKey)
		_, _ = w.Write(set)
	})
	mux.HandleFunc("POST /token", p.token)
	pages := httptest.NewServer(mux)
	t.Cleanup(pages.Close)
	p.issuer, p.pages = name.URL, pages.URL
	return p
}

func (p *idporten) discovery(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(map[string]any{
		"issuer": p.issuer, "authorization_endpoint": p.pages + "/authorize",
		"pushed_authorization_request_endpoint": p.pages + "/par", "token_endpoint": p.pages + "/token",
		"jwks_uri": p.pages + "/jwk", "end_session_endpoint": p.pages + "/logout",
		"response_types_supported":              []string{"code"},
		"code_challenge_methods_supported":      []string{"S256"},
		"acr_values_supported":                  []string{"idporten-loa-low", "idporten-loa-substantial", "idporten-loa-high"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
		"frontchannel_logout_supported":         true, "frontchannel_logout_session_supported": true,
		"authorization_response_iss_parameter_supported": true,
	})
}

// token checks the request as strictly as it can be, and gives an id token.
func (p *idporten) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forms = append(p.forms, r.PostForm)
	why := p.fault(r)
	if why != "" {
		p.t.Errorf("the token request: %s", why)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	now := time.Now()
	token, err := orgtoken.Sign(key(), orgtoken.KeyID(&key().PublicKey), map[string]any{
		"iss": p.issuer, "aud": "stafett", "sub": "pairwise", "pid": realNumber, "nonce": p.once,
		"acr": "idporten-loa-high", "amr": []string{"BankID"}, "auth_time": now.Unix(), "iat": now.Unix(),
		"exp": now.Add(2 * time.Minute).Unix(), "jti": "j" + p.once, "sid": "sid-1", "locale": "nb",
	})
	if err != nil {
		p.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": "opaque", "token_type": "Bearer", "expires_in": 600, "id_token": token,
		"scope": "openid profile",
	})
}

func (p *idporten) fault(r *http.Request) string {
	f := r.PostForm
	fields := slices.Sorted(maps.Keys(f))
	if want := []string{"client_assertion", "client_assertion_type", "client_id", "code", "code_verifier",
		"grant_type", "redirect_uri"}; !slices.Equal(fields, want) {
		return strings.Join(fields, " ")
	}
	sum := sha256.Sum256([]byte(f.Get("code_verifier")))
	s, err := orgtoken.Parse(f.Get("client_assertion"))
	if err != nil {
		return err.Error()
	}
	h, err := s.Header("jwt")
	if err != nil {
		return err.Error()
	}
	i := slices.IndexFunc(p.registered, func(k orgtoken.RingKey) bool {
		return orgtoken.KeyID(&k.Key.PublicKey) == h.KeyID
	})
	if p.kids = append(p.kids, h.KeyID); i < 0 || s.Verify(h, &p.registered[i].Key.PublicKey) != nil {
		return "no registered key signed"
	}
	claims := slices.Sorted(maps.Keys(map[string]any(s.Claims)))
	aud, _ := s.Claims.Text("aud")
	iss, _ := s.Claims.Text("iss")
	sub, _ := s.Claims.Text("sub")
	iat, _ := s.Claims.Seconds("iat")
	exp, _ := s.Claims.Seconds("exp")
	switch {
	case r.Header.Get("Authorization") != "":
		return "two ways of proof"
	case base64.RawURLEncoding.EncodeToString(sum[:]) != p.challenge:
		return "PKCE"
	case !slices.Equal(claims, []string{"aud", "exp", "iat", "iss", "jti", "sub"}):
		return strings.Join(claims, " ")
	case aud != p.issuer || iss != "stafett" || sub != "stafett" || exp-iat > 120:
		return "claims"
	}
	return ""
}

// signIn goes to the provider and comes back; without are parameters that the answer lacks.
func (p *idporten) signIn(b *browser, without ...string) error {
	p.t.Helper()
	at, err := url.Parse(b.begin("/", 4))
	if err != nil {
		p.t.Fatal(err)
	}
	q := at.Query()
	if !strings.HasPrefix(at.String(), p.pages+"/authorize?") || q.Get("response_type") != "code" ||
		q.Get("code_challenge_method") != "S256" || q.Get("acr_values") != "idporten-loa-high" ||
		q.Get("scope") != "openid profile" || q.Get("client_id") != "stafett" {
		p.t.Errorf("the way to the provider: %s", at)
	}
	p.challenge, p.once = q.Get("code_challenge"), q.Get("nonce")
	back := url.Values{"code": {"c"}, "state": {q.Get("state")}, "iss": {p.issuer}}
	for _, name := range without {
		back.Del(name)
	}
	_, err = b.finish(baseURL + "/auth/callback?" + back.Encode())
	return err
}

// TestIDPorten signs in and out at a provider that answers as ID-porten does, in production's way,
// and changes the client's key meanwhile.
func TestIDPorten(t *testing.T) {
	t.Parallel()
	p, now := newIDPorten(t), time.Now()
	next, err := orgtoken.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	first := orgtoken.RingKey{Key: key()}
	p.registered = []orgtoken.RingKey{first, {Key: next}}
	keys := ring(t, key())
	d := newDoor(t, func(c *login.Config) {
		c.Issuer, c.Ring, c.Synthetic, c.HTTP = p.issuer, keys, false, http.DefaultClient
	})
	b := d.browser(t)
	is(t, "an answer of nobody", p.signIn(b, "iss"), fault.Malformed, "fault.login_failed")
	if err := p.signIn(b); err != nil {
		t.Fatal(err)
	}
	if a := b.actor(); a.Level != 4 || a.User == 0 {
		t.Errorf("signed in as %+v", a)
	}
	if err := keys.Set(first, orgtoken.RingKey{Key: next, SignsFrom: now}); err != nil {
		t.Fatal(err)
	}
	other := d.browser(t)
	if err := p.signIn(other); err != nil {
		t.Fatal(err)
	}
	want := []string{orgtoken.KeyID(&key().PublicKey), orgtoken.KeyID(&next.PublicKey)}
	if !slices.Equal(p.kids, want) {
		t.Errorf("signed by %q, want %q", p.kids, want)
	}
	if at := d.login.LogoutFrame(t.Context()); at != p.pages {
		t.Errorf("the frame is at %s, want %s", at, p.pages)
	}
	// It comes in a frame, without our cookie, and says whose session has ended.
	if err := d.login.FrontChannelLogout(t.Context(), p.issuer+"/", "sid-1"); err == nil {
		t.Error("another issuer ends sessions")
	}
	if err := d.login.FrontChannelLogout(t.Context(), p.issuer, "sid-1"); err != nil {
		t.Fatal(err)
	}
	if !b.actor().Anonymous() || !other.actor().Anonymous() {
		t.Error("somebody is still signed in")
	}
	t.Logf("%d requests for a token held to the letter", len(p.forms))
}
