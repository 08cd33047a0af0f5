package form

import (
	"stafett/internal/app"
	"stafett/internal/text"
)

// What a button of a page posts as "go", besides next, back and stay. A page or an action
// follows the colon.
const (
	GoPage   = "page:"
	GoAction = "action:"
	GoNext   = app.DoNext
	GoBack   = app.DoBack
	// GoClose and GoDone leave an entry of a subform; see app.DoClose.
	GoClose = app.DoClose
	GoDone  = app.DoDone
)

// Button is a button in the form, or a link that looks like one.
type Button struct {
	// Go is what it posts under that name; URL is where a link leads. Both are empty for a button
	// that prints, which needs scripting.
	Go, URL string
	// Variant is empty for the most prominent, secondary or tertiary.
	Variant string
}

// Jump is a page that can be gone to.
type Jump struct {
	ID, Title string
	Current   bool
}

// button draws up every kind of button. Those that send the form in, and those that go to the
// next page and back, stand at the end of the page where all pages have them.
func (b *builder) button(c *app.Component) Node {
	p := c.Props.(*app.ButtonProps)
	n := Node{Kind: KindButton, ID: b.nodeID(c), Title: b.plain(c, "title")}
	n.Button = &Button{Variant: variant(p.Style)}
	key := ""
	switch p.Do {
	case app.DoSubmit:
		if b.set.Subform {
			return Node{}
		}
		b.review = true
		return Node{Kind: KindSubmit, ID: n.ID, Title: b.or(c, "title", "form.submit")}
	case app.DoSave:
		n.Button.Go, key = "stay", "form.save"
	case app.DoNext:
		n.Button.Go, key = "next", "core.next"
	case app.DoBack:
		n.Button.Go, key = "back", "core.previous"
	case app.DoPage:
		n.Button.Go = GoPage + p.Target
	case app.DoClose, app.DoDone:
		n.Button.Go, key = p.Do, "field.close"
	case app.DoAction:
		return b.action(n, p.Target)
	case app.DoInstantiate:
		n.Button.URL, key = "/"+b.d.Ref.String(), "field.start"
	default:
		return b.standIn(c)
	}
	if n.Title == "" {
		n.Title = b.ownWord(key, p.Target)
	}
	return n
}

// ownWord names a button that the layout does not: by our own text, or by the page it leads to.
func (b *builder) ownWord(key, page string) string {
	if key != "" {
		return text.T(b.lang, key)
	}
	if p, _ := b.set.Page(page); p != nil {
		return p.Title(b.lang)
	}
	return page
}

// action is a button that moves the process on. It is left out for people who may not: no
// button is ever disabled.
func (b *builder) action(n Node, action string) Node {
	if b.task == "" || b.set.Subform || !b.in.Rights[action] {
		return Node{}
	}
	if n.Title == "" {
		n.Title = b.d.ActionText(b.lang, b.task, action)
	}
	n.Button.Go = GoAction + action
	return n
}

func variant(style string) string {
	if style == "primary" {
		return ""
	}
	if style == "" {
		return "secondary"
	}
	return style
}

func (b *builder) printButton(c *app.Component) Node {
	n := Node{Kind: KindButton, ID: b.nodeID(c), Title: b.or(c, "title", "field.print")}
	n.Button = &Button{Variant: "secondary"}
	return n
}

func (b *builder) buttonGroup(c *app.Component) Node {
	n := b.labelled(c, KindButtons)
	n.Children = b.nodes(c.Children)
	return n
}

// bar leads to the other pages, by buttons: what is typed is stored on the way.
func (b *builder) bar(c *app.Component) Node {
	n := Node{Kind: KindPages, ID: b.nodeID(c), Title: b.or(c, "title", "field.pages")}
	for _, p := range b.pages() {
		n.Pages = append(n.Pages, Jump{
			ID: p.ID, Title: p.Title(b.lang), Current: p == b.page,
		})
	}
	return n
}
