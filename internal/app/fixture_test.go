package app

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	soknad = "lindvik/tilskudd"
	sak    = "lindvik/tilskuddssak"
)

// files reads testdata/apps into memory, so that a test can change single files.
func files(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS("testdata/apps")
	err := fs.WalkDir(root, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(root, path)
		out[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// replace changes a text in a file, and fails when it is not there: a test whose change does
// nothing proves nothing.
func replace(t testing.TB, fsys fstest.MapFS, file, old, new string) {
	t.Helper()
	f := fsys[file]
	if f == nil || !strings.Contains(string(f.Data), old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(f.Data), old, new, 1))}
}

// lineOfText gives the line on which a text first stands in a file.
func lineOfText(t testing.TB, fsys fstest.MapFS, file, text string) int {
	t.Helper()
	before, _, ok := strings.Cut(string(fsys[file].Data), text)
	if !ok {
		t.Fatalf("%s does not hold %q", file, text)
	}
	return 1 + strings.Count(before, "\n")
}

// sub gives one app's folder.
func sub(t testing.TB, fsys fs.FS, folder string) fs.FS {
	t.Helper()
	out, err := fs.Sub(fsys, folder)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// load loads one app that must be without errors and warnings.
func load(t testing.TB, fsys fs.FS, folder string) *Definition {
	t.Helper()
	d, found := Load(sub(t, fsys, folder))
	for _, f := range withoutInfo(found) {
		t.Error(f)
	}
	if d == nil {
		t.Fatalf("%s does not load", folder)
	}
	return d
}

// withoutInfo gives what is not there for information only.
func withoutInfo(found []Finding) []Finding {
	return slices.DeleteFunc(found, func(f Finding) bool { return f.Severity == SeverityInfo })
}
