package main

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// TestStart_WhomItIsForIsChosen is for somebody who may apply for herself and for an association:
// nobody is chosen for her, the choice stands in the address and outlives a change of language, and
// she acts for whom she chose.
func TestStart_WhomItIsForIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	const start, band = "/" + appA + "?kategori=lag", "51003"
	p := look(t, b, start)
	if got := p.Find(func(n *html.Node) bool { return driver.Attr(n, "type") == "radio" }); got == nil ||
		driver.Attr(got, "value") != "50001" {
		t.Fatalf("no choice, or another order: %s", p.Main())
	}
	p, err := b.Submit(t.Context(), p, p.FormTo("/start"), "", "")
	if title := driver.Text(p.Find(isElement("title"))); err != nil || p.Status != 422 ||
		!strings.HasPrefix(title, "Feil: ") || p.Link("Du må velge hvem du fyller ut for.") != "#whom-0" ||
		strings.Count(p.Main(), "Du må velge hvem du fyller ut for.") != 2 {
		t.Fatalf("nobody chosen: %d %q %v: %s", p.Status, title, err, p.Main())
	}
	if n := w.number(t, `SELECT count(*) FROM instance`); n != 0 {
		t.Errorf("%d drafts for nobody", n)
	}

	f := p.FormTo("/start")
	f.Values.Set("party", band)
	f.Values.Set("go", "language:nn")
	p, err = b.Post(t.Context(), f.Action, f.Values)
	if err != nil || p.Status != 200 || !strings.HasSuffix(p.URL, start+"&party="+band) ||
		!strings.Contains(p.Main(), "Kven fyller du ut for?") {
		t.Fatalf("in nynorsk: %s (%d) %v", p.URL, p.Status, err)
	}
	f = p.FormTo("/start")
	if f.Values.Get("party") != band {
		t.Errorf("chosen: %q", f.Values["party"])
	}
	p, err = b.Submit(t.Context(), p, f, "", "")
	if err != nil || p.Status != 200 || !strings.Contains(p.URL, "/"+band+"/") ||
		!strings.Contains(driver.Text(p.Doc), "Nordvik Musikkforening") {
		t.Fatalf("started: %s (%d) %v", p.URL, p.Status, err)
	}
	if got := typed(t, p, "soker.kategori"); got != "lag" {
		t.Errorf("the address gave %q", got)
	}
	if my := look(t, b, "/my"); !strings.Contains(my.Main(), "arrangementsst") {
		t.Errorf("the draft is not among theirs: %s", my.Main())
	}
	if n := w.number(t, `SELECT count(*) FROM instance WHERE owner = 51003`); n != 1 {
		t.Errorf("%d drafts of the association", n)
	}
	// The association stands first now, and still nobody is chosen.
	p = look(t, b, start)
	if got := p.FormTo("/start").Values.Get("party"); got != "" {
		t.Errorf("chosen for her: %q", got)
	}
	// For a service that is for people alone there is nobody to choose, and the page says for whom.
	p = look(t, b, "/nordvik/parkering")
	if f := p.FormTo("/start"); f == nil || f.Values.Get("party") != "50001" ||
		!strings.Contains(p.Main(), "Du fyller ut for deg sjølv, Kari Solbakken.") ||
		!strings.Contains(p.Main(), "Tenesta er ikkje for denne typen søkjar.") {
		t.Errorf("for herself alone: %s", p.Main())
	}
	for _, wrong := range []string{"50002", "0", "x"} {
		p, err := b.Post(t.Context(), "/"+appA+"/start", url.Values{"party": {wrong}})
		if err != nil || p.Status != 403 && p.Status != 400 {
			t.Errorf("for %s: %d %v", wrong, p.Status, err)
		}
	}
}
