package policy

import (
	"slices"
	"strconv"
	"strings"
)

// denyOverrides are the ids of the one way of combining rules that is understood.
var denyOverrides = []string{
	"urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides",
	"urn:oasis:names:tc:xacml:1.0:rule-combining-algorithm:deny-overrides",
}

var categoryIDs = map[string]category{
	"urn:oasis:names:tc:xacml:1.0:subject-category:access-subject": subject,
	"urn:oasis:names:tc:xacml:3.0:attribute-category:resource":     resource,
	"urn:oasis:names:tc:xacml:3.0:attribute-category:action":       action,
}

// matchIDs are the comparisons; true means without regard to case. anyURI-equal compares code
// points (XACML 3.0 A.3.1), so it is string-equal.
var matchIDs = map[string]bool{
	"urn:oasis:names:tc:xacml:1.0:function:string-equal":             false,
	"urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case": true,
	"urn:oasis:names:tc:xacml:1.0:function:anyURI-equal":             false,
}

// The obligations that are understood, by the Category of their assignments: the ids of
// obligations and of their attributes are arbitrary in Altinn's files.
const (
	minLevelCategory    = "urn:altinn:minimum-authenticationlevel"
	minLevelOrgCategory = "urn:altinn:minimum-authenticationlevel-org"
)

// Parse reads a policy. Every error is an *Error; a policy that is refused must count as one
// that lets nobody in.
func Parse(raw []byte) (*Policy, error) {
	root, err := read(raw)
	if err != nil {
		return nil, err
	}
	if root.name != "Policy" {
		return nil, root.errorf("%s is not supported: the root must be a Policy", root.name)
	}
	algorithm := root.attrs["RuleCombiningAlgId"]
	if !slices.Contains(denyOverrides, algorithm) {
		return nil, root.errorf("the rule combining algorithm %q is not supported", algorithm)
	}
	p := &Policy{}
	targets := 0
	for _, e := range root.children {
		if err := p.take(e); err != nil {
			return nil, err
		}
		if e.name == "Target" {
			targets++
		}
	}
	if targets > 1 {
		return nil, root.errorf("the policy has more than one Target")
	}
	return p, nil
}

// take compiles one child of the policy. Descriptions say nothing to a machine, and advice may
// be left alone (XACML 3.0 section 7.18); anything else unknown might change the decision.
func (p *Policy) take(e *element) (err error) {
	switch e.name {
	case "Description", "PolicyDefaults", "AdviceExpressions":
		return nil
	case "Target":
		p.target, err = compileTarget(e)
		return err
	case "Rule":
		r, err := compileRule(e)
		p.rules = append(p.rules, r)
		return err
	case "ObligationExpressions":
		return p.obligations(e)
	default:
		return e.errorf("%s is not supported", e.name)
	}
}

func compileRule(e *element) (rule, error) {
	r := rule{id: e.attrs["RuleId"], line: e.line}
	if r.id == "" {
		return r, e.errorf("the rule has no RuleId")
	}
	switch effect := e.attrs["Effect"]; effect {
	case "Permit":
	case "Deny":
		r.deny = true
	default:
		return r, e.errorf("rule %s has the effect %q", r.id, effect)
	}
	seen := false
	for _, child := range e.children {
		switch child.name {
		case "Description", "AdviceExpressions":
		case "Target":
			if seen {
				return r, child.errorf("rule %s has more than one Target", r.id)
			}
			seen = true
			var err error
			if r.target, err = compileTarget(child); err != nil {
				return r, err
			}
		default:
			return r, child.errorf("%s in a rule is not supported", child.name)
		}
	}
	return r, nil
}

