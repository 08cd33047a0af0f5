package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"stafett/internal/browsertest"
)

// line is the way between a browser and the server, on which uploads can be held up and cut.
type line struct {
	address string
	mu      sync.Mutex
	// held uploads go no further than their first bytes; the answers of lost ones do not come back.
	held, lost bool
	// keys are the idempotency keys of the uploads that came, in order.
	keys []string
	// on lets a held upload go on, by goOn; ended gets how its body ended.
	on    chan struct{}
	goOn  func()
	ended chan error
}

func newLine(t *testing.T, server string) *line {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{on: make(chan struct{}), ended: make(chan error, 1)}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/upload") {
			through.ServeHTTP(w, r)
			return
		}
		l.mu.Lock()
		held, lost := l.held, l.lost
		l.keys = append(l.keys, r.Header.Get("Idempotency-Key"))
		l.mu.Unlock()
		switch {
		case held:
			_, _ = io.CopyN(io.Discard, r.Body, 1<<20)
			<-l.on
			_, err := io.Copy(io.Discard, r.Body)
			l.ended <- err
		case lost:
			through.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler) // closes the connection
		default:
			through.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() {
		l.goOn()
		s.Close()
	})
	l.goOn = sync.OnceFunc(func() { close(l.on) })
	l.address = s.URL
	return l
}

func (l *line) set(held, lost bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held, l.lost = held, lost
}

// sent gives how many uploads came, and of how many files.
func (l *line) sent() (uploads, files int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := map[string]bool{}
	for _, k := range l.keys {
		known[k] = true
	}
	return len(l.keys), len(known)
}

const (
	fileControl = "input[type=file][data-upload-url]"
	fileLabel   = "Hva vil du legge ved?"
	storedFiles = ".files li[data-state=ok]"
)

// attaching is a person at the page of a draft that takes files, behind a line.
type attaching struct {
	*world
	*line
	tab   *browsertest.Tab
	guid  string
	files string
}

func newAttaching(t *testing.T) *attaching {
	t.Helper()
	a := &attaching{world: newWorld(t), files: t.TempDir()}
	a.line = newLine(t, a.world.address)
	p := atPage(t, signedIn(t, a.world.address, kari), "budsjett")
	a.guid = strings.Split(p.URL, "/")[5]
	a.tab = browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	a.tab.Open(a.world.address + "/login?return=" + p.URL)
	a.tab.ClickCSS("button[name=pid][value='" + kari + "']")
	a.tab.WaitFor(fileControl)
	a.tab.Open(a.line.address + p.URL)
	a.tab.WaitFor(fileControl)
	return a
}

