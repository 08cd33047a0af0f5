package main

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// toSend fills in an application for a parking permit all but the consent, and gives the page that
// sends it. What it is kept in is given too.
func toSend(t *testing.T, b *driver.Browser) *driver.Page {
	t.Helper()
	first, err := b.Start(t.Context(), "nordvik/parkering")
	if err != nil {
		t.Fatal(err)
	}
	review, err := b.FillIn(t.Context(), first, driver.Application{
		Fields: map[string]string{
			"soker.telefon": "400 00 102", "soker.epost": "ola@fjeld.example", "gjelder.hvem": "meg",
			"behov.rolle": "forer", "behov.hvor": "Ved jobben.", "behov.hvorOfte": "daglig",
			"helse.plager": healthData, "helse.gange": "50", "helse.varighet": "varig",
		},
		Files: map[string]driver.File{"legeerklaering": {
			Name: "legeerklaering.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7\nlege"),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return review
}

const (
	consentField = "samtykke.helse"
	consentGiven = "Ja, jeg samtykker til at kommunens lege leser helseopplysningene"
	consentAsked = "Du må gi samtykke før du kan sende søknaden."
)

// TestConsent_IsAskedWhereTheFormIsSent sends without the consent, with it from three windows at
// once, and reads it where it is kept.
func TestConsent_IsAskedWhereTheFormIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, ola)
	review := toSend(t, b)
	refused := answer(t, b, review, nil, "go", "submit")
	if title := driver.Text(refused.Find(isElement("title"))); refused.Status != 422 ||
		!strings.HasPrefix(title, "Feil: ") || strings.Count(refused.Main(), consentAsked) != 2 {
		t.Fatalf("without: got %d %q: %s", refused.Status, title, refused.Main())
	}
	if to := refused.Link(consentAsked); to != "#q-samtykke-helse" {
		t.Errorf("the summary leads to %q", to)
	}
	// What a case reports back is no delivery of the form.
	const made = `SELECT count(*) FROM delivery WHERE source_app = 'parkering'`
	if n := w.number(t, made); n != 0 {
		t.Errorf("%d deliveries of what was not sent", n)
	}

	f := refused.Form("go", "submit")
	if err := f.Fill(map[string]string{consentField: "ja"}); err != nil {
		t.Fatal(err)
	}
	f.Values.Set("go", "submit")
	var presses sync.WaitGroup
	for range 3 {
		presses.Go(func() {
			if got, err := b.Post(t.Context(), review.URL, f.Values); err != nil || got.Status != 200 ||
				!strings.HasSuffix(strings.TrimSuffix(got.URL, "?once=1"), "/receipt") {
				t.Errorf("a press: %v, %+v", err, got)
			}
		})
	}
	presses.Wait()
	if n := w.number(t, made); n != 2 {
		t.Errorf("%d deliveries, want one to each case", n)
	}
	if n := w.number(t, `SELECT count(*) FROM audit_event WHERE act = 'submit' AND outcome <> 'refused'`); n != 1 {
		t.Errorf("sent %d times", n)
	}
	receipt := strings.TrimSuffix(review.URL, "/Task_1/se-over") + "/receipt"
	says(t.Context(), t, b, receipt, consentGiven)
	doctor, worker := signedIn(t, w.address, lise), signedIn(t, w.address, per)
	const title = "Parkeringstillatelse for Ola Fjeld"
	says(t.Context(), t, doctor, find(t.Context(), t, doctor, title), consentGiven)
	if p := get(t.Context(), t, worker, find(t.Context(), t, worker, title)); strings.Contains(p.Main(), consentGiven) {
		t.Error("the caseworker is told of the consent too")
	}
}

func isElement(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == name }
}

