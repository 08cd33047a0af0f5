package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// checkAll holds the pages against the points that a document tells of.
func (w *uxWalk) checkAll(t *testing.T) {
	t.Run("UX2: one h1, no level left out, all within landmarks", w.headings)
	t.Run("UX3: titles", w.titles)
	t.Run("UX5: the language of each page and of what is foreign", w.languages)
	t.Run("UX16: the statement of accessibility", w.statement)
	t.Run("UX17: labels that can be seen", w.labels)
	t.Run("UX18: what must be filled in", w.required)
	t.Run("UX21: autocomplete", w.autocompletes)
	t.Run("UX26: what can be uploaded", w.uploads)
	t.Run("UX34: later and delete", w.ways)
	t.Run("UX35: steps", w.steps)
	t.Run("UX36: whom one acts for", w.actsFor)
	t.Run("UX39: the same words", w.sameWords)
	t.Run("UX41: each status is a page", w.statuses)
	t.Run("UX50: references", w.references)
	t.Run("UX53: deadlines", w.deadlines)
	t.Run("UX79: formats", w.formats)
}

func always(seen) bool { return true }

// headings is UX.md's point 2.
func (w *uxWalk) headings(t *testing.T) {
	texts := 0
	for _, p := range w.only(t, "pages", 100, always) {
		for kind, name := range map[atom.Atom]string{atom.H1: "h1", atom.Main: "main"} {
			if n := len(p.elements(func(n *html.Node) bool { return n.DataAtom == kind })); n != 1 {
				t.Errorf("%v has %d %s", p, n, name)
			}
		}
		last := 0
		for _, h := range p.elements(func(n *html.Node) bool { return len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] < '7' }) {
			level := int(h.Data[1] - '0')
			if !inside(h, func(n *html.Node) bool { return n.DataAtom == atom.Main }) {
				continue // a menu or a dialog, which is closed
			}
			if last > 0 && level > last+1 { // what is wrong stands above the h1
				t.Errorf("%v: %s %q stands below h%d", p, h.Data, flat(h), last)
			}
			last = level
		}
		for n := range p.Doc.Descendants() {
			if n.Type != html.TextNode || strings.TrimSpace(n.Data) == "" || !inside(n, isBody) {
				continue
			}
			texts++
			if !inside(n, landmark) {
				t.Errorf("%v: %q is in no landmark", p, strings.TrimSpace(n.Data))
			}
		}
	}
	t.Logf("%d texts", texts)
}

func isBody(n *html.Node) bool { return n.DataAtom == atom.Body }

// landmark tells of a landmark, of the link past them, and of what is told and not read.
func landmark(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Header, atom.Main, atom.Footer, atom.Nav, atom.Aside, atom.Dialog:
		return true
	}
	return hasClass(n, "ds-skip-link") || driver.Attr(n, "role") == "status"
}

// titles is UX.md's point 3.
func (w *uxWalk) titles(t *testing.T) {
	owners, steps := map[string]string{}, 0
	for _, p := range w.only(t, "titles", 100, always) {
		got, prefix := title(p.Page), text.T(p.lang, "layout.error_prefix")+" "
		own, errors := strings.CutPrefix(got, prefix)
		if want := p.byID("errors") != nil; errors != want {
			t.Errorf("%v: %q tells of errors: %v, want %v", p, got, errors, want)
		}
		if before, taken := owners[p.lang+own]; taken && before != p.name {
			t.Errorf("%v has the title of %s: %q", p, before, got)
		}
		owners[p.lang+own] = p.name
		if !strings.HasPrefix(own, p.Heading()) {
			t.Errorf("%v: %q does not begin with the heading %q", p, got, p.Heading())
		}
		if bar := p.byID("steps"); bar != nil {
			steps++
			if step := strings.ToLower(flat(bar.FirstChild)); !strings.Contains(own, "("+step+")") {
				t.Errorf("%v: %q does not tell of %s", p, got, step)
			}
		}
	}
	if t.Logf("%d titles of their own, %d pages with steps", len(owners), steps); steps < 30 {
		t.Error("too few steps")
	}
}

// otherWords are words that a page in a language does not use.
var otherWords = map[string]*regexp.Regexp{
	"nb": regexp.MustCompile(`(?i)(?:^|\s)(ikkje|kva|korleis|noko|eit|the|and|you)(?:[\s.,?]|$)`),
	"nn": regexp.MustCompile(`(?i)(?:^|\s)(ikke|hva|hvordan|noe|jeg|fra|the|and|you)(?:[\s.,?]|$)`),
	"en": regexp.MustCompile(`(?i)(?:^|\s)(ikke|ikkje|og|som|av|til|du|det)(?:[\s.,?]|$)`),
}

