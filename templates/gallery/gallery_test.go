package gallery_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"stafett/internal/text"
	"stafett/templates/gallery"
	"stafett/templates/layout"
)

func head(lang string) layout.Head {
	return layout.Head{
		Lang: lang, CSSURL: "/static/site.css", JSURL: "/static/site.js",
		IconURL: "/static/icon.svg",
		Surface: layout.Citizen, Path: "/dev/gallery",
	}
}

// eachPage runs a check on every sample page and on the gallery, in every language.
func eachPage(t *testing.T, check func(t *testing.T, p parsed)) {
	t.Helper()
	pages := 0
	for _, lang := range text.Languages {
		samples := append(gallery.Pages(head(lang)),
			gallery.Sample{Name: "gallery", Page: gallery.Gallery{Head: head(lang),
				URL: "/dev/gallery"}})
		for _, s := range samples {
			pages++
			t.Run(lang+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				check(t, parse(t, lang, s.Page))
			})
		}
	}
	t.Logf("checked %d pages", pages)
	if pages == 0 {
		t.Fatal("no pages were checked")
	}
}

// parsed is a page as a browser would read it.
type parsed struct {
	lang, source string
	elements     []*html.Node
	ids          map[string]*html.Node
}

func parse(t *testing.T, lang string, c templ.Component) parsed {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	p := parsed{lang: lang, source: out.String(), ids: map[string]*html.Node{}}
	root, err := html.Parse(strings.NewReader(p.source))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		p.elements = append(p.elements, n)
		if id := attr(n, "id"); id != "" {
			if p.ids[id] != nil {
				t.Errorf("id %q stands twice", id)
			}
			p.ids[id] = n
		}
	}
	return p
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func content(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func (p parsed) count(name string) int {
	n := 0
	for _, e := range p.elements {
		// A drawing may have a title of its own.
		if e.Data == name && e.Namespace == "" {
			n++
		}
	}
	return n
}

func within(n *html.Node, is func(*html.Node) bool) bool {
	for at := n; at != nil; at = at.Parent {
		if at.Type == html.ElementNode && is(at) {
			return true
		}
	}
	return false
}

func TestEveryPageHasOneHeadingOneMainAndALanguage(t *testing.T) {
	t.Parallel()
	eachPage(t, func(t *testing.T, p parsed) {
		for _, name := range []string{"h1", "main", "title"} {
			if got := p.count(name); got != 1 {
				t.Errorf("%d %s, want 1", got, name)
			}
		}
		level := 0
		for _, e := range p.elements {
			switch e.Data {
			case "html":
				if got := attr(e, "lang"); got != p.lang {
					t.Errorf("lang is %q, want %q", got, p.lang)
				}
			case "h1", "h2", "h3", "h4":
				// The header's own menu has headings before the page's; they are outside main.
				if !within(e, func(n *html.Node) bool { return n.Data == "main" }) {
					continue
				}
				next := int(e.Data[1] - '0')
				if level > 0 && next > level+1 {
					t.Errorf("heading %q skips from level %d to %d", content(e), level, next)
				}
				level = next
			}
		}
	})
}

func TestNoPageHasInlineStyleOrScript(t *testing.T) {
	t.Parallel()
	eachPage(t, func(t *testing.T, p parsed) {
		for _, e := range p.elements {
			if e.Data == "style" || e.Data == "script" && attr(e, "src") == "" {
				t.Errorf("inline %s", e.Data)
			}
			for _, a := range e.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key,
					"on") || strings.HasPrefix(a.Key, "hx-on") ||
					strings.HasPrefix(a.Val, "javascript:") || strings.HasPrefix(a.Val, "js:") {
					t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
				}
			}
		}
	})
}

func TestEveryControlHasALabelAndEveryReferenceATarget(t *testing.T) {
	t.Parallel()
	eachPage(t, func(t *testing.T, p parsed) {
		labels := map[string]bool{}
		for _, e := range p.elements {
			if e.Data == "label" && content(e) != "" {
				labels[attr(e, "for")] = true
			}
		}
		for _, e := range p.elements {
			if isField(e) && !labels[attr(e, "id")] {
				t.Errorf("<%s id=%q name=%q> has no label", e.Data, attr(e, "id"), attr(e, "name"))
			}
			for _, name := range []string{
				"for", "aria-describedby", "aria-labelledby", "popovertarget", "hx-target",
				"data-upload-list",
			} {
				p.checkTargets(t, e, name)
			}
			if href := attr(e, "href"); strings.HasPrefix(href, "#") && p.ids[href[1:]] == nil {
				t.Errorf("the link %q leads to %s, which is not here", content(e), href)
			}
		}
	})
}

