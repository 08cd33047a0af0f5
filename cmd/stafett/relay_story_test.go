package main

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// internal is what a caseworker has written for colleagues: no citizen may ever read it.
const internal = "Internt: søkeren virker lite troverdig."

// theWholeMatter walks the grant solution without scripting: applied, asked for more, answered,
// decided, read, appealed, and a new case that belongs to the old one.
func theWholeMatter(t *testing.T, address string) {
	ctx := t.Context()
	const title = "Vinterdans i Nordvik"
	citizen, worker := signedIn(t, address, kari), signedIn(t, address, ingrid)
	receipt := apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	status := strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	caseURL := find(ctx, t, worker, title)
	says(ctx, t, citizen, status, "Mottatt", "En saksbehandler begynner på den snart")

	askForMore(ctx, t, worker, caseURL)
	says(ctx, t, citizen, "/my", "Venter på deg", "Svar innen", "Svar nå")
	says(ctx, t, worker, "/inbox/"+nordvik+"?view=waiting", title,
		"til "+text.ShortDate("nb", time.Now().AddDate(0, 0, 14)))
	if p := get(ctx, t, worker, caseURL); strings.Count(p.Main(), "Venter på søkeren") != 2 {
		t.Errorf("the head and the facts do not each say once that the case waits: %s", p.Main())
	}
	answerMore(ctx, t, citizen, status, "Vi mangler noen opplysninger om dansen.", "Når er det slutt?",
		"Tilbud fra bandet")
	says(ctx, t, worker, "/inbox/"+nordvik, "Ulest. "+title, "Svar har kommet")
	if p := get(ctx, t, worker, "/inbox/"+nordvik+"?view=waiting"); strings.Contains(p.Main(), title) {
		t.Errorf("what has been answered is still waited for: %s", p.Main())
	}
	says(ctx, t, worker, caseURL, "Søkeren har svart", "Klokka ti.", "tilbud.pdf",
		"Sendt: Vi trenger mer fra deg")
	press(ctx, t, worker, get(ctx, t, worker, caseURL+"/confirm"), "/confirm")
	says(ctx, t, citizen, status, "Under behandling", "Du har svart")
	decideGrant(ctx, t, worker, caseURL)

	said := says(ctx, t, citizen, status, "Nordvik kommune har behandlet søknaden ferdig.",
		"Ferdig behandlet", "Svar til deg")
	if said.FormTo("/correct") != nil || said.Link("Trekk søknaden") != "" {
		t.Error("what has been decided can still be corrected or withdrawn")
	}
	for _, way := range []string{"correct", "withdraw"} {
		p, err := citizen.Post(ctx, strings.TrimSuffix(status, "status")+way, url.Values{})
		if err != nil || p.Status != 409 || !strings.Contains(p.Main(), "ferdig behandlet") {
			t.Errorf("%s of what has been decided: %v, %d", way, err, p.Status)
		}
	}
	for _, want := range []string{"Hvem har åpnet saken", "Nordvik kommune", "ganger, sist kl."} {
		if !strings.Contains(said.Main(), want) {
			t.Errorf("the status page does not say %q: %s", want, said.Main())
		}
	}
	if strings.Contains(said.Main(), "Ingrid") {
		t.Errorf("the status page names who opened the case: %s", said.Main())
	}
	says(ctx, t, citizen, "/my", "Kom ", "Til deg")
	letter := get(ctx, t, citizen, said.Link("Svar til deg"))
	for _, want := range []string{
		"Du får det du søkte om", "60 000", "Arrangementet er åpent for alle.", "Du kan klage",
		"tre uker", title,
	} {
		if !strings.Contains(letter.Main(), want) {
			t.Errorf("the letter does not say %q: %s", want, letter.Main())
		}
	}
	appeal(ctx, t, citizen, letter)
	second := find(ctx, t, worker, "Klage: "+title)
	says(ctx, t, worker, second, "Vi vil ha mer.", title+" (Avsluttet)")
	says(ctx, t, worker, caseURL, "Klage: "+title+" (Ny)", "Søkeren klager på vedtaket")
	nothingInternal(ctx, t, citizen, "/my/sent", "/my")
	follows(ctx, t, address, title, internal, "Klokka ti.", "Kari Solbakken", "Ingrid Berg")
}

