package handover_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/relay"
	"stafett/internal/relaytest"
	"stafett/internal/schema"
)

// The numbers of the short form; make chaos takes larger ones.
var (
	plans  = flag.Int("plans", 20, "how many made-up solutions to plan")
	relays = flag.Int("relays", 2, "how many made-up solutions to run through the services")
	seed   = flag.Uint64("seed", 0, "seed of the made-up solutions; 0 takes one and prints it")
)

// madeUp gives made-up solutions, each from a seed of its own that is told when it fails.
func madeUp(t *testing.T, n int) map[uint64]*relaytest.Solution {
	t.Helper()
	from := *seed
	if from == 0 {
		from = uint64(time.Now().UnixNano()) % 1_000_000_000
	}
	t.Logf("seed %d, %d solutions", from, n)
	out := map[uint64]*relaytest.Solution{}
	for i := range uint64(n) {
		random := rand.New(rand.NewPCG(from+i, 1))
		out[from+i] = relaytest.Generate(random, fmt.Sprintf("s%d", from+i))
	}
	return out
}

// loaded loads made-up apps, which must check clean.
func loaded(t *testing.T, folder fstest.MapFS) map[core.AppRef]*app.Definition {
	t.Helper()
	defs, found := app.LoadAll(folder)
	for _, f := range append(found, app.Check(defs)...) {
		if f.Severity != app.SeverityInfo {
			t.Errorf("what is made up does not check clean: %s", f)
		}
	}
	out := map[core.AppRef]*app.Definition{}
	for _, d := range defs {
		out[d.Ref] = d
	}
	return out
}

// TestProperty_EveryMappedValueArrivesAndNoOther plans each instance of made-up solutions, and
// holds what it hands over against what docs/handover.md says.
func TestProperty_EveryMappedValueArrivesAndNoOther(t *testing.T) {
	t.Parallel()
	count, sent := 0, 0
	for seed, s := range madeUp(t, *plans) {
		apps := loaded(t, s.Folder())
		for i, in := range s.Expected() {
			count++
			sent += len(in.Sent)
			documents := in.Documents
			if i == 0 {
				documents = s.Documents
			}
			got := mapped(t, apps, in, documents)
			if got, want := text(t, got), text(t, in.Sent); got != want {
				t.Errorf("seed %d: %s hands over\n%s\nwant\n%s", seed, in.App.Name, got, want)
			}
		}
	}
	t.Logf("%d instances hand over %d times", count, sent)
	if sent == 0 {
		t.Fatal("nothing was handed over")
	}
}

// mapped is what an instance with the documents hands over when its first task ends.
func mapped(
	t *testing.T, apps map[core.AppRef]*app.Definition, in *relaytest.Instance,
	documents map[string]map[string]any,
) map[string]core.Document {
	t.Helper()
	d := apps[refOf(in.App)]
	set := d.SetFor("Task_1")
	input := form.Input{
		Data: map[string]core.Document{}, Instance: core.Instance{Language: in.Language},
		Language: in.Language, Now: time.Now(),
	}
	for id, doc := range documents {
		input.Data[id] = doc
	}
	if in.From != nil {
		input.Instance.Source = &core.InstanceRef{AppRef: refOf(in.From.App)}
	}
	maps.Copy(input.Data, form.Clean(d, set, input))
	moment := app.Moment{TaskEnd: "Task_1", ProcessEnd: !in.App.Waits}
	planned, err := relay.Plan(relay.Source{App: d, Set: set, Input: input}, moment,
		func(ref core.AppRef) *app.Definition { return apps[ref] })
	if err != nil {
		t.Errorf("%s: %v", in.App.Name, err)
	}
	got := map[string]core.Document{}
	for _, p := range planned {
		got[p.Handover.ID] = p.Frozen.Document
	}
	return got
}

func refOf(a *relaytest.App) core.AppRef { return core.AppRef{Org: relaytest.Org, App: a.Name} }

// text writes a value in the one way in which equal values are equal: an object with nothing in it
// is nothing, and the ids that rows have here are no part of what is handed over.
func text(t *testing.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	reader := json.NewDecoder(bytes.NewReader(out))
	reader.UseNumber()
	if err := reader.Decode(&plain); err != nil {
		t.Fatal(err)
	}
	if out, err = json.MarshalIndent(bared(plain), "", " "); err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func bared(value any) any {
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			v[i] = bared(item)
		}
	case map[string]any:
		delete(v, schema.RowID)
		for name, item := range v {
			inner, isObject := bared(item).(map[string]any)
			if isObject && len(inner) == 0 {
				delete(v, name)
			}
		}
	}
	return value
}
