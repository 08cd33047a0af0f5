package expr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const casesRoot = "testdata/cases"

// sharedCase is one of Altinn's shared cases, or one of the testCases within a file, which
// share the file's fixtures.
type sharedCase struct {
	Expression     json.RawMessage `json:"expression"`
	Expects        json.RawMessage `json:"expects"`
	ExpectsFailure *string         `json:"expectsFailure"`
	TestCases      []sharedCase    `json:"testCases"`
	fixtures

	fileAndPosition string
}

// TestExprCases runs cases in Altinn's shape: those of this package, and those of the folders in
// STAFETT_EXPR_CASES (colon-separated; else shared/expr-cases beside the checkout, where there is
// one). left-out.json names the files that are left out, with the reason.
func TestExprCases(t *testing.T) {
	t.Parallel()
	ran, failed := runCases(t, casesRoot, true)
	for _, folder := range outsideCases(t) {
		n, wrong := runCases(t, folder, false)
		if n == 0 {
			t.Errorf("%s holds no case", folder)
		}
		ran, failed = ran+n, failed+wrong
	}
	if ran == 0 {
		t.Error("no case was run")
	}
	t.Logf("cases: %d, failed: %d", ran, failed)
}

// outsideCases gives the folders of cases that are not in the repository.
func outsideCases(t *testing.T) []string {
	t.Helper()
	if list := os.Getenv("STAFETT_EXPR_CASES"); list != "" {
		return strings.Split(list, ":")
	}
	beside := filepath.Join("..", "..", "..", "shared", "expr-cases")
	if _, err := os.Stat(beside); err != nil {
		t.Log("no cases beside the checkout: STAFETT_EXPR_CASES names folders of them")
		return nil
	}
	return []string{beside}
}

// runCases runs the cases of a folder, and tells how many there were and how many failed. Own
// cases must be all that left-out.json names.
func runCases(t *testing.T, root string, own bool) (ran, failed int) {
	t.Helper()
	leftOut := map[string]string{}
	decodeFile(t, "testdata/left-out.json", &leftOut)
	skipped := 0
	for _, file := range caseFiles(t, root) {
		cases := casesIn(t, root, file)
		if reason, out := leftOut[file]; out {
			if reason == "" {
				t.Errorf("%s is left out without a reason", file)
			}
			delete(leftOut, file)
			skipped += len(cases)
			continue
		}
		for _, c := range cases {
			ran++
			if err := c.run(); err != nil {
				failed++
				t.Errorf("%s: %s\n%v", c.fileAndPosition, c.Expression, err)
			}
		}
	}
	for file := range leftOut {
		if own {
			t.Errorf("left-out.json names %s, which is no case", file)
		}
	}
	t.Logf("%s: %d cases run, %d left out", root, ran, skipped)
	return ran, failed
}

// caseFiles gives the JSON files under a folder.
func caseFiles(t *testing.T, root string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".json") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func casesIn(t *testing.T, root, file string) []sharedCase {
	t.Helper()
	var outer sharedCase
	decodeFile(t, filepath.Join(root, file), &outer)
	var cases []sharedCase
	if outer.Expression != nil {
		cases = append(cases, outer)
	}
	for _, inner := range outer.TestCases {
		inner.fixtures = outer.fixtures
		cases = append(cases, inner)
	}
	for i := range cases {
		cases[i].fileAndPosition = fmt.Sprintf("%s (%d)", file, i+1)
	}
	return cases
}

func decodeFile(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// run tells how the case went wrong.
func (c sharedCase) run() error {
	var got any
	e, err := Parse(c.Expression)
	if err == nil {
		got, err = e.Eval(newSurroundings(c.fixtures), Any)
	}
	if c.ExpectsFailure != nil {
		if err == nil || !strings.Contains(err.Error(), *c.ExpectsFailure) {
			return fmt.Errorf("got %v, %v, want error with %q", got, err, *c.ExpectsFailure)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("got error %w, want %s", err, c.Expects)
	}
	raw, err := json.Marshal(got)
	if err != nil {
		return err
	}
	var gotJSON, wantJSON any
	if err := json.Unmarshal(raw, &gotJSON); err != nil {
		return err
	}
	if err := json.Unmarshal(c.Expects, &wantJSON); err != nil {
		return err
	}
	if !reflect.DeepEqual(gotJSON, wantJSON) {
		return fmt.Errorf("got %s, want %s", raw, c.Expects)
	}
	return nil
}
