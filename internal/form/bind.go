package form

import (
	"maps"
	"slices"

	"net/url"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

// Bound is what came of a post.
type Bound struct {
	// Data holds the new documents; those of the input are not changed.
	Data map[string]core.Document
	// Issues tell what could not be stored, at its field, in page order.
	Issues []Issue
	// Posted are the texts that could not be stored, by field.
	Posted map[string]string
	// Changed are the fields that have another answer than before.
	Changed []string
	// Unknown are posted names that the models do not have: nothing of ours posts them.
	Unknown []string
}

// Bind puts what was posted from a page into the documents. Only what the page shows to this
// person, with the answers just given, and what they may change is taken; other fields of the
// models are passed over, and their stored answers stay. A row that is gone or has moved is
// fault.Conflict; a row that was never there, a field posted twice and a NUL are fault.Invalid.
func Bind(
	d *app.Definition, set *app.LayoutSet, page string, posted url.Values, in Input,
) (Bound, error) {
	p, _ := set.Page(page)
	if p == nil {
		return Bound{}, fault.New(fault.NotFound, "fault.page_not_found")
	}
	b := binder{
		view: newView(d, set, &in), page: p, before: in.Data,
		posted: make(map[string][]string, len(posted)), rows: map[string]string{},
	}
	b.out.Posted = map[string]string{}
	b.data = cloneAll(in.Data)
	if err := b.sort(posted); err != nil {
		return Bound{}, err
	}
	b.takeSpare(posted.Get("row"))
	if err := b.checkRows(); err != nil {
		return Bound{}, err
	}
	b.takeAll()
	b.settle()
	for dataType, doc := range b.data {
		if !b.closed(dataType) {
			b.data[dataType] = calculate(d, dataType, doc, b.view)
		}
	}
	b.out.Data = b.data
	return b.out, nil
}

func cloneAll(data map[string]core.Document) map[string]core.Document {
	out := make(map[string]core.Document, len(data))
	for dataType, doc := range data {
		out[dataType] = schema.Clone(doc)
	}
	return out
}

// binder is one post on its way into the documents.
type binder struct {
	*view
	page *app.Page
	// before are the documents as they were.
	before map[string]core.Document
	// posted are the values by field name; rows are the posted row ids by the row's path.
	posted map[string][]string
	rows   map[string]string
	taken  []taken
	out    Bound
}

// taken is a field whose posted answer was put into the document.
type taken struct {
	c      *app.Component
	frames []frame
	// was is the stored answer.
	was any
	// rows are those of a choice that is kept as rows, as they were.
	rows any
}

// takeAll goes through the page in its order, so that what an answer reveals further down is
// judged by that answer.
func (b *binder) takeAll() {
	if b.in.ReadOnly || b.pageHidden(b.page) {
		return
	}
	b.walk(b.page.Components, func(c *app.Component) {
		if !c.Question() || c.Source.Field == "" || c.Type == app.TypeRepeatingGroup ||
			c.IsUpload() {
			return
		}
		values, ok := b.posted[b.name(c)]
		if ok && !b.readOnly(c) {
			b.take(c, values)
		}
	})
}

func (b *binder) take(c *app.Component, values []string) {
	t := taken{c: c, frames: slices.Clone(b.frames), was: b.value(c)}
	if tickedRows(c) != nil {
		t.rows = b.copyOf(c)
	}
	value, issue := b.convert(c, values)
	if issue != nil {
		// The old answer is not kept: it is not what the person says now.
		value = nil
		b.out.Issues = append(b.out.Issues, *issue)
		b.out.Posted[issue.Path] = values[len(values)-1]
	}
	if b.put(c, value) {
		b.taken = append(b.taken, t)
		b.placeOf(c, t.was)
	}
}

// copyOf gives a copy of the rows that a component is bound to; nil for none.
func (b *binder) copyOf(c *app.Component) any {
	return schema.Clone(core.Document{"rows": b.at(c.Source.DataType, c.Steps)})["rows"]
}

// put stores a value at the component's field; false when the document has no room for it.
func (b *binder) put(c *app.Component, value any) bool {
	doc := b.data[c.Source.DataType]
	if doc == nil {
		return false
	}
	if rows := tickedRows(c); rows != nil {
		return b.putTicked(c, rows, value)
	}
	b.putLabel(c, value)
	return schema.Set(doc, b.path(c), value) == nil
}

// restore puts back what was stored before the post.
func (b *binder) restore(t taken) {
	if tickedRows(t.c) == nil {
		b.put(t.c, t.was)
		return
	}
	doc, path := b.data[t.c.Source.DataType], b.path(t.c)
	if t.rows == nil || schema.Set(doc, path, t.rows) != nil {
		schema.Delete(doc, path)
	}
}

// settle takes back answers to questions that the post itself has hidden or locked, until
// nothing more is to be taken back, and answers that are no longer among the options. What is
// left has changed.
func (b *binder) settle() {
	for again := true; again; {
		again = false
		b.taken = slices.DeleteFunc(b.taken, func(t taken) bool {
			if b.open(t) {
				return false
			}
			b.standing(t, func() {
				b.restore(t)
				b.forget(b.name(t.c))
			})
			again = true
			return true
		})
	}
	b.dropGone()
	for _, t := range b.taken {
		b.standing(t, func() {
			if !same(b.value(t.c), t.was) {
				b.out.Changed = append(b.out.Changed, b.name(t.c))
			}
		})
	}
}

// standing stands in the field's row while f runs.
func (b *binder) standing(t taken, f func()) {
	was := b.frames
	b.frames = t.frames
	f()
	b.frames = was
}

// open tells whether a field is shown and can be changed, with the answers as they are now.
func (b *binder) open(t taken) (open bool) {
	b.standing(t, func() { open = !b.hiddenAnywhere(t.c) && !b.readOnly(t.c) })
	return open
}

// forget drops what was noted about a field that turned out not to be on the page.
func (b *binder) forget(name string) {
	delete(b.out.Posted, name)
	b.out.Issues = slices.DeleteFunc(b.out.Issues, func(i Issue) bool { return i.Path == name })
}

// dropGone removes, on every page, chosen values that are no longer among the options: the
// options may be rows, or depend on an answer that has just changed.
func (b *binder) dropGone() {
	for _, p := range b.pages() {
		b.walk(p.Components, func(c *app.Component) {
			choice, ok := c.Props.(*app.ChoiceProps)
			if !ok || choice.Filter == nil && choice.Source == nil || b.readOnly(c) {
				return
			}
			values := chosen(c, b.value(c))
			kept := b.among(c, values)
			if len(kept) < len(values) {
				b.put(c, b.stored(c, kept))
			}
		})
	}
}

func same(a, b any) bool {
	x, isList := a.([]any)
	y, _ := b.([]any)
	if isList || y != nil {
		return slices.EqualFunc(x, y, same)
	}
	if m, ok := a.(map[string]any); ok {
		n, ok := b.(map[string]any)
		return ok && maps.EqualFunc(m, n, same)
	}
	return a == b
}
