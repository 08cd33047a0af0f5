package main

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// fillAndPost fills in the form that posts to where the ending says, and sends it.
func fillAndPost(
	t *testing.T, b *driver.Browser, p *driver.Page, ending string, values url.Values, status int,
) *driver.Page {
	t.Helper()
	f := p.FormTo(ending)
	if f == nil {
		t.Fatalf("no form to %s: %s", ending, p.Main())
	}
	for name, v := range values {
		f.Values[name] = v
	}
	next, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil || next.Status != status {
		t.Fatalf("%s with %v: %d, %v: %s", ending, values, next.Status, err, next.Main())
	}
	return next
}

// TestBulk_UX63_IsTriedDoneAndTakenBackWithoutScripting is UX.md 9, point 63.
func TestBulk_UX63_IsTriedDoneAndTakenBackWithoutScripting(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.colleagues(t)
	b, other := signedIn(t, s.address, ingrid), signedIn(t, s.address, siri)
	list := get(t.Context(), t, b, "/inbox/"+nordvik+"?view=open")
	if !list.FormTo("/bulk?view=open").Has("case") {
		t.Error("the list has no boxes")
	}
	p := fillAndPost(t, b, list, "/bulk?view=open", url.Values{"act": {"take"}}, 422)
	if !strings.HasPrefix(title(p), "Feil:") || !strings.Contains(p.Main(), "Velg minst én sak") ||
		p.Link(secret) == "" {
		t.Errorf("nothing is chosen: %q: %s", title(p), p.Main())
	}
	p = fillAndPost(t, b, list, "/bulk?view=open", url.Values{"act": {"hold"}, "case": {s.caseID}}, 200)
	p = fillAndPost(t, b, p, "/give", url.Values{"until": {"i morgen"}, "reason": {"Mangler kart"}}, 422)
	if f := p.FormTo("/give"); f.Values.Get("reason") != "Mangler kart" || !strings.Contains(p.Main(), "Velg en dag fra i morgen") {
		t.Errorf("what was typed is lost: %v: %s", f.Values, p.Main())
	}
	day := inDays(6)
	p = fillAndPost(t, b, p, "/give", url.Values{"until": {day}, "reason": {"Mangler kart"}}, 200)
	if !strings.Contains(p.Main(), "Ingenting er gjort ennå") || !strings.Contains(p.Main(), "1 sak – Blir gjort") ||
		s.number(t, `SELECT count(*) FROM instance WHERE hold_until IS NOT NULL`) != 0 {
		t.Errorf("tried: %s", p.Main())
	}
	changing := get(t.Context(), t, b, p.Link("Endre"))
	if f := changing.FormTo("/give"); f.Values.Get("until") != day || f.Values.Get("reason") != "Mangler kart" {
		t.Errorf("to be changed: %v", f.Values)
	}
	for range 2 { // The second press is from the same page.
		done := fillAndPost(t, b, p, "/do", nil, 200)
		if !strings.Contains(done.Main(), "1 sak – Gjort") || done.Link(secret) == "" || done.FormTo("/undo") == nil {
			t.Errorf("done: %s", done.Main())
		}
	}
	if n := s.number(t, `SELECT count(*) FROM case_note WHERE body = 'Mangler kart'`); n != 1 {
		t.Errorf("it was done %d times", n)
	}
	at := p.Link("Endre")[:strings.Index(p.Link("Endre"), "?")]
	if theirs := get(t.Context(), t, other, "/inbox/"+nordvik); theirs.Status != 200 {
		t.Errorf("the colleague's list: %d", theirs.Status)
	}
	if theirs, err := other.Get(t.Context(), at); err != nil || theirs.Status != 403 || strings.Contains(theirs.Main(), secret) {
		t.Errorf("a colleague opens it: %d, %v", theirs.Status, err)
	}
	p = fillAndPost(t, b, get(t.Context(), t, b, at), "/undo", nil, 200)
	if !strings.Contains(p.Main(), "1 sak – Tatt tilbake") || p.FormTo("/undo") != nil || p.FormTo("/do") != nil {
		t.Errorf("undone: %s", p.Main())
	}
	if n := s.number(t, `SELECT count(*) FROM instance WHERE hold_until IS NOT NULL`); n != 0 {
		t.Error("the case waits still")
	}
}

// TestBulk_AllThatTheListHasGoesByItsOwnQuery chooses all of a view and of a search.
func TestBulk_AllThatTheListHasGoesByItsOwnQuery(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	for query, status := range map[string]int{"?q=lysfest&view=open": 200, "?view=mine": 422, "?q=12345678901": 400, "?x=1": 400} {
		p, err := b.Post(t.Context(), "/inbox/"+nordvik+"/bulk"+query, url.Values{"all": {"1"}, "act": {"unread"}})
		if err != nil || p.Status != status {
			t.Errorf("%s: %d, %v, want %d: %s", query, p.Status, err, status, p.Main())
		}
		if status == 200 && !strings.HasSuffix(p.Link("Tilbake til lista"), query) {
			t.Errorf("back to %q", p.Link("Tilbake til lista"))
		}
	}
	if n := s.number(t, `SELECT count(*) FROM bulk_row`); n != 1 {
		t.Errorf("%d cases are chosen", n)
	}
}
