package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stafett/internal/core"
)

// acrossFiles are faults that show only between files.
var acrossFiles = []broken{
	{"binding with a slip", aSoker, `"soker.navn"`, `"soker.nanv"`, `"soker.nanv"`, "error", "did you mean soker.navn?", ""},
	{"component with a slip", aSoker, `"component",
            "soker-type"`, `"component",
            "soker-tyep"`, `"hidden": [`, "error", "did you mean soker-type?", ""},
	{"type with a slip", aSoker, `"type": "Paragraph"`, `"type": "Paragrahp"`, "", "warning", "did you mean Paragraph?", ""},
	{"property with a slip", aSoker, `"required": true`, `"requierd": true`, `"requierd"`, "warning", "did you mean required?", ""},
	{"metadata with a slip", aMeta, `"autoCreate": true`, `"autoCrate": true`, `"autoCrate"`, "warning", "did you mean autoCreate?", ""},
	{"date in a number", aBudsjett, `"id": "post-belop",
        "type": "Input"`, `"id": "post-belop",
        "type": "Datepicker"`, "", "error", "a Datepicker cannot be bound to budsjett.poster.belop, which is number", ""},
	{"option that the field cannot have", aModel, `"kategori": {
          "type": "string"`, `"kategori": {
          "type": "integer"`, "", "error", "cannot be stored in budsjett.poster.kategori", aBudsjett},
	{"comparison with no option", aSoker, `"lag"
        ]`, `"lga"
        ]`, `"lga"`, "warning", "never lga: did you mean lag?", ""},
	{"task type", bProcess, `<altinn:taskType>data<`, `<altinn:taskType>daata<`, "", "warning", "did you mean data?", ""},
	{"rule for another app", bPolicy, `>tilskuddssak<`, `>annensak<`, "", "warning", "the rule is about annensak", ""},
	{"rule about no action", bPolicy, `>confirm<`, `>confrim<`, "", "warning", "nothing asks for the action confrim: did you mean confirm?", ""},
	{"role of no register", aPolicy, `>PRIV<`, `>PRVI<`, "", "warning", "gives the role PRVI: did you mean PRIV?", ""},
	{"variable of no field", aTexts, `"key": "tiltak.navn"`, `"key": "tiltak.nvan"`, `"key": "tiltak.nvan"`, "warning", "did you mean tiltak.navn?", ""},
	{"number that is a word", aBudsjett, "20000", `"mange"`, "", "warning", `"mange" gives a string, and never a number`, ""},
	{"number that is an answer of yes or no", aBudsjett, `"budsjett.soknadsbelop"
          ],
          20000`, `"samtykke"
          ],
          20000`, "", "warning", `["dataModel","samtykke"] gives a boolean, and never a number`, ""},
	{"condition that is a text", aSoker, `"notEquals",
          [
            "component"`, `"concat",
          [
            "component"`, "", "warning", "gives a string, and never a boolean", ""},
	{"page that is hidden", aSoker, `"data": {`, `"data": { "hidden": true,`, "", "warning", "the page soker is hidden: it is never shown", ""},
	{"rule for another organisation", bPolicy, `>lindvik</xacml:AttributeValue>
            <xacml:AttributeDesignator AttributeId="urn:altinn:org" Category="urn:oasis:names:tc:xacml:1.0`,
		`>lindvig</xacml:AttributeValue>
            <xacml:AttributeDesignator AttributeId="urn:altinn:org" Category="urn:oasis:names:tc:xacml:1.0`,
		"", "warning", "the rule is about the organisation lindvig", ""},
	{"ring of calculations", aCalc, `"budsjett.poster.belop"`, `"budsjett.sum"`, "", "warning", "is calculated from itself", ""},
}

func TestLoad_TellsWhatDoesNotFitAcrossFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range acrossFiles {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := files(t)
			replace(t, fsys, tt.file, tt.old, tt.new)
			checkFinding(t, fsys, tt)
		})
	}
	t.Logf("checked %d faults", len(acrossFiles))
}

