package altinntest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/browsertest"
	"stafett/internal/core"
	"stafett/static"
	"stafett/templates/gallery"
)

// TestAxe_FindsNothingOnAnyPage shows every page of every app to axe: of the app with every type
// of component, in every state; of the example apps and the fixtures; and of the folders of
// Altinn's apps, where there are any.
func TestAxe_FindsNothingOnAnyPage(t *testing.T) {
	t.Parallel()
	l := newLooker(t)
	l.lookAtGallery()
	l.lookAtComponents()
	examples, _ := app.LoadAll(apps.FS)
	l.lookAtApps("example", examples...)
	fixtures, _ := app.LoadAll(os.DirFS("../app/testdata/apps"))
	l.lookAtApps("fixture", fixtures...)
	altinn, _ := appFolders(t)
	for _, f := range altinn {
		if d, _ := app.LoadBrought(f.fsys, core.AppRef{Org: "ttd", App: slug(f.name)}); d != nil {
			l.lookAtApps(f.name, d)
		}
	}
	t.Logf("axe saw %d pages, %d of them in the dark, of %d apps, %d of them Altinn's",
		l.pages, l.dark, l.apps, len(altinn))
	if len(examples) == 0 || len(fixtures) == 0 || l.dark == 0 {
		t.Errorf("%d example apps, %d fixtures", len(examples), len(fixtures))
	}
}

// looker shows pages to axe in one tab.
type looker struct {
	t                 *testing.T
	tab               *browsertest.Tab
	seen              map[string]bool
	apps, pages, dark int
}

// newLooker opens a page with the program's style; all others are put in its place.
func newLooker(t *testing.T) *looker {
	t.Helper()
	if !static.Built() {
		t.Fatal("the assets are not built: run make, or go run ./cmd/assets")
	}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="en"><title>Start</title>
			<meta name="viewport" content="width=device-width">
			<link rel="stylesheet" href="`+static.URL("app.css")+`">`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(server.URL)
	return &looker{t: t, tab: tab, seen: map[string]bool{}}
}

// styled are the rules about how things look. An app brings no style of its own, so what they are
// about is the same wherever a component stands, and they are slow: they are asked about every
// component in every state, and elsewhere about the first page of a form.
var styled = []string{"color-contrast", "target-size"}

// lookAtApps shows every page of apps, without answers and with made-up ones.
func (l *looker) lookAtApps(of string, defs ...*app.Definition) {
	l.t.Helper()
	for _, d := range defs {
		l.apps++
		empty, full := states(d)
		eachPage(d, func(set *app.LayoutSet, page string) {
			first := page == set.Pages[0].ID
			for _, s := range []state{empty, full} {
				s.inside = !first
				at := strings.Join([]string{of, d.Ref.String(), set.ID, page, s.name}, " ")
				l.look(at, draw(l.t, d, set, page, "nb", s), first)
			}
		})
	}
}

// lookAtComponents shows every type of component in every state, with and without errors in the
// dark too.
func (l *looker) lookAtComponents() {
	l.t.Helper()
	d := everyType(l.t)
	l.apps++
	eachPage(d, func(set *app.LayoutSet, page string) {
		for _, s := range componentStates(d, page) {
			at := strings.Join([]string{"component", page, s.name}, " ")
			if l.look(at, draw(l.t, d, set, page, "nb", s), true) && s.checked {
				l.lookInTheDark(at)
			}
		}
	})
}

// lookAtGallery shows every piece in every state.
func (l *looker) lookAtGallery() {
	l.t.Helper()
	var html strings.Builder
	g := gallery.Gallery{Head: head("nb"), URL: "/dev/gallery"}
	if err := g.Render(l.t.Context(), &html); err != nil {
		l.t.Fatal(err)
	}
	l.look("gallery", html.String(), true)
	l.lookInTheDark("gallery")
}

// look shows a page to axe, unless it has seen the same.
func (l *looker) look(at, html string, whole bool) bool {
	l.t.Helper()
	if l.seen[html] {
		return false
	}
	l.seen[html] = true
	l.pages++
	l.tab.Show(html)
	found := l.tab.Axe
	if !whole {
		found = func() []browsertest.Violation { return l.tab.AxeWithout(styled...) }
	}
	for _, v := range found() {
		l.t.Errorf("%s: %v", at, v)
	}
	return true
}

// lookInTheDark asks about the colours of the page that is there, in the dark.
func (l *looker) lookInTheDark(at string) {
	l.t.Helper()
	l.dark++
	l.tab.Dress(true, 0)
	for _, v := range l.tab.AxeOnly("color-contrast") {
		l.t.Errorf("%s in the dark: %v", at, v)
	}
	l.tab.Dress(false, 0)
}