func isField(e *html.Node) bool {
	switch e.Data {
	case "select", "textarea":
		return true
	case "input":
		return attr(e, "type") != "hidden"
	}
	return false
}

func (p parsed) checkTargets(t *testing.T, e *html.Node, name string) {
	t.Helper()
	if has(e, name) && attr(e, name) == "" {
		t.Errorf("<%s %s> is empty", e.Data, name)
	}
	for _, id := range strings.Fields(attr(e, name)) {
		if p.ids[strings.TrimPrefix(id, "#")] == nil && !strings.HasPrefix(id, "#questions") {
			t.Errorf("<%s %s=%q>: no such id", e.Data, name, id)
		}
	}
}

func TestEverythingThatTakesFocusHasAnIDAndAName(t *testing.T) {
	t.Parallel()
	eachPage(t, func(t *testing.T, p parsed) {
		checked := 0
		for _, e := range p.elements {
			takes := isField(e) || e.Data == "button" || e.Data == "summary" ||
				e.Data == "a" && has(e, "href")
			// What an app's author wrote has the author's links.
			if !takes || e.Data == "a" && within(e, func(n *html.Node) bool {
				return has(n, "hx-ignore") && attr(e, "class") == ""
			}) {
				continue
			}
			checked++
			if attr(e, "id") == "" {
				t.Errorf("<%s> %q has no id", e.Data, content(e))
			}
			if !isField(e) && content(e) == "" && attr(e, "aria-label") == "" {
				t.Errorf("<%s id=%q> has no name", e.Data, attr(e, "id"))
			}
		}
		if checked == 0 {
			t.Error("nothing takes focus")
		}
	})
}

var (
	key = regexp.MustCompile(
		`\b(layout|page|inbox|admin|error|event|core|form|fault)\.[a-z][a-z_0-9.]*\b`)
	placeholder = regexp.MustCompile(`\{\d\}`)
)

func TestNoTextIsLeftUnresolved(t *testing.T) {
	t.Parallel()
	eachPage(t, func(t *testing.T, p parsed) {
		for _, found := range key.FindAllString(p.source, -1) {
			t.Errorf("the key %s is shown", found)
		}
		for _, e := range p.elements {
			for _, a := range e.Attr {
				if placeholder.MatchString(a.Val) && !strings.HasPrefix(a.Key, "data-upload-") {
					t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
				}
			}
			if placeholder.MatchString(content(e)) {
				t.Errorf("<%s> shows %q", e.Data, content(e))
			}
		}
	})
}

func TestEveryFormPostsSomewhereAndHasAButton(t *testing.T) {
	t.Parallel()
	eachPage(t, func(t *testing.T, p parsed) {
		for _, e := range p.elements {
			if e.Data != "form" {
				continue
			}
			if !strings.HasPrefix(attr(e, "action"), "/") {
				t.Errorf("a form posts to %q", attr(e, "action"))
			}
			if m := attr(e, "method"); m != "post" && m != "get" {
				t.Errorf("the form to %s has method %q", attr(e, "action"), m)
			}
			buttons := 0
			for d := range e.Descendants() {
				if d.Type == html.ElementNode && d.Data == "button" && attr(d, "type") == "submit" {
					buttons++
				}
				if d.Type == html.ElementNode && d.Data == "form" {
					t.Error("a form stands in a form")
				}
				if d.Type == html.ElementNode && has(d, "disabled") {
					t.Errorf("<%s id=%q> is disabled", d.Data, attr(d, "id"))
				}
			}
			if buttons == 0 {
				t.Errorf("the form to %s has no button", attr(e, "action"))
			}
		}
	})
}

const formTitle = "Arrangementet (steg 2 av 4) – Søknad om arrangementsstøtte – Nordvik kommune"

func TestTitlesSayThePageFirst(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"form":        formTitle,
		"form-errors": "Feil: " + formTitle,
		"inbox":       "Alle åpne saker – Innboks – Nordvik kommune",
		"error-500":   "Noe gikk galt hos oss – Stafett",
	} {
		page, ok := gallery.Page(head("nb"), name)
		if !ok {
			t.Fatalf("no sample %s", name)
		}
		p := parse(t, "nb", page)
		for _, e := range p.elements {
			if e.Data == "title" && e.Parent.Data == "head" && content(e) != want {
				t.Errorf("%s: got %q, want %q", name, content(e), want)
			}
		}
	}
}
