// Package policy decides by an app's XACML 3.0 policy, read and evaluated as Altinn does
// (FORMAT.md section 3), which differs from the standard in one thing: several AnyOf groups of
// one category are alternatives. It fails closed: what it cannot evaluate is an error when the
// file is read. It knows no roles, no registers and no obligations' enforcement: whoever asks
// brings the attributes and holds the caller to the levels that a decision carries.
//
// The same evaluator takes whole XACML requests and policy sets (Evaluate, ParseAs), for
// `stafett decide`; package wire reads and writes those.
package policy

import (
	"time"

	"stafett/internal/policy/function"
)

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
	AttrPartyType     = "urn:altinn:partytype"
	AttrInstance      = "urn:altinn:instance-id"
	// AttrOrganisationNumber, AttrOrganisationID and AttrOrgNumber all hold nine digits.
	AttrOrganisationNumber = "urn:altinn:organizationnumber"
	AttrOrganisationID     = "urn:altinn:organization:identifier-no"
	AttrOrgNumber          = "urn:altinn:orgNumber"
	AttrSystemUser         = "urn:altinn:systemuser:uuid"
	// AttrDelegation is the app itself, when it gives rights to others (user-driven signing).
	AttrDelegation = "urn:altinn:resource:delegation"

	attrAction = "urn:oasis:names:tc:xacml:1.0:action:action-id"
)

// Policy is one compiled policy, or a set of them. It never changes, so any number of requests
// may share it.
type Policy struct {
	id string
	// target is the policy's own target: empty in every Altinn app, and then it always fits.
	target target
	// A policy has rules, a set has members.
	rules   []rule
	members []*Policy
	// combining is how the answers of rules or members become one.
	combining algorithm
	// minLevel and minLevelOrg are an app's obligations; 0 is none.
	minLevel, minLevelOrg int
	duties                []duty
	// field is the data field of an app's policy; zero for none.
	field Named
}

// category is what a match looks at.
type category int

const (
	subject category = iota
	resource
	action
	// other is every category that an app's policy never speaks of.
	other
)

type rule struct {
	id, about string
	line      int
	deny      bool
	target    target
	condition *expression
	duties    []duty
}

// Request is who asks to do what with what. The maps are keyed by attribute id; an attribute
// with no value counts as missing.
type Request struct {
	Subject, Resource map[string][]string
	// Action is the action id.
	Action string
}

// Document is a request that came as an XACML document, with every category.
type Document struct {
	Attributes []Attribute
	// Now is what current-time and its like are when the request does not say; zero is unknown.
	Now time.Time
}

// Attribute is one attribute of a document.
type Attribute struct {
	Category, ID, Issuer string
	// Include asks for the attribute in the answer.
	Include bool
	Values  []Value
}

// Value is a value as it is written. DataType is the id of its type; empty where the document
// does not say, and then it may be read as any.
type Value struct {
	DataType, Text string
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

// The effects. Indeterminate: an attribute that the policy demands was missing, or something
// could not be computed.
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

// Decide evaluates the policy. What cannot be evaluated for this request is Indeterminate, and
// weighs in the combining as XACML 3.0 appendix C says: under deny-overrides, a deny rule that
// could not be evaluated beats a Permit; a permit rule that could not be does not take away
// another's Permit.
func Decide(p *Policy, r Request) Decision {
	e := evaluation{request: r}
	effect := e.policy(p).effect()
	d := Decision{Effect: effect, MinLevel: p.minLevel, MinLevelOrg: p.minLevelOrg}
	if e.because != nil && (effect == Permit || effect == Deny) {
		d.because(e.because, r)
	}
	return d
}

// because notes which rule decided, and by which attributes of the subject.
func (d *Decision) because(rule *rule, r Request) {
	d.Rule = rule.id
	e := evaluation{request: r}
	for _, a := range rule.target.of(subject) {
		if a.fits(&e) != yes {
			continue
		}
		d.Subject = make(map[string]string, len(a))
		for i := range a {
			d.Subject[a[i].attribute] = a[i].found(&e)
		}
		return
	}
}

// Result is the answer to a document.
type Result struct {
	Effect Effect
	// Status is one of the Status codes; Message tells more where it is not StatusOK.
	Status, Message string
	// Obligations must be met by whoever enforces the decision; Advice may be.
	Obligations, Advice []Obligation
}

// The status codes (XACML 3.0 B.8).
const (
	StatusOK               = "urn:oasis:names:tc:xacml:1.0:status:ok"
	StatusMissingAttribute = "urn:oasis:names:tc:xacml:1.0:status:missing-attribute"
	StatusSyntaxError      = "urn:oasis:names:tc:xacml:1.0:status:syntax-error"
	StatusProcessingError  = "urn:oasis:names:tc:xacml:1.0:status:processing-error"
)

// Obligation is an obligation or an advice, with its values in the policy's order.
type Obligation struct {
	ID          string
	Assignments []Assignment
}

// Assignment is one value that an obligation carries. Category and Issuer may be empty.
type Assignment struct {
	AttributeID, Category, Issuer string
	Value                         function.Value
}

// Evaluate is Decide for a document, with all that a response tells.
func Evaluate(p *Policy, doc *Document) Result {
	e := evaluation{document: doc, collect: true}
	out := Result{Effect: e.policy(p).effect(), Status: StatusOK}
	if out.Effect == Indeterminate {
		out.Status, out.Message = StatusProcessingError, "the policies do not agree"
		if e.problem.status != "" {
			out.Status, out.Message = e.problem.status, e.problem.text
		}
	}
	for _, issued := range e.issued {
		if issued.advice {
			out.Advice = append(out.Advice, issued.Obligation)
		} else {
			out.Obligations = append(out.Obligations, issued.Obligation)
		}
	}
	return out
}
