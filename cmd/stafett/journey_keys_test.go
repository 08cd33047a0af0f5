package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"stafett/internal/browsertest"
)

// TestJourney_UX57_UX64_ADayWithTheKeyboard is UX.md 9, points 57, 60 and 64: a case is found, taken, read, noted
// and left again by keys alone, and the list stands as it stood.
func TestJourney_UX57_UX64_ADayWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	execSQL(t, s, `UPDATE instance SET title = title, submitted = now() - interval '1 hour' WHERE id = $1`, s.caseID)
	for range 24 {
		r := s.do(t, "POST", makeB, strings.NewReader(ownB), "Content-Type", jsonKind,
			"Authorization", bearer(s.write(t)))
		if r.status != 201 {
			t.Fatalf("the case is not made: %d %s", r.status, r.body)
		}
	}
	st := &stage{address: s.address, browser: browsertest.Start(t)}
	p := st.signIn(t, true, ingrid)
	p.open(inboxAt)
	p.Key("j")
	if at := p.Focused(); strings.HasPrefix(at, "open-") {
		t.Errorf("a letter outside the list moves to %s", at)
	}
	for _, id := range []string{"skip", "to-cases"} {
		p.Key(kb.Tab)
		if p.Focused() != id {
			t.Errorf("Tab leads to %s, want %s", p.Focused(), id)
		}
		p.Key("\r")
	}
	p.Key("j")
	first := p.Focused()
	p.Key("j")
	second := p.Focused()
	p.Key("k")
	if first == second || !strings.HasPrefix(first, "open-") || p.Focused() != first {
		t.Errorf("J, J and K lead to %s, %s and %s", first, second, p.Focused())
	}
	p.Key(kb.End)
	last := "open-" + s.caseID
	if p.Focused() != last {
		t.Errorf("End leads to %s, want %s", p.Focused(), last)
	}
	scrolled := p.Scrolled()
	if scrolled == 0 {
		t.Error("the list is too short to see whether it comes back")
	}
	p.Key("\r")
	p.at(caseAt(s))
	p.Key("n")
	if p.Focused() != "work-note-text" {
		t.Errorf("N leads to %s", p.Focused())
	}
	p.Key("ui")
	if got := p.Value("Nytt notat"); !strings.HasSuffix(got, "ui") || !strings.HasPrefix(p.path(), caseAt(s)) {
		t.Errorf("letters in a field are keys: %q at %s", got, p.path())
	}
	p.Back()
	p.WaitFor("#" + last)
	if !strings.HasPrefix(p.path(), inboxAt+"#") || p.Focused() != last || p.Scrolled() != scrolled {
		t.Errorf("back at %s, %s, scrolled %d; want %s, scrolled %d", p.path(), p.Focused(), p.Scrolled(), last, scrolled)
	}
	p.Key("\r")
	p.at(caseAt(s))
	p.Key("u")
	p.WaitFor("#" + last)
	p.Key("t")
	p.WaitFor("#case-" + s.caseID + " .assignee")
	p.at(inboxAt)
	p.Key("/")
	if p.Focused() != "inbox-query" {
		t.Errorf("/ leads to %s", p.Focused())
	}
	p.Fill("Søk i saker", "lysefst")
	p.Submit("Søk i saker")
	p.WaitForText("#cases", "Ingen saker har akkurat")
	p.ClickCSS("#app-0")
	p.WaitForText("#cases", "tjeneste:stottesak")
	if q := p.Value("Søk i saker"); q != "lysefst tjeneste:stottesak" || !strings.Contains(p.path(), "?q=lysefst") {
		t.Errorf("the box writes %q into the search, at %s", q, p.path())
	}
	p.Click(secret)
	p.at(caseAt(s))
	p.Key("?")
	p.at(inboxAt + "/keys")
	p.Click("Slå av hurtigtaster")
	p.open(caseAt(s))
	p.Key("?")
	if p.path() != caseAt(s) {
		t.Errorf("keys that are off lead to %s", p.path())
	}
}
