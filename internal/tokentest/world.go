package tokentest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
)

// World is where the cases' tokens are made: issuers, keys and a clock. Make it with New; one
// test uses one World.
type World struct {
	t         testing.TB
	file      caseFile
	now       time.Time
	variables map[string]string
}

// New gives a World whose clock stands at now. The keys are made once for each test program.
func New(t testing.TB, now time.Time) *World {
	t.Helper()
	file, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, now, file)
}

// From gives a World of the cases that stand in the text of another file of the same shape.
func From(t testing.TB, now time.Time, text []byte) *World {
	t.Helper()
	var file caseFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("token cases: %v", err)
	}
	return newWorld(t, now, file)
}

func newWorld(t testing.TB, now time.Time, file caseFile) *World {
	w := &World{t: t, file: file, now: now, variables: map[string]string{"NONCE": "nonce-1"}}
	maps.Copy(w.variables, file.Fixtures.Issuers)
	maps.Copy(w.variables, file.Fixtures.Audiences)
	return w
}

// Set gives a variable of the cases another value: MP, IDP and ALT are issuers, B_API and RP
// audiences, NONCE the nonce of the sign-in.
func (w *World) Set(name, value string) { w.variables[name] = value }

// Get gives a variable of the cases.
func (w *World) Get(name string) string { return w.variables[name] }

// For gives the same World to a test of one of its cases, which fails alone.
func (w *World) For(t testing.TB) *World {
	other := *w
	other.t = t
	return &other
}

// Now is the time of the World's clock.
func (w *World) Now() time.Time { return w.now }

var (
	keysMu sync.Mutex
	keys   = map[string]crypto.Signer{}
)

// key gives the named key of the cases. Making RSA keys is slow: each is made when first used.
func (w *World) key(name string) crypto.Signer {
	w.t.Helper()
	info, ok := w.file.Fixtures.Keys[name]
	if !ok {
		w.t.Fatalf("no key %q in the cases", name)
	}
	keysMu.Lock()
	defer keysMu.Unlock()
	if keys[name] == nil {
		key, err := newKey(info)
		if err != nil {
			w.t.Fatal(err)
		}
		keys[name] = key
	}
	return keys[name]
}

func newKey(info keyInfo) (crypto.Signer, error) {
	if info.Kty == "EC" {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, info.Bits)
}

// RSA gives the named RSA key of the cases.
func (w *World) RSA(name string) *rsa.PrivateKey {
	w.t.Helper()
	key, ok := w.key(name).(*rsa.PrivateKey)
	if !ok {
		w.t.Fatalf("key %q is not RSA", name)
	}
	return key
}

// KeyID gives the id under which the named key is known.
func (w *World) KeyID(name string) string { return w.file.Fixtures.Keys[name].Kid }

func (w *World) jwk(name string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: w.key(name).Public(), KeyID: w.KeyID(name), Use: "sig"}
}

// KeySet gives the named public keys as a JWK set.
func (w *World) KeySet(names ...string) []byte {
	w.t.Helper()
	set := jose.JSONWebKeySet{}
	for _, name := range names {
		set.Keys = append(set.Keys, w.jwk(name))
	}
	return w.encode(set)
}

func (w *World) encode(v any) []byte {
	w.t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

// KeyServer serves a key set and counts how many times it was asked.
type KeyServer struct {
	// URL is the address of the set.
	URL   string
	asked atomic.Int64
}

// Asked tells how many times the set was fetched.
func (s *KeyServer) Asked() int { return int(s.asked.Load()) }

// ServeKeys starts a server with the named public keys, until the test ends.
func (w *World) ServeKeys(names ...string) *KeyServer {
	w.t.Helper()
	set := w.KeySet(names...)
	s := &KeyServer{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		s.asked.Add(1)
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write(set)
	}))
	w.t.Cleanup(server.Close)
	s.URL = server.URL + "/jwks"
	return s
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_]+)([+:-][A-Za-z0-9]+)?\}`)

// replace fills in ${…}: variables, ${now+n}, ${uuid}, ${claims:base} and ${deep10000}.
func (w *World) replace(text string) string {
	text = strings.ReplaceAll(text, "${deep10000}",
		strings.Repeat(`{"a":`, 10_000)+"1"+strings.Repeat("}", 10_000))
	return variable.ReplaceAllStringFunc(text, func(found string) string {
		parts := variable.FindStringSubmatch(found)
		name, rest := parts[1], parts[2]
		switch {
		case name == "now":
			seconds, _ := strconv.ParseInt(strings.TrimPrefix(rest, "+"), 10, 64)
			return strconv.FormatInt(w.now.Unix()+seconds, 10)
		case name == "uuid":
			return uuid.NewString()
		case name == "claims":
			return string(w.encode(w.expandAll(w.file.Fixtures.Bases[rest[1:]].Claims)))
		}
		value, ok := w.variables[name]
		if !ok {
			w.t.Fatalf("unknown variable %s", found)
		}
		return value
	})
}

// expand gives the value that a case's JSON stands for.
func (w *World) expand(raw json.RawMessage) any {
	w.t.Helper()
	var v any
	mustDecode(w.t, string(raw), &v)
	return w.expandValue(v)
}

func (w *World) expandValue(v any) any {
	switch v := v.(type) {
	case string:
		return w.replace(v)
	case []any:
		for i := range v {
			v[i] = w.expandValue(v[i])
		}
		return v
	case map[string]any:
		return w.expandObject(v)
	}
	return v
}

func (w *World) expandObject(o map[string]any) any {
	seconds := func(name string) (int64, bool) {
		n, ok := o[name].(float64)
		return w.now.Unix() + int64(n), ok
	}
	if n, ok := seconds("$t"); ok {
		return n
	}
	if n, ok := seconds("$tf"); ok {
		return json.RawMessage(fmt.Sprintf("%d.0", n))
	}
	if n, ok := seconds("$ts"); ok {
		return strconv.FormatInt(n, 10)
	}
	if n, ok := seconds("$tms"); ok {
		return n * 1000
	}
	if c, ok := o["$repeat"].(string); ok {
		return strings.Repeat(c, int(o["n"].(float64)))
	}
	if name, ok := o["$jwk"].(string); ok {
		return json.RawMessage(w.encode(w.jwk(name)))
	}
	if name, ok := o["$selfsigned"].(string); ok {
		return w.certificate(name, o["serialNumber"])
	}
	if _, ok := o["$uuid"]; ok {
		return uuid.NewString()
	}
	if _, ok := o["$null"]; ok {
		return nil
	}
	for name, v := range o {
		o[name] = w.expandValue(v)
	}
	return o
}

func (w *World) expandAll(members map[string]json.RawMessage) map[string]any {
	w.t.Helper()
	all := map[string]any{}
	for name, raw := range members {
		all[name] = w.expand(raw)
	}
	return all
}
