package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// confirmingApp is a new app with a task in which people confirm.
const confirmingApp = "nordvik/bekreft"

// withConfirmation makes a folder with that app.
func withConfirmation(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	c := Config{own: map[string]string{"dir": folder, "kind": "form"}}
	if err := newApp(t.Context(), c, []string{confirmingApp}, io.Discard); err != nil {
		t.Fatal(err)
	}
	confirms(t, filepath.Join(folder, confirmingApp))
	return folder
}

// confirmed sends a form that asks for a confirmation: the person goes back once, then confirms.
func (p *walker) confirmed() {
	p.t.Helper()
	p.open("/" + confirmingApp)
	startForm(p.Tab)
	p.Fill("Hvem skriver?", "Kari Solbakken")
	p.Select("Hva gjelder det?", "Et spørsmål")
	p.Fill("Hva vil du si?", "Når åpner badet?")
	p.Click("Neste")
	p.Click("Send inn")
	p.says("Når åpner badet?")
	p.look("confirm")
	p.Click("Gå tilbake og endre")
	p.Click("Neste")
	p.Click("Send inn")
	p.Click("Bekreft og send inn")
	if !strings.HasSuffix(p.path(), "/receipt") {
		p.t.Errorf("no receipt but %s", p.path())
	}
}