// says waits until a page says all of it.
func says(
	ctx context.Context, t *testing.T, b *driver.Browser, path string, want ...string,
) *driver.Page {
	t.Helper()
	var p *driver.Page
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		p = get(ctx, t, b, path)
		missing := ""
		for _, w := range want {
			if !strings.Contains(p.Main(), w) {
				missing = w
			}
		}
		if missing == "" {
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s never says all of %q: %s", path, want, p.Main())
	return nil
}

func askForMore(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string) {
	t.Helper()
	press(ctx, t, b, get(ctx, t, b, caseURL), "/take")
	press(ctx, t, b, get(ctx, t, b, caseURL+"/confirm"), "/confirm")
	// Half an assessment is kept while the applicant is asked.
	p := get(ctx, t, b, caseURL+"/write")
	f := p.Form("go", "next")
	if err := f.Fill(map[string]string{"vurdering.begrunnelse": internal}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Submit(ctx, p, f, "go", "stay"); err != nil {
		t.Fatal(err)
	}
	press(ctx, t, b, get(ctx, t, b, caseURL+"/reject"), "/reject")
	ask := write(ctx, t, b, caseURL, map[string]string{
		"mer.melding": "Vi mangler noen opplysninger om dansen.", "mer.slag": "begge",
		"mer.sporsmal": "Når er det slutt?", "mer.hva": "Tilbud fra bandet",
		"mer.frist": inDays(14),
	})
	press(ctx, t, b, ask, "/next")
}

// answerMore is the citizen's answer to what was asked for, and to nothing else; the request says
// the words.
func answerMore(
	ctx context.Context, t *testing.T, b *driver.Browser, status string, words ...string,
) {
	t.Helper()
	p := says(ctx, t, b, status, "Venter på deg", "venter på deg", "Svar innen",
		"Vi venter på svar fra deg", "så mange dager senere som vi venter på deg")
	if my := get(ctx, t, b, "/my"); !strings.Contains(my.Main(), "Vi trenger mer fra deg") {
		t.Errorf("the start page does not tell that more is asked for: %s", my.Main())
	}
	first := get(ctx, t, b, p.Link("Vi venter på svar fra deg"))
	for _, want := range words {
		if !strings.Contains(first.Main(), want) {
			t.Errorf("the request does not say %q: %s", want, first.Main())
		}
	}
	review, err := b.FillIn(ctx, first, driver.Application{
		Fields: map[string]string{"svar.tekst": "Klokka ti."},
		Files: map[string]driver.File{"vedlegg": {
			Name: "tilbud.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7\ntilbud"),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Send(ctx, review); err != nil {
		t.Fatal(err)
	}
}

func decideGrant(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string) {
	t.Helper()
	press(ctx, t, b, write(ctx, t, b, caseURL, map[string]string{
		"vurdering.apent": "ja", "vurdering.malgruppe": "ja", "vurdering.samarbeid": "delvis",
		"vurdering.tilrettelegging": "ja", "vurdering.budsjett": "ja",
		"vurdering.anbefaling": "innvilge", "vurdering.begrunnelse": internal,
	}), "/next")
	write(ctx, t, b, caseURL, map[string]string{"vedtak.utfall": "innvilget"})
	press(ctx, t, b, write(ctx, t, b, caseURL, map[string]string{
		"vedtak.begrunnelse": "Arrangementet er åpent for alle.", "vedtak.vilkar": "rapport",
	}), "/next")
	press(ctx, t, b, get(ctx, t, b, caseURL+"/confirm"), "/confirm")
}

func appeal(ctx context.Context, t *testing.T, b *driver.Browser, letter *driver.Page) {
	t.Helper()
	press(ctx, t, b, letter, "/action/klag")
	p := says(ctx, t, b, letter.URL, "Klage som ikke er sendt")
	first := get(ctx, t, b, p.Link("Klage som ikke er sendt"))
	review, err := b.FillIn(ctx, first, driver.Application{
		Fields: map[string]string{"klage.hva": "Vi vil ha mer.", "klage.hvorfor": "Det kostet mer."},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Send(ctx, review); err != nil {
		t.Fatal(err)
	}
}

// nothingInternal reads everything that the citizen can reach from the pages, and finds nothing
// of what was written for colleagues.
func nothingInternal(ctx context.Context, t *testing.T, b *driver.Browser, from ...string) {
	t.Helper()
	read := map[string]bool{}
	for len(from) > 0 {
		path := from[0]
		from = from[1:]
		if read[path] || len(read) > 100 {
			continue
		}
		read[path] = true
		p, err := b.Get(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(p.Body), "troverdig") {
			t.Errorf("%s shows what was written for colleagues", path)
		}
		for _, to := range p.Links() {
			if strings.HasPrefix(to, "/nordvik/") || strings.HasPrefix(to, "/my") {
				from = append(from, to)
			}
		}
	}
	t.Logf("read %d pages", len(read))
	if len(read) < 8 {
		t.Errorf("only %d pages were read", len(read))
	}
}