func TestCheckFlow_TellsOfGatewaysThatDoNotChooseOne(t *testing.T) {
	t.Parallel()
	const lag = `["equals",["dataModel","soker.type"],"lag"]`
	tests := []struct{ one, two, dflt, want string }{
		{lag, `["not",` + lag + `]`, "", ""},
		{lag, `["notEquals",["dataModel","soker.type"],"lag"]`, "", ""},
		{`["equals",["gatewayAction"],"write"]`, `["notEquals",["gatewayAction"],"write"]`, "", ""},
		{lag, `["equals",["dataModel","soker.type"],"privat"]`, "", ""},
		{lag, lag, "", "several ways out of the gateway G are open: 3 and 4 when"},
		{lag, lag, "", "no way out of the gateway G is open when"},
		{lag, "true", "", "several ways out of the gateway G are open: 3 and 4 when"},
		{"false", "true", "", "the way 3 out of the gateway G is never taken"},
		{lag, "true", "4", "the way 3 out of the gateway G is never taken"},
		{`["equals",["gatewayAction"],"reject"]`, `["notEquals",["gatewayAction"],"reject"]`, "",
			"the way 3 out of the gateway G is never taken"},
		{`["equals",["dataModel","soker.tyep"],"lag"]`, "true", "", "did you mean soker.type?"},
		{`["equals",["dataModel","soker.navn"],"lag"]`, `["equals",["dataModel","soker.navn"],"x"]`, "",
			"is anything else"},
	}
	d := load(t, files(t), soknad)
	for _, tt := range tests {
		file := strings.Replace(gatewayFile, `<exclusiveGateway id="G"/>`,
			`<exclusiveGateway id="G" default="`+tt.dflt+`"/>`, 1)
		before, _, _ := strings.Cut(file, `<sequenceFlow id="3"`)
		condition := func(s string) string { return "<conditionExpression>" + s + "</conditionExpression>" }
		file = before + `<sequenceFlow id="3" sourceRef="G" targetRef="E">` + condition(tt.one) +
			`</sequenceFlow><sequenceFlow id="4" sourceRef="G" targetRef="F">` + condition(tt.two) +
			`</sequenceFlow></process></definitions>`
		r := inOne("config/process/process.bpmn", []byte(file))
		own := *d
		own.Process = nil
		r.readProcess(&own, &source{})
		r.checkFlow(&own, &source{})
		if got := join(r.list); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s or %s: got %s, want %q", tt.one, tt.two, got, tt.want)
		}
	}
	t.Logf("checked %d gateways", len(tests))
}

func TestTruth_JudgesConditions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		written string
		yes, no bool
	}{
		{`["equals",["dataModel","a"],"x"]`, true, true},
		{`["and",["equals",["dataModel","a"],"x"],["equals",["dataModel","a"],"y"]]`, false, true},
		{`["or",["equals",["dataModel","a"],"x"],["notEquals",["dataModel","a"],"x"]]`, true, false},
		{`["or",["lessThan",["dataModel","a"],1],["greaterThanEq",["dataModel","a"],1]]`, true, false},
		{`["and",["contains",["dataModel","a"],"x"],["notContains",["dataModel","a"],"x"]]`, false, true},
		{`["equals",1,2]`, false, true},
		{`["not",["equals","a","a"]]`, false, true},
		{`["equals",["upperCase","a"],["concat","A"]]`, true, false},
		{`["equals",["dataModel","a"],["dataModel","b"]]`, true, true},
		{`["greaterThan",["dataModel","a"],1]`, true, true},
		{`["and",["greaterThan",["dataModel","a"],1],false]`, false, true},
	}
	for _, tt := range tests {
		v, err := parseJSON("x.json", []byte(tt.written))
		if err != nil {
			t.Fatal(err)
		}
		var judge truth
		if yes, no := judge.outcomes(v); yes != tt.yes || no != tt.no {
			t.Errorf("%s: got %v, %v", tt.written, yes, no)
		}
	}
	t.Logf("judged %d conditions", len(tests))
}

