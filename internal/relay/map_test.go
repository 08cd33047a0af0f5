package relay

import (
	"encoding/json"
	"slices"
	"testing"

	"stafett/internal/app"
	"stafett/internal/core"
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
