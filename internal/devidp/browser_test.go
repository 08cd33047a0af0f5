package devidp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"stafett/internal/browsertest"
	"stafett/internal/devidp"
	"stafett/static"
)

// TestSignIn_InABrowser goes from the sign-in page back to a client on another origin, which the
// page's policy must let the form do, and asks axe on the way.
func TestSignIn_InABrowser(t *testing.T) {
	t.Parallel()
	if !static.Built() {
		t.Fatal("the assets are not built: run make, or go run ./cmd/assets")
	}
	client := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>Back</title><p>code %d", len(r.FormValue("code")))
	}))
	mux := http.NewServeMux()
	issuer := serve(t, mux) + "/dev/idporten"
	provider, err := devidp.New(devidp.Config{
		Issuer: issuer, Key: mustKey(t, otherKeyOf), Now: time.Now, StylesheetURL: static.URL("app.css"),
		Clients: []devidp.Client{{ID: "stafett", Key: &mustKey(t, keyOf).PublicKey,
			RedirectURIs: []string{client + "/auth/callback"}}},
		Persons: []devidp.Person{
			{Number: kari, Name: "Kari Solbakken", Note: map[string]string{
				"nb": "Innbygger. Styreleder i Nordvik Musikkforening.",
				"nn": "Innbyggjar. Styreleiar i Nordvik Musikkforening.",
				"en": "Citizen. Chair of Nordvik Musikkforening."}},
			{Number: ola, Name: "Ola Fjeld", Note: map[string]string{"nb": "Innbygger."}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/dev/idporten/", http.StripPrefix("/dev/idporten", provider.Handler()))
	mux.Handle(static.Prefix, static.Handler())
	browser := browsertest.Start(t)
	tabs := []struct {
		browsertest.Options
		locale string
	}{
		{browsertest.Options{JS: true}, "nb"}, {browsertest.Options{Dark: true}, "nn"},
		{browsertest.Options{JS: true, Dark: true, Width: 320}, "en"},
		{browsertest.Options{Width: 320}, "nb"},
	}
	for _, tab := range tabs {
		signInWith(t, browser.Tab(t, tab.Options), issuer, client, tab.locale)
	}
	t.Logf("axe saw %d pages", len(tabs))
}

func signInWith(t *testing.T, tab *browsertest.Tab, issuer, client, locale string) {
	t.Helper()
	q := url.Values{
		"client_id": {"stafett"}, "redirect_uri": {client + "/auth/callback"}, "scope": {"openid"},
		"response_type": {"code"}, "state": {"s"}, "nonce": {"n"}, "ui_locales": {locale},
		"code_challenge_method": {"S256"},
		"code_challenge":        {oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())},
	}
	tab.Open(issuer + "/authorize?" + q.Encode())
	for _, violation := range tab.Axe() {
		t.Errorf("%s: %s", locale, violation)
	}
	if n := tab.SidewaysScroll(); n != 0 {
		t.Errorf("%s: the page is %d pixels too wide", locale, n)
	}
	tab.ClickCSS(`button[name="pid"][value="` + kari + `"]`)
	tab.WaitForText("p", "code 26")
	if strings.Contains(tab.URL(), kari) {
		t.Error("the number is in the address")
	}
	for _, problem := range tab.Problems() {
		t.Errorf("%s: %s", locale, problem)
	}
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}
