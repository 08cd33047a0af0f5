package form

import (
	"net/url"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
)

// view is one look at a form: a layout set over an input, standing in a row or in none. It is
// the surroundings that expressions are evaluated in, and it belongs to one call.
type view struct {
	expr.Base
	d    *app.Definition
	set  *app.LayoutSet
	in   *Input
	data map[string]core.Document
	lang string
	// frames are the rows that the view stands in, outermost first.
	frames []frame
	// loose are row indexes without a known group: each is for the next list on a path.
	loose []int
	// reads is the data type that expressions read when they name none; "" is the set's own.
	reads string
	// args are argv's, option is what value() gives.
	args   []any
	option *app.ResolvedOption
	// depth counts components that look at each other, so that a ring of them ends.
	depth int
	names strings.Builder
}

// frame is a row of a repeating group.
type frame struct {
	group *app.Component
	index int
}

func newView(d *app.Definition, set *app.LayoutSet, in *Input) *view {
	return &view{d: d, set: set, in: in, data: in.Data, lang: in.Language}
}

// hidden tells whether the component itself is hidden; what is round it is known to be shown.
func (v *view) hidden(c *app.Component) bool {
	return c.Hidden != nil && v.bool(c.Hidden, false)
}

// bool evaluates an expression; one that fails has its default, as in Altinn's front end: a
// question that is shown for nothing is better than one that nobody can reach.
func (v *view) bool(e *expr.Expr, dflt bool) bool {
	if e == nil {
		return dflt
	}
	b, err := e.Bool(v, dflt)
	if err != nil {
		return dflt
	}
	return b
}

// pageURL is the address of a page of the form that the view looks at.
func (v *view) pageURL(page string) string {
	task := v.in.BaseURL + "/" + v.in.Instance.Process.Task + "/"
	if v.in.Entry.ID == "" {
		return task + page
	}
	return task + v.in.Entry.Path() + "/" + url.PathEscape(page)
}

func (v *view) pageHidden(p *app.Page) bool { return v.bool(p.Hidden, false) }

// maxDepth bounds how many components may ask for each other's values in turn.
const maxDepth = 32

// hiddenAnywhere tells whether a component is hidden by itself, by what is round it, by its row
// or by its page.
func (v *view) hiddenAnywhere(c *app.Component) bool {
	if v.depth > maxDepth {
		return false
	}
	v.depth++
	reads := v.reads
	v.reads = ""
	defer func() { v.depth, v.reads = v.depth-1, reads }()
	for at := c; at != nil; at = at.Parent {
		if v.hidden(at) || at != c && v.rowHidden(at) {
			return true
		}
	}
	return v.pageHidden(c.Page)
}

// rowHidden tells whether the group is one that the view stands in a hidden row of.
func (v *view) rowHidden(group *app.Component) bool {
	for _, f := range v.frames {
		if f.group == group {
			return v.bool(groupProps(group).HiddenRow, false)
		}
	}
	return false
}

func groupProps(c *app.Component) *app.RepeatingGroupProps {
	return c.Props.(*app.RepeatingGroupProps)
}

// readOnly tells whether the answer cannot be changed here, by this person.
func (v *view) readOnly(c *app.Component) bool {
	return v.in.ReadOnly || v.locked(c) || v.lookedUp(c) || v.elsewhere(c)
}

// elsewhere tells whether the answer is kept where nothing may be written from here.
func (v *view) elsewhere(c *app.Component) bool {
	return c.Source.DataType != "" && v.closed(c.Source.DataType)
}

// closed tells whether nothing may be written in form data of a type from here: it belongs to
// another task, or it is not the set's own and has not been made.
func (v *view) closed(dataType string) bool {
	if dataType != v.set.DataType && v.data[dataType] == nil {
		return true
	}
	t, _ := v.d.DataType(dataType)
	task := v.in.Instance.Process.Task
	return t.Task != "" && task != "" && t.Task != task
}

// locked tells whether the layout makes the answer read-only.
func (v *view) locked(c *app.Component) bool {
	for at := c; at != nil; at = at.Parent {
		if at.ReadOnly != nil && v.bool(at.ReadOnly, false) {
			return true
		}
	}
	return false
}

func (v *view) required(c *app.Component) bool {
	return c.Required != nil && v.bool(c.Required, false)
}

// pages gives the pages that are shown, in order.
func (v *view) pages() []*app.Page {
	out := make([]*app.Page, 0, len(v.set.Pages))
	for _, p := range v.set.Pages {
		if !v.pageHidden(p) {
			out = append(out, p)
		}
	}
	return out
}

// walk visits every component that is shown among list and inside them, rows included, in the
// order of the page. The view stands in the component's row during the visit.
func (v *view) walk(list []*app.Component, visit func(*app.Component)) {
	for _, c := range list {
		if v.hidden(c) {
			continue
		}
		visit(c)
		if c.Type != app.TypeRepeatingGroup {
			v.walk(c.Children, visit)
			continue
		}
		for range v.rows(c) {
			v.walk(c.Children, visit)
		}
	}
}

// rows gives the index of each row that is shown; the view stands in the row meanwhile.
func (v *view) rows(group *app.Component) func(func(int) bool) {
	return func(yield func(int) bool) {
		hiddenRow := groupProps(group).HiddenRow
		for i := range v.allRows(group) {
			if !v.bool(hiddenRow, false) && !yield(i) {
				return
			}
		}
	}
}

// allRows is rows with the hidden ones.
func (v *view) allRows(group *app.Component) func(func(int) bool) {
	return func(yield func(int) bool) {
		list, _ := v.value(group).([]any)
		for i := range list {
			v.frames = append(v.frames, frame{group, i})
			more := yield(i)
			v.frames = v.frames[:len(v.frames)-1]
			if !more {
				return
			}
		}
	}
}
