package main

import (
	"path"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
	"stafett/internal/text"
)

// control tells of what a person fills in.
func control(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Select, atom.Textarea:
		return true
	case atom.Input:
		kind := driver.Attr(n, "type")
		return kind != "hidden" && kind != "submit" && kind != "button"
	}
	return false
}

// labels is UX.md's point 17.
func (w *uxWalk) labels(t *testing.T) {
	controls := 0
	for _, p := range w.only(t, "pages", 100, always) {
		for _, c := range p.elements(control) {
			controls++
			shown := ""
			for _, l := range p.elements(func(n *html.Node) bool { return n.DataAtom == atom.Label }) {
				if driver.Attr(l, "for") == driver.Attr(c, "id") || c.Parent == l {
					shown += seenText(l)
				}
			}
			if shown == "" {
				t.Errorf("%v: %s has no label that can be seen", p, driver.Attr(c, "name"))
			}
			if hint := driver.Attr(c, "placeholder"); strings.TrimSpace(hint) != "" {
				t.Errorf("%v: %s has the placeholder %q", p, driver.Attr(c, "name"), hint)
			}
		}
	}
	if t.Logf("%d controls", controls); controls < 500 {
		t.Error("too few controls")
	}
}

// seenText is the text of a node without what is for screen readers alone.
func seenText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && !inside(d, func(n *html.Node) bool { return hasClass(n, "ds-sr-only") }) {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// starred tells of the words and marks that UX.md does not want for what must be filled in.
var starred = regexp.MustCompile(`(?i)\*|obligatorisk|mandatory|påkrevd|påkravd`)

// required is UX.md's point 18.
func (w *uxWalk) required(t *testing.T) {
	sentences, tagged := 0, 0
	for _, p := range w.only(t, "pages of forms", 60, seen.asking) {
		must, may := text.T(p.lang, "page.required"), text.T(p.lang, "page.optional")
		all := strings.Contains(p.Main(), text.T(p.lang, "page.all_required"))
		tags := map[string]int{}
		for _, n := range p.elements(func(n *html.Node) bool { return hasClass(n, "req") }) {
			tags[flat(n)]++
		}
		asked := len(p.elements(func(n *html.Node) bool {
			return control(n) && driver.Attr(n, "readonly") == "" && !inside(n, func(n *html.Node) bool { return n.DataAtom == atom.Header })
		}))
		switch {
		case all:
			sentences++
			if len(tags) > 0 {
				t.Errorf("%v says that all must be filled in, and has %v", p, tags)
			}
		case asked > 0:
			tagged++
			if tags[must]+tags[may] == 0 || tags[must]+tags[may] != sum(tags) {
				t.Errorf("%v asks %d things, and tells which with %v", p, asked, tags)
			}
		}
		for _, n := range p.elements(func(n *html.Node) bool { return n.DataAtom == atom.Label || n.DataAtom == atom.Legend }) {
			if found := starred.FindString(flat(n)); found != "" {
				t.Errorf("%v: %q has %q", p, flat(n), found)
			}
		}
	}
	if t.Logf("%d pages with the sentence, %d with tags", sentences, tagged); sentences == 0 || tagged == 0 {
		t.Error("one of the two ways was not met")
	}
}

func sum(of map[string]int) int {
	total := 0
	for _, n := range of {
		total += n
	}
	return total
}

// personal are the fields of the example's forms that ask for something of the person's own, by the
// end of their name, and the token that lets a browser fill them in.
var personal = map[string]string{
	"soker.epost": "email", "soker.telefon": "tel", "soker.kontaktperson": "name",
}

// autocompletes is UX.md's point 21.
func (w *uxWalk) autocompletes(t *testing.T) {
	found := map[string]int{}
	for _, p := range w.only(t, "pages of forms", 60, seen.asking) {
		app := strings.Fields(p.name)[0]
		for _, c := range p.elements(control) {
			name, token := driver.Attr(c, "name"), driver.Attr(c, "autocomplete")
			if want, ok := personal[name]; ok {
				found[app+" "+name]++
				if token != want {
					t.Errorf("%v: %s has autocomplete %q, want %q", p, name, token, want)
				}
			} else if token != "" && token != "off" {
				t.Errorf("%v: %s is not in the table of personal fields, and has autocomplete %q", p, name, token)
			}
			if kind := driver.Attr(c, "type"); (kind == "email" || kind == "tel") && personal[name] == "" {
				t.Errorf("%v: %s is a field of type %s, and not in the table", p, name, kind)
			}
		}
	}
	if t.Logf("%v", found); len(found) != 5 {
		t.Errorf("met %d personal fields, want 5", len(found))
	}
}

// uploads is UX.md's point 26.
func (w *uxWalk) uploads(t *testing.T) {
	found := map[string]int{}
	for _, p := range w.only(t, "pages of forms", 60, seen.asking) {
		for _, c := range p.elements(func(n *html.Node) bool { return driver.Attr(n, "type") == "file" }) {
			app := strings.Fields(p.name)[0]
			found[app]++
			said := ""
			for id := range strings.FieldsSeq(driver.Attr(c, "aria-describedby")) {
				if n := p.byID(id); n != nil {
					said += flat(n) + " "
				}
			}
			if !strings.Contains(said, "PDF") || !strings.Contains(said, "\u00a0MB") {
				t.Errorf("%v: %s tells %q", p, driver.Attr(c, "name"), said)
			}
		}
	}
	if t.Logf("%v", found); len(found) != 4 {
		t.Errorf("met the uploads of %d apps, want 4", len(found))
	}
}

// notThrownAway are the forms that a citizen's own application has brought: the organisation asks, and
// waits for the answer, or the decision stands until it is appealed. Their policies let nobody delete.
var notThrownAway = map[string]bool{"ettersending": true, "klage": true}

// ways is UX.md's point 34.
func (w *uxWalk) ways(t *testing.T) {
	asked, deletable := 0, map[string]bool{}
	for _, p := range w.only(t, "pages of forms and pages to look over", 80, func(p seen) bool {
		return p.byID("form") != nil && strings.Contains(p.URL, "/Task_1/")
	}) {
		later, remove := p.byID("later"), p.byID("delete")
		if later == nil || flat(later) != text.T(p.lang, "page.later") {
			t.Errorf("%v has no button to go on later", p)
		}
		if p.name == "batplass bat" {
			continue // a form of the form's list is removed in the list
		}
		app := strings.Fields(p.name)[0]
		deletable[app] = remove != nil
		if notThrownAway[app] {
			if remove != nil {
				t.Errorf("%v can be deleted: take %s off the list", p, app)
			}
			continue
		}
		if remove == nil || flat(remove) != text.T(p.lang, "page.delete_draft") ||
			path.Base(driver.Attr(remove, "href")) != "delete" {
			t.Errorf("%v has no way to delete the draft", p)
		}
	}
	for _, p := range w.named("arrangementsstotte delete") {
		asked++
		if p.FormTo("/delete") == nil || p.byID("cancel") == nil {
			t.Errorf("%v does not ask", p)
		}
	}
	if t.Logf("%v", deletable); asked == 0 || len(deletable) != 5 {
		t.Error("no page asked whether to delete, or a form was not met")
	}
}

// steps is UX.md's point 35.
func (w *uxWalk) steps(t *testing.T) {
	states := map[string]int{}
	for _, p := range w.only(t, "pages with steps", 60, func(p seen) bool { return p.byID("steps") != nil }) {
		current := 0
		for _, id := range []string{"steps", "stepbar"} {
			list := p.byID(id)
			for n := range list.Descendants() {
				if n.DataAtom != atom.Li {
					continue
				}
				state, said := driver.Attr(n, "data-state"), flat(n)
				states[state]++
				link := p.linkIn(n)
				now := driver.Attr(n, "aria-current") == "step"
				if now {
					current++
				}
				if state == "done" && !now && link == "" || now && link != "" {
					t.Errorf("%v: the step %q is %s, and leads to %q", p, said, state, link)
				}
				if key := map[string]string{"done": "page.step_done", "error": "page.step_error"}[state]; key != "" &&
					!strings.HasSuffix(said, "("+text.T(p.lang, key)+")") {
					t.Errorf("%v: the step %q is %s, and does not say so", p, said, state)
				}
			}
			if !regexp.MustCompile(`(?i)(steg|step) \d (av|of) \d`).MatchString(flat(list)) {
				t.Errorf("%v: the steps do not say the number: %s", p, flat(list))
			}
		}
		if current != 2 {
			t.Errorf("%v: %d steps are current", p, current)
		}
		if p.byID("errors") != nil && p.Find(func(n *html.Node) bool {
			return driver.Attr(n, "data-state") == "error"
		}) == nil {
			t.Errorf("%v: no step has errors", p)
		}
	}
	if t.Logf("%v", states); states["done"] == 0 || states["error"] == 0 || states["current"] == 0 {
		t.Error("one of the states was not met")
	}
}

// linkIn is the address of a node's first link; "" when it has none.
func (s seen) linkIn(n *html.Node) string {
	for d := range n.Descendants() {
		if d.DataAtom == atom.A {
			return driver.Attr(d, "href")
		}
	}
	return ""
}