// TestConsent_APageThatSavesItselfSendsWhatItHasShown is what scripting does: the page is saved after
// a tick, gets its new versions, and sends; but not what came from another window meanwhile.
func TestConsent_APageThatSavesItselfSendsWhatItHasShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, ola)
	review := toSend(t, b)
	save := func(f *driver.Form) {
		t.Helper()
		r := w.do(t, "POST", review.URL+"/save", strings.NewReader(f.Values.Encode()), "Content-Type",
			formKind, "HX-Request", "true", "Cookie", b.Cookies(), "Sec-Fetch-Site", "same-origin")
		doc, err := html.Parse(strings.NewReader(string(r.body)))
		if err != nil || r.status != 200 {
			t.Fatalf("save: %d %v %s", r.status, err, r.body)
		}
		given := url.Values{}
		for n := range doc.Descendants() {
			if name := driver.Attr(n, "name"); name != "" {
				given.Set(name, driver.Attr(n, "value"))
			}
		}
		for _, name := range []string{"version", "drawn", "seen"} {
			if !given.Has(name) {
				t.Errorf("the save gives no %s: %s", name, r.body)
			}
		}
		maps.Copy(f.Values, given)
	}
	f := review.Form("go", "submit")
	f.Values[consentField] = []string{"", "ja"}
	save(f)
	f.Values[consentField] = []string{""}
	save(f)
	// In another window a file comes, which this one has not shown.
	behov := get(t.Context(), t, b, strings.TrimSuffix(review.URL, "se-over")+"behov")
	g := behov.Form("go", "next")
	if err := g.Attach("file:vedlegg", driver.File{
		Name: "kart.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7\nkart"),
	}); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Submit(t.Context(), behov, g, "go", "next"); err != nil || p.Status != 200 {
		t.Fatalf("another window: %v", err)
	}
	f.Values[consentField] = []string{"", "ja"}
	save(f)
	f.Values.Set("go", "submit")
	p, err := b.Post(t.Context(), review.URL, f.Values)
	if err != nil || p.Status != 409 {
		t.Fatalf("unseen: got %v %s", err, p.Main())
	}
	review = get(t.Context(), t, b, review.URL)
	f = review.Form("go", "submit")
	if got := f.Values[consentField]; len(got) != 2 || got[1] != "ja" {
		t.Errorf("the saved tick is not on the page: %q", got)
	}
	if p := answer(t, b, review, nil, "go", "submit"); !strings.HasSuffix(p.URL, "/receipt") {
		t.Errorf("sent: %s (%d): %s", p.URL, p.Status, p.Main())
	}
}

// TestSend_FilesThatComeWithThePressAreShownFirst has the doctor's statement asked for on the page
// that sends: a file that is refused stops the press, and one that is taken is shown before it is
// sent.
func TestSend_FilesThatComeWithThePressAreShownFirst(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(folder, "nordvik/parkering/ui/soknad/layouts/se-over.json"), `"layout": [`,
		`"layout": [{"id": "flere", "type": "FileUpload", "displayMode": "list",
			"textResourceBindings": {"title": "vedlegg.title"}, "maxFileSizeInMB": 1,
			"minNumberOfAttachments": 0, "maxNumberOfAttachments": 3,
			"hasCustomFileEndings": true, "validFileEndings": ".pdf"},`)
	rewrite(t, filepath.Join(folder, "nordvik/parkering/config/applicationmetadata.json"),
		`"dataTypes": [`, `"dataTypes": [{"id": "flere", "taskId": "Task_1", "maxSize": 1,
			"maxCount": 3, "minCount": 0, "allowedContentTypes": ["application/pdf"]},`)
	w, _ := newWorldWith(t, map[string]string{"apps": folder})
	b := signedIn(t, w.address, ola)
	review := toSend(t, b)
	send := func(name, content string) *driver.Page {
		t.Helper()
		f := review.Form("go", "submit")
		f.Values[consentField] = []string{"", "ja"}
		if name != "" {
			if err := f.Attach("file:flere", driver.File{
				Name: name, ContentType: "application/pdf", Content: []byte(content),
			}); err != nil {
				t.Fatal(err)
			}
		}
		p, err := b.Submit(t.Context(), review, f, "go", "submit")
		if err != nil {
			t.Fatal(err)
		}
		review = p
		return p
	}
	if p := send("kart.exe", "MZ"); p.Status != 422 || !strings.Contains(p.Main(), "kart.exe") {
		t.Errorf("a refused file: got %d %s", p.Status, p.Main())
	}
	if p := send("kart.pdf", "%PDF-1.7\nkart"); p.Status != 200 || !strings.HasSuffix(p.URL, "/se-over?uploaded=1") ||
		!strings.Contains(p.Main(), "kart.pdf") || !strings.Contains(p.Main(), "Filene er lastet opp") {
		t.Errorf("a file that is taken: %s (%d): %s", p.URL, p.Status, p.Main())
	}
	if n := w.number(t, `SELECT count(*) FROM delivery`); n != 0 {
		t.Errorf("%d deliveries before it was shown", n)
	}
	if p := send("", ""); !strings.HasSuffix(p.URL, "/receipt") || !strings.Contains(p.Main(), "kart.pdf") {
		t.Errorf("sent: %s (%d): %s", p.URL, p.Status, p.Main())
	}
}
