package orgtoken

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// CheckerConfig is what a checker needs.
type CheckerConfig struct {
	// Issuers are those whose tokens are taken. Production must not list a development one.
	Issuers []TrustedIssuer
	// HTTP reads key sets, without following redirects; nil is a client with a time limit.
	HTTP *http.Client
	Now  func() time.Time
}

// TrustedIssuer is an issuer and where its keys are: given here (Keys, by key id, or the Ring of an
// issuer of our own whose tokens live that long at most), at JWKSURL, or, when all are empty, where
// the issuer's own metadata says.
type TrustedIssuer struct {
	// Issuer is compared with the token's iss byte for byte.
	Issuer  string
	JWKSURL string
	Keys    map[string]*rsa.PublicKey
	Ring    *Ring
	Life    time.Duration
}

// Want is what a token must be good for.
type Want struct {
	// Audience is this API's own; the token must name it.
	Audience string
	// Scope must be one of the token's; AnyScope asks for none in particular.
	Scope    string
	AnyScope bool
	// Owner is the number of the organisation that the token must stand for; empty is any.
	Owner string
}

// Token is what a checked token says.
type Token struct {
	// Organisation is the number of the organisation that the token stands for: its consumer.
	Organisation string
	// Supplier acted for the organisation by delegation. For the log only: it gives no right.
	Supplier string
	// ClientID is for the log only.
	ClientID string
	Issuer   string
	Scopes   []string
	// ID is the jti; may be empty.
	ID      string
	Expires time.Time
}

// Refusal is why a token was not taken. Status and Code are for the caller, Reason for the log.
type Refusal struct {
	// Status is 401, 403, or 503 when the issuer's keys cannot be read.
	Status int
	// Code is invalid_token, insufficient_scope, forbidden or temporarily_unavailable.
	Code string
	// Reason is the check that the token did not pass, and a detail: "aud: …".
	Reason string
	// challenge holds the parameters of WWW-Authenticate; empty when the caller brought no token.
	challenge string
}

// Error gives code and reason, for the log.
func (r *Refusal) Error() string { return "token refused: " + r.Code + ": " + r.Reason }

// Challenge gives the value of WWW-Authenticate (RFC 6750 section 3), or "" when the status
// calls for none.
func (r *Refusal) Challenge() string {
	if r.Status != http.StatusUnauthorized && r.Code != "insufficient_scope" {
		return ""
	}
	return strings.TrimSpace("Bearer " + r.challenge)
}

func invalid(check Check, format string, args ...any) error {
	return invalidFor(defect(check, format, args...))
}

func invalidFor(cause error) error {
	return &Refusal{
		Status: http.StatusUnauthorized, Code: "invalid_token",
		Reason: cause.Error(), challenge: `error="invalid_token"`,
	}
}

// FromRequest gives the bearer token of the request's one Authorization header (RFC 6750 section
// 2.1). A token in the address, the form or a cookie is not looked for. The error is a *Refusal.
func FromRequest(r *http.Request) (string, error) {
	if headers := r.Header["Authorization"]; len(headers) == 1 {
		kind, token, _ := strings.Cut(headers[0], " ")
		if strings.EqualFold(kind, "Bearer") && token != "" {
			return token, nil
		}
	}
	return "", &Refusal{
		Status: http.StatusUnauthorized, Code: "invalid_token",
		Reason: string(CheckTransport) + ": no bearer token, or more than one",
	}
}

// Checker checks organisation tokens at an API's door. It is safe for use by many goroutines.
type Checker struct {
	now   func() time.Time
	rings map[string]*keyring
}

// NewChecker gives the checker; keys are read at the first token. It fails when no issuer is
// trusted, when one is listed twice, and on given keys under MinKeyBits.
func NewChecker(c CheckerConfig) (*Checker, error) {
	if len(c.Issuers) == 0 || c.Now == nil {
		return nil, errors.New("token checker: an issuer and a clock are needed")
	}
	checker := &Checker{now: c.Now, rings: map[string]*keyring{}}
	for _, t := range c.Issuers {
		if t.Issuer == "" || checker.rings[t.Issuer] != nil {
			return nil, fmt.Errorf("token checker: issuer %q is empty or listed twice", t.Issuer)
		}
		for id, key := range t.Keys {
			if err := checkSize(key); err != nil {
				return nil, fmt.Errorf("token checker: key %q of %s: %w", id, t.Issuer, err)
			}
		}
		checker.rings[t.Issuer] = &keyring{
			issuer: t.Issuer, address: t.JWKSURL, caller: newCaller(c.HTTP), now: c.Now,
			keys: t.Keys, fixed: t.Keys != nil, own: t.Ring, keep: t.Life + Skew,
		}
	}
	return checker, nil
}

