package app

import (
	"fmt"
	"mime"
	"path"
	"slices"

	"stafett/internal/core"
	"stafett/internal/policy"
	"stafett/internal/schema"
)

// Check looks across apps: that every handover fits its target's model, policy and data types,
// and that no chain of handovers comes back to where it began. A target that is not among defs
// runs elsewhere, and is a warning.
func Check(defs []*Definition) []Finding {
	c := checker{apps: map[core.AppRef]*Definition{}}
	for _, d := range defs {
		c.apps[d.Ref] = d
	}
	for _, d := range defs {
		for _, h := range d.Handovers {
			c.handover(d, h)
		}
	}
	c.loops(defs)
	return c.list
}

type checker struct {
	apps map[core.AppRef]*Definition
	list []Finding
	// at is where what is being checked is declared.
	at Finding
}

func (c *checker) errorf(line int, format string, args ...any) {
	f := c.at
	f.Severity, f.Message = SeverityError, fmt.Sprintf(format, args...)
	f.Code = codeOf(format)
	if line > 0 {
		f.Line = line
	}
	c.list = append(c.list, f)
}

// warn tells of something that does not stop the app.
func (c *checker) warn(code string, line int, format string, args ...any) {
	f := c.at
	f.Severity, f.Code, f.Message = SeverityWarning, code, fmt.Sprintf(format, args...)
	if line > 0 {
		f.Line = line
	}
	c.list = append(c.list, f)
}

// inform tells of something that may be just as it is meant to be.
func (c *checker) inform(code, format string, args ...any) {
	c.warn(code, 0, format, args...)
	c.list[len(c.list)-1].Severity = SeverityInfo
}

// names gives the names of the apps that are here.
func (c *checker) names() []string {
	var out []string
	for ref := range c.apps {
		out = append(out, ref.String())
	}
	slices.Sort(out)
	return out
}

func (c *checker) handover(d *Definition, h *Handover) {
	c.at = Finding{File: path.Join(d.Folder, h.File), Line: h.Line, App: d.Ref}
	b := c.apps[h.To]
	if b == nil {
		c.warn("handover-elsewhere", 0, "%s is not among the apps here: what it takes is not checked%s",
			h.To, suggestion(h.To.String(), c.names()))
		return
	}
	if h.Into == IntoNone {
		c.door(d, h, b)
	} else {
		c.taker(d, b)
	}
	target := h.DataType
	if target == "" {
		target = firstFormType(b)
	}
	m := b.Models[target]
	if m == nil {
		c.errorf(0, "%s has no form data type %q to take the answers", b.Ref, target)
		return
	}
	for _, p := range h.Prefill {
		c.field(m.Schema, b, p)
	}
	if h.DeliveryField != "" {
		c.field(m.Schema, b, Mapping{Target: h.DeliveryField, kind: "string", line: h.Line})
	}
	dataType, _ := d.HandoverForm(h)
	if from := d.Models[dataType]; from != nil {
		c.rows(h.Rows, rowPair{m.Schema, from.Schema, "", "", b})
	}
	c.data(d, h, b)
	c.required(h, b, target)
	c.retracts(d, h, b)
}

// firstFormType is the one form data type of an app's first task.
func firstFormType(d *Definition) string {
	if first, err := d.Process.Start(nil); err == nil {
		if set := d.SetFor(first.Task); set != nil && set.DataType != "" {
			return set.DataType
		}
	}
	return formDataType(d, "")
}

