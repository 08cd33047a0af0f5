package policy

import (
	"fmt"
	"strings"
	"testing"

	"stafett/internal/policy/tree"
)

const (
	equal    = "urn:oasis:names:tc:xacml:1.0:function:string-equal"
	ignore   = "urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case"
	sameURI  = "urn:oasis:names:tc:xacml:1.0:function:anyURI-equal"
	subjects = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject"
	things   = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource"
	text     = "http://www.w3.org/2001/XMLSchema#string"
	acts     = "urn:oasis:names:tc:xacml:3.0:attribute-category:action"
)

// m writes a Match; must is MustBePresent.
func m(function, category, attribute, value string, must bool) string {
	return fmt.Sprintf(`<Match MatchId="%s"><AttributeValue DataType="%s">%s</AttributeValue>`+
		`<AttributeDesignator AttributeId="%s" Category="%s" DataType="%s" MustBePresent="%t"/></Match>`,
		function, text, value, attribute, category, text, must)
}

func role(code string) string { return m(equal, subjects, AttrRoleCode, code, false) }
func task(id string) string   { return m(equal, things, AttrTask, id, false) }
func do(id string) string     { return m(equal, acts, attrAction, id, false) }
func org(code string) string  { return m(equal, subjects, AttrOrg, code, false) }

// must writes a Match on a subject attribute that has to be there.
func must(attribute, value string) string { return m(equal, subjects, attribute, value, true) }

// one writes an AnyOf of one AllOf.
func one(matches ...string) string { return anyOf(allOf(matches...)) }

func allOf(matches ...string) string { return "<AllOf>" + strings.Join(matches, "") + "</AllOf>" }
func anyOf(allOfs ...string) string  { return "<AnyOf>" + strings.Join(allOfs, "") + "</AnyOf>" }

func rules(id, effect string, anyOfs ...string) string {
	return fmt.Sprintf(`<Rule RuleId="%s" Effect="%s"><Target>%s</Target></Rule>`,
		id, effect, strings.Join(anyOfs, ""))
}

func document(children ...string) string {
	return `<Policy xmlns="` + tree.Namespace + `" PolicyId="p" Version="1.0" RuleCombiningAlgId="` +
		"urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides" + `">` + strings.Join(children, "\n") + `</Policy>`
}

func parse(t *testing.T, children ...string) *Policy {
	t.Helper()
	p, err := Parse([]byte(document(children...)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bag makes a map of attributes from pairs "attribute", "value".
func bag(pairs ...string) map[string][]string {
	b := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		b[pairs[i]] = append(b[pairs[i]], pairs[i+1])
	}
	return b
}

func obligation(on, category, value string) string {
	return fmt.Sprintf(`<ObligationExpressions>`+
		`<ObligationExpression ObligationId="o" FulfillOn="%s">`+
		`<AttributeAssignmentExpression AttributeId="a" Category="%s">`+
		`<AttributeValue>%s</AttributeValue>`+
		`</AttributeAssignmentExpression></ObligationExpression></ObligationExpressions>`,
		on, category, value)
}
