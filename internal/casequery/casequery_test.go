package casequery

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse_ReadsWordsPhrasesAndOperators(t *testing.T) {
	t.Parallel()
	cases := map[string]Query{
		"":                                 {},
		" - \"\" ":                         {},
		"konsert i parken":                 {Words: []string{"konsert", "i", "parken"}},
		`"store scene" -avlyst`:            {Phrases: []string{"store scene"}, Without: []string{"avlyst"}},
		`-"helt avlyst"`:                   {Without: []string{"helt avlyst"}},
		"budsjett_2026.pdf":                {Words: []string{"budsjett", "2026", "pdf"}},
		"kl.18:30":                         {Words: []string{"kl", "18", "30"}},
		"status:open":                      {Statuses: []string{"open"}},
		`status:"under arbeid"`:            {Statuses: []string{"under arbeid"}},
		"service:park tjeneste:x":          {Services: []string{"park", "x"}},
		`tag:Haster merkelapp:"til  MØTE"`: {Tags: []string{"haster", "til møte"}},
		`unit:kultur`:                      {Unit: "kultur"},
		`enhet:"Idrett og frivillighet"`:   {Unit: "Idrett og frivillighet"},
		"Assigned:ME":                      {Assigned: Me},
		"tildelt:ingen":                    {Assigned: Nobody},
		"older:7d":                         {Older: 7},
		"older:2w older:7d":                {Older: 14},
		"due:<2d":                          {Due: &Due{Days: 2}},
		"frist:>1u":                        {Due: &Due{Later: true, Days: 7}},
		"due:<0d sommer":                   {Words: []string{"sommer"}, Due: &Due{}},
	}
	for text, want := range cases {
		got, problems := Parse(text)
		if problems != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v and %v, want %+v", text, got, problems, want)
		}
	}
	t.Logf("checked %d queries", len(cases))
}

func TestParse_TellsWhatItCannotUnderstand(t *testing.T) {
	t.Parallel()
	cases := map[string]Problem{
		`"store scene`:               {"casequery.quote", `"store scene`},
		"colour:red":                 {"casequery.operator", "colour:red"},
		"status:":                    {"casequery.no_value", "status:"},
		"-status:open":               {"casequery.not_without", "-status:open"},
		"assigned:ola":               {"casequery.assigned", "assigned:ola"},
		"unit:a eining:b":            {"casequery.unit", "eining:b"},
		"older:week":                 {"casequery.days", "older:week"},
		"older:0d":                   {"casequery.days", "older:0d"},
		"older:99999w":               {"casequery.days", "older:99999w"},
		"due:2d":                     {"casequery.due", "due:2d"},
		"due:<":                      {"casequery.due", "due:<"},
		"due:<1d due:>1d":            {"casequery.due", "due:>1d"},
		strings.Repeat("a ", 21):     {"casequery.too_many", "20"},
		strings.Repeat("a", 501):     {"casequery.too_long", "500"},
		"assigned:me assigned:ingen": {"casequery.assigned", "assigned:ingen"},
	}
	for text, want := range cases {
		if _, got := Parse(text); len(got) != 1 || got[0] != want {
			t.Errorf("%.40q: got %v, want %v", text, got, want)
		}
	}
	t.Logf("checked %d queries", len(cases))
}

func TestLooksLikePersonNumber_SeesThroughSigns(t *testing.T) {
	t.Parallel()
	const number = "14827941388"
	for _, text := range []string{
		number, " " + number + " ", "148279 41388", "14.82.79-41388", "fnr:" + number,
		"kari 148279-41388 sommer", "1 4 8 2 7 9 4 1 3 8 8", `"148279 41388"`, "14827941389x",
	} {
		want := number
		if strings.Contains(text, "9x") {
			want = "14827941389"
		}
		if got, ok := LooksLikePersonNumber(text); !ok || got != want {
			t.Errorf("%q: got %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{
		"", "310246816", "NK-7F3K-92QD", "older:7d", "148279413", "2026 og 2027", "1482794138812",
	} {
		if got, ok := LooksLikePersonNumber(text); ok {
			t.Errorf("%q: took %q for a number", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", `status:open "a b" -c older:7d due:<2d`, `"`, "::", "-:\"", "é\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, problems := Parse(text)
		for _, w := range append(q.Words, append(q.Phrases, q.Without...)...) {
			if w == "" || !utf8.ValidString(w) || !hasWord(w) {
				t.Errorf("%q: the word %q", text, w)
			}
		}
		for _, w := range q.Words {
			if strings.ContainsAny(w, " \"':&|!()*<>\\") {
				t.Errorf("%q: the word %q has a sign", text, w)
			}
		}
		for _, p := range problems {
			if p.Key == "" || p.Part == "" {
				t.Errorf("%q: %v explains nothing", text, p)
			}
		}
		if q.Empty() != reflect.DeepEqual(q, Query{}) {
			t.Error(fmt.Sprintf("%q: %+v", text, q), "is empty:", q.Empty())
		}
	})
}
