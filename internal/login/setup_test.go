package login_test

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/devidp"
	"stafett/internal/fault"
	"stafett/internal/login"
	"stafett/internal/orgtoken"
	"stafett/internal/solutiontest"
)

// baseURL is where the program says that it is; nothing listens there.
const baseURL = "http://stafett.example"

// Person numbers of the register.
const (
	kariNumber   = "14827941388"
	ingridNumber = "07838432179"
)

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := orgtoken.NewKey()
	if err != nil {
		panic(err)
	}
	return k
})

// ring gives a ring of one key.
func ring(t *testing.T, key *rsa.PrivateKey) *orgtoken.Ring {
	t.Helper()
	r, err := orgtoken.NewRing(orgtoken.RingKey{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// door is the sign-in of a solution, with the development provider behind it.
type door struct {
	*solutiontest.Solution
	login  *login.Service
	issuer string
}

func newDoor(t *testing.T, changes ...func(*login.Config)) *door {
	t.Helper()
	d := &door{Solution: solutiontest.New(t)}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	d.issuer = server.URL
	persons := []devidp.Person{{Number: core.PersonNumber(newcomer(t)), Name: "Ny Person"}}
	for _, p := range d.Register.Persons() {
		persons = append(persons, devidp.Person{Number: core.PersonNumber(p.Number), Name: p.Name})
	}
	idp, err := devidp.New(devidp.Config{
		Issuer: d.issuer, Key: key(), Persons: persons, Now: time.Now,
		Clients: []devidp.Client{{
			ID: "stafett", Key: &key().PublicKey, RedirectURIs: []string{baseURL + "/auth/callback"},
			PostLogoutRedirectURIs: []string{baseURL + "/"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = idp.Handler()
	c := login.Config{
		Store: d.Store, Access: d.Access, Issuer: d.issuer, ClientID: "stafett", Ring: ring(t, key()),
		BaseURL: baseURL, ACR: devidp.ACRSubstantial,
		Synthetic: true, HTTP: server.Client(), Now: time.Now,
	}
	for _, change := range changes {
		change(&c)
	}
	d.login = login.New(c)
	return d
}

// newcomer is a made-up person who is in no register.
func newcomer(t *testing.T) string {
	t.Helper()
	for tail := range 100000 {
		if number := fmt.Sprintf("018190%05d", tail); core.ValidPersonNumber(number) {
			return number
		}
	}
	t.Fatal("there is no valid number")
	return ""
}

// browser keeps the session cookie.
type browser struct {
	t      *testing.T
	d      *door
	cookie *http.Cookie
}

func (d *door) browser(t *testing.T) *browser { return &browser{t: t, d: d} }

// request makes a request with the browser's cookie.
func (b *browser) request(target string) *http.Request {
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, target, nil)
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	return r
}

// keep takes the cookie that an answer sets.
func (b *browser) keep(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
}

// begin gives the provider's address.
func (b *browser) begin(returnTo string, level int) string {
	b.t.Helper()
	w := httptest.NewRecorder()
	to, err := b.d.login.Begin(w, b.request("/login"), returnTo, "nb", level)
	if err != nil {
		b.t.Fatalf("begin: %v", err)
	}
	b.keep(w)
	return to
}

// choose picks a person at the provider and gives the address that the browser is sent back to.
func (b *browser) choose(at, person string, changes ...string) string {
	b.t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		b.t.Fatal(err)
	}
	form := u.Query()
	form.Set("pid", person)
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	u.RawQuery = ""
	answer, err := client.PostForm(u.String(), form)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	back := answer.Header.Get("Location")
	if !strings.HasPrefix(back, baseURL+"/auth/callback?") {
		b.t.Fatalf("the provider answers %d to %q", answer.StatusCode, back)
	}
	return back
}

// finish brings the provider's answer.
func (b *browser) finish(back string) (string, error) {
	w := httptest.NewRecorder()
	path, err := b.d.login.Finish(w, b.request(back))
	b.keep(w)
	return path, err
}

// signIn goes all the way.
func (b *browser) signIn(person string) {
	b.t.Helper()
	if _, err := b.finish(b.choose(b.begin("/", 0), person)); err != nil {
		b.t.Fatalf("sign in: %v", err)
	}
}

// actor is who the server sees.
func (b *browser) actor() core.Actor {
	b.t.Helper()
	a, err := b.d.login.Actor(b.request("/"))
	if err != nil {
		b.t.Fatalf("actor: %v", err)
	}
	return a
}

func is(t *testing.T, what string, err error, kind fault.Kind, text string) {
	t.Helper()
	got, _, _ := fault.Text(err)
	if !fault.Is(err, kind) || got != text {
		t.Errorf("%s: %v, want %s %s", what, err, kind, text)
	}
}
