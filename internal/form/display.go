package form

import (
	"net/url"
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/text"
)

// Link is an address that a node leads to.
type Link struct {
	// URL is empty where the app names no address that can be followed.
	URL string
	// Style is link, primary or secondary.
	Style  string
	NewTab bool
}

// Picture is an image with its text in the node's title.
type Picture struct {
	// Source is a data: address; Elsewhere one at another site, which pages do not show.
	Source, Elsewhere string
	// Width is in percent; 0 is the picture's own. Align is start, center or end.
	Width int
	Align string
}

// shown draws up a value that is worked out and asks for nothing.
func (b *builder) shown(c *app.Component) Node {
	n := b.labelled(c, KindValue)
	n.ReadOnly = true
	n.Display = b.shownValue(c, c.Props.(*app.DisplayProps))
	if n.Title == "" {
		// An answer without a question is running text.
		return Node{Kind: KindProse, ID: n.ID, Description: escapeHTML(n.Display), Help: n.Help}
	}
	return n
}

// image draws up a picture. One at another site is a link: pages show nothing from elsewhere.
func (b *builder) image(c *app.Component) Node {
	p := c.Props.(*app.ImageProps)
	n := Node{Kind: KindImage, ID: b.nodeID(c), Title: b.plain(c, "altTextImg"), Help: b.html(c, "help")}
	n.Picture = &Picture{Width: p.Width, Align: p.Align}
	switch source := p.Source(b.lang); {
	case strings.HasPrefix(source, "data:"):
		n.Picture.Source = source
	default:
		n.Picture.Elsewhere = followable(source)
	}
	return n
}

func (b *builder) link(c *app.Component) Node {
	p := c.Props.(*app.LinkProps)
	n := Node{Kind: KindLink, ID: b.nodeID(c), Title: b.plain(c, "title")}
	n.Link = &Link{URL: b.address(c, "target"), Style: p.Style, NewTab: p.NewTab}
	if n.Title == "" {
		n.Title = n.Link.URL
	}
	return n
}

// iframe is a notice with a link to what would stand in the frame: pages show nothing from
// other sites.
func (b *builder) iframe(c *app.Component) Node {
	n := b.standIn(c)
	n.Title = ""
	if to := b.address(c, "title"); to != "" {
		n.Link = &Link{URL: to, Style: "link", NewTab: true}
	}
	return n
}

// address gives a text binding that is an address; "" when it is none that can be followed.
func (b *builder) address(c *app.Component, binding string) string {
	e := c.Texts[binding]
	if e == nil {
		return ""
	}
	s, err := e.Text(b, "")
	if err != nil {
		return ""
	}
	// Answers in a text are escaped for markdown, which an address is not.
	return followable(strings.ReplaceAll(b.markdown(s), `\`, ""))
}

// followable gives an address that a link may lead to: it may hold what anybody typed, and must
// never run anything.
func followable(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || !slices.Contains([]string{"", "http", "https", "mailto", "tel"}, u.Scheme) {
		return ""
	}
	if u.Scheme == "" && (u.Host != "" || !strings.HasPrefix(u.Path, "/")) {
		return ""
	}
	return u.String()
}

func (b *builder) divider(c *app.Component) Node { return Node{Kind: KindDivider, ID: b.nodeID(c)} }

// accordion is open from the start where the layout says so, and where something in it is to be
// mended.
func (b *builder) accordion(c *app.Component) Node {
	n := b.labelled(c, KindDetails)
	n.Children = b.nodes(c.Children)
	n.Open = c.Props.(*app.AccordionProps).Open || anyIssue(n.Children)
	return n
}

func anyIssue(nodes []Node) bool {
	return slices.ContainsFunc(nodes, func(n Node) bool {
		if len(n.Issues) > 0 || anyIssue(n.Children) {
			return true
		}
		return n.Rows != nil && slices.ContainsFunc(n.Rows.Rows, func(r Row) bool {
			return len(r.Issues) > 0 || anyIssue(r.Fields)
		})
	})
}

func (b *builder) accordionGroup(c *app.Component) Node {
	n := b.labelled(c, KindGroup)
	n.Children = b.nodes(c.Children)
	return n
}

// information tells whose the form is and when it was sent. What is not there yet is left out;
// numbers of persons are never shown.
func (b *builder) information(c *app.Component) Node {
	p := c.Props.(*app.InformationProps)
	n := b.labelled(c, KindGroup)
	add := func(wanted bool, key, value string) {
		if wanted && value != "" {
			n.Children = append(n.Children, Node{
				Kind: KindValue, ID: n.ID + "-" + key[len("field."):], Title: text.T(b.lang, key),
				Display: value, ReadOnly: true,
			})
		}
	}
	sent := ""
	if at := b.in.Instance.Submitted; at != nil {
		sent = text.DateTime(b.lang, *at)
	}
	add(p.DateSent, "field.date_sent", sent)
	add(p.Sender, "field.sender", b.in.Owner.Name)
	add(p.Receiver, "field.receiver", b.in.Receiver)
	add(p.Reference, "field.reference", b.in.Instance.Reference)
	return n
}
