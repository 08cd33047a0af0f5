package browsertest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// element is an element of the page that was found.
type element struct {
	id   runtime.RemoteObjectID
	what string // for messages
}

// Roles, as assistive technology knows them.
var (
	pressable = []string{"button", "link", "menuitem", "tab", "DisclosureTriangle", "summary"}
	writable  = []string{"textbox", "searchbox", "spinbutton", "Date", "DateTime", "InputTime"}
	choosable = []string{"radio", "checkbox", "switch"}
	lists     = []string{"combobox", "listbox"}
)

// named finds the first element, in the order of the page, that has one of the roles and the name,
// as a screen reader would say it: so that a control without a name is not found. A label may say
// more than the name asked for ("… must be filled in"), but a name that is right as a whole wins.
func (tab *Tab) named(name string, roles []string) (element, error) {
	res, err := ask(tab, accessibility.GetFullAXTree,
		accessibility.GetFullAXTreeParams{})
	if err != nil {
		return element{}, fmt.Errorf("reading the page as assistive technology: %w", err)
	}
	var others []string
	var begins *accessibility.Node
	for _, n := range inOrder(res.Nodes) {
		if n.Ignored || n.BackendDOMNodeID == 0 || !slices.Contains(roles, word(n.Role)) {
			continue
		}
		switch got := word(n.Name); {
		case got == name:
			return tab.resolve(n, name)
		case begins == nil && strings.HasPrefix(got, name):
			begins = n
		default:
			others = append(others, fmt.Sprintf("%s %q", word(n.Role), got))
		}
	}
	if begins != nil {
		return tab.resolve(begins, name)
	}
	return element{}, fmt.Errorf("no %s with the name %q; there are: %s",
		strings.Join(roles, "/"), name, strings.Join(others, ", "))
}

// resolve makes a node of the accessibility tree an element that can be acted on.
func (tab *Tab) resolve(n *accessibility.Node, name string) (element, error) {
	res, err := ask(tab, dom.ResolveNode,
		dom.ResolveNodeParams{BackendNodeID: n.BackendDOMNodeID})
	if err != nil {
		return element{}, fmt.Errorf("taking hold of %q: %w", name, err)
	}
	return element{id: res.Object.ObjectID, what: fmt.Sprintf("%q", name)}, nil
}

// selected finds the first element of a selector.
func (tab *Tab) selected(css string) (element, error) {
	return tab.expressed(fmt.Sprintf("document.querySelector(%s)", quote(css)), css)
}

// fileInput finds a file control by its label. Assistive technology sees such a control as a button
// whose name changes with what is chosen.
func (tab *Tab) fileInput(label string) (element, error) {
	return tab.expressed(fmt.Sprintf(`[...document.querySelectorAll('input[type=file]')].find((i) =>
		[...i.labels].some((l) => l.textContent.trim().startsWith(%s)))`, quote(label)),
		"file control "+label)
}

// expressed takes hold of the element that an expression gives.
func (tab *Tab) expressed(expression, what string) (element, error) {
	object, err := run(tab, chromedp.Evaluate[*runtime.RemoteObject](expression))
	if err != nil {
		return element{}, fmt.Errorf("looking for %s: %w", what, err)
	}
	if object.ObjectID == "" {
		return element{}, fmt.Errorf("no %s on the page", what)
	}
	return element{id: object.ObjectID, what: what}, nil
}

// inOrder puts the nodes of an accessibility tree in the order of the page.
func inOrder(nodes []*accessibility.Node) []*accessibility.Node {
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range nodes {
		byID[n.NodeID] = n
	}
	var ordered []*accessibility.Node
	var walk func(n *accessibility.Node)
	walk = func(n *accessibility.Node) {
		ordered = append(ordered, n)
		for _, id := range n.ChildIDs {
			if child := byID[id]; child != nil {
				walk(child)
			}
		}
	}
	for _, n := range nodes {
		if byID[n.ParentID] == nil {
			walk(n)
		}
	}
	return ordered
}

// word reads a text of the tree, with every run of space as one.
func word(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if err := json.Unmarshal(v.Value, &text); err != nil {
		return "" // a value that is no text is no name
	}
	return strings.Join(strings.Fields(text), " ")
}
