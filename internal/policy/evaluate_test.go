package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/policy/tree"
)

// ask makes a document from pairs "attribute", "value"; the category is told by the attribute:
// action-id is the action's, the environment's hold "environment", the others the subject's.
func ask(pairs ...string) *Document {
	doc := &Document{}
	for i := 0; i < len(pairs); i += 2 {
		category := subjects
		switch {
		case pairs[i] == attrAction:
			category = acts
		case strings.Contains(pairs[i], "environment"):
			category = environment
		}
		doc.Attributes = append(doc.Attributes, Attribute{Category: category, ID: pairs[i],
			Values: []Value{{Text: pairs[i+1]}}})
	}
	return doc
}

func as(t *testing.T, mode Mode, text string) *Policy {
	t.Helper()
	p, err := ParseAs([]byte(text), mode)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return p
}

// algorithmic writes a policy, or a set, with an algorithm.
func algorithmic(name, algorithm string, children ...string) string {
	of, kind := "Rule", "rule"
	if name == "PolicySet" {
		of, kind = "Policy", "policy"
	}
	return fmt.Sprintf(`<%s xmlns=%q %sId="p" Version="1.0" %sCombiningAlgId=`+
		`"urn:oasis:names:tc:xacml:3.0:%s-combining-algorithm:%s">%s</%s>`,
		name, tree.Namespace, name, of, kind, algorithm, strings.Join(children, ""), name)
}

// TestEvaluate_Combining holds what each algorithm makes of two answers, as appendix C says:
// P, D, N, and ?P and ?D for what could not be evaluated and might have been one.
func TestEvaluate_Combining(t *testing.T) {
	t.Parallel()
	missing := one(must("missing", "x"))
	says := map[string]string{
		"P": rules("p", "Permit"), "D": rules("d", "Deny"), "N": rules("n", "Permit", one(do("no"))),
		"?P": rules("up", "Permit", missing), "?D": rules("ud", "Deny", missing),
	}
	rows := map[string]map[string]string{
		"deny-overrides": {"P P": "P", "P D": "D", "P N": "P", "P ?P": "P", "P ?D": "?", "D ?P": "D",
			"D ?D": "D", "N N": "N", "N ?P": "?", "N ?D": "?", "?P ?D": "?", "D N": "D"},
		"permit-overrides": {"P P": "P", "P D": "P", "P N": "P", "P ?P": "P", "P ?D": "P", "D ?P": "?",
			"D ?D": "D", "N N": "N", "N ?P": "?", "N ?D": "?", "?P ?D": "?", "D N": "D"},
		"first-applicable": {"P D": "P", "D P": "D", "N P": "P", "N D": "D", "?P D": "?", "N N": "N",
			"P ?D": "P", "N ?D": "?"},
		"deny-unless-permit": {"P D": "P", "D D": "D", "N N": "D", "?P ?D": "D", "?P P": "P"},
		"permit-unless-deny": {"P D": "D", "P P": "P", "N N": "P", "?P ?D": "P", "?D D": "D"},
	}
	names := map[Effect]string{Permit: "P", Deny: "D", NotApplicable: "N", Indeterminate: "?"}
	n := 0
	for algorithm, table := range rows {
		for pair, want := range table {
			a, b, _ := strings.Cut(pair, " ")
			policy := algorithmic("Policy", algorithm, "<Target/>", says[a], says[b])
			members := ""
			for _, s := range []string{a, b} {
				members += algorithmic("Policy", "first-applicable", "<Target/>", says[s])
			}
			for _, text := range []string{
				policy, strings.Replace(policy, "algorithm:", "algorithm:ordered-", 1),
				algorithmic("PolicySet", algorithm, "<Target/>", members),
			} {
				p, err := ParseAs([]byte(text), Standard)
				if err != nil && strings.Contains(text, "ordered-") {
					continue // only the overriding ones have an ordered twin
				}
				if err != nil {
					t.Fatal(err)
				}
				n++
				if got := Evaluate(p, ask(attrAction, "read")); names[got.Effect] != want {
					t.Errorf("%s of %s: got %v, want %s in %s", algorithm, pair, got.Effect, want, text[:12])
				}
			}
		}
	}
	t.Logf("%d combinations", n)
}

