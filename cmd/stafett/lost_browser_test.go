package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stafett/internal/browsertest"
	"stafett/internal/scan/scantest"
	"stafett/internal/text"
	"stafett/store/storetest"
)

// TestUX33_WhatIsTypedIsSavedOrSaidNotToBe types in a browser while the database goes and comes back,
// and while the session ends; in each of these states, and those of a file that is scanned, axe looks at
// the page in light and in dark.
func TestUX33_WhatIsTypedIsSavedOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	scanner := scantest.New(t)
	w, database := newWorldWith(t, map[string]string{"clamd": scanner.Address})
	tab := browsertest.Start(t).Tab(t, browsertest.Options{JS: true})
	looked := 0
	look := func(state string) {
		t.Helper()
		for _, dark := range []bool{true, false} {
			tab.Dress(dark, 360)
			for _, v := range tab.Axe() {
				t.Errorf("%s, dark %v: axe: %s", state, dark, v)
			}
			looked++
		}
	}
	tab.Open(w.address + "/login?return=/" + appA)
	tab.ClickCSS("button[name=pid][value='" + kari + "']")
	startForm(tab)
	const question = "Hvem kan vi kontakte?"
	tab.Fill(question, "Kari S")
	tab.WaitForText("#saved", "Lagret kl.") // without having left the field
	look("saved")
	browsertest.Evaluate[bool](tab, "Boolean(window.sends = fetch, fetch = () => new Promise(() => {}))")
	tab.Fill(question, "Kari So")
	tab.WaitForText("#saved", text.T("nb", "page.unsaved"))
	look("saving")
	browsertest.Evaluate[bool](tab, "Boolean(fetch = window.sends)")
	tab.Open(tab.URL())
	back := databaseAway(t, database)
	tab.Fill(question, "Kari Solbakken")
	tab.WaitForText("#saved", "Ikke lagret. Vi prøver igjen")
	if got := tab.Value(question); got != "Kari Solbakken" {
		t.Errorf("the field holds %q", got)
	}
	look("a lost line")
	back()
	tab.WaitForText("#saved", "Lagret kl.")
	storetest.Exec(t, database, "UPDATE session SET created = now() - interval '118 minutes 30 seconds'")
	tab.Open(tab.URL())
	tab.WaitFor("dialog#session[open]")
	if text := tab.Text("#session"); !strings.Contains(text, "Du blir snart logget ut") ||
		!strings.Contains(text, "Logg inn (åpnes i en ny fane)") {
		t.Errorf("the warning says %q", text)
	}
	look("the session ends soon")
	tab.Click("Lukk")
	storetest.Exec(t, database, "UPDATE session SET last_seen = now() - interval '1 day'")
	tab.Fill(question, "Ola Fjeld")
	tab.WaitForText("#saved", "Vi tar også vare på det til kl.")
	if got := tab.Value(question); got != "Ola Fjeld" {
		t.Errorf("the field holds %q", got)
	}
	look("the session has ended")
	tab.Open(tab.URL()) // the tab is closed, and opened again
	tab.ClickCSS("button[name=pid][value='" + kari + "']")
	tab.WaitForText("#kept", "Dette er ikke lagret")
	if got := tab.Value(question); got != "Ola Fjeld" {
		t.Errorf("after the sign-in the field holds %q", got)
	}
	look("kept through the sign-in")

	tab.Open(strings.Replace(tab.URL(), "/soker", "/budsjett", 1))
	folder := t.TempDir()
	upload := func(name, state string) {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("%PDF-1.7 "+name), 0o600); err != nil {
			t.Fatal(err)
		}
		tab.Upload(fileLabel, path)
		tab.WaitFor(".files li[data-state=" + state + "]")
		look("a file that is " + state)
	}
	upload("kart.pdf", "ok")
	scanner.Answer("stream: Eicar-Signature FOUND\x00")
	upload("virus.pdf", "error")
	t.Logf("axe looked %d times", looked)
}