func TestSuggestion(t *testing.T) {
	t.Parallel()
	names := []string{"soker.navn", "soker.epost", "required", "id"}
	for word, want := range map[string]string{
		"soker.nvan": "soker.navn", "soker.nav": "soker.navn", "soker.navnn": "soker.navn",
		"requird": "required", "Required": "required", "ib": "", "soker.navn": "", "telefon": "", "": "",
	} {
		if got := nearest(word, names); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestLoadAll_FoldersMayHaveAnyName(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"Annet Navn", "eksempel@v8"} {
		defs, found := LoadAll(sub(t, moved(files(t), soknad+"/", "x/"+to+"/"), "x"))
		if len(defs) != 1 || defs[0].Ref.String() != soknad || defs[0].Folder != to || len(found) > 0 {
			t.Errorf("%s: got %v, %v", to, defs, found)
		}
	}
	fsys := moved(moved(files(t), soknad+"/", "x/a/"), sak+"/", "x/b/")
	for path, f := range fsys {
		if rest, ok := strings.CutPrefix(path, "x/a/"); ok {
			fsys["x/c/"+rest] = f
		}
	}
	defs, found := LoadAll(sub(t, fsys, "x"))
	if len(defs) != 2 || !HasErrors(found) || !strings.Contains(join(found), "the app in a has the id") {
		t.Errorf("two apps with one id: got %d apps and %s", len(defs), join(found))
	}
}

func TestLoadAll_APlaceholderIsTheFoldersName(t *testing.T) {
	t.Parallel()
	fsys := files(t)
	replace(t, fsys, aMeta, `"id": "lindvik/tilskudd"`, `"id": "[ORG]/[APP]"`)
	replace(t, fsys, aMeta, `"org": "lindvik"`, `"org": "[ORG]"`)
	replace(t, fsys, aPolicy, ">lindvik<", ">[ORG]<")
	defs, found := LoadAll(fsys)
	if len(defs) != 2 || defs[0].Ref.String() != soknad || defs[0].Meta.Org != "lindvik" {
		t.Fatalf("got %v: %s", defs, join(found))
	}
	if len(found) != 1 || found[0].Code != "app-placeholder" || found[0].Severity != SeverityWarning {
		t.Errorf("got %s", join(found))
	}
	if len(defs[0].Policy.Unresolved()) > 0 {
		t.Error("the policy still holds the placeholder")
	}
	for folder, want := range map[string]string{
		"lindvik/tilskudd": soknad, "lindvik/tilskudd/App": soknad, "Mappe A": "ttd/mappe-a",
		"x@y/App": "ttd/x-y", "/src/apps/lindvik/tilskudd": soknad,
	} {
		if got := FolderRef(folder); got.String() != want {
			t.Errorf("%s: got %s, want %s", folder, got, want)
		}
	}
	d, _ := LoadAs(sub(t, fsys, soknad), core.AppRef{Org: "a", App: "b"})
	if d == nil || d.Ref.String() != "a/b" {
		t.Errorf("as another: got %v", d)
	}
}

// Each message that a rule names must be one that is given: else its findings lose their code.
func TestRules_HaveOneCodeEachAndMessagesThatAreGiven(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "rules.go" {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(raw)
	}
	codes, formats := map[string]bool{}, map[string]bool{}
	for _, r := range Rules() {
		if codes[r.Code] || r.About == "" || r.Do == "" {
			t.Errorf("%s stands twice, or does not say what to do", r.Code)
		}
		codes[r.Code] = true
		for _, f := range r.formats {
			if formats[f] {
				t.Errorf("%s: %q belongs to another rule too", r.Code, f)
			}
			formats[f] = true
			if !strings.Contains(source.String(), f) {
				t.Errorf("%s: no check says %q", r.Code, f)
			}
		}
	}
	t.Logf("checked %d rules and %d messages", len(codes), len(formats))
}

func TestFinding_EveryOneHasACodeOfARule(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, tt := range append(acrossFiles, brokenFiles...) {
		fsys := files(t)
		replace(t, fsys, tt.file, tt.old, tt.new)
		defs, found := LoadAll(fsys)
		for _, f := range append(found, Check(defs)...) {
			if seen[f.Code]++; f.Do() == "" {
				t.Errorf("%s: no rule has the code %q", f, f.Code)
			}
		}
	}
	t.Logf("met %d codes", len(seen))
	if len(seen) < 20 {
		t.Errorf("met only %v", seen)
	}
}
