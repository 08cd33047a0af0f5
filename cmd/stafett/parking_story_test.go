package main

import (
	"context"
	"maps"
	"strings"
	"testing"

	"stafett/internal/driver"
)

const (
	per  = "11897643369"
	lise = "25846941188"
	// healthData is what only the medical adviser may read, and doctorsNote what the adviser keeps.
	healthData, doctorsNote = "Slitasje i begge hofter", "Røntgen stadfester funnet"
)

// healthDataReachesTheDoctorAlone walks one application to two cases, and the conclusion from one
// to the other.
func healthDataReachesTheDoctorAlone(t *testing.T, address string) {
	ctx := t.Context()
	citizen := signedIn(t, address, ola)
	status := applyForParking(ctx, t, citizen, nil)
	worker, doctor := signedIn(t, address, per), signedIn(t, address, lise)
	const title = "Parkeringstillatelse for Ola Fjeld"
	parking, medical := find(ctx, t, worker, title), find(ctx, t, doctor, title)
	for _, one := range []struct {
		who      *driver.Browser
		not      string
		unwanted []string
	}{{worker, medical, []string{healthData, "legeerklaering.pdf"}}, {doctor, parking, []string{"Ved jobben"}}} {
		p, err := one.who.Get(ctx, one.not)
		if err != nil || p.Status != 403 {
			t.Errorf("%s: got %d, %v", one.not, p.Status, err)
		}
	}
	press(ctx, t, worker, get(ctx, t, worker, parking+"/confirm"), "/confirm")
	says(ctx, t, worker, parking+"/write", "Legen er ikke ferdig")
	says(ctx, t, doctor, medical, healthData, "legeerklaering.pdf")
	assess(ctx, t, doctor, medical)

	says(ctx, t, worker, "/inbox/"+nordvik, "Ulest. "+title)
	says(ctx, t, worker, parking+"/write", "Oppfyller vilkårene")
	write(ctx, t, worker, parking, map[string]string{"vedtak.utfall": "innvilget"})
	press(ctx, t, worker, write(ctx, t, worker, parking, map[string]string{
		"vedtak.gyldigTil":   "2031-12-31",
		"vedtak.begrunnelse": "Du har store vansker med å gå.",
	}), "/next")
	p := says(ctx, t, citizen, status, "Ferdig behandlet", "Svar til deg")
	letter := get(ctx, t, citizen, p.Link("Svar til deg"))
	for _, want := range []string{"forskrift om parkering", "2031", "store vansker"} {
		if !strings.Contains(letter.Main(), want) {
			t.Errorf("the letter does not say %q: %s", want, letter.Main())
		}
	}
	keepsOut(ctx, t, worker, parking, healthData, "legeerklaering.pdf", doctorsNote)
	keepsOut(ctx, t, citizen, status, doctorsNote)
}

// applyForParking sends an application with the usual answers and some of one's own, and gives the
// address of its status.
func applyForParking(
	ctx context.Context, t *testing.T, b *driver.Browser, own map[string]string,
) string {
	t.Helper()
	answers := map[string]string{
		"soker.telefon": "400 00 102", "soker.epost": "ola@fjeld.example", "gjelder.hvem": "meg",
		"behov.rolle": "forer", "behov.hvor": "Ved jobben.", "behov.hvorOfte": "daglig",
		"helse.plager": healthData, "helse.gange": "50", "helse.varighet": "varig",
		"samtykke.helse": "ja",
	}
	maps.Copy(answers, own)
	first, err := b.Start(ctx, "nordvik/parkering")
	if err != nil {
		t.Fatal(err)
	}
	review, err := b.FillIn(ctx, first, driver.Application{
		Fields: answers,
		Files: map[string]driver.File{"legeerklaering": {
			Name: "legeerklaering.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7\nlege"),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := b.Send(ctx, review)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
}

func assess(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string) {
	t.Helper()
	write(ctx, t, b, caseURL, nil)
	p := get(ctx, t, b, caseURL+"/write?page=vurdering")
	f := p.Form("go", "next")
	if err := f.Fill(map[string]string{
		"lege.konklusjon": "oppfyller", "lege.varighet": "varig", "lege.notat": doctorsNote,
	}); err != nil {
		t.Fatal(err)
	}
	ask, err := b.Submit(ctx, p, f, "go", "next")
	if err != nil {
		t.Fatal(err)
	}
	press(ctx, t, b, ask, "/next")
}

// keepsOut reads a page and all that it links to under its own address, and finds none of the
// words.
func keepsOut(ctx context.Context, t *testing.T, b *driver.Browser, path string, words ...string) {
	t.Helper()
	read := 0
	for _, to := range append(get(ctx, t, b, path).Links(), path, "/inbox/"+nordvik) {
		if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "/static") {
			continue
		}
		p, err := b.Get(ctx, to)
		if err != nil {
			t.Fatal(err)
		}
		read++
		for _, w := range words {
			if strings.Contains(string(p.Body), w) {
				t.Errorf("%s shows %q", to, w)
			}
		}
	}
	if t.Logf("read %d pages", read); read < 3 {
		t.Errorf("only %d pages were read", read)
	}
}
