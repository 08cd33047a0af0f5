package orgtoken_test

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stafett/internal/orgtoken"
	"stafett/internal/tokentest"
)

// clock is a clock that a test moves.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(noon.UnixNano())
	return c
}

func (c *clock) now() time.Time        { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) move(by time.Duration) { c.at.Add(int64(by)) }

func get(t *testing.T, h http.Handler, path string) map[string]any {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	var body map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &body); rec.Code != http.StatusOK || err != nil {
		t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return body
}

// aCase gives a grant that is right but for the changes.
func aCase(t *testing.T, header, claims string, key string) tokentest.Case {
	t.Helper()
	c := tokentest.Case{ID: t.Name(), Target: tokentest.Grant}
	if err := json.Unmarshal([]byte(header), &c.Header); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(claims), &c.Claims); err != nil {
		t.Fatal(err)
	}
	c.Sign = &tokentest.Sign{Alg: "RS256", Key: key}
	return c
}

func issuedClaims(t *testing.T, got answer) orgtoken.Object {
	t.Helper()
	if got.Status != http.StatusOK {
		t.Fatalf("got %d %v", got.Status, got.Body)
	}
	s, err := orgtoken.Parse(got.Text("access_token"))
	if err != nil {
		t.Fatal(err)
	}
	return s.Claims
}

func TestIssuer_TellsWhereItsEndpointsAre(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	doc := get(t, newIssuer(t, w, nil).Handler(), "/.well-known/oauth-authorization-server")
	mp := w.Get("MP")
	for name, want := range map[string]string{
		"issuer": mp, "token_endpoint": mp + "token", "jwks_uri": mp + "jwks",
	} {
		if doc[name] != want {
			t.Errorf("%s: got %v, want %s", name, doc[name], want)
		}
	}
}

