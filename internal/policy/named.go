package policy

import "slices"

// Named is a value that a rule compares an attribute with, and the line of the rule.
type Named struct {
	Value string
	Line  int
}

// Resources gives what the rules compare an attribute of the resource with, each as often as it
// stands there.
func (p *Policy) Resources(attribute string) []Named { return p.named(resource, attribute) }

// Roles gives the role codes that the rules name, each as often as it stands there.
func (p *Policy) Roles() []Named { return p.named(subject, AttrRoleCode) }

// Organisations gives the codes of the service owners that the rules let in, or keep out.
func (p *Policy) Organisations() []Named { return p.named(subject, AttrOrg) }

// Asked gives the actions that the rules are about, each as often as it stands there.
func (p *Policy) Asked() []Named { return p.named(action, attrAction) }

func (p *Policy) named(c category, attribute string) []Named {
	var out []Named
	for i := range p.rules {
		r := &p.rules[i]
		for _, a := range r.target.of(c) {
			for j := range a {
				n := Named{a[j].value(), r.line}
				if a[j].attribute == attribute && !slices.Contains(out, n) {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// TellsApart tells which values of an attribute of the subject the policy treats otherwise than all
// the others, in its target and in its rules. It gives false when it compares by more than equality
// of text: then any two values may be told apart.
func (p *Policy) TellsApart(attribute string) (values []string, byEquality bool) {
	byEquality = true
	look := func(t target) {
		for _, g := range t {
			for _, m := range slices.Concat(g.alternatives...) {
				if m.category == subject && m.attribute == attribute {
					values = append(values, m.value())
					byEquality = byEquality && m.plain
				}
			}
		}
	}
	look(p.target)
	for i := range p.rules {
		look(p.rules[i].target)
	}
	return values, byEquality
}

// MayBeAllowed tells whether there is anyone at all whom a rule could let take the action with
// the resource, whatever attributes they have. Deny rules are not counted.
func (p *Policy) MayBeAllowed(action string, resource map[string][]string) bool {
	r := Request{Resource: resource, Action: action}
	return slices.ContainsFunc(p.rules, func(rule rule) bool {
		return !rule.deny && rule.target.without(subject).fits(&evaluation{request: r}) != no
	})
}
