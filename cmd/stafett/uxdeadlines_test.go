package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// daysLeft is what stands behind a day that something is due: how far off it is, in words.
var daysLeft = regexp.MustCompile(`^ ?\((i dag|i morgen|today|tomorrow|(om|in) \d+ (dag|dagar|dager|days?))\)`)

// countedDays is the same before it, where the days are a rule.
var countedDays = regexp.MustCompile(`\d+ (dag|dagar|dager|days?) [^.]*\.[^.]*$`)

// deadlinesTold holds every day to come that a page names against UX.md's point 53, but for those that
// its reader has typed. It gives how many there were.
func deadlinesTold(t *testing.T, where string, p *driver.Page, lang string, typed ...string) int {
	t.Helper()
	var said strings.Builder
	for n := range p.Doc.Descendants() {
		if n.Type == html.TextNode && inside(n, func(n *html.Node) bool { return n.DataAtom == atom.Main }) {
			said.WriteString(n.Data)
		}
	}
	words, found := strings.Join(strings.FieldsFunc(said.String(), func(r rune) bool {
		return strings.ContainsRune(" \t\r\n", r)
	}), " "), 0
	for _, own := range typed {
		words = strings.ReplaceAll(words, own, "")
	}
	for day := 1; day < 500; day++ {
		date := text.Date(lang, time.Now().AddDate(0, 0, day))
		before, rest, ok := strings.Cut(words, date)
		for at := before; ok; found++ {
			if last := before[len(before)-1]; last >= '0' && last <= '9' {
				found-- // another day that ends with this one's number
			} else if !daysLeft.MatchString(rest) && !countedDays.MatchString(at) {
				t.Errorf("%s: %q is a day to come, and does not say how far off it is", where,
					at[max(0, len(at)-60):]+date+rest[:min(len(rest), 20)])
			}
			at = rest
			before, rest, ok = strings.Cut(rest, date)
		}
	}
	return found
}

// deadlines is UX.md's point 53. A receipt is kept and printed: on it days that are left would be wrong
// tomorrow (point 48).
func (w *uxWalk) deadlines(t *testing.T) {
	found := map[string]int{}
	for _, p := range w.only(t, "pages", 100, func(p seen) bool { return !strings.HasSuffix(p.name, " receipt") }) {
		asked := text.FormatISODate(p.lang, driver.EventSupport("").Fields["arrangement.dato"])
		if n := deadlinesTold(t, p.String(), p.Page, p.lang, asked); n > 0 {
			found[p.name] += n
		}
	}
	t.Logf("%v", found)
	for _, name := range []string{
		"my", "my/drafts", "service arrangementsstotte", "arrangementsstotte soker",
		"arrangementsstotte status", "ettersending svar",
	} {
		if found[name] == 0 {
			t.Errorf("%s names no deadline", name)
		}
	}
}
