package main

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
)

// actsFor is UX.md's point 36. The pages of our own faults are drawn without asking who it is.
func (w *uxWalk) actsFor(t *testing.T) {
	named := map[string]int{}
	for _, p := range w.only(t, "pages of a person", 100, func(p seen) bool { return p.who != "" && p.Status < 500 }) {
		header := p.elements(func(n *html.Node) bool { return n.DataAtom == atom.Header })
		if !strings.Contains(flat(header[0]), p.who) {
			t.Errorf("%v does not name %s", p, p.who)
		}
		if p.party != "" && !strings.Contains(flat(header[0]), p.party) {
			t.Errorf("%v does not name %s, who is acted for", p, p.party)
		}
		for _, page := range []string{"se-over", "receipt"} {
			if !strings.HasSuffix(p.name, page) {
				continue
			}
			named[page]++
			if who := cmp.Or(p.party, p.who); !strings.Contains(p.Main(), who) {
				t.Errorf("%v does not name %s: %s", p, who, p.Main())
			}
		}
	}
	if t.Logf("%v", named); named["se-over"] == 0 || named["receipt"] == 0 {
		t.Error("no page to look over, or no receipt")
	}
}

// blaming are the words that no message says.
var blaming = regexp.MustCompile(`(?i)ugyldig|påkrevd|påkravd|feil format|invalid|required|obligatorisk`)

// sameWords is UX.md's point 39.
func (w *uxWalk) sameWords(t *testing.T) {
	here, elsewhere := 0, 0
	for _, p := range w.only(t, "pages with errors", 40, func(p seen) bool { return p.byID("errors") != nil }) {
		listed := map[string]bool{}
		for n := range p.byID("errors").Descendants() {
			if n.DataAtom != atom.A {
				continue
			}
			words, to := flat(n), driver.Attr(n, "href")
			listed[words] = true
			if blamed := blaming.FindString(words); blamed != "" {
				t.Errorf("%v: %q says %q", p, words, blamed)
			}
			if !strings.HasPrefix(to, "#") || to == "#questions" {
				elsewhere++
				continue
			}
			here++
			if said := p.saidAt(to[1:]); !said[words] {
				t.Errorf("%v: the summary says %q, the field %q", p, words, sortedKeys(said))
			}
		}
		for _, n := range p.elements(func(n *html.Node) bool { return hasClass(n, "ds-validation-message") }) {
			if !listed[flat(n)] {
				t.Errorf("%v: the field says %q, the summary only %q", p, flat(n), sortedKeys(listed))
			}
		}
	}
	if t.Logf("%d messages of the page, %d of others", here, elsewhere); here < 50 {
		t.Error("too few messages")
	}
}

// saidAt is what is said to be wrong with a control, or with the group that it is the first of.
func (s seen) saidAt(id string) map[string]bool {
	out := map[string]bool{}
	for n := s.byID(id); n != nil; n = n.Parent {
		for told := range strings.FieldsSeq(driver.Attr(n, "aria-describedby")) {
			if e := s.byID(told); e != nil {
				out[flat(e)] = true
			}
		}
	}
	return out
}

// reference is how a reference is written: no letter of it can be taken for a digit.
var reference = regexp.MustCompile(`^NK-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)

// references is UX.md's point 50, as far as pages tell; staff search for them too.
func (w *uxWalk) references(t *testing.T) {
	shown := map[string]bool{}
	for _, p := range w.only(t, "receipts", 12, func(p seen) bool { return strings.HasSuffix(p.name, "receipt") }) {
		n := p.byID("reference")
		if n == nil || len(flat(n)) > 12 || !reference.MatchString(flat(n)) {
			t.Errorf("%v has no reference that is easy to say: %v", p, n)
			continue
		}
		shown[flat(n)] = true
	}
	t.Logf("%q", sortedKeys(shown))
	worker, found := signedIn(t, w.address, ingrid), 0
	for ref := range shown {
		for _, typed := range []string{ref, strings.ToLower(ref)} {
			if p := search(t, worker, typed); p.Link("Lysfest i Nordvikparken") != "" {
				found++
			}
		}
	}
	if found != 2 {
		t.Errorf("the applicant's case was found %d times by its reference, want 2", found)
	}
}

// wrongFormats are ways to write that UX.md's section 6.3 does not have, by language.
var wrongFormats = map[string]*regexp.Regexp{
	"nb": regexp.MustCompile(norwegianWrong),
	"nn": regexp.MustCompile(norwegianWrong),
	"en": regexp.MustCompile(`kl\.|\d{4}-\d{2}-\d{2}|\b\d{1,2}\. (January|February|March|April|May|June|July|August|` +
		`September|October|November|December)|\b\d{1,2}\.\d{2}\b|\d \d{3} kr|\d[ \x{a0}]kr\b|\b\d+(kB|MB)\b|\d (kB|MB|%)|NOK \d`),
}

const norwegianWrong = `\b\d{1,2}:\d{2}\b|kl\. |kl\.\d|\d{4}-\d{2}-\d{2}|\b\d{1,2} (januar|februar|mars|april|mai|juni|` +
	`juli|august|september|oktober|november|desember)|\d[ ]\d{3} ?kr|\d (kr|kB|MB|%)(\W|$)|\d(kr|kB|MB|%)|NOK|\d,\d{3}\b`

// rightFormats are those it has, so that none of them is missed by looking past it.
var rightFormats = map[string]*regexp.Regexp{
	"nb": regexp.MustCompile(norwegianRight), "nn": regexp.MustCompile(norwegianRight),
	"en": regexp.MustCompile(`\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|` +
		`November|December)|\b\d{2}:\d{2}\b|NOK\x{a0}\d+|\d\x{a0}(kB|MB)`),
}

const norwegianRight = `\b\d{1,2}\. (januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember)|` +
	`kl\.\x{a0}\d{2}\.\d{2}|\d{1,3}\x{a0}\d{3}|\d\x{a0}(kr|kB|MB)`

// moment is what the datetime of a time may be: a moment with its zone, or a day.
var moment = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?$`)

// formats is UX.md's point 79.
func (w *uxWalk) formats(t *testing.T) {
	found, times := map[string]int{}, 0
	for _, p := range w.only(t, "pages", 100, always) {
		for _, n := range p.elements(func(n *html.Node) bool { return n.DataAtom == atom.Time }) {
			times++
			if at := driver.Attr(n, "datetime"); !moment.MatchString(at) {
				t.Errorf("%v: %q is at %q", p, flat(n), at)
			}
		}
		for n := range p.Doc.Descendants() {
			if n.Type != html.TextNode || !inside(n, isBody) || langOf(n) != p.lang ||
				inside(n, func(n *html.Node) bool { return n.DataAtom == atom.Textarea }) {
				continue
			}
			if inside(n, func(n *html.Node) bool { return driver.Attr(n, "id") == "request" }) {
				continue // a fault's code may look like anything
			}
			found[p.lang] += len(rightFormats[p.lang].FindAllString(n.Data, -1))
			if wrong := wrongFormats[p.lang].FindString(n.Data); wrong != "" {
				t.Errorf("%v: %q in %q", p, wrong, strings.TrimSpace(n.Data))
			}
		}
	}
	t.Logf("%v, %d times", found, times)
	for lang := range wrongFormats {
		if found[lang] < 100 {
			t.Errorf("%s: only %d dates, times and numbers", lang, found[lang])
		}
	}
}
