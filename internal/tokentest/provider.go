package tokentest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
)

// Provider is an OpenID provider that hands out whatever id token it was given, for the tests of
// sign-in: the cases with target idtoken.
type Provider struct {
	// Issuer is the provider's address, and the World's variable IDP from then on.
	Issuer string

	mu      sync.Mutex
	idToken string
	forms   []url.Values
	// challenges are the PKCE challenges under which codes were given out.
	challenges map[string]string
}

// Provide starts a provider whose key set holds the cases' idp1, until the test ends.
func (w *World) Provide() *Provider {
	w.t.Helper()
	p := &Provider{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	set := w.KeySet("idp1")
	mux.HandleFunc("GET /jwks", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write(set)
	})
	mux.HandleFunc("POST /token", p.token)
	server := httptest.NewServer(mux)
	w.t.Cleanup(server.Close)
	p.Issuer = server.URL
	w.Set("IDP", p.Issuer)
	return p
}

// Give sets the id token that the next codes are traded for.
func (p *Provider) Give(idToken string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idToken = idToken
}

// Code gives a code for a sign-in that began with the PKCE challenge: only its verifier trades it
// for the id token. Once it has been called, no other code is taken.
func (p *Provider) Code(challenge string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.challenges == nil {
		p.challenges = map[string]string{}
	}
	code := fmt.Sprintf("code-of-sign-in-%d", len(p.challenges)+1)
	p.challenges[code] = challenge
	return code
}

// fits tells whether the code may be traded with the verifier (RFC 7636 section 4.6).
func (p *Provider) fits(code, verifier string) bool {
	if p.challenges == nil {
		return true
	}
	sum := sha256.Sum256([]byte(verifier))
	challenge, given := p.challenges[code]
	return given && challenge == encoding.EncodeToString(sum[:])
}

// Forms gives what was posted to the token endpoint so far.
func (p *Provider) Forms() []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]url.Values(nil), p.forms...)
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	write(w, map[string]any{
		"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/authorize",
		"token_endpoint": p.Issuer + "/token", "jwks_uri": p.Issuer + "/jwks",
		"end_session_endpoint":                  p.Issuer + "/endsession",
		"id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forms = append(p.forms, r.PostForm)
	if !p.fits(r.PostForm.Get("code"), r.PostForm.Get("code_verifier")) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	write(w, map[string]any{
		"access_token": "opaque", "token_type": "Bearer", "expires_in": 120, "id_token": p.idToken,
	})
}

func write(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // a test's own client: it tells when nothing came
}
