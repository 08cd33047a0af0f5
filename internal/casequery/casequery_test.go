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
		"lysfest 310 246 816 i":            {Words: []string{"lysfest", "310246816", "i"}},
		"310 246 8160 12 345":              {Words: []string{"310", "246", "8160", "12", "345"}},
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
		"amount:>10000":                    {Fields: []Field{{"amount", ">", "10000", "amount:>10000", true}}},
		"beløp:<=12,5":                     {Fields: []Field{{"beløp", "<=", "12.5", "beløp:<=12,5", true}}},
		"day:>=2026-02":                    {Fields: []Field{{"day", ">=", "2026-02", "day:>=2026-02", false}}},
		`bydel:"nord øst"`:                 {Fields: []Field{{"bydel", "=", "nord øst", `bydel:"nord øst"`, false}}},
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
		"amount:":                    {"casequery.no_value", "amount:"},
		"amount:>":                   {"casequery.no_value", "amount:>"},
		"amount:>many":               {"casequery.field_value", "amount:>many"},
		"-amount:1":                  {"casequery.not_without", "-amount:1"},
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

func TestChoose_WritesWhatTheBoxesSayIntoTheText(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text               string
		services, statuses []string
		want               string
	}{
		{"", nil, nil, ""},
		{"", []string{"stottesak"}, []string{"Til vedtak"}, `service:stottesak status:"Til vedtak"`},
		{`konsert tjeneste:park -avlyst STATUS:open`, []string{"klage"}, nil, `konsert -avlyst service:klage`},
		{`teneste:a "store scene" assigned:me`, nil, nil, `"store scene" assigned:me`},
		{`status:x "uten slutt`, nil, []string{"ny"}, `status:ny "uten slutt`},
		{"-status:x", nil, nil, "-status:x"},
		{"", []string{`a"b`}, nil, "service:ab"},
	}
	for _, c := range cases {
		got := Choose(c.text, Names{"service", "status"}, c.services, c.statuses)
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
		q, problems := Parse(got)
		if problems == nil && (len(q.Services) != len(c.services) || len(q.Statuses) != len(c.statuses)) {
			t.Errorf("%q reads as %+v", got, q)
		}
	}
	t.Logf("checked %d choices", len(cases))
}

func TestParts_AreTakenAwayAlone(t *testing.T) {
	t.Parallel()
	got := Parts(`konsert  "store scene" status:x "uten slutt`)
	want := []Part{
		{"konsert", `"store scene" status:x "uten slutt`}, {`"store scene"`, `konsert status:x "uten slutt`},
		{"status:x", `konsert "store scene" "uten slutt`}, {`"uten slutt`, `konsert "store scene" status:x`},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOneSlip_ForgivesOneAndNoMore(t *testing.T) {
	t.Parallel()
	for _, pair := range []string{
		"solbakken solbaken", "solbakken solbakkken", "solbakken solbakkem", "solbakken oslbakken",
		"solbakken Solbakken", "kari akri", "kari kar", "åse øse",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if !OneSlip(a, b) || !OneSlip(b, a) {
			t.Errorf("%s: more than one slip", pair)
		}
	}
	for _, pair := range []string{
		"solbakken solaken", "kari karl-x", "hansen jenson", "abcd badc", "abcde acbed", "abc bca",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if OneSlip(a, b) || OneSlip(b, a) {
			t.Errorf("%s: one slip", pair)
		}
	}
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
