package main

import "strings"

// boats fills in a form with a list of boats that are forms of their own: one is added with an error
// that is mended, one is removed, and the form is sent.
func (p *walker) boats() {
	p.t.Helper()
	p.open("/" + berths)
	startForm(p.Tab)
	p.Fill("Hvem eier båtene?", "Kari Solbakken")
	p.tick("harBat", "true")
	p.Click("Neste")
	p.Click("Legg til båt")
	p.Click("Neste")
	if p.Status() != 422 || p.Count(".ds-error-summary a") != 2 {
		p.t.Errorf("an empty boat: got %d and %d errors", p.Status(), p.Count(".ds-error-summary a"))
	}
	p.look("subform-errors")
	p.boat("Måka", "6,5")
	p.Click("Legg til båt")
	p.boat("Terna", "12")
	p.ClickCSS("details.ask summary")
	p.look("subform-list")
	p.Click("Ja, slett Måka")
	if p.Count("table tbody tr") != 1 {
		p.t.Errorf("the list after a boat was removed: %q", p.Texts("table tbody tr"))
	}
	p.Click("Neste")
	p.says("Båter som trenger plass: Terna", "12")
	p.Click("Send søknaden")
	if !strings.Contains(p.path(), "/receipt") {
		p.t.Fatalf("no receipt but %s: %s", p.path(), p.Text("body"))
	}
}

// boat answers both pages of a boat, and comes back to the list.
func (p *walker) boat(name, length string) {
	p.t.Helper()
	p.Fill("Hva heter båten?", name)
	p.Fill("Lengde i meter", length)
	p.tick("forsikret", "false")
	p.Click("Neste")
	p.Click("Ferdig")
	p.says(name, length, "Båter som trenger plass")
}
