package policy

import (
	"maps"
	"slices"
	"strings"
)

// RolesFor gives the role codes that would each, alone, be let in to do the action, as the
// policy spells them: what a refusal tells, without looking at any case. When resource names
// neither a task nor an end event, a role counts if it is let in anywhere in the process.
func (p *Policy) RolesFor(action string, resource map[string][]string) []string {
	places := p.places(resource)
	var roles []string
	for _, code := range p.Subjects() {
		asker := Holding(code)
		letIn := slices.ContainsFunc(places, func(place map[string][]string) bool {
			d := Decide(p, Request{Subject: asker, Resource: place, Action: action})
			return d.Effect == Permit
		})
		if letIn {
			roles = append(roles, code)
		}
	}
	return roles
}

// places gives the resource as it is, and at each step of the process that the policy speaks
// of when the resource names none.
func (p *Policy) places(at map[string][]string) []map[string][]string {
	places := []map[string][]string{at}
	if len(at[AttrTask]) > 0 || len(at[AttrEndEvent]) > 0 {
		return places
	}
	for _, attribute := range []string{AttrTask, AttrEndEvent} {
		for _, value := range p.literals(resource, attribute) {
			place := maps.Clone(at)
			if place == nil {
				place = map[string][]string{}
			}
			place[attribute] = []string{value}
			places = append(places, place)
		}
	}
	return places
}

// OrgMay tells whether a token of the service owner org, with no role and no other attribute, may
// take an action.
func (p *Policy) OrgMay(org, action string, resource map[string][]string) bool {
	d := Decide(p, Request{
		Subject:  map[string][]string{AttrOrg: {org}},
		Resource: resource,
		Action:   action,
	})
	return d.Effect == Permit
}

// UserMayInstantiate tells whether any end user could be let in to make an instance, whatever
// roles they hold. It errs on the side of true: deny rules are not counted, and every subject
// attribute but those that only an organisation's token or the app itself has is a user's.
func (p *Policy) UserMayInstantiate(resource map[string][]string) bool {
	r := Request{Resource: resource, Action: "instantiate"}
	return slices.ContainsFunc(p.rules, func(rule rule) bool {
		subjects := rule.target.of(subject)
		if rule.deny || rule.target.without(subject).fits(&evaluation{request: r}) == no {
			return false
		}
		return len(subjects) == 0 || slices.ContainsFunc(subjects, alternative.openToUsers)
	})
}

// openToUsers tells whether a person can have all the attributes that the alternative asks for.
func (a alternative) openToUsers() bool {
	return !slices.ContainsFunc(a, func(m match) bool {
		switch m.attribute {
		case AttrOrg, AttrOrganisationNumber, AttrOrganisationID, AttrOrgNumber, AttrDelegation:
			return true
		}
		return false
	})
}

// packagePrefix begins the code under which an access package is granted, to tell it from a role.
const packagePrefix = AttrAccessPackage + ":"

// Holding gives the subject attributes of someone with the roles; a code that begins with
// urn:altinn:accesspackage: is an access package's.
func Holding(codes ...string) map[string][]string {
	s := map[string][]string{}
	for _, code := range codes {
		attribute := AttrRoleCode
		if rest, ok := strings.CutPrefix(code, packagePrefix); ok {
			attribute, code = AttrAccessPackage, rest
		}
		s[attribute] = append(s[attribute], code)
	}
	return s
}

// Held gives the code of the role or access package in a decision's subject; empty for neither.
func Held(subject map[string]string) string {
	if code, ok := subject[AttrRoleCode]; ok {
		return code
	}
	if code, ok := subject[AttrAccessPackage]; ok {
		return packagePrefix + code
	}
	return ""
}

// Subjects gives every role code that the policy mentions, each once without regard to case, in
// the policy's order and spelling, and then every access package, as Holding takes it.
func (p *Policy) Subjects() []string {
	codes := p.literals(subject, AttrRoleCode)
	for _, code := range p.literals(subject, AttrAccessPackage) {
		codes = append(codes, packagePrefix+code)
	}
	return codes
}

// Actions gives every action id that the policy mentions, like Subjects.
func (p *Policy) Actions() []string { return p.literals(action, attrAction) }

// Tasks gives every task id that the policy mentions, like Subjects.
func (p *Policy) Tasks() []string { return p.literals(resource, AttrTask) }

// EndEvents gives every end event id that the policy mentions, like Subjects.
func (p *Policy) EndEvents() []string { return p.literals(resource, AttrEndEvent) }

// AppResources gives every part of the app beside its instances (events) that the policy
// mentions, like Subjects.
func (p *Policy) AppResources() []string { return p.literals(resource, AttrAppResource) }

// Unresolved gives the lines of the rules in which a placeholder such as [ORG] is left, as the
// templates for new apps hold them. Such a rule lets nobody in.
func (p *Policy) Unresolved() []int {
	var lines []int
	for i := range p.rules {
		if slices.ContainsFunc(p.rules[i].target, hasPlaceholder) {
			lines = append(lines, p.rules[i].line)
		}
	}
	return lines
}

func hasPlaceholder(g group) bool {
	return slices.ContainsFunc(g.alternatives, func(a alternative) bool {
		return slices.ContainsFunc(a, func(m match) bool {
			return strings.HasPrefix(m.value(), "[") && strings.HasSuffix(m.value(), "]")
		})
	})
}

// literals gives what the policy compares an attribute with.
func (p *Policy) literals(c category, attribute string) []string {
	var found []string
	add := func(v string) {
		same := func(o string) bool { return strings.EqualFold(o, v) }
		if !slices.ContainsFunc(found, same) {
			found = append(found, v)
		}
	}
	for i := range p.rules {
		for _, a := range p.rules[i].target.of(c) {
			for _, m := range a {
				if m.attribute == attribute {
					add(m.value())
				}
			}
		}
	}
	return found
}