func TestIssuer_WritesTokensAsMaskinportenDoes(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	address := serve(t, newIssuer(t, w, nil).Handler())
	c := aCase(t, `{}`, `{"resource":["${B_API}"]}`, "cA1")
	got := postGrant(t, address, w.Token(c), tokentest.Send{})
	claims := issuedClaims(t, got)
	for name, want := range map[string]string{
		"iss": w.Get("MP"), "aud": w.Get("B_API"), "client_id": "client-a", "token_type": "Bearer",
		"client_amr": "private_key_jwt", "scope": write, "consumer": "map[ID:0192:991825827 " +
			"authority:iso6523-actorid-upis]",
	} {
		if got := fmt.Sprint(claims[name]); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	iat, _ := claims.Seconds("iat")
	if exp, _ := claims.Seconds("exp"); exp-iat != 600 || iat != noon.Unix() {
		t.Errorf("lives from %d to %d", iat, exp)
	}
	if got.Text("token_type") != "Bearer" || got.Body["expires_in"] != 600.0 {
		t.Errorf("answer: got %v", got.Body)
	}
	if id, _ := claims.Text("jti"); len(id) != 36 {
		t.Errorf("jti: got %q", id)
	}
}

func TestIssuer_AudienceFollowsResource(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	address := serve(t, newIssuer(t, w, nil).Handler())
	for claims, want := range map[string]string{
		`{}`: "unspecified", `{"resource":"https://b.example/x"}`: "https://b.example/x",
		`{"resource":["https://b.example","https://c.example"]}`: "[https://b.example https://c.example]",
	} {
		got := postGrant(t, address, w.Token(aCase(t, `{}`, claims, "cA1")), tokentest.Send{})
		if aud := fmt.Sprint(issuedClaims(t, got)["aud"]); aud != want {
			t.Errorf("%s: got %s, want %s", claims, aud, want)
		}
	}
}

func TestIssuer_DelegatedTokenNamesConsumerAndSupplier(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	address := serve(t, newIssuer(t, w, nil).Handler())
	c := aCase(t, `{"kid":"client-b-1"}`, `{"iss":"client-b","consumer_org":"889640782",`+
		`"scope":"altinn:serviceowner/instances.read"}`, "cB1")
	claims := issuedClaims(t, postGrant(t, address, w.Token(c), tokentest.Send{}))
	for name, number := range map[string]string{"consumer": "889640782", "supplier": "910753614"} {
		if !strings.Contains(fmt.Sprint(claims[name]), "0192:"+number) {
			t.Errorf("%s: got %v", name, claims[name])
		}
	}
}

func TestIssuer_SameIDFromAnotherClientIsAnotherGrant(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	address := serve(t, newIssuer(t, w, nil).Handler())
	a := aCase(t, `{}`, `{"jti":"same"}`, "cA1")
	b := aCase(t, `{"kid":"client-b-1"}`,
		`{"iss":"client-b","jti":"same","scope":"altinn:serviceowner/instances.read"}`, "cB1")
	for _, c := range []tokentest.Case{a, b} {
		issuedClaims(t, postGrant(t, address, w.Token(c), tokentest.Send{}))
	}
}

func TestIssuer_OfTwentyAtOnceOneGrantIsTaken(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	address := serve(t, newIssuer(t, w, nil).Handler())
	token := w.Token(aCase(t, `{}`, `{}`, "cA1"))
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := postGrant(t, address, token, tokentest.Send{}); got.Status == http.StatusOK {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		t.Errorf("taken %d times", taken.Load())
	}
}

func TestIssuer_RotatesItsKeysSoThatNoCheckerMeetsAnUnknownOne(t *testing.T) {
	t.Parallel()
	w, clock := tokentest.New(t, noon), newClock()
	issuer := newIssuer(t, w, func(c *orgtoken.IssuerConfig) {
		c.Now = clock.now
		var err error
		c.Ring, err = orgtoken.NewRing(orgtoken.RingKey{Key: w.RSA("mp1")},
			orgtoken.RingKey{Key: w.RSA("mp2"), SignsFrom: noon.Add(24 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
	})
	address := serve(t, issuer.Handler())
	first, second := orgtoken.KeyID(&w.RSA("mp1").PublicKey), orgtoken.KeyID(&w.RSA("mp2").PublicKey)
	for _, step := range []struct {
		after     time.Duration
		signs     string
		published []string
	}{
		{0, first, []string{first, second}},
		{24*time.Hour - time.Second, first, []string{first, second}},
		{24 * time.Hour, second, []string{first, second}},
		{24*time.Hour + 10*time.Minute + orgtoken.Skew, second, []string{first, second}},
		{24*time.Hour + 11*time.Minute, second, []string{second}},
	} {
		clock.at.Store(noon.Add(step.after).UnixNano())
		at := tokentest.New(t, clock.now())
		got := postGrant(t, address, at.Token(aCase(t, `{}`, `{}`, "cA1")), tokentest.Send{})
		issuedClaims(t, got)
		s, err := orgtoken.Parse(got.Text("access_token"))
		if err != nil {
			t.Fatal(err)
		}
		if kid, _ := s.Names.Text("kid"); kid != step.signs {
			t.Errorf("after %v: signed with %s", step.after, kid)
		}
		var published []string
		for _, k := range get(t, issuer.Handler(), "/jwks")["keys"].([]any) {
			published = append(published, k.(map[string]any)["kid"].(string))
		}
		if !slices.Equal(published, step.published) {
			t.Errorf("after %v: published %v, want %v", step.after, published, step.published)
		}
	}
}

func TestNewIssuer_RefusesWhatCannotBeSafe(t *testing.T) {
	t.Parallel()
	w := tokentest.New(t, noon)
	good := w.RSA("mp1")
	client := func(id, org string, key *rsa.PrivateKey) orgtoken.Registration {
		return orgtoken.Registration{ID: id, Organisation: org,
			Keys: []orgtoken.RegisteredKey{{Key: &key.PublicKey}}}
	}
	config := func(
		url string, key *rsa.PrivateKey, clients ...orgtoken.Registration,
	) orgtoken.IssuerConfig {
		return orgtoken.IssuerConfig{URL: url, Key: key, Clients: clients, Now: w.Now}
	}
	const url = "http://127.0.0.1/dev/maskinporten/"
	for name, c := range map[string]orgtoken.IssuerConfig{
		"no slash":        config("http://127.0.0.1/dev/maskinporten", good),
		"no key":          config(url, nil),
		"weak key":        config(url, w.RSA("weak")),
		"weak client key": config(url, good, client("a", owner, w.RSA("weak"))),
		"bad number":      config(url, good, client("a", "991825828", good)),
		"no id":           config(url, good, client("", owner, good)),
		"same id twice":   config(url, good, client("a", owner, good), client("a", owner, good)),
		"no clock":        {URL: url, Key: good},
	} {
		if _, err := orgtoken.NewIssuer(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := orgtoken.NewIssuer(config(url, good, client("a", owner, good))); err != nil {
		t.Errorf("a right configuration: %v", err)
	}
}

func TestReadForm_TakesOnlyAForm(t *testing.T) {
	t.Parallel()
	read := func(contentType, body string) error {
		r := httptest.NewRequest(http.MethodPost, "/token?a=9&grant_type=x", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		form, err := orgtoken.ReadForm(httptest.NewRecorder(), r)
		if err == nil && form.Get("grant_type") != "" {
			t.Error("the address was read")
		}
		return err
	}
	const form = "application/x-www-form-urlencoded"
	if err := read(form+"; charset=utf-8", "a=1&b=2"); err != nil {
		t.Errorf("a form: %v", err)
	}
	for kind, body := range map[string]string{
		"application/json": `{"a":1}`, "": "a=1", "multipart/form-data; boundary=x": "--x--",
		form: "a=1&a=2", form + " ": "a=%zz", form + ";": strings.Repeat("a", 33<<10),
	} {
		if read(kind, body) == nil {
			t.Errorf("%q with %.20q: taken", kind, body)
		}
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	once := orgtoken.NewOnce(2)
	until := noon.Add(time.Minute)
	for _, step := range []struct {
		value string
		now   time.Time
		want  error
	}{
		{"a", noon, nil}, {"a", noon, orgtoken.ErrUsed}, {"b", noon, nil},
		{"c", noon, orgtoken.ErrFull}, {"a", until.Add(-time.Second), orgtoken.ErrUsed},
		{"c", until, nil}, {"a", until, nil},
	} {
		if err := once.Use(step.value, step.now.Add(time.Minute), step.now); !errors.Is(err, step.want) {
			t.Errorf("%s at %v: got %v, want %v", step.value, step.now.Sub(noon), err, step.want)
		}
	}
}
