package browsertest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
)

// told are the properties of an element that a screen reader says, in the order they are written.
var told = []accessibility.PropertyName{
	"required", "invalid", "readonly", "disabled", "checked", "selected", "expanded",
	"multiselectable", "level",
}

// silent are nodes that say nothing themselves, only what is in them.
var silent = []string{"none", "generic", "Section", "rowgroup"}

// labels are nodes whose text is the name of another.
var labels = []string{"LabelText", "Legend", "caption", "InlineTextBox", "ListMarker"}

// whole are nodes whose name or value says all that stands in them.
var whole = []string{
	"button", "link", "DisclosureTriangle", "heading", "columnheader", "rowheader", "radio",
	"checkbox", "option", "textbox", "searchbox", "Date",
}

// parts are nodes whose name would only say all that stands in them once more.
var parts = []string{"cell", "row", "listitem", "term", "definition"}

// Tree gives what assistive technology is told of the first element of a selector and of what is
// in it, a line for each: role, name, description, value and state. What is the name of something
// else is told there only.
func (tab *Tab) Tree(css string) string {
	tab.t.Helper()
	e, err := tab.selected(css)
	if err != nil {
		tab.t.Fatal(err)
	}
	root, err := ask(tab, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: e.id})
	if err != nil {
		tab.t.Fatalf("describing %s: %v", css, err)
	}
	res, err := ask(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		tab.t.Fatalf("reading the page as assistive technology: %v", err)
	}
	w := treeWriter{nodes: map[accessibility.NodeID]*accessibility.Node{}}
	var top *accessibility.Node
	for _, n := range res.Nodes {
		w.nodes[n.NodeID] = n
		if n.BackendDOMNodeID == root.Node.BackendNodeID {
			top = n
		}
	}
	if top == nil {
		tab.t.Fatalf("%s is not in the tree of assistive technology", css)
	}
	w.write(top, 0, false)
	return w.out.String()
}

// treeWriter writes an accessibility tree as indented lines.
type treeWriter struct {
	nodes map[accessibility.NodeID]*accessibility.Node
	out   strings.Builder
}

// write writes a node; named tells that it stands in one whose name has said its text.
func (w *treeWriter) write(n *accessibility.Node, depth int, named bool) {
	role := word(n.Role)
	if slices.Contains(labels, role) || role == "StaticText" && named {
		return
	}
	if !n.Ignored && !slices.Contains(silent, role) {
		w.out.WriteString(strings.Repeat("  ", depth) + role)
		w.about(n, role)
		w.out.WriteByte('\n')
		depth++
		named = slices.Contains(whole, role)
	}
	for _, id := range n.ChildIDs {
		if child := w.nodes[id]; child != nil {
			w.write(child, depth, named)
		}
	}
}

// about writes what a node says besides its role.
func (w *treeWriter) about(n *accessibility.Node, role string) {
	if name := word(n.Name); name != "" && !slices.Contains(parts, role) {
		fmt.Fprintf(&w.out, " %q", name)
	}
	if d := word(n.Description); d != "" {
		fmt.Fprintf(&w.out, " description=%q", d)
	}
	// A button's value is the browser's own word, in the machine's language.
	if v := word(n.Value); v != "" && role != "button" {
		fmt.Fprintf(&w.out, " value=%q", v)
	}
	for _, property := range told {
		for _, p := range n.Properties {
			if p.Name == property {
				w.state(p)
			}
		}
	}
}

// state writes a property, unless it is off.
func (w *treeWriter) state(p *accessibility.Property) {
	var value any
	if p.Value == nil || json.Unmarshal(p.Value.Value, &value) != nil {
		return
	}
	switch text := fmt.Sprint(value); text {
	case "false", "":
	case "true":
		fmt.Fprintf(&w.out, " %s", p.Name)
	default:
		fmt.Fprintf(&w.out, " %s=%s", p.Name, text)
	}
}
