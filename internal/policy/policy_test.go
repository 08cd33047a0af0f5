package policy

import (
	"maps"
	"slices"
	"testing"
)

func TestDecide_OneRule(t *testing.T) {
	t.Parallel()
	kultur := bag(AttrRoleCode, "kultur")
	inTask1 := bag(AttrTask, "Task_1")
	cases := map[string]struct {
		anyOfs  []string
		request Request
		want    Effect
	}{
		"all three categories fit": {
			[]string{one(role("kultur")), one(task("Task_1")), one(do("read"))},
			Request{kultur, inTask1, "read"}, Permit},
		"the subject does not": {
			[]string{one(role("lege")), one(task("Task_1")), one(do("read"))},
			Request{kultur, inTask1, "read"}, NotApplicable},
		"the resource does not": {
			[]string{one(role("kultur")), one(task("Task_2")), one(do("read"))},
			Request{kultur, inTask1, "read"}, NotApplicable},
		"the action does not": {
			[]string{one(role("kultur")), one(task("Task_1")), one(do("write"))},
			Request{kultur, inTask1, "read"}, NotApplicable},
		"no action asked for": {
			[]string{one(do("read"))}, Request{}, NotApplicable},
		"a category that the rule does not name fits everything": {
			[]string{one(task("Task_1")), one(do("read"))},
			Request{nil, inTask1, "read"}, Permit},
		"a rule without any target fits everything": {nil, Request{}, Permit},
		"a rule without a task fits in every state": {
			[]string{one(do("read"))}, Request{nil, bag(AttrEndEvent, "End"), "read"}, Permit},
		"AllOf of one AnyOf are alternatives": {
			[]string{anyOf(allOf(role("lege")), allOf(role("kultur")))},
			Request{kultur, nil, "read"}, Permit},
		"AnyOf of one category are alternatives too, unlike the standard": {
			[]string{one(role("lege")), one(role("kultur"))},
			Request{kultur, nil, "read"}, Permit},
		"four resource groups, of which one fits": {
			[]string{one(task("Task_3")), one(task("Task_2")),
				one(task("Task_1")), one(m(equal, things, AttrEndEvent, "E", false))},
			Request{nil, inTask1, "read"}, Permit},
		"every match of an AllOf must fit": {
			[]string{one(role("kultur"), role("leder"))}, Request{kultur, nil, "read"}, NotApplicable},
		"two matches on one attribute may fit two of its values": {
			[]string{one(role("kultur"), role("leder"))},
			Request{bag(AttrRoleCode, "kultur", AttrRoleCode, "leder"), nil, "read"}, Permit},
		"an AllOf that mixes categories is checked once for each": {
			[]string{one(task("Task_1"), do("delete"))}, Request{nil, inTask1, "delete"}, Permit},
		"a mixed AllOf: wrong action": {
			[]string{one(task("Task_1"), do("delete"))}, Request{nil, inTask1, "read"}, NotApplicable},
		"a mixed AllOf: wrong resource": {
			[]string{one(task("Task_1"), do("delete"))},
			Request{nil, bag(AttrTask, "Task_2"), "delete"}, NotApplicable},
		"mixed AllOf are projected, so that their parts combine across": {
			[]string{anyOf(allOf(task("Task_1"), do("read")), allOf(task("Task_2"), do("write")))},
			Request{nil, inTask1, "write"}, Permit},
		"any value of the attribute may fit": {
			[]string{one(role("kultur"))},
			Request{bag(AttrRoleCode, "a", AttrRoleCode, "kultur"), nil, "read"}, Permit},
		"the attribute is under another id": {
			[]string{one(m(equal, subjects, AttrOrganisationID, "1", false))},
			Request{bag(AttrOrganisationNumber, "1"), nil, "read"}, NotApplicable},
		"a subject attribute is not a resource attribute": {
			[]string{one(m(equal, subjects, AttrOrg, "ttd", false))},
			Request{nil, bag(AttrOrg, "ttd"), "read"}, NotApplicable},
		"a missing attribute that need not be there": {
			[]string{one(role("kultur"))}, Request{}, NotApplicable},
		"a missing attribute that must be there": {
			[]string{one(must(AttrRoleCode, "kultur"))}, Request{}, Indeterminate},
		"an attribute without values is missing": {
			[]string{one(must(AttrRoleCode, "kultur"))},
			Request{map[string][]string{AttrRoleCode: {}}, nil, "read"}, Indeterminate},
		"it is there, with another value": {
			[]string{one(must(AttrRoleCode, "lege"))},
			Request{kultur, nil, "read"}, NotApplicable},
		"missing, but an alternative fits": {
			[]string{anyOf(allOf(must(AttrUserID, "1")), allOf(role("kultur")))},
			Request{kultur, nil, "read"}, Permit},
		"missing, and another match of the AllOf does not fit": {
			[]string{one(must(AttrUserID, "1"), role("lege"))},
			Request{kultur, nil, "read"}, NotApplicable},
		"missing, and another category does not fit": {
			[]string{one(must(AttrUserID, "1")), one(do("write"))},
			Request{kultur, nil, "read"}, NotApplicable},
		"an attribute of the action other than its id is missing": {
			[]string{one(m(equal, acts, "urn:other", "read", true))},
			Request{Action: "read"}, Indeterminate},
	}
	for name, c := range cases {
		p := parse(t, "<Target/>", rules("r", "Permit", c.anyOfs...))
		if got := Decide(p, c.request); got.Effect != c.want {
			t.Errorf("%s: got %v, want %v", name, got.Effect, c.want)
		}
		p = parse(t, "<Target/>", rules("r", "Deny", c.anyOfs...))
		want := c.want
		if want == Permit {
			want = Deny
		}
		if got := Decide(p, c.request); got.Effect != want {
			t.Errorf("%s, as a deny rule: got %v, want %v", name, got.Effect, want)
		}
	}
	t.Logf("%d requests, each against a permit and a deny rule", len(cases))
}

