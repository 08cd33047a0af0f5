package policy

import (
	"slices"
	"testing"
)

func TestNamed_TellsWhatTheRulesAreAbout(t *testing.T) {
	t.Parallel()
	p := parse(t,
		rules("1", "Permit", one(role("DAGL")), one(task("Task_1")), one(do("write"))),
		rules("2", "Permit", anyOf(allOf(role("DAGL")), allOf(role("PRIV"))), one(task("Task_2")), one(do("confirm"))))
	values := func(list []Named) []string {
		var out []string
		for _, l := range list {
			if l.Line < 1 {
				t.Errorf("%s stands on no line", l.Value)
			}
			out = append(out, l.Value)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	if got := values(p.Roles()); !slices.Equal(got, []string{"DAGL", "PRIV"}) {
		t.Errorf("roles: got %v", got)
	}
	if got := values(p.Resources(AttrTask)); !slices.Equal(got, []string{"Task_1", "Task_2"}) {
		t.Errorf("tasks: got %v", got)
	}
	if got := values(p.Asked()); !slices.Equal(got, []string{"confirm", "write"}) {
		t.Errorf("actions: got %v", got)
	}
}

func TestMayBeAllowed(t *testing.T) {
	t.Parallel()
	p := parse(t,
		rules("1", "Permit", one(role("DAGL")), one(task("Task_1")), one(do("write"))),
		rules("2", "Deny", one(role("DAGL")), one(task("Task_2")), one(do("write"))))
	for _, tt := range []struct {
		action, task string
		want         bool
	}{
		{"write", "Task_1", true}, {"confirm", "Task_1", false}, {"write", "Task_2", false},
	} {
		if got := p.MayBeAllowed(tt.action, bag(AttrTask, tt.task)); got != tt.want {
			t.Errorf("%s in %s: got %v", tt.action, tt.task, got)
		}
	}
}

func TestTellsApart_TheValuesOfRulesAndTargetByEqualityOnly(t *testing.T) {
	t.Parallel()
	const pattern = "urn:oasis:names:tc:xacml:1.0:function:string-regexp-match"
	user := func(function, value string) string { return m(function, subjects, AttrUserID, value, false) }
	p := parse(t, rules("1", "Permit", one(role("DAGL")), one(do("read"))),
		rules("2", "Deny", anyOf(allOf(role("PRIV"), user(equal, "50004"))), one(do("read"))))
	if got, plain := p.TellsApart(AttrUserID); !plain || !slices.Equal(got, []string{"50004"}) {
		t.Errorf("one named: got %v, %v", got, plain)
	}
	if got, plain := p.TellsApart(AttrPartyID); !plain || len(got) > 0 {
		t.Errorf("none named: got %v, %v", got, plain)
	}
	p = parse(t, rules("1", "Permit", one(user(pattern, "5.*4")), one(do("read"))))
	if got, plain := p.TellsApart(AttrUserID); plain {
		t.Errorf("by a pattern: got %v as values", got)
	}
}
