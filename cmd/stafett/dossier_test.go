package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// treated is a case that Kari's application has become, in Ingrid's hands.
type treated struct {
	scene
	citizen, worker *driver.Browser
	url, receipt    string
	// elements are the attachments' ids by name.
	elements map[string]string
}

func newTreated(t *testing.T) treated {
	t.Helper()
	w := newWorld(t)
	c := treated{
		citizen: signedIn(t, w.address, kari), worker: signedIn(t, w.address, ingrid),
		elements: map[string]string{},
	}
	c.receipt = strings.TrimSuffix(apply(t.Context(), t, c.citizen, "Lysfest",
		[]byte("%PDF-1.7\nkart")).URL, "/receipt")
	c.url = find(t.Context(), t, c.worker, "Lysfest")
	c.scene = scene{world: w, caseID: c.url[strings.LastIndex(c.url, "/")+1:]}
	press(t.Context(), t, c.worker, get(t.Context(), t, c.worker, c.url), "/take")
	press(t.Context(), t, c.worker, get(t.Context(), t, c.worker, c.url+"/confirm"), "/confirm")
	return c
}

// attach puts a file into the case as if it had come with it.
func (c treated) attach(t *testing.T, name, kind string, content []byte) {
	t.Helper()
	sum := sha256.Sum256(content)
	execSQL(t, c.scene, `WITH u AS (
			INSERT INTO upload (id, taken_by, attached) VALUES (gen_random_uuid(), 'org:nordvik', true) RETURNING id
		), chunk AS (INSERT INTO upload_chunk (upload, n, data) SELECT id, 0, $3 FROM u)
		INSERT INTO element (id, instance, type, content_type, filename, size, sha256, upload)
		SELECT gen_random_uuid(), $1, 'vedlegg', $4, $2, length($3), $5, id FROM u`,
		c.caseID, name, content, kind, sum[:])
	c.elements[name] = c.word(t, `SELECT id::text FROM element WHERE instance = $1 AND filename = $2`,
		c.caseID, name)
}

func (c treated) get(t *testing.T, path string) reply {
	t.Helper()
	return c.do(t, "GET", c.url+path, nil, "Cookie", c.worker.Cookies())
}