func TestEvaluate_OnlyOneApplicable(t *testing.T) {
	t.Parallel()
	member := func(action, effect string) string {
		return algorithmic("Policy", "deny-overrides",
			"<Target>"+one(do(action))+"</Target>", rules("r", effect))
	}
	p := as(t, Altinn, algorithmic("PolicySet", "only-one-applicable", "<Target/>",
		member("read", "Permit"), member("write", "Deny"), member("both", "Permit"), member("both", "Deny")))
	for action, want := range map[string]Effect{
		"read": Permit, "write": Deny, "delete": NotApplicable, "both": Indeterminate,
	} {
		if got := Evaluate(p, ask(attrAction, action)); got.Effect != want {
			t.Errorf("%s: got %v, want %v", action, got.Effect, want)
		}
	}
}

func TestEvaluate_StrictTargetsAreTheStandards(t *testing.T) {
	t.Parallel()
	text := document("<Target/>", rules("r", "Permit", one(role("lege")), one(role("kultur"))))
	for mode, want := range map[Mode]Effect{App: Permit, Altinn: Permit, Standard: NotApplicable} {
		if got := Evaluate(as(t, mode, text), ask(AttrRoleCode, "kultur")); got.Effect != want {
			t.Errorf("mode %v: got %v, want %v", mode, got.Effect, want)
		}
	}
	// The policy's own target is the standard's in every reading.
	text = document("<Target>"+one(role("lege"))+one(role("kultur"))+"</Target>", rules("r", "Permit"))
	for _, mode := range []Mode{App, Altinn, Standard} {
		if got := Evaluate(as(t, mode, text), ask(AttrRoleCode, "kultur")); got.Effect != NotApplicable {
			t.Errorf("mode %v: got %v", mode, got.Effect)
		}
	}
}

// call writes an Apply.
func call(function string, args ...string) string {
	return fmt.Sprintf(`<Apply FunctionId="%s">%s</Apply>`, function, strings.Join(args, ""))
}

func literal(dataType, text string) string {
	return fmt.Sprintf(`<AttributeValue DataType="http://www.w3.org/2001/XMLSchema#%s">%s`+
		`</AttributeValue>`, dataType, text)
}

func attribute(category, id, dataType string, must bool) string {
	return fmt.Sprintf(`<AttributeDesignator Category="%s" AttributeId="%s" MustBePresent="%t" `+
		`DataType="http://www.w3.org/2001/XMLSchema#%s"/>`, category, id, must, dataType)
}

func conditional(condition string) string {
	return document("<Target/>",
		`<Rule RuleId="r" Effect="Permit"><Condition>`+condition+`</Condition></Rule>`)
}

