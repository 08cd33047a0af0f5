package orgtoken

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	// renewBefore is how long before its end a token is no longer handed out. A call that takes
	// longer than that may meet B with a token that is out of time.
	renewBefore = 30 * time.Second
	// grantLife is how long a grant lives: enough for one call and for clocks that differ.
	grantLife = 60 * time.Second
	// flightTime is how long one fetch may take, discovery included.
	flightTime = 2 * callTime
)

// ClientConfig is what a token client needs.
type ClientConfig struct {
	// Issuer is the issuer identifier, exactly as its metadata names it, slash included.
	Issuer string
	// ClientID is the id at the issuer: the grant's iss.
	ClientID string
	// Ring are the keys that grants are signed with. Key is a ring of one, with KeyID as the id
	// under which it is registered; empty is its thumbprint.
	Ring  *Ring
	Key   *rsa.PrivateKey
	KeyID string
	// HTTP is used without its redirect policy: redirects are never followed. nil is a client
	// with a time limit of ten seconds.
	HTTP *http.Client
	Now  func() time.Time
}

// Client gets access tokens for one organisation. It keeps each until shortly before its end,
// and asks once however many callers wait. It is safe for use by many goroutines.
type Client struct {
	ClientConfig
	caller caller

	mu      sync.Mutex
	known   metadata
	knownAt time.Time
	tokens  map[order]*kept
}

// order is what a token is asked for.
type order struct{ scope, resource string }

type kept struct {
	token Secret
	// until is when the token is no longer handed out.
	until  time.Time
	flight *flight
}

// flight is one fetch that is under way, with everyone who waits for it.
type flight struct {
	done  chan struct{}
	token Secret
	err   error
}

// NewClient gives the client; it calls nobody yet. It fails without issuer, id, clock or a key
// of MinKeyBits.
func NewClient(c ClientConfig) (*Client, error) {
	if c.Issuer == "" || c.ClientID == "" || c.Now == nil {
		return nil, errors.New("token client: issuer, client id, key and clock are needed")
	}
	var err error
	if c.Ring, err = ringOf(c.Ring, c.Key, c.KeyID); err != nil {
		return nil, fmt.Errorf("token client: %w", err)
	}
	return &Client{ClientConfig: c, caller: newCaller(c.HTTP), tokens: map[order]*kept{}}, nil
}

// Token gives a token with the scope for the API named by resource (its audience; empty for
// none): one that is kept, or a new one. The error is a *TokenError, or the context's own.
func (c *Client) Token(ctx context.Context, scope, resource string) (string, error) {
	o := order{scope, resource}
	f, token := c.take(ctx, o)
	if f == nil {
		return token.Reveal(), nil
	}
	select {
	case <-f.done:
		return f.token.Reveal(), f.err
	case <-ctx.Done():
		return "", fmt.Errorf("wait for a token: %w", ctx.Err())
	}
}

// Forget throws away the token that is kept, after an API has answered 401 to it.
func (c *Client) Forget(scope, resource string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.tokens[order{scope, resource}]; k != nil {
		k.token = ""
	}
}

// take gives the token that is kept, or the fetch to wait for.
func (c *Client) take(ctx context.Context, o order) (*flight, Secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.tokens[o]
	if k == nil {
		k = &kept{}
		c.tokens[o] = k
	}
	if k.token != "" && c.Now().Before(k.until) {
		return nil, k.token
	}
	if k.flight == nil {
		k.flight = &flight{done: make(chan struct{})}
		// The fetch is for all who wait, so that the first one's leaving must not stop it.
		go c.fly(context.WithoutCancel(ctx), o, k)
	}
	return k.flight, ""
}

func (c *Client) fly(ctx context.Context, o order, k *kept) {
	ctx, cancel := context.WithTimeout(ctx, flightTime)
	defer cancel()
	asked := c.Now()
	token, life, err := c.fetch(ctx, o)
	c.mu.Lock()
	defer c.mu.Unlock()
	f := k.flight
	k.flight = nil
	f.token, f.err = token, err
	k.token, k.until = token, asked.Add(life-renewBefore)
	close(f.done)
}

// fetch gets one token from the issuer, with how long it lives.
func (c *Client) fetch(ctx context.Context, o order) (Secret, time.Duration, error) {
	m, err := c.metadata(ctx)
	if err != nil {
		return "", 0, discoveryError(err)
	}
	assertion, err := c.assertion(o)
	if err != nil {
		return "", 0, &TokenError{Code: "sign", cause: err}
	}
	return c.post(ctx, m.tokenEndpoint, assertion)
}

// metadata gives the issuer's metadata, read once a day. When it cannot be read again, what was
// read before is used on.
func (c *Client) metadata(ctx context.Context) (metadata, error) {
	c.mu.Lock()
	known, at := c.known, c.knownAt
	c.mu.Unlock()
	now := c.Now()
	if !at.IsZero() && now.Sub(at) < metadataAge {
		return known, nil
	}
	m, err := c.caller.discover(ctx, c.Issuer)
	if err != nil && !at.IsZero() && !errors.Is(err, errOtherIssuer) {
		return known, nil
	}
	if err != nil {
		return metadata{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known, c.knownAt = m, now
	return m, nil
}

// assertion signs a grant of exactly the documented claims: the issuer refuses any other, nbf
// and sub included.
func (c *Client) assertion(o order) (Secret, error) {
	now := c.Now()
	claims := map[string]any{
		"aud": c.Issuer, "iss": c.ClientID, "scope": o.scope, "jti": uuid.NewString(),
		"iat": now.Unix(), "exp": now.Add(grantLife).Unix(),
	}
	if o.resource != "" {
		claims["resource"] = []string{o.resource}
	}
	key := c.Ring.Signing(now)
	token, err := Sign(key.Key, key.ID, claims)
	return Secret(token), err
}
