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

// TestSharedCases runs Altinn's cases, all but those that left-out.json names with a reason.
func TestSharedCases(t *testing.T) {
	t.Parallel()
	leftOut := map[string]string{}
	decodeFile(t, "testdata/left-out.json", &leftOut)
	ran, skipped := 0, 0
	for _, file := range caseFiles(t) {
		cases := casesIn(t, file)
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
				t.Errorf("%s: %s\n%v", c.fileAndPosition, c.Expression, err)
			}
		}
	}
	for file := range leftOut {
		t.Errorf("left-out.json names %s, which is no case", file)
	}
	if ran == 0 {
		t.Error("no case was run")
	}
	t.Logf("%d cases run, %d left out", ran, skipped)
}

func caseFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(casesRoot), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func casesIn(t *testing.T, file string) []sharedCase {
	t.Helper()
	var outer sharedCase
	decodeFile(t, filepath.Join(casesRoot, file), &outer)
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
