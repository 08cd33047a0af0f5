package solution_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/solution"
)

// parsed gives an expression as a file writes it.
func parsed(t *testing.T, source string) *expr.Expr {
	t.Helper()
	e, err := expr.Parse(json.RawMessage(source))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var example = sync.OnceValue(func() []*app.Definition {
	defs, _ := app.LoadAll(apps.FS)
	return defs
})

// handing gives an app of the example solution with other handovers than its own.
func handing(t *testing.T, list ...*app.Handover) solution.Part {
	t.Helper()
	for _, d := range example() {
		if d.Ref.App == "arrangementsstotte" {
			changed := *d
			changed.Handovers, changed.Reports = list, nil
			return solution.Part{App: &changed}
		}
	}
	t.Fatal("there is no arrangementsstotte")
	return solution.Part{}
}

func nameless(string) string { return "" }

var elsewhere = core.AppRef{Org: "annen", App: "arkiv"}

func TestOf_ConditionsAreInWords(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		`["equals", ["dataModel", "a.b"], "c"]`:                                `a.b er «c»`,
		`["notEquals", ["component", "felt"], null]`:                           `felt ikke er tom`,
		`["greaterThanEq", ["dataModel", "a"], 12]`:                            `a er minst 12`,
		`["not", ["lessThan", ["dataModel", "a"], 3]]`:                         `det ikke stemmer at a er mindre enn 3`,
		`["and", ["dataModel", "x"], ["or", ["dataModel", "y"], true]]`:        `x og (y eller ja)`,
		`["equals", ["countDataElements", "vedlegg"], 0]`:                      `["countDataElements","vedlegg"] er «0»`,
		`["or", ["equals", ["dataModel", "a"], 1], ["dataModel", "b", "skj"]]`: `a er «1» eller ["dataModel","b","skj"]`,
	}
	for source, want := range cases {
		p := solution.Of("nb", []solution.Part{handing(t, &app.Handover{ID: "h", To: elsewhere,
			On: app.On{ProcessEnd: true}, When: parsed(t, source),
			Owner: app.HandoverOwner{Source: true}})}, nameless)
		if got := p.Arrows[0].Conditions; len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
}

func TestOf_SaysWhoOwnsWhatIsMade(t *testing.T) {
	t.Parallel()
	owners := map[string]app.HandoverOwner{
		"whoever started the matter":                 {Source: true},
		"a person":                                   {PersonNumber: parsed(t, `["dataModel", "a"]`)},
		"organisation 310\u00a0246\u00a0816":         {OrganisationNumber: expr.Literal("310246816")},
		"the organisation that the answers point to": {OrganisationNumber: parsed(t, `["dataModel", "a"]`)},
	}
	for want, owner := range owners {
		p := solution.Of("en", []solution.Part{handing(t, &app.Handover{ID: "h", To: elsewhere,
			On: app.On{TaskEnd: "Task_1"}, Owner: owner})}, nameless)
		n := p.Nodes[1]
		if p.Arrows[0].Owner != want || n.Kind != solution.KindElsewhere || n.Ref != elsewhere ||
			len(n.Owners) != 1 || n.Owners[0] != want {
			t.Errorf("%s: got %+v to %+v", want, p.Arrows[0], n)
		}
	}
}

func TestAround_KeepsWhatTheWantedAreTiedTo(t *testing.T) {
	t.Parallel()
	node := func(org, name string) solution.Node {
		return solution.Node{Ref: core.AppRef{Org: org, App: name}, Title: name}
	}
	p := solution.Picture{
		Nodes: []solution.Node{node("b", "far"), node("b", "near"), node("a", "mine"), node("a", "alone")},
		Arrows: []solution.Arrow{{From: 0, To: 1, Handovers: []string{"theirs"}},
			{From: 1, To: 2, Handovers: []string{"in"}}, {From: 2, To: 1, Handovers: []string{"out"}}},
	}
	got := p.Around(func(ref core.AppRef) bool { return ref.Org == "a" })
	names := ""
	for _, n := range got.Nodes {
		names += n.Title + " "
	}
	for _, a := range got.Arrows {
		names += got.Nodes[a.From].Title + "→" + got.Nodes[a.To].Title + " "
	}
	if want := "near mine alone near→mine mine→near "; names != want {
		t.Errorf("got %q, want %q", names, want)
	}
	if p.Arrows[1].From != 1 || len(p.Nodes) != 4 {
		t.Errorf("the picture itself has changed: %+v", p)
	}
}

func TestWords_TellEveryArrowOnceAndWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	h := &app.Handover{ID: "h", To: elsewhere, On: app.On{Action: "klag"}, Into: app.IntoThread,
		Data: []app.DataMapping{{Target: "x", Source: "vedlegg"}, {Target: "y", Source: app.PDFDataType},
			{Target: "z", Source: "soknad"}},
		Rows: []app.RowMapping{{Fields: make([]app.FieldMapping, 2),
			Rows: []app.RowMapping{{Fields: make([]app.FieldMapping, 3)}}}}}
	p := solution.Of("nb", []solution.Part{handing(t, h)}, nameless)
	p.Arrows[0].Live = &solution.Live{Waiting: 1000, Parked: 2, MoreWaiting: true}
	words := p.Words()
	if len(words) != 2 || len(words[0].Out) != 1 || len(words[1].Out) != 0 {
		t.Fatalf("got %+v", words)
	}
	for _, want := range []string{
		"Legger noe til i en som finnes.", "5 felt", "hele skjemaet «soknad»", "vedleggene «vedlegg»",
		"innsendingen som PDF", "1000+ på vei, 2 stoppet.", "når noen velger",
	} {
		if got := words[0].Out[0].Text; !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	var svg bytes.Buffer
	if err := solution.Draw(p).WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	if s := svg.String(); strings.Contains(s, "style=") || strings.Contains(s, "<style") ||
		!strings.Contains(s, `role="img"`) || !strings.Contains(s, "sol-label--parked") {
		t.Errorf("the element of a page: %s", s)
	}
}