func picture(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestCase_UX68_AttachmentsOpenWithoutLeavingTheCase is UX.md 9, point 68: each stands once, with its
// name, size, type and time. What browsers show without running it is shown on a page of the case;
// all else, and what is not what it is said to be, is only downloaded.
func TestCase_UX68_AttachmentsOpenWithoutLeavingTheCase(t *testing.T) {
	t.Parallel()
	c := newTreated(t)
	c.attach(t, "torget.png", "image/png", picture(t))
	c.attach(t, "brev.txt", "text/plain; charset=utf-8", []byte("Hei <script>alert(1)</script> på deg\n"))
	c.attach(t, "lurt.png", "image/png", []byte("<html><script>alert(1)</script></html>"))
	c.attach(t, "tegning.svg", "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	p := get(t.Context(), t, c.worker, c.url)
	lists := 0
	for n := range p.Doc.Descendants() {
		if n.Data == "ul" && driver.Attr(n, "class") == "files" {
			lists++
		}
	}
	main := strings.ReplaceAll(p.Main(), "\u00a0", " ")
	if lists != 1 || strings.Count(main, "situasjonskart.pdf") != 2 {
		// The name, and the name that the download's button says to screen readers.
		t.Errorf("%d lists of files: %s", lists, main)
	}
	for _, words := range []string{"PDF · ", "PNG · ", "Tekst · ", "SVG · ", "svar på «Hva vil du legge ved?»"} {
		if !strings.Contains(main, words) {
			t.Errorf("the list does not say %q: %s", words, main)
		}
	}
	if to := p.Link("tegning.svg"); to != c.url+"/files/"+c.elements["tegning.svg"] {
		t.Errorf("a drawing opens at %s", to)
	}
	pdf := p.Link("situasjonskart.pdf")
	for path, want := range map[string]string{
		strings.TrimPrefix(pdf, c.url):                  `<iframe`,
		"/files/" + c.elements["torget.png"] + "/view":  `<img id="preview"`,
		"/files/" + c.elements["brev.txt"] + "/view":    `Hei &lt;script&gt;alert(1)&lt;/script&gt; på deg`,
		"/files/" + c.elements["tegning.svg"] + "/view": "kan ikke vises her",
	} {
		r := c.get(t, path)
		framed := strings.Contains(r.header.Get("Content-Security-Policy"), "frame-src 'self'")
		if r.status != 200 || !strings.Contains(string(r.body), want) || framed != (want == "<iframe") ||
			!strings.Contains(string(r.body), "Lysfest") {
			t.Errorf("%s: %d, frames %v, want %q", path, r.status, framed, want)
		}
	}
	for path, want := range map[string]string{
		strings.TrimSuffix(strings.TrimPrefix(pdf, c.url), "view"): "application/pdf inline",
		"/files/" + c.elements["torget.png"] + "/":                 "image/png inline",
		"/files/" + c.elements["lurt.png"] + "/":                   "image/png attachment",
		"/files/" + c.elements["brev.txt"] + "/":                   "text/plain; charset=utf-8 attachment",
		"/files/" + c.elements["tegning.svg"] + "/":                "image/svg+xml attachment",
	} {
		r := c.get(t, path+"content")
		csp := r.header.Get("Content-Security-Policy")
		disposition, _, _ := strings.Cut(r.header.Get("Content-Disposition"), ";")
		got := r.header.Get("Content-Type") + " " + disposition
		if r.status != 200 || got != want || !strings.Contains(csp, "default-src 'none'") &&
			!strings.Contains(csp, "script-src 'none'") || r.header.Get("X-Content-Type-Options") != "nosniff" ||
			strings.Contains(want, "inline") != strings.Contains(csp, "frame-ancestors 'self'") ||
			strings.Contains(csp, "sandbox") == strings.HasPrefix(want, "application/pdf") {
			t.Errorf("%s: %d %s, %s; want %s", path, r.status, got, csp, want)
		}
	}
}

// TestCase_UX68_AllAttachmentsAtOnceWithTheirHashes downloads the archive, and finds one line of it in
// the log that names every file.
func TestCase_UX68_AllAttachmentsAtOnceWithTheirHashes(t *testing.T) {
	t.Parallel()
	c := newTreated(t)
	c.attach(t, "situasjonskart.PDF", "application/pdf", []byte("%PDF-1.7\net annet kart"))
	before := c.lastLine(t)
	r := c.get(t, "/attachments.zip")
	archive, err := zip.NewReader(bytes.NewReader(r.body), int64(len(r.body)))
	if err != nil || r.status != 200 || !strings.Contains(r.header.Get("Content-Disposition"), ".zip") {
		t.Fatalf("%d %v: %v", r.status, r.header, err)
	}
	sums, content := "", map[string][]byte{}
	for _, f := range archive.File {
		src, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if content[f.Name], err = io.ReadAll(src); err != nil {
			t.Fatal(err)
		}
	}
	sums = string(content["sha256sums.txt"])
	delete(content, "sha256sums.txt")
	if len(content) != 3 || content["situasjonskart (2).PDF"] == nil {
		t.Errorf("%d files: %s", len(content), sums)
	}
	for name, bytes := range content {
		sum := sha256.Sum256(bytes)
		if !strings.Contains(sums, hex.EncodeToString(sum[:])+"  "+name+"\n") {
			t.Errorf("no hash of %s in %s", name, sums)
		}
	}
	line := c.word(t, `SELECT detail->>'element' FROM audit_event
		WHERE id > $1 AND act = 'download' AND detail->>'part' = 'all'`, before)
	for _, id := range append(c.ids(t), c.elements["situasjonskart.PDF"]) {
		if !strings.Contains(line, id) {
			t.Errorf("the log does not name %s: %s", id, line)
		}
	}
}

// ids are those of all attachments.
func (c treated) ids(t *testing.T) []string {
	t.Helper()
	return strings.Fields(c.word(t, `SELECT string_agg(id::text, ' ') FROM element
		WHERE instance = $1 AND upload IS NOT NULL`, c.caseID))
}

// TestCase_UX69_TheDossierHasNotesOnlyWhereTheyAreAskedFor is UX.md 9, point 69, of the case as a PDF.
func TestCase_UX69_TheDossierHasNotesOnlyWhereTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	c := newTreated(t)
	c.work(t, c.worker, "note", map[string]string{"text": "Ring om vaktholdet"}, 200)
	plain, with := c.get(t, "/dossier.pdf"), c.get(t, "/dossier.pdf?notes=1")
	for _, r := range []reply{plain, with} {
		if r.status != 200 || r.header.Get("Content-Type") != "application/pdf" ||
			!bytes.HasPrefix(r.body, []byte("%PDF-1.7")) {
			t.Fatalf("%d %v", r.status, r.header)
		}
	}
	// The outline has each part's name, in UTF-16.
	notes, application := outlined("Interne notater"), outlined("Om søkeren")
	if bytes.Contains(plain.body, notes) || !bytes.Contains(with.body, notes) {
		t.Error("the notes are in the wrong one")
	}
	if !bytes.Contains(plain.body, application) || !bytes.Contains(plain.body, outlined("Historikk")) ||
		!bytes.Contains(plain.body, outlined("Vedlegg")) {
		t.Error("the application is not in it")
	}
	if n := c.number(t, `SELECT count(*) FROM audit_event WHERE act = 'print' AND instance = $1
		AND detail->>'part' = 'dossier' AND (detail->>'notes' = 'some' OR detail->>'notes' IS NULL)`,
		c.caseID); n != 2 {
		t.Errorf("%d lines in the log", n)
	}
	// Neither is for the applicant.
	for _, path := range []string{c.url + "/dossier.pdf", c.url + "/dossier.pdf?notes=1", c.url + "/attachments.zip"} {
		if r := c.do(t, "GET", path, nil, "Cookie", c.citizen.Cookies()); r.status != 403 {
			t.Errorf("%s: the applicant gets %d", path, r.status)
		}
	}
	if r := c.get(t, "/dossier.pdf?notes=ja"); r.status != 400 {
		t.Errorf("an unknown wish: %d", r.status)
	}
}

// outlined is a heading as a PDF's outline has it.
func outlined(title string) []byte {
	out := "FEFF"
	for _, r := range title {
		out += fmt.Sprintf("%04X", r)
	}
	return []byte(out)
}

// TestCase_TheHistoryIsOneStreamThatIsFiltered narrows it to each kind by the address.
func TestCase_TheHistoryIsOneStreamThatIsFiltered(t *testing.T) {
	t.Parallel()
	c := newTreated(t)
	ctx := t.Context()
	c.work(t, c.worker, "note", map[string]string{"text": "Ring om vaktholdet"}, 200)
	p := get(ctx, t, c.worker, c.url)
	f := p.FormTo("/message")
	f.Values.Set("text", "Kan du sende et kart?")
	if _, err := c.worker.Submit(ctx, p, f, "", ""); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string][2]string{
		"":         {"Skrev et internt notat Tok saken Opprettet Sendte en melding", "Ring om"},
		"note":     {"Skrev et internt notat Ring om vaktholdet", "Tok saken"},
		"message":  {"Sendte en melding Kan du sende et kart?", "Skrev et internt notat"},
		"step":     {"Bekreftet Opprettet", "Tok saken"},
		"change":   {"Tok saken", "Bekreftet"},
		"look":     {"Åpnet", "Tok saken"},
		"delivery": {"", "Tok saken"},
	} {
		p := get(ctx, t, c.worker, c.url+"?show="+kind)
		said := driver.Text(p.Find(func(n *html.Node) bool { return driver.Attr(n, "id") == "history" }))
		for _, words := range strings.Split(want[0], " ") {
			if !strings.Contains(said, words) {
				t.Errorf("%q does not tell %q: %s", kind, words, said)
			}
		}
		if strings.Contains(said, want[1]) {
			t.Errorf("%q tells %q: %s", kind, want[1], said)
		}
	}
	for _, query := range []string{"?show=alt", "?before=x", "?before=-1"} {
		if r := c.get(t, query); r.status != 400 {
			t.Errorf("%s: %d", query, r.status)
		}
	}
	execSQL(t, c.scene, `INSERT INTO audit_event (actor_kind, actor_name, party, org, app, instance, act, outcome)
		SELECT 'person', 'Nr. ' || n || '.', 51001, 'nordvik', 'stottesak', $1, 'write', 'done'
		FROM generate_series(1, 120) AS n`, c.caseID)
	pages, seen := 0, map[string]bool{}
	for at := c.url + "?show=change"; at != ""; pages++ {
		p := get(ctx, t, c.worker, at)
		at = ""
		for n := range p.Doc.Descendants() {
			if text := driver.Text(n); n.Data == "p" && strings.HasPrefix(text, "Nr. ") {
				seen[text] = true
			}
		}
		for _, to := range p.Links() {
			if strings.Contains(to, "before=") {
				at = strings.TrimSuffix(to, "#history")
			}
		}
	}
	if pages != 3 || len(seen) != 120 {
		t.Errorf("%d lines on %d pages", len(seen), pages)
	}
}

