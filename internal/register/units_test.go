package register_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"stafett/internal/register"
)

func TestLoadUnits_TellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		`{"units": [{"org": "nordvik", "name": "Kultur", "roles": ["a"]}]}`: "",
		`{"units": [{"name": "Kultur", "roles": ["a"]}]}`:                   "needs an org",
		`{"units": [{"org": "nordvik", "name": "Kultur", "roles": []}]}`:    "needs an org and roles",
		`{"units": [{"org": "nordvik", "name": " ", "roles": ["a"]}]}`:      "no name",
		`{"units": [{"org": "nordvik", "name": "A\"B", "roles": ["a"]}]}`:   "no name",
		`{"units": [{"org": "nordvik", "named": "Kultur"}]}`:                "unknown field",
		`{"units": [{"org": "n", "name": "Kultur", "roles": ["a"]},
			{"org": "n", "name": "kultur", "roles": ["b"]}]}`: "stands twice",
	}
	for file, want := range cases {
		units, err := register.LoadUnits(fstest.MapFS{"units.json": {Data: []byte(file)}}, "units.json")
		if want == "" && (err != nil || len(units) != 1 || units[0].Name != "Kultur") {
			t.Errorf("%s: %v, %v", file, units, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", file, err, want)
		}
	}
	t.Logf("checked %d files", len(cases))
}
