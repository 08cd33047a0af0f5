package form

import (
	"slices"
	"strconv"

	"stafett/internal/app"
	"stafett/internal/text"
)

// Part is one tab or one card of a node.
type Part struct {
	ID, Title string
	// Description and Footer are safe HTML.
	Description, Footer text.HTML
	// Media stands on top of a card.
	Media, Nodes []Node
}

// GridRow is one row of a grid.
type GridRow struct {
	Header bool
	Cells  []GridCell
}

// GridCell is one cell of a grid: a text or nodes, or nothing.
type GridCell struct {
	Text  text.HTML
	Nodes []Node
	// Column is the heading of the cell's column, where a row has several cells to tell apart.
	Column string
}

func (b *builder) tabs(c *app.Component) Node {
	n := b.labelled(c, KindTabs)
	p := c.Props.(*app.PartsProps)
	n.Parts = make([]Part, len(p.Parts))
	for i, part := range p.Parts {
		n.Parts[i] = Part{
			ID: n.ID + "-" + strconv.Itoa(i), Title: b.words(part.Title),
			Nodes: b.picked(c, part.Children),
		}
	}
	return n
}

func (b *builder) cards(c *app.Component) Node {
	n := b.labelled(c, KindCards)
	p := c.Props.(*app.PartsProps)
	n.Parts = make([]Part, len(p.Parts))
	for i, part := range p.Parts {
		n.Parts[i] = Part{
			ID: n.ID + "-" + strconv.Itoa(i), Title: b.words(part.Title),
			Description: b.prosaic(part.Description), Footer: b.prosaic(part.Footer),
			Nodes: b.picked(c, part.Children),
		}
		if part.Media != "" {
			n.Parts[i].Media = b.picked(c, []string{part.Media})
		}
	}
	return n
}

func (b *builder) grid(c *app.Component) Node {
	n := b.labelled(c, KindGrid)
	var columns []string
	for _, row := range c.Props.(*app.GridProps).Rows {
		if row.Header {
			columns = b.columnHeadings(row)
		}
		out := GridRow{Header: row.Header, Cells: make([]GridCell, len(row.Cells))}
		labelled, shown := false, true
		for i, cell := range row.Cells {
			if i > 0 && i < len(columns) && len(row.Cells) > 2 && !row.Header {
				out.Cells[i].Column = columns[i]
			}
			switch {
			case cell.Component != "":
				nodes := b.picked(c, []string{cell.Component})
				// The row's first words are the question; its own label is for screen readers.
				for j := range nodes {
					nodes[j].Bare = labelled
				}
				shown = shown && (len(nodes) > 0 || len(row.Cells) > 2)
				out.Cells[i].Nodes = nodes
			case cell.LabelFrom != "":
				if from := b.set.Component(cell.LabelFrom); from != nil {
					out.Cells[i].Text, labelled = escapeHTML(b.plain(from, "title")), true
				}
			case cell.Text != "":
				out.Cells[i].Text, labelled = b.prosaic(cell.Text), true
			}
		}
		if shown {
			n.Grid = append(n.Grid, out)
		}
	}
	return n
}

// columnHeadings gives what a header row calls the columns.
func (b *builder) columnHeadings(row app.GridRow) []string {
	out := make([]string, len(row.Cells))
	for i, cell := range row.Cells {
		out[i] = b.words(cell.Text)
		if from := b.set.Component(cell.LabelFrom); from != nil {
			out[i] = b.plain(from, "title")
		}
	}
	return out
}

// picked draws up those of c's children that are named and shown.
func (b *builder) picked(c *app.Component, ids []string) []Node {
	var list []*app.Component
	for _, id := range ids {
		at := slices.IndexFunc(c.Children, func(x *app.Component) bool { return x.ID == id })
		if at >= 0 {
			list = append(list, c.Children[at])
		}
	}
	return b.nodes(list)
}

// words gives a text by its key, or the text itself, without markup.
func (v *view) words(key string) string {
	if key == "" {
		return ""
	}
	return v.Text(key)
}

// prosaic gives a text by its key, or the text itself, as HTML.
func (v *view) prosaic(key string) text.HTML {
	if key == "" {
		return ""
	}
	return text.Markdown(v.markdown(key))
}

// attachments lists the files of the instance.
func (b *builder) attachments(c *app.Component) Node {
	p := c.Props.(*app.AttachmentListProps)
	n := b.labelled(c, KindAttachments)
	n.Files = &Files{}
	for _, e := range b.in.Elements {
		pdf := e.Type == app.PDFDataType
		if pdf && !p.PDF ||
			!pdf && len(p.DataTypes) > 0 && !slices.Contains(p.DataTypes, e.Type) {
			continue
		}
		f := b.file(e)
		if !p.Links {
			f.URL = ""
		}
		n.Files.Items = append(n.Files.Items, f)
	}
	return n
}

// asSummary shows a component as its answer only.
func (b *builder) asSummary(c *app.Component) Node {
	if c.Question() && c.Bindings[app.BindingSimple].Field != "" && !c.IsUpload() {
		n := b.labelled(c, KindValue)
		n.Title, n.ReadOnly = b.question(c), true
		n.Display, n.Chosen = b.display(c, b.value(c)), c.Choices() != nil
		return n
	}
	n := Node{Kind: KindSummary, ID: b.nodeID(c), Title: b.question(c)}
	s := summariser{view: b.view, options: SummaryOptions{}}
	n.Summary = s.one(c)
	return n
}
