package devidp

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/orgtoken"
)

const (
	// codeLife is how long a code waits to be traded in.
	codeLife = time.Minute
	// idTokenLife is ID-porten's: about two minutes.
	idTokenLife = 120 * time.Second
	// accessLife is how long the user info may be read after a sign-in.
	accessLife = 10 * time.Minute
	// maxKept is how many codes, and how many access tokens, are kept at a time.
	maxKept = 10_000
)

// The assurance levels of ID-porten, lowest first.
const (
	ACRLow         = "idporten-loa-low"
	ACRSubstantial = "idporten-loa-substantial"
	ACRHigh        = "idporten-loa-high"
)

var levels = []string{ACRLow, ACRSubstantial, ACRHigh}

// Config is what the provider needs.
type Config struct {
	// Issuer is the issuer identifier and the address under which Handler is mounted, without a
	// slash at the end, as ID-porten's.
	Issuer string
	// Key signs id tokens, and is the salt of the pairwise subjects: they stay while it stays.
	Key     *rsa.PrivateKey
	Clients []Client
	// Persons are offered on the sign-in page, in this order.
	Persons []Person
	// StylesheetURL is a path on the same origin; empty is a page without style.
	StylesheetURL string
	Now           func() time.Time
}

// Client is a relying party.
type Client struct {
	ID string
	// Key checks the client's assertions (private_key_jwt); KeyID is its id, empty its thumbprint.
	Key   *rsa.PublicKey
	KeyID string
	// Ring are further keys, as the client itself tells of them; nil for none.
	Ring *orgtoken.Ring
	// RedirectURIs and PostLogoutRedirectURIs are compared byte for byte.
	RedirectURIs, PostLogoutRedirectURIs []string
}

// Person is a made-up person.
type Person struct {
	Number core.PersonNumber
	Name   string
	// Note says in each language (nb, nn, en) what the person is for.
	Note map[string]string
}

// Provider is the OpenID provider. It is safe for use by many goroutines.
type Provider struct {
	Config
	clients map[string]Client
	keyID   string
	salt    [sha256.Size]byte
	codes   *shelf[login]
	access  *shelf[login]
	used    *orgtoken.Once
}

// login is one sign-in: a person who has been chosen for a client.
type login struct {
	client, redirectURI, nonce, challenge string
	person                                Person
	acr, locale, session                  string
	at                                    time.Time
}

// New gives the provider. It fails on an address that ends with a slash, on a missing or weak
// key, and on persons whose numbers are not those of made-up people.
func New(c Config) (*Provider, error) {
	if strings.HasSuffix(c.Issuer, "/") || c.Issuer == "" || c.Key == nil || c.Now == nil {
		return nil, errors.New("identity provider: an address without a slash at the end, " +
			"a key and a clock are needed")
	}
	for _, p := range c.Persons {
		if !synthetic(p.Number) {
			return nil, fmt.Errorf("identity provider: %s has no made-up person number", p.Name)
		}
	}
	p := &Provider{
		Config: c, clients: map[string]Client{}, keyID: orgtoken.KeyID(&c.Key.PublicKey),
		salt:  sha256.Sum256(x509.MarshalPKCS1PrivateKey(c.Key)),
		codes: newShelf[login](maxKept), access: newShelf[login](maxKept),
		used: orgtoken.NewOnce(maxKept),
	}
	for _, client := range c.Clients {
		if err := p.register(client); err != nil {
			return nil, fmt.Errorf("identity provider: client %q: %w", client.ID, err)
		}
	}
	return p, nil
}

func (p *Provider) register(c Client) error {
	if _, taken := p.clients[c.ID]; taken || c.ID == "" {
		return errors.New("the id is empty or taken")
	}
	if c.Ring == nil && (c.Key == nil || c.Key.N.BitLen() < orgtoken.MinKeyBits) {
		return fmt.Errorf("a key of at least %d bits is needed", orgtoken.MinKeyBits)
	}
	if c.KeyID == "" && c.Key != nil {
		c.KeyID = orgtoken.KeyID(c.Key)
	}
	p.clients[c.ID] = c
	return nil
}

// key gives the client's key with the id; nil when it is not the client's.
func (c Client) key(id string, now time.Time) *rsa.PublicKey {
	if c.Key != nil && c.KeyID == id {
		return c.Key
	}
	if c.Ring == nil {
		return nil
	}
	for _, key := range c.Ring.Public(now, maxAssertionLife) {
		if orgtoken.KeyID(key) == id {
			return key
		}
	}
	return nil
}

// synthetic tells whether the number is the tax authority's kind for made-up people: the month
// is raised by 80 (SECURITY.md 1.5). A real person is never offered to whoever comes by.
func synthetic(n core.PersonNumber) bool {
	return core.ValidPersonNumber(n.Reveal()) && n.Reveal()[2] >= '8'
}

// Handler serves the provider, with paths from the root: mount it with http.StripPrefix at the
// path of the issuer's address.
func (p *Provider) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /jwks", p.keySet)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /authorize", p.choose)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	mux.HandleFunc("GET /endsession", p.endSession)
	mux.HandleFunc("POST /endsession", p.endSession)
	return mux
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer":                                           p.Issuer,
		"authorization_endpoint":                           p.Issuer + "/authorize",
		"token_endpoint":                                   p.Issuer + "/token",
		"jwks_uri":                                         p.Issuer + "/jwks",
		"userinfo_endpoint":                                p.Issuer + "/userinfo",
		"end_session_endpoint":                             p.Issuer + "/endsession",
		"response_types_supported":                         []string{"code"},
		"response_modes_supported":                         []string{"query"},
		"grant_types_supported":                            []string{"authorization_code"},
		"subject_types_supported":                          []string{"pairwise"},
		"scopes_supported":                                 []string{"openid", "profile"},
		"id_token_signing_alg_values_supported":            []string{"RS256"},
		"code_challenge_methods_supported":                 []string{"S256"},
		"acr_values_supported":                             levels,
		"ui_locales_supported":                             languages,
		"token_endpoint_auth_methods_supported":            []string{"private_key_jwt"},
		"token_endpoint_auth_signing_alg_values_supported": []string{"RS256", "RS384", "RS512"},
		"authorization_response_iss_parameter_supported":   true,
		"prompt_values_supported":                          []string{"login", "none"},
	})
}

func (p *Provider) keySet(w http.ResponseWriter, _ *http.Request) {
	set, err := orgtoken.KeySet(&p.Key.PublicKey)
	if err != nil {
		http.Error(w, "key set", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(set) // the caller is gone: nobody is left to tell
}

// subject is pairwise (OpenID Connect Core section 8.1): another client gets another one for the
// same person, and nobody finds the number behind it.
func (p *Provider) subject(client string, n core.PersonNumber) string {
	mac := hmac.New(sha256.New, p.salt[:])
	mac.Write([]byte(client + "\x00" + n.Reveal()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (p *Provider) person(number string) (Person, bool) {
	n := slices.IndexFunc(p.Persons, func(x Person) bool { return x.Number.Reveal() == number })
	if n < 0 {
		return Person{}, false
	}
	return p.Persons[n], true
}

// answer writes JSON that no cache may keep.
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller is gone: nobody is left to tell
}

// deny answers as OAuth's token endpoints do (RFC 6749 section 5.2).
func deny(w http.ResponseWriter, status int, word, detail string) {
	answer(w, status, map[string]string{"error": word, "error_description": detail})
}
