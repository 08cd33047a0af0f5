package main

import (
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestPreviousCase_FollowsTheList goes down and up a list that is searched, without scripting.
func TestPreviousCase_FollowsTheList(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	older, newer := s.another(t, "Konsert i parken"), s.another(t, "Konsert på torget")
	s.another(t, "Skogstur")
	b := signedIn(t, s.address, ingrid)
	const list = "q=konsert"
	p := get(t.Context(), t, b, inboxAt+"?"+list)
	if strings.Contains(string(p.Body), `id="previous-case"`) {
		t.Error("a list offers the case before")
	}
	back := func(p *driver.Page) *driver.Page {
		t.Helper()
		return send(t, b, p, "/next", nil, "back", "1")
	}
	p = back(get(t.Context(), t, b, p.Link("Konsert i parken")))
	at(t, "up", p, newer, list)
	p = back(p)
	at(t, "up from the first", p, newer, list)
	tellsAll(t, "the first", p, "Dette er den første saken i lista.")
	p = press(t.Context(), t, b, p, "/next")
	at(t, "down", p, older, list)
	p = back(p)
	at(t, "up again", p, newer, list)
	if n := s.number(t, `SELECT count(*) FROM instance WHERE assignee <> 0`); n != 1 {
		t.Errorf("%d cases are taken, want the one that was next", n)
	}
	if p, err := b.Submit(t.Context(), p, p.FormTo("/next"), "back", "1"); err != nil || p.Status != 200 {
		t.Errorf("pressed twice: %d, %v", p.Status, err)
	}
	execSQL(t, s, `UPDATE instance SET ended = now(), status = 'archived', task = '', task_type = '',
		end_event = 'EndEvent_trukket' WHERE id = $1`, older)
	for query, takes := range map[string]bool{"status:trukket": false, "": true} {
		p := get(t.Context(), t, b, inboxAt+"?q="+query)
		if got := p.FormTo("/next") != nil; got != takes || p.Link("Konsert i parken") == "" == !takes {
			t.Errorf("a list of %q offers to take the next case: %v: %s", query, got, p.Main())
		}
	}
	p = get(t.Context(), t, b, get(t.Context(), t, b, inboxAt+"?q=status:trukket").Link("Konsert i parken"))
	if body := string(p.Body); strings.Contains(body, "Ta neste sak") || !strings.Contains(body, "Neste sak") {
		t.Errorf("a case that has ended, of a list of those, offers to take another: %s", p.Main())
	}
}
