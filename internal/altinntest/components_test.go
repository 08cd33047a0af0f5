package altinntest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stafett/internal/app"
	"stafett/internal/core"
)

// everyType gives the app that has a page for each type of component, and fails when a type that
// can be written has none.
func everyType(t *testing.T) *app.Definition {
	t.Helper()
	d, found := app.LoadBrought(os.DirFS("testdata/components"), core.AppRef{Org: "ttd", App: "components"})
	if d == nil {
		t.Fatalf("the app with every type of component does not load: %v", found)
	}
	for _, name := range app.ComponentTypes() {
		has := func(p *app.Page) bool {
			return p.ID == name && slices.ContainsFunc(p.Components, func(c *app.Component) bool { return c.Type == name })
		}
		if !slices.ContainsFunc(d.Sets[0].Pages, has) {
			t.Errorf("no page %s has a component of that type", name)
		}
	}
	return d
}

// componentStates are the states that every type of component is looked at in.
func componentStates(d *app.Definition, page string) []state {
	wrong, full := states(d)
	empty := wrong
	empty.checked, wrong.name, full.checked = false, "wrong", false
	open, fixed := full, full
	open.name, open.row = "open", rowID("tabellrader[0]")
	fixed.name, fixed.fixed = "read-only", true
	list := []state{empty, wrong, full, fixed}
	if page == app.TypeRepeatingGroup {
		list = append(list, open)
	}
	for i := range list {
		list[i].inside = true
	}
	return list
}

var update = flag.Bool("update", false, "write testdata/told anew")

// TestComponents_AreToldAsTheyAre compares what assistive technology is told of every type of
// component, in every state, with testdata/told.
func TestComponents_AreToldAsTheyAre(t *testing.T) {
	t.Parallel()
	l, d := newLooker(t), everyType(t)
	types := 0
	eachPage(d, func(set *app.LayoutSet, page string) {
		types++
		got := l.told(d, set, page)
		file := filepath.Join("testdata", "told", page+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(want) != got {
			t.Errorf("%s is not what is told now (%v); -update writes it anew:\n%s", file, err, got)
		}
	})
	t.Logf("compared %d types of component", types)
	if types == 0 {
		t.Error("no type was compared")
	}
}

// told writes what is told of a page's questions in each state; one that is told as the state
// before it is only named.
func (l *looker) told(d *app.Definition, set *app.LayoutSet, page string) string {
	l.t.Helper()
	var out strings.Builder
	before := ""
	part := "#questions"
	if page == app.TypeNavigationButtons || page == app.TypeButton {
		part = "#form" // whose own buttons take their names
	}
	for _, s := range componentStates(d, page) {
		l.tab.Show(draw(l.t, d, set, page, "nb", s))
		tree := l.tab.Tree(part)
		if tree == before {
			fmt.Fprintf(&out, "== %s: the same\n", s.name)
			continue
		}
		before = tree
		fmt.Fprintf(&out, "== %s\n%s", s.name, tree)
	}
	return out.String()
}
