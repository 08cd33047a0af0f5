package jmespath

import (
	"encoding/json"
	"strings"
	"testing"
)

const data = `{
	"a": {"b": {"c": {"d": "value"}}}, "list": [0, 1, 2, 3, 4, 5],
	"people": [
		{"name": "Ola", "age": 30, "tags": ["x", "y"]},
		{"name": "Kari", "age": 18, "tags": ["z"]},
		{"name": "Knut", "age": 16, "tags": []},
		{"name": "Siri"}
	],
	"ops": {"f1": {"n": 1}, "f2": {"n": 2}, "f3": {"other": 3}},
	"nested": [[1, 2], [3, [4]], 5], "with space": "s",
	"text": "blåbær", "half": 0.5, "empty": []
}`

func TestSearch(t *testing.T) {
	t.Parallel()
	document, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range searches {
		got := ""
		if q, err := Compile(tt.query); err != nil {
			got = "error: " + err.Error()
		} else if v, err := q.Search(document); err != nil {
			got = "error: " + err.Error()
		} else if raw, err := json.Marshal(v); err != nil {
			got = "error: " + err.Error()
		} else {
			got = string(raw)
		}
		if got != tt.want && (tt.want != "error" || !strings.HasPrefix(got, "error")) {
			t.Errorf("%s:\n got %s\nwant %s", tt.query, got, tt.want)
		}
	}
	t.Logf("%d queries", len(searches))
}

