package main

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// A link may fill in what the app's prefill file says that it may, through sign-in; anything else
// in it is named.
func TestStart_TheAddressFillsIn(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	const start = "/nordvik/arrangementsstotte?kategori=lag&arrangement=L%C3%B8psdag+2026"

	b := driver.New(address)
	p := look(t, b, start+"&utm_source=brev")
	signIn := p.Find(func(n *html.Node) bool { return driver.Attr(n, "id") == "start-sign-in" })
	if signIn == nil {
		t.Fatalf("no way to sign in: %s", p.Main())
	}
	to := driver.Attr(signIn, "href")
	if want := "/login?return=" + url.QueryEscape("/nordvik/arrangementsstotte?arrangement=L%C3%B8psdag+2026&kategori=lag"); to != want {
		t.Errorf("sign-in leads to %s, want %s", to, want)
	}

	b = signedIn(t, address, kari)
	p = look(t, b, start)
	begin := p.FormTo("/start")
	begin.Values.Set("party", "50001")
	p, err := b.Submit(t.Context(), p, begin, "", "")
	if err != nil || p.Status != 200 {
		t.Fatalf("start: %d %v", p.Status, err)
	}
	if got := typed(t, p, "soker.kategori"); got != "lag" {
		t.Errorf("the category is %q", got)
	}
	p = look(t, b, strings.TrimSuffix(p.URL, "soker")+"arrangement")
	if got := typed(t, p, "arrangement.navn"); got != "Løpsdag 2026" {
		t.Errorf("the event is %q", got)
	}

	tests := []struct{ query, want, not string }{
		{"katgori=lag", "katgori", "lag"},
		{"kategori=ukjent", "kategori", "ukjent"},
		{"kategori=lag&kategori=privat", "kategori", ""},
		{"arrangement=14827941388", "fødselsnummer", "14827941388"},
		{"arrangement=148279%2041388", "fødselsnummer", "41388"},
	}
	for _, tt := range tests {
		p := look(t, b, "/nordvik/arrangementsstotte?"+tt.query)
		body := p.Main()
		if p.Status != 400 || !strings.Contains(body, tt.want) ||
			tt.not != "" && strings.Contains(body, tt.not) {
			t.Errorf("%s: got %d %s", tt.query, p.Status, body)
		}
		for n := range p.Doc.Descendants() {
			if strings.Contains(driver.Attr(n, "href")+driver.Attr(n, "value"), tt.query) {
				t.Errorf("%s: the page repeats the address", tt.query)
			}
		}
	}
	f := look(t, b, start).FormTo("/start")
	f.Values.Set("query.kategori", "ukjent")
	f.Values.Set("party", "50001")
	answer, err := b.Post(t.Context(), f.Action, f.Values)
	if err != nil || answer.Status != 400 || !strings.Contains(answer.Main(), "kategori") {
		t.Errorf("a value that was changed on the way: %d %v", answer.Status, err)
	}
	t.Logf("checked %d addresses", len(tests))
}

// look gets a page, whatever its status.
func look(t *testing.T, b *driver.Browser, path string) *driver.Page {
	t.Helper()
	p, err := b.Get(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Who has as many drafts as there may be is told so, and led to them.
func TestStart_TooManyDraftsLeadToThem(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	b := signedIn(t, address, kari)
	begun := 0
	for ; begun < 100; begun++ {
		p, err := b.Start(t.Context(), "nordvik/arrangementsstotte")
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != 200 {
			break
		}
	}
	p, err := b.Start(t.Context(), "nordvik/arrangementsstotte")
	if err != nil {
		t.Fatal(err)
	}
	if begun != 50 || p.Status != 422 || !strings.Contains(p.Main(), "Du har alt 50 utkast") {
		t.Errorf("after %d drafts: %d, %s", begun, p.Status, p.Main())
	}
	shows(t, look(t, b, p.Link("Se utkastene dine")), "/my/drafts")
}
