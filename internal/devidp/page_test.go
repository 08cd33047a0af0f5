package devidp_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/oauth2"
)

func parsePage(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func all(doc *html.Node, a atom.Atom) []*html.Node {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.DataAtom == a {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// readForm gives what a browser would post of the page's form, without any button.
func readForm(t *testing.T, page string) url.Values {
	t.Helper()
	doc, form := parsePage(t, page), url.Values{}
	for _, input := range all(doc, atom.Input) {
		form.Set(attr(input, "name"), attr(input, "value"))
	}
	for _, s := range all(doc, atom.Select) {
		for _, o := range all(s, atom.Option) {
			if _, selected := find(o, "selected"); selected {
				form.Set(attr(s, "name"), attr(o, "value"))
			}
		}
	}
	return form
}

func find(n *html.Node, name string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func TestPage_HasOneButtonForEachPerson(t *testing.T) {
	t.Parallel()
	p := setup(t)
	page := p.open("/authorize", p.begin(oauth2.GenerateVerifier()))
	buttons := map[string]string{}
	for _, b := range all(parsePage(t, page.body), atom.Button) {
		if attr(b, "name") == "pid" {
			buttons[attr(b, "value")] = content(b)
		}
	}
	want := map[string]string{kari: "Velg Kari Solbakken", ola: "Velg Ola <Fjeld>"}
	if !maps.Equal(buttons, want) {
		t.Errorf("got %v", buttons)
	}
	for _, shown := range []string{"148279 41388", "Styreleder", "oppdiktet person", "Testmiljø"} {
		if !strings.Contains(page.body, shown) {
			t.Errorf("%q is not on the page", shown)
		}
	}
}

func TestPage_SpeaksTheLanguageThatWasAskedFor(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for asked, want := range map[string][2]string{
		"nb": {"nb", "Velg hvem du vil være"}, "nn": {"nn", "Vel kven du vil vere"},
		"en": {"en", "Choose who you want to be"}, "en-GB": {"en", "Choose who you want to be"},
		"no": {"nb", "Velg hvem du vil være"}, "se nn": {"nn", "Vel kven du vil vere"},
		"se": {"nb", "Velg hvem du vil være"}, "": {"nb", "Velg hvem du vil være"},
	} {
		got := p.open("/authorize", p.begin(oauth2.GenerateVerifier(), "ui_locales", asked))
		doc := parsePage(t, got.body)
		lang, h1 := attr(all(doc, atom.Html)[0], "lang"), content(all(doc, atom.H1)[0])
		if lang != want[0] || h1 != want[1] {
			t.Errorf("%q: got %s %q", asked, lang, h1)
		}
	}
	r, err := http.NewRequest(http.MethodGet, p.issuer+"/endsession", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "de, nn-NO;q=0.8, en;q=0.5")
	if got := p.do(r); !strings.Contains(got.body, "Du er logga ut") {
		t.Errorf("by the browser's languages: got %s", got.body)
	}
}

func TestPage_LanguageLinksKeepTheSignIn(t *testing.T) {
	t.Parallel()
	p, verifier := setup(t), oauth2.GenerateVerifier()
	page := p.open("/authorize", p.begin(verifier))
	followed := 0
	for _, a := range all(parsePage(t, page.body), atom.A) {
		address := attr(a, "href")
		if !strings.HasPrefix(address, "authorize?") {
			continue
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		followed++
		form := readForm(t, p.open("/authorize", u.Query()).body)
		form.Set("pid", kari)
		code := p.post("/authorize", form).to.Query().Get("code")
		if _, err := p.exchange(code, verifier, p.assertion(p.key, nil)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if followed != 3 {
		t.Errorf("%d language links", followed)
	}
}

// checkStructure looks for what axe and the style rules look for, as far as markup tells.
func checkStructure(t *testing.T, name, page string) {
	t.Helper()
	doc := parsePage(t, page)
	for _, a := range []atom.Atom{atom.H1, atom.Main, atom.Header, atom.Title} {
		if n := len(all(doc, a)); n != 1 {
			t.Errorf("%s: %d of %s", name, n, a)
		}
	}
	for _, a := range []atom.Atom{atom.Script, atom.Style} {
		if len(all(doc, a)) != 0 {
			t.Errorf("%s: holds %s", name, a)
		}
	}
	ids, labels, level := map[string]bool{}, map[string]bool{}, 0
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			checkAttributes(t, name, n, ids)
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && '1' <= n.Data[1] && n.Data[1] <= '6' {
			if next := int(n.Data[1] - '0'); next > level+1 {
				t.Errorf("%s: heading %s after level %d", name, n.Data, level)
			} else {
				level = next
			}
		}
		speaks := slices.Contains([]atom.Atom{atom.P, atom.H1, atom.A, atom.Button}, n.DataAtom)
		if speaks && content(n) == "" {
			t.Errorf("%s: an empty %s", name, n.Data)
		}
		if n.DataAtom == atom.Label {
			labels[attr(n, "for")] = true
		}
	}
	for _, n := range slices.Concat(all(doc, atom.Select), all(doc, atom.Input)) {
		if attr(n, "type") != "hidden" && !labels[attr(n, "id")] {
			t.Errorf("%s: %s without a label", name, attr(n, "name"))
		}
	}
	for n := range doc.Descendants() {
		for _, of := range []string{"aria-describedby", "aria-labelledby"} {
			if id, ok := find(n, of); ok && !ids[id] {
				t.Errorf("%s: %s points to %q, which is not there", name, of, id)
			}
		}
	}
}

func checkAttributes(t *testing.T, name string, n *html.Node, ids map[string]bool) {
	t.Helper()
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") ||
			strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			t.Errorf("%s: %s=%q", name, a.Key, a.Val)
		}
		if a.Key == "id" {
			if ids[a.Val] {
				t.Errorf("%s: two elements with the id %s", name, a.Val)
			}
			ids[a.Val] = true
		}
	}
}

func withLevel(q url.Values, level string) url.Values {
	form := withPerson(q)
	form.Set("acr", level)
	return form
}

func TestPages_AreAccessibleAndSafe(t *testing.T) {
	t.Parallel()
	p := setup(t)
	verifier := oauth2.GenerateVerifier()
	pages := map[string]reply{
		"persons":    p.open("/authorize", p.begin(verifier, "ui_locales", "en")),
		"one level":  p.open("/authorize", p.begin(verifier, "acr_values", "idporten-loa-high")),
		"client":     p.open("/authorize", p.begin(verifier, "client_id", "stranger")),
		"redirect":   p.open("/authorize", p.begin(verifier, "redirect_uri", "https://evil.example/")),
		"twice":      p.open("/authorize", url.Values{"state": {"a", "b"}}),
		"person":     p.pick(verifier, "nobody"),
		"level":      p.post("/authorize", withLevel(p.begin(verifier), "x")),
		"unreadable": p.post("/authorize", url.Values{"state": {strings.Repeat("x", 40_000)}}),
		"signed out": p.open("/endsession", nil),
	}
	for name, page := range pages {
		checkStructure(t, name, page.body)
		csp := page.header.Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'",
		} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: CSP without %s", name, part)
			}
		}
		if page.header.Get("Cache-Control") != "no-store" ||
			page.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got headers %v", name, page.header)
		}
		if !strings.Contains(page.body, `href="/static/app.css"`) {
			t.Errorf("%s: no stylesheet", name)
		}
	}
	csp := pages["persons"].header.Get("Content-Security-Policy")
	if !strings.HasSuffix(csp, "form-action 'self' http://127.0.0.1:9") {
		t.Errorf("the form could not lead back to the client: %s", csp)
	}
	t.Logf("%d pages", len(pages))
}

func TestPage_ShowsWhatAStrangerWroteAsText(t *testing.T) {
	t.Parallel()
	p := setup(t)
	const evil = `"><script>alert(1)</script>`
	got := p.open("/authorize", p.begin(oauth2.GenerateVerifier(), "state", evil, "ui_locales", evil))
	if strings.Contains(got.body, "<script") || readForm(t, got.body).Get("state") != evil {
		t.Errorf("got %s", got.body)
	}
}

func TestTexts_AreCompleteAndUsed(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("page.html")
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range texts {
		if text["nb"] == "" || text["nn"] == "" || text["en"] == "" || len(text) != 3 {
			t.Errorf("%s: got %v", key, text)
		}
		if len(text["nb"]) > 20 && text["nb"] == text["nn"] {
			t.Errorf("%s: nb and nn are the same", key)
		}
	}
	for _, part := range strings.Split(string(page), `T "`)[1:] {
		if key, _, _ := strings.Cut(part, `"`); texts[key] == nil {
			t.Errorf("page.html shows %s, which is no text", key)
		}
	}
	t.Logf("%d texts", len(texts))
	if len(texts) == 0 {
		t.Fatal("no texts")
	}
}
