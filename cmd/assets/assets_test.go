package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/klauspost/compress/zstd"
)

const root = "../.."

func TestBundle_HasEntriesFontsAndImagesUnderHashedNames(t *testing.T) {
	t.Parallel()
	files, err := bundle(root)
	if err != nil {
		t.Fatal(err)
	}
	hashed := regexp.MustCompile(`^[a-z-]+-[A-Z0-9]{8}\.[a-z0-9]+$`)
	found := map[string]bool{}
	for _, f := range files {
		found[f.of] = true
		if !hashed.MatchString(f.name) {
			t.Errorf("%s has no hash in its name", f.name)
		}
		if len(f.data) == 0 {
			t.Errorf("%s is empty", f.name)
		}
	}
	for _, want := range []string{"app.css", "app.js", "favicon.svg",
		"inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2"} {
		if !found[want] {
			t.Errorf("%s is missing", want)
		}
	}
	t.Logf("checked %d files", len(files))
}

func TestBundle_CascadeLayersComeInOurOrder(t *testing.T) {
	t.Parallel()
	css := string(fileOf(t, "app.css"))
	if !strings.HasPrefix(css, "@layer reset,ds.theme,ds.base,ds.components,app,media;") {
		t.Errorf("starts with %.90q, want our order of layers first", css)
	}
	if strings.Contains(css, "@import") {
		t.Error("an import was left for the browser to fetch")
	}
	// Our own rules stand in layers, so that their order is what layers.css says.
	ours := regexp.MustCompile(`@layer (app|media)\{`).FindAllString(css, -1)
	if len(ours) < 10 {
		t.Errorf("found %d of our layers, want each of our files in one", len(ours))
	}
	t.Logf("checked %d layers of ours", len(ours))
}

func fileOf(t *testing.T, source string) []byte {
	t.Helper()
	files, err := bundle(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.of == source {
			return f.data
		}
	}
	t.Fatalf("%s is missing", source)
	return nil
}

// TestBundle_UX80_KeepsWithinTheBudget: UX.md's weights. A page may be 60 kB on the first visit without
// the font; style and script must leave room for it.
func TestBundle_UX80_KeepsWithinTheBudget(t *testing.T) {
	t.Parallel()
	css, js := brotliSize(t, fileOf(t, "app.css")), brotliSize(t, fileOf(t, "app.js"))
	own := brotliSize(t, ownScript(t))
	t.Logf("brotli: style %d, script %d, of it our own %d bytes", css, js, own)
	for _, c := range []struct {
		what      string
		got, most int
	}{{"style", css, 30_000}, {"script", js, 20_000}, {"our own script", own, 5_000}} {
		if c.got > c.most {
			t.Errorf("%s is %d bytes, want at most %d", c.what, c.got, c.most)
		}
	}
}

// ownScript is the script without htmx.
func ownScript(t *testing.T) []byte {
	t.Helper()
	options, err := buildOptions(root)
	if err != nil {
		t.Fatal(err)
	}
	options.EntryPoints = []string{"static/js/app.js"}
	options.External = []string{"htmx.org"}
	options.Format = api.FormatESModule
	result := api.Build(options)
	if len(result.Errors) > 0 {
		t.Fatal(buildError(result.Errors))
	}
	return result.OutputFiles[0].Contents
}

func brotliSize(t *testing.T, data []byte) int {
	t.Helper()
	made, err := copies(output{name: "x.txt", data: data})
	if err != nil {
		t.Fatal(err)
	}
	return len(made[".br"])
}

func TestCopies_AreTheFileAgain(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("Søknad om arrangementsstøtte. "), 100)
	made, err := copies(output{name: "x.txt", data: data})
	if err != nil {
		t.Fatal(err)
	}
	readers := map[string]func([]byte) (io.Reader, error){
		".br":  func(b []byte) (io.Reader, error) { return brotli.NewReader(bytes.NewReader(b)), nil },
		".gz":  func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		".zst": func(b []byte) (io.Reader, error) { return zstd.NewReader(bytes.NewReader(b)) },
	}
	for ext, open := range readers {
		r, err := open(made[ext])
		if err != nil {
			t.Fatalf("%s: %v", ext, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: not the same file, %v", ext, err)
		}
	}
	for _, f := range []output{{name: "f.woff2", data: data}, {name: "x.txt", data: []byte("a")}} {
		if made, err := copies(f); err != nil || len(made) > 0 {
			t.Errorf("%s (%d bytes): %d copies, %v: want none", f.name, len(f.data), len(made), err)
		}
	}
	t.Logf("checked %d encodings", len(readers))
}

// checkout makes a small checkout with the packages of this one.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	modules, err := filepath.Abs(filepath.Join(root, "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"static/css/app.css": "body { margin: 0 }", "static/js/app.js": "document.title = 'x'",
		"static/img/a.svg": "<svg/>", "static/dist/.gitkeep": "", "static/dist/old-AAAAAAAA.js": "old",
	} {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRun_ReplacesWhatAnEarlierRunWrote(t *testing.T) {
	t.Parallel()
	dir := checkout(t)
	lines, err := run(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 3 {
		t.Errorf("told of %d files, want 3: %v", len(lines), lines)
	}
	dist := filepath.Join(dir, "static", "dist")
	if _, err := os.Stat(filepath.Join(dist, "old-AAAAAAAA.js")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old file: %v, want it gone", err)
	}
	if _, err := os.Stat(filepath.Join(dist, ".gitkeep")); err != nil {
		t.Errorf("the file that keeps the folder: %v", err)
	}
	raw, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	manifest := map[string]string{}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.css", "app.js", "a.svg"} {
		if _, err := os.Stat(filepath.Join(dist, manifest[name])); manifest[name] == "" || err != nil {
			t.Errorf("%s in the manifest: %q, %v", name, manifest[name], err)
		}
	}
}

func TestRun_AgainTouchesNoFileButTheManifest(t *testing.T) {
	t.Parallel()
	dir := checkout(t)
	times := func() map[string]int64 {
		if _, err := run(dir); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(filepath.Join(dir, "static", "dist"))
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int64{}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			found[e.Name()] = info.ModTime().UnixNano()
		}
		return found
	}
	before := times()
	for name, at := range times() {
		if name != "manifest.json" && before[name] != at {
			t.Errorf("%s was written again", name)
		}
		if name == "manifest.json" && before[name] == at {
			t.Error("the manifest is old: make would build the assets every time")
		}
	}
	t.Logf("checked %d files", len(before))
}

func TestRun_TellsWhereTheMistakeIs(t *testing.T) {
	t.Parallel()
	dir := checkout(t)
	script := filepath.Join(dir, "static", "js", "app.js")
	if err := os.WriteFile(script, []byte("import './missing.js';"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := run(dir)
	if err == nil || !strings.Contains(err.Error(), "app.js:1:") {
		t.Errorf("got %v, want file and line", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "static/dist/old-AAAAAAAA.js")); err != nil {
		t.Errorf("a failed run removed the assets that were there: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if _, err := run(dir); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("got %v, want advice to run npm ci", err)
	}
}