// file makes a PDF of that name, whose content is its own, and as many bytes more.
func (a *attaching) file(t *testing.T, name string, more int) string {
	t.Helper()
	path := filepath.Join(a.files, name)
	if err := os.WriteFile(path, []byte("%PDF-1.7 "+name+strings.Repeat("x", more)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantFiles waits until the list on the page holds just those files, and looks into the database.
func (a *attaching) wantFiles(t *testing.T, names ...string) {
	t.Helper()
	shown := func() string { return strings.Join(a.tab.Texts(storedFiles), "\n") }
	for end := time.Now().Add(20 * time.Second); a.tab.Count(storedFiles) != len(names); {
		if time.Now().After(end) {
			t.Fatalf("the list never has %d files:\n%s", len(names), shown())
		}
	}
	for _, name := range names {
		if n := strings.Count(shown(), name); n == 0 {
			t.Errorf("%s is not in the list:\n%s", name, shown())
		}
		if n := a.number(t, `SELECT count(*) FROM element WHERE instance = $1 AND filename = $2`, a.guid,
			name); n != 1 {
			t.Errorf("%s is kept %d times", name, n)
		}
	}
	if n := a.number(t, `SELECT count(*) FROM element WHERE instance = $1 AND upload IS NOT NULL`,
		a.guid); n != int64(len(names)) {
		t.Errorf("%d files are kept, want %d", n, len(names))
	}
}

func (a *attaching) axe(t *testing.T, when string) {
	t.Helper()
	for _, v := range a.tab.Axe() {
		t.Errorf("%s: axe: %s", when, v)
	}
}

// TestUX27_BesideThePlaceToDropFilesIsAButton drops two files at once, and takes two more with the
// keyboard alone.
func TestUX27_BesideThePlaceToDropFilesIsAButton(t *testing.T) {
	t.Parallel()
	a := newAttaching(t)
	box := a.tab.Text(".ds-file-upload")
	if !strings.Contains(box, "Dra filer hit, eller") || !strings.Contains(box, "Velg filer") {
		t.Errorf("the box says %q", box)
	}
	for _, drawn := range []string{".ds-file-upload .fake-button", fileControl} {
		if height := browsertest.Evaluate[float64](a.tab, fmt.Sprintf(
			"document.querySelector(%q).getBoundingClientRect().height", drawn)); height < 44 {
			t.Errorf("%s is %.0f pixels high", drawn, height)
		}
	}
	if tree := a.tab.Tree(".ds-file-upload"); !strings.Contains(tree, `button "`+fileLabel) {
		t.Errorf("assistive technology is told\n%s", tree)
	}
	browsertest.Evaluate[bool](a.tab, `Boolean(addEventListener('drop', (event) => {
		const box = event.target.closest('.ds-file-upload');
		window.over = getComputedStyle(box).outlineStyle === 'solid' && box.matches('[data-over]');
	}, { capture: true })) || true`)
	a.tab.Drop(fileControl, a.file(t, "kart.pdf", 0), a.file(t, "plan.pdf", 0))
	a.wantFiles(t, "kart.pdf", "plan.pdf")
	if !browsertest.Evaluate[bool](a.tab, "window.over === true") || a.tab.Count("[data-over]") != 0 {
		t.Error("the place to drop files is marked while one is held over it, and not afterwards: it is not so")
	}
	a.refusesHere(t)
	// Beside its place a file would be opened instead of the form. A browser that nobody sees does not
	// go that far: what counts is that it is told not to.
	browsertest.Evaluate[bool](a.tab, `Boolean(addEventListener('dragover', (event) => {
		window.kept = event.defaultPrevented && event.dataTransfer.dropEffect === 'none';
	})) || true`)
	a.tab.Drop("h1", a.file(t, "ved-siden-av.pdf", 0))
	if !browsertest.Evaluate[bool](a.tab, "window.kept === true") {
		t.Error("a file that is dropped beside its place is opened instead of the form")
	}
	a.tab.Open(a.tab.URL())
	control := browsertest.Evaluate[string](a.tab, fmt.Sprintf("document.querySelector(%q).id", fileControl))
	presses := 0
	for ; a.tab.Focused() != control; presses++ {
		if presses == 60 {
			t.Fatalf("focus is on %q after %d presses of Tab", a.tab.Focused(), presses)
		}
		a.tab.Key(kb.Tab)
	}
	a.tab.ChooseFiles(kb.Enter, a.file(t, "budsjett.pdf", 0), a.file(t, "skisse.pdf", 0))
	a.wantFiles(t, "kart.pdf", "plan.pdf", "budsjett.pdf", "skisse.pdf")
	if got := a.tab.Focused(); got != control {
		t.Errorf("focus is on %q", got)
	}
	a.axe(t, "four files")
	if uploads, files := a.sent(); uploads != 4 || files != 4 {
		t.Errorf("%d uploads of %d files", uploads, files)
	}
	t.Logf("4 files, dropped and chosen with the keyboard after %d presses of Tab", presses)
}

// refusesHere chooses a file that is too large and one of a type that is not taken: the reason stands at
// the field, and nothing is sent.
func (a *attaching) refusesHere(t *testing.T) {
	t.Helper()
	before, _ := a.sent()
	for name, says := range map[string]string{
		"stor.pdf":    "Filen er for stor. Den kan være høyst 20",
		"program.exe": "Filtypen .exe kan ikke brukes. Lagre dokumentet som PDF",
	} {
		path := a.file(t, name, 0)
		if name == "stor.pdf" {
			if err := os.Truncate(path, 20<<20+1); err != nil {
				t.Fatal(err)
			}
		}
		a.tab.Upload(fileLabel, path)
		line := a.tab.Text(".files li[data-state=error]")
		if !strings.Contains(line, name) || !strings.Contains(line, says) {
			t.Errorf("%s: the line says %q", name, line)
		}
		if got := a.tab.Text("#announce"); !strings.Contains(got, says) {
			t.Errorf("%s: announced %q", name, got)
		}
		a.axe(t, "refused before it is sent")
		a.tab.Click("Fjern " + name)
	}
	if n, _ := a.sent(); n != before || a.tab.Count(".files li") != 2 {
		t.Errorf("%d uploads were sent, want none; %d lines", n-before, a.tab.Count(".files li"))
	}
}

// TestUX28_AnUploadShowsHowFarItIsAndSurvivesALostLine holds one upload up and cancels it, and loses
// the answers of another twice.
func TestUX28_AnUploadShowsHowFarItIsAndSurvivesALostLine(t *testing.T) {
	t.Parallel()
	a := newAttaching(t)
	a.tab.Upload(fileLabel, a.file(t, "kart.pdf", 0))
	a.wantFiles(t, "kart.pdf")

	a.set(true, false)
	hurry := a.tab.Impatient()
	hurry.Upload(fileLabel, a.file(t, "stor.pdf", 19<<20))
	var percent int
	for end := time.Now().Add(20 * time.Second); percent == 0 && time.Now().Before(end); {
		_, _ = fmt.Sscanf(strings.Join(hurry.Texts(".files li[data-state=busy] .meta"), ""), "%d %%", &percent)
	}
	if percent < 1 || percent > 99 {
		t.Errorf("the line tells %d %%", percent)
	}
	if tree := hurry.Tree(".files"); !strings.Contains(tree, `"Laster opp stor.pdf"`) ||
		!strings.Contains(tree, `"Avbryt stor.pdf"`) {
		t.Errorf("assistive technology is told\n%s", tree)
	}
	if got := hurry.Text("#announce"); got != "Laster opp stor.pdf" {
		t.Errorf("announced %q", got)
	}
	a.axe(t, "uploading")
	hurry.Click("Avbryt stor.pdf")
	a.goOn()
	select {
	case err := <-a.ended:
		if err == nil {
			t.Error("a cancelled upload is sent to its end")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("a cancelled upload does not end")
	}
	a.wantFiles(t, "kart.pdf")
	if n := a.tab.Count(".files li"); n != 1 {
		t.Errorf("%d lines are left", n)
	}

	a.set(false, true)
	hurry.Upload(fileLabel, a.file(t, "plan.pdf", 0))
	a.tab.WaitFor(".files li[data-state=error]")
	failed := a.tab.Text(".files li[data-state=error]")
	if !strings.Contains(failed, "plan.pdf ble ikke lastet opp") || !strings.Contains(failed, "Prøv igjen") {
		t.Errorf("the lost file says %q", failed)
	}
	if got := a.tab.Text("#announce"); !strings.HasPrefix(got, "plan.pdf ble ikke lastet opp") {
		t.Errorf("announced %q", got)
	}
	a.axe(t, "failed")
	a.set(false, false)
	a.tab.Click("Prøv igjen plan.pdf")
	a.wantFiles(t, "kart.pdf", "plan.pdf")
	if got := a.tab.Text("#announce"); got != "plan.pdf er lastet opp" {
		t.Errorf("announced %q", got)
	}
	uploads, files := a.sent()
	// The script tries once by itself, and a browser may do so too, when a connection that it has used
	// before breaks.
	if uploads < 5 || files != 3 {
		t.Errorf("%d uploads of %d files, want at least 5 of 3", uploads, files)
	}
	t.Logf("%d %% shown, %d uploads of %d files made 2", percent, uploads, files)
}
