package policy

import "slices"

// Literal is a value that a rule compares an attribute with, and the line of the rule.
type Literal struct {
	Value string
	Line  int
}

// Resources gives what the rules compare an attribute of the resource with, each as often as it
// stands there.
func (p *Policy) Resources(attribute string) []Literal { return p.located(resource, attribute) }

// Roles gives the role codes that the rules name, each as often as it stands there.
func (p *Policy) Roles() []Literal { return p.located(subject, AttrRoleCode) }

// Asked gives the actions that the rules are about, each as often as it stands there.
func (p *Policy) Asked() []Literal { return p.located(action, attrAction) }

func (p *Policy) located(c category, attribute string) []Literal {
	var out []Literal
	for _, r := range p.rules {
		for _, a := range r.target[c] {
			for _, m := range a {
				l := Literal{m.value, r.line}
				if m.attribute == attribute && !slices.Contains(out, l) {
					out = append(out, l)
				}
			}
		}
	}
	return out
}

// MayBeAllowed tells whether there is anyone at all whom a rule could let take the action with
// the resource, whatever attributes they have. Deny rules are not counted.
func (p *Policy) MayBeAllowed(action string, resource map[string][]string) bool {
	r := Request{Resource: resource, Action: action}
	return slices.ContainsFunc(p.rules, func(rule rule) bool {
		rule.target[subject] = nil
		return !rule.deny && rule.target.fits(&r) != no
	})
}
