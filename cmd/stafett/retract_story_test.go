package main

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestStory_ACorrectionReachesTheCase: what is sent anew changes what was mapped, and nothing that
// the caseworker has written.
func TestStory_ACorrectionReachesTheCase(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	ctx := t.Context()
	const title = "Rettet lysfest"
	citizen, worker := signedIn(t, address, kari), signedIn(t, address, ingrid)
	receipt := apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	status := strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	caseURL := find(ctx, t, worker, title)
	halfAssess(ctx, t, worker, caseURL)

	first := press(ctx, t, citizen, says(ctx, t, citizen, status, "Rett søknaden"), "/correct")
	if !strings.Contains(first.Main(), "Du retter en søknad") {
		t.Errorf("the draft does not say that it is a correction: %s", first.Main())
	}
	review := correct(ctx, t, citizen, first, "400 00 199")
	for _, want := range []string{"Dette har du endret", "400 00 101", "Ny rad", "Vakthold", "tilbud.pdf"} {
		if !strings.Contains(review.Main(), want) {
			t.Errorf("the page to look over does not say %q: %s", want, review.Main())
		}
	}
	sent, err := citizen.Send(ctx, review)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(sent.Main(), "Rettingen er sendt inn") {
		t.Errorf("the receipt says %s", sent.Main())
	}
	says(ctx, t, worker, caseURL, "Søkeren rettet søknaden", "400 00 101", "400 00 199", "Ny rad",
		"Vakthold", "Nytt vedlegg", "tilbud.pdf", "situasjonskart.pdf", "Tok imot en retting")
	says(ctx, t, worker, caseURL+"/write", internal)
	says(ctx, t, citizen, status, "Du rettet søknaden", "400 00 101", "Kvittering for rettingen")
	if old := get(ctx, t, citizen, receipt.URL).Main(); strings.Contains(old, "400 00 199") ||
		!strings.Contains(old, "400 00 101") {
		t.Errorf("what was sent first has changed: %s", old)
	}
	if n := strings.Count(get(ctx, t, citizen, "/my/sent").Main(), title); n != 1 {
		t.Errorf("it is listed %d times", n)
	}
	sameAgain(ctx, t, citizen, status)
	says(ctx, t, signedIn(t, address, tor), "/admin/"+nordvik+"/deliveries", "Retting fra søkeren")
	nothingInternal(ctx, t, citizen, "/my", status)
}

