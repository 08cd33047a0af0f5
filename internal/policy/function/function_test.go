package function

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// arg makes a bag of one from "type:text", and a bag from "type[]:a|b".
func arg(t *testing.T, text string) (Bag, Kind) {
	t.Helper()
	name, rest, _ := strings.Cut(text, ":")
	kind := Kind{}
	name, kind.Bag = strings.CutSuffix(name, "[]")
	var known bool
	if kind.Type, known = TypeOf(Expand(name)); !known {
		t.Fatalf("%s: no such type", text)
	}
	if kind.Bag && rest == "" {
		return Bag{}, kind
	}
	texts := []string{rest}
	if kind.Bag {
		texts = strings.Split(rest, "|")
	}
	var b Bag
	for _, one := range texts {
		v, err := Parse(kind.Type, one)
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, v)
	}
	return b, kind
}

func shown(b Bag) string {
	var texts []string
	for _, v := range b {
		texts = append(texts, v.Text())
	}
	return strings.Join(texts, "|")
}

func TestCall(t *testing.T) {
	t.Parallel()
	const failed = "error"
	cases := []struct {
		id   string
		args []string
		want string
	}{
		{v1 + "string-equal", []string{"string:a", "string:a"}, "true"},
		{v1 + "string-equal", []string{"string:a ", "string:a"}, "false"},
		{v3 + "string-equal-ignore-case", []string{"string:RÅD", "string:råd"}, "true"},
		{v1 + "boolean-equal", []string{"boolean:1", "boolean:true"}, "true"},
		{v1 + "integer-equal", []string{"integer:007", "integer:+7"}, "true"},
		{v1 + "double-equal", []string{"double:1.0E1", "double:10"}, "true"},
		{v1 + "double-equal", []string{"double:NaN", "double:NaN"}, "false"},
		{v1 + "date-equal", []string{"date:2024-02-29", "date:2024-02-29Z"}, "true"},
		{v1 + "time-equal", []string{"time:09:30:00+01:00", "time:08:30:00Z"}, "true"},
		{v1 + "dateTime-equal",
			[]string{"dateTime:2024-01-01T00:30:00+01:00", "dateTime:2023-12-31T23:30:00Z"}, "true"},
		{v3 + "dayTimeDuration-equal", []string{"dayTimeDuration:P1D", "dayTimeDuration:PT24H"}, "true"},
		{v3 + "yearMonthDuration-equal",
			[]string{"yearMonthDuration:P1Y", "yearMonthDuration:P12M"}, "true"},
		{v1 + "hexBinary-equal", []string{"hexBinary:0aFF", "hexBinary:0AfF"}, "true"},
		{v1 + "base64Binary-equal", []string{"base64Binary:AQ ID", "base64Binary:AQID"}, "true"},
		{v1 + "anyURI-equal", []string{"anyURI:urn:a", "anyURI:urn:A"}, "false"},
		{v1 + "x500Name-equal", []string{"x500Name:CN=A, O=B", "x500Name:cn=a,o=b"}, "true"},
		{v1 + "rfc822Name-equal", []string{"rfc822Name:A@b.no", "rfc822Name:A@B.NO"}, "true"},
		{v1 + "rfc822Name-equal", []string{"rfc822Name:A@b.no", "rfc822Name:a@b.no"}, "false"},
		{v1 + "integer-add", []string{"integer:1", "integer:2", "integer:3"}, "6"},
		{v1 + "integer-subtract", []string{"integer:1", "integer:2"}, "-1"},
		{v1 + "integer-multiply", []string{"integer:4", "integer:5"}, "20"},
		{v1 + "integer-divide", []string{"integer:-7", "integer:2"}, "-3"},
		{v1 + "integer-divide", []string{"integer:7", "integer:0"}, failed},
		{v1 + "integer-mod", []string{"integer:-7", "integer:2"}, "-1"},
		{v1 + "integer-abs", []string{"integer:-7"}, "7"},
		{v1 + "double-divide", []string{"double:1", "double:4"}, "0.25"},
		{v1 + "double-divide", []string{"double:1", "double:0"}, failed},
		{v1 + "double-abs", []string{"double:-2.5"}, "2.5"},
		{v1 + "round", []string{"double:2.6"}, "3"},
		{v1 + "floor", []string{"double:-2.5"}, "-3"},
		{v1 + "double-to-integer", []string{"double:2.9"}, "2"},
		{v1 + "double-to-integer", []string{"double:INF"}, failed},
		{v1 + "integer-to-double", []string{"integer:12"}, "12"},
		{v1 + "not", []string{"boolean:false"}, "true"},
		{v1 + "string-normalize-space", []string{"string: a b "}, "a b"},
		{v1 + "string-normalize-to-lower-case", []string{"string:ÆØÅ"}, "æøå"},
		{v2 + "string-concatenate", []string{"string:a", "string:b", "string:c"}, "abc"},
		{v3 + "string-starts-with", []string{"string:no", "string:nordvik"}, "true"},
		{v3 + "string-ends-with", []string{"string:vik", "string:nordvik"}, "true"},
		{v3 + "string-contains", []string{"string:rdv", "string:nordvik"}, "true"},
		{v3 + "anyURI-starts-with", []string{"string:urn:", "anyURI:urn:altinn:x"}, "true"},
		{v3 + "string-substring", []string{"string:håndball", "integer:0", "integer:4"}, "hånd"},
		{v3 + "string-substring", []string{"string:håndball", "integer:4", "integer:-1"}, "ball"},
		{v3 + "string-substring", []string{"string:a", "integer:0", "integer:2"}, failed},
		{v3 + "integer-from-string", []string{"string:12"}, "12"},
		{v3 + "integer-from-string", []string{"string:x"}, failed},
		{v3 + "string-from-boolean", []string{"boolean:true"}, "true"},
		{v1 + "integer-greater-than", []string{"integer:10", "integer:9"}, "true"},
		{v1 + "string-greater-than", []string{"string:10", "string:9"}, "false"},
		{v1 + "double-less-than-or-equal", []string{"double:NaN", "double:1"}, "false"},
		{v1 + "date-less-than", []string{"date:2024-01-01", "date:2024-01-02"}, "true"},
		{v1 + "time-greater-than-or-equal", []string{"time:10:00:00", "time:09:59:59.9"}, "true"},
		{v2 + "time-in-range", []string{"time:23:30:00", "time:22:00:00", "time:06:00:00"}, "true"},
		{v2 + "time-in-range", []string{"time:12:00:00", "time:22:00:00", "time:06:00:00"}, "false"},
		{v2 + "time-in-range", []string{"time:12:00:00Z", "time:12:00:00", "time:12:00:00"}, "true"},
		{v3 + "dateTime-add-dayTimeDuration",
			[]string{"dateTime:2024-02-28T12:00:00Z", "dayTimeDuration:P1DT13H"}, "2024-03-01T01:00:00Z"},
		{v1 + "dateTime-subtract-dayTimeDuration",
			[]string{"dateTime:2024-03-01T00:00:00", "dayTimeDuration:PT0.5S"}, "2024-02-29T23:59:59.5"},
		{v3 + "date-add-yearMonthDuration",
			[]string{"date:2024-01-31", "yearMonthDuration:P1M"}, "2024-02-29"},
		{v3 + "dateTime-subtract-yearMonthDuration",
			[]string{"dateTime:2024-01-31T10:00:00+02:00", "yearMonthDuration:P1Y"}, "2023-01-31T10:00:00+02:00"},
		{v1 + "string-one-and-only", []string{"string[]:a"}, "a"},
		{v1 + "string-one-and-only", []string{"string[]:a|b"}, failed},
		{v1 + "string-one-and-only", []string{"string[]:"}, failed},
		{v1 + "string-bag-size", []string{"string[]:a|a"}, "2"},
		{v1 + "integer-is-in", []string{"integer:01", "integer[]:2|1"}, "true"},
		{v1 + "string-bag", []string{"string:a", "string:b"}, "a|b"},
		{v1 + "string-bag", nil, ""},
		{v1 + "string-intersection", []string{"string[]:a|b|a", "string[]:a"}, "a"},
		{v1 + "string-union", []string{"string[]:a|b", "string[]:b|c"}, "a|b|c"},
		{v1 + "string-at-least-one-member-of", []string{"string[]:a|b", "string[]:b|c"}, "true"},
		{v1 + "string-subset", []string{"string[]:a|a", "string[]:b|a"}, "true"},
		{v1 + "string-set-equals", []string{"string[]:a|b|a", "string[]:b|a"}, "true"},
		{v1 + "string-regexp-match", []string{`string:^nord.*`, "string:nordvik"}, "true"},
		{v1 + "string-regexp-match", []string{`string:o\c+k$`, "string:nordvik"}, "true"},
		{v1 + "string-regexp-match", []string{`string:(`, "string:nordvik"}, failed},
		{v2 + "anyURI-regexp-match", []string{`string:altinn`, "anyURI:urn:altinn:x"}, "true"},
		{v1 + "x500Name-match", []string{"x500Name:O=B,C=NO", "x500Name:CN=a,O=B,C=NO"}, "true"},
		{v1 + "x500Name-match", []string{"x500Name:O=B,C=SE", "x500Name:CN=a,O=B,C=NO"}, "false"},
		{v1 + "rfc822Name-match", []string{"string:.vik.no", "rfc822Name:a@nord.VIK.no"}, "true"},
		{v1 + "rfc822Name-match", []string{"string:vik.no", "rfc822Name:a@nord.vik.no"}, "false"},
		{v1 + "rfc822Name-match", []string{"string:a@vik.no", "rfc822Name:A@vik.no"}, "false"},
	}
	for _, c := range cases {
		name := fmt.Sprint(c.id, c.args)
		f, ok := Lookup(c.id)
		if !ok {
			t.Errorf("%s: no such function", name)
			continue
		}
		var args []Bag
		var kinds []Kind
		for _, text := range c.args {
			a, kind := arg(t, text)
			args, kinds = append(args, a), append(kinds, kind)
		}
		if err := f.Check(kinds); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := f.Call(args)
		if err != nil && c.want != failed || err == nil && shown(got) != c.want {
			t.Errorf("%s: got %q and %v, want %s", name, shown(got), err, c.want)
		}
	}
	t.Logf("%d calls", len(cases))
}

