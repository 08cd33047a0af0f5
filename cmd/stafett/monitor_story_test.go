package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stafett/internal/driver"
)

// gate stands before the whole program, and answers instead of B where a test says so.
type gate struct {
	*httptest.Server
	answer  atomic.Pointer[http.HandlerFunc]
	program atomic.Pointer[httputil.ReverseProxy]
}

// newGate gives a program whose B is reached through the gate, and the address of its operations
// listener.
func newGate(t *testing.T, settings map[string]string) (g *gate, operations, database string) {
	t.Helper()
	g = &gate{}
	g.Server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(g.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	operations = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{
		"addr": "127.0.0.1:0", "base-url": g.URL, "targets": appB + "=" + g.URL,
		"ops-addr": operations, "log": "error",
	}
	for name, value := range settings {
		all[name] = value
	}
	l, err = net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	all["addr"] = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse("http://" + all["addr"])
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		w.WriteHeader(http.StatusBadGateway)
	}
	g.program.Store(proxy)
	_, database = runningWith(t, t.TempDir(), all)
	return g, operations, database
}

func (g *gate) serve(w http.ResponseWriter, r *http.Request) {
	if h := g.answer.Load(); h != nil && strings.HasPrefix(r.URL.Path, "/"+appB+"/instances") {
		_, _ = io.Copy(io.Discard, r.Body) // whoever sends it has gone away
		(*h)(w, r)
		return
	}
	g.program.Load().ServeHTTP(w, r)
}

// says lets B answer so from now on; nil lets it answer itself.
func (g *gate) says(h http.HandlerFunc) {
	if h == nil {
		g.answer.Store(nil)
		return
	}
	g.answer.Store(&h)
}

// metric waits until the operations listener tells a value.
func metric(t *testing.T, operations, line string) {
	t.Helper()
	var body []byte
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		answer, err := http.Get("http://" + operations + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		body, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "\n"+line+"\n") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("no %q in %s", line, body)
}

// TestStory_ADeliveryIsGivenUpAndTriedAgain: B refuses, then is away, and an administrator sees to
// both; the citizen's page tells each time how it is.
func TestStory_ADeliveryIsGivenUpAndTriedAgain(t *testing.T) {
	t.Parallel()
	g, operations, _ := newGate(t, nil)
	ctx := t.Context()
	g.says(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"title":"Ordningen er stengt","detail":"Ring 78 90 30 00","code":"closed"}`)
	})
	citizen := signedIn(t, g.URL, kari)
	const title = "Lysfest i Nordvikparken"
	status := strings.TrimSuffix(apply(ctx, t, citizen, title, []byte("%PDF-1.7\n")).URL, "/receipt") + "/status"
	says(ctx, t, citizen, status, "har ikke kommet fram til Nordvik kommune")

	admin := signedIn(t, g.URL, tor)
	const list = "/admin/" + nordvik + "/deliveries"
	p := says(ctx, t, admin, list, "Ordningen er stengt", "Trenger tiltak", "Prøv alle igjen", "http_422 closed")
	if strings.Contains(string(p.Body), "78 90 30") || strings.Contains(string(p.Body), title) {
		t.Error("the monitor shows what may be of the case")
	}
	metric(t, operations, `stafett_deliveries_parked{target="nordvik/stottesak"} 1`)
	only := get(ctx, t, admin, list+"?state=parked&to="+appB)
	if !strings.Contains(only.Main(), "Bare til") || strings.Contains(only.Main(), "Prøv alle igjen") {
		t.Errorf("narrowed to one target: %s", only.Main())
	}

	ask := get(ctx, t, admin, only.Link("Gi opp"))
	giveUp := func(p *driver.Page, reason string) *driver.Page {
		f := p.FormTo("/give-up")
		if err := f.Fill(map[string]string{"reason": reason}); err != nil {
			t.Fatal(err)
		}
		next, err := admin.Submit(ctx, p, f, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	if again := giveUp(ask, "Nei"); again.Status != 422 || again.FormTo("/give-up").Values.Get("reason") != "Nei" {
		t.Errorf("a short reason: got %d, %s", again.Status, again.Main())
	}
	const reason = "Ordningen er stengt i år. Du kan søke igjen i januar."
	if done := giveUp(ask, reason); done.Status != 200 || !strings.Contains(done.Main(), reason) ||
		!strings.Contains(done.Main(), "er gitt opp") {
		t.Errorf("given up: got %d, %s", done.Status, done.Main())
	}
	says(ctx, t, citizen, status, "kom ikke fram", "Ikke levert", reason)
	says(ctx, t, admin, "/admin/"+nordvik+"/log", "Ga opp en leveranse", reason)

	// Tried again, with B away: it is on its way, and the target is left alone after a while.
	var calls atomic.Int32
	g.says(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		panic(http.ErrAbortHandler)
	})
	press(ctx, t, admin, get(ctx, t, admin, list), "/retry")
	says(ctx, t, citizen, status, "på vei til Nordvik kommune")
	says(ctx, t, admin, list, "Svarer ikke", "Vi har holdt alt tilbake")
	metric(t, operations, `stafett_target_held{target="nordvik/stottesak"} 1`)
	if n := calls.Load(); n < 5 || n > 12 {
		t.Errorf("%d calls before it was left alone, want 5", n)
	}
	g.says(nil)
	says(ctx, t, citizen, status, "Nordvik kommune har søknaden")
	says(ctx, t, admin, list, "Svarer", "Levert")
	find(ctx, t, signedIn(t, g.URL, ingrid), title)
}
