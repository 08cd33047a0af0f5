package policy

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const pattern = "urn:oasis:names:tc:xacml:1.0:function:string-regexp-match"

func field(id, value string) string { return m(equal, things, AttrDataField+id, value, false) }

func anyField(id string) string { return m(pattern, things, AttrDataField+id, AnyValue, false) }

func TestDataField_IsWhatTheRulesAreAbout(t *testing.T) {
	t.Parallel()
	none := parse(t, rules("r", "Permit", one(role("x"))))
	if n := none.DataField(); n.Value != "" || len(none.FieldValues()) > 0 {
		t.Errorf("no field: got %v", n)
	}
	p := parse(t, rules("r", "Permit", one(role("x")), one(anyField("bydel"))),
		rules("s", "Permit", one(role("y")), anyOf(allOf(field("bydel", "nord")), allOf(field("bydel", "vest")))))
	if n := p.DataField(); n.Value != "bydel" || n.Line < 1 {
		t.Errorf("got %v", n)
	}
	if got := p.FieldValues(); !slices.Equal(got, []string{"nord", "vest"}) {
		t.Errorf("values: got %v", got)
	}
	decisions := 0
	for _, c := range []struct {
		role, value string
		want        bool
	}{
		{"x", "nord", true}, {"x", "", true}, {"y", "nord", true}, {"y", "vest", true},
		{"y", "sør", false}, {"y", "Nord", false}, {"y", ".*", false}, {"y", "", false},
	} {
		decisions++
		d := Decide(p, Request{Subject: bag(AttrRoleCode, c.role), Resource: bag(AttrDataField+"bydel", c.value)})
		if (d.Effect == Permit) != c.want {
			t.Errorf("%s at %q: got %v", c.role, c.value, d.Effect)
		}
	}
	t.Logf("%d decisions", decisions)
	if d := Decide(p, Request{Subject: bag(AttrRoleCode, "x")}); d.Effect == Permit {
		t.Error("a resource without the field is let in to")
	}
}

func TestParse_RefusesADataFieldThatNoListCouldFollow(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ policy, want string }{
		"a deny rule": {rules("r", "Deny", one(field("bydel", "nord"))), "denies"},
		"a deny rule beside": {rules("r", "Permit", one(anyField("bydel"))) +
			rules("s", "Deny", one(role("x"))), "denies"},
		"two fields": {rules("r", "Permit", one(anyField("bydel"))) +
			rules("s", "Permit", one(anyField("sone"))), "bydel or sone"},
		"in one rule": {rules("r", "Permit", one(anyField("bydel"), anyField("sone"))), "bydel or sone"},
		"the policy's target": {"<Target>" + one(field("bydel", "nord")) + "</Target>" +
			rules("r", "Permit", one(role("x"))), "own target"},
		"the subject":     {rules("r", "Permit", one(m(equal, subjects, AttrDataField+"bydel", "nord", false))), "of the resource"},
		"without case":    {rules("r", "Permit", one(m(ignore, things, AttrDataField+"bydel", "nord", false))), "string-equal"},
		"another pattern": {rules("r", "Permit", one(m(pattern, things, AttrDataField+"bydel", "n.*", false))), "string-equal"},
		"no field":        {rules("r", "Permit", one(field("", "nord"))), "names no data field"},
	}
	other := strings.Replace(document(rules("r", "Permit", one(anyField("bydel")))), "deny-overrides",
		"first-applicable", 1)
	if _, err := Parse([]byte(other)); err == nil || !strings.Contains(err.Error(), "deny-overrides") {
		t.Errorf("first-applicable: got %v", err)
	}
	for name, c := range cases {
		p, err := Parse([]byte(document(c.policy)))
		ours, ok := errors.AsType[*Error](err)
		if !ok || p != nil || ours.Line < 1 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v and %v, want %q", name, p, err, c.want)
		}
	}
	t.Logf("%d policies", len(cases))
}
