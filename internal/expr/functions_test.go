package expr

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"stafett/internal/core"
)

// desk is a Context with a little of everything.
type desk struct {
	Base
	language string
}

func (desk) DataModel(path, dataType string) (any, error) {
	switch {
	case path == "broken":
		return nil, errors.New("store is down")
	case dataType == "other":
		return "from other", nil
	case dataType != "":
		return nil, UnknownDataType(dataType)
	}
	return map[string]any{
		"name": "Kari", "age": json.Number("18"), "price": json.Number("1.50"), "count": 3,
		"big": int64(1 << 40), "half": 0.5, "adult": true, "none": nil,
		"rows": []any{map[string]any{"n": json.Number("1")}, map[string]any{"n": "2"}},
		"tags": []any{json.Number("0.1"), nil, "0.2"}, "doc": core.Document{"a": "b"},
		"odd": struct{}{}, "huge": json.Number("1e999"), "flag": "True",
	}[path], nil
}

func (d desk) Language() string { return d.language }

func (desk) GatewayAction() string { return "reject" }

func (desk) Setting(key string) any {
	return map[string]any{"on": "true", "all": map[string]any{}}[key]
}

func (desk) Instance(key string) (any, error) { return "the " + key, nil }

func (desk) CountDataElements(string) (int, error) { return 2, nil }

func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, tt := range calls {
		e, err := Parse(json.RawMessage(tt.expression))
		var v Value
		if err == nil {
			v, err = e.Eval(desk{}, Any)
		}
		got := quoted(v)
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != tt.want && (!strings.HasPrefix(tt.want, "error: ") ||
			!strings.Contains(got, strings.TrimPrefix(tt.want, "error: "))) {
			t.Errorf("%s:\n got %s\nwant %s", tt.expression, got, tt.want)
		}
	}
	t.Logf("%d calls", len(calls))
}

