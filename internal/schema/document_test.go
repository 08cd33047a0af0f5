package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"stafett/internal/core"
)

func TestParse_Refuses(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"nothing":              ``,
		"blanks":               " \n",
		"an array":             `[]`,
		"a text":               `"x"`,
		"null":                 `null`,
		"a key twice":          `{"a": 1, "a": 2}`,
		"a key twice, escaped": `{"a": 1, "\u0061": 2}`,
		"a key twice, deep":    `{"a": [{"b": 1, "b": 1}]}`,
		"more after":           `{} {}`,
		"a NUL after":          "{}\x00",
		"a NUL in a text":      `{"a": "x\u0000"}`,
		"a NUL in a name":      `{"a\u0000": 1}`,
		"a raw NUL":            "{\"a\": \"\x00\"}",
		"a line break":         "{\"a\": \"x\ny\"}",
		"not UTF-8":            "{\"a\": \"\xff\"}",
		"a bad escape":         `{"a": "\x"}`,
		"a cut escape":         `{"a": "\`,
		"a cut text":           `{"a": "x`,
		"a cut object":         `{"a": 1`,
		"a cut array":          `{"a": [1`,
		"no colon":             `{"a" 1}`,
		"a comma too many":     `{"a": 1,}`,
		"a comma first":        `{,"a": 1}`,
		"an array comma":       `{"a": [1,]}`,
		"no comma":             `{"a": 1 "b": 2}`,
		"a name without signs": `{a: 1}`,
		"a comment":            `{/* */}`,
		"a leading zero":       `{"a": 01}`,
		"a lone minus":         `{"a": -}`,
		"no decimals":          `{"a": 1.}`,
		"an exponent":          `{"a": 1e3}`,
		"a huge exponent":      `{"a": 1E999999999}`,
		"a long number":        `{"a": 1` + strings.Repeat("0", 50) + `}`,
		"a word":               `{"a": nul}`,
		"NaN":                  `{"a": NaN}`,
		"too deep":             `{"a":` + nested(MaxDepth) + `}`,
		"too many rows":        `{"a": [1` + strings.Repeat(",1", MaxRows) + `]}`,
		"very deep":            strings.Repeat(`{"a":`, 1_000_000),
	}
	for name, raw := range cases {
		if doc, err := Parse([]byte(raw)); err == nil || doc != nil {
			t.Errorf("%s: got %v", name, doc)
		}
	}
	t.Logf("%d refusals", len(cases))
}

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func TestParse_KeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	deep := nested(MaxDepth - 1)
	cases := map[string]string{ // input → canonical form
		` { } `:                              `{}`,
		`{"b": 1.50, "a": -0, "c": 1200.00}`: `{"a":-0,"b":1.50,"c":1200.00}`,
		`{"a": "<b> & \u00e5 \"\\\/ \t"}`:    `{"a":"<b> & å \"\\/ \t"}`,
		`{"": {}, "æ": [[], {}, null]}`:      `{"":{},"æ":[[],{},null]}`,
		`{"a": true, "b": false}`:            `{"a":true,"b":false}`,
		`{"a": "\ud83d\ude00"}`:              `{"a":"😀"}`,
		`{"a":` + deep + `}`:                 `{"a":` + deep + `}`,
		"\r\n{\t\"a\" : [ 1 , 2 ] }\n":       `{"a":[1,2]}`,
	}
	for raw, want := range cases {
		doc, err := Parse([]byte(raw))
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if got, err := Encode(doc); err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", raw, got, err, want)
		}
	}
	if got, err := Encode(nil); err != nil || string(got) != "{}" {
		t.Errorf("nil: got %s, %v", got, err)
	}
}

func TestClone_SharesNothing(t *testing.T) {
	t.Parallel()
	const raw = `{"a":{"b":[{"c":1},[2]]},"d":"x"}`
	doc := document(t, raw)
	other := Clone(doc)
	for _, path := range []string{"a.b[0].c", "a.b[1]", "d", "e"} {
		if err := Set(other, path, "changed"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Encode(doc); err != nil || string(got) != raw {
		t.Errorf("got %s, %v", got, err)
	}
	if Clone(nil) == nil {
		t.Error("a clone of nothing is an empty document")
	}
}

// FuzzParse holds Parse to encoding/json: it takes nothing that is no JSON, reads what it takes
// in the same way, and what it writes is canonical.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":{"b":[{"c":1.50},null]},"d":"x\u00e5\n"}`, `{"a":1,"a":2}`, `{"a":01}`, `{"a":"\ud800"}`,
		`{"":[true,false]}`, `[1]`, `{"a":-0.0e1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := Parse(raw)
		if err != nil {
			if doc != nil {
				t.Fatal("a document beside an error")
			}
			return
		}
		if want := standard(t, raw); !reflect.DeepEqual(map[string]any(doc), want) {
			t.Fatalf("got %v, encoding/json reads %v", doc, want)
		}
		first, err := Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		second, err := Encode(again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%s is not canonical: %s, %v", first, second, err)
		}
	})
}

func standard(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var want map[string]any
	if err := dec.Decode(&want); err != nil || !json.Valid(raw) {
		t.Fatalf("encoding/json refuses %q: %v", raw, err)
	}
	return want
}

func BenchmarkParse(b *testing.B) {
	doc := core.Document{}
	for _, path := range []string{"soker.navn", "soker.sted", "poster[0].om", "poster[1].om"} {
		if err := Set(doc, path, "noe som er skrevet"); err != nil {
			b.Fatal(err)
		}
	}
	raw, err := Encode(doc)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}