// door checks that the organisation may make the target, that no end user may, and that the
// owner is of a kind that may own it.
func (c *checker) door(d *Definition, h *Handover, b *Definition) {
	resource := map[string][]string{policy.AttrOrg: {b.Ref.Org}, policy.AttrApp: {b.Ref.App}}
	if !b.Policy.OrgMay(d.Ref.Org, "instantiate", resource) {
		c.errorf(0, "the policy of %s does not let %s make an instance", b.Ref, d.Ref.Org)
	}
	if b.Policy.UserMayInstantiate(resource) {
		c.errorf(0, "the policy of %s lets end users make an instance: only the organisation may",
			b.Ref)
	}
	if !b.Meta.DisallowUserInstantiation {
		c.errorf(0, "%s must set disallowUserInstantiation: it is made by handover", b.Ref)
	}
	kind := core.PartyOrganisation
	if h.Owner.PersonNumber != nil {
		kind = core.PartyPerson
	}
	if !h.Owner.Source && !b.Meta.Owners.Allows(kind) {
		c.errorf(0, "%s cannot be owned by a party of kind %s (partyTypesAllowed)", b.Ref, kind)
	}
}

func (c *checker) field(m *schema.Schema, b *Definition, p Mapping) {
	f, ok := m.Field(p.Target)
	switch {
	case !ok:
		c.errorf(p.line, "the field %s is not in the model of %s%s", p.Target, b.Ref,
			suggestion(p.Target, fieldPaths(m)))
	case f.Repeated || f.Type == "array" || f.Type == "object":
		c.errorf(p.line, "%s of %s is not a single field", p.Target, b.Ref)
	case !fits(p.kind, f.Type):
		c.errorf(p.line, "%s of %s takes %s, but the value is %s", p.Target, b.Ref, f.Type, p.kind)
	}
}

// fits tells whether a value of one schema type can be stored as another. Any single value can
// be written as a text; a kind that is not known is taken on trust.
func fits(value, field string) bool {
	switch {
	case value == "" || value == field:
		return true
	case field == "string":
		return value != "array" && value != "object"
	}
	return value == "integer" && field == "number"
}

// rowPair is the two ends of a mapping of rows: models, and the lists that hold them.
type rowPair struct {
	target, source     *schema.Schema
	targetIn, sourceIn string
	b                  *Definition
}

func (c *checker) rows(list []RowMapping, in rowPair) {
	for _, m := range list {
		to, from := in.targetIn+m.Target, in.sourceIn+m.From+"."
		if m.From == "" {
			from = in.sourceIn
		}
		if f, ok := in.target.Field(to); !ok || f.Type != "array" {
			c.errorf(m.line, "%s is no list of rows in the model of %s", to, in.b.Ref)
			continue
		}
		for _, f := range m.Fields {
			target, ok := in.target.Field(to + "." + f.Target)
			if !ok {
				c.errorf(f.line, "the field %s.%s is not in the model of %s", to, f.Target, in.b.Ref)
				continue
			}
			source, ok := in.source.Field(from + f.Source)
			if ok && !fits(source.Type, target.Type) {
				c.errorf(f.line, "%s.%s of %s takes %s, but %s%s is %s",
					to, f.Target, in.b.Ref, target.Type, from, f.Source, source.Type)
			}
		}
		next := in
		next.targetIn, next.sourceIn = to+".", from
		c.rows(m.Rows, next)
	}
}

// data checks that the target takes every file that the source may hold.
func (c *checker) data(d *Definition, h *Handover, b *Definition) {
	for _, m := range h.Data {
		to, ok := b.DataType(m.Target)
		from, _ := d.DataType(m.Source)
		if d.EntrySet(m.Source) != nil || b.EntrySet(m.Target) != nil {
			c.errorf(m.line, "the entries of a subform cannot be handed over: %s", m.Source)
			continue
		}
		if ok && to.Form && from.Form {
			c.whole(d, b, m)
			continue
		}
		if !ok || to.Form || from.Form {
			c.errorf(m.line, "%s has no data type %s for files: %s", b.Ref, m.Target, m.Source)
			continue
		}
		if slices.Contains(to.Contributors, "app:owned") {
			c.errorf(m.line, "%s of %s may be written by the app itself only", m.Target, b.Ref)
		}
		if m.Source == PDFDataType {
			from = DataType{ContentTypes: []string{"application/pdf"}, MaxCount: 1}
		}
		c.capacity(m, b, from, to)
		if m.Tag != "" && !mayMark(d, m) {
			c.errorf(m.line, "no file of %s can be marked with the tag %q", m.Source, m.Tag)
		}
	}
}