// TestCase_UX70_TheDecisionStandsBesideTheApplicationAndKeepsADraft is UX.md 9, points 70 and 71:
// what was written is there again, and what the button leads to is said before it.
func TestCase_UX70_TheDecisionStandsBesideTheApplicationAndKeepsADraft(t *testing.T) {
	t.Parallel()
	c := newTreated(t)
	ctx := context.WithoutCancel(t.Context())
	p := get(ctx, t, c.worker, c.url+"/write")
	f := p.FormTo("/write")
	f.Values.Set("vurdering.begrunnelse", "Halvferdig tanke")
	if _, err := c.worker.Submit(ctx, p, f, "go", "stay"); err != nil {
		t.Fatal(err)
	}
	p = get(ctx, t, c.worker, c.url+"/write")
	if got := p.FormTo("/write").Values.Get("vurdering.begrunnelse"); got != "Halvferdig tanke" {
		t.Errorf("the draft is %q", got)
	}
	body := string(p.Body)
	pane, form := strings.Index(body, `id="application"`), strings.Index(body, `id="form"`)
	question, told := strings.Index(body, "Hvem søker?"), strings.Index(body, "Saken går videre til «Vedtak».")
	button := strings.Index(body, `id="next"`)
	if pane < 0 || question < pane || form < question || told < form || button < told {
		t.Errorf("application %d, question %d, form %d, what follows %d, button %d", pane, question, form, told, button)
	}
	if !strings.Contains(body, `href="#application"`) || !strings.Contains(body, `href="#form"`) {
		t.Error("the panes do not lead to each other")
	}
	own := get(ctx, t, c.worker, c.url)
	side := driver.Text(own.Find(func(n *html.Node) bool { return driver.Attr(n, "id") == "own" }))
	if !strings.Contains(side, "Halvferdig tanke") || strings.Contains(side, "Hvem søker?") {
		t.Errorf("the assessment beside the application: %s", side)
	}
}

