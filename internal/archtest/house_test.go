package archtest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// maxLines is how long a file that people write may be.
const maxLines = 500

// sources gives every source file that people write, with its content.
func sources(t *testing.T, endings ...string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if d.IsDir() {
			if base := d.Name(); base == "node_modules" || base == "dist" || base == "bin" ||
				strings.HasPrefix(base, ".") && base != ".." && base != ".ci" {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(name, e) }) ||
			strings.HasSuffix(name, "_templ.go") || name == "migrations/schema.sql" {
			return nil
		}
		files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("checked %d files", len(files))
	if len(files) == 0 {
		t.Fatal("no files were checked")
	}
	return files
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for name, content := range sources(t, ".go", ".templ", ".css", ".js", ".sql") {
		if n := bytes.Count(content, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines, at most %d", name, n, maxLines)
		}
	}
}

// rule is something that no file may hold, but for those that it names.
type rule struct {
	pattern *regexp.Regexp
	why     string
	except  func(name string) bool
}

func TestHouseRules(t *testing.T) {
	t.Parallel()
	isTest := func(name string) bool { return strings.HasSuffix(name, "_test.go") }
	in := func(folders ...string) func(string) bool {
		return func(name string) bool {
			return isTest(name) || slices.ContainsFunc(folders, func(f string) bool {
				return strings.HasPrefix(name, f)
			})
		}
	}
	rules := []rule{
		{regexp.MustCompile(`\bos\.(Getenv|LookupEnv|Environ)\b`),
			"only cmd reads the environment",
			in("cmd/", "internal/browsertest/", "store/storetest/", "internal/embedpg/")},
		{regexp.MustCompile(`(?i)\bselect\s+\*`), "columns are spelled out", isTest},
		{regexp.MustCompile(`\bt\.(Skip|SkipNow|Skipf)\(`), "a missing part fails", func(name string) bool {
			// The tests over outside cases are the only ones that may skip (DESIGN.md section 9).
			return name == "internal/archtest/house_test.go" ||
				name == "cmd/stafett/tokencases_test.go" || name == "internal/altinntest/apps_test.go"
		}},
		{regexp.MustCompile(`\.(DeliveryPayload|MarkDelivered)\(`),
			"only handover reads a delivery's payload and marks it delivered",
			in("internal/handover/", "store/")},
		{regexp.MustCompile(`\btime\.Now\(\)(\.AddDate\([^)]*\))?\.Format\(time\.DateOnly`),
			"a day is a day in Oslo, where it begins an hour or two before it does in UTC",
			func(string) bool { return false }},
		{regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`), "an issue holds what is to do", func(name string) bool {
			return name == "internal/archtest/house_test.go"
		}},
	}
	for name, content := range sources(t, ".go", ".sql", ".templ") {
		for _, r := range rules {
			if !r.except(name) && r.pattern.Match(content) {
				t.Errorf("%s holds %q: %s", name, r.pattern.Find(content), r.why)
			}
		}
	}
}

func TestEnginesReadNoClock(t *testing.T) {
	t.Parallel()
	clock := regexp.MustCompile(`\btime\.(Now|Since|Until)\(`)
	checked := 0
	for name, content := range sources(t, ".go") {
		engine := slices.ContainsFunc(engines, func(e string) bool { return strings.HasPrefix(name, e+"/") })
		if !engine || strings.HasSuffix(name, "_test.go") {
			continue
		}
		checked++
		if clock.Match(content) {
			t.Errorf("%s reads the clock", name)
		}
	}
	if checked == 0 {
		t.Fatal("no engine files were checked")
	}
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"cmd", "web", "templates", "static", "store", "migrations", "go.mod", "go.sum", "README.md",
		"apps", "internal", "docs", "Makefile", "package.json", "package-lock.json",
		"node_modules", "bin",
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s does not belong at the top", e.Name())
		}
	}
}
