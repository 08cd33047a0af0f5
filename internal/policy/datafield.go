package policy

import (
	"strings"

	"stafett/internal/policy/tree"
)

// AttrDataField begins the ids of the resource attributes that are answers in the instance: the
// rest is the id of one of the app's data fields. A rule of an app may ask for one value of the
// field, or with the pattern .* for any: that lets a grant be limited to values of it.
const AttrDataField = "urn:stafett:datafield:"

// AnyValue is the pattern that every value of a data field fits.
const AnyValue = ".*"

const patternMatch = "urn:oasis:names:tc:xacml:1.0:function:string-regexp-match"

// DataField gives the id of the data field that the policy's rules are about, with the line of
// the first; empty for none. There is never more than one.
func (p *Policy) DataField() Named { return p.field }

// FieldValues gives the values of the data field that a rule asks for by name.
func (p *Policy) FieldValues() []string {
	var out []string
	for _, n := range p.Resources(AttrDataField + p.DataField().Value) {
		if n.Value != AnyValue {
			out = append(out, n.Value)
		}
	}
	return out
}

func (t target) dataField() string {
	for _, g := range t {
		for _, a := range g.alternatives {
			for i := range a {
				if id, ok := strings.CutPrefix(a[i].attribute, AttrDataField); ok {
					return id
				}
			}
		}
	}
	return ""
}

// dataFieldMatch refuses what a list could not be filtered by: it compares a stored value with
// one value, or not at all.
func dataFieldMatch(m *match, id string, e *tree.Element) error {
	field, ok := strings.CutPrefix(m.attribute, AttrDataField)
	switch {
	case !ok:
		return nil
	case field == "":
		return e.Errorf("%s names no data field", m.attribute)
	case m.category != resource:
		return e.Errorf("the data field %s must be an attribute of the resource", field)
	case id == patternMatch && m.value() == AnyValue:
		m.plain, m.any = true, true
	case !m.plain || m.fold:
		return e.Errorf("the data field %s may be compared by string-equal, or by string-regexp-match with %s",
			field, AnyValue)
	}
	return nil
}

// checkDataFields finds the data field, and refuses one where a list could not follow: it asks for
// the values that are let in, so no value and no role may keep out, and no rule may end the reading.
func (c *compiler) checkDataFields(p *Policy, root *tree.Element) error {
	if c.mode != App {
		return nil
	}
	if p.target.dataField() != "" {
		return root.Errorf("a data field in the policy's own target is not supported")
	}
	for i := range p.rules {
		r := &p.rules[i]
		if id := r.target.dataField(); p.field.Value == "" && id != "" {
			p.field = Named{id, r.line}
		}
	}
	if p.field.Value == "" {
		return nil
	}
	if p.combining != denyOverrides {
		return root.Errorf("a data field needs a policy that is combined by deny-overrides")
	}
	for i := range p.rules {
		if err := p.rules[i].checkDataField(p.field.Value); err != nil {
			return err
		}
	}
	return nil
}

func (r *rule) checkDataField(only string) error {
	if r.deny {
		return &Error{Line: r.line, Msg: "a rule that denies is not supported beside the data field " + only}
	}
	for _, a := range r.target.of(resource) {
		for i := range a {
			field, ok := strings.CutPrefix(a[i].attribute, AttrDataField)
			if ok && field != only {
				return &Error{Line: r.line, Msg: "there may be one data field, " + only + " or " + field}
			}
		}
	}
	return nil
}
