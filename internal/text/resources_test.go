package text

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestParseResources_RealFile(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/resource.nb.json")
	if err != nil {
		t.Fatal(err)
	}
	lang, entries, err := ParseResources(append([]byte("\ufeff"), raw...))
	if err != nil || lang != "nb" {
		t.Fatalf("got %s, %v", lang, err)
	}
	t.Logf("%d texts", len(entries))
	if got := entries["appName"].Value; got != "multiple-datamodels-test" {
		t.Errorf("appName: got %q", got)
	}
	r := NewResources()
	r.Add(lang, entries)
	values := map[string]string{
		"dataModel.modell1 tekstfelt": "*en*", "dataModel.modell2 personer.fornavn": "Kari",
	}
	vars := func(source, key string) (string, bool) {
		v, ok := values[source+" "+key]
		return v, ok
	}
	text, _ := r.Lookup("nn", "variableParagraph", vars)
	want := "<h6>Variabler i tekst-ressurs</h6>\n<p>I første felt står det <strong>*en*</strong>, " +
		"og i det andre feltet står det <strong>ikke noe</strong>.</p>"
	if got := Markdown(text); got != HTML(want) {
		t.Errorf("got %s", got)
	}
	text, _ = r.Lookup("nb", "repeatingParagraph", vars)
	if got := Plain(text); got != "Kari etternavn er født dato og er dermed alder år gammel." {
		t.Errorf("got %s", got)
	}
}

func TestParseResources_Refuses(t *testing.T) {
	t.Parallel()
	cases := map[string]int{
		"":                         1,
		"[]":                       1,
		"{\n\"language\": \"nb\",": 2,
		"{\n\"language\": \"nb\",\n\"resources\": [\n{\"id\": 5}]}": 4,
		`{"resources": []}`: 1,
		`{"language": "nb", "resources": [{"value": "x"}]}`: 1,
	}
	for raw, line := range cases {
		_, entries, err := ParseResources([]byte(raw))
		ours, ok := errors.AsType[*Error](err)
		if !ok || ours.Line != line || entries != nil {
			t.Errorf("%q: got %v, want line %d", raw, err, line)
		}
	}
}

func resources() *Resources {
	r := NewResources()
	empty, standIn := "", "ukjent"
	r.Add("nb", map[string]Entry{
		"a":      {Value: "a på bokmål"},
		"bare":   {Value: "bare bokmål"},
		"alias":  {Value: "a"},
		"self":   {Value: "self"},
		"ring1":  {Value: "ring2"},
		"ring2":  {Value: "ring1"},
		"navn":   {"Hei, {0}.", []Variable{{"dataModel.default", "navn", nil}}},
		"to":     {"{1} {0} {2}", []Variable{{"d", "x", nil}, {"d", "y", &standIn}}},
		"tom":    {"<{0}>", []Variable{{"d", "none", &empty}}},
		"tekst":  {"Se {0}", []Variable{{"text", "a", nil}}},
		"borte":  {"Se {0}", []Variable{{"text", "no.such", nil}}},
		"punkt":  {"Valgt:\n- {0}", []Variable{{"d", "x", nil}}},
		"merke":  {"Valgt {0}", []Variable{{"d", "x", nil}}},
		"runde":  {"r {0}", []Variable{{"text", "runde", nil}}},
		"klamme": {"{0} og {x}", nil},
		"dobbel": {"{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}", []Variable{{"d", "dobbel", nil}}},
	})
	r.Add("nn", map[string]Entry{"a": {Value: "a på nynorsk"}, "berre": {Value: "berre nynorsk"}})
	r.Add("se", map[string]Entry{"sami": {Value: "davvisámegiella"}})
	return r
}

func TestResources_Lookup(t *testing.T) {
	t.Parallel()
	r := resources()
	vars := func(source, key string) (string, bool) {
		v, ok := map[string]string{
			"dataModel.default navn": "Kari", "d x": "a", "d none": "", "d dobbel": "dobbel",
		}[source+" "+key]
		return v, ok
	}
	cases := []struct{ lang, key, want string }{
		{"nb", "a", "a på bokmål"},
		{"nn", "a", "a på nynorsk"},
		{"en", "a", "a på bokmål"},
		{"nn", "bare", "bare bokmål"},
		{"nb", "berre", "berre nynorsk"},
		{"en", "sami", "davvisámegiella"},
		{"nn", "alias", "a på nynorsk"},
		{"nb", "self", "self"},
		{"nb", "navn", "Hei, Kari."},
		{"nn", "merke", "Valgt a på nynorsk"},
		{"nb", "to", "ukjent a på bokmål {2}"},
		{"nb", "tom", "<>"},
		{"nn", "tekst", "Se a på nynorsk"},
		{"nb", "borte", "Se no.such"},
		{"nb", "klamme", "{0} og {x}"},
	}
	for _, c := range cases {
		if got, ok := r.Lookup(c.lang, c.key, vars); got != c.want || !ok {
			t.Errorf("%s in %s: got %q, %v, want %q", c.key, c.lang, got, ok, c.want)
		}
	}
	for ring, want := range map[string]string{
		"ring1": "ring2", "runde": "r r runde", "dobbel": strings.Repeat("dobbel", 100),
	} {
		if got, ok := r.Lookup("nb", ring, vars); got != want || !ok {
			t.Errorf("%s: got %q, %v", ring, got, ok)
		}
	}
	if got, ok := r.Lookup("nb", "no.such", vars); got != "" || ok {
		t.Errorf("an unknown key: got %q, %v", got, ok)
	}
	if got := r.Resolve("nb", "En **fet** tekst {0}", vars); got != "En **fet** tekst {0}" {
		t.Errorf("a literal: got %q", got)
	}
	if got := r.Resolve("nb", "navn", nil); got != "Hei, navn." {
		t.Errorf("without values: got %q", got)
	}
}

