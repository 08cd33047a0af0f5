package crashtest

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"stafett/internal/orgtoken"
)

// The client of the issuer, as an organisation registers it.
const (
	issuerClient = "nordvik"
	nordvik      = "310246816"
	// tokenLife is too short for a token to be kept: each delivery asks for its own.
	tokenLife = 30 * time.Second
)

// faultyToken is one row of the table of F11.
type faultyToken struct {
	name  string
	parks bool
	do    func(i *faultyIssuer, w http.ResponseWriter, r *http.Request)
}

var faultyTokens = []faultyToken{
	{"down", false, func(*faultyIssuer, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
	{"slow", false, func(i *faultyIssuer, w http.ResponseWriter, r *http.Request) {
		// Read first, so that the server hears it when the caller hangs up.
		issued := i.record(r)
		select {
		case <-r.Context().Done():
		case <-time.After(i.slow):
		}
		i.send(w, issued)
	}},
	{"500", false, func(_ *faultyIssuer, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }},
	{"a page in place of the answer", false, func(_ *faultyIssuer, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Vedlikehold</title>"))
	}},
	{"a token of another issuer", false, func(i *faultyIssuer, w http.ResponseWriter, r *http.Request) {
		answer := i.record(r)
		var token struct {
			Access string `json:"access_token"`
		}
		if json.Unmarshal(answer.Body.Bytes(), &token) != nil {
			i.send(w, answer)
			return
		}
		claims := map[string]any{
			"iss": "https://en-annen.example/", "scope": "altinn:serviceowner/instances.write",
			"exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(), "jti": "x",
		}
		foreign, err := orgtoken.Sign(i.key, orgtoken.KeyID(&i.key.PublicKey), claims)
		if err != nil {
			w.WriteHeader(500)
			return
		}
		i.change(w, answer, "access_token", foreign)
	}},
	{"expires_in 1", false, func(i *faultyIssuer, w http.ResponseWriter, r *http.Request) {
		i.change(w, i.record(r), "expires_in", 1)
	}},
	{"an expired key, MP-121", true, refuseGrant(400, "invalid_grant", "MP-121")},
	{"a scope that was not granted, MP-250", true, refuseGrant(403, "invalid_scope", "MP-250")},
}

func refuseGrant(status int, word, code string) func(*faultyIssuer, http.ResponseWriter, *http.Request) {
	return func(_ *faultyIssuer, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": word, "error_description": "No. (" + code + ")"})
	}
}

// faultyIssuer is a token issuer that answers as the table of faults says.
type faultyIssuer struct {
	*httptest.Server
	real     http.Handler
	key      *rsa.PrivateKey
	schedule *schedule
	slow     time.Duration
}

func newFaultyIssuer(t *testing.T, s *schedule) *faultyIssuer {
	t.Helper()
	i := &faultyIssuer{schedule: s, slow: time.Second}
	var err error
	if i.key, err = orgtoken.NewKey(); err != nil {
		t.Fatal(err)
	}
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Close)
	issuer, err := orgtoken.NewIssuer(orgtoken.IssuerConfig{
		URL: i.URL + "/", Key: i.key, Now: time.Now, AccessLife: tokenLife,
		Clients: []orgtoken.Registration{{
			ID: issuerClient, Organisation: nordvik,
			Keys:   []orgtoken.RegisteredKey{{Key: &i.key.PublicKey}},
			Scopes: []string{"altinn:serviceowner/instances.read", "altinn:serviceowner/instances.write"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	i.real = issuer.Handler()
	return i
}

// settings let a server use the issuer.
func (i *faultyIssuer) settings(t *testing.T, dir string) []string {
	t.Helper()
	file := filepath.Join(dir, "client.pem")
	if err := os.WriteFile(file, orgtoken.EncodeKey(i.key), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"-maskinporten-issuer", i.URL + "/", "-maskinporten-client-id", issuerClient,
		"-maskinporten-key-file", file}
}

// ServeHTTP answers as the table says when it is its turn.
func (i *faultyIssuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/token" {
		i.real.ServeHTTP(w, r)
		return
	}
	n, faulty := i.schedule.take()
	if !faulty {
		i.real.ServeHTTP(w, r)
		return
	}
	i.schedule.note(faultyTokens[n].name)
	faultyTokens[n].do(i, w, r)
}

func (i *faultyIssuer) record(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	i.real.ServeHTTP(w, r)
	return w
}

func (i *faultyIssuer) send(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // who asked may be gone
}

// change sends an answer with one value in it changed.
func (i *faultyIssuer) change(
	w http.ResponseWriter, answer *httptest.ResponseRecorder, name string, value any,
) {
	fields := map[string]any{}
	if json.Unmarshal(answer.Body.Bytes(), &fields) == nil && answer.Code == http.StatusOK {
		fields[name] = value
		if body, err := json.Marshal(fields); err == nil {
			answer.Body = bytes.NewBuffer(body)
		}
	}
	i.send(w, answer)
}
