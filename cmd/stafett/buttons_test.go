package main

import (
	"strings"
	"testing"

	"stafett/internal/driver"
)

// pressed posts a page as a button of the app's own would, which says where to go.
func pressed(
	t *testing.T, b *driver.Browser, p *driver.Page, fields map[string]string, to string,
) *driver.Page {
	t.Helper()
	f := p.Form("go", "next")
	if f == nil {
		f = p.Form("go", "submit")
	}
	if f == nil {
		t.Fatalf("%s (%d) has no form: %s", p.URL, p.Status, p.Main())
	}
	if err := f.Fill(fields); err != nil {
		t.Fatalf("%s: %v", p.URL, err)
	}
	f.Values.Set("go", to)
	next, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestButtons_GoToAPageAndStoreWhatIsTyped presses what a NavigationBar and a CustomButton post:
// pages that are shown are gone to, any other address is this page's.
func TestButtons_GoToAPageAndStoreWhatIsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "arrangement")
	p = pressed(t, b, p, map[string]string{"arrangement.navn": "Lysfest"}, "page:soker")
	if p.Status != 200 || !strings.HasSuffix(p.URL, "/soker") {
		t.Errorf("page:soker leads to %d %s", p.Status, p.URL)
	}
	for _, to := range []string{"page:borte", "page:", "page://evil.example", "close", "dance"} {
		got := pressed(t, b, p, nil, to)
		if got.Status != 200 || !strings.HasSuffix(got.URL, "/soker") {
			t.Errorf("%s leads to %d %s", to, got.Status, got.URL)
		}
	}
	p = pressed(t, b, p, nil, "page:arrangement")
	if got := typed(t, p, "arrangement.navn"); got != "Lysfest" {
		t.Errorf("the button stored %q", got)
	}
}

// TestButtons_AnActionOfNoTaskChangesNothing presses an ActionButton that the task's process does
// not have.
func TestButtons_AnActionOfNoTaskChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "arrangement")
	got := pressed(t, b, p, map[string]string{"arrangement.navn": "Lysfest"}, "action:reject")
	if got.Status != 400 && got.Status != 403 {
		t.Errorf("got %d %s", got.Status, got.Main())
	}
	if task := w.word(t, `SELECT task FROM instance`); task != "Task_1" {
		t.Errorf("the instance stands in %q", task)
	}
}

// TestButtons_AnActionStoresAndThenChecks moves on with an action from a page whose answers are
// not all there: what was typed is stored, and what stops it is told.
func TestButtons_AnActionStoresAndThenChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "arrangement")
	got := pressed(t, b, p, map[string]string{"arrangement.navn": "Lysfest"}, "action:")
	if got.Status != 422 {
		t.Errorf("got %d %s", got.Status, got.Main())
	}
	if name := w.word(t, `SELECT body->'arrangement'->>'navn' FROM element WHERE body IS NOT NULL`); name != "Lysfest" {
		t.Errorf("stored %q", name)
	}
}

// TestButtons_ACaseActionAsksFirst presses an ActionButton in a caseworker's form.
func TestButtons_ACaseActionAsksFirst(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	one := "/inbox/" + nordvik + "/case/" + s.caseID
	press(t.Context(), t, b, get(t.Context(), t, b, one), "/take")
	press(t.Context(), t, b, get(t.Context(), t, b, one+"/confirm"), "/confirm")
	p := get(t.Context(), t, b, one+"/write")
	got := pressed(t, b, p, nil, "action:next")
	if got.Status != 200 || !strings.HasSuffix(got.URL, one+"/next") {
		t.Errorf("got %d %s", got.Status, got.URL)
	}
}
