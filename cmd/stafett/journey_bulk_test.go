package main

import "strings"

// many chooses cases of a list, gives them to a colleague, and takes it back.
func (p *walker) many(title string) {
	p.t.Helper()
	list := "/inbox/" + nordvik + "?view=open&q=" + strings.ReplaceAll(title, " ", "+")
	p.open(list)
	p.ClickCSS(`input[name="case"]`)
	if p.js {
		p.WaitForText("#bulk-count", "Valgte saker: 1")
	}
	p.look("inbox-chosen")
	p.Select("Hva vil du gjøre?", "Gi sakene til en kollega")
	p.Click("Fortsett")
	p.says("Du har valgt 1 sak.")
	p.look("bulk-asks")
	p.Select("Kollega", "Ingrid Berg")
	p.Click("Se hva som skjer")
	p.says("Ingenting er gjort ennå", "1 sak – Blir gjort")
	p.look("bulk-would")
	p.Click("Gjør det med 1 sak")
	p.says("Slik gikk det", "1 sak – Gjort", "Angre alt")
	p.look("bulk-done")
	p.Click("Angre alt")
	p.says("Det er angret", "1 sak – Tatt tilbake")
	if p.Count("main form[action$='/undo']") != 0 {
		p.t.Error("what is undone can be undone again")
	}
	p.Click("Tilbake til lista")
	p.WaitFor("#cases")
	p.says(title)
}