func TestEvaluate_Conditions(t *testing.T) {
	t.Parallel()
	const fn = function1
	yes, no := literal("boolean", "true"), literal("boolean", "false")
	age := attribute(subjects, "age", "integer", true)
	broken := call(fn+"integer-greater-than", call(fn+"integer-one-and-only", age), literal("integer", "1"))
	role := attribute(subjects, AttrRoleCode, "string", false)
	kultur := []string{AttrRoleCode, "kultur", AttrRoleCode, "lege"}
	cases := map[string]struct {
		condition string
		asks      []string
		want      Effect
		status    string
	}{
		"true":  {yes, nil, Permit, StatusOK},
		"false": {no, nil, NotApplicable, StatusOK},
		"is in": {call(fn+"string-is-in", literal("string", "lege"), role), kultur, Permit, StatusOK},
		"any of": {call(fn+"any-of", `<Function FunctionId="`+fn+`string-equal"/>`,
			literal("string", "kultur"), role), kultur, Permit, StatusOK},
		"no value where one must be": {broken, nil, Indeterminate, StatusMissingAttribute},
		"two where one must be": {call(fn+"string-equal", literal("string", "x"),
			call(fn+"string-one-and-only", role)), kultur, Indeterminate, StatusProcessingError},
		"a value that is not of its type":   {broken, []string{"age", "ten"}, Indeterminate, StatusSyntaxError},
		"or need not know all":              {call(fn+"or", broken, yes), nil, Permit, StatusOK},
		"or with none true":                 {call(fn+"or", broken, no), nil, Indeterminate, StatusMissingAttribute},
		"and need not know all":             {call(fn+"and", broken, no), nil, NotApplicable, StatusOK},
		"and of nothing":                    {call(fn + "and"), nil, Permit, StatusOK},
		"or of nothing":                     {call(fn + "or"), nil, NotApplicable, StatusOK},
		"not":                               {call(fn+"not", no), nil, Permit, StatusOK},
		"n-of enough":                       {call(fn+"n-of", literal("integer", "1"), broken, yes), nil, Permit, StatusOK},
		"n-of perhaps":                      {call(fn+"n-of", literal("integer", "2"), broken, yes), nil, Indeterminate, StatusMissingAttribute},
		"n-of out of reach, whatever it is": {call(fn+"n-of", literal("integer", "2"), broken, no), nil, NotApplicable, StatusOK},
		"n-of more than there are":          {call(fn+"n-of", literal("integer", "2"), yes), nil, Indeterminate, StatusProcessingError},
		"division by zero": {call(fn+"integer-equal", literal("integer", "1"), call(fn+"integer-divide",
			literal("integer", "1"), literal("integer", "0"))), nil, Indeterminate, StatusProcessingError},
		"the time of day": {call(fn+"time-greater-than", call(fn+"time-one-and-only",
			attribute(environment, "urn:oasis:names:tc:xacml:1.0:environment:current-time", "time", true)),
			literal("time", "09:00:00Z")), nil, Permit, StatusOK},
		"the request's own time of day": {call(fn+"time-greater-than", call(fn+"time-one-and-only",
			attribute(environment, "urn:oasis:names:tc:xacml:1.0:environment:current-time", "time", true)),
			literal("time", "09:00:00Z")),
			[]string{"urn:oasis:names:tc:xacml:1.0:environment:current-time", "08:00:00Z"},
			NotApplicable, StatusOK},
	}
	for name, c := range cases {
		doc := ask(c.asks...)
		doc.Now = time.Date(2024, 5, 17, 10, 0, 0, 0, time.UTC)
		got := Evaluate(as(t, Standard, conditional(c.condition)), doc)
		if got.Effect != c.want || got.Status != c.status {
			t.Errorf("%s: got %v, %s (%s); want %v, %s", name, got.Effect, got.Status, got.Message, c.want, c.status)
		}
	}
	t.Logf("%d conditions", len(cases))
}

func TestEvaluate_Variables(t *testing.T) {
	t.Parallel()
	text := document("<Target/>",
		`<VariableDefinition VariableId="b">`+call(function1+"not",
			`<VariableReference VariableId="a"/>`)+`</VariableDefinition>`,
		`<VariableDefinition VariableId="a">`+literal("boolean", "false")+`</VariableDefinition>`,
		`<Rule RuleId="r" Effect="Permit"><Condition><VariableReference VariableId="b"/></Condition></Rule>`)
	if got := Evaluate(as(t, Altinn, text), ask()); got.Effect != Permit {
		t.Errorf("got %v", got.Effect)
	}
	for _, wrong := range []string{
		strings.Replace(text, literal("boolean", "false"), `<VariableReference VariableId="b"/>`, 1),
		strings.Replace(text, `VariableId="a"/>`, `VariableId="c"/>`, 1),
		strings.Replace(text, `VariableId="a">`, `VariableId="b">`, 1),
	} {
		if _, err := ParseAs([]byte(wrong), Altinn); err == nil || !strings.Contains(err.Error(), "variable") {
			t.Errorf("got %v", err)
		}
	}
}

// TestEvaluate_EndsWhateverThePolicyComputes: sixty variables that each name the one before twice.
func TestEvaluate_EndsWhateverThePolicyComputes(t *testing.T) {
	t.Parallel()
	definition := `<VariableDefinition VariableId="v%d">%s</VariableDefinition>`
	children := []string{"<Target/>", fmt.Sprintf(definition, 0, literal("boolean", "true"))}
	for i := range 60 {
		before := fmt.Sprintf(`<VariableReference VariableId="v%d"/>`, i)
		children = append(children, fmt.Sprintf(definition, i+1, call(function1+"and", before, before)))
	}
	children = append(children, `<Rule RuleId="r" Effect="Permit"><Condition>`+
		`<VariableReference VariableId="v60"/></Condition></Rule>`)
	got := Evaluate(as(t, Altinn, document(children...)), ask())
	if got.Effect != Indeterminate || got.Status != StatusProcessingError {
		t.Errorf("got %+v", got)
	}
}

