package expr

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func parsed(t testing.TB, expression string) *Expr {
	t.Helper()
	e, err := Parse(json.RawMessage(expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return e
}

func TestAbsentExpressionGivesTheDefault(t *testing.T) {
	t.Parallel()
	nothing, err := Parse(nil)
	if nothing != nil || err != nil {
		t.Fatalf("Parse(nil): got %v, %v", nothing, err)
	}
	for _, e := range []*Expr{nothing, {}} {
		v, errV := e.Eval(Base{}, Any)
		b, errB := e.Bool(Base{}, true)
		s, errS := e.Text(Base{}, "dflt")
		if _, literal := e.IsLiteral(); v != nil || !b || s != "dflt" || literal ||
			len(e.Paths()) != 0 || errV != nil || errB != nil || errS != nil {
			t.Errorf("got %v %v %q", v, b, s)
		}
	}
}

func TestEval_CastsTheResult(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expression string
		as         Kind
		want       Value
	}{
		{`"true"`, Boolean, true}, {`1`, Boolean, true}, {`"0.0"`, Boolean, false},
		{`null`, Boolean, nil},
		{`true`, String, "true"}, {`"False"`, String, "false"}, {`1.50`, String, "1.5"},
		{`"nUll"`, String, nil},
		{`"5.0"`, Number, json.Number("5")}, {`["dataModel", "rows"]`, Number, nil},
		{`"2020-01-01T12:00Z"`, Date, "2020-01-01T12:00Z"}, {`""`, Date, nil},
		{`["list", 1]`, Any, []any{json.Number("1")}}, {`["dataModel", "rows"]`, Any, nil},
	}
	for _, tt := range tests {
		got, err := parsed(t, tt.expression).Eval(desk{}, tt.as)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s as %s: got %v, %v, want %v", tt.expression, tt.as, got, err, tt.want)
		}
	}
}

func TestBoolAndText_ErrorComesWithTheDefault(t *testing.T) {
	t.Parallel()
	e := parsed(t, `["not", "maybe"]`)
	if b, err := e.Bool(Base{}, true); !b || err == nil {
		t.Errorf("Bool: got %v, %v", b, err)
	}
	if s, err := e.Text(Base{}, "dflt"); s != "dflt" || err == nil {
		t.Errorf("Text: got %q, %v", s, err)
	}
	if b, err := parsed(t, `["list"]`).Bool(Base{}, true); !b || err == nil {
		t.Errorf("list as Bool: got %v, %v", b, err)
	}
}

func TestText_LiteralStandsAsItIs(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"True", "null", "", "a.key"} {
		if got, err := Literal(word).Text(Base{}, "dflt"); got != word || err != nil {
			t.Errorf("%q: got %q, %v", word, got, err)
		}
	}
	if got, err := Literal(nil).Text(Base{}, "dflt"); got != "dflt" || err != nil {
		t.Errorf("nil: got %q, %v", got, err)
	}
	if got, err := Literal(2.50).Text(Base{}, "dflt"); got != "2.5" || err != nil {
		t.Errorf("2.50: got %q, %v", got, err)
	}
}

func TestIsLiteral(t *testing.T) {
	t.Parallel()
	if v, ok := parsed(t, `"key"`).IsLiteral(); v != "key" || !ok {
		t.Errorf("got %v, %v", v, ok)
	}
	if v, ok := parsed(t, `null`).IsLiteral(); v != nil || !ok {
		t.Errorf("got %v, %v", v, ok)
	}
	if _, ok := parsed(t, `["language"]`).IsLiteral(); ok {
		t.Error("a call is no literal")
	}
	if v, ok := Literal(struct{}{}).IsLiteral(); v != nil || !ok {
		t.Errorf("what is no value: got %v, %v", v, ok)
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expression string
		want       []Reference
	}{
		{`true`, nil},
		{`["language"]`, nil},
		{`["and", ["equals", ["dataModel", "a.b"], ["component", "c"]], ["dataModel", "a.b"]]`,
			[]Reference{{DataModel: "a.b"}, {Component: "c"}}},
		{`["concat", ["dataModel", "x", "other"], ["dataModel", "x"], ["displayValue", "d"]]`,
			[]Reference{{DataModel: "x", DataType: "other"}, {DataModel: "x"}, {Component: "d"}}},
		{`["dataModel", ["concat", "a.", ["dataModel", "key"]]]`, []Reference{{DataModel: "key"}}},
		{`["dataModel", ["argv", 0]]`, nil},
		{`["_experimentalSelectAndMap", "rows", "name"]`, []Reference{{DataModel: "rows"}}},
		{`["linkToComponent", "text", "c"]`, nil},
		{`["component", null]`, nil},
	}
	for _, tt := range tests {
		if got := parsed(t, tt.expression).Paths(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.expression, got, tt.want)
		}
	}
}

