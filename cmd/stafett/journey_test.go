package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestJourney walks the relay in a real browser: Kari applies, Ingrid decides, Tor gives and takes
// a role, Siri and Jon are refused. axe looks at every page, and no route may be left out.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Run("all", func(t *testing.T) {
		for _, js := range []bool{true, false} {
			t.Run(fmt.Sprintf("scripting %v", js), func(t *testing.T) {
				t.Parallel()
				title := fmt.Sprintf("Lysfest med skript %v", js)
				citizen := s.signIn(t, js, kari)
				citizen.before()
				citizen.fillIn(title)
				sent := citizen.send(title)
				worker := s.signIn(t, js, ingrid)
				caseURL := worker.find(title)
				worker.many(title)
				s.access(t, js, caseURL, title)
				worker.begin(caseURL)
				talk(worker, citizen, caseURL, sent, title)
				worker.work(caseURL)
				citizen.after(sent)
				citizen.boats()
				citizen.confirmed()
			})
			t.Run(fmt.Sprintf("corrected and withdrawn, scripting %v", js), func(t *testing.T) {
				t.Parallel()
				s.retracts(t, js)
			})
			t.Run(fmt.Sprintf("relay, scripting %v", js), func(t *testing.T) {
				t.Parallel()
				s.relay(t, js)
			})
			t.Run(fmt.Sprintf("two cases, scripting %v", js), func(t *testing.T) {
				t.Parallel()
				s.twoCases(t, js)
			})
		}
		t.Run("together", func(t *testing.T) {
			t.Parallel()
			s.together(t)
		})
		s.extras(t)
	})
	t.Run("UX1 and UX9: every page was looked at", s.check)
}

// before is what a person meets on the way to a form.
func (p *walker) before() {
	p.t.Helper()
	v := p.s.visitor(p.t, p.js)
	v.open("/dev/gallery")
	v.ClickCSS("main a[href^='/dev/gallery/']")
	v.look("gallery-page")
	v.open("/")
	v.look("front")
	v.Click("Tilgjengelighet")
	v.says("WCAG")
	v.look("about")
	v.open("/")
	v.Click("Logg inn med ID-porten")
	v.look("provider")
	p.open("/my")
	p.look("my-empty")
	p.open("/party")
	p.look("party")
	p.open("/" + appA)
	p.look("service")
}

// fillIn goes through the form, with an error that is mended and a question that another brings.
func (p *walker) fillIn(title string) {
	p.t.Helper()
	startForm(p.Tab)
	p.look("form-applicant")
	p.Click("Neste")
	if p.Status() != 422 || p.Count(".ds-error-summary a") == 0 {
		p.t.Errorf("an empty page: got %d and %d errors", p.Status(), p.Count(".ds-error-summary a"))
	}
	if title := p.Title(); !strings.HasPrefix(title, "Feil:") {
		p.t.Errorf("the title %q does not tell of errors", title)
	}
	p.look("form-errors")
	p.applicant()
	p.look("form-event")
	p.event(title)
	p.look("form-budget-empty")
	p.budget("form-budget-row")
	p.look("form-budget")
	p.Click("Neste")
	p.says("Se over", title, "situasjonskart.pdf", "72 000", "Støyende for naboene")
	p.look("review")
}

func (p *walker) applicant() {
	p.t.Helper()
	p.tick("soker.kategori", "privat")
	p.Fill("Hvem kan vi kontakte?", "Kari Solbakken")
	p.Fill("Hvilken e-postadresse kan vi bruke?", "kari@solbakken.example")
	p.Fill("Hvilket telefonnummer kan vi ringe?", "400 00 101")
	p.Click("Neste")
}

// event fills in the second page. What the closed event brings is asked for at once with
// scripting, and by a button without.
func (p *walker) event(title string) {
	p.t.Helper()
	p.Fill("Hva heter arrangementet?", title)
	p.tick("arrangement.type", "festival")
	p.tick("arrangement.malgruppe", "barn")
	p.Fill("Beskriv arrangementet", "En gratis lysfest midt på vinteren.")
	p.Fill("Hvor mange tror du kommer?", "300")
	p.tick("arrangement.apent", "false")
	p.tick("arrangement.billett", "false")
	p.tick("arrangement.flereDager", "false")
	p.tick("arrangement.offentlig", "false")
	p.Fill("Hvilken dag begynner arrangementet?", "2027-06-12")
	p.Select("I hvilken del av kommunen er det?", "Sentrum")
	p.Fill("Hva heter stedet?", "Nordvikparken")
	p.Fill("Hva er gateadressen?", "Parkveien 4")
	p.Fill("Hva er postnummeret?", "9999")
	if !p.js {
		p.Click("Oppdater spørsmålene")
	}
	p.Fill("Hvem kan komme, og hvorfor ikke alle?", "Støyende for naboene")
	p.Click("Neste")
}

func (p *walker) budget(look string) {
	p.t.Helper()
	p.row("Leie av lyd og lys", "Lyd, lys og annet teknisk", "42 000", look)
	p.row("Honorar til artister", "Honorar og annet personell", "30000", "")
	p.says("72 000")
	p.Fill("Hvor mye får du inn fra andre enn kommunen?", "0")
	p.tick("soknad.type", "tilskudd")
	p.Fill("Hvor mye søker du om?", "60 000")
	p.Fill("Hvilket kontonummer skal støtten betales til?", "1234 56 78903")
	p.Upload("Hva vil du legge ved?", p.attachment())
	if !p.js {
		p.Click("Last opp valgte filer")
	}
	p.WaitForText(".files li", "situasjonskart.pdf")
}

func (p *walker) row(what, kind, amount, picture string) {
	p.t.Helper()
	p.Click("Legg til en utgift")
	p.Fill("Hva gjelder utgiften?", what)
	p.Select("Hva slags utgift er det?", kind)
	p.Fill("Hvor mye koster det?", amount)
	if picture != "" {
		p.look(picture)
	}
	p.Click("Lagre utgiften")
}

func (p *walker) attachment() string {
	p.t.Helper()
	return p.file("situasjonskart.pdf", "%PDF-1.7\n"+strings.Repeat("kart ", 40_000))
}

// file writes a file to be uploaded, and gives its path.
func (p *walker) file(name, content string) string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// send changes an answer from the look-over page, comes back to it, and sends. It gives the
// address of the receipt.
func (p *walker) send(title string) string {
	p.t.Helper()
	p.Click("Endre")
	p.Fill("Hvilket telefonnummer kan vi ringe?", "400 00 102")
	p.look("form-change")
	p.Click("Lagre og gå tilbake til oversikten")
	p.says("400 00 102", title)
	p.Click("Send inn søknaden")
	if !strings.Contains(p.path(), "/receipt") {
		p.t.Fatalf("no receipt but %s: %s", p.path(), p.Text("body"))
	}
	p.says("NK-", "Nordvik kommune")
	p.look("receipt")
	sent := p.path()
	p.Click("Følg søknaden")
	p.look("status")
	return sent
}

// find waits for the case in the inbox and gives its address.
func (p *walker) find(title string) string {
	p.t.Helper()
	p.arrives("/inbox/"+nordvik, title)
	p.look("inbox")
	p.Click(title)
	p.says(title, "42 000", "situasjonskart.pdf", "400 00 102")
	p.look("case-new")
	return p.path()
}
