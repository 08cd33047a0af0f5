package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stafett/web/api"
)

var (
	describedPath = regexp.MustCompile(`^  (/\S*):$`)
	describedVerb = regexp.MustCompile(`^    (get|put|post|delete|patch):$`)
)

// TestOpenAPI_DescribesEveryRouteAndNoOther holds docs/openapi.yaml against the routes.
func TestOpenAPI_DescribesEveryRouteAndNoOther(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	path := ""
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\n")
		if m := describedPath.FindStringSubmatch(line); m != nil {
			path = m[1]
		}
		if m := describedVerb.FindStringSubmatch(line); m != nil {
			described = append(described, strings.ToUpper(m[1])+" "+path)
		}
	}
	served := api.Patterns()
	for _, r := range served {
		if !slices.Contains(described, r) {
			t.Errorf("%s is not described", r)
		}
	}
	for _, r := range described {
		if !slices.Contains(served, r) {
			t.Errorf("%s is described and not served", r)
		}
	}
	if t.Logf("%d routes", len(served)); len(served) == 0 {
		t.Error("there are no routes")
	}
}

// TestSystems_TheScriptInTheDocsTakesCasesOver runs docs/systems/cases.sh with the real curl: each
// case is read, downloaded, told of and confirmed once, and the second run finds nothing.
func TestSystems_TheScriptInTheDocsTakesCasesOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	one, stored, element := s.caseOf(t)
	s.caseOf(t)
	into := t.TempDir()
	run := func() string {
		c := exec.CommandContext(t.Context(), "bash", "../../docs/systems/cases.sh")
		c.Env = append(os.Environ(), "STAFETT="+w.address, "APP="+appB, "INTO="+into, "SIZE=1",
			"TOKEN="+w.token(t, "nordvik", exchangeName, bothScopes))
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := run(); strings.Count(out, "confirmed ") != 2 {
		t.Errorf("the first run: %s", out)
	}
	if out := run(); out != "" {
		t.Errorf("the second run: %s", out)
	}
	_, id, _ := strings.Cut(strings.TrimPrefix(one, makeB+"/"), "/")
	data, err := os.ReadFile(filepath.Join(into, id, element))
	if err != nil || !strings.Contains(string(data), "<tittel>Lysfest</tittel>") {
		t.Errorf("downloaded: %s, %v", data, err)
	}
	got := s.ok(t, 200, "GET", stored, "")
	sub := got["status"].(map[string]any)["substatus"].(map[string]any)
	if sub["label"] != "Mottatt" || len(got["completeConfirmations"].([]any)) != 1 {
		t.Errorf("afterwards: %v", got)
	}
}
