package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/driver"
	"stafett/internal/register"
	"stafett/internal/scenario"
	"stafett/internal/schema"
	"stafett/internal/text"
	"stafett/store"
)

// TestTry_AgreesWithTheWholeProgram plays every scenario of the example apps in memory and over
// the whole program, and compares everything that there is after each step.
func TestTry_AgreesWithTheWholeProgram(t *testing.T) {
	t.Parallel()
	scenarios, expectations := compareAll(t, tryCopy(t))
	t.Logf("compared %d scenarios with %d expectations", scenarios, expectations)
	if scenarios < 8 || expectations < 100 {
		t.Error("hardly anything was compared")
	}
}

// compareAll plays the scenarios of a folder's apps, or of those that are named, in both worlds.
func compareAll(t *testing.T, folder string, only ...core.AppRef) (scenarios, expectations int) {
	t.Helper()
	s := appFolder{files: os.DirFS(folder)}
	s.apps, _ = app.LoadAll(s.files)
	apps := scenario.Apps{}
	var list []*app.Scenario
	for _, d := range s.apps {
		apps[d.Ref] = d
		if more, _ := s.scenarios(d); len(only) == 0 || slices.Contains(only, d.Ref) {
			list = append(list, more...)
		}
	}
	people, err := peopleOf([]appFolder{s})
	if err != nil {
		t.Fatal(err)
	}
	people = people.With("nordvik", list)
	addToRegister(t, filepath.Join(folder, registerFile), people)
	w := newWhole(t, folder, apps, people)
	for _, one := range list {
		expectations += compare(t, w, apps, people, one)
	}
	return len(list), expectations
}

// addToRegister writes the made-up people into the register that the program starts with.
func addToRegister(t *testing.T, file string, people scenario.People) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r register.Register
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	known := len(r.Parties)
	for _, p := range people.Parties[known:] {
		r.Parties = append(r.Parties, register.Party{
			ID: p.ID, Kind: p.Kind, Name: p.Name, Number: p.PersonNumber.Reveal(), Language: "nb",
		})
		for _, g := range people.Roles {
			if g.Person == p.ID {
				r.Roles = append(r.Roles, register.Role{Person: p.ID, Party: g.Party, Role: g.Role})
			}
		}
	}
	if raw, err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func newWhole(
	t *testing.T, folder string, apps scenario.Apps, people scenario.People,
) *whole {
	t.Helper()
	running, database := newWorldWith(t, map[string]string{"apps": folder})
	s, err := store.Open(t.Context(), database, store.Options{AllowUnsafe: true, Role: store.ServingRole})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &whole{
		t: t, world: running, store: s, apps: apps, people: people,
		browser: map[core.PartyID]*driver.Browser{}, acts: map[core.PartyID]core.PartyID{}, old: map[uuid.UUID]bool{},
	}
}

// compare plays one scenario in both worlds and gives how many expectations it has.
func compare(
	t *testing.T, w *whole, apps scenario.Apps, people scenario.People, one *app.Scenario,
) int {
	t.Helper()
	w.next()
	now := time.Now()
	stage := scenario.Stage{Org: "nordvik", Apps: apps, People: people, Now: now}
	memory := &recorder{World: scenario.NewMemory(apps, people, now)}
	stage.World = memory
	quick := stage.Play(one)
	program := &recorder{World: w}
	stage.World = program
	slow := stage.Play(one)
	for where, r := range map[string]scenario.Result{"in memory": quick, "by the program": slow} {
		for _, f := range r.Failures {
			t.Errorf("%s:%d %s: expected that %s, got %s (%s)", one.File, f.Line, where, f.Expected,
				f.Got, f.Hint)
		}
	}
	if quick.Expectations != slow.Expectations {
		t.Errorf("%s: %d and %d expectations", one.File, quick.Expectations, slow.Expectations)
	}
	for i := range min(len(memory.steps), len(program.steps)) {
		if a, b := memory.steps[i], program.steps[i]; a != b {
			t.Errorf("%s: after step %d memory has what the program has not: %q, and the other way: %q",
				one.File, i+1, missing(a, b), missing(b, a))
		}
	}
	return quick.Expectations
}

// missing gives the lines of a that b does not have.
func missing(a, b string) []string {
	var out []string
	has := strings.Split(b, "\n")
	for line := range strings.SplitSeq(a, "\n") {
		if !slices.Contains(has, line) {
			out = append(out, line)
		}
	}
	return out
}

// recorder writes down everything that there is after each step.
type recorder struct {
	scenario.World
	steps []string
}

func (r *recorder) Seen() ([]scenario.Seen, error) {
	list, err := r.World.Seen()
	slices.SortStableFunc(list, func(a, b scenario.Seen) int {
		// What comes into being in the same step may do so in any order.
		return strings.Compare(a.Instance.AppRef.String(), b.Instance.AppRef.String())
	})
	var out strings.Builder
	for i, s := range list {
		describe(&out, i, s)
	}
	r.steps = append(r.steps, out.String())
	return list, err
}

func describe(out *strings.Builder, i int, s scenario.Seen) {
	inst := s.Instance
	line := func(what string, value any) { fmt.Fprintf(out, "%d %s %s: %v\n", i, inst.AppRef, what, value) }
	line("owner", inst.Owner)
	line("stands", fmt.Sprint(inst.Status, inst.Process.Task, inst.Process.TaskType, inst.Process.EndEvent))
	line("is called", fmt.Sprint(inst.Title, "|", inst.Applicant, "|", inst.Language))
	line("unit", inst.DataValues["unit"])
	line("submitted", inst.Submitted != nil)
	line("reference", inst.Reference != "")
	if inst.Due != nil {
		line("due", text.ISODate(*inst.Due))
	}
	if inst.Source != nil {
		line("came from", inst.Source.AppRef)
		line("belongs to the matter of", inst.Thread.Owner)
	}
	if inst.Substatus != nil {
		sub := *inst.Substatus
		line("substatus", fmt.Sprint(sub.Label, sub.Description, sub.Texts, sub.Ended, sub.Expected != nil))
	}
	var files []string
	for _, e := range s.Elements {
		name := e.Filename
		if e.ContentType == "application/pdf" && inst.Reference != "" {
			name = strings.Replace(name, inst.Reference, "reference", 1)
		}
		files = append(files, fmt.Sprint(e.Type, "|", name, "|", e.ContentType, "|", e.Tags))
	}
	slices.Sort(files)
	line("files", files)
	for dataType, doc := range s.Data {
		raw, err := schema.Encode(cleaned(doc))
		line(dataType, fmt.Sprint(string(raw), err))
	}
}

// cleaned leaves out what is no answer: nothing, empty lists and objects, and rows' ids.
func cleaned(doc core.Document) core.Document {
	out, _ := clean(map[string]any(doc)).(map[string]any)
	return core.Document(out)
}

func clean(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, item := range x {
			if kept := clean(item); kept != nil && name != schema.RowID {
				out[name] = kept
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case []any:
		var out []any
		for _, item := range x {
			out = append(out, clean(item))
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	return v
}
