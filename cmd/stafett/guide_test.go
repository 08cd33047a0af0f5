package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stafett/internal/core"
)

// block is a fenced block of a guide: commands, or a file that stands before it in the text.
type block struct{ kind, file, text string }

var (
	fences = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```\n")
	paths  = regexp.MustCompile("`(apps/[a-z0-9/._-]+\\.json)`")
)

// blocksOf reads a guide and its blocks in order; a file is named in the text between it and the
// block before.
func blocksOf(t *testing.T, guide string) (string, []block) {
	t.Helper()
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	after := 0
	for _, at := range fences.FindAllStringSubmatchIndex(string(raw), -1) {
		b := block{kind: string(raw[at[2]:at[3]]), text: string(raw[at[4]:at[5]])}
		if named := paths.FindAllStringSubmatch(string(raw[after:at[0]]), -1); len(named) > 0 {
			b.file = named[len(named)-1][1]
		}
		after = at[1]
		out = append(out, b)
	}
	return string(raw), out
}

const guide = "../../docs/multi-app.md"

// TestGuide_RunsAsItIsWritten does what docs/multi-app.md says: its commands, with its files. It
// goes into a folder of its own, so it runs by itself.
func TestGuide_RunsAsItIsWritten(t *testing.T) {
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "apps"), os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	raw, blocks := blocksOf(t, guide)
	t.Chdir(folder)
	commands, files, last := 0, 0, ""
	for _, b := range blocks {
		switch b.kind {
		case "sh":
			for line := range strings.Lines(b.text) {
				last = stafett(t, strings.Fields(line))
				commands++
			}
		case "json":
			if err := writeNew(filepath.FromSlash(b.file), []byte(b.text)); err != nil {
				t.Fatal(err)
			}
			files++
		default:
			t.Errorf("nobody runs a block of %s", b.kind)
		}
	}
	if t.Logf("ran %d commands with %d files", commands, files); commands < 4 || files < 2 {
		t.Error("the guide shows hardly anything")
	}
	if !strings.Contains(raw, "    "+last) {
		t.Errorf("the guide does not show what the last command says: %s", last)
	}
}

// stafett runs a command of the guide's and gives what it says.
func stafett(t *testing.T, words []string) string {
	t.Helper()
	if len(words) < 2 || words[0] != "stafett" {
		t.Fatalf("%q is no command of ours", words)
	}
	var out strings.Builder
	if err := run(t.Context(), words[1:], noEnvironment, &out); err != nil {
		t.Fatalf("%q: %v\n%s", words, err, out.String())
	}
	return out.String()
}

// TestGuide_ItsScenarioIsWhatTheProgramDoes plays the guide's own scenarios in memory and by the
// pages of the whole program.
func TestGuide_ItsScenarioIsWhatTheProgramDoes(t *testing.T) {
	t.Parallel()
	folder := tryCopy(t)
	_, blocks := blocksOf(t, guide)
	for _, b := range blocks {
		words := strings.Fields(b.text)
		switch {
		case b.kind == "sh" && words[1] == "new":
			for line := range strings.Lines(b.text) {
				stafett(t, append(strings.Fields(line), "-dir", folder))
			}
		case b.kind == "json":
			file := filepath.Join(folder, strings.TrimPrefix(b.file, "apps/"))
			if err := writeNew(file, []byte(b.text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	tips := core.AppRef{Org: "nordvik", App: "tips"}
	scenarios, _ := compareAll(t, folder, tips, core.AppRef{Org: "nordvik", App: "tipssak"})
	if scenarios != 3 {
		t.Errorf("%d scenarios, want those of the two apps and the guide's own", scenarios)
	}
}