var searches = []struct{ query, want string }{
	{`a.b.c.d`, `"value"`}, {`a.b.x.d`, `null`}, {`"with space"`, `"s"`}, {`a."b".c.d`, `"value"`},
	{`@.half`, `0.5`}, {` a . b . c . d `, `"value"`},
	{`list[0]`, `0`}, {`list[-1]`, `5`}, {`list[9]`, `null`}, {`a[0]`, `null`},
	{`list[1:3]`, `[1,2]`},
	{`list[:2]`, `[0,1]`},
	{`list[::2]`, `[0,2,4]`},
	{`list[::-1]`, `[5,4,3,2,1,0]`},
	{`list[-2:]`, `[4,5]`}, {`list[5:1:-2]`, `[5,3]`}, {`list[0:99:9223372036854775807]`, `[0]`},
	{`list[::0]`, `error`}, {`list[a]`, `error`}, {`list[1`, `error`}, {`list[1:2:3:4]`, `error`},
	{`people[*].name`, `["Ola","Kari","Knut","Siri"]`},
	{`people[].name`, `["Ola","Kari","Knut","Siri"]`},
	{`people[*].age`, `[30,18,16]`}, {`a[*].x`, `null`}, {`people[:2].name`, `["Ola","Kari"]`},
	{`people[*].tags[0]`, `["x","z"]`}, {`people[*].tags[]`, `["x","y","z"]`},
	{`people[*].tags[*]`, `[["x","y"],["z"],[]]`}, {`people[].tags[].length(@)`, `[1,1,1]`},
	{`nested[]`, `[1,2,3,[4],5]`}, {`nested[][]`, `[1,2,3,4,5]`}, {`a[]`, `null`},
	{`ops.*.n`, `[1,2]`},
	{`*.f1.n`, `[1]`},
	{`list.*`, `null`},
	{`ops.*`, `[{"n":1},{"n":2},{"other":3}]`},
	{`people[?age > ` + "`17`" + `].name`, `["Ola","Kari"]`},
	{`people[?age].name`, `["Ola","Kari","Knut"]`},
	{`people[?name == 'Kari'] | [0].age`, `18`}, {`people[?!tags].name`, `["Knut","Siri"]`},
	{`people[?age >= ` + "`18` && name != 'Ola'].name", `["Kari"]`},
	{`people[?tags].tags[?@ == 'x']`, `[]`}, {`people[*].tags[?@ == 'x']`, `[["x"],[],[]]`},
	{`[?a]`, `null`}, {`people[*].name | [0]`, `"Ola"`}, {`people[*].name[0]`, `[]`},
	{`list[0] < list[1]`, `true`}, {`'a' < 'b'`, `null`}, {`list[1] == ` + "`1.0`", `true`},
	{`half == ` + "`5e-1`", `true`},
	{`a == a`, `true`},
	{`list != nested`, `true`},
	{`x == ` + "`null`", `true`},
	{`x || half`, `0.5`}, {`half && text`, `"blåbær"`}, {`x && text`, `null`}, {`!x`, `true`},
	{`(x || a).b.c.d`, `"value"`}, {`!(half && x)`, `true`},
	{`[half, text]`, `[0.5,"blåbær"]`}, {`{h: half, "t t": text}`, `{"h":0.5,"t t":"blåbær"}`},
	{`people[0].[name, age]`, `["Ola",30]`}, {`people[0].{n: name}`, `{"n":"Ola"}`},
	{`people[].{n: name, first: tags[0]} | [1]`, `{"first":"z","n":"Kari"}`},
	{`x.[a]`, `null`}, {`x.{a: a}`, `null`}, {`x.{a}`, `error`}, {`[]`, `null`}, {`{}`, `error`},
	{`'raw'`, `"raw"`},
	{`'it\'s'`, `"it's"`},
	{"`{\"a\": [1]}`.a[0]", `1`},
	{"`x`", `error`},
	{`'open`, `error`},
	{`"open`, `error`},
	{"`1` `2`", `error`},
	{`#`, `error`},
	{``, `error`},
	{`a.`, `error`},
	{`a..b`, `error`},
	{`a b`, `error`},
	{`(a`, `error`},
	{`&a`, `error`},
	{`foo(`, `error`},
	{`nope(a)`, `error`},
	{`a = b`, `error`},
	{"abs(`-1.5`)", `1.5`},
	{`avg(list)`, `2.5`},
	{`avg(empty)`, `null`},
	{"ceil(`1.2`)", `2`},
	{"floor(`-1.2`)", `-2`},
	{`contains(text, 'bær')`, `true`},
	{`contains(list, ` + "`3.0`)", `true`},
	{`contains(text, list)`, `false`},
	{`starts_with(text, 'blå')`, `true`},
	{`ends_with(text, 'x')`, `false`},
	{`length(text)`, `6`},
	{`length(ops)`, `3`},
	{`length(half)`, `error`},
	{`join(', ', people[].name)`, `"Ola, Kari, Knut, Siri"`},
	{`join(',', list)`, `error`},
	{`keys(ops)`, `["f1","f2","f3"]`},
	{`values(ops.f1)`, `[1]`},
	{`map(&n, values(ops))`, `[1,2,null]`},
	{`max(list)`, `5`},
	{`min(people[].name)`, `"Kari"`},
	{`max(empty)`, `null`},
	{`max(nested)`, `error`},
	{`max_by(people[:3], &age).name`, `"Ola"`}, {`min_by(people[:3], &age).name`, `"Knut"`},
	{`max_by(people, &age)`, `error`}, {`sort(people[].name)`, `["Kari","Knut","Ola","Siri"]`},
	{`sort(nested)`, `error`}, {`sort_by(people[:3], &age)[].name`, `["Knut","Kari","Ola"]`},
	{`merge(ops.f1, ops.f3)`, `{"n":1,"other":3}`},
	{`not_null(x, half)`, `0.5`},
	{`not_null(x)`, `null`},
	{`reverse(text)`, `"ræbålb"`},
	{`reverse(list)[0]`, `5`},
	{`sum(list)`, `15`},
	{"sum(`[0.1, 0.2]`)", `0.3`},
	{`sum(empty)`, `0`},
	{`sum(nested)`, `error`},
	{`to_array(half)`, `[0.5]`},
	{`to_array(empty)`, `[]`},
	{`to_number('12.50')`, `12.5`},
	{`to_number('x')`, `null`},
	{`to_number(half)`, `0.5`},
	{`to_string(ops.f1)`, `"{\"n\":1}"`},
	{`to_string('<a>')`, `"\u003ca\u003e"`},
	{`type(x)`, `"null"`},
	{`type(list)`, `"array"`},
	{`type(half)`, `"number"`},
	{`[type(text), type(ops), type(!x)]`, `["string","object","boolean"]`},
	{`not_null(&a)`, `error`},
	{`abs(a, b)`, `error`},
}

func TestCompile_RefusesWhatIsTooLargeOrTooDeep(t *testing.T) {
	t.Parallel()
	for _, q := range []string{
		strings.Repeat("(", 65) + "a" + strings.Repeat(")", 65), strings.Repeat("!", 70) + "a",
		strings.Repeat("[*]", 70), strings.Repeat("a", 4097), strings.Repeat("[", 70),
	} {
		if _, err := Compile(q); err == nil {
			t.Errorf("%.20s…: compiled", q)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, tt := range searches {
		f.Add(tt.query)
	}
	document, err := decode(data)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := Compile(query)
		if err != nil {
			return
		}
		if v, err := q.Search(document); err == nil {
			if _, err := json.Marshal(v); err != nil {
				t.Errorf("%s gives what is not JSON: %v", query, err)
			}
		}
	})
}
