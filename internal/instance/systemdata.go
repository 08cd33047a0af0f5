package instance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/internal/schema"
	"stafett/store"
)

// FormData is a form document on its way out, with the model that it is written by.
type FormData struct {
	Element  core.DataElement
	Document core.Document
	model    *schema.Schema
}

// JSON gives the document as JSON.
func (d FormData) JSON() ([]byte, error) { return schema.Encode(d.Document) }

// XML gives the document as the XML that its model describes.
func (d FormData) XML() ([]byte, error) { return d.model.EncodeXML(d.Document) }

// ReadDocument reads form data of a data type from JSON or XML, told apart by the content type.
func ReadDocument(
	d *app.Definition, dataType, contentType string, raw []byte,
) (core.Document, error) {
	m := d.Models[dataType]
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || m == nil {
		return nil, fault.New(fault.Unsupported, "fault.content_type")
	}
	var doc core.Document
	switch kind {
	case "application/json":
		doc, err = schema.Parse(raw)
	case "application/xml", "text/xml":
		doc, err = m.Schema.ParseXML(raw)
	default:
		return nil, fault.New(fault.Unsupported, "fault.content_type")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, "fault.form_data", err)
	}
	return doc, nil
}

// Body is form data as a system sends it.
type Body struct {
	ContentType string
	Raw         []byte
}

// ElementPatch is a JSON Patch of one form document.
type ElementPatch struct {
	Element    uuid.UUID
	Operations []schema.Operation
}

// ReadPatch reads a JSON Patch from a value of a parsed document.
func ReadPatch(v any) ([]schema.Operation, error) {
	ops, err := schema.ReadPatch(v)
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, "fault.patch", err)
	}
	return ops, nil
}

// PutDocument replaces a form document with what a system sends. changed are the fields of which
// something else is stored than was sent, since a calculation filled them in, with what is stored; nil
// for what was taken away.
func (s *Service) PutDocument(
	ctx context.Context, a core.Actor, ref core.InstanceRef, id uuid.UUID, b Body,
) (v View, data FormData, changed map[string]any, err error) {
	var sent core.Document
	v, list, err := s.change(ctx, a, ref, []uuid.UUID{id},
		func(v View, dataType string, _ core.Document, _ int) (core.Document, error) {
			var err error
			sent, err = ReadDocument(v.App, dataType, b.ContentType, b.Raw)
			return sent, err
		})
	if err != nil {
		return v, data, nil, err
	}
	return v, list[0], changedFields(form.WithoutRowIDs(sent), list[0].Document), nil
}

// changedFields gives the fields that differ, by path, as they are now.
func changedFields(before, now core.Document) map[string]any {
	old, out := map[string]any{}, map[string]any{}
	leaves(map[string]any(before), "", old)
	leaves(map[string]any(now), "", out)
	for path, value := range old {
		if is, there := out[path]; !there {
			out[path] = nil
		} else if reflect.DeepEqual(is, value) {
			delete(out, path)
		}
	}
	return out
}

// leaves notes every single value in a document by its path: a.b, and a[0].b in a list.
func leaves(v any, path string, into map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			leaves(x, strings.TrimPrefix(path+"."+name, "."), into)
		}
	case []any:
		for i, x := range v {
			leaves(x, fmt.Sprintf("%s[%d]", path, i), into)
		}
	default:
		into[path] = v
	}
}

// Patch changes form documents of an instance, all or none. A test that does not hold is
// fault.Conflict, any other operation that cannot be done is fault.Invalid.
func (s *Service) Patch(
	ctx context.Context, a core.Actor, ref core.InstanceRef, patches []ElementPatch,
) (View, []FormData, error) {
	var ids []uuid.UUID
	for _, p := range patches {
		if slices.Contains(ids, p.Element) {
			return View{}, nil, fault.New(fault.Malformed, "fault.patch")
		}
		ids = append(ids, p.Element)
	}
	return s.change(ctx, a, ref, ids,
		func(_ View, _ string, doc core.Document, n int) (core.Document, error) {
			out, err := schema.Patch(doc, patches[n].Operations)
			if errors.Is(err, schema.ErrTest) {
				return nil, fault.Wrap(fault.Conflict, "fault.changed", err)
			}
			if err != nil {
				return nil, fault.Wrap(fault.Invalid, "fault.patch", err)
			}
			return out, nil
		})
}

// changer makes the new document from the one that is stored; n is its place among the ids.
type changer func(v View, dataType string, doc core.Document, n int) (core.Document, error)

// change writes new form documents in one transaction, each checked against its model.
func (s *Service) change(
	ctx context.Context, a core.Actor, ref core.InstanceRef, ids []uuid.UUID, do changer,
) (View, []FormData, error) {
	var v View
	var out []FormData
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if v, err = s.open(ctx, tx, a, ref, opening{action: access.ActionWrite, lock: true}); err != nil {
			return err
		}
		before := v.Input
		v.Input.Data = maps.Clone(before.Data)
		for n, id := range ids {
			if err := v.changeOne(a, id, n, do); err != nil {
				return err
			}
		}
		if err := s.store(ctx, tx, a, &v, change{before: before}); err != nil {
			return err
		}
		for _, id := range ids {
			data, _ := v.formData(id)
			out = append(out, data)
		}
		return nil
	})
	return v, out, err
}