// Check holds a token against SECURITY.md 1.2: issuer, signature by one of that issuer's own
// keys, times, audience, consumer, scope, owner. The error is a *Refusal, or the context's. A
// Want without audience or scope takes no token. With a Refusal of status 403 the token is
// genuine and is given as well, so that the audit line can name who was refused.
func (c *Checker) Check(ctx context.Context, token string, want Want) (Token, error) {
	s, err := Parse(token)
	if err != nil {
		return Token{}, invalidFor(err)
	}
	if err := c.authenticate(ctx, s); err != nil {
		return Token{}, err
	}
	if err := CheckTimes(s.Claims, c.now()); err != nil {
		return Token{}, err
	}
	list, ok := audiences(s.Claims)
	if !ok || want.Audience == "" || !slices.Contains(list, want.Audience) {
		return Token{}, invalid(CheckAudience, "the token is for %.200q", list)
	}
	t, err := read(s.Claims)
	if err != nil {
		return Token{}, err
	}
	return t, permits(t, want)
}

// authenticate checks that the token was signed by an issuer that is trusted.
func (c *Checker) authenticate(ctx context.Context, s Signed) error {
	// RFC 9068 gives access tokens a type of their own; Maskinporten sends none.
	h, err := s.Header(typeJWT, "at+jwt", "application/at+jwt")
	if err != nil {
		return invalidFor(err)
	}
	issuer, _ := s.Claims.Text("iss")
	ring := c.rings[issuer]
	if ring == nil {
		return invalid(CheckIssuer, "%.200q is not trusted", issuer)
	}
	key, err := ring.find(ctx, h.KeyID)
	switch {
	case errors.Is(err, errNoKeys):
		return &Refusal{
			Status: http.StatusServiceUnavailable, Code: "temporarily_unavailable",
			Reason: string(CheckKeysMissing) + ": " + err.Error(),
		}
	case err != nil:
		return fmt.Errorf("find the issuer's key: %w", err)
	case key == nil:
		return invalid(CheckKeyID, "%.80q is not a key of the issuer", h.KeyID)
	}
	if err := s.Verify(h, key); err != nil {
		return invalidFor(err)
	}
	return nil
}

// CheckTimes holds exp, which must be there, and iat and nbf against now, with Skew to spare. The
// error is a *Refusal.
func CheckTimes(c Object, now time.Time) error {
	skew := int64(Skew / time.Second)
	exp, ok := c.Seconds("exp")
	if !ok || exp > latestSecond {
		return invalid(CheckExpiry, "missing, or no date")
	}
	if now.Unix() >= exp+skew {
		return invalid(CheckExpiry, "expired %d s ago", now.Unix()-exp)
	}
	for name, check := range map[string]Check{"iat": CheckIssued, "nbf": CheckNotBefore} {
		at, ok := c.Seconds(name)
		if c.Has(name) && (!ok || at > now.Unix()+skew) {
			return invalid(check, "no date, or still to come")
		}
	}
	return nil
}

// read takes what is used out of the claims. Only the consumer names an organisation: what a
// client could have put there beside it (client_orgno, urn:altinn:org) is not read.
func read(c Object) (Token, error) {
	if c.Has("pid") {
		// The token is good for one person's data only, and no call here is about one person.
		return Token{}, invalid(CheckPerson, "the token is restricted to a person")
	}
	var t Token
	var ok bool
	if t.Organisation, ok = parseConsumer(c["consumer"]); !ok {
		return Token{}, invalid(CheckConsumer, "missing, or in an unknown form")
	}
	if supplier, has := c["supplier"]; has {
		if t.Supplier, ok = parseConsumer(supplier); !ok {
			return Token{}, invalid(CheckConsumer, "supplier in an unknown form")
		}
	}
	t.Issuer, _ = c.Text("iss")
	t.ClientID, _ = c.Text("client_id")
	t.ID, _ = c.Text("jti")
	exp, _ := c.Seconds("exp")
	t.Expires = time.Unix(exp, 0).UTC()
	if scope, _ := c.Text("scope"); scope != "" {
		t.Scopes = strings.Split(scope, " ")
	}
	return t, nil
}

// permits tells whether the token, which is genuine, is good for this call.
func permits(t Token, want Want) error {
	if !want.AnyScope && (want.Scope == "" || !slices.Contains(t.Scopes, want.Scope)) {
		return &Refusal{
			Status: http.StatusForbidden, Code: "insufficient_scope",
			Reason:    string(CheckScope) + ": " + want.Scope + " is not among the token's",
			challenge: `error="insufficient_scope", scope="` + want.Scope + `"`,
		}
	}
	if want.Owner != "" && t.Organisation != want.Owner {
		return &Refusal{
			Status: http.StatusForbidden, Code: "forbidden",
			Reason: string(CheckOwner) + ": the token stands for " + t.Organisation,
		}
	}
	return nil
}
