package wire

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"stafett/internal/policy"
	"stafett/internal/policy/tree"
)

var now = time.Date(2024, 5, 17, 10, 0, 0, 0, time.UTC)

const (
	subject  = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject"
	resource = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource"
	action   = "urn:oasis:names:tc:xacml:3.0:attribute-category:action"
	actionID = "urn:oasis:names:tc:xacml:1.0:action:action-id"
	text     = "http://www.w3.org/2001/XMLSchema#string"
	number   = "http://www.w3.org/2001/XMLSchema#integer"
)

func read(t *testing.T, raw string) *Request {
	t.Helper()
	r, err := Read([]byte(raw), now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inXML writes a request of Attributes elements.
func inXML(children ...string) string {
	return `<Request xmlns="` + tree.Namespace + `" ReturnPolicyIdList="false" CombinedDecision="false">` +
		strings.Join(children, "") + `</Request>`
}

func attributes(id, category, name, dataType, value string, include bool) string {
	return fmt.Sprintf(`<Attributes xml:id="%s" Category="%s"><Content><x xmlns="">y</x></Content>`+
		`<Attribute AttributeId="%s" IncludeInResult="%t"><AttributeValue DataType="%s">%s</AttributeValue>`+
		`</Attribute></Attributes>`, id, category, name, include, dataType, value)
}

func TestRead_OneQuestionInEveryForm(t *testing.T) {
	t.Parallel()
	want := []policy.Attribute{
		{Category: subject, ID: "urn:altinn:rolecode", Include: true,
			Values: []policy.Value{{DataType: text, Text: "DAGL"}}},
		{Category: action, ID: actionID, Values: []policy.Value{{DataType: text, Text: "read"}}},
	}
	forms := map[string]string{
		"XML": inXML(attributes("s", subject, "urn:altinn:rolecode", text, "DAGL", true),
			attributes("a", action, actionID, text, "read", false)),
		"JSON, short names and lists": `{"Request":{"ReturnPolicyIdList":true,
			"AccessSubject":[{"Attribute":[{"AttributeId":"urn:altinn:rolecode","Value":"DAGL",
				"DataType":"` + text + `","IncludeInResult":true}]}],
			"Action":[{"Attribute":[{"AttributeId":"` + actionID + `","Value":["read"],"DataType":"string"}]}]}}`,
		"JSON, objects in place of lists": `{"Request":{
			"AccessSubject":{"Attribute":{"AttributeId":"urn:altinn:rolecode","Value":"DAGL",
				"DataType":"string","IncludeInResult":true}},
			"Action":{"Attribute":{"AttributeId":"` + actionID + `","Value":"read","DataType":"string"}}}}`,
		"JSON, categories by id, in lower case": `{"request":{"category":[
			{"categoryId":"` + subject + `","attribute":[{"attributeId":"urn:altinn:rolecode","value":"DAGL",
				"dataType":"` + text + `","includeInResult":true}]},
			{"categoryId":"` + action + `","attribute":[{"attributeId":"` + actionID + `","value":"read",
				"dataType":"` + text + `"}]}]}}`,
	}
	for name, raw := range forms {
		r := read(t, raw)
		if len(r.Questions) != 1 || !reflect.DeepEqual(r.Questions[0].Attributes, want) {
			t.Errorf("%s: got %+v", name, r.Questions)
			continue
		}
		if r.XML != (name == "XML") || !r.Questions[0].Now.Equal(now) {
			t.Errorf("%s: XML %v, now %v", name, r.XML, r.Questions[0].Now)
		}
	}
}

func TestRead_ValuesOfJSON(t *testing.T) {
	t.Parallel()
	r := read(t, `{"Request":{"Resource":{"Attribute":[{"AttributeId":"a","Value":[1,2.50,true,"x"]},
		{"AttributeId":"b","Value":null},{"AttributeId":"c","Value":[]},{"AttributeId":"d"}]}}}`)
	var got []string
	for _, a := range r.Questions[0].Attributes {
		for _, v := range a.Values {
			got = append(got, a.ID+" "+v.Text+v.DataType)
		}
	}
	if want := "a 1,a 2.50,a true,a x"; strings.Join(got, ",") != want {
		t.Errorf("got %v", got)
	}
}

func TestRead_SeveralQuestions(t *testing.T) {
	t.Parallel()
	subjects := attributes("s1", subject, "r", text, "A", false)
	actions := attributes("a1", action, actionID, text, "read", false) +
		attributes("a2", action, actionID, text, "write", false)
	multi := `<MultiRequests><RequestReference><AttributesReference ReferenceId="s1"/>` +
		`<AttributesReference ReferenceId="a2"/></RequestReference></MultiRequests>`
	asJSON := `{"Request":{"AccessSubject":[{"Id":"s1","Attribute":[{"AttributeId":"r","Value":"A"}]}],
		"Action":[{"Id":"a1","Attribute":[{"AttributeId":"x","Value":"read"}]},
			{"Id":"a2","Attribute":[{"AttributeId":"x","Value":"write"}]}]%s}}`
	cases := map[string]struct {
		raw  string
		want []string
	}{
		"XML, one for each choice": {inXML(subjects, actions), []string{"A read", "A write"}},
		"XML, by reference":        {inXML(subjects, actions, multi), []string{"A write"}},
		"JSON, one for each":       {fmt.Sprintf(asJSON, ""), []string{"A read", "A write"}},
		"JSON, by reference": {fmt.Sprintf(asJSON, `,"MultiRequests":{"RequestReference":[
			{"ReferenceId":["s1","a2"]},{"ReferenceId":["s1","a1"]}]}`), []string{"A write", "A read"}},
	}
	for name, c := range cases {
		var got []string
		for _, q := range read(t, c.raw).Questions {
			var values []string
			for _, a := range q.Attributes {
				values = append(values, a.Values[0].Text)
			}
			got = append(got, strings.Join(values, " "))
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestRead_Refuses(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(attributes("s", subject, "r", text, "A", false), 40) +
		strings.Repeat(attributes("a", action, "r", text, "A", false), 40)
	cases := map[string]string{
		"nothing":                "",
		"no request":             `{}`,
		"a list":                 `[]`,
		"two values":             `{"Request":{}}{}`,
		"cut off":                `{"Request":{"Action":`,
		"a value that is a map":  `{"Request":{"Action":{"Attribute":{"AttributeId":"a","Value":{}}}}}`,
		"no attribute id":        `{"Request":{"Action":{"Attribute":{"Value":"a"}}}}`,
		"no category":            `{"Request":{"Category":{"Attribute":{"AttributeId":"a","Value":"a"}}}}`,
		"a reference to nothing": `{"Request":{"MultiRequests":{"RequestReference":[{"ReferenceId":["x"]}]}}}`,
		"too many questions":     inXML(many),
		"another root":           `<Response xmlns="` + tree.Namespace + `"/>`,
		"another namespace":      `<Request/>`,
		"an unknown element":     inXML("<Policy/>"),
		"no AttributeId":         inXML(attributes("s", subject, "", text, "A", false)),
		"a DOCTYPE": `<!DOCTYPE Request [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>` +
			inXML(attributes("s", subject, "r", text, "&b;", false)),
		"an entity":   inXML(attributes("s", subject, "r", text, "&b;", false)),
		"an open end": inXML("<Attributes>"),
		"too deep":    inXML(strings.Repeat("<Attributes>", tree.MaxDepth)),
	}
	for name, raw := range cases {
		if r, err := Read([]byte(raw), now); err == nil {
			t.Errorf("%s: got %+v", name, r)
		}
	}
	_, err := Read([]byte("{\n\"Request\": {\n]"), now)
	if err == nil || !strings.HasPrefix(err.Error(), "line 3:") {
		t.Errorf("got %v, want the line", err)
	}
	t.Logf("%d requests", len(cases))
}

// levelPolicy is a policy with an obligation and an advice, which roles and an integer open.
const levelPolicy = `<Policy xmlns="` + tree.Namespace + `" PolicyId="p" Version="1.0"
 RuleCombiningAlgId="urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides"><Target/>
 <Rule RuleId="r" Effect="Permit"><Target><AnyOf><AllOf>
  <Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal">
   <AttributeValue DataType="` + text + `">A</AttributeValue><AttributeDesignator AttributeId="r"
    Category="` + subject + `" DataType="` + text + `" MustBePresent="true"/></Match>
 </AllOf></AnyOf></Target></Rule>
 <ObligationExpressions><ObligationExpression ObligationId="o" FulfillOn="Permit">
  <AttributeAssignmentExpression AttributeId="level" Category="urn:altinn:minimum-authenticationlevel">
   <AttributeValue DataType="` + number + `">2</AttributeValue></AttributeAssignmentExpression>
 </ObligationExpression></ObligationExpressions>
 <AdviceExpressions><AdviceExpression AdviceId="v" AppliesTo="Permit">
  <AttributeAssignmentExpression AttributeId="why"><AttributeValue DataType="` + text +
	`">a &lt; b</AttributeValue></AttributeAssignmentExpression></AdviceExpression></AdviceExpressions>
</Policy>`

func answer(t *testing.T, raw string) string {
	t.Helper()
	p, err := policy.ParseAs([]byte(levelPolicy), policy.Altinn)
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, raw)
	var results []policy.Result
	for _, q := range r.Questions {
		results = append(results, policy.Evaluate(p, q))
	}
	out, err := r.Answer(results)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAnswer_JSON(t *testing.T) {
	t.Parallel()
	got := answer(t, `{"Request":{"AccessSubject":{"Attribute":[
		{"AttributeId":"r","Value":"A","IncludeInResult":true},{"AttributeId":"x","Value":"y"}]}}}`)
	want := `{"Response":[{"Decision":"Permit","Status":{"StatusCode":{
		"Value":"urn:oasis:names:tc:xacml:1.0:status:ok"}},
		"Obligations":[{"Id":"o","AttributeAssignment":[{"AttributeId":"level",
			"Category":"urn:altinn:minimum-authenticationlevel","DataType":"` + number + `","Value":"2"}]}],
		"AssociatedAdvice":[{"Id":"v","AttributeAssignment":[{"AttributeId":"why","DataType":"` + text + `",
			"Value":"a < b"}]}],
		"Category":[{"CategoryId":"` + subject + `","Attribute":[{"AttributeId":"r","Value":"A"}]}]}]}`
	same(t, got, want)
	same(t, answer(t, `{"Request":{"AccessSubject":{"Attribute":{"AttributeId":"r","Value":"B"}}}}`),
		`{"Response":[{"Decision":"NotApplicable","Status":{"StatusCode":{
			"Value":"urn:oasis:names:tc:xacml:1.0:status:ok"}}}]}`)
	same(t, answer(t, `{"Request":{}}`), `{"Response":[{"Decision":"Indeterminate","Status":{
		"StatusMessage":"r","StatusCode":{"Value":"urn:oasis:names:tc:xacml:1.0:status:missing-attribute"}}}]}`)
}

func same(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestAnswer_XML(t *testing.T) {
	t.Parallel()
	got := answer(t, inXML(attributes("s", subject, "r", text, "A", true)))
	for _, want := range []string{
		`<Response xmlns="` + tree.Namespace + `">`, "<Decision>Permit</Decision>",
		`<StatusCode Value="urn:oasis:names:tc:xacml:1.0:status:ok">`, `<Obligation ObligationId="o">`,
		`<AttributeAssignment AttributeId="level" Category="urn:altinn:minimum-authenticationlevel" ` +
			`DataType="` + number + `">2</AttributeAssignment>`,
		`<Advice AdviceId="v">`, "a &lt; b", `<Attributes Category="` + subject + `">`,
		`<Attribute IncludeInResult="true" AttributeId="r">`,
		`<AttributeValue DataType="` + text + `">A</AttributeValue>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	if _, err := tree.Read([]byte(got)); err != nil {
		t.Errorf("the answer is no XACML: %v", err)
	}
	for _, never := range []string{"StatusMessage", "Missing"} {
		if strings.Contains(got, never) {
			t.Errorf("%s is in a Permit", never)
		}
	}
}

func TestAnswer_Combined(t *testing.T) {
	t.Parallel()
	ask := func(a, b string) string {
		return strings.Replace(inXML(attributes("1", subject, "r", text, a, false),
			attributes("2", subject, "r", text, b, false)), `CombinedDecision="false"`, `CombinedDecision="true"`, 1)
	}
	for raw, want := range map[string]string{
		ask("B", "C"): "NotApplicable", ask("A", "C"): "Indeterminate", ask("A", "A"): "Indeterminate",
	} {
		var got struct {
			Result []struct{ Decision string }
		}
		if err := xml.Unmarshal([]byte(answer(t, raw)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Result) != 1 || got.Result[0].Decision != want {
			t.Errorf("got %+v, want %s", got.Result, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(inXML(attributes("s", subject, "r", text, "A", true))))
	f.Add([]byte(`{"Request":{"AccessSubject":[{"Id":"s","Attribute":[{"AttributeId":"r","Value":[1,"A"]}]}],
		"MultiRequests":{"RequestReference":[{"ReferenceId":["s"]}]}}}`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><Request/>`))
	raw, err := os.ReadFile("../testdata/template.xml")
	if err != nil {
		f.Fatal(err)
	}
	p, err := policy.ParseAs(raw, policy.Altinn)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Read(raw, now)
		if err != nil {
			return
		}
		var results []policy.Result
		for _, q := range r.Questions {
			results = append(results, policy.Evaluate(p, q))
		}
		if _, err := r.Answer(results); err != nil && len(r.Questions) > 0 {
			t.Fatal(err)
		}
	})
}
