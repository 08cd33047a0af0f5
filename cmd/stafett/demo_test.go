package main

import (
	"bytes"
	"flag"
	"strings"
	"testing"

	"stafett/internal/demo"
)

var wholeDemo = flag.Bool("demo", false, "fill in all of the demo, not one matter of each state")

// TestDemo_FillsOnceAndIsLeftAlone fills a server and does so again: the second time finds it all.
func TestDemo_FillsOnceAndIsLeftAlone(t *testing.T) {
	t.Parallel()
	address, database := running(t)
	first, err := demo.Fill(t.Context(), address, !*wholeDemo)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := first.Write(&table); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d matters:\n%s", first.New(), &table)
	if first.New() < 15 {
		t.Errorf("%d matters are few", first.New())
	}
	before := deliveredArrows(t, database)
	second, err := demo.Fill(t.Context(), address, !*wholeDemo)
	if err != nil || second.New() != 0 {
		t.Errorf("the second time made %d more: %v", second.New(), err)
	}
	if len(before) < 20 {
		t.Errorf("the demo walks few arrows: %q", before)
	}
	// The caseworkers do more with their cases than to move them on.
	worker := signedIn(t, address, ingrid)
	const evening = "Lokalhistorisk kveld på Øvre Nordvik"
	lists := map[string]string{inboxAt + "?view=due": evening, inboxAt + "?q=tag:kulturarv": evening}
	if *wholeDemo {
		lists[inboxAt+"?view=snoozed"] = "Songkveld på fleire språk"
	}
	for list, want := range lists {
		p := get(t.Context(), t, worker, list)
		if !strings.Contains(p.Main(), want) {
			t.Errorf("%s has no %s: %s", list, want, p.Main())
		}
	}
}
