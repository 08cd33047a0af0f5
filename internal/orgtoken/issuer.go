package orgtoken

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"stafett/internal/core"
)

const (
	// defaultLife is how long an access token lives when the configuration says nothing.
	defaultLife = 10 * time.Minute
	// maxGrants is how many used grants are remembered: each for at most two minutes.
	maxGrants = 100_000
)

// IssuerConfig is what the development issuer needs.
type IssuerConfig struct {
	// URL is the issuer identifier and the address under which Handler is mounted. It ends with
	// a slash, as Maskinporten's does.
	URL     string
	Clients []Registration
	// Ring are the keys that it signs with; Key is a ring of one. A key that has been replaced stays
	// published until the last token that it signed is out of time.
	Ring *Ring
	Key  *rsa.PrivateKey
	// AccessLife is how long tokens live; 0 is ten minutes.
	AccessLife time.Duration
	// ForbiddenIs403 answers MP-250 and MP-251 with 403 and not 400: the real service's status
	// is not documented, and a client must bear both.
	ForbiddenIs403 bool
	Now            func() time.Time
}

// Registration is a client that the issuer knows.
type Registration struct {
	// ID is the client id: the grant's iss.
	ID string
	// Organisation is the number of the organisation that the client belongs to.
	Organisation string
	Keys         []RegisteredKey
	// Ring are further keys, as the client itself tells of them; nil for none.
	Ring *Ring
	// Scopes are those registered on the client.
	Scopes []string
	// NotGranted are those of Scopes that their owner has not granted to the organisation.
	NotGranted []string
	// Delegations let the client act for other organisations (consumer_org).
	Delegations []Delegation
	Disabled    bool
}

// RegisteredKey is a public key of a client.
type RegisteredKey struct {
	// ID is the kid; empty is KeyID(Key).
	ID  string
	Key *rsa.PublicKey
	// Expires is when the registration ends (Maskinporten: a year after it was posted); zero is
	// never.
	Expires time.Time
}

// Delegation says that an organisation lets the client's own one use a scope for it.
type Delegation struct{ Consumer, Scope string }

// Issuer is a token issuer for development that speaks Maskinporten's protocol. Its memory of
// used grants is its own: one process only, and never in production.
type Issuer struct {
	IssuerConfig
	clients map[string]Registration
	used    *Once
}

// NewIssuer gives the issuer. It fails on an address without its slash, keys under MinKeyBits,
// and clients that cannot be told apart or have no valid organisation number.
func NewIssuer(c IssuerConfig) (*Issuer, error) {
	if !strings.HasSuffix(c.URL, "/") {
		return nil, fmt.Errorf("token issuer %q: the address must end with a slash", c.URL)
	}
	if c.Now == nil {
		return nil, errors.New("token issuer: no clock")
	}
	if c.AccessLife == 0 {
		c.AccessLife = defaultLife
	}
	i := &Issuer{IssuerConfig: c, clients: map[string]Registration{}, used: NewOnce(maxGrants)}
	var err error
	if i.Ring, err = ringOf(c.Ring, c.Key, ""); err != nil {
		return nil, fmt.Errorf("token issuer: %w", err)
	}
	for _, r := range c.Clients {
		if err := i.register(r); err != nil {
			return nil, fmt.Errorf("token issuer: client %q: %w", r.ID, err)
		}
	}
	return i, nil
}

func (i *Issuer) register(r Registration) error {
	if _, taken := i.clients[r.ID]; taken || r.ID == "" {
		return errors.New("the id is empty or taken")
	}
	if !core.ValidOrganisationNumber(r.Organisation) {
		return errors.New("the organisation number has a wrong check digit")
	}
	r.Keys = slices.Clone(r.Keys)
	for n, k := range r.Keys {
		if err := checkSize(k.Key); err != nil {
			return err
		}
		if k.ID == "" {
			r.Keys[n].ID = KeyID(k.Key)
		}
	}
	i.clients[r.ID] = r
	return nil
}

// Handler serves discovery, key set and token endpoint, with paths from the root: mount it with
// http.StripPrefix at the path of the issuer's address.
func (i *Issuer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /"+wellKnown, i.discovery)
	mux.HandleFunc("GET /jwks", i.keySet)
	mux.HandleFunc("/token", i.token)
	return mux
}

// discovery is the server's metadata (RFC 8414).
func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer":                                i.URL,
		"token_endpoint":                        i.URL + "token",
		"jwks_uri":                              i.URL + "jwks",
		"grant_types_supported":                 []string{grantType},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
		"token_endpoint_auth_signing_alg_values_supported": []string{"RS256", "RS384", "RS512"},
	})
}

func (i *Issuer) keySet(w http.ResponseWriter, _ *http.Request) {
	set, err := KeySet(i.Ring.Public(i.Now(), i.AccessLife+Skew)...)
	if err != nil {
		http.Error(w, "key set", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(set) // the caller is gone: nobody is left to tell
}

// answer writes JSON that no cache may keep (RFC 6749 section 5.1).
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller is gone: nobody is left to tell
}
