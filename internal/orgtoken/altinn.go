package orgtoken

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	// ExchangedLife is how long an exchanged token lives (SECURITY.md 1.4).
	ExchangedLife = 30 * time.Minute
	// serviceOwner is the scope, and with a slash the beginning of the scopes, of service owners.
	serviceOwner = "altinn:serviceowner"
)

// ExchangeConfig is what an exchange needs.
type ExchangeConfig struct {
	// Issuer is the exchange's own name, Audience the one that its tokens are for.
	Issuer, Audience string
	// Ring are the keys that it signs with; Key is a ring of one.
	Ring *Ring
	Key  *rsa.PrivateKey
	Now  func() time.Time
}

// Exchange trades a checked Maskinporten token for one of our own, in Altinn's shape (FORMAT.md
// 7.5). It checks nothing: Checker has done so.
type Exchange struct{ ExchangeConfig }

// NewExchange gives the exchange. It fails without a name, an audience, a clock and a key of
// MinKeyBits.
func NewExchange(c ExchangeConfig) (*Exchange, error) {
	if c.Issuer == "" || c.Audience == "" || c.Now == nil {
		return nil, errors.New("token exchange: issuer, audience, key and clock are needed")
	}
	var err error
	if c.Ring, err = ringOf(c.Ring, c.Key, ""); err != nil {
		return nil, fmt.Errorf("token exchange: %w", err)
	}
	return &Exchange{c}, nil
}

// KeySet is what the exchange's tokens are checked with, as a JWK set.
func (x *Exchange) KeySet() ([]byte, error) {
	return KeySet(x.Ring.Public(x.Now(), ExchangedLife+Skew)...)
}

// Trade gives the new token. source is one that a Checker has taken as t; org is the code of the
// service owner, empty when the organisation is none.
func (x *Exchange) Trade(source string, t Token, org string) (string, error) {
	s, err := Parse(source)
	if err != nil {
		return "", err
	}
	claims := maps.Clone(map[string]any(s.Claims))
	// Names of Altinn's own that the client's issuer let through are not its to say.
	for name := range s.Claims {
		if strings.HasPrefix(name, "urn:altinn:") {
			delete(claims, name)
		}
	}
	for _, name := range []string{"aud", "iss", "client_amr", "sid", "nbf"} {
		delete(claims, name)
	}
	now := x.Now()
	maps.Copy(claims, map[string]any{
		"iss": x.Issuer, "aud": x.Audience, "sid": uuid.NewString(),
		"iat": now.Unix(), "exp": now.Add(ExchangedLife).Unix(),
		"urn:altinn:orgNumber":          t.Organisation,
		"urn:altinn:authenticatemethod": "maskinporten",
		"urn:altinn:authlevel":          3,
	})
	if org != "" && forServiceOwner(t.Scopes) {
		claims["urn:altinn:org"] = org
	}
	key := x.Ring.Signing(now)
	return Sign(key.Key, key.ID, claims)
}

// forServiceOwner tells whether one of the scopes is a service owner's: by its whole words, for a
// part of a scope is another scope (SECURITY.md P05).
func forServiceOwner(scopes []string) bool {
	for _, s := range scopes {
		if s == serviceOwner || strings.HasPrefix(s, serviceOwner+"/") {
			return true
		}
	}
	return false
}