func TestEvaluate_MatchesByEveryFunctionOfTwoValues(t *testing.T) {
	t.Parallel()
	cases := []struct {
		function, literal, value string
		want                     Effect
	}{
		{function1 + "integer-equal", "7", "007", Permit},
		{function1 + "integer-equal", "7", "seven", Indeterminate},
		{function1 + "integer-greater-than", "7", "5", Permit},
		{function1 + "boolean-equal", "true", "1", Permit},
		{function1 + "string-regexp-match", "^nord", "nordvik", Permit},
		{"urn:oasis:names:tc:xacml:3.0:function:string-starts-with", "nord", "nordvik", Permit},
		{"urn:oasis:names:tc:xacml:3.0:function:string-ends-with", "nord", "nordvik", NotApplicable},
		{function1 + "date-equal", "2024-01-01", "2024-01-01Z", Permit},
		{function1 + "rfc822Name-match", "vik.no", "a@vik.no", Permit},
	}
	for _, c := range cases {
		p := as(t, App, document(rules("r", "Permit", one(m(c.function, subjects, "a", c.literal, false)))))
		if got := Decide(p, Request{Subject: bag("a", c.value)}); got.Effect != c.want {
			t.Errorf("%s %q with %q: got %v, want %v", c.function, c.literal, c.value, got.Effect, c.want)
		} else if c.want == Permit && got.Subject["a"] != c.value {
			t.Errorf("%s: told by %v", c.function, got.Subject)
		}
		if got := Evaluate(p, ask("a", c.value)); got.Effect != c.want {
			t.Errorf("%s as a document: got %v, want %v", c.function, got.Effect, c.want)
		}
	}
	t.Logf("%d comparisons, each asked twice", len(cases))
}

// TestEvaluate_AgreesWithDecide asks real policies the same in both forms.
func TestEvaluate_AgreesWithDecide(t *testing.T) {
	t.Parallel()
	n := 0
	for _, name := range []string{"abandon-task.xml", "template.xml"} {
		p := load(t, name, "[ORG]", "ttd", "[org]", "ttd", "[APP]", "abandon-task")
		for _, code := range append(p.Subjects(), "XXXX") {
			for _, action := range append(p.Actions(), "other") {
				for _, place := range append(p.Tasks(), "") {
					r := Request{bag(AttrRoleCode, code), bag(AttrOrg, "ttd", AttrApp, "abandon-task"), action}
					doc := ask(AttrRoleCode, code, attrAction, action)
					if place != "" {
						r.Resource[AttrTask] = []string{place}
					}
					for id, values := range r.Resource {
						doc.Attributes = append(doc.Attributes, Attribute{Category: things, ID: id,
							Values: []Value{{Text: values[0]}}})
					}
					n++
					if a, b := Decide(p, r).Effect, Evaluate(p, doc).Effect; a != b {
						t.Errorf("%s, %s %s at %q: %v and %v", name, code, action, place, a, b)
					}
				}
			}
		}
	}
	t.Logf("%d requests in two forms", n)
	if n == 0 {
		t.Fatal("nothing was asked")
	}
}

