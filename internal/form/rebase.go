package form

import (
	"net/url"
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
)

// Rebase merges a post from a page that is older than the documents: it gives what is to be bound
// to the documents as they are, and where the two collide. Rows are followed by their ids, wherever
// they stand now. What is no answer is passed on.
func Rebase(
	d *app.Definition, set *app.LayoutSet, page string, base Base, posted url.Values, in Input,
) (url.Values, []Clash) {
	r := newRebase(d, set, page, posted, &in)
	mine, was, rest := url.Values{}, Base{}, url.Values{}
	var clashes []Clash
	for name, values := range posted {
		if control(name) && !strings.HasPrefix(name, TagPrefix) {
			rest[name] = values
			continue
		}
		now, there := r.now(name)
		switch {
		case there && strings.HasSuffix(name, "."+schema.RowID):
			rest[now] = values
		case there:
			mine[now], was[now] = values, base[name]
		case !strings.HasSuffix(name, "."+schema.RowID) && mark(values) != base[name]:
			clashes = append(clashes, Clash{Name: name, Mine: plainValues(values), Gone: true})
		}
	}
	out, more := Settle(was, mine, r.answers(page))
	for name, values := range out {
		rest[name] = values
	}
	clashes = append(clashes, more...)
	slices.SortFunc(clashes, func(a, b Clash) int { return strings.Compare(a.Name, b.Name) })
	return rest, clashes
}

// Answered tells whether a page posted any answer, and not only what a page itself posts.
func Answered(posted url.Values) bool {
	for name := range posted {
		if !control(name) || strings.HasPrefix(name, TagPrefix) {
			return true
		}
	}
	return false
}

// control tells whether a posted name is no answer of a model's.
func control(name string) bool {
	return slices.Contains(app.ControlNames, name) || strings.HasPrefix(name, filePrefix) ||
		strings.HasPrefix(name, TagPrefix)
}

// rebase is one stale post beside the documents as they are.
type rebase struct {
	*view
	posted url.Values
}

// newRebase stands over the documents with every row that the page could show, each with its id.
func newRebase(
	d *app.Definition, set *app.LayoutSet, page string, posted url.Values, in *Input,
) rebase {
	r := rebase{view: newView(d, set, in), posted: posted}
	r.data = cloneAll(in.Data)
	for dataType, doc := range r.data {
		identify(dataType, doc, in.Instance.ID)
	}
	if p, _ := set.Page(page); p != nil {
		r.addSpare(p, func(_ string, ids []string) int { return len(ids) })
	}
	return r
}

// now gives the name under which a field is posted now. False when its row is gone.
func (r rebase) now(name string) (string, bool) {
	at := strings.LastIndexByte(name, ']')
	if at < 0 || strings.HasPrefix(name, TagPrefix) {
		return name, true
	}
	row := name[:at+1]
	id := r.posted.Get(row + "." + schema.RowID)
	dataType := r.set.DataType
	if t, _, ok := strings.Cut(row, ":"); ok && r.d.Models[t] != nil {
		dataType = t
	}
	if found, ok := RowPath(r.data[dataType], id); ok {
		return r.named(dataType, found) + name[at+1:], true
	}
	return name, false
}

// answers are what the page's controls would hold, in every row, of what can be answered now.
func (r rebase) answers(page string) url.Values {
	out := url.Values{}
	p, _ := r.set.Page(page)
	if p == nil || r.in.ReadOnly || r.pageHidden(p) {
		return out
	}
	r.walk(p.Components, func(c *app.Component) {
		if c.Question() && c.Source.Field != "" && c.Type != app.TypeRepeatingGroup && !c.IsUpload() &&
			!r.readOnly(c) {
			out[r.name(c)] = r.held(c, r.value(c))
		}
	})
	for _, e := range r.in.Elements {
		out[TagPrefix+e.ID.String()] = e.Tags
	}
	return out
}

// held are the values that a question's control holds for a stored answer.
func (v *view) held(c *app.Component, value any) []string {
	if c.Many() {
		return chosen(c, value)
	}
	if _, ok := c.Props.(*app.DateProps); ok {
		return []string{datePart(asText(value))}
	}
	return []string{v.controlValue(c, value)}
}

// note keeps the mark of what a question's control holds of what is stored.
func (b Base) note(name string, values []string) {
	if m := mark(values); m != "" {
		b[name] = m
	}
}