// calls are what the shared cases leave open, or show only one side of.
var calls = []struct{ expression, want string }{
	{`["dataModel", "name"]`, `"Kari"`},
	{`["dataModel", "price"]`, `1.5`},
	{`["dataModel", "count"]`, `3`},
	{`["dataModel", "big"]`, `1099511627776`},
	{`["dataModel", "half"]`, `0.5`},
	{`["dataModel", "none"]`, `null`},
	{`["dataModel", "rows"]`, `null`},
	{`["dataModel", "doc"]`, `null`},
	{`["if", true, ["dataModel", "rows"]]`, `null`},
	{`["dataModel", "name", "other"]`, `"from other"`}, {`["dataModel", "name", null]`, `"Kari"`},
	{`["dataModel", "a", "x"]`, `error: Data model with type x not found`},
	{`["dataModel", "a", ["concat", "x"]]`, `error: The data type must be a string`},
	{`["dataModel", null]`, `error: Cannot lookup dataModel null`},
	{`["dataModel", "broken"]`, `error: store is down`},
	{`["dataModel", "odd"]`, `error: Unsupported value`},
	{`["dataModel", "huge"]`, `error: Expected number`},
	{`["equals", ["dataModel", "rows"], null]`, `true`},
	{`["equals", ["dataModel", "price"], "1.5"]`, `true`},
	{`["equals", ["dataModel", "flag"], true]`, `true`},
	{`["equals", ["list"], null]`, `error: Expected string, got value []`},
	{`["component", "x"]`, `error: Unable to find component with identifier x`},
	{`["component", null]`, `error: Cannot lookup component null`},

	{`["compare", null, "equals", null]`, `true`},
	{`["compare", null, "not", "equals", "null"]`, `false`},
	{`["compare", "a", "not", "equals", "b"]`, `true`},
	{`["compare", 1, "lessThan", null]`, `false`},
	{`["compare", 1, "not", "lessThan", null]`, `true`},
	{`["compare", 2, "greaterThanEq", "2.0"]`, `true`},
	{`["compare", 2, "lessThanEq", 1]`, `false`},
	{`["compare", 1, "sortOf", 2]`, `error: Invalid operator "sortOf"`},
	{`["compare", 1, null, 2]`, `error: Invalid operator (it cannot be`},
	{`["compare", 1, "lessThan", true]`, `error: got value true`},
	{`["compare", "2020-01-01", "isBefore", null]`, `false`},
	{`["compare", "2020-01-01", "not", "isBefore", null]`, `true`},
	{`["compare", "2020-01-01", "isBeforeEq", "2020-01-01"]`, `true`},
	{`["compare", "2020-01-02", "isAfter", "2020-01-01 23:59"]`, `true`},
	{`["compare", "2020-01-01", "isAfterEq", "2020-01-02"]`, `false`},
	{`["compare", "2020-01-01T12:00Z", "isBefore", "2020-01-01T12:30+01:00"]`, `false`},
	{`["compare", "2020-01-01T12:00Z", "isAfter", "2020-01-01"]`,
		`error: Can not compare timestamps where only one`},
	{`["compare", "2020-01-01T01:00+02:00", "isSameDay", "2020-01-01T23:00+02:00"]`, `true`},
	{`["compare", true, "isBefore", "2020-01-01"]`, `error: Expected date, got value true`},

	{`["if", true, 1, "else", ["dataModel", "broken"]]`, `error: store is down`},
	{`["if", null, 1]`, `null`},
	{`["and", false, ["dataModel", "broken"]]`, `error: store is down`},
	{`["or", true, ["not", "x"]]`, `error: Expected boolean`},
	{`["if", true]`, `error: got 1`},
	{`["not", null]`, `true`},
	{`["and", "null"]`, `false`},
	{`["not", "TRUE"]`, `error: Expected boolean`},
	{`["not", ["dataModel", "rows"]]`, `true`},
	{`["greaterThan", ["dataModel", "age"], 17.5]`, `true`},
	{`["lessThan", "", 1]`, `error: Expected number, got value ""`},
	{`["lessThan", "1 000", 1]`, `error: Expected number`},
	{`["lessThan", "1,5", 1]`, `error: Expected number`},
	{`["lessThan", ".5", 1]`, `error: Expected number`},
	{`["lessThan", "+5", 1]`, `error: Expected number`},
	{`["lessThan", "1e999", 1]`, `error: Expected number`},

	{`["concat", true, 1.50, null, "TRUE", "Null"]`, `"true1.5true"`},
	{`["stringLength", null]`, `0`},
	{`["stringLength", "blå🌍"]`, `5`},
	{`["stringReplace", "", "a", "b"]`, `null`}, {`["stringReplace", "a", null, "b"]`, `null`},
	{`["stringIndexOf", "🌍x", "x"]`, `2`},
	{`["stringIndexOf", "", ""]`, `null`},
	{`["stringSlice", null, 1]`, `null`},
	{`["stringSlice", null, null]`, `error: Start/end index cannot be null`},
	{`["stringSlice", "abc", 0, null]`, `error: Start/end index`},
	{`["stringSlice", "blåbær", 1.9, "-1"]`, `"låbæ"`},
	{`["stringSlice", "abc", -1e300, 1e300]`, `"abc"`},
	{`["lowerCase", "ÆØÅ"]`, `"æøå"`},
	{`["upperCaseFirst", "ærlig"]`, `"Ærlig"`},
	{`["upperCaseFirst", ""]`, `""`},
	{`["commaContains", "a, b ,c", "b"]`, `true`},
	{`["commaContains", null, "b"]`, `false`},
	{`["notContains", "abc", "b"]`, `false`},

	{`["round", 2.5]`, `"3"`},
	{`["round", null]`, `"0"`},
	{`["round", 1.005, 2]`, `"1.01"`},
	{`["round", 7, 2]`, `"7.00"`},
	{`["round", 1, 101]`, `error: between 0 and 100`},
	{`["round", 1, -1]`, `error: between 0 and 100`},
	{`["round", 1234567.891, 1]`, `"1234567.9"`},
	{`["multiply", 1e300, 1e300]`, `error: out of range`},
	{`["divide", 1, 3]`, `0.3333333333333333`},
	{`["plus", 9007199254740993, 2]`, `9007199254740995`},

	{`["sum", ["dataModel", "tags"]]`, `0.3`},
	{`["sum", ["dataModel", "none"]]`, `error: Expected argument to be list, got null`},
	{`["sum", ["dataModel", "rows"]]`, `error: Expected number, got value {"n":1}`},
	{`["average", ["dataModel", "tags"], 0]`, `0.15`},
	{`["average", ["list"], 7]`, `7`},
	{`["average", ["list", null], null]`, `null`},
	{`["average", ["list", 1]]`, `error: Expected 2 argument(s), got 1`},
	{`["average", true, 1]`, `error: Expected argument to be list, got boolean`},
	{`["count", ["dataModel", "tags"]]`, `3`},
	{`["count", ["list"]]`, `0`},
	{`["count", "x"]`, `error: Expected argument to be list, got string`},
	{`["object", "a", 1, "b", ["list", true]]`, `{"a":1,"b":[true]}`},
	{`["object", "a"]`, `error: even number`},
	{`["object", null, 1]`, `error: Expected argument to be string, got null`},
	{`["list", ["dataModel", "doc"]]`, `[{"a":"b"}]`},
	{`["jmespath", ["dataModel", "rows"], "[*].n"]`, `[1,"2"]`},
	{`["jmespath", ["if", true, ["dataModel", "rows"]], "length(@)"]`, `2`},
	{`["jmespath", ["dataModel", "doc"], "a"]`, `"b"`},
	{`["jmespath", 1, "sum(@)"]`, `error: Jmespath error`},

	{`["_experimentalSelectAndMap", "rows", "n", "<", ">", false]`, `"<1> <2"`},
	{`["_experimentalSelectAndMap", "rows", "n"]`, `"1 2"`},
	{`["_experimentalSelectAndMap", "name", "n"]`, `""`},
	{`["_experimentalSelectAndMap", null, "n"]`, `error: Cannot lookup`},
	{`["text", "a.key"]`, `"a.key"`},
	{`["text", null]`, `null`},
	{`["language"]`, `"nb"`},
	{`["language", 1]`, `error: Expected 0 argument(s), got 1`},
	{`["instanceContext", "instanceOwnerName"]`, `"the instanceOwnerName"`},
	{`["instanceContext", null]`, `error: Unknown Instance context property null`},
	{`["frontendSettings", "on"]`, `"true"`},
	{`["frontendSettings", "all"]`, `null`},
	{`["frontendSettings", "off"]`, `null`},
	{`["authContext", "write"]`, `false`},
	{`["authContext", null]`, `error: null`},
	{`["countDataElements", "x"]`, `2`},
	{`["countDataElements", null]`, `error: null`},
	{`["gatewayAction"]`, `"reject"`},
	{`["argv", 0]`, `error: Index 0 out of range`},
	{`["argv", null]`, `error: Expected number`},
	{`["value"]`, `error: Unknown key`},
	{`["externalApi", "a", "b"]`, `null`},
	{`["externalApi", null, "b"]`, `null`},
	{`["optionLabel", ["concat", "a"], 1]`, `error: must be a string`},
	{`["optionLabel", "a", 1]`, `null`},
	{`["displayValue", "x"]`, `error: Unable to find component`},
	{`["linkToPage", "t", "p"]`, `"t"`},
	{`["linkToComponent", "t", "c", true]`, `"t"`}, {`["linkToPage", null, "p"]`, `error: null`},

	{`["nope"]`, `error: Function "nope" not implemented`},
	{`[]`, `error: Missing function name`},
	{`[1]`, `error: should be string`},
	{`["not", {"a": 1}]`, `error: Invalid type "object"`},
	{`{}`, `error: Invalid type "object"`},
	{`"null"`, `null`},
	{`30.0`, `30`},
	{`["not", 1] 2`, `error: text after its end`},
	{`["not", `, `error: Invalid expression`},
	{`[["not", 1]]`, `error: should be string`},
}

func TestStringReplace_CannotBeMadeToGrowWithoutBound(t *testing.T) {
	t.Parallel()
	expression := `"a"`
	for range 20 {
		expression = `["stringReplace", ` + expression + `, "a", "aaaaaaaaaaaaaaaaaaaa"]`
	}
	e, err := Parse(json.RawMessage(expression))
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Eval(Base{}, String)
	if err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v, want an error about length", err)
	}
}
