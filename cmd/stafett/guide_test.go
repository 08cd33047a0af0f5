package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/scenario"
)

// block is a fenced block of a guide: commands, or a file that stands before it in the text.
type block struct{ kind, file, text string }

var (
	fences = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```\n")
	paths  = regexp.MustCompile("`(apps/[a-z0-9/._-]+\\.json)`")
)

// blocksOf reads a guide's blocks in order; a file is named in the text between it and the block
// before.
func blocksOf(t *testing.T, guide string) []block {
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
	return out
}

// TestGuide_RunsAsItIsWritten does what docs/multi-app.md says: its commands, with its files, and
// then the scenario by the pages of the whole program. It goes into a folder of its own, so it
// runs by itself.
func TestGuide_RunsAsItIsWritten(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	guide := filepath.Join(here, "../../docs/multi-app.md")
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "apps"), os.DirFS("../../apps")); err != nil {
		t.Fatal(err)
	}
	blocks := blocksOf(t, guide)
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
	raw, err := os.ReadFile(guide)
	if err != nil || !strings.Contains(string(raw), "    "+last) {
		t.Errorf("the guide does not show what the last command says: %s (%v)", last, err)
	}
	t.Chdir(here)
	playGuide(t, filepath.Join(folder, "apps"))
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

// playGuide plays the guide's own scenario in memory and by the whole program.
func playGuide(t *testing.T, folder string) {
	t.Helper()
	s := solution{files: os.DirFS(folder)}
	s.apps, _ = app.LoadAll(s.files)
	apps := scenario.Apps{}
	for _, d := range s.apps {
		apps[d.Ref] = d
	}
	own, err := fs.Sub(s.files, "nordvik/tips")
	if err != nil {
		t.Fatal(err)
	}
	list, found := app.ReadScenarios(own, core.AppRef{Org: "nordvik", App: "tips"})
	people, err := peopleOf([]solution{s})
	if err != nil || len(list) != 2 {
		t.Fatalf("%d scenarios, %v, %v", len(list), found, err)
	}
	people = people.With("nordvik", list)
	addToRegister(t, filepath.Join(folder, registerFile), people)
	w := newWhole(t, folder, apps, people)
	begun := time.Now()
	for _, one := range list {
		compare(t, w, apps, people, one)
	}
	t.Logf("played by the program in %v", time.Since(begun).Round(time.Millisecond))
}