func TestResources_WhatPeopleTypedIsShownAsItIs(t *testing.T) {
	t.Parallel()
	r := resources()
	typed := []string{
		"**fet**", "_kursiv_", "# overskrift", "1. punkt", "12) punkt", "- punkt", "+ punkt", "> sitat",
		"[lenke](https://evil.example)", "<b>fet</b>", "<script>alert(1)</script>", "&lt;", "`kode`",
		"~~~", "===", "---", "a\nb", "a\r\n\r\n# b", "    kode", "\\", "\\*", "![x](y)", "<http://a.no>",
		"{0}", "kari_s@example.com", "5 < 6 && 7 > 6", "[x]: http://evil.example", "*",
		"|a|b|", "\tkode",
	}
	for _, value := range typed {
		vars := func(string, string) (string, bool) { return value, true }
		for _, key := range []string{"punkt", "merke", "navn"} {
			text, _ := r.Lookup("nb", key, vars)
			want := strings.Join(strings.Fields(value), " ")
			got := strings.Join(strings.Fields(Plain(text)), " ")
			prefix := map[string]string{"punkt": "Valgt: – ", "merke": "Valgt ", "navn": "Hei, "}[key]
			got = strings.TrimPrefix(got, prefix)
			if strings.TrimSuffix(got, ".") != strings.TrimSuffix(want, ".") {
				t.Errorf("%s with %q: got %q as text, source %q", key, value, got, text)
			}
			if html := string(Markdown(text)); strings.Contains(html, "<a ") ||
				strings.Contains(html, "<h") || strings.Contains(html, "<strong") {
				t.Errorf("%s with %q: got %s", key, value, html)
			}
		}
		if got := Plain(Escape(value)); strings.Join(strings.Fields(got), " ") !=
			strings.Join(strings.Fields(value), " ") {
			t.Errorf("Escape %q: got %q", value, got)
		}
	}
	t.Logf("%d values", len(typed))
}

func TestResources_WhatIsThere(t *testing.T) {
	t.Parallel()
	r := resources()
	if got := r.Languages(); !slices.Equal(got, []string{"nb", "nn", "se"}) {
		t.Errorf("languages: got %v", got)
	}
	if keys := r.Keys(); len(keys) != 18 || !slices.IsSorted(keys) {
		t.Errorf("keys: got %d: %v", len(keys), keys)
	}
	if !r.Has("berre") || r.Has("x") || r.HasIn("nb", "berre") || !r.HasIn("nn", "berre") {
		t.Error("Has or HasIn is wrong")
	}
	if e, ok := r.Entry("nb", "navn"); !ok || e.Value != "Hei, {0}." || e.Variables[0].Key != "navn" {
		t.Errorf("Entry: got %+v, %v", e, ok)
	}
	r.Add("nb", map[string]Entry{"a": {Value: "ny"}})
	if got := r.Resolve("nb", "a", nil); got != "ny" {
		t.Errorf("added again: got %q", got)
	}
	if len(NewResources().Languages()) != 0 {
		t.Error("new resources have languages")
	}
}

func TestResources_TextsThatThePlatformHas(t *testing.T) {
	t.Parallel()
	r := NewResources()
	r.Add("nb", map[string]Entry{"general.back": {Value: "Gå tilbake"}})
	for _, tt := range [][3]string{
		{"nn", "general.delete", "Slett"}, {"en", "general.next", "Next"},
		{"nb", "general.back", "Gå tilbake"}, {"nb", "general.unheard", "general.unheard"},
	} {
		if got := r.Resolve(tt[0], tt[1], nil); got != tt[2] {
			t.Errorf("%s in %s: got %q, want %q", tt[1], tt[0], got, tt[2])
		}
	}
	if !r.Has("general.next") || r.HasIn("en", "general.next") || len(r.Languages()) != 1 {
		t.Error("a text of the platform counts as the app's own")
	}
}
