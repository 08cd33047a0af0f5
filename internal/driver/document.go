package driver

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Form gives the form that has a submit button with the name and value; nil when none has.
func (p *Page) Form(name, value string) *Form {
	for n := range p.Doc.Descendants() {
		if n.DataAtom != atom.Form {
			continue
		}
		f := readForm(p.Doc, n)
		for _, b := range f.buttons {
			if b == name+"="+value || name == "" {
				return f
			}
		}
	}
	return nil
}

// Buttons gives the form's submit buttons as name=value, in the order of the page: Enter presses the
// first.
func (f *Form) Buttons() []string { return slices.Clone(f.buttons) }

// FormTo gives the form whose action ends so, with or without the query that it has; nil when none
// does.
func (p *Page) FormTo(ending string) *Form {
	for n := range p.Doc.Descendants() {
		action := Attr(n, "action")
		path, _, _ := strings.Cut(action, "?")
		if n.DataAtom == atom.Form && (strings.HasSuffix(path, ending) || strings.HasSuffix(action, ending)) {
			return readForm(p.Doc, n)
		}
	}
	return nil
}

// readForm reads a form and the controls elsewhere on the page that belong to it.
func readForm(doc, form *html.Node) *Form {
	f := &Form{
		Action: Attr(form, "action"), Method: strings.ToLower(Attr(form, "method")),
		Encoding: Attr(form, "enctype"), Values: url.Values{}, Files: map[string]File{},
		names: map[string]bool{},
	}
	id := Attr(form, "id")
	for n := range doc.Descendants() {
		if owner, has := lookAttr(n, "form"); has && owner == id && id != "" || !has && within(n, form) {
			f.add(n)
		}
	}
	return f
}

func within(n, ancestor *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p == ancestor {
			return true
		}
	}
	return false
}

func (f *Form) add(n *html.Node) {
	name := Attr(n, "name")
	if name == "" {
		return
	}
	switch n.DataAtom {
	case atom.Input:
		f.addInput(n, name)
	case atom.Textarea:
		f.names[name] = true
		f.Values.Add(name, strings.TrimPrefix(Text(n), "\n"))
	case atom.Select:
		f.names[name] = true
		f.Values.Add(name, selected(n))
	case atom.Button:
		if kind := Attr(n, "type"); kind == "" || kind == "submit" {
			f.buttons = append(f.buttons, name+"="+Attr(n, "value"))
		}
	}
}

func (f *Form) addInput(n *html.Node, name string) {
	f.names[name] = true
	switch Attr(n, "type") {
	case "radio", "checkbox":
		if _, checked := lookAttr(n, "checked"); checked {
			f.Values.Add(name, Attr(n, "value"))
		}
	case "submit":
		f.buttons = append(f.buttons, name+"="+Attr(n, "value"))
	case "file":
	default:
		f.Values.Add(name, Attr(n, "value"))
	}
}

func selected(n *html.Node) string {
	first, found := "", false
	for o := range n.Descendants() {
		if o.DataAtom != atom.Option {
			continue
		}
		if _, ok := lookAttr(o, "selected"); ok {
			return Attr(o, "value")
		}
		if !found {
			first, found = Attr(o, "value"), true
		}
	}
	return first
}

// Attr gives an attribute's value; "" when the element has none.
func Attr(n *html.Node, name string) string {
	v, _ := lookAttr(n, name)
	return v
}

func lookAttr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Text gives the text of a node and all under it.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// Find gives the first element for which ok holds; nil when there is none.
func (p *Page) Find(ok func(*html.Node) bool) *html.Node {
	for n := range p.Doc.Descendants() {
		if n.Type == html.ElementNode && ok(n) {
			return n
		}
	}
	return nil
}

// Link gives the address of the first link whose text holds the words; "" when there is none.
func (p *Page) Link(words string) string {
	n := p.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.A && strings.Contains(Text(n), words)
	})
	if n == nil {
		return ""
	}
	return Attr(n, "href")
}

// Links gives the addresses of all links, in order.
func (p *Page) Links() []string {
	var out []string
	for n := range p.Doc.Descendants() {
		if n.DataAtom == atom.A && Attr(n, "href") != "" {
			out = append(out, Attr(n, "href"))
		}
	}
	return out
}

// Heading gives the text of the page's h1.
func (p *Page) Heading() string {
	n := p.Find(func(n *html.Node) bool { return n.DataAtom == atom.H1 })
	if n == nil {
		return ""
	}
	return strings.Join(strings.Fields(Text(n)), " ")
}

// Main gives the text of the page's main part, white space folded.
func (p *Page) Main() string {
	n := p.Find(func(n *html.Node) bool { return n.DataAtom == atom.Main })
	if n == nil {
		return ""
	}
	return strings.Join(strings.Fields(Text(n)), " ")
}
