package main

import (
	"path"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/store/storetest"
)

// begin takes a case and begins to work on it.
func (p *walker) begin(caseURL string) {
	p.t.Helper()
	p.open("/inbox/" + nordvik + "/numbers")
	p.says("Sak om arrangementsstøtte")
	p.look("numbers")
	p.open("/inbox/" + nordvik + "/keys")
	p.look("keys")
	p.open("/inbox/" + nordvik + "?q=fest&cols=case,service,due&rows=compact")
	p.ClickCSS("#keep-view")
	p.look("views")
	p.open(caseURL)
	p.Click("Ta saken")
	p.says("Gi saken fra deg")
	p.look("case")
	p.ClickCSS("#who-access")
	p.at(caseURL + "/access")
	p.says("Ingrid Berg", "nivå 4", "gitt av Tor Haugen")
	p.look("case-access")
	p.open(caseURL)
	p.ClickCSS("#files a[href*='/view']")
	p.at(caseURL + "/files/")
	p.look("case-file")
	p.open(caseURL)
	p.Click("Start behandlingen")
	p.look("case-confirm")
	p.Click("Start behandlingen")
}

// work takes a case that is begun to its end: it is sent back once on the way.
func (p *walker) work(caseURL string) {
	p.t.Helper()
	p.assess(caseURL)
	p.open(caseURL + "/reject")
	p.Click("Send tilbake til vurdering")
	p.open(caseURL + "/write")
	p.onward("Send til vedtak")
	p.decide(caseURL)
	p.Click("Avslutt saken")
	p.look("case-end")
	p.Click("Avslutt saken")
	p.open(caseURL)
	p.says("Avsluttet", "Historikk")
	p.look("case-ended")
	if n := p.Count(`main form:not([action$="/next"])`); n > 0 {
		p.t.Errorf("a case that has ended offers %d forms", n)
	}
}

// onward presses the form's last button, and says yes to what it leads to.
func (p *walker) onward(name string) {
	p.t.Helper()
	caseURL, _, _ := strings.Cut(p.path(), "/write")
	p.Click(name)
	p.at(caseURL + "/next")
	p.Click(name)
}

// assess fills in the assessment, first with nothing in it.
func (p *walker) assess(caseURL string) {
	p.t.Helper()
	p.open(caseURL + "/write")
	p.look("case-form")
	p.Click("Send til vedtak")
	if p.Status() != 422 || p.Count(".ds-error-summary a") < 6 {
		p.t.Errorf("an empty assessment: got %d and %d errors",
			p.Status(), p.Count(".ds-error-summary a"))
	}
	p.look("case-form-errors")
	for _, question := range []string{
		"apent", "malgruppe", "samarbeid", "tilrettelegging", "budsjett",
	} {
		p.tick("vurdering."+question, "delvis")
	}
	p.tick("vurdering.anbefaling", "innvilge")
	p.Fill("Hvorfor anbefaler du dette?", "Gratis for alle, og mange er med.")
	p.onward("Send til vedtak")
	p.says("Til vedtak")
}

// decide fills in the decision, with the conditions that the outcome brings.
func (p *walker) decide(caseURL string) {
	p.t.Helper()
	p.open(caseURL + "/write")
	p.tick("vedtak.utfall", "innvilget")
	if !p.js {
		p.Click("Lagre utkast")
		p.open(caseURL + "/write")
	}
	p.WaitFor(`input[name="vedtak.vilkar"]`)
	p.tick("vedtak.vilkar", "rapport")
	p.Fill("Hva er begrunnelsen til søkeren?", "Dere får støtten dere søkte om.")
	p.look("case-decision")
	p.onward("Gjør vedtak")
	p.says("Vedtak fattet")
}

// access has Tor give Siri a role and take it back: she sees the case in between and at no other
// time. Jon, next door, never does. One journey at a time: they are about the same two persons.
func (s *stage) access(t *testing.T, js bool, caseURL, title string) {
	t.Helper()
	s.roles.Lock()
	defer s.roles.Unlock()
	other, neighbour := s.signIn(t, js, siri), s.signIn(t, js, jon)
	other.refused(caseURL, title)
	other.look("refused")
	other.refused("/inbox/"+nordvik, title)
	neighbour.refused(caseURL, title)
	neighbour.refused("/inbox/"+nordvik, title)

	admin := s.signIn(t, js, tor)
	admin.refused(caseURL, title)
	admin.give()
	other.open("/inbox/" + nordvik)
	other.Click(title)
	other.says(title, "42 000")
	admin.takeBack()
	other.refused(caseURL, title)
	other.refused("/inbox/"+nordvik, title)
	other.asks()
	admin.answers()
	other.open("/inbox/" + nordvik)
	other.Click(title)
	other.says(title, "42 000")
	admin.takeBack()
	admin.lookRound()
}

// asks asks for the role on the page that refuses.
func (p *walker) asks() {
	p.t.Helper()
	p.tick("role", "nordvik-kultur")
	p.Fill("Hvorfor trenger du rollen?", "Skal behandle støtte i sommer")
	p.ClickCSS("#ask")
	p.at("/my/requests")
	p.says("Skal behandle støtte i sommer", "Venter på svar")
	p.look("asked")
}