// languages is UX.md's point 5. The form with boats is in bokmål alone: what it says is marked, in
// whichever language it is read.
func (w *uxWalk) languages(t *testing.T) {
	read, foreign, boats := 0, 0, map[string]int{}
	for _, p := range w.only(t, "pages", 100, always) {
		if got := driver.Attr(root(p.Page), "lang"); got != p.lang {
			t.Errorf("%v is in %q", p, got)
		}
		for _, lang := range text.Languages { // where something begins, the choice is in the page itself
			if strings.HasPrefix(p.name, "service ") && p.byID("language-here-"+lang) == nil {
				t.Errorf("%v does not offer %s", p, lang)
			}
		}
		for n := range p.Doc.Descendants() {
			if n.Type != html.TextNode || !inside(n, isBody) {
				continue
			}
			said := n.Data
			if lang := langOf(n); lang != p.lang {
				foreign++
				if lang == "nb" && strings.HasPrefix(p.name, "batplass") {
					boats[p.name]++
				}
				continue
			}
			said = strings.ReplaceAll(said, "Kultur og idrett", "") // a name
			if written(said) || inside(n, func(n *html.Node) bool { return n.DataAtom == atom.Textarea }) {
				continue // what a person has written
			}
			read++
			if word := otherWords[p.lang].FindStringSubmatch(said); word != nil {
				t.Errorf("%v: %q of %q is another language's", p, word[1], strings.TrimSpace(said))
			}
		}
	}
	if t.Logf("read %d texts, and %d that are marked as another language: %v", read, foreign, boats); foreign == 0 {
		t.Error("no text is marked")
	}
	for _, name := range []string{"eier", "bater", "bat", "se-over", "receipt", "status"} {
		if boats["batplass "+name] == 0 {
			t.Errorf("nothing of the form with boats is marked on its page %s", name)
		}
	}
}

// langOf is the language that a node is marked with.
func langOf(n *html.Node) string {
	for ; n != nil; n = n.Parent {
		if lang := driver.Attr(n, "lang"); lang != "" {
			return lang
		}
	}
	return ""
}

// written tells whether it is what the walk's persons have written.
func written(said string) bool {
	for _, own := range []string{
		"Lysfest", "Leie av lyd", "Honorar til", "Arrangementet er åpent", "En gratis lysfest",
		"Vi mangler noen", "Når er det slutt", "Tilbud fra", "Hvor mange plasser", "Vi vil ha mer",
		"Det kostet mer", healthData, "Klokka ti",
	} {
		if strings.Contains(said, own) {
			return true
		}
	}
	return false
}

// statement is UX.md's point 16: the links of the foot are on every page, and lead somewhere.
func (w *uxWalk) statement(t *testing.T) {
	links := map[string]int{}
	for _, p := range w.only(t, "pages", 100, always) {
		foot := p.elements(func(n *html.Node) bool {
			return n.DataAtom == atom.A && inside(n, func(n *html.Node) bool { return n.DataAtom == atom.Footer })
		})
		found := false
		for _, a := range foot {
			links[driver.Attr(a, "href")]++
			found = found || driver.Attr(a, "href") == "/about/accessibility" &&
				flat(a) == text.T(p.lang, "about.accessibility")
		}
		if !found {
			t.Errorf("%v has no link to the statement of accessibility", p)
		}
	}
	for to := range links {
		if len(w.named("about "+strings.TrimPrefix(to, "/about/"))) == 0 {
			t.Errorf("nobody followed the foot's link to %s", to)
		}
	}
	t.Logf("%v", links)
}

// named are the pages of a name.
func (w *uxWalk) named(name string) []seen {
	var out []seen
	for _, p := range w.pages {
		if p.name == name {
			out = append(out, p)
		}
	}
	return out
}

// statuses is UX.md's point 41.
func (w *uxWalk) statuses(t *testing.T) {
	found := map[int]int{}
	for _, p := range w.only(t, "pages that say no", 30, func(p seen) bool { return p.Status >= 400 }) {
		found[p.Status]++
		if kind := p.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
			t.Errorf("%v is %s", p, kind)
		}
		if p.Heading() == "" || len(p.Main()) < 60 || p.Link("") == "" {
			t.Errorf("%v is no page that can be read: %s", p, p.Main())
		}
		if p.Status == http.StatusUnprocessableEntity && p.byID("errors") == nil && p.byID("way") == nil {
			t.Errorf("%v neither lists what is wrong nor leads to where it can be put right", p)
		}
	}
	for _, status := range []int{400, 403, 404, 409, 413, 415, 422, 429, 500, 503} {
		if found[status] < len(text.Languages) {
			t.Errorf("%d was met %d times", status, found[status])
		}
	}
	t.Logf("%v", found)
}
