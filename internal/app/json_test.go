package app

import (
	"strings"
	"testing"
)

func TestParseJSON_KnowsLines(t *testing.T) {
	t.Parallel()
	v, err := parseJSON("x.json", []byte("\ufeff{\n  \"a\": [1,\n    {\"b\": \"c\"}],\n\n  \"D\": null, \"e\": true\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := v.get("a").items[1]; got.line != 3 || string(got.raw) != `{"b": "c"}` || got.get("b").text != "c" {
		t.Errorf("got line %d, %s", got.line, got.raw)
	}
	if v.get("A").line != 2 || v.get("d") != nil || !v.get("E").truth || v.get("missing").get("x") != nil {
		t.Error("keys are not found in any case, or null is not nothing")
	}
}

func TestParseJSON_Refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw, want string
		line      int
	}{
		{"{\n\"a\": 1,\n\"a\": 2}", `the key "a" stands twice`, 3},
		{"{} {}", "more after", 1},
		{"{\n\"a\": [1,\n", "too early", 3},
		{"", "too early", 1},
		{"{\n\n\"a\" 1}", "invalid character", 3},
		{strings.Repeat("[", 100) + strings.Repeat("]", 100), "too deep", 1},
		{"{\"a\": 01}", "invalid character", 1},
	}
	for _, tt := range tests {
		_, err := parseJSON("x.json", []byte(tt.raw))
		syntax, ok := err.(*syntaxError)
		if !ok || !strings.Contains(syntax.msg, tt.want) || syntax.line != tt.line {
			t.Errorf("%.30q: got %v, want line %d: %s", tt.raw, err, tt.line, tt.want)
		}
	}
}

func TestKeyLike(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"soker.navn": true, "side-1.felt_2.tittel": true, "f.eks. nå": false, "Navn": false,
		"Se www.lindvik.no for mer": false, "1.2.2026": false, "Hei. Du": false,
	} {
		if got := keyLike.MatchString(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}
