package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"stafett/internal/browsertest"
)

// skips is UX.md's point 4.
func (s *sight) skips(t *testing.T, p *walker) {
	pages := 0
	for _, path := range []string{"/my", s.task + "/soker", "/my/finnes-ikke"} {
		p.open(path)
		p.Key(kb.Tab)
		if got := p.Focused(); got != "skip" {
			t.Errorf("%s: the first Tab is at %q", path, got)
		}
		p.Key("\r")
		if got := p.Focused(); got != "main" {
			t.Errorf("%s: the link past the header leads to %q, want main", path, got)
		}
		pages++
	}
	t.Logf("%d pages", pages)
}

// mends is UX.md's point 38.
func (s *sight) mends(t *testing.T, p *walker) {
	links := 0
	for _, page := range []string{"soker", "arrangement", "budsjett"} {
		p.open(s.task + "/" + page)
		p.ClickCSS("#next")
		p.WaitFor("#errors")
		if got := p.Focused(); got != "errors" {
			t.Errorf("%s: the focus is at %q", page, got)
		}
		for _, link := range browsertest.Evaluate[[]string](p.Tab,
			"[...document.querySelectorAll('#errors a')].map((a) => a.id + a.getAttribute('href'))") {
			id, to, _ := strings.Cut(link, "#")
			links++
			p.ClickCSS("#" + id)
			if got := p.Focused(); got != to {
				t.Errorf("%s: the link to %s moves the focus to %s", page, to, got)
			}
			if wrong := browsertest.Evaluate[string](p.Tab, labelScript); wrong != "" {
				t.Errorf("%s, %s: %s", page, to, wrong)
			}
		}
	}
	if t.Logf("%d links", links); links < 15 {
		t.Error("too few links")
	}
}

// tabTo presses Tab until the element with the id has the focus, and looks at it on each stop. Like a
// person it waits for nothing between the stops: what the page fetches meanwhile must not take the focus.
func (p *walker) tabTo(id string) (stops int) {
	p.t.Helper()
	on := p.Impatient()
	for ; stops < 80; stops++ {
		if p.Focused() == id {
			return stops
		}
		on.Key(kb.Tab)
		if wrong := browsertest.Evaluate[string](p.Tab, focusScript); wrong != "" {
			p.t.Errorf("%s, %s: %s", p.path(), p.Focused(), wrong)
		}
	}
	p.t.Fatalf("%s: Tab does not lead to %s", p.path(), id)
	return stops
}

// comesTo waits until what the focus is at is as the expression says, where e is the element.
func (p *walker) comesTo(what, expression string) {
	p.t.Helper()
	var at string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		at = browsertest.Evaluate[string](p.Tab, `(() => {
			const e = document.activeElement;
			return e && document.readyState === 'complete' && (`+expression+`) ? '' : (e?.id ?? '') + ' at ' + location.href;
		})()`)
		if at == "" {
			return
		}
	}
	p.t.Fatalf("the focus is at %s, want %s", at, what)
}

const (
	firstQuestion = "e.id.startsWith('q-budsjett-post-tekst')"
	changes       = "e.value?.startsWith('edit:')"
	deletes       = "e.value?.startsWith('delete:')"
	adds          = "e.id === 'q-budsjett-poster'"
)

// rows is UX.md's point 29, by the keys alone.
func (s *sight) rows(t *testing.T, p *walker) {
	p.t = t
	p.open(s.task + "/budsjett")
	p.tabTo("q-budsjett-poster")
	for _, row := range []struct{ what, amount, sum string }{{"Lyd", "42000", "42 000"}, {"Mat", "8000", "50 000"}} {
		p.comesTo("the button that adds", adds)
		p.Key("\r")
		p.comesTo("the first question of the new row", firstQuestion)
		p.Key(row.what)
		p.Key(kb.Tab)
		p.Key("L")
		p.Key(kb.Tab)
		p.Key(row.amount)
		p.Key(kb.Tab + kb.Tab)
		p.Key("\r")
		p.comesTo("the button that changes the row", changes)
		p.says(row.sum)
		p.tabTo("q-budsjett-poster")
	}
	p.open(s.task + "/budsjett")
	first := browsertest.Evaluate[string](p.Tab, "document.querySelector('[value^=\"edit:\"]').id")
	p.tabTo(first)
	p.Key("\r")
	p.comesTo("the first question of the row", firstQuestion)
	p.Key(kb.Tab + kb.Tab)
	p.Key("40000")
	p.Key(kb.Tab + kb.Tab)
	p.Key("\r")
	p.comesTo("the button that changes the row", changes+" && e.id === '"+first+"'")
	p.says("48 000")
	p.Key(kb.Tab)
	p.comesTo("the button that deletes the row", deletes)
	gone := p.Focused()
	p.Key("\r")
	p.WaitGone("#" + gone)
	p.comesTo("the next row's button that deletes", deletes)
	p.says("8 000")
	gone = p.Focused()
	p.Key("\r")
	p.WaitGone("#" + gone)
	p.comesTo("the button that adds", adds)
}

// keys is UX.md's point 8: from the list of forms to the receipt.
func (s *sight) keys(t *testing.T, p *walker) {
	p.t = t
	p.open("/" + appA)
	stops := p.tabTo("whom-0")
	p.Key(" ")
	stops += p.tabTo("start")
	p.Key("\r")
	p.WaitFor("#q-soker-kategori")
	press := func(keys ...string) {
		for _, k := range keys {
			p.Key(k)
		}
	}
	answer := func(id string, keys ...string) {
		t.Helper()
		stops += p.tabTo("q-" + id)
		press(keys...)
	}
	answer("soker-kategori", " ")
	answer("soker-kontaktperson", "Kari Solbakken")
	answer("soker-epost", "kari@solbakken.example")
	answer("soker-telefon", "40000101", "\r")
	p.WaitFor("#q-arrangement-navn")
	for _, q := range []struct {
		id   string
		keys []string
	}{
		{"arrangement-navn", []string{"Tastefest"}}, {"arrangement-type", []string{" "}},
		{"arrangement-malgruppe", []string{" "}}, {"arrangement-beskrivelse", []string{"En fest."}},
		{"arrangement-deltakere", []string{"300"}}, {"arrangement-apent", []string{" "}},
		{"arrangement-billett", []string{kb.ArrowDown}}, {"arrangement-dato", []string{"12.6.2027"}},
		{"arrangement-flere-dager", []string{kb.ArrowDown}}, {"arrangement-bydel", []string{"S"}},
		{"arrangement-sted", []string{"Parken"}}, {"arrangement-adresse", []string{"Parkveien 4"}},
		{"arrangement-postnummer", []string{"9999"}}, {"arrangement-offentlig", []string{kb.ArrowDown, "\r"}},
	} {
		answer(q.id, q.keys...)
	}
	p.WaitFor("#q-budsjett-poster")
	answer("budsjett-poster", "\r")
	p.comesTo("the first question of the row", firstQuestion)
	press("Lyd", kb.Tab, "L", kb.Tab, "42000", kb.Tab, kb.Tab, "\r")
	p.comesTo("the button that changes the row", changes)
	answer("budsjett-andreinntekter", "0")
	answer("soknad-type", " ")
	answer("budsjett-soknadsbelop", "20000")
	answer("budsjett-kontonummer", "12345678903", "\r")
	p.WaitFor("#submit")
	stops += p.tabTo("submit")
	press("\r")
	p.WaitFor("#reference")
	if t.Logf("%d stops to %s", stops, p.path()); !strings.Contains(p.path(), "/receipt") {
		t.Errorf("the keys lead to %s: %s", p.path(), p.Text("main"))
	}
}
