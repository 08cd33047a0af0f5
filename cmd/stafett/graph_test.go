package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"flag"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

var update = flag.Bool("update", false, "write the pictures of the example solution anew")

// drawn gives what graph writes.
func drawn(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), append([]string{"graph"}, args...), noEnv, &out); err != nil {
		t.Fatalf("graph %q: %v", args, err)
	}
	return out.String()
}

func noEnv(string) string { return "" }

// TestGraph_IsThePictureInTheDocs holds the drawing in the guide and the words of it to what the
// example solution is.
func TestGraph_IsThePictureInTheDocs(t *testing.T) {
	t.Parallel()
	for file, args := range map[string][]string{
		"../../docs/img/solution.svg": {"-lang", "en", "../../apps"},
		"testdata/solution.txt":       {"-format", "text", "../../apps"},
		"testdata/solution.nn.txt":    {"-format", "text", "-lang", "nn", "../../apps"},
		"testdata/solution.dot":       {"-format", "dot", "../../apps"},
	} {
		got := drawn(t, args...)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is not what graph draws now: see the difference with -update", file)
		}
	}
}

func TestGraph_EveryFormatSaysTheSame(t *testing.T) {
	t.Parallel()
	svg, page := drawn(t, "../../apps"), drawn(t, "-format", "html", "../../apps")
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Errorf("the drawing: %v", err)
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	words := driver.Text(doc)
	for _, want := range []string{
		"Sak om arrangementsstøtte", "Har med 42 felt, vedleggene «vedlegg» og innsendingen som PDF.",
		"Bare hvis sak.slag er «parkering».", "Nordvik kommune", "Rådgivende lege",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, want := range []string{`role="img"`, "<title ", "<desc ", "@media (prefers-color-scheme:dark)"} {
		if !strings.Contains(svg, want) || !strings.Contains(page, want) {
			t.Errorf("the drawing has no %s", want)
		}
	}
	if one := drawn(t, "-format", "text", "../../apps/nordvik/klage"); !strings.Contains(one,
		"nordvik/stottesak") || strings.Contains(one, "Medisinsk") {
		t.Errorf("one app with what it hands to: %s", one)
	}
}

func TestGraph_RefusesWhatItCannotDraw(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"format:":            {"-format", "png"},
		"lang:":              {"-lang", "se"},
		"there are no apps":  {t.TempDir()},
		"there is no folder": {"../../apps/finnes-ikke"},
	} {
		err := run(t.Context(), append([]string{"graph"}, args...), noEnv, new(bytes.Buffer))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("graph %q: got %v, want %q", args, err, want)
		}
	}
}

// follows is what an administrator sees of a matter: the solution, who may do what in an app, and
// each delivery with its times and the rest of the matter's; nothing of the case.
func follows(ctx context.Context, t *testing.T, address string, secrets ...string) {
	t.Helper()
	admin := signedIn(t, address, tor)
	const base = "/admin/" + nordvik
	seen := says(ctx, t, admin, base+"/solution", "Løsningen samlet", "8 tjenester, 21 piler",
		"Kan lese og skrive", "42 felt")
	access := get(ctx, t, admin, seen.Link("Sak om arrangementsstøtte"))
	for _, want := range []string{"Hvem kan gjøre hva: Sak om arrangementsstøtte",
		"Saksbehandler for kulturstøtte", "ta saken", "Be om mer"} {
		if !strings.Contains(access.Main(), want) {
			t.Errorf("who may do what does not say %q: %s", want, access.Main())
		}
	}
	last := get(ctx, t, admin, base+"/deliveries?state=delivered")
	// Other matters are under way beside this one.
	const begins = "Søknad om arrangementsstøtte → Sak om arrangementsstøtte"
	one := last
	for _, to := range last.Links() {
		if !strings.HasPrefix(to, base+"/deliveries/") {
			continue
		}
		if one = get(ctx, t, admin, to); one.Link(begins) != "" {
			break
		}
	}
	first := get(ctx, t, admin, one.Link(begins))
	for _, want := range []string{
		"Sendt inn", "Leveransen er planlagt", "PDF klar etter", "token hentet etter",
		"Laget hos mottakeren: Sak om arrangementsstøtte", "Mottakeren har svart",
		"Åpnet første gang av en som arbeider med den", "(denne)",
		"Sak om arrangementsstøtte → Vi trenger mer fra deg", "Vedtak fra Nordvik kommune → Klage på vedtak",
	} {
		if !strings.Contains(first.Main(), want) {
			t.Errorf("the delivery does not say %q: %s", want, first.Main())
		}
	}
	for _, p := range []*driver.Page{seen, access, last, one, first} {
		for _, secret := range secrets {
			if strings.Contains(string(p.Body), secret) {
				t.Errorf("an administrator reads %q at %s", secret, p.URL)
			}
		}
	}
	if p, err := admin.Get(ctx, base+"/solution/finnes-ikke"); err != nil || p.Status != 404 {
		t.Errorf("an app that is not there: %v, %v", p, err)
	}
}
