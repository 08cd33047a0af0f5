package policy

import (
	"errors"
	"os"
	"strings"
	"testing"

	"stafett/internal/policy/tree"
)

func TestParse_RefusesWhatItCannotEvaluate(t *testing.T) {
	t.Parallel()
	whole := document(
		rules("r", "Permit", one(role("x"))), obligation("Permit", minLevelCategory, "2"))
	replace := func(old, new string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("%q is not in the policy", old)
		}
		return strings.Replace(whole, old, new, 1)
	}
	oneMatch := allOf(role("x"))
	cases := map[string]struct {
		policy string
		want   string
	}{
		"nothing":                {"", "no element"},
		"not XML":                {"{}", "outside the root"},
		"cut off":                {whole[:len(whole)/2], "unexpected EOF"},
		"a policy set":           {strings.ReplaceAll(whole, "Policy", "PolicySet"), "PolicySet"},
		"two roots":              {whole + whole, "more than one root"},
		"text after the root":    {whole + "x", "outside the root"},
		"DOCTYPE":                {"<!DOCTYPE Policy>" + whole, "DOCTYPE"},
		"an entity":              {replace(">x</AttributeValue>", ">&x;</AttributeValue>"), "entity"},
		"another encoding":       {`<?xml version="1.0" encoding="iso-8859-1"?>` + whole, "encoding"},
		"another namespace":      {replace("wd-17", "wd-18"), "not an element of XACML"},
		"another algorithm":      {replace("deny-overrides", "permit-unless-deny"), "combining algorithm"},
		"no algorithm":           {replace("RuleCombiningAlgId", "X"), "combining algorithm"},
		"an unknown effect":      {replace(`"Permit"`, `"permit"`), "effect"},
		"an effect given twice":  {replace(`Effect="Permit"`, `Effect="Permit" Effect="Deny"`), "twice"},
		"no rule id":             {replace(`RuleId="r"`, ``), "RuleId"},
		"a condition":            {replace("</Target>", "</Target><Condition/>"), "Condition"},
		"rule obligations":       {replace("</Rule>", "<ObligationExpressions/></Rule>"), "Obligation"},
		"a variable":             {replace("<Rule", `<VariableDefinition/><Rule`), "VariableDefinition"},
		"an issuer of policies":  {replace("<Rule", `<PolicyIssuer/><Rule`), "PolicyIssuer"},
		"combiner parameters":    {replace("<Rule", `<CombinerParameters/><Rule`), "CombinerParameters"},
		"two rule targets":       {replace("</Target>", "</Target><Target/>"), "more than one Target"},
		"two policy targets":     {replace("<Rule", "<Target/><Target/><Rule"), "more than one Target"},
		"text between elements":  {replace("<Target>", "<Target>x"), "text between"},
		"an empty AnyOf":         {replace(oneMatch, ""), "AnyOf is empty"},
		"an empty AllOf":         {replace(oneMatch, "<AllOf/>"), "AllOf is empty"},
		"a match in an AnyOf":    {replace(oneMatch, role("x")), "AllOf was expected"},
		"an AllOf in a target":   {replace(anyOf(oneMatch), oneMatch), "AnyOf was expected"},
		"an AllOf in an AllOf":   {replace(oneMatch, allOf(oneMatch)), "Match was expected"},
		"an unknown function":    {replace("string-equal", "string-resembles"), "MatchId"},
		"an unknown category":    {replace("access-subject", "codebase"), "category"},
		"no attribute id":        {replace(AttrRoleCode, ""), "AttributeId"},
		"an issuer":              {replace(`MustBePresent`, `Issuer="i" MustBePresent`), "Issuer"},
		"an odd MustBePresent":   {replace(`"false"`, `"maybe"`), "MustBePresent"},
		"a selector":             {replace("AttributeDesignator", "AttributeSelector"), "must hold"},
		"an empty value":         {replace(">x<", "><"), "AttributeValue"},
		"an unknown obligation":  {replace(minLevelCategory, "urn:altinn:other"), "obligation"},
		"a level that is a word": {replace(">2<", ">two<"), "level"},
		"a negative level":       {replace(">2<", ">-2<"), "level"},
		"an odd FulfillOn":       {replace(`FulfillOn="Permit"`, `FulfillOn="permit"`), "FulfillOn"},
		"too deep":               {replace(oneMatch, strings.Repeat("<AllOf>", tree.MaxDepth)), "too deep"},
	}
	if _, err := Parse([]byte(whole)); err != nil {
		t.Fatalf("the whole policy: %v", err)
	}
	for name, c := range cases {
		p, err := Parse([]byte(c.policy))
		ours, ok := errors.AsType[*Error](err)
		switch {
		case !ok || p != nil:
			t.Errorf("%s: got policy %v and error %v", name, p, err)
		case ours.Line < 1 || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: got %q, want %q in it", name, err, c.want)
		}
	}
	t.Logf("%d refusals", len(cases))
}

func TestParse_TellsTheLine(t *testing.T) {
	t.Parallel()
	head := "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\n"
	for want, text := range map[string]string{
		"line 3: ": head + strings.Replace(document(), "deny-", "allow-", 1),
		"line 4: ": head + document(rules("1", "Permit"), rules("2", "Sometimes")),
		"line 5: ": head + document("", "", "<!DOCTYPE x>"),
		"line 6: ": head + document("", "", "<Target>\n<AnyOf\n/></Target>"),
		"line 7: ": head + "\n\n\n\n<Policy",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s…", err, want)
		}
	}
}

func TestParse_TakesWhatDoesNotMatter(t *testing.T) {
	t.Parallel()
	text := "\ufeff" + document(
		"<Description>om <!-- … --></Description>", "<PolicyDefaults/>", "<AdviceExpressions/>",
		`<Rule RuleId="r" Effect="Permit"><Description/><AdviceExpressions/></Rule>`)
	if _, err := Parse([]byte(text)); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(document(rules("r", "Permit", one(role("x"), do("read"))))))
	f.Add([]byte(document(rules("r", "Deny"), obligation("Permit", minLevelCategory, "2"))))
	for _, name := range []string{"template.xml", "abandon-task.xml"} {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(conditional(call(function1+"not", literal("boolean", "true")))))
	f.Add([]byte(algorithmic("PolicySet", "deny-overrides", algorithmic("Policy", "first-applicable"))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, mode := range []Mode{Altinn, Standard} {
			if whole, err := ParseAs(raw, mode); err == nil {
				Evaluate(whole, ask(AttrRoleCode, "x", attrAction, "read"))
			}
		}
		p, err := Parse(raw)
		if err != nil {
			if ours, ok := errors.AsType[*Error](err); !ok || ours.Line < 1 || p != nil {
				t.Fatalf("got %v with error %#v", p, err)
			}
			return
		}
		if len(p.rules) == 0 && Decide(p, Request{Action: "read"}).Effect != NotApplicable {
			t.Fatal("a policy without rules lets in")
		}
		p.RolesFor("read", nil)
		p.UserMayInstantiate(nil)
	})
}
