package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
)

// The test persons of the example solution that the stories are about.
const (
	kari   = "14827941388"
	ingrid = "07838432179"
	tor    = "30817137810"
	siri   = "01869350075"
	jon    = "16878035082"

	nordvik = "310246816"
	sorvik  = "311357921"
)

// signedIn gives a browser in which the person has signed in.
func signedIn(t *testing.T, address, person string) *driver.Browser {
	t.Helper()
	b := driver.New(address)
	p, err := b.SignIn(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != 200 || p.URL != "/my" {
		t.Fatalf("after sign-in: got %s (%d)", p.URL, p.Status)
	}
	return b
}

// TestStory_UX6_UX7_FromApplicationToDecision walks the whole relay without scripting.
func TestStory_UX6_UX7_FromApplicationToDecision(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	ctx := t.Context()
	citizen := signedIn(t, address, kari)
	pdf := []byte("%PDF-1.7\n" + strings.Repeat("kart ", 40_000))
	receipt := apply(ctx, t, citizen, "Lysfest i Nordvikparken", pdf)
	if !strings.Contains(receipt.Main(), "NK-") {
		t.Errorf("the receipt has no reference: %s", receipt.Main())
	}
	worker := signedIn(t, address, ingrid)
	caseURL := find(ctx, t, worker, "Lysfest i Nordvikparken")
	decide(ctx, t, worker, caseURL, pdf)
	refuse(ctx, t, address, caseURL)
}

// apply fills in and sends an application with an attachment.
func apply(ctx context.Context, t *testing.T, b *driver.Browser, title string, file []byte) *driver.Page {
	t.Helper()
	first, err := b.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		t.Fatal(err)
	}
	a := driver.EventSupport(title)
	a.Files = map[string]driver.File{"vedlegg": {
		Name: "situasjonskart.pdf", ContentType: "application/pdf", Content: file,
	}}
	review, err := b.FillIn(ctx, first, a)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := b.Send(ctx, review)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Send(ctx, review)
	if err != nil || again.URL != receipt.URL+"?once=1" ||
		!strings.HasSuffix(again.Main(), receipt.Main()[strings.Index(receipt.Main(), "NK-"):]) {
		t.Errorf("a second press: got %v, want the same receipt, and a word of it", err)
	}
	return receipt
}

// find waits until the case stands in the inbox, and gives its address.
func find(ctx context.Context, t *testing.T, b *driver.Browser, title string) string {
	t.Helper()
	var p *driver.Page
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		var err error
		if p, err = b.Get(ctx, "/inbox/"+nordvik); err != nil {
			t.Fatal(err)
		}
		if link := p.Link(title); link != "" {
			return link
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the case %q does not arrive: %d %s", title, p.Status, p.Main())
	return ""
}

func decide(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string, file []byte) {
	t.Helper()
	p := get(ctx, t, b, caseURL)
	for _, want := range []string{"Lysfest i Nordvikparken", "42 000", "situasjonskart.pdf"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("the case does not show %q", want)
		}
	}
	download := get(ctx, t, b, strings.TrimSuffix(p.Link("situasjonskart.pdf"), "/view"))
	if string(download.Body) != string(file) {
		t.Errorf("the attachment has %d bytes, want %d, equal", len(download.Body), len(file))
	}
	press(ctx, t, b, p, "/take")
	press(ctx, t, b, get(ctx, t, b, caseURL+"/confirm"), "/confirm")
	if p := write(ctx, t, b, caseURL, nil); p.Status != 422 || !strings.Contains(p.Main(), "feil") {
		t.Errorf("an empty assessment: got %d", p.Status)
	}
	ask := write(ctx, t, b, caseURL, map[string]string{
		"vurdering.apent": "ja", "vurdering.malgruppe": "ja", "vurdering.samarbeid": "delvis",
		"vurdering.tilrettelegging": "ja", "vurdering.budsjett": "ja",
		"vurdering.anbefaling": "innvilge", "vurdering.begrunnelse": "Åpent for alle, og godt planlagt.",
	})
	press(ctx, t, b, ask, "/next")
	write(ctx, t, b, caseURL, map[string]string{"vedtak.utfall": "innvilget"})
	ask = write(ctx, t, b, caseURL, map[string]string{
		"vedtak.begrunnelse": "Vi gir støtte fordi arrangementet er åpent for alle.",
		"vedtak.vilkar":      "rapport",
	})
	press(ctx, t, b, ask, "/next")
	end := press(ctx, t, b, get(ctx, t, b, caseURL+"/confirm"), "/confirm")
	if !strings.Contains(end.Main(), "Avsluttet") && !strings.Contains(end.Main(), "avsluttet") {
		t.Errorf("the case has not ended: %s", end.Main())
	}
	closed := get(ctx, t, b, "/inbox/"+nordvik+"?view=closed")
	if closed.Link("Lysfest i Nordvikparken") == "" {
		t.Error("the case is not among the closed ones")
	}
}

// refuse checks that those without the role get the same refusal for the case as for none.
func refuse(ctx context.Context, t *testing.T, address, caseURL string) {
	t.Helper()
	for _, person := range []string{siri, jon, tor, kari} {
		b := signedIn(t, address, person)
		for _, path := range []string{caseURL, caseURL[:len(caseURL)-4] + "0000", "/inbox/" + nordvik} {
			p, err := b.Get(ctx, path)
			if err != nil {
				t.Fatal(err)
			}
			if p.Status != 403 || strings.Contains(string(p.Body), "Lysfest") {
				t.Errorf("%s at %s: got %d", person, path, p.Status)
			}
		}
	}
}

func get(ctx context.Context, t *testing.T, b *driver.Browser, path string) *driver.Page {
	t.Helper()
	p, err := b.Get(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != 200 {
		t.Fatalf("%s: got %d: %s", path, p.Status, p.Main())
	}
	return p
}

// press presses the only button of the form that posts to an address with the ending.
func press(ctx context.Context, t *testing.T, b *driver.Browser, p *driver.Page, ending string) *driver.Page {
	t.Helper()
	f := p.FormTo(ending)
	if f == nil {
		t.Fatalf("%s has no form to %s: %s", p.URL, ending, p.Main())
	}
	next, err := b.Submit(ctx, p, f, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if next.Status != 200 {
		t.Fatalf("%s: got %d: %s", ending, next.Status, next.Main())
	}
	return next
}

// write fills in the task's form and goes on.
func write(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string, answers map[string]string) *driver.Page {
	t.Helper()
	p := get(ctx, t, b, caseURL+"/write")
	f := p.Form("go", "next")
	if f == nil {
		t.Fatalf("%s has no form", p.URL)
	}
	if err := f.Fill(answers); err != nil {
		t.Fatal(err)
	}
	next, err := b.Submit(ctx, p, f, "go", "next")
	if err != nil {
		t.Fatal(err)
	}
	return next
}
