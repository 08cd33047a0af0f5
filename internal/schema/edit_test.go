package schema

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"stafett/internal/core"
)

func TestSplitPath(t *testing.T) {
	t.Parallel()
	cases := map[string][]Step{
		"a":                        {{"a", -1}},
		"a.b":                      {{"a", -1}, {"b", -1}},
		"a[0]":                     {{"a", 0}},
		"budsjett.poster[10].post": {{"budsjett", -1}, {"poster", 10}, {"post", -1}},
		"SF_skjul-felter.æøå":      {{"SF_skjul-felter", -1}, {"æøå", -1}},
		"a[999].b[0]":              {{"a", 999}, {"b", 0}},
		"a b":                      {{"a b", -1}},
	}
	for path, want := range cases {
		if got, err := SplitPath(path); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, %v", path, got, err)
		}
	}
	bad := []string{
		"", ".", "a.", ".a", "a..b", "[0]", "a[", "a[]", "a[0", "a]", "a[-1]", "a[+1]", "a[01]",
		"a[0x1]", "a[1 ]", "a[x]", "a[{0}]", "a[1000]", "a[99999]", "a[999999999999999999999]",
		"a[0][1]", "a[0]b", "a[0].", "a[0]..b", "a\x00", "a\nb", "a[٣]", "a.[0]",
		strings.Repeat("a.", MaxDepth) + "a", strings.Repeat("a", 1001),
	}
	for _, path := range bad {
		got, err := SplitPath(path)
		if _, ours := errors.AsType[*PathError](err); !ours || got != nil {
			t.Errorf("%q: got %v, %v", path, got, err)
		}
		if v := Get(core.Document{"a": []any{"x"}}, path); v != nil {
			t.Errorf("Get %q: got %v", path, v)
		}
	}
	t.Logf("%d paths, %d that are none", len(cases), len(bad))
}

