package main

import (
	"fmt"
	"strings"
	"testing"

	"stafett/internal/browsertest"
)

// TestJourney_ADayWithTheMouse goes through a caseworker's day by what the pages show: a list is filtered,
// a case is read, taken, noted in, given away, moved on and brought back, the next and the one before
// are opened, and many cases are chosen by their boxes. axe looks at what is told after a step.
func TestJourney_ADayWithTheMouse(t *testing.T) {
	t.Parallel()
	w, _ := newWorldWith(t, map[string]string{"outbox-wait": "10m"})
	s := scene{world: w}
	s.colleagues(t)
	for n := range 3 {
		s.another(t, fmt.Sprintf("Vårfest %d", n))
	}
	last := "/inbox/" + nordvik + "/case/" + s.another(t, "Konsert i parken")
	st := &stage{address: s.address, browser: browsertest.Start(t)}
	p := st.signIn(t, true, ingrid)
	p.open(inboxAt)
	p.ClickCSS("#app-0")
	p.WaitForText("#cases", "tjeneste:stottesak")
	list := p.path()
	p.boxes()
	p.open(list)
	p.Click("Konsert i parken")
	p.at(last + "?list=")
	p.Click("Ta saken")
	p.WaitFor("#action-release")
	p.Fill("Nytt notat", "Ser bra ut.")
	p.Click("Lagre notatet")
	p.WaitForText("#notes", "Ser bra ut.")
	p.ClickCSS("#work-assign")
	p.Select("Kollega", "Siri Dahl")
	p.Click("Gi saken")
	p.WaitForText("main", "Saken har fått ny saksbehandler.")
	p.ClickCSS("#undo")
	p.WaitForText("main", "Det er angret.")
	p.Click("Start behandlingen")
	p.at(last + "/confirm")
	p.Click("Start behandlingen")
	p.WaitForText("#step-waits", "kan tas tilbake til kl.")
	p.clean("a step waits")
	p.ClickCSS("#step-back")
	p.WaitForText("main", "Steget er tatt tilbake")
	p.clean("a step is taken back")
	p.ClickCSS("#next-case")
	p.WaitForText("main", "Du har tatt saken.")
	second := p.path()
	if strings.HasPrefix(second, last) || !strings.Contains(second, "list=") {
		t.Errorf("the next case is at %s", second)
	}
	p.ClickCSS("#previous-case")
	p.at(last + "?list=")
	p.ClickCSS("#previous-case")
	p.WaitForText("main", "Dette er den første saken i lista.")
}

// boxes chooses a range of the list by its boxes, gives it to a colleague, and takes that back.
func (p *walker) boxes() {
	p.t.Helper()
	box := func(n int) string { return fmt.Sprintf(`#cases tbody tr:nth-child(%d) input[name="case"]`, n) }
	p.ClickCSS(box(2))
	p.WaitForText("#bulk-count", "Valgte saker: 1")
	p.ShiftClickCSS(box(4))
	p.WaitForText("#bulk-count", "Valgte saker: 3")
	p.ClickCSS(box(3))
	p.WaitForText("#bulk-count", "Valgte saker: 2")
	p.ShiftClickCSS(box(1))
	p.WaitForText("#bulk-count", "Valgte saker: 4")
	p.ShiftClickCSS(box(4))
	p.WaitForText("#bulk-count", "Valgte saker: 0")
	p.ClickCSS(box(1))
	p.ShiftClickCSS(box(3))
	p.WaitForText("#bulk-count", "Valgte saker: 3")
	p.Select("Hva vil du gjøre?", "Gi sakene til en kollega")
	p.Click("Fortsett")
	p.Select("Kollega", "Siri Dahl")
	p.Click("Se hva som skjer")
	p.Click("Gjør det med 3 saker")
	p.says("Slik gikk det", "3 saker – Gjort")
	p.Click("Angre alt")
	p.says("Det er angret", "3 saker – Tatt tilbake")
}

// clean has axe look at the page as it is, narrow and dark, and wide and light.
func (p *walker) clean(what string) {
	p.t.Helper()
	for _, d := range []dress{{true, 360}, {false, 1280}} {
		p.Dress(d.dark, d.width)
		for _, v := range p.Axe() {
			p.t.Errorf("%s, %+v: %v", what, d, v)
		}
		if n := p.SidewaysScroll(); n > 0 {
			p.t.Errorf("%s, %+v: %d pixels of sideways scroll", what, d, n)
		}
		p.picture(strings.ReplaceAll(what, " ", "-"), d.dark, d.width)
	}
}