func TestDecide_MatchFunctions(t *testing.T) {
	t.Parallel()
	cases := []struct {
		function, literal, value string
		want                     Effect
	}{
		{equal, "read", "read", Permit},
		{equal, "read", "Read", NotApplicable},
		{equal, " read", "read", NotApplicable},
		{equal, "read", "read ", NotApplicable},
		{equal, "read", "", NotApplicable},
		{equal, "søknad", "søknad", Permit},
		{ignore, "read", "READ", Permit},
		{ignore, "dagl", "DAGL", Permit},
		{ignore, "RÅD", "råd", Permit},
		{ignore, "read", "reads", NotApplicable},
		{sameURI, "urn:a", "urn:a", Permit},
		{sameURI, "urn:a", "urn:A", NotApplicable},
	}
	for _, c := range cases {
		p := parse(t, rules("r", "Permit", one(m(c.function, subjects, "a", c.literal, false))))
		if got := Decide(p, Request{Subject: bag("a", c.value)}); got.Effect != c.want {
			t.Errorf("%s %q with %q: got %v, want %v", c.function, c.literal, c.value, got.Effect, c.want)
		}
	}
	t.Logf("%d comparisons", len(cases))
}

// TestDecide_DenyOverrides holds the combining table: what a permit rule and a deny rule say,
// in either order, and what comes of it.
func TestDecide_DenyOverrides(t *testing.T) {
	t.Parallel()
	says := map[fit]string{
		yes: one(do("read")), no: one(do("write")),
		unknown: one(must("missing", "x")),
	}
	want := map[[2]fit]Effect{ // permit rule, deny rule
		{no, no}: NotApplicable, {no, yes}: Deny, {no, unknown}: Indeterminate,
		{yes, no}: Permit, {yes, yes}: Deny, {yes, unknown}: Indeterminate,
		{unknown, no}: Indeterminate, {unknown, yes}: Deny, {unknown, unknown}: Indeterminate,
	}
	n := 0
	for says2, effect := range want {
		list := []string{rules("p", "Permit", says[says2[0]]), rules("d", "Deny", says[says2[1]])}
		for range 2 {
			p := parse(t, list...)
			if got := Decide(p, Request{Action: "read"}); got.Effect != effect {
				t.Errorf("permit %v, deny %v: got %v, want %v", says2[0], says2[1], got.Effect, effect)
			}
			slices.Reverse(list)
			n++
		}
	}
	p := parse(t, rules("u", "Permit", says[unknown]), rules("p", "Permit", says[yes]))
	if got := Decide(p, Request{Action: "read"}); got.Effect != Permit || got.Rule != "p" {
		t.Errorf("a permit beside an indeterminate permit rule: got %v by %q", got.Effect, got.Rule)
	}
	if got := Decide(parse(t), Request{Action: "read"}); got.Effect != NotApplicable {
		t.Errorf("a policy without rules: got %v", got.Effect)
	}
	t.Logf("%d combinations", n)
}

