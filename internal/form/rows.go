package form

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// repeating draws up a repeating group: its rows as cards, as lines of a table, or both.
func (b *builder) repeating(c *app.Component) Node {
	n := b.labelled(c, KindRows)
	n.Name = b.name(c)
	n.ReadOnly = b.readOnly(c)
	n.Issues = b.take(n.Name, n.ID)
	n.Rows = b.rowTexts(c)
	rows, p := n.Rows, groupProps(c)
	rows.Path, rows.MinCount, rows.MaxCount = n.Name, p.MinCount, p.MaxCount
	rows.AskDelete = p.AskDelete
	if !n.ReadOnly {
		b.questions++
		if n.Required = p.MinCount > 0; n.Required {
			b.needed++
		}
		n.Optional = !n.Required
		rows.CanAdd = p.Mode != app.RowsLikert && b.mayAdd(c)
		rows.CanDelete = p.Mode != app.RowsLikert && b.bool(p.DeleteButton, true)
		all := p.Mode == app.RowsAll || p.Mode == app.RowsLikert
		rows.NoTable, rows.NoSave = all, all || !b.bool(p.SaveButton, true)
		rows.NoEdit = p.Mode == app.RowsOnlyTable
	}
	b.drawRows(c, &n)
	if p.Mode == app.RowsHideTable && slices.ContainsFunc(rows.Rows, func(r Row) bool { return r.Open }) {
		rows.NoTable = true
	}
	rows.Columns, rows.Sums = b.columns(p), b.sums(c)
	return n
}

// rowTexts gives what the buttons are called.
func (b *builder) rowTexts(c *app.Component) *Rows {
	r := &Rows{
		AddText:    b.or(c, "add_button", "form.row_add"),
		SaveText:   b.or(c, "save_button", "form.row_save"),
		EditText:   b.plain(c, "edit_button_open"),
		DeleteText: b.plain(c, "delete_button"),
		Empty:      text.T(b.lang, "form.row_empty"),
	}
	if more := b.plain(c, "add_button_full"); more != "" {
		r.AddText = more
	}
	if groupProps(c).SaveAndNext {
		r.NextText = b.or(c, "save_and_next_button", "structure.save_next")
	}
	return r
}

// drawRows draws up the rows that are shown, those of one page of them where there are more.
func (b *builder) drawRows(c *app.Component, n *Node) {
	var shown []int
	for i := range b.rows(c) {
		if b.passes(c) {
			shown = append(shown, i)
		}
	}
	from, to := b.pageOfRows(c, n.Rows, shown)
	open := b.openFirst(c, shown)
	for at, i := range shown[from:to] {
		b.frames = append(b.frames, frame{c, i})
		r := b.row(c, i, n.ReadOnly, open)
		b.frames = b.frames[:len(b.frames)-1]
		r.Last = from+at == len(shown)-1
		n.Rows.Rows = append(n.Rows.Rows, r)
	}
}

// passes tells whether the row that the view stands in has the values of the group's filter.
func (v *view) passes(group *app.Component) bool {
	for _, f := range groupProps(group).Filter {
		steps, err := v.d.Steps(f.Field)
		if err != nil || asText(v.at(group.Source.DataType, steps)) != f.Value {
			return false
		}
	}
	return true
}

// pageOfRows picks the rows of the page that was asked for, or that has the open row or the
// first thing to mend.
func (b *builder) pageOfRows(c *app.Component, rows *Rows, shown []int) (from, to int) {
	size := groupProps(c).PerPage
	if size <= 0 || len(shown) <= size {
		return 0, len(shown)
	}
	rows.Pages = (len(shown) + size - 1) / size
	rows.Page, _ = b.turn(rows.Path)
	for at, i := range shown {
		if b.calls(rows.Path + index(i)) {
			rows.Page = at / size
			break
		}
	}
	rows.Page = min(rows.Page, rows.Pages-1)
	return rows.Page * size, min((rows.Page+1)*size, len(shown))
}

// calls tells whether a row is the open one, or has something to mend on it.
func (b *builder) calls(row string) bool {
	if b.in.OpenRow != "" {
		return b.openPath == row || strings.HasPrefix(b.openPath, row+".")
	}
	return slices.ContainsFunc(b.in.Shown, func(i Issue) bool {
		return i.Severity == app.SeverityError && strings.HasPrefix(i.Path, row+".")
	})
}

// openFirst gives the index of the row that is open when nothing else is asked for; -1 is none.
func (b *builder) openFirst(c *app.Component, shown []int) int {
	if b.in.OpenRow != "" || len(b.in.Shown) > 0 || b.in.Turn != "" {
		return -1
	}
	for _, i := range shown {
		b.frames = append(b.frames, frame{c, i})
		row, _ := b.rowObject(c)
		b.frames = b.frames[:len(b.frames)-1]
		if id, _ := row[schema.RowID].(string); b.spare[id] {
			return i
		}
	}
	switch open := groupProps(c).Open; {
	case len(shown) == 0:
	case open == "first":
		return shown[0]
	case open == "last":
		return shown[len(shown)-1]
	}
	return -1
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
		column := p.Column(c.ID)
		out[i] = Column{
			Title: title, Numeric: numeric(c) && !column.InTable,
			Align: alignments[column.Align], Width: percent(column.Width),
		}
	}
	return out
}

// alignments are the ways to align a column that differ from what is usual.
var alignments = map[string]string{"center": "center", "right": "right"}

// percent reads a column's width in steps of ten per cent; 0 for a width of another kind.
func percent(width string) int {
	n, err := strconv.ParseFloat(strings.TrimSuffix(width, "%"), 64)
	if err != nil || !strings.HasSuffix(width, "%") || n <= 0 || n > 100 {
		return 0
	}
	return max(int(n+5)/10*10, 10)
}

func numeric(c *app.Component) bool { return c.Field.Type == "integer" || c.Field.Type == "number" }

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