func TestEvaluate_Obligations(t *testing.T) {
	t.Parallel()
	duty := func(kind, on, id, value string) string {
		appliesTo := map[string]string{"Obligation": "FulfillOn", "Advice": "AppliesTo"}[kind]
		return fmt.Sprintf(`<%[1]sExpressions><%[1]sExpression %[1]sId="%[2]s" %[3]s="%[4]s">`+
			`<AttributeAssignmentExpression AttributeId="a" Category="c" Issuer="i">%[5]s`+
			`</AttributeAssignmentExpression></%[1]sExpression></%[1]sExpressions>`,
			kind, id, appliesTo, on, value)
	}
	role := attribute(subjects, AttrRoleCode, "string", false)
	missing := attribute(subjects, "missing", "string", true)
	inRule := func(id, effect, duties string, anyOfs ...string) string {
		return strings.Replace(rules(id, effect, anyOfs...), "</Rule>", duties+"</Rule>", 1)
	}
	inner := algorithmic("Policy", "permit-overrides", "<Target/>",
		inRule("d", "Deny", duty("Obligation", "Deny", "of-deny", role)),
		inRule("p", "Permit", duty("Obligation", "Permit", "of-rule", role), one(do("read"))),
		duty("Obligation", "Permit", "of-policy", literal("integer", "2")),
		duty("Advice", "Permit", "advice", literal("string", "x")))
	p := as(t, Standard, algorithmic("PolicySet", "deny-overrides", "<Target/>", inner,
		duty("Obligation", "Permit", "of-set", literal("string", "s"))))
	got := Evaluate(p, ask(AttrRoleCode, "a", AttrRoleCode, "b", attrAction, "read"))
	var ids []string
	for _, o := range got.Obligations {
		ids = append(ids, fmt.Sprintf("%s %d", o.ID, len(o.Assignments)))
	}
	if want := []string{"of-rule 2", "of-policy 1", "of-set 1"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	if len(got.Advice) != 1 || got.Advice[0].ID != "advice" {
		t.Errorf("advice: got %v", got.Advice)
	}
	a := got.Obligations[1].Assignments[0]
	if a.AttributeID != "a" || a.Category != "c" || a.Issuer != "i" || a.Value.Text() != "2" {
		t.Errorf("assignment: got %+v", a)
	}
	got = Evaluate(p, ask(attrAction, "write"))
	if got.Effect != Deny || len(got.Obligations) != 1 || got.Obligations[0].ID != "of-deny" {
		t.Errorf("denied: got %+v", got)
	}
	p = as(t, Standard, document(rules("r", "Permit"), duty("Obligation", "Permit", "o", missing)))
	if got := Evaluate(p, ask()); got.Effect != Indeterminate || got.Status != StatusMissingAttribute ||
		len(got.Obligations) > 0 {
		t.Errorf("an obligation that cannot be told: got %+v", got)
	}
}

func TestParseAs_RefusesWhatItCannotEvaluate(t *testing.T) {
	t.Parallel()
	const fn = function1
	for name, text := range map[string]string{
		"an unknown function":        conditional(call(fn+"xpath-node-count", literal("string", "x"))),
		"a condition that is a text": conditional(literal("string", "x")),
		"a wrong argument":           conditional(call(fn+"not", literal("string", "x"))),
		"too few arguments":          conditional(call(fn+"string-equal", literal("string", "x"))),
		"a selector":                 conditional(`<AttributeSelector/>`),
		"an unknown type":            conditional(literal("gYear", "2024")),
		"a wrong literal":            conditional(literal("boolean", "yes")),
		"a bag as a condition":       conditional(attribute(subjects, "a", "boolean", false)),
		"any-of without a function":  conditional(call(fn+"any-of", literal("string", "x"))),
		"an and of texts":            conditional(call(fn+"and", literal("string", "x"))),
		"an unknown algorithm":       algorithmic("Policy", "majority"),
		"only-one of rules":          algorithmic("Policy", "only-one-applicable"),
		"a reference":                algorithmic("PolicySet", "deny-overrides", "<PolicyIdReference>x</PolicyIdReference>"),
		"an odd FulfillOn":           document(obligation("Sometimes", "c", "1")),
		"two conditions":             strings.Replace(conditional(literal("boolean", "1")), "</Rule>", "<Condition/></Rule>", 1),
	} {
		if p, err := ParseAs([]byte(text), Standard); err == nil || p != nil {
			t.Errorf("%s: got %v", name, p)
		}
	}
	mismatch := document(rules("r", "Permit", one(strings.Replace(role("x"), "XMLSchema#string",
		"XMLSchema#integer", 1))))
	if _, err := ParseAs([]byte(mismatch), Standard); err == nil {
		t.Error("strict: a literal of another type than the function's is taken")
	}
	if _, err := ParseAs([]byte(mismatch), Altinn); err != nil {
		t.Errorf("Altinn compares by the function: %v", err)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	p, err := ParseAs([]byte(document(rules("r", "Permit", one(role("kultur")), one(do("read"))))), Altinn)
	if err != nil {
		b.Fatal(err)
	}
	doc := ask(AttrRoleCode, "kultur", attrAction, "read")
	b.ReportAllocs()
	for b.Loop() {
		Evaluate(p, doc)
	}
}
