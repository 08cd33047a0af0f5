package main

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// lowLevel is the sign-in that the apps with sensitive answers do not take.
const lowLevel = "idporten-loa-substantial"

// signInLow signs in, in the same browser, at level 3.
func signInLow(t *testing.T, b *driver.Browser, person string) {
	t.Helper()
	p := get(t.Context(), t, b, "/login?return=/my")
	f := p.Form("pid", person)
	if f == nil || !f.Has("acr") {
		t.Fatalf("the sign-in offers no level: %s", p.Main())
	}
	f.Values.Set("acr", lowLevel)
	if p, err := b.Submit(t.Context(), p, f, "pid", person); err != nil || p.URL != "/my" {
		t.Fatalf("signed in to %v, %v", p, err)
	}
}

// goUp goes through the sign-in that a page has led to, which offers the level that is asked for
// alone, and gives the page that comes after it.
func goUp(t *testing.T, b *driver.Browser, p *driver.Page, person string) *driver.Page {
	t.Helper()
	f := p.Form("pid", person)
	if f == nil || f.Values.Get("acr") != "idporten-loa-high" {
		t.Fatalf("%s does not ask for level 4: %s", p.URL, p.Main())
	}
	next, err := b.Submit(t.Context(), p, f, "pid", person)
	if err != nil || next.Status != 200 {
		t.Fatalf("after the sign-in: %v, %v", next, err)
	}
	return next
}

// sendAgain signs in beside a page that holds a post, and sends it again.
func sendAgain(t *testing.T, b *driver.Browser, kept *driver.Page, person string) *driver.Page {
	t.Helper()
	if kept.Status != 403 || kept.Heading() != "Du må logge inn på nivå 4" {
		t.Fatalf("%s: got %d, %s", kept.URL, kept.Status, kept.Heading())
	}
	beside := goUp(t, b, get(t.Context(), t, b, kept.Link("Logg inn (åpnes i en ny fane)")), person)
	if beside.URL != "/signed-in" || beside.Heading() != "Du er logget inn" {
		t.Fatalf("beside: %s, %s", beside.URL, beside.Heading())
	}
	next, err := b.Submit(t.Context(), kept, kept.FormTo(kept.URL), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestStepUp_LeadsBackToThePageThatAskedForIt(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := driver.New(s.address)
	signInLow(t, b, ingrid)
	pages := []string{
		"/inbox/" + nordvik, "/inbox/" + nordvik + "/case/" + s.caseID,
		"/inbox/" + nordvik + "/case/" + s.caseID + "/access",
	}
	for _, path := range pages {
		signInLow(t, b, ingrid)
		if p := goUp(t, b, get(t.Context(), t, b, path), ingrid); p.URL != path ||
			!strings.Contains(p.Main(), secret) {
			t.Errorf("%s leads to %s: %s", path, p.URL, p.Main())
		}
	}
}

func TestStepUp_APostLosesNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const typedText = "Godt tiltak,\nmed \"æøå\" & <b>"
	b := signedIn(t, s.address, ingrid)
	base := "/inbox/" + nordvik + "/case/" + s.caseID
	press(t.Context(), t, b, get(t.Context(), t, b, base+"/confirm"), "/confirm")
	page := get(t.Context(), t, b, base+"/write")
	f := page.Form("go", "next")
	field := textField(t, f)
	f.Values.Set(field, typedText)

	// A sign-in in another tab has made the session less secure meanwhile.
	signInLow(t, b, ingrid)
	save := s.do(t, "POST", base+"/write/save", strings.NewReader(f.Values.Encode()),
		"Content-Type", formKind, "HX-Request", "true", "Cookie", b.Cookies(), "Sec-Fetch-Site", "same-origin")
	if body := string(save.body); save.status != 403 || save.header.Get("HX-Redirect") != "" ||
		!strings.HasPrefix(body, "Ikke lagret: du må logge inn på nivå 4.") ||
		!strings.Contains(body, `target="_blank"`) || strings.Contains(body, "<html") {
		t.Errorf("the autosave: got %d %q %.200s", save.status, save.header.Get("HX-Redirect"), body)
	}
	kept, err := b.Submit(t.Context(), page, f, "go", "stay")
	if err != nil {
		t.Fatal(err)
	}
	sendAgain(t, b, kept, ingrid)
	if got := get(t.Context(), t, b, base+"/write").Form("go", "next").Values.Get(field); got != typedText {
		t.Errorf("saved is %q, want %q", got, typedText)
	}

	// And when the session has ended altogether.
	f.Values.Set(field, "Noe annet")
	if _, err := s.db.Exec(t.Context(), "DELETE FROM session"); err != nil {
		t.Fatal(err)
	}
	kept, err = b.Submit(t.Context(), page, f, "go", "stay")
	if err != nil || kept.Status != 401 || kept.FormTo(kept.URL).Values.Get(field) != "Noe annet" {
		t.Errorf("after the session: got %v, %v", kept, err)
	}
}

// textField gives the name of a field of the form in which a text is written.
func textField(t *testing.T, f *driver.Form) string {
	t.Helper()
	for name := range f.Values {
		if strings.HasSuffix(name, "egrunnelse") {
			return name
		}
	}
	t.Fatalf("no text is written in %v", f.Values)
	return ""
}

func TestStepUp_AStartAndAFormWithFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := driver.New(w.address)
	signInLow(t, b, ola)
	service := get(t.Context(), t, b, "/nordvik/parkering")
	if service.FormTo("/start") != nil || !strings.Contains(service.Main(), "Du må logge inn på nivå 4") {
		t.Errorf("the service's page at level 3: %s", service.Main())
	}
	service = goUp(t, b, get(t.Context(), t, b, service.Link("Logg inn og start")), ola)
	signInLow(t, b, ola)
	kept, err := b.Submit(t.Context(), service, service.FormTo("/start"), "", "")
	if err != nil {
		t.Fatal(err)
	}
	first := sendAgain(t, b, kept, ola)
	if first.Status != 200 || !strings.Contains(first.URL, "/instance/") {
		t.Fatalf("the start leads to %s (%d)", first.URL, first.Status)
	}
	signInLow(t, b, ola)
	for _, order := range []string{"file first", "file last"} {
		parts := []part{{name: "file:legeerklaering", file: "svar.pdf", kind: "application/pdf", body: "%PDF-1.7"}}
		text := []part{{name: "version", body: "1"}, {name: "soker.telefon", body: "99887766"}}
		if order == "file first" {
			parts = append(parts, text...)
		} else {
			parts = append(text, parts...)
		}
		body, kind := parcel(t, parts...)
		r := w.do(t, "POST", first.URL, body, "Content-Type", kind, "Cookie", b.Cookies(),
			"Sec-Fetch-Site", "same-origin")
		for _, want := range []string{"Du må logge inn på nivå 4", "99887766", "Filer kan ikke vente her"} {
			if r.status != 403 || !strings.Contains(string(r.body), want) {
				t.Errorf("%s: got %d without %q", order, r.status, want)
			}
		}
	}
	// A post without a cookie keeps nothing: it is sent to sign in, as a page is.
	r := w.do(t, "POST", first.URL, strings.NewReader("version=1"), "Content-Type", formKind)
	if want := "/login?return=" + url.QueryEscape(first.URL); r.status != 303 ||
		r.header.Get("Location") != want {
		t.Errorf("without a session: got %d to %s", r.status, r.header.Get("Location"))
	}
}
