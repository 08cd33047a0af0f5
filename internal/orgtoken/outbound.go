package orgtoken

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// wellKnown is the path of an issuer's metadata, after the issuer's own address.
	wellKnown = ".well-known/oauth-authorization-server"
	// maxAnswer is how much of an issuer's answer is read, in bytes.
	maxAnswer = 256 << 10
	// callTime is how long one call to an issuer may take.
	callTime = 10 * time.Second
	// metadataAge is how long an issuer's metadata is used before it is read again.
	metadataAge = 24 * time.Hour
)

// caller calls issuers. It follows no redirect, since a token or an assertion must not travel
// on (SECURITY.md P39), and reads bounded answers.
type caller struct{ http *http.Client }

func newCaller(c *http.Client) caller {
	own := http.Client{Timeout: callTime}
	if c != nil {
		own = *c
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	return caller{&own}
}

// do gives status and body. An error means that no whole answer came.
func (c caller) do(r *http.Request) (int, []byte, error) {
	answer, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	if len(body) > maxAnswer {
		return 0, nil, errors.New("read answer: too large")
	}
	return answer.StatusCode, body, nil
}

func (c caller) get(ctx context.Context, address string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return 0, nil, fmt.Errorf("request: %w", err)
	}
	r.Header.Set("Accept", "application/json")
	return c.do(r)
}

// metadata is what is used of an issuer's discovery document (RFC 8414).
type metadata struct{ tokenEndpoint, keySet string }

// errOtherIssuer: the document names another issuer, so that an assertion or trust would go to
// somebody else (RFC 8414 section 3.3).
var errOtherIssuer = errors.New("the metadata is of another issuer")

// errBadMetadata: the document lacks an endpoint, or sends us from https to http.
var errBadMetadata = errors.New("the metadata names no safe endpoints")

// statusError is an answer other than 200.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

// discover reads the issuer's metadata and demands that it names that very issuer. Where the
// endpoints are is the issuer's own affair (other hosts are usual), but https may not become http.
func (c caller) discover(ctx context.Context, issuer string) (metadata, error) {
	status, body, err := c.get(ctx, strings.TrimSuffix(issuer, "/")+"/"+wellKnown)
	if err != nil {
		return metadata{}, err
	}
	if status != http.StatusOK {
		return metadata{}, statusError(status)
	}
	o, err := parseObject(body)
	if err != nil {
		return metadata{}, fmt.Errorf("metadata: %w", err)
	}
	if named, _ := o.Text("issuer"); named != issuer {
		return metadata{}, errOtherIssuer
	}
	var m metadata
	m.tokenEndpoint, _ = o.Text("token_endpoint")
	m.keySet, _ = o.Text("jwks_uri")
	safe := "http"
	if strings.HasPrefix(issuer, "https://") {
		safe = "https://"
	}
	if !strings.HasPrefix(m.tokenEndpoint, safe) || !strings.HasPrefix(m.keySet, safe) {
		return metadata{}, errBadMetadata
	}
	return m, nil
}