// compileTarget projects every AllOf of every AnyOf onto each category (FORMAT.md 3.3): an
// AllOf counts in a category with its matches of that category, and not at all where it has
// none. That makes several AnyOf of one category alternatives, as existing policies rely on.
func compileTarget(e *element) (target, error) {
	var t target
	for _, anyOf := range e.children {
		if err := expect(anyOf, "AnyOf"); err != nil {
			return t, err
		}
		for _, allOf := range anyOf.children {
			if err := expect(allOf, "AllOf"); err != nil {
				return t, err
			}
			if err := t.project(allOf); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

func (t *target) project(allOf *element) error {
	var parts [categories]alternative
	for _, child := range allOf.children {
		c, m, err := compileMatch(child)
		if err != nil {
			return err
		}
		parts[c] = append(parts[c], m)
	}
	for c, part := range parts {
		if len(part) > 0 {
			t[c] = append(t[c], part)
		}
	}
	return nil
}

// expect refuses an element of another name and one that is empty: an empty AnyOf or AllOf has
// no agreed meaning.
func expect(e *element, name string) error {
	if e.name != name {
		return e.errorf("found %s where %s was expected", e.name, name)
	}
	if len(e.children) == 0 {
		return e.errorf("%s is empty", name)
	}
	return nil
}

func compileMatch(e *element) (category, match, error) {
	if err := expect(e, "Match"); err != nil {
		return 0, match{}, err
	}
	fold, known := matchIDs[e.attrs["MatchId"]]
	if !known {
		return 0, match{}, e.errorf("the MatchId %q is not supported", e.attrs["MatchId"])
	}
	if len(e.children) != 2 || e.children[0].name != "AttributeValue" ||
		e.children[1].name != "AttributeDesignator" {
		return 0, match{}, e.errorf("a Match must hold an AttributeValue and an AttributeDesignator")
	}
	value, err := e.children[0].literal()
	if err != nil {
		return 0, match{}, err
	}
	m := match{value: value, fold: fold}
	c, err := m.designate(e.children[1])
	return c, m, err
}

// literal gives the value of an AttributeValue, exactly as written. An empty one is refused: it
// would fit whoever carries an attribute without content.
func (e *element) literal() (string, error) {
	if e.name != "AttributeValue" || len(e.children) > 0 || e.text == "" {
		return "", e.errorf("an AttributeValue with text was expected")
	}
	return e.text, nil
}

// designate takes what an AttributeDesignator says about which attribute is meant.
func (m *match) designate(e *element) (category, error) {
	c, known := categoryIDs[e.attrs["Category"]]
	if !known {
		return 0, e.errorf("the category %q is not supported", e.attrs["Category"])
	}
	m.attribute = e.attrs["AttributeId"]
	if m.attribute == "" {
		return 0, e.errorf("the AttributeDesignator has no AttributeId")
	}
	if e.attrs["Issuer"] != "" {
		return 0, e.errorf("an Issuer is not supported")
	}
	switch must := e.attrs["MustBePresent"]; must {
	case "", "false", "0":
	case "true", "1":
		m.must = true
	default:
		return 0, e.errorf("MustBePresent is %q", must)
	}
	return c, nil
}

// obligations takes the levels that a Permit is tied to. An obligation that is not understood
// would have to be met by someone, so it is refused (XACML 3.0 section 7.2).
func (p *Policy) obligations(e *element) error {
	for _, o := range e.children {
		if err := expect(o, "ObligationExpression"); err != nil {
			return err
		}
		switch on := o.attrs["FulfillOn"]; on {
		case "Permit":
		case "Deny":
			continue
		default:
			return o.errorf("FulfillOn is %q", on)
		}
		for _, a := range o.children {
			if err := p.assign(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// assign takes one assignment; where several set the same level, the highest holds.
func (p *Policy) assign(e *element) error {
	if err := expect(e, "AttributeAssignmentExpression"); err != nil {
		return err
	}
	level := &p.minLevel
	switch c := e.attrs["Category"]; c {
	case minLevelCategory:
	case minLevelOrgCategory:
		level = &p.minLevelOrg
	default:
		return e.errorf("the obligation %q is not supported", c)
	}
	text, err := e.children[0].literal()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || len(e.children) != 1 {
		return e.errorf("the authentication level must be one whole number, not %q", text)
	}
	*level = max(*level, n)
	return nil
}