func TestDecide_ThePolicysOwnTargetLimitsAllItsRules(t *testing.T) {
	t.Parallel()
	p := parse(t, "<Target>"+one(task("Task_1"))+"</Target>", rules("r", "Permit"))
	if got := Decide(p, Request{Resource: bag(AttrTask, "Task_1")}); got.Effect != Permit {
		t.Errorf("inside: got %v", got.Effect)
	}
	if got := Decide(p, Request{Resource: bag(AttrTask, "Task_2")}); got.Effect != NotApplicable {
		t.Errorf("outside: got %v", got.Effect)
	}
	mustHaveTask := one(m(equal, things, AttrTask, "T", true))
	p = parse(t, "<Target>"+mustHaveTask+"</Target>", rules("r", "Permit"))
	if got := Decide(p, Request{}); got.Effect != Indeterminate {
		t.Errorf("its attribute missing: got %v", got.Effect)
	}
}

func TestDecide_TellsRuleSubjectAndLevels(t *testing.T) {
	t.Parallel()
	p := parse(t,
		rules("eier", "Permit", one(org("nordvik")), one(do("instantiate"))),
		rules("saksbehandler", "Permit",
			one(role("lege")), one(m(ignore, subjects, AttrRoleCode, "nordvik-kultur", false)),
			one(do("read"))),
		rules("andre", "Permit", one(role("nordvik-kultur")), one(do("read"))),
		rules("alle", "Permit", one(do("see"))),
		rules("stopp", "Deny", one(role("sperret"))),
		obligation("Permit", minLevelCategory, "3"), obligation("Permit", minLevelOrgCategory, " 2 "),
		obligation("Permit", minLevelCategory, "1"), obligation("Deny", "urn:whatever", "9"))
	type attributes = map[string]string
	cases := []struct {
		request Request
		rule    string
		subject attributes
	}{
		{Request{bag(AttrRoleCode, "x", AttrRoleCode, "Nordvik-Kultur"), nil, "read"}, "saksbehandler",
			attributes{AttrRoleCode: "Nordvik-Kultur"}},
		{Request{bag(AttrOrg, "nordvik"), nil, "instantiate"}, "eier", attributes{AttrOrg: "nordvik"}},
		{Request{bag(AttrRoleCode, "x"), nil, "see"}, "alle", nil},
		{Request{bag(AttrRoleCode, "x"), nil, "read"}, "", nil},
		{Request{bag(AttrRoleCode, "sperret"), nil, "see"}, "stopp",
			attributes{AttrRoleCode: "sperret"}},
	}
	for _, c := range cases {
		d := Decide(p, c.request)
		if d.Rule != c.rule || !maps.Equal(d.Subject, c.subject) {
			t.Errorf("%v: got rule %q, subject %v", c.request, d.Rule, d.Subject)
		}
		if d.MinLevel != 3 || d.MinLevelOrg != 2 {
			t.Errorf("%v: got levels %d and %d, want 3 and 2", c.request, d.MinLevel, d.MinLevelOrg)
		}
	}
}

func TestDecide_DoesNotAllocateUnlessItPermits(t *testing.T) {
	// Not parallel: AllocsPerRun counts for the whole process.
	p := parse(t, rules("r", "Permit",
		one(role("kultur")), one(task("Task_1")), one(do("read"))))
	r := Request{bag(AttrRoleCode, "kultur"), bag(AttrTask, "Task_1"), "write"}
	if n := testing.AllocsPerRun(100, func() { Decide(p, r) }); n != 0 {
		t.Errorf("a refusal allocates %v times", n)
	}
}

func BenchmarkDecide(b *testing.B) {
	p, err := Parse([]byte(document(rules("r", "Permit",
		one(role("kultur")), one(task("Task_1")), one(do("read"))))))
	if err != nil {
		b.Fatal(err)
	}
	r := Request{bag(AttrRoleCode, "kultur"), bag(AttrTask, "Task_1"), "read"}
	b.ReportAllocs()
	for b.Loop() {
		Decide(p, r)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}
