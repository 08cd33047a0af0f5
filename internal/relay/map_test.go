package relay

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
)

// TestParts_TakesTheFilesOfATypeOrThoseWithATag: a file without the tag stays behind.
func TestParts_TakesTheFilesOfATypeOrThoseWithATag(t *testing.T) {
	t.Parallel()
	src := Source{}
	src.Input.Elements = []core.DataElement{
		{Type: "vedlegg", Filename: "plain.pdf"},
		{Type: "vedlegg", Filename: "accounts.pdf", Tags: []string{"other", "regnskap"}},
		{Type: "annet", Filename: "elsewhere.pdf", Tags: []string{"regnskap"}},
	}
	for tag, want := range map[string][]string{
		"": {"plain.pdf", "accounts.pdf"}, "regnskap": {"accounts.pdf"}, "budsjett": nil,
	} {
		var got []string
		for _, p := range parts(src, app.DataMapping{Target: "regnskap", Source: "vedlegg", Tag: tag}) {
			if p.DataType != "regnskap" {
				t.Errorf("%s goes to %s", p.Filename, p.DataType)
			}
			got = append(got, p.Filename)
		}
		if !slices.Equal(got, want) {
			t.Errorf("tag %q: got %q, want %q", tag, got, want)
		}
	}
}

// TestMapRows_ARowWithNothingMappedMakesNone: the rows after it close up.
func TestMapRows_ARowWithNothingMappedMakesNone(t *testing.T) {
	t.Parallel()
	inner := app.RowMapping{Target: "deler", From: "parts",
		Fields: []app.FieldMapping{{Target: "hva", Source: "what"}}}
	mapping := app.RowMapping{Target: "poster", From: "items",
		Fields: []app.FieldMapping{{Target: "navn", Source: "name"}}, Rows: []app.RowMapping{inner}}
	cases := map[string]string{
		`{}`: `{}`,
		`{"items": [{"other": 1}, {"name": "A"}, {}, {"name": "B"}]}`://
		`{"poster":[{"navn":"A"},{"navn":"B"}]}`,
		`{"items": [{"parts": [{"other": 1}]}, {"parts": [{"other": 1}, {"what": "x"}]}]}`://
		`{"poster":[{"deler":[{"hva":"x"}]}]}`,
	}
	for given, want := range cases {
		var source core.Document
		if err := json.Unmarshal([]byte(given), &source); err != nil {
			t.Fatal(err)
		}
		out := core.Document{}
		some, err := mapRows(out, "poster", "poster", source, "items", mapping, nil)
		got, _ := json.Marshal(out)
		if err != nil || string(got) != want || some != (want != "{}") {
			t.Errorf("%s: got %s, %v, %v; want %s", given, got, some, err, want)
		}
	}
}

// TestExpected_CountsTheHandoversWhoseConditionHolds: nothing is promised by one that is not made, and
// before anything is answered only what every answer leads to.
func TestExpected_CountsTheHandoversWhoseConditionHolds(t *testing.T) {
	t.Parallel()
	when := func(source string) *expr.Expr {
		e, err := expr.Parse([]byte(source))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	never, holds := when(`["equals", "a", "b"]`), when(`["equals", "a", "a"]`)
	sent := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		handovers      []*app.Handover
		before, expect int
	}{
		"none":                   {nil, 0, 0},
		"without a condition":    {[]*app.Handover{{DueInDays: 14}}, 14, 14},
		"one that does not hold": {[]*app.Handover{{DueInDays: 14, When: never}}, 14, 0},
		"the one that holds": {[]*app.Handover{
			{DueInDays: 14, When: never}, {DueInDays: 28, When: holds}}, 0, 28},
		"into another": {[]*app.Handover{{DueInDays: 14, Into: app.IntoSource}}, 0, 0},
		"all the same": {[]*app.Handover{
			{DueInDays: 28, When: never}, {DueInDays: 28, When: holds}}, 28, 28},
	} {
		d := &app.Definition{Handovers: c.handovers}
		if got := AnswerDays(d); got != c.before {
			t.Errorf("%s: got %d days before, want %d", name, got, c.before)
		}
		by := Expected(Source{App: d}, sent)
		switch {
		case by == nil && c.expect == 0:
		case by == nil || !by.Equal(sent.AddDate(0, 0, c.expect)):
			t.Errorf("%s: got %v, want %d days", name, by, c.expect)
		}
	}
}
