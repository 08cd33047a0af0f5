package form

import (
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
)

// A spare row stands ready on the page because the group must have one, or opens with one. It
// is not stored before something is written in it, so that opening a page changes nothing. Its
// id follows from its place: the page and the post that comes later agree on it.

// spareRows gives how many rows a group should show at least.
func (v *view) spareRows(c *app.Component) int {
	p := groupProps(c)
	if p.MinCount == 0 && p.Open != "new" || v.readOnly(c) {
		return 0
	}
	n := min(p.MinCount, schema.MaxRows)
	if n == 0 && v.mayAdd(c) {
		n = 1
	}
	return n
}

// addSpare puts the spare rows of a page's groups in the documents, which must be the view's
// own, up to the last one in each list that is wanted.
func (v *view) addSpare(p *app.Page, wanted func(list string, ids []string) int) {
	v.walk(p.Components, func(c *app.Component) {
		if c.Type != app.TypeRepeatingGroup {
			return
		}
		least := v.spareRows(c)
		list, _ := v.value(c).([]any)
		doc := v.data[c.Source.DataType]
		if len(list) >= least || doc == nil {
			return
		}
		at := v.listPath(c)
		ids := v.spareIDs(c, list, least)
		for i := range wanted(v.named(c.Source.DataType, at), ids) {
			row := map[string]any{schema.RowID: ids[i]}
			if schema.Set(doc, at+index(len(list)+i), row) != nil {
				return
			}
		}
	})
}

// spareIDs gives the ids of the rows that a list lacks to be as long as least.
func (v *view) spareIDs(c *app.Component, list []any, least int) []string {
	at := v.listPath(c)
	taken := map[string]bool{}
	for _, row := range list {
		if object, ok := row.(map[string]any); ok {
			id, _ := object[schema.RowID].(string)
			taken[id] = true
		}
	}
	var ids []string
	for i := len(list); i < least; i++ {
		id := derivedID(v.in.Instance.ID, c.Source.DataType, at, i, 0)
		for try := 1; taken[id]; try++ {
			id = derivedID(v.in.Instance.ID, c.Source.DataType, at, i, try)
		}
		taken[id] = true
		ids = append(ids, id)
	}
	return ids
}

// hasSpare tells whether any group of the page may have a spare row.
func hasSpare(p *app.Page) bool {
	for c := range p.All {
		if g, ok := c.Props.(*app.RepeatingGroupProps); ok && (g.MinCount > 0 || g.Open == "new") {
			return true
		}
	}
	return false
}

// showSpare lets a page show all spare rows of its groups.
func (b *builder) showSpare() {
	if !hasSpare(b.page) {
		return
	}
	b.data = cloneAll(b.data)
	b.spare = map[string]bool{}
	b.addSpare(b.page, func(_ string, ids []string) int {
		for _, id := range ids {
			b.spare[id] = true
		}
		return len(ids)
	})
}

// takeSpare stores those spare rows in which something was written, or that a button was pressed
// in, and forgets what was posted of the others.
func (b *binder) takeSpare(command string) {
	if !hasSpare(b.page) {
		return
	}
	_, arg, _ := strings.Cut(command, ":")
	b.addSpare(b.page, func(list string, ids []string) int {
		stored := b.rowCount(list)
		keep := 0
		for i, id := range ids {
			row := list + index(stored+i)
			if b.written(row) || strings.HasPrefix(arg, id) || strings.HasPrefix(arg, row+".") {
				keep = i + 1
			}
		}
		for i, id := range ids[keep:] {
			b.forgetRow(list+index(stored+keep+i), id)
		}
		return keep
	})
}

func (b *binder) rowCount(list string) int {
	dataType, path := b.split(list)
	return schema.Rows(b.data[dataType], path)
}

// written tells whether any answer was posted in a row.
func (b *binder) written(row string) bool {
	for name, values := range b.posted {
		if strings.HasPrefix(name, row+".") {
			for _, value := range values {
				if strings.TrimSpace(value) != "" {
					return true
				}
			}
		}
	}
	return false
}

// forgetRow drops what was posted of a row that is not stored, when the id is the row's own.
func (b *binder) forgetRow(row, id string) {
	if b.rows[row] != id {
		return
	}
	delete(b.rows, row)
	for name := range b.posted {
		if strings.HasPrefix(name, row+".") {
			delete(b.posted, name)
		}
	}
	for inner := range b.rows {
		if strings.HasPrefix(inner, row+".") {
			delete(b.rows, inner)
		}
	}
}

// turn gives the page that was asked for of something that is shown in pages, from 0; ok is
// false when nothing was.
func (v *view) turn(what string) (page int, ok bool) {
	asked, n, found := cutLast(v.in.Turn)
	if !found || asked != what {
		return 0, false
	}
	if page, err := strconv.Atoi(n); err == nil && page >= 0 {
		return page, true
	}
	return 0, false
}

func cutLast(s string) (before, after string, ok bool) {
	at := strings.LastIndexByte(s, ':')
	if at < 0 {
		return "", "", false
	}
	return s[:at], s[at+1:], true
}
