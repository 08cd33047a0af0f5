package relay

import (
	"encoding/json"
	"testing"

	"stafett/internal/app"
	"stafett/internal/core"
)

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
