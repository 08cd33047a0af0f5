package form

import (
	"slices"
	"strconv"
	"strings"

	"stafett/internal/app"
)

// row draws up one row; the view stands in it. open is the index of the one that is open when
// nothing else is asked for.
func (b *builder) row(group *app.Component, index int, readOnly bool, open int) Row {
	fields, _ := b.rowObject(group)
	p := groupProps(group)
	r := Row{
		Index: index, ID: b.rowID(group, index, fields), NodeID: b.nodeID(group),
		Title: b.rowTitle(index), New: bare(fields),
		Fixed: readOnly || !b.bool(p.EditButton, true),
	}
	prefix := b.name(group) + "[" + strconv.Itoa(index) + "]."
	if !r.Fixed {
		switch p.Mode {
		case app.RowsAll, app.RowsLikert:
			r.Open = true
		case app.RowsOnlyTable:
		default:
			r.Open = index == open || b.opens(r.ID, prefix)
		}
	}
	before := len(b.issues)
	if !readOnly && p.HasInputs() {
		r.Inputs = b.inputs(group, r.Open)
	}
	if !r.Open || !rowless(p) {
		r.Cells = b.cells(group)
	}
	if r.Open {
		b.card(group, &r)
		r.Issues = b.issues[before:len(b.issues):len(b.issues)]
		return r
	}
	// What is wrong in a closed row is told at the row: its fields are not on the page.
	for i, issue := range b.in.Shown {
		if !b.drawn[i] && strings.HasPrefix(issue.Path, prefix) {
			b.drawn[i] = true
			issue.NodeID = r.NodeID
			r.Issues = append(r.Issues, issue)
		}
	}
	b.issues = append(b.issues, r.Issues...)
	return r
}

// rowless tells that the rows of a group never stand in a table.
func rowless(p *app.RepeatingGroupProps) bool {
	return p.Mode == app.RowsAll || p.Mode == app.RowsLikert
}

// inputs draws up the questions that stand in the row's cells. What the open card has is not in
// the table as well: it would be posted twice.
func (b *builder) inputs(group *app.Component, open bool) []*Node {
	p := groupProps(group)
	out := make([]*Node, len(p.Columns))
	for i, c := range p.Columns {
		column := p.Column(c.ID)
		if !column.InTable || open && !column.NotInCard || b.hidden(c) {
			continue
		}
		nodes := b.uncounted([]*app.Component{c})
		if len(nodes) == 1 {
			nodes[0].Bare = true
			out[i] = &nodes[0]
		}
	}
	return out
}

// card draws up the open row's questions, those of one page of the card where it has several.
func (b *builder) card(group *app.Component, r *Row) {
	p := groupProps(group)
	list := group.Children
	if len(p.Parts) > 1 {
		r.Parts = len(p.Parts)
		r.Part = b.partOf(group, r.ID)
		list = p.Parts[r.Part]
	}
	shown := make([]*app.Component, 0, len(list))
	for _, c := range list {
		if !p.Column(c.ID).NotInCard {
			shown = append(shown, c)
		}
	}
	asked := b.in.OpenRow == "" || b.calls(b.name(group)+index(r.Index))
	if r.Anchor = asked && !b.anchored && len(b.frames) == 1; r.Anchor {
		b.anchored = true
	}
	r.Fields = b.uncounted(shown)
}

// partOf gives the page of the card that was asked for, else the first with something to mend.
func (b *builder) partOf(group *app.Component, id string) int {
	p := groupProps(group)
	if n, ok := b.turn(id); ok {
		return min(n, len(p.Parts)-1)
	}
	for n, list := range p.Parts {
		wrong := false
		b.walk(list, func(c *app.Component) {
			name := b.name(c)
			wrong = wrong || name != "" && slices.ContainsFunc(b.in.Shown, func(i Issue) bool {
				return i.Path == name && i.Severity == app.SeverityError
			})
		})
		if wrong {
			return n
		}
	}
	return 0
}

// uncounted draws up questions of a row. They do not count for the page: whether a row is there
// at all is a question of its own.
func (b *builder) uncounted(list []*app.Component) []Node {
	questions, needed := b.questions, b.needed
	defer func() { b.questions, b.needed = questions, needed }()
	return b.nodes(list)
}