// answers grants what is asked for, first without a reason.
func (p *walker) answers() {
	p.t.Helper()
	p.open("/admin/" + nordvik + "/people")
	p.ClickCSS("#requests")
	p.at("/admin/" + nordvik + "/people/requests")
	p.look("requests")
	p.ClickCSS("main button[name=answer][value=refuse]")
	if p.Status() != 422 {
		p.t.Errorf("a refusal without a reason: got %d", p.Status())
	}
	p.look("requests-errors")
	p.Fill("Svaret ditt", "Avtalt med leder")
	p.ClickCSS("main button[name=answer][value=grant]")
	p.says("Svaret er sendt")
	p.open("/admin/" + nordvik + "/people")
	p.says("Avtalt med leder")
}

// give gives Siri the role, first with something missing.
func (p *walker) give() {
	p.t.Helper()
	p.open("/admin/" + nordvik)
	p.at("/admin/" + nordvik + "/people")
	p.look("people")
	p.Click("Gi tilgang")
	p.look("grant")
	p.ClickCSS("#form #grant")
	if p.Status() != 422 {
		p.t.Errorf("an empty grant: got %d", p.Status())
	}
	p.look("grant-errors")
	p.Fill("Fødselsnummer", siri)
	p.Fill("Etternavn", "Dahl")
	p.tick("role", "nordvik-kultur")
	p.Fill("Hvorfor trenger personen rollen?", "Hjelper til med kulturstøtten i sommer")
	p.ClickCSS("#form #grant")
	p.says("Rollen er gitt", "Hjelper til med kulturstøtten i sommer")
}

func (p *walker) takeBack() {
	p.t.Helper()
	p.ClickCSS("#main tr:has(a[href*='withdraw']) a[href*='withdraw']")
	p.look("withdraw")
	p.ClickCSS("#withdraw")
	p.says("Rollen er tatt bort")
	p.look("people-after")
}

// lookRound sees the administrator's other pages.
func (p *walker) lookRound() {
	p.t.Helper()
	p.open("/signed-in")
	p.look("signed-in")
	p.open("/admin/" + nordvik + "/people")
	p.Click("Ingrid Berg")
	p.says("Hva Ingrid Berg kan se og gjøre", "gitt av Tor Haugen", "Sak om arrangementsstøtte")
	p.look("person")
	p.open("/admin/" + nordvik + "/deliveries")
	p.says("NK-", "Levert")
	p.look("deliveries")
	p.ClickCSS("main td a, main tbody a")
	p.says("Leveransen er planlagt", "senere")
	p.look("delivery")
	p.giveUp(p.path())
	p.open("/admin/" + nordvik + "/solution")
	p.says("Sak om arrangementsstøtte", "Har med 42 felt")
	p.look("solution")
	p.ClickCSS("#drawing a[href$='/stottesak']")
	p.at("/admin/" + nordvik + "/solution/stottesak")
	p.says("Saksbehandler for kulturstøtte", "Vurdering")
	p.look("app-access")
	p.open("/admin/" + nordvik + "/subscriptions")
	p.says("Abonnementer på hendelser", "https://127.0.0.1:1/")
	p.look("subscriptions")
	p.ClickCSS("main tbody a")
	p.ClickCSS("#send-test")
	p.says("Testhendelsen er prøvd sendt", "Ingen tar imot på adressen")
	p.look("subscription")
	// The other journey's lines may have pushed the refusals off the first page.
	p.open("/admin/" + nordvik + "/log?outcome=refused")
	p.says("Ble nektet")
	p.open("/admin/" + nordvik + "/log")
	p.says("Saksbehandler for kulturstøtte")
	p.look("log")
}

// giveUp sees the question about a delivery that does not get through: one like another, which is
// there for as long as that takes.
func (p *walker) giveUp(delivery string) {
	p.t.Helper()
	stopped := uuid.NewString()
	storetest.Exec(p.t, p.s.database, `INSERT INTO delivery (id, source_org, source_app, source_owner,
		source_id, handover, round, to_org, to_app, owner, payload, state)
		SELECT $2::uuid, d.source_org, d.source_app, d.source_owner, d.source_id, 'stopped', d.round,
			d.to_org, d.to_app, d.owner, d.payload, 'parked'
		FROM delivery AS d WHERE d.id = $1::uuid`, path.Base(delivery), stopped)
	p.open(path.Dir(delivery) + "/" + stopped + "/give-up")
	p.says("Hvorfor gir dere opp?")
	p.look("give-up")
	storetest.Exec(p.t, p.s.database, "DELETE FROM delivery WHERE id = $1::uuid", stopped)
}

// after is what the citizen sees when the case is at its end.
func (p *walker) after(sent string) {
	p.t.Helper()
	p.open(strings.TrimSuffix(sent, "/receipt") + "/status")
	p.says("Mottatt", "Nordvik kommune har behandlet søknaden ferdig.")
	p.open("/my/sent")
	p.look("sent")
	p.open("/" + appA)
	startForm(p.Tab)
	draft := p.path() // the other journey has drafts of the same person
	p.Click("Lagre og fortsett senere")
	p.open("/my")
	p.look("my")
	p.open("/my/drafts")
	p.look("drafts")
	p.open(draft)
	p.ClickCSS("#delete")
	p.look("delete")
	p.ClickCSS("#main form button")
	p.says("Utkastet er slettet")
	p.open("/my/nowhere")
	if p.Status() != 404 {
		p.t.Errorf("a page that is not there: got %d", p.Status())
	}
	p.look("not-found")
}
