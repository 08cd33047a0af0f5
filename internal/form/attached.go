package form

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

// A file field in a row keeps the ids of its files in the row, so that each row has its own.

// bound tells whether a file field keeps its files' ids in the document.
func bound(c *app.Component) bool { return c.IsUpload() && c.Source.Field != "" }

// attached gives the files of a file field, in the row that the view stands in.
func (v *view) attached(c *app.Component) []core.DataElement {
	var ids []string
	if bound(c) {
		ids = fileIDs(v.value(c))
	}
	var out []core.DataElement
	for _, e := range v.in.Elements {
		if e.Type == c.ID && (!bound(c) || slices.Contains(ids, e.ID.String())) {
			out = append(out, e)
		}
	}
	return out
}

func fileIDs(value any) []string {
	switch x := value.(type) {
	case string:
		return []string{x}
	case []any:
		return texts(x)
	}
	return nil
}

// Attach puts the ids of files that have just come in the field that their file field is bound
// to. name is the field's path as it is posted, with the rows' indexes. fault.Invalid when the
// page shows no such file field, it cannot be changed, or the files are of another type.
func Attach(
	d *app.Definition, set *app.LayoutSet, page, name string, ids []uuid.UUID, in Input,
) (map[string]core.Document, error) {
	v := newView(d, set, &in)
	v.data = cloneAll(in.Data)
	p, _ := set.Page(page)
	if p == nil {
		return nil, fault.New(fault.NotFound, "fault.page_not_found")
	}
	done := false
	v.walk(p.Components, func(c *app.Component) {
		if done || !bound(c) || v.name(c) != name || v.readOnly(c) {
			return
		}
		done = v.allOf(c.ID, ids) && v.attach(c, ids)
	})
	if !done {
		return nil, fault.New(fault.Invalid, "form.refused_row")
	}
	return v.data, nil
}

// allOf tells whether all of the ids are those of files of the type.
func (v *view) allOf(dataType string, ids []uuid.UUID) bool {
	for _, id := range ids {
		if !slices.ContainsFunc(v.in.Elements, func(e core.DataElement) bool {
			return e.ID == id && e.Type == dataType
		}) {
			return false
		}
	}
	return true
}

func (v *view) attach(c *app.Component, ids []uuid.UUID) bool {
	doc := v.data[c.Source.DataType]
	if doc == nil || len(ids) == 0 {
		return false
	}
	if c.Bindings[app.BindingSimple].Field != "" {
		return schema.Set(doc, v.path(c), ids[len(ids)-1].String()) == nil
	}
	list, _ := v.value(c).([]any)
	list = slices.Clone(list)
	for _, id := range ids {
		list = append(list, id.String())
	}
	return schema.Set(doc, v.path(c), list) == nil
}

// Detach takes a file's id out of the documents and the entries: the file is deleted.
func Detach(
	d *app.Definition, set *app.LayoutSet, file uuid.UUID, in Input,
) (map[string]core.Document, map[string][]Entry) {
	v := newView(d, set, &in)
	v.data = cloneAll(in.Data)
	v.detach(file)
	entries := maps.Clone(in.Entries)
	for _, c := range set.Subforms() {
		dataType := layoutOf(c).DataType
		list := slices.Clone(entries[dataType])
		for i, inner := range v.entryViews(c) {
			inner.data[dataType] = schema.Clone(list[i].Document)
			inner.detach(file)
			list[i].Document = inner.data[dataType]
		}
		if list != nil {
			entries[dataType] = list
		}
	}
	return v.data, entries
}

// detach takes a file's id out of the documents that the view looks at.
func (v *view) detach(file uuid.UUID) {
	v.eachFileField(func(c *app.Component) {
		kept := slices.DeleteFunc(fileIDs(v.value(c)), func(id string) bool {
			return id == file.String()
		})
		if len(kept) == len(fileIDs(v.value(c))) {
			return
		}
		schema.Delete(v.data[c.Source.DataType], v.path(c))
		if len(kept) > 0 {
			list := make([]any, len(kept))
			for i, id := range kept {
				list[i] = id
			}
			// The path was there a moment ago.
			_ = schema.Set(v.data[c.Source.DataType], v.path(c), list)
		}
	})
}

// eachFileField visits every bound file field of the set in every row, shown or not.
func (v *view) eachFileField(visit func(*app.Component)) {
	var all func(list []*app.Component)
	all = func(list []*app.Component) {
		for _, c := range list {
			if bound(c) {
				visit(c)
			}
			if c.Type != app.TypeRepeatingGroup {
				all(c.Children)
				continue
			}
			for range v.allRows(c) {
				all(c.Children)
			}
		}
	}
	for _, p := range v.set.Pages {
		all(p.Components)
	}
}

// Left gives the files that the documents held before and hold no more: their row is gone.
func Left(
	d *app.Definition, set *app.LayoutSet, before map[string]core.Document, in Input,
) []core.DataElement {
	held := func(data map[string]core.Document) map[string]bool {
		out := map[string]bool{}
		v := newView(d, set, &in)
		v.data = data
		v.eachFileField(func(c *app.Component) {
			for _, id := range fileIDs(v.value(c)) {
				out[id] = true
			}
		})
		return out
	}
	had, has := held(before), held(in.Data)
	var out []core.DataElement
	for _, e := range in.Elements {
		if id := e.ID.String(); had[id] && !has[id] {
			out = append(out, e)
		}
	}
	return out
}

// TagPrefix begins the posted names of files' tags; the file's id follows.
const TagPrefix = "tag:"

// Tagged checks that a file may be marked with the value: fault.Invalid when the page has no file
// field for it whose files get tags and can be changed, or there is no such option. "" takes the
// tag away.
func Tagged(
	d *app.Definition, set *app.LayoutSet, page string, file core.DataElement, value string,
	in Input,
) error {
	p, _ := set.Page(page)
	if p == nil {
		return fault.New(fault.NotFound, "fault.page_not_found")
	}
	v := newView(d, set, &in)
	ok := false
	v.walk(p.Components, func(c *app.Component) {
		if c.ID != file.Type || !v.tagged(c) || v.readOnly(c) {
			return
		}
		ok = ok || value == "" || indexOf(v.options(c), value) >= 0
	})
	if !ok {
		return fault.New(fault.Invalid, "structure.refused_tag")
	}
	return nil
}

// tagged tells whether the files of a file field get tags.
func (v *view) tagged(c *app.Component) bool {
	p, ok := c.Props.(*app.FileUploadProps)
	return ok && p.Tags != nil
}

// tagLabels gives what a file's tags are called.
func (v *view) tagLabels(c *app.Component, e core.DataElement) string {
	options := v.options(c)
	labels := make([]string, len(e.Tags))
	for i, tag := range e.Tags {
		labels[i] = tag
		if at := indexOf(options, tag); at >= 0 {
			labels[i] = options[at].Label
		}
	}
	return strings.Join(labels, ", ")
}
