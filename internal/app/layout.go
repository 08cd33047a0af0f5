package app

import (
	"regexp"
	"strings"

	"stafett/internal/expr"
)

// readPage reads one layout file: {"data": {"hidden": …, "layout": [components]}}.
func (r *reader) readPage(d *Definition, s *setSource, id, file string) *Page {
	root := r.json(file)
	if root == nil {
		return nil
	}
	data := r.object(root.get("data"), "data")
	if data == nil {
		r.errorAt(root, "a layout file needs data.layout")
		return nil
	}
	page := &Page{ID: id, File: r.path(file)}
	page.Hidden = r.expression(data.get("hidden"), "hidden")
	page.at = data.get("hidden")
	t := tree{
		byID: map[string]*Component{}, at: map[string]*value{}, round: map[string]bool{},
		before: map[string]*Component{}, after: map[string]*Component{},
	}
	for _, item := range r.array(data.get("layout"), "layout") {
		if c := r.component(d, item); c != nil {
			r.place(&t, page, c, item)
			r.placeRowsRound(d, &t, page, c, item)
			made, at := r.addressChildren(d, c, item)
			for i, part := range made {
				r.place(&t, page, part, at[i])
			}
		}
	}
	page.Components = r.nest(&t)
	return page
}

// tree is a page's components while they are put into each other: a layout file is a flat list
// in which groups name their children.
type tree struct {
	order []*Component
	byID  map[string]*Component
	at    map[string]*value
	// before and after are the grids round a repeating group, by its id; round are their own ids.
	before, after map[string]*Component
	round         map[string]bool
}

func (r *reader) place(t *tree, page *Page, c *Component, at *value) {
	if t.byID[c.ID] != nil {
		r.errorAt(at, "the id %s stands twice on the page", c.ID)
		return
	}
	c.Page = page
	t.order = append(t.order, c)
	t.byID[c.ID], t.at[c.ID] = c, at
}

// nest puts children into their parents and gives those that have none.
func (r *reader) nest(t *tree) []*Component {
	for _, c := range t.order {
		for _, ref := range c.childRefs {
			child := t.byID[childID(ref.text)]
			switch {
			case child == nil:
				r.errorAt(ref, "%s: there is no component %s on the page", c.ID, ref.text)
			case child.Parent != nil:
				r.errorAt(ref, "%s is in both %s and %s", child.ID, child.Parent.ID, c.ID)
			case within(c, child):
				r.errorAt(ref, "%s is inside itself", child.ID)
			default:
				c.Children = append(c.Children, t.withRowsRound(c, child)...)
			}
		}
	}
	var top []*Component
	for _, c := range t.order {
		if c.Parent == nil && !t.round[c.ID] {
			top = append(top, t.withRowsRound(nil, c)...)
		}
		c.Group = enclosingGroup(c)
	}
	return top
}

// childID takes the page number off a child of a group on several pages ("0:name").
func childID(ref string) string {
	if page, id, ok := strings.Cut(ref, ":"); ok && strings.Trim(page, "0123456789") == "" {
		return id
	}
	return ref
}

// within tells whether c is child, or inside it.
func within(c, child *Component) bool {
	for p := c; p != nil; p = p.Parent {
		if p == child {
			return true
		}
	}
	return false
}

func enclosingGroup(c *Component) *Component {
	for p := c.Parent; p != nil; p = p.Parent {
		if p.Type == TypeRepeatingGroup {
			return p
		}
	}
	return nil
}

// rowLike are ids that would clash with those of rows, which end in the row's index.
var rowLike = regexp.MustCompile(`-\d+$`)

func (r *reader) component(d *Definition, v *value) *Component {
	if r.object(v, "a component") == nil {
		return nil
	}
	id, written := r.text(v.get("id"), "id"), r.text(v.get("type"), "type")
	if id == "" || written == "" {
		r.errorAt(v, "a component needs an id and a type")
		return nil
	}
	if rowLike.MatchString(id) {
		r.warnAt(v.get("id"), "%s: an id that ends in a number may clash with a row's", id)
	}
	c := &Component{
		ID: id, Type: canonicalType(written, v), File: v.file, Line: v.line,
		Hidden:   r.expression(v.get("hidden"), id+": hidden"),
		Required: r.expression(v.get("required"), id+": required"),
		ReadOnly: r.expression(v.get("readOnly"), id+": readOnly"),
		Remove:   r.expression(v.get("removeWhenHidden"), id+": removeWhenHidden"),

		AsSummary: r.expression(v.get("renderAsSummary"), id+": renderAsSummary"),
		Look:      r.look(v, id),
	}
	r.readTextBindings(d, c, v)
	r.readBindings(c, v)
	c.childRefs = r.childRefs(c.Type, v)
	t := types[c.Type]
	if !drawn(c.Type) {
		r.warnAt(v, "%s: components of type %s are not supported yet: a notice is shown instead%s",
			id, written, suggestion(written, ComponentTypes()))
	}
	if t.Props != nil {
		p := Properties{r: r, d: d, v: v, id: id}
		before := r.wrong
		c.Props = t.Props(p)
		r.markBroken(c, before)
	}
	c.at = v
	return c
}

func (r *reader) childRefs(typ string, v *value) []*value {
	var out []*value
	refs := v.get("children").list()
	if t := types[typ]; t.Refs != nil {
		refs = append(refs[:len(refs):len(refs)], t.Refs(v)...)
	}
	for _, ref := range refs {
		if r.is(ref, kindText, "a child") {
			out = append(out, ref)
		}
	}
	return out
}

func (r *reader) readTextBindings(d *Definition, c *Component, v *value) {
	bindings := r.object(v.get("textResourceBindings"), "textResourceBindings")
	for name, item := range bindings.members {
		if item.present() == nil {
			continue
		}
		e := r.expression(item, c.ID+": "+name)
		if e == nil {
			continue
		}
		if c.Texts == nil {
			c.Texts = map[string]*expr.Expr{}
		}
		c.Texts[name] = e
		r.checkKey(d, item)
	}
}

// readBindings reads where a component's answer goes: a path, or an object with data type and
// field.
func (r *reader) readBindings(c *Component, v *value) {
	for name, item := range r.object(v.get("dataModelBindings"), "dataModelBindings").members {
		var b Binding
		switch item.kind {
		case kindNull:
			continue
		case kindObject:
			b.DataType = r.text(item.get("dataType"), "dataType")
			b.Field = r.text(item.get("field"), "field")
		default:
			b.Field = r.text(item, name)
		}
		if b.Field == "" {
			continue
		}
		if c.Bindings == nil {
			c.Bindings = map[string]Binding{}
		}
		c.Bindings[name] = b
	}
}