func TestOver(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, f string
		args    []string
		want    string
	}{
		{"any-of", "string-equal", []string{"string:a", "string[]:b|a"}, "true"},
		{"any-of", "string-equal", []string{"string:a", "string[]:"}, "false"},
		{"all-of", "integer-greater-than", []string{"integer:10", "integer[]:9|3"}, "true"},
		{"all-of", "integer-greater-than", []string{"integer:10", "integer[]:9|11"}, "false"},
		{"any-of-any", "string-equal", []string{"string[]:a|b", "string[]:c|b"}, "true"},
		{"all-of-any", "integer-greater-than", []string{"integer[]:10|20", "integer[]:1|15"}, "true"},
		{"all-of-any", "integer-greater-than", []string{"integer[]:1|20", "integer[]:1|15"}, "false"},
		{"any-of-all", "integer-greater-than", []string{"integer[]:3|5", "integer[]:1|4"}, "true"},
		{"any-of-all", "integer-greater-than", []string{"integer[]:3|4", "integer[]:1|4"}, "false"},
		{"all-of-all", "integer-greater-than", []string{"integer[]:6|5", "integer[]:1|4"}, "true"},
		{"map", "string-normalize-to-lower-case", []string{"string[]:A|B"}, "a|b"},
	}
	for _, c := range cases {
		over, ok := LookupOver(v3 + c.name)
		f, known := Lookup(v1 + c.f)
		if !ok || !known {
			t.Fatalf("%s of %s: not known", c.name, c.f)
		}
		var args []Bag
		var kinds []Kind
		for _, text := range c.args {
			a, kind := arg(t, text)
			args, kinds = append(args, a), append(kinds, kind)
		}
		if _, err := over.Check(f, kinds); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got, err := over.Call(f, args); err != nil || shown(got) != c.want {
			t.Errorf("%s %v: got %q and %v, want %s", c.name, c.args, shown(got), err, c.want)
		}
	}
	t.Logf("%d calls", len(cases))
}

