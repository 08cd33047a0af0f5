package form

import (
	"slices"
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
	open := slices.ContainsFunc(rows.Rows, func(r Row) bool { return r.Open })
	rows.NoTable = rows.NoTable || open && p.Mode == app.RowsHideTable
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
		inner, isObject := value.(map[string]any)
		if isObject && !bare(inner) || !isObject && name != schema.RowID && !empty(value) {
			return false
		}
	}
	return true
}
