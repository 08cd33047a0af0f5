package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkSays runs check and gives what it writes.
func checkSays(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), append([]string{"check"}, args...), noEnvironment, &out)
	return out.String(), err
}

// spoilt is a copy of the example apps with one binding misspelt.
func spoilt(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(folder, brokenPage), `"simpleBinding": "soker.navn"`, `"simpleBinding": "soker.nvan"`)
	return folder
}

func TestCheck_OfTheExampleAppsFindsNoError(t *testing.T) {
	t.Parallel()
	out, err := checkSays(t, "../../apps")
	if err != nil || !strings.HasSuffix(out, " 0 of them errors\n") {
		t.Errorf("%v: %s", err, out)
	}
	// One app's own folder is checked too, and so is what is built in.
	for _, args := range [][]string{{"../../apps/" + appA}, nil} {
		if out, err := checkSays(t, args...); err != nil || strings.Contains(out, "\n0 apps loaded") {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
}

func TestCheck_TellsFileLineSeverityCodeAndWhatToDo(t *testing.T) {
	t.Parallel()
	folder := spoilt(t)
	out, err := checkSays(t, folder)
	if err == nil {
		t.Error("check did not fail")
	}
	line, rest, _ := strings.Cut(out, "\n")
	if want := brokenPage + ":"; !strings.Contains(line, want) ||
		!strings.Contains(line, "error: the field soker.nvan is not in the model soknad: did you mean soker.navn? [field-unknown]") {
		t.Errorf("got %s", line)
	}
	if !strings.HasPrefix(rest, "    Correct the path, or add the field to the data model.\n") {
		t.Errorf("what to do: got %s", rest)
	}
	if out, err := checkSays(t, "-app", appB, folder); err != nil || strings.Contains(out, "nvan") {
		t.Errorf("of the other app only: %v: %s", err, out)
	}
	if _, err := checkSays(t, "-app", "alt", folder); err == nil {
		t.Error("an app without organisation was taken")
	}
	if _, err := checkSays(t, "-format", "xml", folder); err == nil {
		t.Error("an unknown format was taken")
	}
	if _, err := checkSays(t, filepath.Join(folder, "ikke-der")); err == nil {
		t.Error("a folder that is not there was taken")
	}
}

func TestCheck_WritesJSON(t *testing.T) {
	t.Parallel()
	out, _ := checkSays(t, "-format", "json", spoilt(t))
	var got struct {
		Apps, Errors int
		Findings     []jsonFinding
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Errors != 1 || len(got.Findings) == 0 {
		t.Fatalf("got %+v", got)
	}
	f := got.Findings[0]
	if !strings.HasSuffix(f.File, brokenPage) || f.Line == 0 || f.Code != "field-unknown" ||
		f.App != appA || f.Severity != "error" || f.Do == "" {
		t.Errorf("got %+v", f)
	}
}

func TestCheck_WritesSARIF(t *testing.T) {
	t.Parallel()
	out, _ := checkSays(t, "-format", "sarif", spoilt(t))
	var log sarifLog
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("got %+v", log)
	}
	run := log.Runs[0]
	for _, r := range run.Results {
		if rules := run.Tool.Driver.Rules; r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s is not rule number %d", r.RuleID, r.RuleIndex)
		}
		at := r.Locations[0].Physical
		if strings.HasPrefix(at.Artifact.URI, "/") || strings.Contains(at.Artifact.URI, ":") ||
			at.Region != nil && at.Region.StartLine < 1 {
			t.Errorf("address %s", at.Artifact.URI)
		}
	}
	first := run.Results[0]
	if first.Level != "error" || !strings.HasSuffix(first.Locations[0].Physical.Artifact.URI, brokenPage) {
		t.Errorf("got %+v", first)
	}
	t.Logf("checked %d results", len(run.Results))
}
