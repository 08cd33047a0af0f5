package app

import (
	"slices"
	"strings"

	"stafett/internal/policy"
)

// taker checks that the organisation may write in an instance of the target that is there, in the
// tasks where people work: what comes in another is not taken.
func (c *checker) taker(d, b *Definition) {
	var shut []string
	open := false
	for _, t := range b.Process.Tasks() {
		resource := map[string][]string{
			policy.AttrOrg: {b.Ref.Org}, policy.AttrApp: {b.Ref.App}, policy.AttrTask: {t.ID},
		}
		switch {
		case b.Policy.OrgMay(d.Ref.Org, "write", resource):
			open = true
		case !t.Service:
			shut = append(shut, t.ID)
		}
	}
	switch {
	case !open:
		c.errorf(0, "the policy of %s does not let %s write in any task: nothing can be added to its "+
			"instances", b.Ref, d.Ref.Org)
	case len(shut) > 0:
		c.warn("handover-shut", 0, "the policy of %s does not let %s write in %s: what comes while an "+
			"instance is there is not taken", b.Ref, d.Ref.Org, strings.Join(shut, " or "))
	}
}

// required tells of a field that the target's model demands and that nothing gives: neither the
// handover, nor a question, nor a calculation of the target's own. An object that nobody begins
// is not demanded to be whole.
func (c *checker) required(h *Handover, b *Definition, dataType string) {
	m := b.Models[dataType]
	given := func(path string) bool {
		return slices.ContainsFunc(h.Prefill, func(p Mapping) bool { return p.Target == path })
	}
	begun := func(object string) bool {
		return object == "" || slices.ContainsFunc(h.Prefill, func(p Mapping) bool {
			return strings.HasPrefix(p.Target, object+".")
		})
	}
	for _, f := range m.Schema.Fields() {
		object := f.Path[:max(strings.LastIndexByte(f.Path, '.'), 0)]
		if !f.Required || f.Repeated || f.Type == "array" || given(f.Path) || !begun(object) ||
			calculated(b, Binding{dataType, f.Path}) || b.asks(dataType, f.Path) {
			continue
		}
		c.warn("handover-required", 0, "%s of %s must be there, and neither the handover nor a "+
			"question gives it", f.Path, b.Ref)
	}
}

// asks tells whether a question of the app can be answered with the field.
func (d *Definition) asks(dataType, path string) bool {
	for _, set := range d.Sets {
		for _, c := range set.BoundTo(dataType, path) {
			if fixed, literal := c.ReadOnly.IsLiteral(); !literal || fixed != true {
				return true
			}
		}
	}
	return false
}
