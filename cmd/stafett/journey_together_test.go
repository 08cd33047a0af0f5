package main

import (
	"slices"
	"testing"
	"time"
)

// together is UX.md 9, points 61 and 62: a list and a case that two caseworkers have open, in a
// program of their own beside the others' journeys.
func (s *stage) together(t *testing.T) {
	t.Helper()
	own := newScene(t)
	own.colleagues(t)
	beside := &stage{
		address: own.address, browser: s.browser, patterns: s.patterns, muxes: s.muxes,
		shown: map[string]bool{},
	}
	first, second := beside.signIn(t, true, ingrid), beside.signIn(t, true, siri)
	caseURL := "/inbox/" + nordvik + "/case/" + own.caseID
	second.open(caseURL)
	first.open("/inbox/" + nordvik)
	first.WaitForText("#here-"+own.caseID, "Siri Dahl ser på saken")
	rows, top := first.Texts("tr[id^=case-]"), first.Top("tr[id^=case-]")
	own.anotherCase(t)
	began := time.Now()
	first.WaitForText("#new-cases-line", "1 ny sak – vis")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the banner took %s", took)
	}
	now := first.Texts("tr[id^=case-]")
	if at := first.Top("tr[id^=case-]"); !slices.Equal(now, rows) || at != top {
		t.Errorf("rows have moved: %q at %d, before %q at %d", now, at, rows, top)
	}
	first.look("inbox-new-case")
	first.ClickCSS("#new-cases")
	first.WaitGone("#new-cases-line:not([hidden])")
	if n := first.Count("tr[id^=case-]"); n != 2 {
		t.Errorf("%d cases are shown, want 2", n)
	}

	first.open(caseURL)
	first.Click("Ta saken")
	second.Click("Ta saken")
	second.says("Ingrid Berg")
	first.Click("Start behandlingen")
	first.Click("Start behandlingen")
	second.open(caseURL)
	first.open(caseURL + "/write")
	second.WaitForText("#here", "Ingrid Berg skriver i denne saken nå")
	second.open(caseURL + "/write")
	const why = "Hvorfor anbefaler du dette?"
	first.Fill(why, "Fordi alle er med.")
	first.Key("Tab")
	first.WaitForText("#saved", "Lagret")
	second.Fill(why, "Fordi det er gratis.")
	second.Key("Tab")
	second.WaitForText("#saved", "Ikke lagret")
	second.Click("Lagre utkast")
	second.WaitFor("#clashes")
	second.says("Fordi alle er med.", "Ingrid Berg lagret et annet svar kl. ")
	if got := second.Value(why); got != "Fordi det er gratis." {
		t.Errorf("the field holds %q", got)
	}
	second.look("case-form-clash")
	second.Click("Lagre utkast")
	second.WaitGone("#clashes")
	first.open(caseURL + "/write")
	if got := first.Value(why); got != "Fordi det er gratis." {
		t.Errorf("stored is %q", got)
	}
}
