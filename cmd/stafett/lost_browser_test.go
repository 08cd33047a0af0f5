package main

import (
	"strings"
	"testing"

	"stafett/internal/browsertest"
	"stafett/store/storetest"
)

// TestUX33_WhatIsTypedIsSavedOrSaidNotToBe types in a browser while the database goes and comes back,
// and while the session ends.
func TestUX33_WhatIsTypedIsSavedOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	w, database := newWorldWith(t, nil)
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	tab.Open(w.address + "/login?return=/" + appA)
	tab.ClickCSS("button[name=pid][value='" + kari + "']")
	startForm(tab)
	const question = "Hvem kan vi kontakte?"
	tab.Fill(question, "Kari S")
	tab.WaitForText("#saved", "Lagret kl.") // without having left the field
	back := databaseAway(t, database)
	tab.Fill(question, "Kari Solbakken")
	tab.WaitForText("#saved", "Ikke lagret. Vi prøver igjen")
	if got := tab.Value(question); got != "Kari Solbakken" {
		t.Errorf("the field holds %q", got)
	}
	back()
	tab.WaitForText("#saved", "Lagret kl.")
	storetest.Exec(t, database, "UPDATE session SET created = now() - interval '118 minutes 30 seconds'")
	tab.Open(tab.URL())
	tab.WaitFor("dialog#session[open]")
	if text := tab.Text("#session"); !strings.Contains(text, "Du blir snart logget ut") ||
		!strings.Contains(text, "Logg inn (åpnes i en ny fane)") {
		t.Errorf("the warning says %q", text)
	}
	for _, v := range tab.Axe() {
		t.Errorf("axe: %s", v)
	}
	tab.Click("Lukk")
	storetest.Exec(t, database, "UPDATE session SET last_seen = now() - interval '1 day'")
	tab.Fill(question, "Ola Fjeld")
	tab.WaitForText("#saved", "Vi tar også vare på det til kl.")
	if got := tab.Value(question); got != "Ola Fjeld" {
		t.Errorf("the field holds %q", got)
	}
	tab.Open(tab.URL()) // the tab is closed, and opened again
	tab.ClickCSS("button[name=pid][value='" + kari + "']")
	tab.WaitForText("#kept", "Dette er ikke lagret")
	if got := tab.Value(question); got != "Ola Fjeld" {
		t.Errorf("after the sign-in the field holds %q", got)
	}
	for _, v := range tab.Axe() {
		t.Errorf("axe: %s", v)
	}
}