func TestGetAndRows(t *testing.T) {
	t.Parallel()
	doc := document(t, `{"a": {"b": [{"c": "x"}, {"c": null}]}, "t": ["p", "q"], "d": 1.50}`)
	for path, want := range map[string]any{
		"a.b[0].c": "x", "a.b[1].c": nil, "a.b[2].c": nil, "t[1]": "q", "t[2]": nil, "a.b.c": nil,
		"a.x": nil, "x.y": nil, "d.x": nil, "d[0]": nil, "a[0]": nil,
	} {
		if got := Get(doc, path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	for path, want := range map[string]int{"a.b": 2, "t": 2, "a": 0, "x": 0, "a.b[0]": 0, "": 0} {
		if got := Rows(doc, path); got != want {
			t.Errorf("rows at %s: got %d, want %d", path, got, want)
		}
	}
	if Get(nil, "a") != nil || Rows(nil, "a") != 0 {
		t.Error("a nil document has something")
	}
}

func TestSetAndDelete(t *testing.T) {
	t.Parallel()
	const start = `{"a":{"b":[{"c":"x"},{"c":"y"}]},"t":["p"]}`
	cases := []struct {
		path string
		v    any
		want string // empty: refused, nothing changed
	}{
		{"a.b[0].c", "z", `{"a":{"b":[{"c":"z"},{"c":"y"}]},"t":["p"]}`},
		{"a.b[2].c", "z", `{"a":{"b":[{"c":"x"},{"c":"y"},{"c":"z"}]},"t":["p"]}`},
		{"a.b[3].c", "z", ``},
		{"a.b[999].c", "z", ``},
		{"a.b[1000].c", "z", ``},
		{"n.m[0].k[0].j", true,
			`{"a":{"b":[{"c":"x"},{"c":"y"}]},"n":{"m":[{"k":[{"j":true}]}]},"t":["p"]}`},
		{"n.m[1].k", true, ``},
		{"n.m[0].k[1]", true, ``},
		{"t[1]", "q", `{"a":{"b":[{"c":"x"},{"c":"y"}]},"t":["p","q"]}`},
		{"t[0]", "q", `{"a":{"b":[{"c":"x"},{"c":"y"}]},"t":["q"]}`},
		{"t[0].x", "q", ``},
		{"t.x", "q", ``},
		{"a[0].x", "q", ``},
		{"a.b.c", "q", ``},
		{"", "q", ``},
		{"a.b[0]", map[string]any{}, `{"a":{"b":[{},{"c":"y"}]},"t":["p"]}`},
		{"a", "q", `{"a":"q","t":["p"]}`},
		{"a.b[0].c", nil, `{"a":{"b":[{},{"c":"y"}]},"t":["p"]}`},
		{"a.b[0]", nil, `{"a":{"b":[{"c":"y"}]},"t":["p"]}`},
		{"a.b", nil, `{"t":["p"]}`},
		{"t[0]", nil, `{"a":{"b":[{"c":"x"},{"c":"y"}]}}`},
		{"t[5]", nil, start},
		{"x.y[0].z", nil, start},
		{"a.b.c", nil, start},
	}
	for _, c := range cases {
		doc := document(t, start)
		err := Set(doc, c.path, c.v)
		got, encodeErr := Encode(doc)
		if encodeErr != nil {
			t.Fatal(encodeErr)
		}
		_, refused := errors.AsType[*PathError](err)
		if want := c.want; want == "" {
			if !refused || string(got) != start {
				t.Errorf("set %s: got %s, error %v, want a refusal and no change", c.path, got, err)
			}
		} else if err != nil || string(got) != want {
			t.Errorf("set %s to %v: got %s, error %v, want %s", c.path, c.v, got, err, want)
		}
		if c.v == nil {
			doc = document(t, start)
			Delete(doc, c.path)
			if got, err := Encode(doc); err != nil || string(got) != c.want {
				t.Errorf("delete %s: got %s, %v, want %s", c.path, got, err, c.want)
			}
		}
	}
	t.Logf("%d edits", len(cases))
	if err := Set(nil, "a", 1); err == nil {
		t.Error("a nil document can be set")
	}
	Delete(nil, "a")
	Delete(core.Document{"a": 1}, "..")
}

func TestDelete_TakesEmptiesAlongButKeepsRowsInPlace(t *testing.T) {
	t.Parallel()
	doc := document(t, `{"a":{"b":{"c":1}},"r":[{"x":{"y":1}},{"z":1}]}`)
	Delete(doc, "a.b.c")
	Delete(doc, "r[0].x.y")
	if got, err := Encode(doc); err != nil || string(got) != `{"r":[{},{"z":1}]}` {
		t.Errorf("got %s, %v", got, err)
	}
	Delete(doc, "r[0]")
	Delete(doc, "r[0]")
	if len(doc) != 0 {
		t.Errorf("got %v", doc)
	}
}

func TestDelete_OfARowLeavesOtherHoldersOfTheRowsAlone(t *testing.T) {
	t.Parallel()
	rows := []any{"1", "2", "3"}
	doc := core.Document{"r": rows}
	Delete(doc, "r[0]")
	if !slices.Equal(rows, []any{"1", "2", "3"}) {
		t.Errorf("got %v", rows)
	}
}

// FuzzSet: a path either cannot be used, and then nothing changes, or the value is found where
// it was put.
func FuzzSet(f *testing.F) {
	for _, path := range []string{
		"a", "a.b[0].c", "a.b[2].c", "a.b[999999999].c", "t[0].x", "n.m[0].k[0].j", "", "a..b", "t[1]",
		"a" + strings.Repeat("\xc5", 60),
	} {
		f.Add(`{"a":{"b":[{"c":"x"},{"c":"y"}]},"t":["p"]}`, path)
	}
	f.Fuzz(func(t *testing.T, raw, path string) {
		doc, err := Parse([]byte(raw))
		if err != nil {
			return
		}
		before, err := Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		err = Set(doc, path, "value")
		after, encodeErr := Encode(doc)
		if encodeErr != nil {
			t.Fatal(encodeErr)
		}
		if err != nil {
			if _, ours := errors.AsType[*PathError](err); !ours || string(before) != string(after) {
				t.Fatalf("%q on %s: error %v, and now %s", path, before, err, after)
			}
			return
		}
		if got := Get(doc, path); got != "value" {
			t.Fatalf("%q on %s: got %v from %s", path, before, got, after)
		}
		// A byte that is no text is six letters in JSON, and there may be nothing but such.
		if len(after) > len(before)+6*len(path)+MaxDepth*8 {
			t.Fatalf("%q on %s made %d bytes", path, before, len(after))
		}
		Delete(doc, path)
		if got := Get(doc, path); got == "value" && !strings.HasSuffix(path, "]") {
			t.Fatalf("%q on %s: still there", path, before)
		}
	})
}
