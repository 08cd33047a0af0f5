package policy

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func load(t *testing.T, name string, replace ...string) *Policy {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse([]byte(strings.NewReplacer(replace...).Replace(string(raw))))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestRealPolicy_WhoMayDoWhat is the access table of an older app, read from its policy by hand.
func TestRealPolicy_WhoMayDoWhat(t *testing.T) {
	t.Parallel()
	p := load(t, "abandon-task.xml")
	places := map[string]map[string][]string{
		"none": bag(), "Task_1": bag(AttrTask, "Task_1"), "Task_2": bag(AttrTask, "Task_2"),
		"end": bag(AttrEndEvent, "EndEvent_1"), "events": bag(AttrAppResource, "events"),
	}
	actors := map[string]map[string][]string{
		"DAGL": bag(AttrRoleCode, "DAGL"), "ttd": bag(AttrOrg, "ttd"),
		"other": bag(AttrRoleCode, "PRIV", AttrOrg, "nav"), "nobody": nil,
	}
	const everywhere = "none Task_1 Task_2 end events"
	// Actor and action → the places in which it is allowed; what is not listed is refused.
	allowed := map[string]string{
		"DAGL read": everywhere, "DAGL instantiate": everywhere,
		"DAGL write": "Task_1 Task_2 end", "DAGL confirm": "Task_2 end",
		"DAGL delete": everywhere,
		"ttd read":    everywhere, "ttd instantiate": everywhere,
		"ttd write": everywhere, "ttd complete": "end",
	}
	n := 0
	for actor, subject := range actors {
		for _, action := range []string{
			"read", "write", "instantiate", "confirm", "delete", "complete", "sign",
		} {
			for place, resource := range places {
				at := map[string][]string{AttrOrg: {"ttd"}, AttrApp: {"abandon-task"}}
				for k, v := range resource {
					at[k] = v
				}
				want := slices.Contains(strings.Fields(allowed[actor+" "+action]), place)
				d := Decide(p, Request{subject, at, action})
				if (d.Effect == Permit) != want {
					t.Errorf("%s %s at %s: got %v, want permit %v", actor, action, place, d.Effect, want)
				}
				at[AttrApp] = []string{"another"}
				if d := Decide(p, Request{subject, at, action}); d.Effect == Permit {
					t.Errorf("%s %s at %s of another app: got permit", actor, action, place)
				}
				n++
			}
		}
	}
	t.Logf("%d decisions on the app, and as many on another", n)
}

func TestRolesFor(t *testing.T) {
	t.Parallel()
	p := parse(t,
		rules("les", "Permit", one(m(ignore, subjects, AttrRoleCode, "kultur", false)), one(do("read"))),
		rules("oppgave", "Permit",
			anyOf(allOf(role("lege")), allOf(role("KULTUR"))), one(task("Task_2")), one(do("read"))),
		rules("slutt", "Permit",
			one(role("arkiv")), one(m(equal, things, AttrEndEvent, "End", false)), one(do("read"))),
		rules("begge", "Permit", one(role("a"), role("b")), one(do("read"))),
		rules("eier", "Permit", one(org("nordvik")), one(do("read"))),
		rules("skriv", "Permit", one(role("skriver")), one(do("write"))),
		rules("sperret", "Permit", one(role("x")), one(do("read"))),
		rules("sperre", "Deny", one(role("x"))))
	cases := []struct {
		action   string
		resource map[string][]string
		want     []string
	}{
		{"read", nil, []string{"kultur", "lege", "arkiv"}},
		{"read", bag(AttrTask, "Task_1"), []string{"kultur"}},
		{"read", bag(AttrTask, "Task_2"), []string{"kultur", "lege"}},
		{"read", bag(AttrEndEvent, "End"), []string{"kultur", "arkiv"}},
		{"write", bag(AttrTask, "Task_1"), []string{"skriver"}},
		{"sign", nil, nil},
	}
	for _, c := range cases {
		if got := p.RolesFor(c.action, c.resource); !slices.Equal(got, c.want) {
			t.Errorf("%s at %v: got %v, want %v", c.action, c.resource, got, c.want)
		}
	}
}

func TestMayInstantiate(t *testing.T) {
	t.Parallel()
	start := one(do("instantiate"))
	permit := func(anyOfs ...string) string { return rules("r", "Permit", anyOfs...) }
	who := func(attribute string) string { return one(m(equal, subjects, attribute, "x", false)) }
	nordvik := org("nordvik")
	cases := []struct {
		name, rules string
		org, user   bool
	}{
		{"the organisation only", permit(one(nordvik), start), true, false},
		{"another organisation", permit(one(org("sorvik")), start), false, false},
		{"a role", permit(one(role("x")), start), false, true},
		{"an access package", permit(who(AttrAccessPackage), start), false, true},
		{"a role or the organisation", permit(one(role("x")), one(nordvik), start), true, true},
		{"a role of the organisation", permit(one(role("x"), nordvik), start), false, false},
		{"anybody", permit(start), true, true},
		{"a user id that must be there", permit(one(must(AttrUserID, "1")), start), false, true},
		{"a role, but only to read", permit(one(role("x")), one(do("read"))), false, false},
		{"a role, in a task", permit(one(role("x")), one(task("T")), start), false, false},
		{"a deny rule", rules("r", "Deny", one(role("x")), start), false, false},
		{"the app itself", permit(who(AttrDelegation), start), false, false},
		{"denied again", permit(one(nordvik), start) + rules("d", "Deny", start), false, false},
	}
	for _, c := range cases {
		p := parse(t, c.rules)
		if got := p.OrgMay("nordvik", "instantiate", nil); got != c.org {
			t.Errorf("%s: organisation: got %v, want %v", c.name, got, c.org)
		}
		if got := p.UserMayInstantiate(nil); got != c.user {
			t.Errorf("%s: user: got %v, want %v", c.name, got, c.user)
		}
	}
	t.Logf("%d policies", len(cases))
}

func TestRealPolicies_WhatTheyMention(t *testing.T) {
	t.Parallel()
	old := load(t, "abandon-task.xml")
	for what, got := range map[string][]string{
		"REGNA DAGL":    old.Subjects(),
		"Task_1 Task_2": old.Tasks(),
		"EndEvent_1":    old.EndEvents(),
		"instantiate read write confirm delete complete": old.Actions(),
	} {
		if strings.Join(got, " ") != what {
			t.Errorf("got %v, want %s", got, what)
		}
	}
	if lines := old.Unresolved(); lines != nil {
		t.Errorf("unresolved placeholders at %v", lines)
	}
	if lines := load(t, "template.xml").Unresolved(); !slices.Equal(lines, []int{4, 61}) {
		t.Errorf("the template: got unresolved at %v", lines)
	}
	ready := load(t, "template.xml", "[ORG]", "nordvik", "[org]", "nordvik", "[APP]", "a")
	app := bag(AttrOrg, "nordvik", AttrApp, "a")
	if got := ready.RolesFor("read", app); !slices.Equal(got, []string{"priv", "dagl"}) {
		t.Errorf("the template, filled in: roles %v", got)
	}
	if !ready.OrgMay("nordvik", "instantiate", app) || ready.OrgMay("sorvik", "instantiate", app) ||
		!ready.UserMayInstantiate(app) {
		t.Error("the template, filled in: wrong about who may instantiate")
	}
	d := Decide(ready, Request{bag(AttrRoleCode, "DAGL"), app, "read"})
	if d.Effect != Permit || d.Subject[AttrRoleCode] != "DAGL" ||
		d.MinLevel != 2 || d.MinLevelOrg != 3 {
		t.Errorf("the template, filled in: got %+v", d)
	}
}
