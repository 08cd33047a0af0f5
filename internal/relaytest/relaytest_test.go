package relaytest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"stafett/internal/app"
	"stafett/internal/relaytest"
)

// TestGenerate_LoadsAndChecksClean: what is made up is what a service owner could have written,
// and there is enough of everything in it.
func TestGenerate_LoadsAndChecksClean(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(25) {
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
		look(seen, s)
	}
	for _, what := range []string{
		"app", "waits", "made", "made: 4 from one", "5 after one another", "condition", "prefill",
		"rows", "rows in rows", "one row of the form", "whole document", "another document",
		"attachment", "PDF", "way back", "to the applicant", "two to one app",
	} {
		if seen[what] == 0 {
			t.Errorf("nothing made up has: %s", what)
		}
	}
	t.Logf("made up: %v", seen)
}

// look counts what there is in a solution.
func look(seen map[string]int, s *relaytest.Solution) {
	for _, a := range s.Apps {
		seen["app"]++
		count(seen, "waits", a.Waits)
		to, made := map[*relaytest.App]bool{}, 0
		for _, l := range a.Links {
			if !l.Back {
				made++
				count(seen, "two to one app", to[l.To])
				to[l.To] = true
			}
			lookAt(seen, l)
		}
		count(seen, "made: 4 from one", made == 4)
	}
	for _, in := range s.Expected() {
		depth := 0
		for from := in; from.From != nil; from = from.From {
			depth++
		}
		count(seen, "made", depth > 0)
		count(seen, "5 after one another", depth == 5)
	}
}

func lookAt(seen map[string]int, l *relaytest.Link) {
	count(seen, "way back", l.Back)
	count(seen, "condition", l.When != nil)
	count(seen, "to the applicant", l.ToSource)
	seen["prefill"] += len(l.Prefill)
	for _, r := range l.Rows {
		seen["rows"]++
		seen["rows in rows"] += len(r.Rows)
		count(seen, "one row of the form", r.From == "")
	}
	for target, source := range l.Data {
		count(seen, "whole document", target == relaytest.MainForm)
		count(seen, "PDF", source == relaytest.PDF)
		isForm := slices.ContainsFunc(l.To.Forms, func(f *relaytest.Form) bool { return f.ID == target })
		count(seen, "another document", isForm && target != relaytest.MainForm)
		count(seen, "attachment", !isForm && source != relaytest.PDF)
	}
}

func count(seen map[string]int, what string, is bool) {
	if is {
		seen[what]++
	}
}
