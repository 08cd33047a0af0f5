package main

import (
	"fmt"
	"strings"
	"testing"
)

// relay walks the ways back in the browser: asked for more and answered; decided, read and
// appealed. What the other journeys walk is done without a browser.
func (s *stage) relay(t *testing.T, js bool) {
	ctx, title := t.Context(), fmt.Sprintf("Vinterdans med skript %v", js)
	applicant, grants := signedIn(t, s.address, ola), signedIn(t, s.address, ingrid)
	status := strings.TrimSuffix(apply(ctx, t, applicant, title, []byte("%PDF-1.7\nkart")).URL,
		"/receipt") + "/status"
	caseURL := find(ctx, t, grants, title)
	press(ctx, t, grants, get(ctx, t, grants, caseURL+"/confirm"), "/confirm")

	worker, citizen := s.brief(t, js, ingrid), s.brief(t, js, ola)
	worker.asksForMore(caseURL)
	citizen.answersMore(status)
	worker.arrives(caseURL, "Klokka ti.")
	worker.says("Når er det slutt?", "tilbud.pdf", "Søkeren har svart")
	worker.look("case-answered")
	worker.open(caseURL + "/confirm")
	worker.Click("Fortsett vurderingen")

	decideGrant(ctx, t, grants, caseURL)
	citizen.readsAndAppeals(status)
	worker.arrives("/inbox/"+nordvik, "Klage: "+title)
	worker.Click("Klage: " + title)
	worker.says("Vi vil ha mer.", title+" (Avsluttet)")
	worker.look("case-appeal")
}

// brief signs in a person whose pages are shown to axe in few dresses: their routes are looked at
// in all of them elsewhere.
func (s *stage) brief(t *testing.T, js bool, number string) *walker {
	t.Helper()
	p := s.signIn(t, js, number)
	p.few = true
	return p
}

func (p *walker) asksForMore(caseURL string) {
	p.t.Helper()
	p.open(caseURL)
	p.Click("Be søkeren om mer")
	p.says("Be søkeren om mer")
	p.Click("Be søkeren om mer")
	p.open(caseURL + "/write")
	p.Fill("Melding til søkeren", "Vi mangler noen opplysninger om dansen.")
	p.tick("mer.slag", "begge")
	p.Fill("Hva spør du om?", "Når er det slutt?")
	p.Fill("Hvilket dokument trenger du?", "Tilbud fra bandet")
	p.Fill("Når må søkeren svare?", inDays(14))
	p.look("case-ask")
	p.onward("Spør søkeren")
}

func (p *walker) answersMore(status string) {
	p.t.Helper()
	p.arrives(status, "Vi venter på svar fra deg")
	p.look("status-asked")
	p.Click("Vi venter på svar fra deg")
	p.says("Vi mangler noen opplysninger om dansen.")
	p.Fill("Når er det slutt?", "Klokka ti.")
	p.attach("Tilbud fra bandet", "tilbud.pdf")
	p.look("request")
	p.Click("Neste")
	p.says("Klokka ti.", "tilbud.pdf")
	p.Click("Send svaret")
	if !strings.Contains(p.path(), "/receipt") {
		p.t.Fatalf("no receipt but %s: %s", p.path(), p.Text("body"))
	}
}

func (p *walker) readsAndAppeals(status string) {
	p.t.Helper()
	p.arrives(status, "Svar til deg")
	p.Click("Svar til deg")
	p.says("Du får det du søkte om", "Arrangementet er åpent for alle.", "Du kan klage")
	p.look("letter")
	letter := p.path()
	p.Click("Klag på vedtaket")
	p.arrives(letter, "Klage som ikke er sendt")
	p.Click("Klage som ikke er sendt")
	p.Fill("Hva vil du ha endret?", "Vi vil ha mer.")
	p.Fill("Hvorfor mener du det?", "Det kostet mer.")
	p.look("appeal")
	p.Click("Neste")
	p.Click("Send klagen")
	p.says("NK-")
}

// attach chooses a small PDF for the question, and sends it where that takes a button.
func (p *walker) attach(label, name string) {
	p.t.Helper()
	p.Upload(label, p.file(name, "%PDF-1.7\n"+name))
	if !p.js {
		p.Click("Last opp valgte filer")
	}
	p.WaitForText(".files li", name)
}

// twoCases walks one submit to two cases in the browser: the doctor sees the health data, and the
// caseworker sees what the doctor concludes.
func (s *stage) twoCases(t *testing.T, js bool) {
	child := fmt.Sprintf("Nora med skript %v", js)
	citizen := s.brief(t, js, amina)
	citizen.appliesForParking(child)
	title := "Parkeringstillatelse for " + child
	doctor, worker := s.brief(t, js, lise), s.brief(t, js, per)
	worker.arrives("/inbox/"+nordvik, title)
	worker.Click(title)
	worker.says("Ved skolen.")
	if strings.Contains(worker.HTML(), healthData) {
		t.Error("the caseworker's page holds the health data")
	}
	caseURL := worker.path()
	worker.Click("Start behandlingen")
	worker.Click("Start behandlingen")
	doctor.arrives("/inbox/"+nordvik, title)
	doctor.Click(title)
	doctor.says(healthData, "legeerklaering.pdf")
	doctor.concludes(doctor.path())
	worker.arrives(caseURL+"/write", "Oppfyller vilkårene")
	worker.look("parking-decision")
}

func (p *walker) appliesForParking(child string) {
	p.t.Helper()
	p.open("/nordvik/parkering")
	startForm(p.Tab)
	p.tick("gjelder.hvem", "barn")
	if !p.js {
		p.Click("Oppdater spørsmålene")
	}
	p.Fill("Hva heter barnet?", child)
	p.Fill("Når er barnet født?", "2018-03-14")
	p.Fill("Telefon", "400 00 103")
	p.Fill("E-post", "amina@hassan.example")
	p.Click("Neste")
	p.tick("behov.rolle", "passasjer")
	p.Fill("Hvor har du behov for å parkere?", "Ved skolen.")
	p.tick("behov.hvorOfte", "daglig")
	p.Click("Neste")
	p.Fill("Hva gjør det vanskelig å gå?", healthData)
	p.tick("helse.gange", "50")
	p.tick("helse.varighet", "varig")
	p.attach("Erklæring fra lege", "legeerklaering.pdf")
	p.look("parking-health")
	p.Click("Neste")
	p.look("parking-consent")
	p.Click("Send inn søknaden")
	p.WaitForText("#errors", "Du må gi samtykke før du kan sende søknaden.")
	if got := p.Texts("#errors a"); len(got) != 1 || p.Count(`#questions [aria-invalid="true"]`) != 1 {
		p.t.Errorf("without consent: the summary says %q", got)
	}
	p.look("parking-consent-missing")
	p.tick("samtykke.helse", "ja")
	p.Click("Send inn søknaden")
	// The tick saves itself, and the press waits for that.
	p.WaitForText("main", "NK-")
	if !strings.Contains(p.HTML(), "Ja, jeg samtykker") {
		p.t.Error("the receipt does not have the consent among the answers")
	}
}

func (p *walker) concludes(caseURL string) {
	p.t.Helper()
	p.open(caseURL + "/write?page=vurdering")
	p.tick("lege.konklusjon", "oppfyller")
	p.tick("lege.varighet", "varig")
	p.Fill("Medisinsk begrunnelse", doctorsNote)
	p.look("doctor-assessment")
	p.onward("Send konklusjonen")
}
