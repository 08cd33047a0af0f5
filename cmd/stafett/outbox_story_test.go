package main

import (
	"strings"
	"testing"
)

// TestStory_AMessageIsStoppedBeforeItLeaves has Ingrid write to Kari and think better of it.
func TestStory_AMessageIsStoppedBeforeItLeaves(t *testing.T) {
	t.Parallel()
	w, _ := newWorldWith(t, map[string]string{"outbox-wait": "10m"})
	ctx := t.Context()
	const title, wrong = "Høstfest i Nordvik", "Dette var til en annen sak"
	citizen, worker := signedIn(t, w.address, kari), signedIn(t, w.address, ingrid)
	apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	caseURL := find(ctx, t, worker, title)
	// The first step is taken back, with what it tells the applicant, and then taken.
	p := press(ctx, t, worker, get(ctx, t, worker, caseURL+"/confirm"), "/confirm")
	tellsAll(t, "a step", p, "Det som følger av steget, sendes kl.")
	p = press(ctx, t, worker, p, "/work/back")
	tellsAll(t, "taken back", p, "Ingenting er sendt.", "Stanset brevet før det ble sendt")
	if p.FormTo("/work/back") != nil || strings.Contains(get(ctx, t, citizen, "/my").Main(), "Under behandling") {
		t.Errorf("taken back: %s", p.Main())
	}
	press(ctx, t, worker, get(ctx, t, worker, caseURL+"/confirm"), "/confirm")
	p = sayTo(ctx, t, worker, caseURL, wrong, 200)
	if !strings.Contains(p.Main(), "Sendes kl.") || p.FormTo("/work/stop") == nil {
		t.Fatalf("written: %s", p.Main())
	}
	stop := p.FormTo("/work/stop")
	p, err := worker.Submit(ctx, p, stop, "", "")
	if err != nil || p.Status != 200 || !strings.Contains(p.Main(), "Meldingen er stanset.") ||
		!strings.Contains(p.Main(), "Søkeren har ikke fått den.") || p.FormTo("/work/stop") != nil {
		t.Errorf("stopped: %d, %v: %s", p.Status, err, p.Main())
	}
	again, err := worker.Submit(ctx, p, stop, "", "")
	if err != nil || again.Status != 409 || !strings.Contains(again.Main(), "sendt eller stanset allerede") {
		t.Errorf("stopped twice: %d, %v: %s", again.Status, err, again.Main())
	}
	if p := get(ctx, t, citizen, "/my/messages"); strings.Contains(p.Main(), wrong) || !strings.Contains(p.Main(), "Du har ingen meldinger") {
		t.Errorf("the applicant has got it: %s", p.Main())
	}
	if n := w.number(t, `SELECT count(*) FROM delivery WHERE kind = 'message'`); n != 0 {
		t.Errorf("%d messages are to be delivered", n)
	}
}
