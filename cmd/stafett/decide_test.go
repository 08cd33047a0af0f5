package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// commandOutput runs a subcommand as a person would, and gives what it prints.
func commandOutput(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), args, func(string) string { return "" }, &out)
	return out.String(), err
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const casePolicy = "../../apps/nordvik/stottesak/config/authorization/policy.xml"

// caseRequest asks, in the JSON profile, for a role in a task of the grant case.
func caseRequest(role, action, task string) string {
	return `{"Request":{"AccessSubject":[{"Attribute":[{"AttributeId":"urn:altinn:rolecode","Value":"` + role +
		`"}]}],"Action":[{"Attribute":[{"AttributeId":"urn:oasis:names:tc:xacml:1.0:action:action-id","Value":"` +
		action + `"}]}],"Resource":[{"Attribute":[{"AttributeId":"urn:altinn:org","Value":"nordvik"},
		{"AttributeId":"urn:altinn:app","Value":"stottesak"},
		{"AttributeId":"urn:altinn:task","Value":"` + task + `","IncludeInResult":true}]}]}}`
}

func TestDecide_AnswersFromFilesAlone(t *testing.T) {
	t.Parallel()
	for request, want := range map[string]string{
		caseRequest("nordvik-kultur", "write", "Task_vedtak"): "Permit",
		caseRequest("nordvik-kultur", "write", "Task_mottak"): "NotApplicable",
		caseRequest("nordvik-lege", "read", "Task_vedtak"):    "NotApplicable",
	} {
		out, err := commandOutput(t, "decide", "--policy", casePolicy, "--request", file(t, "r.json", request))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Response []struct {
				Decision    string
				Obligations []struct {
					AttributeAssignment []struct{ Category, Value string }
				}
				Category []struct {
					Attribute []struct{ AttributeID string }
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		r := got.Response[0]
		if r.Decision != want || len(r.Category) != 1 {
			t.Errorf("got %s, want %s in %s", r.Decision, want, out)
		}
		levels := map[string]string{}
		for _, o := range r.Obligations {
			levels[o.AttributeAssignment[0].Category] = o.AttributeAssignment[0].Value
		}
		if want == "Permit" && (levels["urn:altinn:minimum-authenticationlevel"] != "4" ||
			levels["urn:altinn:minimum-authenticationlevel-org"] != "3") {
			t.Errorf("obligations: got %v", levels)
		}
	}
}

func TestDecide_StrictDiffersWhereAltinnDoes(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(casePolicy)
	if err != nil {
		t.Fatal(err)
	}
	// A second group of subjects: the standard asks for both.
	group := strings.SplitAfter(string(raw), "</xacml:AnyOf>")[0]
	group = group[strings.Index(group, "<xacml:AnyOf>"):]
	other := strings.Replace(group, ">nordvik<", ">another<", 1)
	policy := file(t, "policy.xml", strings.Replace(string(raw), group, group+other, 1))
	request := file(t, "r.json", strings.NewReplacer("urn:altinn:rolecode", "urn:altinn:org").
		Replace(caseRequest("nordvik", "instantiate", "")))
	for want, args := range map[string][]string{
		"Permit":        {"decide", "-policy", policy, "-request", request},
		"NotApplicable": {"decide", "-policy", policy, "-request", request, "-strict"},
	} {
		if out, err := commandOutput(t, args...); err != nil || !strings.Contains(out, `"`+want+`"`) {
			t.Errorf("%v: got %s and %v", args[5:], out, err)
		}
	}
}

func TestDecide_ABrokenFileIsAUsageError(t *testing.T) {
	t.Parallel()
	good := file(t, "r.json", caseRequest("a", "b", "c"))
	for name, args := range map[string][]string{
		"no policy":             {"-request", good},
		"a policy that is none": {"-policy", good, "-request", good},
		"a file that is absent": {"-policy", "absent.xml", "-request", good},
		"a broken request":      {"-policy", casePolicy, "-request", file(t, "b.json", "{")},
		"both from one place":   {"-policy", "-", "-request", "-"},
		"an unknown flag":       {"-policy", casePolicy, "-request", good, "-quick"},
	} {
		out, err := commandOutput(t, append([]string{"decide"}, args...)...)
		if _, ok := errors.AsType[*usageError](err); !ok || strings.Contains(out, "Decision") {
			t.Errorf("%s: got %v and %q", name, err, out)
		}
	}
}

func TestExplain_ShowsTablesAndAnswers(t *testing.T) {
	t.Parallel()
	const app = "nordvik/stottesak"
	apps := []string{"explain", app, "-apps", "../../apps"}
	for name, c := range map[string]struct{ args, want []string }{
		"a table": {nil, []string{"nordvik-kultur  write", "Task_vurdering, Task_vedtak", "nobody"}},
		"in nynorsk": {[]string{"-lang", "nn"},
			[]string{"Saksbehandlar for kulturstøtte kan skrive i Vurdering"}},
		"what decides": {[]string{"-role", "nordvik-kultur", "-action", "write", "-task", "Task_vedtak"},
			[]string{"Ja", "regel 3", "ruleid:3", "nivå 4"}},
		"what does not": {[]string{"-role", "nordvik-kultur", "-action", "write", "-task", "Task_mottak"},
			[]string{"Nei, ingen regel"}},
		"an unknown role": {[]string{"-role", "x", "-action", "read"}, []string{"Nei, ingen regel"}},
		"one action":      {[]string{"-action", "reject"}, []string{"nordvik-kultur  reject"}},
	} {
		out, err := commandOutput(t, append(apps, c.args...)...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, out)
			}
		}
	}
	out, err := commandOutput(t, append(apps, "-format", "json", "-role", "nordvik-kultur")...)
	var got []struct {
		App   struct{ Org, App string }
		Level int
		Rows  []struct {
			Action string
			Cells  []struct {
				Stage struct{ Kind, ID string }
				Rules []int
			}
		}
		Rules []struct{ Sentence string }
	}
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || len(got) != 1 || got[0].Level != 4 ||
		len(got[0].Rows) == 0 || len(got[0].Rules) != 6 || got[0].Rules[0].Sentence == "" {
		t.Errorf("json: got %v and %s", err, out)
	}
	for _, wrong := range [][]string{
		{"explain", "nordvik/finnes-ikke"}, {"explain", "-format", "xml"}, {"explain", "-lang", "se"},
		{"explain", app, app},
	} {
		_, err := commandOutput(t, append(wrong, "-apps", "../../apps")...)
		if _, ok := errors.AsType[*usageError](err); !ok {
			t.Errorf("%v: got %v", wrong, err)
		}
	}
}