// TestCase_UX72_ASecondPersonDecides is UX.md 9, points 71 and 72: the one who prepared a large grant
// sees why, and no button; posted all the same, it is refused in words.
func TestCase_UX72_ASecondPersonDecides(t *testing.T) {
	t.Parallel()
	c := newTreated(t)
	c.colleagues(t)
	ctx := t.Context()
	execSQL(t, c.scene, `UPDATE element SET body = jsonb_set(body::jsonb, '{budsjett,soknadsbelop}', '90000')::json
		WHERE instance = $1 AND type = 'sak'`, c.caseID)
	press(ctx, t, c.worker, write(ctx, t, c.worker, c.url, map[string]string{
		"vurdering.apent": "ja", "vurdering.malgruppe": "ja", "vurdering.samarbeid": "delvis",
		"vurdering.tilrettelegging": "ja", "vurdering.budsjett": "ja",
		"vurdering.anbefaling": "innvilge", "vurdering.begrunnelse": "Godt for byen.",
	}), "/next")
	stale := get(ctx, t, c.worker, c.url+"/next")
	write(ctx, t, c.worker, c.url, map[string]string{"vedtak.utfall": "innvilget"})
	p := says(ctx, t, c.worker, c.url, "Du har forberedt saken")
	if p.Link("Gjør vedtak") != "" || p.Link("Send tilbake til vurdering") == "" {
		t.Errorf("who prepared it is offered %v", p.Links())
	}
	says(ctx, t, c.worker, c.url+"/write", "En kollega med samme rolle må gjøre det")
	f := stale.FormTo("/next")
	f.Values.Set("version", c.word(t, `SELECT version::text FROM instance WHERE id = $1`, c.caseID))
	refused, err := c.worker.Submit(ctx, stale, f, "", "")
	if err != nil || refused.Status != 409 || !strings.Contains(refused.Main(), "Den som har forberedt saken") {
		t.Errorf("posted all the same: %d, %v: %s", refused.Status, err, refused.Main())
	}
	siri := signedIn(t, c.address, siri)
	p = says(ctx, t, siri, c.url, "Du er den andre som ser på saken")
	if !strings.Contains(p.Main(), "Forberedt av Ingrid Berg.") || !strings.Contains(p.Main(), "Endret siden Ingrid Berg") ||
		!strings.Contains(p.Main(), "Innvilget") {
		t.Errorf("the second person reads %s", p.Main())
	}
	write(ctx, t, siri, c.url, map[string]string{
		"vedtak.begrunnelse": "Arrangementet er åpent for alle.", "vedtak.vilkar": "rapport",
	})
	press(ctx, t, siri, get(ctx, t, siri, c.url+"/next"), "/next")
	says(ctx, t, siri, c.url, "Vedtak fattet")
}
