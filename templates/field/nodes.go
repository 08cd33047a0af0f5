package field

import (
	"context"
	"io"

	"stafett/internal/form"
	"stafett/templates/ui"
)

// chunk is a run of nodes that are drawn together.
type chunk struct {
	kind  chunkKind
	nodes []form.Node
}

type chunkKind int

const (
	// single nodes, in a group of their own.
	loose chunkKind = iota
	// whole is a node that is a group already.
	whole
	// values are questions with answers that cannot be changed, in one list.
	values
)

func kindOf(n form.Node) chunkKind {
	switch n.Kind {
	case form.KindGroup, form.KindSummary, form.KindTabs, form.KindCards, form.KindGrid:
		return whole
	case form.KindValue:
		return values
	}
	return loose
}

// chunks puts nodes together that belong together, in order. A heading begins a new part.
func chunks(nodes []form.Node) []chunk {
	var out []chunk
	for i := range nodes {
		k := kindOf(nodes[i])
		begins := k == whole || nodes[i].Kind == form.KindHeading
		if last := len(out) - 1; last >= 0 && out[last].kind == k && !begins {
			out[last].nodes = nodes[i-len(out[last].nodes) : i+1]
			continue
		}
		out = append(out, chunk{kind: k, nodes: nodes[i : i+1]})
	}
	return out
}

// Questions draws a page's nodes in order.
type Questions struct {
	// Field has what all of them need; its own node is not drawn.
	Field
	Nodes []form.Node
}

// Render draws the nodes. The first heading stands right under one of a level above.
func (q Questions) Render(ctx context.Context, w io.Writer) error {
	q.outline = ui.Under(q.level() - 1)
	return questions(q.Field, q.Nodes).Render(ctx, w)
}

// HasFiles tells whether a file can be chosen on the page: its form must then be multipart.
func HasFiles(nodes []form.Node) bool {
	return has(nodes, func(n form.Node) bool { return n.Kind == form.KindUpload && !n.ReadOnly })
}

// HasControls tells whether something on the page depends on an answer on it.
func HasControls(nodes []form.Node) bool {
	return has(nodes, func(n form.Node) bool { return n.Controls && !n.ReadOnly })
}

func has(nodes []form.Node, is func(form.Node) bool) bool {
	for _, n := range nodes {
		if is(n) || has(n.Children, is) || hasInParts(n, is) || n.Rows != nil && hasInRows(n, is) {
			return true
		}
	}
	return false
}

func hasInParts(n form.Node, is func(form.Node) bool) bool {
	for _, p := range n.Parts {
		if has(p.Media, is) || has(p.Nodes, is) {
			return true
		}
	}
	for _, row := range n.Grid {
		for _, cell := range row.Cells {
			if has(cell.Nodes, is) {
				return true
			}
		}
	}
	return false
}

func hasInRows(n form.Node, is func(form.Node) bool) bool {
	for _, r := range n.Rows.Rows {
		if has(r.Fields, is) {
			return true
		}
		for _, input := range r.Inputs {
			if input != nil && has([]form.Node{*input}, is) {
				return true
			}
		}
	}
	return false
}

// IDs gives the ids of all controls that stand on the page: what an error link can lead to.
func IDs(nodes []form.Node) map[string]bool {
	ids := map[string]bool{}
	has(nodes, func(n form.Node) bool {
		ids[n.ID] = true
		if n.Rows != nil {
			for _, r := range n.Rows.Rows {
				ids[r.NodeID] = ids[r.NodeID] || !r.Open
			}
		}
		return false
	})
	return ids
}