// halfAssess keeps half an assessment, for the correction to leave alone.
func halfAssess(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string) {
	t.Helper()
	press(ctx, t, b, get(ctx, t, b, caseURL), "/take")
	press(ctx, t, b, get(ctx, t, b, caseURL+"/confirm"), "/confirm")
	p := get(ctx, t, b, caseURL+"/write")
	f := p.Form("go", "next")
	if err := f.Fill(map[string]string{"vurdering.begrunnelse": internal}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Submit(ctx, p, f, "go", "stay"); err != nil {
		t.Fatal(err)
	}
}

// correct changes a number, adds a row and a file, and gives the page to look over.
func correct(
	ctx context.Context, t *testing.T, b *driver.Browser, first *driver.Page, telephone string,
) *driver.Page {
	t.Helper()
	review, err := b.FillIn(ctx, first, driver.Application{
		Rows: map[string]int{"budsjett.poster": 3},
		Fields: map[string]string{
			"soker.telefon": telephone, "budsjett.poster[2].tekst": "Vakthold",
			"budsjett.poster[2].type": "personell", "budsjett.poster[2].belop": "5000",
		},
		Files: map[string]driver.File{"vedlegg": {
			Name: "tilbud.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7\ntilbud"),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return review
}

// sameAgain begins a correction and changes nothing: it cannot be sent, but thrown away.
func sameAgain(ctx context.Context, t *testing.T, b *driver.Browser, status string) {
	t.Helper()
	first := press(ctx, t, b, get(ctx, t, b, status), "/correct")
	review, err := b.FillIn(ctx, first, driver.Application{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(review.Main(), "Du har ikke endret noe") {
		t.Errorf("the page to look over: %s", review.Main())
	}
	p, err := b.Submit(ctx, review, review.Form("go", "submit"), "go", "submit")
	if err != nil || p.Status != 409 || !strings.Contains(p.Main(), "lik det du har sendt før") {
		t.Errorf("the same again: %v, %d, %s", err, p.Status, p.Main())
	}
	says(ctx, t, b, "/my", "Retting av Søknad om arrangementsstøtte")
	if p := get(ctx, t, b, status); p.Link("Fortsett rettingen") == "" {
		t.Errorf("the status page does not lead to what was begun: %s", p.Main())
	}
}

// TestStory_AWithdrawalReachesTheCase: it is closed, told with the citizen's own words, and final.
func TestStory_AWithdrawalReachesTheCase(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	ctx := t.Context()
	const title, words = "Avlyst lysfest", "Bandet kan ikke <b>komme</b>."
	citizen, worker := signedIn(t, address, kari), signedIn(t, address, ingrid)
	receipt := apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	one := strings.TrimSuffix(receipt.URL, "/receipt")
	caseURL := find(ctx, t, worker, title)
	get(ctx, t, worker, caseURL)
	draft := press(ctx, t, citizen, get(ctx, t, citizen, one+"/status"), "/correct")

	ask := get(ctx, t, citizen, get(ctx, t, citizen, one+"/status").Link("Trekk søknaden"))
	f := ask.FormTo("/withdraw")
	if err := f.Fill(map[string]string{"reason": strings.Repeat("x", 2001)}); err != nil {
		t.Fatal(err)
	}
	p, err := citizen.Submit(ctx, ask, f, "", "")
	if err != nil || p.Status != 422 || !strings.Contains(string(p.Body), strings.Repeat("x", 2001)) {
		t.Fatalf("a long reason: %v, %d", err, p.Status)
	}
	f = p.FormTo("/withdraw")
	if err := f.Fill(map[string]string{"reason": words}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if p, err = citizen.Submit(ctx, p, f, "", ""); err != nil || p.URL != one+"/status" {
			t.Fatalf("withdrawn: %v, %s", err, p.Main())
		}
		p.URL = one + "/withdraw"
	}
	says(ctx, t, citizen, one+"/status", "Trukket", "Du trakk søknaden", "Bandet kan ikke")
	if p := get(ctx, t, citizen, one+"/status"); p.FormTo("/correct") != nil || p.Link("Trekk søknaden") != "" {
		t.Errorf("it can still be changed: %s", p.Main())
	}
	if p, err := citizen.Get(ctx, draft.URL); err != nil || p.Status != 403 {
		t.Errorf("the correction that was begun: %v, %d", err, p.Status)
	}
	says(ctx, t, worker, "/inbox/"+nordvik+"?view=closed", title, "Ulest", "Trukket av søkeren", "Trukket ")
	says(ctx, t, worker, caseURL, "Søkeren trakk søknaden", words, "Tok imot: søkeren trakk søknaden")
	if p := get(ctx, t, worker, "/inbox/"+nordvik); p.Link(title) != "" {
		t.Error("the case is still open")
	}
	if p, err := citizen.Post(ctx, one+"/correct", url.Values{}); err != nil || p.Status != 409 ||
		!strings.Contains(p.Main(), "trukket allerede") {
		t.Errorf("corrected after that: %v, %d", err, p.Status)
	}
}

// TestStory_EachCaseIsToldOnlyItsOwnPart: one application to two cases is corrected and withdrawn,
// and the health data stays with the medical adviser.
func TestStory_EachCaseIsToldOnlyItsOwnPart(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	ctx := t.Context()
	citizen := signedIn(t, address, ola)
	status := applyForParking(ctx, t, citizen, nil)
	worker, doctor := signedIn(t, address, per), signedIn(t, address, lise)
	const title, newHealth = "Parkeringstillatelse for Ola Fjeld", "Operert i venstre kne"
	parking, medical := find(ctx, t, worker, title), find(ctx, t, doctor, title)
	for _, c := range []struct {
		field, value string
	}{{"helse.plager", newHealth}, {"behov.hvor", "Ved sykehuset."}} {
		first := press(ctx, t, citizen, get(ctx, t, citizen, status), "/correct")
		review, err := citizen.FillIn(ctx, first, driver.Application{
			Fields: map[string]string{c.field: c.value},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := citizen.Send(ctx, review); err != nil {
			t.Fatal(err)
		}
	}
	says(ctx, t, doctor, medical, "Søkeren rettet søknaden", healthData, newHealth)
	p := says(ctx, t, worker, parking, "Søkeren rettet søknaden", "Ved jobben.", "Ved sykehuset.")
	if n := strings.Count(p.Main(), "Tok imot en retting"); n != 1 {
		t.Errorf("the parking case was told of %d corrections, want the one that is about it", n)
	}
	keepsOut(ctx, t, worker, parking, healthData, newHealth, "legeerklaering.pdf")
	keepsOut(ctx, t, doctor, medical, "Ved sykehuset.")

	ask := get(ctx, t, citizen, strings.TrimSuffix(status, "status")+"withdraw")
	if ask.FormTo("/withdraw").Has("reason") {
		t.Error("a reason is asked for, which both cases would read")
	}
	press(ctx, t, citizen, ask, "/withdraw")
	says(ctx, t, doctor, medical, "Søkeren trakk søknaden", "Trukket av søkeren")
	says(ctx, t, worker, parking, "Søkeren trakk søknaden", "Trukket av søkeren")
	keepsOut(ctx, t, worker, parking, healthData, newHealth, "legeerklaering.pdf")
}
