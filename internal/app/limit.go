package app

import "slices"

// UnitField is the data value that a handover sets where it goes to a part of the organisation.
const UnitField = "unit"

// LimitField is the id of the data field that the policy's rules are about, and that a grant may
// be limited to values of; empty for none.
func (d *Definition) LimitField() string {
	if d.Policy == nil {
		return ""
	}
	return d.Policy.DataField().Value
}

// LimitQuestion gives the question by which the field is answered; nil when there is none.
func (d *Definition) LimitQuestion() *Component {
	for _, f := range d.Meta.Data {
		if f.ID != d.LimitField() {
			continue
		}
		for _, set := range d.Sets {
			for _, c := range set.BoundTo(f.DataType, f.Path) {
				if c.Question() {
					return c
				}
			}
		}
	}
	return nil
}

// checkPolicyField checks that the data field of the policy is one of the app's: by what is not
// kept beside the instance, nobody is let in and no list is filtered.
func (r *reader) checkPolicyField(d *Definition) {
	field := d.Policy.DataField()
	var known []string
	for _, f := range d.Meta.Data {
		known = append(known, f.ID)
	}
	if field.Value == "" || field.Value == UnitField || slices.Contains(known, field.Value) {
		return
	}
	at := &value{file: r.path(policyFile), line: field.Line}
	for dataType, m := range d.Models {
		if _, ok := m.Schema.Field(field.Value); ok {
			r.tell("policy-field", at, SeverityError, "%s is a field of %s, but not among dataFields in %s",
				field.Value, dataType, metadataFile)
			return
		}
	}
	r.tell("policy-field", at, SeverityError, "there is no %s among dataFields in %s%s", field.Value,
		metadataFile, suggestion(field.Value, known))
}
