package process

import (
	"slices"
	"testing"
)

func TestGateways_TellTheirWaysAndWhatLeadsToThem(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(gatewayFile(`default="toB"`, `["equals", 1, 1]`, "")))
	if err != nil {
		t.Fatal(err)
	}
	gateways := d.Gateways()
	if len(gateways) != 1 || gateways[0].Default != "toB" || len(gateways[0].Ways) != 2 {
		t.Fatalf("got %+v", gateways)
	}
	g := gateways[0]
	if w := g.Ways[0]; w.ID != "toA" || w.Condition == nil || w.Written != `["equals", 1, 1]` || w.Line < 1 {
		t.Errorf("got %+v", w)
	}
	if w := g.Ways[1]; w.Condition != nil {
		t.Errorf("a way without a condition has %+v", w)
	}
	if len(g.After) != 1 || !slices.Contains(g.After[0].MovingActions(), "write") {
		t.Errorf("got tasks %+v before it", g.After)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(file(`<startEvent id="S"/><endEvent id="E"/>` + task("First", "data") +
		task("Never", "data") + edge("S", "First") + edge("First", "E") + edge("Never", "E"))))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Unreachable(); len(got) != 1 || got[0].ID != "Never" {
		t.Errorf("got %+v", got)
	}
}

func TestAfter_GoesThroughGateways(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(file(`<startEvent id="S"/><endEvent id="E"/><endEvent id="Other"/>` +
		task("A", "data") + task("B", "confirmation") +
		`<exclusiveGateway id="G"/><exclusiveGateway id="H"/>` +
		edge("S", "A") + edge("A", "G") + edge("G", "B") + edge("G", "H") +
		edge("H", "A") + edge("H", "Other") + edge("B", "E"))))
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string][]string{"A": {"B", "A", "Other"}, "B": {"E"}, "E": nil, "none": nil} {
		if got := d.After(from); !slices.Equal(got, want) {
			t.Errorf("after %s: got %v, want %v", from, got, want)
		}
	}
	if d.StartEvent() != "S" {
		t.Errorf("it starts at %s", d.StartEvent())
	}
}
