package handover_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/orgtoken"
	"stafett/internal/solutiontest"
)

// part is one part of what the target got.
type part struct {
	name, filename, contentType, digest string
	body                                []byte
}

// call is one request that the target got.
type call struct {
	path, token, key, prefer string
	parts                    []part
}

func (c call) part(name string) *part {
	for i := range c.parts {
		if c.parts[i].name == name {
			return &c.parts[i]
		}
	}
	return nil
}

// target is a B that answers as a test wants: the answers in turn, and the last one for ever.
type target struct {
	*httptest.Server
	mu      sync.Mutex
	answers []http.HandlerFunc
	calls   []call
}

func newTarget(t *testing.T, answers ...http.HandlerFunc) *target {
	b := &target{answers: answers}
	b.Server = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.Close)
	return b
}

func (b *target) serve(w http.ResponseWriter, r *http.Request) {
	c := call{
		path: r.Method + " " + r.URL.Path, token: r.Header.Get("Authorization"),
		key: r.Header.Get("Idempotency-Key"), prefer: r.Header.Get("Prefer"), parts: readParts(r),
	}
	b.mu.Lock()
	answer := b.answers[min(len(b.calls), len(b.answers)-1)]
	b.calls = append(b.calls, c)
	b.mu.Unlock()
	answer(w, r)
}

func readParts(r *http.Request) []part {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil
	}
	var out []part
	for form := multipart.NewReader(r.Body, params["boundary"]); ; {
		p, err := form.NextPart()
		if err != nil {
			return out
		}
		body, err := io.ReadAll(p)
		if err != nil {
			return out
		}
		out = append(out, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"),
			p.Header.Get("Content-Digest"), body})
	}
}

func (b *target) got() []call {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]call(nil), b.calls...)
}

// answer gives an answer with a status and a body.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// madeBody is how B tells of the instance that it made.
func madeBody(id uuid.UUID) string {
	body, _ := json.Marshal(map[string]any{
		"id": "51001/" + id.String(), "appId": "nordvik/stottesak",
		"instanceOwner": map[string]any{
			"partyId": "51001", "organisationNumber": solutiontest.NordvikNumber,
		},
	})
	return string(body)
}

// key is shared: making one takes longer than a test.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := orgtoken.NewKey()
	if err != nil {
		panic(err)
	}
	return k
})

// tokens gives the token client of Nordvik kommune at a development issuer of the test's own, and
// the issuer's name.
func tokens(t *testing.T) (client *orgtoken.Client, name string) {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	issuer, err := orgtoken.NewIssuer(orgtoken.IssuerConfig{
		URL: server.URL + "/", Key: key(), Now: time.Now,
		Clients: []orgtoken.Registration{{
			ID: "nordvik", Organisation: solutiontest.NordvikNumber,
			Keys:   []orgtoken.RegisteredKey{{Key: &key().PublicKey}},
			Scopes: []string{access.ScopeRead, access.ScopeWrite},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = issuer.Handler()
	client, err = orgtoken.NewClient(orgtoken.ClientConfig{
		Issuer: server.URL + "/", ClientID: "nordvik", Key: key(), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, server.URL + "/"
}

// relayed is a solution that hands over to a target of the test's own.
func relayed(t *testing.T, b *target, changes ...func(*handover.Config)) *solutiontest.Solution {
	t.Helper()
	client, _ := tokens(t)
	return solutiontest.New(t, append([]func(*handover.Config){func(c *handover.Config) {
		c.Tokens = func(org string) *orgtoken.Client {
			if org != "nordvik" {
				return nil
			}
			return client
		}
		c.Locate = func(ref core.AppRef) handover.Target {
			return handover.Target{URL: b.URL, Audience: "https://stafett.example/" + ref.String()}
		}
	}}, changes...)...)
}

// planned submits an application of Kari's and gives its delivery.
func planned(t *testing.T, s *solutiontest.Solution) core.Delivery {
	t.Helper()
	v := s.Submitted(t, s.Person(solutiontest.Kari), "Lysfest i mørketida")
	return s.DeliveryOf(t, v.Instance.ID)
}

// shown gives the delivery and its attempts as an administrator sees them.
func shown(t *testing.T, s *solutiontest.Solution, id uuid.UUID) (core.Delivery, []core.Attempt) {
	t.Helper()
	got := followed(t, s, id)
	return got.Delivery, got.Attempts
}

// followed gives all that an administrator sees of the delivery.
func followed(t *testing.T, s *solutiontest.Solution, id uuid.UUID) handover.Shown {
	t.Helper()
	got, err := s.Handover.Show(t.Context(), s.Person(solutiontest.Tor), solutiontest.Nordvik, id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func contains(data []byte, s string) bool { return bytes.Contains(data, []byte(s)) }
