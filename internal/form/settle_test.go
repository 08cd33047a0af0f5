package form

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"stafett/internal/schema"
)

// answersIn reads "a=1 b=2,3 c=" as posted values.
func answersIn(s string) url.Values {
	out := url.Values{}
	for f := range strings.FieldsSeq(s) {
		name, value, _ := strings.Cut(f, "=")
		out[name] = strings.Split(value, ",")
	}
	return out
}

func baseOf(v url.Values) Base {
	b := Base{}
	for name, values := range v {
		b.note(name, values)
	}
	return b
}

// tell writes what came of a merge in one line: what of mine is stored, and what collides.
func tell(out url.Values, clashes []Clash) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(out)) {
		parts = append(parts, name+"="+strings.Join(out[name], ","))
	}
	for _, c := range clashes {
		gone := ""
		if c.Gone {
			gone = "†"
		}
		parts = append(parts, fmt.Sprintf("%s%s:%s|%s", c.Name, gone, strings.Join(c.Mine, ","),
			strings.Join(c.Theirs, ",")))
	}
	return strings.Join(parts, " ")
}

func TestSettle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ base, mine, theirs, want string }{
		"nobody changes anything":     {"a=1", "a=1", "a=1", ""},
		"mine alone":                  {"a=1", "a=2", "a=1", "a=2"},
		"theirs alone":                {"a=1", "a=1", "a=2", ""},
		"each their own":              {"a=1 b=1", "a=2 b=1", "a=1 b=2", "a=2"},
		"both the same":               {"a=1", "a=2", "a=2", ""},
		"both otherwise":              {"a=1", "a=2", "a=3", "a:2|3"},
		"one of three collides":       {"a=1 b=1 c=1", "a=2 b=2 c=1", "a=3 b=1 c=9", "b=2 a:2|3"},
		"I empty it":                  {"a=1", "a=", "a=1", "a="},
		"they empty it":               {"a=1", "a=1", "a=", ""},
		"both fill in what was empty": {"", "a=2", "a=3", "a:2|3"},
		"I fill in what was empty":    {"", "a=2", "a=", "a=2"},
		"they change what I empty":    {"a=1", "a=", "a=3", "a:|3"},
		"they empty what I change":    {"a=1", "a=2", "a=", "a:2|"},
		"boxes, one more each":        {"a=,x", "a=,x,y", "a=x,z", "a:x,y|x,z"},
		"boxes of mine":               {"a=,x", "a=,x,y", "a=x", "a=,x,y"},
		"it is no longer asked":       {"a=1", "a=2", "", "a†:2|"},
		"nor did I answer it":         {"a=1", "a=1", "", ""},
		"nor do I want to":            {"a=1", "a=", "", ""},
		"it was not on my page":       {"a=1", "", "a=2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tell(Settle(baseOf(answersIn(c.base)), answersIn(c.mine), answersIn(c.theirs)))
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzSettle has two people change three fields that began alike: who saved first makes no
// difference to what does not collide, nothing of either is lost, and a collision is told to
// whoever comes second.
func FuzzSettle(f *testing.F) {
	f.Add("a", "b", "c", "a", "x", "c", "y", "b", "c")
	f.Add("", "1\r\n2", " ", "1", "", "", "", "1\n2", "z")
	f.Fuzz(func(t *testing.T, b0, b1, b2, m0, m1, m2, t0, t1, t2 string) {
		set := func(v ...string) url.Values {
			out := url.Values{}
			for i, value := range v {
				out[string(rune('a'+i))] = []string{value}
			}
			return out
		}
		was, mine, theirs := set(b0, b1, b2), set(m0, m1, m2), set(t0, t1, t2)
		base := ParseBase(baseOf(was).String())
		out, clashes := Settle(base, mine, theirs)
		other, same := Settle(base, theirs, mine)
		if len(clashes) != len(same) {
			t.Errorf("I am told of %v, they of %v", clashes, same)
		}
		for name := range was {
			w, m, th := mark(was[name]), mark(mine[name]), mark(theirs[name])
			collides := slices.ContainsFunc(clashes, func(c Clash) bool { return c.Name == name })
			if want := m != w && th != w && m != th; collides != want {
				t.Errorf("%s: %q, %q, %q collide: %v", name, was[name], mine[name], theirs[name], collides)
			}
			stored, swapped := theirs[name], mine[name]
			if v, ok := out[name]; ok {
				stored = v
			}
			if v, ok := other[name]; ok {
				swapped = v
			}
			if !collides && mark(stored) != mark(swapped) {
				t.Errorf("%s: %q or %q, by who came first", name, stored, swapped)
			}
			if s := mark(stored); s != m && s != th || m != w && s != m && !collides {
				t.Errorf("%s: %q, %q, %q gave %q", name, was[name], mine[name], theirs[name], stored)
			}
		}
	})
}

func TestBase_StaysWithWhatTheControlsHold(t *testing.T) {
	t.Parallel()
	base := baseOf(answersIn("a=1 b=1 c=1 d=1"))
	got := base.After(answersIn("a=2 b=2 c=x d= version=7"), []Clash{{Name: "b"}}, map[string]string{"c": "x"})
	if want := baseOf(answersIn("a=2 b=1")); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if read := ParseBase(base.String() + ";;x;=y"); !maps.Equal(read, base) {
		t.Errorf("got %v, want %v", read, base)
	}
}

// drawnPost is what a browser posts from a page of which nothing is changed, with the changes.
func drawnPost(p Page, changes url.Values) url.Values {
	out := url.Values{}
	var add func([]Node)
	add = func(list []Node) {
		for _, n := range list {
			add(n.Children)
			if n.Rows != nil {
				for _, row := range n.Rows.Rows {
					out.Set(fmt.Sprintf("%s[%d].altinnRowId", n.Rows.Path, row.Index), row.ID)
					add(row.Fields)
				}
			}
			switch {
			case n.Name == "" || n.ReadOnly || n.Kind == KindRows || n.Kind == KindUpload:
			case n.Kind == KindCheckbox:
				out[n.Name] = append([]string{""}, n.Selected...)
			default:
				out.Set(n.Name, n.Value)
			}
		}
	}
	add(p.Nodes)
	maps.Copy(out, changes)
	return out
}

func TestRebase_FollowsRowsWhereverTheyStand(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	in.OpenRow = rowB
	drawn := Build(d, set, "budsjett", in)
	rows := schema.Clone(in.Data["soknad"])["budsjett"].(map[string]any)["poster"].([]any)
	row := func(tekst string) map[string]any {
		r := schema.Clone(rows[1].(map[string]any))
		r["tekst"] = tekst
		return r
	}
	for name, c := range map[string]struct {
		mine string
		now  map[string]any
		want string
	}{
		"nothing": {"", nil, ""},
		"my row has moved up": {"budsjett.poster[1].tekst=Drikke",
			map[string]any{"budsjett.poster": []any{row("Mat")}}, "budsjett.poster[0].tekst=Drikke"},
		"my row is gone": {"budsjett.poster[1].tekst=Drikke",
			map[string]any{"budsjett.poster": rows[:1]}, "budsjett.poster[1].tekst†:Drikke|"},
		"I have not touched it": {"",
			map[string]any{"budsjett.poster": rows[:1]}, ""},
		"they write in it too": {"budsjett.poster[1].tekst=Drikke",
			map[string]any{"budsjett.poster": []any{row("Brus"), rows[0]}},
			"budsjett.poster[0].tekst:Drikke|Brus"},
		"they write in another field": {"budsjett.poster[1].tekst=Drikke",
			map[string]any{"budsjett.poster[1].belop": 5, "budsjett.soknadsbelop": 9},
			"budsjett.poster[1].tekst=Drikke"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			posted := drawnPost(drawn, answersIn(c.mine))
			out, clashes := Rebase(d, set, "budsjett", ParseBase(drawn.Base.String()), posted,
				changed(t, in, c.now))
			for name := range out {
				if strings.HasSuffix(name, schema.RowID) {
					delete(out, name)
				}
			}
			if got := tell(out, clashes); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestRebase_APageThatNobodyTouchedChangesNothing draws every page, posts it as a browser does, and
// finds nothing that is new.
func TestRebase_APageThatNobodyTouchedChangesNothing(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, d := range testApps() {
		for _, set := range d.Sets {
			for _, p := range set.Pages {
				in := input(t, whole1)
				if set.DataType != "soknad" {
					continue
				}
				in.OpenRow = rowA
				drawn := Build(d, set, p.ID, in)
				posted := drawnPost(drawn, nil)
				out, clashes := Rebase(d, set, drawn.ID, drawn.Base, posted, in)
				for name := range out {
					if !strings.HasSuffix(name, schema.RowID) {
						t.Errorf("%s %s: %s=%q is taken for new", d.Ref, p.ID, name, out[name])
					}
				}
				if len(clashes) > 0 {
					t.Errorf("%s %s: %v", d.Ref, p.ID, clashes)
				}
				checked += len(posted)
			}
		}
	}
	t.Logf("checked %d fields", checked)
	if checked == 0 {
		t.Error("no field was checked")
	}
}
