package access

import (
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/core"
)

// limitedApps are the example's case app as it is, and as it would be if one role opened the cases
// of one part of the municipality only, if it named no field, and if it named the unit.
func limitedApps(t *testing.T) []*app.Definition {
	t.Helper()
	const name = "nordvik/stottesak"
	var out []*app.Definition
	for _, swap := range []*strings.Replacer{
		strings.NewReplacer(),
		strings.NewReplacer("1.0:function:string-regexp-match", "1.0:function:string-equal", ">.*<", ">vika<"),
		strings.NewReplacer("urn:stafett:datafield:bydel", "urn:altinn:app"),
		strings.NewReplacer("urn:stafett:datafield:bydel", "urn:stafett:datafield:unit"),
	} {
		files := fstest.MapFS{}
		err := fs.WalkDir(apps.FS, name, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(apps.FS, path)
			if strings.HasSuffix(path, "policy.xml") {
				raw = []byte(swap.Replace(string(raw)))
			}
			files[path] = &fstest.MapFile{Data: raw}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		defs, found := app.LoadAll(files)
		if len(defs) != 1 || app.HasErrors(found) {
			t.Fatal(found)
		}
		out = append(out, defs...)
	}
	return out
}

var limitWords = []string{"", "sentrum", "vika", "nordsida", "Vika", strings.Repeat("v", core.MaxLimitValue+1)}

// anyGrants gives up to three grants, limited to an app, to values of a field, both or neither.
func anyGrants(r *rand.Rand) []core.Grant {
	var held []core.Grant
	for range r.IntN(4) {
		g := core.Grant{Role: []string{"nordvik-kultur", "nordvik-kultur", "nordvik-lege"}[r.IntN(3)]}
		if r.IntN(3) == 0 {
			g.Limit.App = core.AppRef{Org: "nordvik", App: []string{"stottesak", "parkeringssak"}[r.IntN(2)]}
		}
		if r.IntN(4) > 0 {
			g.Limit.Field = []string{"bydel", "bydel", "unit", "sone"}[r.IntN(4)]
			for range 1 + r.IntN(2) {
				g.Limit.Values = append(g.Limit.Values, limitWords[r.IntN(len(limitWords))])
			}
		}
		held = append(held, g)
	}
	return held
}

// anyCase gives a case of the app somewhere in its process.
func anyCase(r *rand.Rand, d *app.Definition) core.Instance {
	inst := core.Instance{
		InstanceRef: core.InstanceRef{AppRef: d.Ref, Owner: 51001}, LimitField: d.LimitField(),
		DataValues: map[string]string{"bydel": limitWords[r.IntN(len(limitWords))],
			"unit": limitWords[r.IntN(len(limitWords))]},
	}
	if r.IntN(20) == 0 {
		inst.LimitField = "" // made before the app named a field
	}
	tasks, ends := d.Process.Tasks(), d.Process.EndEvents()
	if i := r.IntN(len(tasks) + len(ends)); i < len(tasks) {
		inst.Process.Task = tasks[i].ID
	} else {
		inst.Process.EndEvent = ends[i-len(tasks)]
	}
	return inst
}

// TestReadable_ListsACaseExactlyWhenItMayBeRead compares the two on random triples of grants, case
// and level; what the items then select in SQL is the store's test.
func TestReadable_ListsACaseExactlyWhenItMayBeRead(t *testing.T) {
	t.Parallel()
	defs := limitedApps(t)
	r := rand.New(rand.NewPCG(4, 5))
	checked, permitted, limited := 0, 0, 0
	for ; checked < 10_000; checked++ {
		d := defs[r.IntN(len(defs))]
		held, inst := anyGrants(r), anyCase(r, d)
		a := core.Actor{Kind: core.ActorPerson, User: 50004, Level: 3 + r.IntN(2)}
		on := On(d, inst)
		_, refusal := Decide(a, Counting(held, on), ActionRead, on)
		items := Readable(a, held, d, inst.Owner)
		if may := refusal == nil; may != Lists(items, on) {
			t.Errorf("%+v, %+v with %q: may read %v, items %+v", held, inst.Process, on.Value, may, items)
		} else if may {
			permitted++
		}
		for i, item := range items {
			if item.Field != "" {
				limited++
			}
			whole := item
			whole.Field, whole.Value = "", ""
			if slices.Contains(items[:i], item) || item != whole && slices.Contains(items, whole) {
				t.Fatalf("what is in two items is listed twice: %+v", items)
			}
		}
	}
	t.Logf("%d triples, %d permits, %d limited items", checked, permitted, limited)
	if permitted == 0 || permitted == checked || limited == 0 {
		t.Error("the triples show nothing")
	}
}

func TestCounting_ALimitedGrantCountsWhereItsValueIs(t *testing.T) {
	t.Parallel()
	defs := limitedApps(t)
	d, other := defs[0], defs[2]
	within := func(field string, values ...string) core.Limit {
		return core.Limit{Field: field, Values: values}
	}
	checked := 0
	for name, c := range map[string]struct {
		limit core.Limit
		on    Target
		want  bool
	}{
		"no limit":               {core.Limit{}, Target{}, true},
		"the app":                {core.Limit{App: d.Ref}, Target{App: d}, true},
		"another app":            {core.Limit{App: core.AppRef{Org: "nordvik", App: "parkeringssak"}}, Target{App: d}, false},
		"the value":              {within("bydel", "vika", "sentrum"), Target{App: d, Value: "vika"}, true},
		"another value":          {within("bydel", "sentrum"), Target{App: d, Value: "vika"}, false},
		"another field":          {within("unit", "vika"), Target{App: d, Value: "vika"}, false},
		"no value":               {within("bydel", ""), Target{App: d}, false},
		"an app without a field": {within("bydel", "vika"), Target{App: other, Value: "vika"}, false},
		"nothing yet":            {within("bydel", "vika"), Target{}, false},
		"the app and the value": {core.Limit{App: d.Ref, Field: "bydel", Values: []string{"vika"}},
			Target{App: d, Value: "vika"}, true},
	} {
		checked++
		held := []core.Grant{{Role: "nordvik-kultur", Limit: c.limit}}
		if got := len(Counting(held, c.on)) == 1; got != c.want {
			t.Errorf("%s: counts %v", name, got)
		}
	}
	t.Logf("checked %d limits", checked)
}
