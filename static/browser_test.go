package static

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"stafett/internal/browsertest"
)

// policy is the content security policy of every page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// head begins every page of these tests.
const head = `<!doctype html><html lang="en" data-color-scheme="auto"><head><title>%s</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="%s"><link rel="stylesheet" href="%s"><script src="%s" defer></script></head>
<body><p id="announce" role="status" class="ds-sr-only" data-offline="No connection."></p>
<main id="main" tabindex="-1" class="wrap"><h1 class="ds-heading">%s</h1>`

// page makes a whole page of a part.
func page(title, part string) string {
	return fmt.Sprintf(head, title, URL("favicon.svg"), URL("app.css"), URL("app.js"), title) +
		part + "</main></body></html>"
}

// site serves a page at / under our policy, and whatever else a test handles.
func site(t *testing.T, part string, handlers map[string]http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(Prefix, Handler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, page("Start", part))
	})
	for pattern, handle := range handlers {
		mux.HandleFunc(pattern, handle)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// wantNoProblems fails on errors in the console and violations of the policy.
func wantNoProblems(t *testing.T, tab *browsertest.Tab) {
	t.Helper()
	if problems := tab.Problems(); len(problems) > 0 {
		t.Errorf("problems: %s", strings.Join(problems, "\n"))
	}
}

// log keeps what a server was asked, in order.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(line string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	return len(l.lines)
}

func (l *log) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.lines...)
}

func TestPage_UX80_LooksAndScriptsUnderOurPolicy(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	address := site(t, `<a class="ds-skip-link" href="#main">Skip</a>
		<button class="ds-button" type="button">Press</button>`, nil)
	pages := 0
	for _, o := range []browsertest.Options{{JS: true}, {}, {JS: true, Dark: true}, {Width: 320}} {
		tab := b.Tab(t, o)
		tab.Open(address)
		if found := tab.Axe(); len(found) > 0 {
			t.Errorf("%+v: %v", o, found)
		}
		if got := tab.SidewaysScroll(); got > 0 {
			t.Errorf("%+v: scrolls %d pixels sideways", o, got)
		}
		wantNoProblems(t, tab)
		pages++
	}
	t.Logf("axe saw %d pages", pages)
}

func TestFocus_UX37_ErrorSummaryHasItAlsoWhenTheAddressPointsElsewhere(t *testing.T) {
	t.Parallel()
	address := site(t, `<div class="ds-error-summary" id="errors" role="group" tabindex="-1"
		aria-labelledby="eh"><h2 id="eh">One error</h2><ul class="ds-list"><li>
		<a class="ds-link" href="#name">Enter a name.</a></li></ul></div>
		<label for="name">Name</label> <input class="ds-input" id="name">`, nil)
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address + "/#name")
	if got := tab.Focused(); got != "errors" {
		t.Errorf("focus is on %s, want the summary", got)
	}
	tab.Click("Enter a name.")
	if got := tab.Focused(); got != "name" {
		t.Errorf("after the link focus is on %s, want the field", got)
	}
	wantNoProblems(t, tab)
}

func TestSubmit_TwiceSendsOnce(t *testing.T) {
	t.Parallel()
	var asked log
	release := make(chan struct{})
	address := site(t, `<form method="post" action="/send">
		<button class="ds-button" id="go" name="go" value="next">Next</button></form>`,
		map[string]http.HandlerFunc{"POST /send": func(w http.ResponseWriter, r *http.Request) {
			asked.add(r.FormValue("go"))
			select {
			case <-release:
			case <-r.Context().Done():
			}
			fmt.Fprint(w, page("Sent", ""))
		}})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	tab.Impatient().ClickTwice("Next")
	until(t, "it is sent", func() bool { return len(asked.all()) > 0 })
	close(release)
	tab.WaitForText("h1", "Sent")
	if got := asked.all(); len(got) != 1 || got[0] != "next" {
		t.Errorf("sent %q, want once, with the button's value", got)
	}
	tab.Back()
	tab.WaitFor("#go:not([aria-busy])")
	tab.Click("Next")
	if got := asked.all(); len(got) != 2 {
		t.Errorf("after Back, sent %d times in all, want 2", len(got))
	}
	wantNoProblems(t, tab)
}

func TestSubmit_WaitingButtonSaysSoAndIsNotDisabled(t *testing.T) {
	t.Parallel()
	var asked log
	release := make(chan struct{})
	address := site(t, `<form method="post" action="/send" hx-post="/send" hx-target="#out">
		<button class="ds-button" id="go">Next</button></form><div id="out"></div>`,
		map[string]http.HandlerFunc{"POST /send": func(w http.ResponseWriter, r *http.Request) {
			asked.add("sent")
			select {
			case <-release:
			case <-r.Context().Done():
			}
			fmt.Fprint(w, "done")
		}})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(address)
	tab.Impatient().ClickTwice("Next")
	tab.WaitFor("#go[aria-busy=true]:not([disabled])")
	if got := tab.Focused(); got != "go" {
		t.Errorf("focus is on %s, want the button to keep it", got)
	}
	close(release)
	tab.WaitForText("#out", "done")
	tab.WaitFor("#go:not([aria-busy])")
	if got := asked.all(); len(got) != 1 {
		t.Errorf("sent %d times, want once", len(got))
	}
	wantNoProblems(t, tab)
}

func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("never came true: " + what)
	}
}

// until polls for what must come true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(30 * time.Second)
	for tick := time.NewTicker(20 * time.Millisecond); !ok(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("never came true: " + what)
		}
	}
}