func TestParse_Refuses(t *testing.T) {
	t.Parallel()
	cases := []string{
		"boolean:TRUE", "boolean:", "integer:1.0", "integer:", "integer:--1", "integer:0x1",
		"double:1,0", "double:Infinity", "double:0x1p-2", "date:2024-02-30", "date:2024-1-1",
		"time:24:30:00", "time:9:00:00", "time:09:00:00+15:00", "dateTime:2024-01-01",
		"dateTime:2024-01-01 00:00:00", "hexBinary:abc", "base64Binary:?", "dayTimeDuration:P",
		"dayTimeDuration:PT", "dayTimeDuration:1D", "dayTimeDuration:P1M", "yearMonthDuration:P1D",
		"yearMonthDuration:P", "x500Name:a", "rfc822Name:a", "rfc822Name:a@b@c",
		"dayTimeDuration:P" + strings.Repeat("9", 30) + "D", "integer:" + strings.Repeat("9", 999),
	}
	for _, c := range cases {
		name, text, _ := strings.Cut(c, ":")
		kind, _ := TypeOf(Expand(name))
		if v, err := Parse(kind, text); err == nil {
			t.Errorf("%s: got %v", c, v)
		}
	}
	t.Logf("%d texts", len(cases))
}

func TestCheck_RefusesOtherKinds(t *testing.T) {
	t.Parallel()
	text, number := one(String), one(Integer)
	many := Kind{Type: String, Bag: true}
	for id, args := range map[string][]Kind{
		v1 + "string-equal":   {text, number},
		v1 + "integer-add":    {number},
		v1 + "not":            {},
		v1 + "string-is-in":   {text, text},
		v1 + "string-bag":     {many},
		v1 + "integer-divide": {number, number, number},
	} {
		f, _ := Lookup(id)
		if err := f.Check(args); err == nil {
			t.Errorf("%s takes %v", id, args)
		}
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 5, 17, 9, 30, 0, 5e8, time.FixedZone("", 7200))
	for kind, want := range map[Type]string{
		Time: "09:30:00.5+02:00", Date: "2024-05-17+02:00", DateTime: "2024-05-17T09:30:00.5+02:00",
	} {
		if v, err := Moment(kind, now); err != nil || v.Text() != want {
			t.Errorf("got %q and %v, want %s", v.Text(), err, want)
		}
	}
}
