package form

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// The test apps are those of package app: see its testdata/README.md.
var testApps = sync.OnceValue(func() []*app.Definition {
	defs, found := app.LoadAll(os.DirFS("../app/testdata/apps"))
	if len(found) > 0 {
		panic(found[0].String())
	}
	return defs
})

// soknad is the app that is filled in, with its one layout set.
func soknad(t testing.TB) (*app.Definition, *app.LayoutSet) {
	t.Helper()
	d := testApps()[0]
	return d, d.SetFor("Task_1")
}

// now is noon on a summer day in Norway.
var now = time.Date(2026, 8, 14, 10, 0, 0, 0, time.UTC)

const (
	rowA = "11111111-1111-4111-8111-111111111111"
	rowB = "22222222-2222-4222-8222-222222222222"
)

// whole is a document in which everything is answered.
const whole1 = `{
	"soker": {"navn": "Kari Solbakken", "epost": "kari@example.no", "type": "privat"},
	"tiltak": {"navn": "Sommerleir", "start": "2026-09-01", "slutt": "2026-09-03",
		"deltakere": 40, "omrade": "nord", "malgruppe": "unge"},
	"budsjett": {"soknadsbelop": 5000, "sum": 7200.5, "poster": [
		{"altinnRowId": "` + rowA + `", "tekst": "Leie", "kategori": "lokale", "belop": 4200.5},
		{"altinnRowId": "` + rowB + `", "tekst": "Mat", "kategori": "annet", "annet": "Frukt", "belop": 3000}]},
	"samtykke": true}`

// input gives the input of a draft with the document.
func input(t testing.TB, doc string) Input {
	t.Helper()
	parsed, err := schema.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return Input{
		Data:     map[string]core.Document{"soknad": parsed},
		Language: "nb", Now: now, BaseURL: "/lindvik/tilskudd/instance/50001/x",
		Owner: core.Party{ID: 50001, Kind: core.PartyPerson, Name: "Kari Solbakken"},
		Instance: core.Instance{
			InstanceRef: core.InstanceRef{
				AppRef: core.AppRef{Org: "lindvik", App: "tilskudd"}, Owner: 50001,
				ID: uuid.MustParse("0198a0de-0000-7000-8000-000000000001"),
			},
			Process: core.ProcessState{Task: "Task_1", TaskType: "data"},
		},
		Rights: map[string]bool{"read": true, "write": true},
	}
}

// changed gives the input with single values set; nil removes one.
func changed(t testing.TB, in Input, paths map[string]any) Input {
	t.Helper()
	doc := schema.Clone(in.Data["soknad"])
	// In order, so that rows come after those before them.
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if err := schema.Set(doc, path, paths[path]); err != nil {
			t.Fatal(err)
		}
	}
	in.Data = map[string]core.Document{"soknad": doc}
	return in
}

// node finds a node anywhere on a page by its id.
func node(t testing.TB, p Page, id string) Node {
	t.Helper()
	n, ok := find(p.Nodes, id)
	if !ok {
		t.Fatalf("there is no node %s on page %s", id, p.ID)
	}
	return n
}

func find(list []Node, id string) (Node, bool) {
	for _, n := range list {
		if n.ID == id {
			return n, true
		}
		if found, ok := find(n.Children, id); ok {
			return found, true
		}
		if n.Rows == nil {
			continue
		}
		for _, row := range n.Rows.Rows {
			if found, ok := find(row.Fields, id); ok {
				return found, true
			}
		}
	}
	return Node{}, false
}

// messages gives issues as "path: message" lines.
func messages(issues []Issue) string {
	lines := make([]string, len(issues))
	for i, x := range issues {
		lines[i] = x.Path + ": " + x.Message
	}
	return strings.Join(lines, "\n")
}

// bind binds a post that must be taken.
func bind(t testing.TB, page string, posted url.Values, in Input) Bound {
	t.Helper()
	d, set := soknad(t)
	b, err := Bind(d, set, page, posted, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Unknown) > 0 {
		t.Fatalf("unknown: %v", b.Unknown)
	}
	return b
}

// post makes form values of "name=value" texts.
func post(pairs ...string) url.Values {
	v := url.Values{"version": {"3"}, "go": {"next"}}
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		v.Add(name, value)
	}
	return v
}

func number(s string) json.Number { return json.Number(s) }

// nb replaces the non-breaking spaces of a text, so that tests can be read.
func nb(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
