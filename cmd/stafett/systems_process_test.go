package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// movedBySystems gives a folder of the example's apps, in which the service owner's system may move a
// case on.
func movedBySystems(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	policy := filepath.Join(to, "nordvik/stottesak/config/authorization/policy.xml")
	raw, err := os.ReadFile(policy)
	if err != nil {
		t.Fatal(err)
	}
	// The first rule is the organisation's own.
	before, rest, found := strings.Cut(string(raw), ">complete<")
	begin := strings.LastIndex(before, "<xacml:AllOf>")
	end := strings.Index(rest, "</xacml:AllOf>") + len("</xacml:AllOf>")
	if !found || begin < 0 || end < len("</xacml:AllOf>") {
		t.Fatal("the policy has another form")
	}
	more := before[begin:] + ">confirm<" + rest[:end]
	if err := os.WriteFile(policy, []byte(before[:begin]+more+before[begin:]+">complete<"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestSystems_AStepIsTakenOrToldWhatStopsIt is FORMAT.md 2.3: a system moves a case on, and what its
// answers lack is a conflict with the issues in it.
func TestSystems_AStepIsTakenOrToldWhatStopsIt(t *testing.T) {
	t.Parallel()
	w, _ := newWorldWith(t, map[string]string{"apps": movedBySystems(t)})
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	one, _, _ := s.caseOf(t)
	r := s.send(t, "GET", one+"/process/next", "", "")
	if string(r.body) != `["Task_vurdering"]` {
		t.Errorf("the task leads to %s", r.body)
	}
	p := s.ok(t, 200, "GET", one+"/process", "")
	task := p["currentTask"].(map[string]any)
	if task["name"] == "" || task["actions"].(map[string]any)["confirm"] != true || p["startEvent"] == "" ||
		len(p["processTasks"].([]any)) < 4 {
		t.Errorf("the process: %v", p)
	}
	p = s.ok(t, 200, "PUT", one+"/process/next", `{"action":"confirm"}`)
	if task := p["currentTask"].(map[string]any); task["elementId"] != "Task_vurdering" {
		t.Fatalf("confirmed, and then: %v", p)
	}
	for _, path := range []string{"/process/next", "/process/completeProcess"} {
		r := s.send(t, "PUT", one+path, "", "")
		var got struct {
			Code   string
			Errors []struct{ Path, Code string }
			Issues []struct {
				Field, Code, Description string
				Severity                 int
				DataElement              string `json:"dataElementId"`
			} `json:"validationIssues"`
		}
		if err := json.Unmarshal(r.body, &got); err != nil || r.status != 409 || got.Code != "issues" {
			t.Fatalf("%s with no answers: %d %s", path, r.status, r.body)
		}
		at := slices.IndexFunc(got.Errors, func(e struct{ Path, Code string }) bool { return e.Path == "vurdering.anbefaling" })
		if at < 0 || len(got.Issues) != len(got.Errors) || got.Issues[at].Field != got.Errors[at].Path ||
			got.Issues[at].Severity != 1 || got.Issues[at].Description == "" || got.Issues[at].DataElement == "" {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	if p := s.ok(t, 200, "GET", one+"/process", ""); p["currentTask"].(map[string]any)["elementId"] != "Task_vurdering" {
		t.Errorf("refused, and it went on: %v", p)
	}
}
