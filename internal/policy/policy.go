// Package policy decides by an app's XACML 3.0 policy, read and evaluated as Altinn does
// (FORMAT.md section 3), which differs from the standard in one thing: several AnyOf groups of
// one category are alternatives. It fails closed: what it cannot evaluate is an error when the
// file is read. It knows no roles, no registers and no obligations' enforcement: whoever asks
// brings the attributes and holds the caller to the levels that a decision carries.
package policy

import "strings"

// Attribute ids (FORMAT.md 3.2). Several ids may name one thing in different generations of
// policies, as the three for an organisation number do. They are matched as they are written:
// a request must carry the value under each id that a policy may use.
const (
	AttrOrg         = "urn:altinn:org"
	AttrApp         = "urn:altinn:app"
	AttrTask        = "urn:altinn:task"
	AttrEndEvent    = "urn:altinn:end-event"
	AttrAppResource = "urn:altinn:appresource"
	// AttrResource is the other form of an app's id: app_<org>_<app>.
	AttrResource      = "urn:altinn:resource"
	AttrRoleCode      = "urn:altinn:rolecode"
	AttrAccessPackage = "urn:altinn:accesspackage"
	AttrUserID        = "urn:altinn:userid"
	AttrPartyID       = "urn:altinn:partyid"
	// AttrOrganisationNumber, AttrOrganisationID and AttrOrgNumber all hold nine digits.
	AttrOrganisationNumber = "urn:altinn:organizationnumber"
	AttrOrganisationID     = "urn:altinn:organization:identifier-no"
	AttrOrgNumber          = "urn:altinn:orgNumber"
	AttrSystemUser         = "urn:altinn:systemuser:uuid"
	// AttrDelegation is the app itself, when it gives rights to others (user-driven signing).
	AttrDelegation = "urn:altinn:resource:delegation"

	attrAction = "urn:oasis:names:tc:xacml:1.0:action:action-id"
)

// Policy is one compiled policy. It never changes, so any number of requests may share it.
type Policy struct {
	// target is the policy's own target: empty in every Altinn app, and then it always fits.
	target target
	rules  []rule
	// minLevel and minLevelOrg are the obligations; 0 is none.
	minLevel, minLevelOrg int
}

// category is what a match looks at.
type category int

const (
	subject category = iota
	resource
	action
	categories
)

// match compares one literal of the policy with the values that a request has for an attribute.
type match struct {
	attribute, value string
	// fold is string-equal-ignore-case.
	fold bool
	// must makes a missing attribute Indeterminate instead of no match.
	must bool
}

// alternative is one AllOf, seen by one category: every match must fit.
type alternative []match

// target holds, for each category, the alternatives of which one must fit. A category with
// none fits everything.
type target [categories][]alternative

type rule struct {
	id     string
	line   int
	deny   bool
	target target
}

// Request is who asks to do what with what. The maps are keyed by attribute id; an attribute
// with no value counts as missing.
type Request struct {
	Subject, Resource map[string][]string
	// Action is the action id.
	Action string
}

func (r *Request) values(c category, attribute string) []string {
	switch c {
	case subject:
		return r.Subject[attribute]
	case resource:
		return r.Resource[attribute]
	default:
		return nil
	}
}

// Effect is the outcome of a decision. Only Permit lets anyone in.
type Effect int

// The effects. Indeterminate: an attribute that the policy demands was missing.
const (
	NotApplicable Effect = iota
	Permit
	Deny
	Indeterminate
)

// String gives the effect's name as XACML writes it.
func (e Effect) String() string {
	return [...]string{"NotApplicable", "Permit", "Deny", "Indeterminate"}[e]
}

// Decision is an effect and why.
type Decision struct {
	Effect Effect
	// Rule is the id of the rule that permitted or denied; empty otherwise.
	Rule string
	// Subject holds the attributes of the request that made that rule fit, with the values as
	// the request has them: the role that let in. Nil when the rule is open to anybody.
	Subject map[string]string
	// MinLevel is the authentication level (0 to 4) that a Permit is tied to, MinLevelOrg the
	// one for callers that are organisations; 0 when the policy sets none.
	MinLevel, MinLevelOrg int
}

// Decide evaluates the policy. Rules are combined by deny-overrides (XACML 3.0 appendix C.2): a
// Deny beats all; a deny rule that could not be evaluated beats a Permit; a permit rule that
// could not be evaluated does not take away another's Permit.
func Decide(p *Policy, r Request) Decision {
	d := Decision{MinLevel: p.minLevel, MinLevelOrg: p.minLevelOrg}
	switch p.target.fits(&r) {
	case no:
		return d
	case unknown:
		d.Effect = Indeterminate
		return d
	}
	p.combine(&r, &d)
	return d
}

func (p *Policy) combine(r *Request, d *Decision) {
	var permit *rule
	var unknownDeny, unknownPermit bool
	for i := range p.rules {
		rule := &p.rules[i]
		switch fits := rule.target.fits(r); {
		case fits == yes && rule.deny:
			d.Effect = Deny
			d.because(rule, r)
			return
		case fits == yes && permit == nil:
			permit = rule
		case fits == unknown && rule.deny:
			unknownDeny = true
		case fits == unknown:
			unknownPermit = true
		}
	}
	switch {
	case unknownDeny:
		d.Effect = Indeterminate
	case permit != nil:
		d.Effect = Permit
		d.because(permit, r)
	case unknownPermit:
		d.Effect = Indeterminate
	}
}

// because notes which rule decided, and by which attributes of the subject.
func (d *Decision) because(rule *rule, r *Request) {
	d.Rule = rule.id
	for _, a := range rule.target[subject] {
		if a.fits(subject, r) != yes {
			continue
		}
		d.Subject = make(map[string]string, len(a))
		for i := range a {
			d.Subject[a[i].attribute], _ = a[i].find(r.values(subject, a[i].attribute))
		}
		return
	}
}

// fit is whether something fits a request; unknown when an attribute that must be there is not.
type fit int

const (
	no fit = iota
	unknown
	yes
)

// fits is yes when every category fits, no when one does not, and else unknown.
func (t *target) fits(r *Request) fit {
	result := yes
	for c := range categories {
		if len(t[c]) == 0 {
			continue
		}
		best := no
		for i := range t[c] {
			best = max(best, t[c][i].fits(c, r))
			if best == yes {
				break
			}
		}
		result = min(result, best)
		if result == no {
			return no
		}
	}
	return result
}

func (a alternative) fits(c category, r *Request) fit {
	result := yes
	for i := range a {
		result = min(result, a[i].fits(c, r))
		if result == no {
			return no
		}
	}
	return result
}

func (m *match) fits(c category, r *Request) fit {
	if c == action {
		// The action is one value, not a bag: no slice is made for it.
		if m.attribute == attrAction && r.Action != "" {
			return fitOf(m.equal(r.Action))
		}
		return m.missing()
	}
	values := r.values(c, m.attribute)
	if len(values) == 0 {
		return m.missing()
	}
	_, found := m.find(values)
	return fitOf(found)
}

// find gives the first of the values that equals the literal.
func (m *match) find(values []string) (string, bool) {
	for _, v := range values {
		if m.equal(v) {
			return v, true
		}
	}
	return "", false
}

func (m *match) equal(v string) bool {
	if m.fold {
		return strings.EqualFold(v, m.value)
	}
	return v == m.value
}

func (m *match) missing() fit {
	if m.must {
		return unknown
	}
	return no
}

func fitOf(ok bool) fit {
	if ok {
		return yes
	}
	return no
}
