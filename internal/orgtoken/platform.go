package orgtoken

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// platformExchange is where Altinn's platform trades Maskinporten tokens for its own.
const platformExchange = "/authentication/api/v1/exchange/maskinporten"

// subscriptionKey is the header that the platform's front door asks for.
const subscriptionKey = "Ocp-Apim-Subscription-Key"

// PlatformConfig is what a platform's client needs.
type PlatformConfig struct {
	// URL is the platform's address without a slash at the end; Key its subscription key, "" for
	// none.
	URL string
	Key Secret
	// HTTP is used without its redirect policy; nil is a client with a time limit of ten seconds.
	HTTP *http.Client
	Now  func() time.Time
}

// Platform trades an organisation's tokens for those of a real Altinn 3 environment, and keeps
// each until shortly before its end. It is safe for use by many goroutines.
type Platform struct {
	PlatformConfig
	caller caller

	mu     sync.Mutex
	traded map[bargain]kept
}

// bargain is whose token is traded, and for what.
type bargain struct {
	client *Client
	scope  string
}

// NewPlatform gives the client; it calls nobody yet.
func NewPlatform(c PlatformConfig) (*Platform, error) {
	if c.URL == "" || c.Now == nil {
		return nil, errors.New("platform: address and clock are needed")
	}
	return &Platform{
		PlatformConfig: c, caller: newCaller(c.HTTP), traded: map[bargain]kept{},
	}, nil
}

// Token gives a token of the platform's for the client's organisation: one that is kept, or a new
// one. The error is as of Client.Token.
func (p *Platform) Token(ctx context.Context, client *Client, scope string) (string, error) {
	b := bargain{client, scope}
	p.mu.Lock()
	k := p.traded[b]
	p.mu.Unlock()
	if k.token != "" && p.Now().Before(k.until) {
		return k.token.Reveal(), nil
	}
	source, err := client.Token(ctx, scope, "")
	if err != nil {
		return "", err
	}
	token, err := p.trade(ctx, source)
	if err != nil {
		return "", err
	}
	until, err := p.until(token)
	if err != nil {
		return "", &TokenError{Code: "bad_answer", Retryable: true, cause: err}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.traded[b] = kept{token: token, until: until}
	return token.Reveal(), nil
}

// Forget throws away the token that is kept, and the one that it was traded for.
func (p *Platform) Forget(client *Client, scope string) {
	client.Forget(scope, "")
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.traded, bargain{client, scope})
}

// trade brings a token to the platform; the answer is the new one as plain text.
func (p *Platform) trade(ctx context.Context, source string) (Secret, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+platformExchange, http.NoBody)
	if err != nil {
		return "", &TokenError{Code: "metadata", cause: err}
	}
	r.Header.Set("Authorization", "Bearer "+source)
	p.Subscribe(r)
	status, body, err := p.caller.do(r)
	switch {
	case err != nil:
		return "", &TokenError{Code: "network", Retryable: true, cause: err}
	case status != http.StatusOK:
		return "", answerError(status, body)
	}
	return Secret(strings.Trim(strings.TrimSpace(string(body)), `"`)), nil
}

// Subscribe puts the subscription key on a request to the platform.
func (p *Platform) Subscribe(r *http.Request) {
	if p.Key != "" {
		r.Header.Set(subscriptionKey, p.Key.Reveal())
	}
}

// until is when a token is no longer handed out. Its end is its issuer's to say, and it is not
// checked further: who takes it does.
func (p *Platform) until(token Secret) (time.Time, error) {
	parsed, err := Parse(token.Reveal())
	if err != nil {
		return time.Time{}, err
	}
	end, ok := parsed.Claims.Seconds("exp")
	if !ok {
		return time.Time{}, fmt.Errorf("the token does not say when it ends")
	}
	return time.Unix(end, 0).Add(-renewBefore), nil
}