// mayMark tells whether the files that a mapping takes can be marked with its tag: by an upload
// whose options have it, or get theirs from the answers.
func mayMark(d *Definition, m DataMapping) bool {
	for _, set := range d.Sets {
		for _, p := range set.Pages {
			for c := range p.All {
				files, ok := c.Props.(*FileUploadProps)
				if !ok || c.ID != m.Source || files.Tags == nil {
					continue
				}
				has := func(o Option) bool { return o.Value == m.Tag }
				if files.Tags.Source != nil || slices.ContainsFunc(files.Tags.Options, has) {
					return true
				}
			}
		}
	}
	return false
}

// whole checks that a form document can be taken as it is: every field of it is in the target's
// model, and of the same type.
func (c *checker) whole(d, b *Definition, m DataMapping) {
	from, to := d.Models[m.Source], b.Models[m.Target]
	if from == nil || to == nil {
		return
	}
	for _, f := range from.Schema.Fields() {
		if other, ok := to.Schema.Field(f.Path); !ok || !fits(f.Type, other.Type) {
			c.errorf(m.line, "%s cannot take %s as it is: it has no field %s of type %s", b.Ref,
				m.Source, f.Path, f.Type)
		}
	}
}

func (c *checker) capacity(m DataMapping, b *Definition, from, to DataType) {
	if len(to.ContentTypes) > 0 && len(from.ContentTypes) == 0 {
		c.errorf(m.line, "%s takes any content type, but %s of %s does not", m.Source, m.Target, b.Ref)
	}
	for _, t := range from.ContentTypes {
		if len(to.ContentTypes) > 0 && !slices.ContainsFunc(to.ContentTypes, sameMedia(t)) {
			c.errorf(m.line, "%s takes %s, but %s of %s does not", m.Source, t, m.Target, b.Ref)
		}
	}
	if to.MaxCount > 0 && (from.MaxCount <= 0 || from.MaxCount > to.MaxCount) {
		c.errorf(m.line, "%s of %s takes at most %d files, fewer than %s", m.Target, b.Ref,
			to.MaxCount, m.Source)
	}
	if to.MaxSize > 0 && (from.MaxSize == 0 && m.Source != PDFDataType || from.MaxSize > to.MaxSize) {
		c.errorf(m.line, "%s of %s takes files up to %d MB, less than %s", m.Target, b.Ref,
			to.MaxSize>>20, m.Source)
	}
}

func sameMedia(t string) func(string) bool {
	want, _, _ := mime.ParseMediaType(t)
	return func(other string) bool {
		media, _, _ := mime.ParseMediaType(other)
		return media == want
	}
}

// loops tells of chains of handovers that come back to an app in them: one submission could go
// round for ever. What goes into an instance that is there already starts nothing, and a handover
// that a person chooses by an action is no ring that goes round by itself.
func (c *checker) loops(defs []*Definition) {
	done := map[core.AppRef]bool{}
	var visit func(d *Definition, chain []core.AppRef)
	visit = func(d *Definition, chain []core.AppRef) {
		if done[d.Ref] {
			return
		}
		chain = append(chain, d.Ref)
		for _, h := range d.Handovers {
			if h.Into != IntoNone || h.On.Action != "" {
				continue
			}
			if i := slices.Index(chain, h.To); i >= 0 {
				c.at = Finding{File: path.Join(d.Folder, h.File), Line: h.Line, App: d.Ref}
				c.errorf(0, "the handovers go in a ring: %v back to %s", chain[i:], h.To)
				continue
			}
			if next := c.apps[h.To]; next != nil {
				visit(next, chain)
			}
		}
		done[d.Ref] = true
	}
	for _, d := range defs {
		visit(d, nil)
	}
}