func nested(depth int) json.RawMessage {
	return json.RawMessage(strings.Repeat(`["not", `, depth) + "true" + strings.Repeat("]", depth))
}

func TestParse_RefusesWhatIsTooLargeOrTooDeep(t *testing.T) {
	t.Parallel()
	if _, err := Parse(nested(maxDepth)); err != nil {
		t.Errorf("%d deep: %v", maxDepth, err)
	}
	large := json.RawMessage(`["concat", "` + strings.Repeat("a", maxSize) + `"]`)
	for name, raw := range map[string]json.RawMessage{
		"deep": nested(maxDepth + 1), "very deep": nested(5000), "large": large,
	} {
		if _, err := Parse(raw); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A machine that failed half-way must not leave values to the next evaluation, and machines
// must not be shared by goroutines.
func TestEval_ManyAtOnce(t *testing.T) {
	t.Parallel()
	good := parsed(t, `["concat", ["dataModel", "name"], ["if", true, ["concat", "a", "b"]], "c"]`)
	bad := parsed(t, `["concat", "x", ["concat", "y", ["dataModel", "broken"]]]`)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 500 {
				if _, err := bad.Eval(desk{}, String); err == nil {
					t.Error("no error")
				}
				if got, err := good.Text(desk{}, ""); got != "Kariabc" || err != nil {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
	group.Wait()
}

func FuzzParse(f *testing.F) {
	for _, tt := range calls {
		f.Add([]byte(tt.expression))
	}
	f.Add([]byte(nested(maxDepth + 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := Parse(raw)
		if err != nil {
			return
		}
		for _, kind := range []Kind{Boolean, String, Number, Date, Any} {
			v, err := e.Eval(desk{}, kind)
			if err != nil && v != nil {
				t.Errorf("%s: got %v beside %v", raw, v, err)
			}
			if _, err := json.Marshal(v); err != nil {
				t.Errorf("%s gives what is not JSON: %v", raw, err)
			}
		}
	})
}

// flat answers from a map, as a form does.
type flat struct {
	Base
	values map[string]any
}

func (f flat) DataModel(path, _ string) (any, error) { return f.values[path], nil }

func benchmark(b *testing.B, expression string) {
	e := parsed(b, expression)
	var c Context = flat{values: map[string]any{
		"type": "kultur", "age": json.Number("42"), "name": "Kari Nordmann",
	}}
	b.ReportAllocs()
	for b.Loop() {
		if v, err := e.Bool(c, false); err != nil || !v {
			b.Fatal(v, err)
		}
	}
}

func BenchmarkHidden_Equals(b *testing.B) {
	benchmark(b, `["equals", ["dataModel", "type"], "kultur"]`)
}

func BenchmarkHidden_Compound(b *testing.B) {
	benchmark(b, `["and", ["notEquals", ["dataModel", "type"], "idrett"],
		["greaterThanEq", ["dataModel", "age"], 18],
		["or", ["equals", ["dataModel", "name"], null],
			["startsWith", ["dataModel", "name"], "Kari"]]]`)
}

func BenchmarkSum(b *testing.B) {
	benchmark(b, `["greaterThan", ["plus", ["dataModel", "age"], 0.5, "1.25"], 43]`)
}
