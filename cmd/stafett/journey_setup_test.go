package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stafett/internal/browsertest"
	"stafett/store/storetest"
)

// stage is what all journeys share: one server, one browser, and what has been looked at.
type stage struct {
	address  string
	database string
	browser  *browsertest.Browser
	patterns []string
	muxes    []*http.ServeMux
	roles    sync.Mutex // held by the one who gives and takes roles

	mu     sync.Mutex
	shown  map[string]bool // pattern, scripting, scheme
	pages  int             // pages, each of which was looked at in several dresses
	looks  int             // times that axe looked
	widths int             // times that the width was tried at 320 pixels
}

func newStage(t *testing.T) *stage {
	s := &stage{browser: browsertest.Start(t), shown: map[string]bool{}}
	s.address, s.database = runningWith(t, t.TempDir(), map[string]string{
		"apps": withSubform + "," + withConfirmation(t),
	})
	storetest.Exec(t, s.database, `INSERT INTO subscription (org, organisation_number, endpoint, secret, state)
		VALUES ('nordvik', $1, 'https://127.0.0.1:1/', sha256('x'), 'parked')`, nordvik)
	s.patterns, s.muxes = pageRoutes(t)
	return s
}

// walker is one tab with a person before it.
type walker struct {
	*browsertest.Tab
	t  *testing.T
	s  *stage
	js bool
	// few: what is shown to axe is shown in one dress with scripting, and in another without.
	few bool
}

// visitor opens a tab in which nobody has signed in.
func (s *stage) visitor(t *testing.T, js bool) *walker {
	t.Helper()
	p := &walker{Tab: s.browser.Tab(t, browsertest.Options{JS: js}), t: t, s: s, js: js}
	t.Cleanup(func() {
		for _, problem := range p.Problems() {
			t.Errorf("in the console: %s", problem)
		}
	})
	return p
}

// signIn opens a tab and signs in there.
func (s *stage) signIn(t *testing.T, js bool, number string) *walker {
	t.Helper()
	p := s.visitor(t, js)
	p.open("/login?return=/my")
	p.ClickCSS(fmt.Sprintf("button[name=pid][value=%q]", number))
	p.at("/my")
	return p
}

func (p *walker) open(path string) {
	p.t.Helper()
	p.Open(p.s.address + path)
}

// at waits until the page is the one of that path's beginning, and checks that it is answered well.
func (p *walker) at(path string) {
	p.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if strings.HasPrefix(p.path(), path) && p.Status() == http.StatusOK && p.Count("main h1") == 1 {
			return
		}
	}
	p.t.Fatalf("at %s (%d), want %s:\n%q", p.path(), p.Status(), path, p.Texts("body"))
}

func (p *walker) path() string { return strings.TrimPrefix(p.URL(), p.s.address) }

// refused checks that a path is refused, and shows nothing of the case.
func (p *walker) refused(path, secret string) {
	p.t.Helper()
	p.open(path)
	if p.Status() != http.StatusForbidden || strings.Contains(p.HTML(), secret) {
		p.t.Errorf("%s: got %d, want 403 and no word of the case", path, p.Status())
	}
}

// tick presses a radio button or a check box, by its name and value.
func (p *walker) tick(name, value string) {
	p.t.Helper()
	p.ClickCSS(fmt.Sprintf("input[name=%q][value=%q]", name, value))
}

// says checks that the page shows all of the words.
func (p *walker) says(words ...string) {
	p.t.Helper()
	text := strings.ReplaceAll(p.Text("body"), "\u00a0", " ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("%s does not show %q:\n%s", p.path(), w, text)
		}
	}
}

// arrives opens a path again and again until it shows a text: for what is done behind the page.
func (p *walker) arrives(path, text string) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		p.open(path)
		if strings.Contains(p.Text("body"), text) {
			return
		}
	}
	p.t.Fatalf("%s never shows %q:\n%s", path, text, p.Text("body"))
}

// look shows the page as it is to axe, light and dark, wide and narrow, and tries it at 320 pixels.
func (p *walker) look(name string) {
	p.t.Helper()
	s := p.s
	pattern := s.pattern(p.t, p.URL())
	for _, d := range p.dresses() {
		p.Dress(d.dark, d.width)
		for _, v := range p.Axe() {
			p.t.Errorf("%s (%s), %+v: %v", name, p.path(), d, v)
		}
		p.picture(name, d.dark, d.width)
		s.mu.Lock()
		s.shown[key(pattern, p.js, d.dark)] = true
		s.looks++
		s.mu.Unlock()
	}
	p.Dress(false, 320)
	if n := p.SidewaysScroll(); n > 0 {
		p.t.Errorf("%s (%s): %d pixels of sideways scroll at 320", name, p.path(), n)
	}
	p.Dress(false, 1280)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages++
	s.widths++
}

// dress is how a page is shown.
type dress struct {
	dark  bool
	width int64
}

// dresses show every scheme and every width once, with scripting in other pairs than without; few
// shows one of them.
func (p *walker) dresses() []dress {
	pair := []dress{{true, 360}, {false, 1280}}
	if !p.js {
		pair = []dress{{false, 360}, {true, 1280}}
	}
	if p.few {
		return pair[:1]
	}
	return pair
}

// picture keeps a picture of the page in the folder that STAFETT_PICTURES names.
func (p *walker) picture(name string, dark bool, width int64) {
	dir := os.Getenv("STAFETT_PICTURES")
	if dir == "" || !p.js {
		return
	}
	scheme := map[bool]string{true: "dark", false: "light"}[dark]
	p.Screenshot(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, scheme, width)))
}

// startForm presses the button of an app's start page, for the first whom the form can be for where
// that is a choice.
func startForm(tab *browsertest.Tab) {
	if tab.Count("#whom input") > 0 {
		tab.ClickCSS("#whom-0")
	}
	tab.ClickCSS("main form[action$='/start'] button")
}
