package message

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Gateway is the sender that hands notices to a service of the organisation's, which sends e-mail
// and text messages: POST with the notice as JSON.
type Gateway struct {
	url, key string
	http     *http.Client
}

// NewGateway gives the sender. key is the bearer token that the gateway asks for; empty for none.
func NewGateway(url, key string, client *http.Client) *Gateway {
	return &Gateway{url: url, key: key, http: client}
}

// Send hands one notice over. The gateway knows one that comes twice by its Idempotency-Key.
func (g *Gateway) Send(ctx context.Context, n Outgoing) error {
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", n.ID.String())
	if g.key != "" {
		r.Header.Set("Authorization", "Bearer "+g.key)
	}
	answer, err := g.http.Do(r)
	if err != nil {
		return fmt.Errorf("notice gateway: %w", err)
	}
	answer.Body.Close()
	switch code := answer.StatusCode; {
	case code < 300:
		return nil
	case code == http.StatusBadRequest || code == http.StatusUnprocessableEntity:
		return fmt.Errorf("notice gateway: status %d: %w", code, ErrRefused)
	default:
		return fmt.Errorf("notice gateway: status %d", code)
	}
}