// changeOne puts one new document into the view.
func (v *View) changeOne(a core.Actor, id uuid.UUID, n int, do changer) error {
	data, found := v.formData(id)
	if !found {
		return access.Refuse(access.ActionWrite, v.Instance.AppRef)
	}
	dataType := data.Element.Type
	dt, _ := v.App.DataType(dataType)
	switch {
	case v.Instance.Status == core.StatusArchived || data.Element.Locked,
		dt.Task != "" && dt.Task != v.Instance.Process.Task:
		return changed()
	case !relay.MayContribute(a, dt):
		return fault.New(fault.Forbidden, "fault.contributor")
	}
	doc, err := do(*v, dataType, data.Document, n)
	if err != nil {
		return err
	}
	if list := relay.CheckDocument(data.model, doc); len(list) > 0 {
		return NewProblems("data", list...)
	}
	in := v.Input
	in.Data = maps.Clone(in.Data)
	in.Data[dataType] = doc
	doc = form.Calculate(v.App, dataType, doc, in)
	list := slices.Clone(v.Input.Entries[dataType])
	at := findEntry(list, id)
	if at < 0 {
		v.Input.Data[dataType] = doc
		return nil
	}
	list[at].Document = doc
	v.Input.Entries = maps.Clone(v.Input.Entries)
	v.Input.Entries[dataType] = list
	return nil
}

// formData gives the form document with the element id, without the row ids that only pages
// need.
func (v View) formData(id uuid.UUID) (FormData, bool) {
	for dataType, e := range v.elements {
		if m := v.App.Models[dataType]; e.ID == id && m != nil {
			return FormData{e, form.WithoutRowIDs(v.Input.Data[dataType]), m.Schema}, true
		}
	}
	for dataType, list := range v.Input.Entries {
		if at := findEntry(list, id); at >= 0 {
			e, m := list[at], v.App.Models[dataType]
			return FormData{e.Element, form.WithoutRowIDs(e.Document), m.Schema}, true
		}
	}
	return FormData{}, false
}

// RemoveElement takes an attachment of an instance away for a system.
func (s *Service) RemoveElement(
	ctx context.Context, a core.Actor, ref core.InstanceRef, id uuid.UUID,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionWrite, lock: true})
		if err != nil {
			return err
		}
		e, entry, err := v.removable(id)
		if err != nil {
			return err
		}
		dt, known := v.App.DataType(e.Type)
		switch {
		case e.Locked || v.Instance.Status == core.StatusArchived,
			dt.Task != "" && dt.Task != v.Instance.Process.Task:
			return changed()
		case !known || !relay.MayContribute(a, dt):
			return fault.New(fault.Forbidden, "fault.contributor")
		}
		if entry != nil {
			err = s.dropEntry(ctx, tx, &v, *entry)
		} else {
			err = tx.DeleteElement(ctx, ref.ID, id)
			v.Input.Elements = slices.DeleteFunc(v.Input.Elements, func(x core.DataElement) bool {
				return x.ID == id
			})
		}
		if err != nil {
			return err
		}
		return s.touch(ctx, tx, a, &v, core.ActRemove, map[string]string{"element": id.String()})
	})
}

// removable finds what a system takes away: an attachment, or an entry of a subform.
func (v View) removable(id uuid.UUID) (core.DataElement, *form.Entry, error) {
	for _, e := range v.Input.Elements {
		if e.ID == id {
			return e, nil, nil
		}
	}
	for _, list := range v.Input.Entries {
		if at := findEntry(list, id); at >= 0 {
			return list[at].Element, &list[at], nil
		}
	}
	if _, isForm := v.formData(id); isForm {
		return core.DataElement{}, nil, fault.New(fault.Conflict, "fault.form_data_stays")
	}
	return core.DataElement{}, nil, access.Refuse(access.ActionWrite, v.Instance.AppRef)
}

// The limits of tags.
const (
	maxTags = 20
	maxTag  = 50
)

// Tags gives an element's tags; a change, when it is given, makes them others first.
func (s *Service) Tags(
	ctx context.Context, a core.Actor, ref core.InstanceRef, id uuid.UUID,
	change func([]string) []string,
) ([]string, error) {
	o := opening{action: access.ActionRead}
	if change != nil {
		o = opening{action: access.ActionWrite, lock: true}
	}
	var tags []string
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, o)
		if err != nil {
			return err
		}
		all := v.DataElements()
		i := slices.IndexFunc(all, func(e core.DataElement) bool { return e.ID == id })
		if i < 0 {
			return access.Refuse(o.action, ref.AppRef)
		}
		detail := map[string]string{"element": id.String()}
		if tags = all[i].Tags; change == nil {
			audit(tx, a, core.ActRead, v, detail)
			return nil
		}
		if tags = change(slices.Clone(tags)); !validTags(tags) {
			return fault.New(fault.Malformed, "fault.tags", maxTags, maxTag)
		}
		audit(tx, a, core.ActTag, v, detail)
		return tx.SetTags(ctx, ref.ID, id, tags)
	})
	return tags, err
}

func validTags(tags []string) bool {
	for _, t := range tags {
		if t == "" || len(t) > maxTag || plainTag(t) != t {
			return false
		}
	}
	return len(tags) <= maxTags
}

// plainTag drops what no tag may hold: it stands in addresses.
func plainTag(t string) string {
	return string(slices.DeleteFunc([]rune(t), func(r rune) bool {
		return r <= ' ' || r == '/' || r == '?' || r == '#' || r == '%' || r == 0x7f
	}))
}
