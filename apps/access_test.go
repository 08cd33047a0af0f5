package apps

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/policy"
	"stafett/internal/policy/tree"
)

var update = flag.Bool("update", false, "write the access tables anew")

// definitions gives the apps in the order of their names.
func definitions(t *testing.T) []*app.Definition {
	t.Helper()
	byRef := load(t)
	var out []*app.Definition
	for _, ref := range slices.Sorted(maps.Keys(byRef)) {
		out = append(out, byRef[ref])
	}
	return out
}

// TestGolden_AccessTables holds who may do what in each app, as a table that is read in review:
// a change of a policy is a change of the table.
func TestGolden_AccessTables(t *testing.T) {
	t.Parallel()
	decisions := 0
	for _, d := range definitions(t) {
		table := access.TableOf(d)
		for _, r := range table.Rows {
			decisions += len(r.Cells)
		}
		var got strings.Builder
		if err := access.WriteTable(&got, "nb", d, table); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "access", strings.ReplaceAll(d.Ref.String(), "/", "-")+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v (go test ./apps -run Golden -update makes it)", err)
			continue
		}
		if got.String() != string(want) {
			t.Errorf("%s is not what the policy says now; if the change is meant, go test ./apps -run"+
				" Golden -update writes it anew. Got:\n%s", file, got.String())
		}
	}
	t.Logf("%d decisions", decisions)
	if decisions == 0 {
		t.Fatal("no decision was made")
	}
}

// TestAccessTables_GiveNothingElsewhere: no rule reaches another app or organisation, and none
// lets in whoever has nothing.
func TestAccessTables_GiveNothingElsewhere(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, d := range definitions(t) {
		for _, r := range access.TableOf(d).Rows {
			for _, c := range r.Cells {
				checked++
				if c.Permit && (c.Stage.Foreign() || len(r.Who) == 0) {
					t.Errorf("%s: %s may %s at %+v, by rules %v",
						d.Ref, r.Who.Code(), r.Action, c.Stage, c.Rules)
				}
			}
		}
	}
	t.Logf("%d decisions", checked)
	if checked == 0 {
		t.Fatal("no decision was checked")
	}
}

// TestMutants_AreAllCaught drops, narrows and widens every rule of every policy in turn: each
// change shows in the decisions of the app's table, or the policy is no longer taken.
func TestMutants_AreAllCaught(t *testing.T) {
	t.Parallel()
	mutants, caught := 0, 0
	for _, d := range definitions(t) {
		raw := read(t, d.Ref.String()+"/config/authorization/policy.xml")
		golden := access.TableOf(d)
		for name, xml := range mutantsOf(t, raw) {
			mutants++
			if differs(d, golden, xml) {
				caught++
			} else {
				t.Errorf("%s: %s changes no decision", d.Ref, name)
			}
		}
	}
	t.Logf("mutants: %d, caught: %d", mutants, caught)
	if mutants == 0 {
		t.Fatal("there were no mutants")
	}
}

func differs(d *app.Definition, golden access.Table, xml string) bool {
	mutant := *d
	var err error
	if mutant.Policy, err = policy.Parse([]byte(xml)); err != nil {
		return true
	}
	level, levelOrg := d.Policy.Levels()
	if l, o := mutant.Policy.Levels(); l != level || o != levelOrg {
		return true
	}
	got := golden.Of(&mutant)
	if got.Field != golden.Field {
		return true
	}
	for i, r := range golden.Rows {
		for j, c := range r.Cells {
			if got.Rows[i].Cells[j].Permit != c.Permit {
				return true
			}
		}
	}
	return false
}

// mutantsOf gives the policy with one thing changed, by what was changed.
func mutantsOf(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	root, err := tree.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var visit func(e *tree.Element, path string)
	visit = func(e *tree.Element, path string) {
		for i, child := range e.Children {
			at := fmt.Sprintf("%s/%s %d (line %d)", path, child.Name, i+1, child.Line)
			single := len(e.Children) == 1
			switch child.Name {
			case "Rule", "AnyOf", "ObligationExpression":
				out[at+" removed"] = without(root, e, i)
			case "AllOf", "Match":
				if !single {
					out[at+" removed"] = without(root, e, i)
				}
			}
			if child.Name == "Rule" {
				child.Attrs["Effect"] = "Deny"
				out[at+" denies"] = written(root)
				child.Attrs["Effect"] = "Permit"
			}
			visit(child, at)
		}
	}
	visit(root, "")
	return out
}

// without writes the document without a child of one of its elements.
func without(root, parent *tree.Element, i int) string {
	children := parent.Children
	parent.Children = slices.Delete(slices.Clone(children), i, i+1)
	out := written(root)
	parent.Children = children
	return out
}

func written(e *tree.Element) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<%s xmlns=%q", e.Name, tree.Namespace)
	for name, value := range e.Attrs {
		if !strings.Contains(name, "xmlns") {
			fmt.Fprintf(&b, " %s=%q", name, value)
		}
	}
	b.WriteString(">")
	for _, child := range e.Children {
		b.WriteString(written(child))
	}
	if len(e.Children) == 0 {
		b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(e.Text))
	}
	return b.String() + "</" + e.Name + ">"
}
