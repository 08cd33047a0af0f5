package browsertest

import (
	"encoding/json"
	"fmt"

	"github.com/chromedp/chromedp"
)

// Violation is a rule of accessibility that the page breaks.
type Violation struct {
	ID     string   // axe's name of the rule
	Impact string   // minor, moderate, serious or critical
	Help   string   // what to do
	Nodes  []string // the elements, shortened
}

// String gives it in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %q", v.ID, v.Impact, v.Help, v.Nodes)
}

// timers: where scripting is off, the page's timers never fire, and axe would wait for ever. Its
// short timers become promises, which do run for us; its long ones only give up on things.
// Switching scripting on instead would show another page: @media (scripting) would change.
const timers = `window.setTimeout = (run, ms = 0, ...args) => {
	if (ms < 50) Promise.resolve().then(() => run(...args));
	return 0;
}; undefined`

// tags: WCAG A and AA to 2.2, and best practice.
var tags = []string{
	"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
}

// Axe gives what is wrong with the page as it is now. The test fails when axe checked nothing.
func (tab *Tab) Axe() []Violation {
	tab.t.Helper()
	return tab.AxeWithout()
}

// AxeWithout leaves out rules, by axe's names: for many pages that can differ only in what the
// other rules are about.
func (tab *Tab) AxeWithout(rules ...string) []Violation {
	tab.t.Helper()
	off := map[string]any{}
	for _, r := range rules {
		off[r] = map[string]bool{"enabled": false}
	}
	return tab.axeRun(map[string]any{"runOnly": tags, "rules": off})
}

// AxeOnly asks about some rules alone, by axe's names.
func (tab *Tab) AxeOnly(rules ...string) []Violation {
	tab.t.Helper()
	return tab.axeRun(map[string]any{"runOnly": map[string]any{"type": "rule", "values": rules}})
}

// findings: what axe found, and how many rules had something to look at.
const findings = `.then((r) => JSON.stringify({
	checked: r.passes.length + r.violations.length,
	violations: r.violations.map((v) => ({
		ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map((n) => n.html.slice(0, 200)),
	})),
}))`

// axeRun runs axe with its own options.
func (tab *Tab) axeRun(options map[string]any) []Violation {
	tab.t.Helper()
	options["preload"], options["resultTypes"] = false, []string{"violations"}
	// What a frame holds is a document of the person's own, which no script of axe's can answer from.
	options["iframes"] = false
	written, err := json.Marshal(options)
	if err != nil {
		tab.t.Fatal(err)
	}
	tab.bringAxe()
	raw, err := run(tab, chromedp.Evaluate[string](
		"axe.run(document, "+string(written)+")"+findings, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("running axe on %s: %v", tab.URL(), err)
	}
	var found struct {
		Checked    int
		Violations []Violation
	}
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		tab.t.Fatalf("reading what axe found: %v", err)
	}
	if found.Checked == 0 {
		tab.t.Fatalf("axe checked nothing on %s", tab.URL())
	}
	return found.Violations
}

// bringAxe brings axe to the page, unless it is there.
func (tab *Tab) bringAxe() {
	tab.t.Helper()
	if !evaluate[bool](tab, "'axe' in window") {
		evaluate[chromedp.Void](tab, tab.axe+"; undefined")
	}
	if !tab.options.JS {
		evaluate[chromedp.Void](tab, timers)
	}
}
