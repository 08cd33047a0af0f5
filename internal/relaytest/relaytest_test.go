package relaytest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"stafett/internal/app"
	"stafett/internal/relaytest"
)

// TestGenerate_LoadsAndChecksClean: what is made up is what a service owner could have written,
// and every part of the task is in it now and then.
func TestGenerate_LoadsAndChecksClean(t *testing.T) {
	t.Parallel()
	apps, links := 0, 0
	for seed := range uint64(60) {
		s := relaytest.Generate(rand.New(rand.NewPCG(seed, 1)), fmt.Sprintf("s%d", seed))
		defs, found := app.LoadAll(s.Folder())
		for _, f := range append(found, app.Check(defs)...) {
			if f.Severity != app.SeverityInfo {
				t.Errorf("seed %d: %s", seed, f)
			}
		}
		if len(defs) != len(s.Apps) {
			t.Errorf("seed %d: %d of %d apps load", seed, len(defs), len(s.Apps))
		}
		apps += len(s.Apps)
		for _, a := range s.Apps {
			links += len(a.Links)
		}
	}
	t.Logf("%d apps with %d handovers", apps, links)
}
