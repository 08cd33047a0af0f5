package form

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// repeating draws up a repeating group: a table of rows, and at most one open row card.
func (b *builder) repeating(c *app.Component) Node {
	n := b.labelled(c, KindRows)
	n.Name = b.name(c)
	n.ReadOnly = b.readOnly(c)
	n.Issues = b.take(n.Name, n.ID)
	p := groupProps(c)
	rows := &Rows{
		Path: n.Name, Columns: b.columns(p), MinCount: p.MinCount, MaxCount: p.MaxCount,
		AddText: b.or(c, "add_button", "form.row_add"), SaveText: b.or(c, "save_button", "form.row_save"),
		Empty: text.T(b.lang, "form.row_empty"),
	}
	if !n.ReadOnly {
		b.questions++
		if n.Required = p.MinCount > 0; n.Required {
			b.needed++
		}
		n.Optional = !n.Required
		rows.CanAdd = b.mayAdd(c)
		rows.CanDelete = b.bool(p.DeleteButton, true)
	}
	for i := range b.rows(c) {
		rows.Rows = append(rows.Rows, b.row(c, i, n.ReadOnly))
	}
	rows.Sums = b.sums(c)
	n.Rows = rows
	return n
}

// mayAdd tells whether the group takes one more row.
func (v *view) mayAdd(c *app.Component) bool {
	p := groupProps(c)
	list, _ := v.value(c).([]any)
	limit := p.MaxCount
	if limit == 0 || limit > schema.MaxRows {
		limit = schema.MaxRows
	}
	return len(list) < limit && v.bool(p.AddButton, true)
}

func (v *view) columns(p *app.RepeatingGroupProps) []Column {
	out := make([]Column, len(p.Columns))
	for i, c := range p.Columns {
		title := v.plain(c, "tableTitle")
		if title == "" {
			title = v.question(c)
		}
		out[i] = Column{Title: title, Numeric: numeric(c)}
	}
	return out
}

func numeric(c *app.Component) bool { return c.Field.Type == "integer" || c.Field.Type == "number" }

// row draws up one row; the view stands in it.
func (b *builder) row(group *app.Component, index int, readOnly bool) Row {
	fields, _ := b.rowObject(group)
	r := Row{
		Index: index, ID: b.rowID(group, index, fields), NodeID: b.nodeID(group),
		Title: text.T(b.lang, "form.row_title", index+1), Cells: b.cells(group), New: bare(fields),
	}
	prefix := b.name(group) + "[" + strconv.Itoa(index) + "]."
	r.Open = !readOnly && b.bool(groupProps(group).EditButton, true) && b.opens(r.ID, prefix)
	if r.Open {
		before := len(b.issues)
		r.Fields = b.fields(group)
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

// fields draws up the open row's questions. They do not count for the page: whether a row is
// there at all is a question of its own.
func (b *builder) fields(group *app.Component) []Node {
	questions, needed := b.questions, b.needed
	defer func() { b.questions, b.needed = questions, needed }()
	return b.nodes(group.Children)
}

// opens tells whether a row's card is open: the one that was asked for, else the first with
// something to mend.
func (b *builder) opens(id, prefix string) bool {
	if b.in.OpenRow != "" {
		// A row inside another is reached through it: both cards are open.
		return id == b.in.OpenRow || strings.HasPrefix(b.openPath, prefix)
	}
	for i, issue := range b.in.Shown {
		if issue.Severity == app.SeverityError && issue.Page == b.page.ID &&
			strings.Contains(issue.Path, "[") && !b.drawn[i] {
			return strings.HasPrefix(issue.Path, prefix)
		}
	}
	return false
}

func (v *view) cells(group *app.Component) []string {
	p := groupProps(group)
	out := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		if !v.hidden(c) {
			out[i] = v.display(c, v.value(c))
		}
	}
	return out
}

// sums gives the table's footer: the total of each column that counts an amount; nil when no
// column does, or there is only one row.
func (v *view) sums(group *app.Component) []string {
	p := groupProps(group)
	out := make([]string, len(p.Columns))
	summed := false
	for i, c := range p.Columns {
		in, ok := c.Props.(*app.InputProps)
		if !ok || !numeric(c) || !in.Formatting.Amount() {
			continue
		}
		total := v.sum(group, c)
		if total == "" {
			continue
		}
		out[i], summed = v.amount(c, total), true
	}
	if !summed {
		return nil
	}
	if out[0] == "" {
		out[0] = text.T(v.lang, "form.sum")
	}
	return out
}

// sum adds up a column exactly; "" when no row has a number there.
func (v *view) sum(group, c *app.Component) json.Number {
	total, decimals, any := new(big.Rat), 0, false
	for range v.rows(group) {
		n, ok := v.value(c).(json.Number)
		if !ok || v.hidden(c) {
			continue
		}
		x, ok := new(big.Rat).SetString(n.String())
		if !ok {
			continue
		}
		total.Add(total, x)
		any = true
		if i := strings.IndexByte(n.String(), '.'); i >= 0 {
			decimals = max(decimals, len(n.String())-i-1)
		}
	}
	if !any {
		return ""
	}
	return json.Number(total.FloatString(decimals))
}

// rowObject gives the row that the view stands in.
func (v *view) rowObject(group *app.Component) (map[string]any, bool) {
	list, _ := v.value(group).([]any)
	index := v.frames[len(v.frames)-1].index
	if index >= len(list) {
		return nil, false
	}
	row, ok := list[index].(map[string]any)
	return row, ok
}

// bare tells whether nothing has been answered in a row.
func bare(row map[string]any) bool {
	for name, value := range row {
		if name != schema.RowID && !empty(value) {
			return false
		}
	}
	return true
}
