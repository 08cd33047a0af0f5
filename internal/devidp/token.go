package devidp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/orgtoken"
)

const (
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// maxAssertionLife is the longest that a client's assertion may live.
	maxAssertionLife = 120 * time.Second
)

// token trades a code for tokens.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	form, err := orgtoken.ReadForm(w, r)
	if err != nil {
		deny(w, http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	if form.Get("grant_type") != "authorization_code" {
		deny(w, http.StatusBadRequest, "unsupported_grant_type", "use authorization_code")
		return
	}
	now := p.Now()
	client, why := p.authenticate(form, now)
	if why != "" {
		deny(w, http.StatusUnauthorized, "invalid_client", why)
		return
	}
	// Taken before it is compared: whoever tries a code with a wrong verifier has used it up.
	l, ok := p.codes.take(form.Get("code"), now)
	if !ok || l.client != client.ID || l.redirectURI != form.Get("redirect_uri") ||
		!proves(form.Get("code_verifier"), l.challenge) {
		deny(w, http.StatusBadRequest, "invalid_grant",
			"code, redirect_uri or code_verifier do not fit")
		return
	}
	p.issue(w, l, now)
}

var verifierForm = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// proves tells whether the verifier is the one that the challenge was made from (RFC 7636).
func proves(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return verifierForm.MatchString(verifier) &&
		subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

func (p *Provider) issue(w http.ResponseWriter, l login, now time.Time) {
	idToken, err := orgtoken.Sign(p.Key, p.keyID, p.claims(l, now))
	if err != nil {
		deny(w, http.StatusInternalServerError, "server_error", "the id token could not be signed")
		return
	}
	access, ok := p.access.put(l, now.Add(accessLife), now)
	if !ok {
		deny(w, http.StatusServiceUnavailable, "temporarily_unavailable", "too many sign-ins")
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "id_token": idToken,
		"expires_in": int64(accessLife.Seconds()), "scope": "openid profile",
	})
}

// claims are those of ID-porten's id tokens (SECURITY.md 1.3). amr is that of its own test
// sign-in, which relying parties must refuse in production.
func (p *Provider) claims(l login, now time.Time) map[string]any {
	return map[string]any{
		"iss": p.Issuer, "aud": l.client, "sub": p.subject(l.client, l.person.Number),
		"pid": l.person.Number.Reveal(), "acr": l.acr, "amr": []string{"TestID"},
		"auth_time": l.at.Unix(), "iat": now.Unix(), "exp": now.Add(idTokenLife).Unix(),
		"jti": uuid.NewString(), "nonce": l.nonce, "sid": l.session, "locale": l.locale,
	}
}

// authenticate checks the client's assertion (RFC 7523 section 3). why is empty when it is right.
func (p *Provider) authenticate(form url.Values, now time.Time) (c Client, why string) {
	c, known := p.clients[form.Get("client_id")]
	switch {
	case !known:
		return c, "unknown client_id"
	case form.Get("client_assertion_type") != assertionType:
		return c, "private_key_jwt is the only way in"
	case form.Has("client_secret"):
		return c, "one way of authentication at a time"
	}
	s, err := orgtoken.Parse(form.Get("client_assertion"))
	if err != nil {
		return c, "client_assertion: " + err.Error()
	}
	h, err := s.Header("jwt", "client-authentication+jwt")
	if err != nil {
		return c, "client_assertion: " + err.Error()
	}
	key := c.key(h.KeyID, now)
	if key == nil {
		return c, "client_assertion: kid is not the client's"
	}
	if err := s.Verify(h, key); err != nil {
		return c, "client_assertion: " + err.Error()
	}
	return c, p.assertionFault(c, s.Claims, now)
}

// assertionFault tells what is wrong with the claims of an assertion whose signature is right.
func (p *Provider) assertionFault(c Client, claims orgtoken.Object, now time.Time) string {
	iss, _ := claims.Text("iss")
	sub, _ := claims.Text("sub")
	if iss != c.ID || sub != c.ID {
		return "client_assertion: iss and sub must be the client's id"
	}
	aud, _ := claims.Text("aud")
	if list, ok := claims["aud"].([]any); ok && len(list) == 1 {
		aud, _ = list[0].(string)
	}
	if !slices.Contains([]string{p.Issuer, p.Issuer + "/token"}, aud) {
		return "client_assertion: aud must be the issuer"
	}
	exp, ok := claims.Seconds("exp")
	until := time.Unix(exp, 0)
	if !ok || !now.Before(until) || until.After(now.Add(maxAssertionLife+orgtoken.Skew)) {
		return "client_assertion: exp must be at most 120 seconds ahead"
	}
	iat, ok := claims.Seconds("iat")
	if claims.Has("iat") && (!ok || iat > now.Add(orgtoken.Skew).Unix()) {
		return "client_assertion: iat is still to come"
	}
	id, _ := claims.Text("jti")
	if id == "" || len(id) > 128 || p.used.Use(c.ID+" "+id, until, now) != nil {
		return "client_assertion: jti is missing or was used before"
	}
	return ""
}

// userinfo tells about the person behind an access token.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	token, err := orgtoken.FromRequest(r)
	l, ok := p.access.look(token, p.Now())
	if err != nil || !ok {
		w.Header().Set("WWW-Authenticate", strings.TrimSpace("Bearer "+tokenFault(err == nil)))
		deny(w, http.StatusUnauthorized, "invalid_token",
			"no access token, or one that is out of time")
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"sub": p.subject(l.client, l.person.Number), "pid": l.person.Number.Reveal(),
		"locale": l.locale,
	})
}

func tokenFault(brought bool) string {
	if brought {
		return `error="invalid_token"`
	}
	return ""
}
