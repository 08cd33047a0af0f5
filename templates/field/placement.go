package field

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"stafett/internal/form"
)

// runs puts nodes that stand beside each other together, in order. What the page draws itself
// is left out.
func runs(nodes []form.Node) [][]form.Node {
	out := make([][]form.Node, 0, len(nodes))
	beside := false
	for i := range nodes {
		if !drawn(nodes[i]) {
			beside = false
			continue
		}
		if last := len(out) - 1; beside && nodes[i].Columns > 0 {
			out[last] = nodes[i-len(out[last]) : i+1]
			continue
		}
		out, beside = append(out, nodes[i:i+1]), nodes[i].Columns > 0
	}
	return out
}

// drawn tells whether a node shows anything where it stands.
func drawn(n form.Node) bool {
	switch n.Kind {
	case form.KindNav, form.KindSubmit:
		return false
	case form.KindButtons:
		for _, child := range n.Children {
			if drawn(child) {
				return true
			}
		}
		return false
	}
	return true
}

func columnClass(n form.Node) string { return "column column-" + strconv.Itoa(n.Columns) }

// paper gives the classes that say where a printed page may end; "" for anywhere.
func paper(n form.Node) string {
	class := ""
	if n.BreakBefore != "" {
		class = "paper-before-" + n.BreakBefore
	}
	if n.BreakAfter != "" {
		if class != "" {
			class += " "
		}
		class += "paper-after-" + n.BreakAfter
	}
	return class
}

// placed draws a node that may say where a printed page ends.
func placed(f Field, n form.Node) templ.Component {
	c, err := f.With(n).component()
	if err != nil {
		return templ.ComponentFunc(func(context.Context, io.Writer) error { return err })
	}
	if class := paper(n); class != "" {
		return onPaper(class, c)
	}
	return c
}

// pictureClass gives a picture's place and its width, in tens of percent.
func (f Field) pictureClass() string {
	class := "picture picture--" + f.Picture.Align
	if f.Picture.Width > 0 {
		class += " picture-" + strconv.Itoa(max((f.Picture.Width+5)/10, 1))
	}
	return class
}

// linkClass is a link's, or a button's when it shall look like one.
func (f Field) linkClass() string {
	if f.Link.Style == "primary" || f.Link.Style == "secondary" {
		return "ds-button"
	}
	return "ds-link"
}

func (f Field) linkVariant() string {
	if f.Link.Style == "secondary" {
		return "secondary"
	}
	return ""
}

// to gives a field whose link leads to an address at another site.
func (f Field) to(url string) Field {
	f.Link = &form.Link{URL: url, Style: "link", NewTab: true}
	return f
}

func (f Field) jumpID(p form.Jump) string { return f.id() + "-" + p.ID }
