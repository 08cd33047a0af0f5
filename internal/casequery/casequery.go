// Package casequery reads what a caseworker types in the search field of an inbox: words, exact
// phrases, and operators such as status: and older:. It is pure: it knows no case, no clock and
// no database, and what a value names (a service, a status) is for others to find.
package casequery

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// MaxLength is the longest text that is read, in bytes; MaxTerms the most terms in it.
const (
	MaxLength = 500
	MaxTerms  = 20
)

// Query is what was asked for. Everything in it must hold at once.
type Query struct {
	// Words may each be the beginning of a word; Phrases stand just so; Without stand nowhere.
	Words, Phrases, Without []string
	// Statuses and Services are as they were typed; one of each must fit.
	Statuses, Services []string
	// Tags are words that a case must all be marked with, in small letters.
	Tags []string
	// Unit is the part of the organisation, as it was typed; "" is any.
	Unit string
	// Assigned is Me, Nobody or "".
	Assigned string
	// Older is for how many days at least a case has been here; 0 is any.
	Older int
	// Due is nil when nothing is asked about the deadline.
	Due *Due
	// Fields are what is asked about data fields. Which there are, this package does not know.
	Fields []Field
}

// Field compares a data field, by the name that was typed, with a value. The Sign is <, <=, >, >=
// or =; Number tells that the value is one. Part is all that was typed.
type Field struct {
	Name, Sign, Value, Part string
	Number                  bool
}

// The values of Query.Assigned.
const (
	Me     = "me"
	Nobody = "nobody"
)

// Due asks for a deadline within so many days from now, or later than that.
type Due struct {
	Later bool
	Days  int
}

// Problem is something in a query that cannot be understood: a text's key, and the part.
type Problem struct{ Key, Part string }

// Empty tells whether nothing is asked for.
func (q Query) Empty() bool { return !q.Written() && !q.Limited() }

// Written tells whether words are asked for.
func (q Query) Written() bool { return len(q.Words)+len(q.Phrases)+len(q.Without) > 0 }

// Limited tells whether there is an operator.
func (q Query) Limited() bool {
	return len(q.Statuses)+len(q.Services)+len(q.Tags)+len(q.Fields) > 0 ||
		q.Assigned != "" || q.Unit != "" || q.Older > 0 || q.Due != nil
}

// Ordered tells whether nothing but services and statuses is asked for: a list that these narrow
// has the order that it has without.
func (q Query) Ordered() bool {
	return !q.Written() && len(q.Tags)+len(q.Fields) == 0 && q.Assigned == "" && q.Unit == "" &&
		q.Older == 0 && q.Due == nil
}

// Parse reads a query. What it cannot understand it tells; the query is then not to be used.
func Parse(text string) (Query, []Problem) {
	var q Query
	if len(text) > MaxLength {
		return q, []Problem{{"casequery.too_long", strconv.Itoa(MaxLength)}}
	}
	terms, open := split(strings.ToValidUTF8(text, " "))
	var problems []Problem
	if open != "" {
		problems = append(problems, Problem{"casequery.quote", open})
	}
	if len(terms) > MaxTerms {
		return q, append(problems, Problem{"casequery.too_many", strconv.Itoa(MaxTerms)})
	}
	for _, t := range terms {
		if key := q.take(t); key != "" {
			problems = append(problems, Problem{key, t.raw})
		}
	}
	q.Words = organisationNumbers(q.Words)
	return q, problems
}

// organisationNumbers puts each number of an organisation together, which is written as three groups of
// three digits.
func organisationNumbers(words []string) []string {
	for i := 0; i+3 <= len(words); i++ {
		if !slices.ContainsFunc(words[i:i+3], func(w string) bool {
			return len(w) != 3 || strings.Trim(w, "0123456789") != ""
		}) {
			words = slices.Replace(words, i, i+3, strings.Join(words[i:i+3], ""))
		}
	}
	return words
}

// term is one part of a query: -name:"value".
type term struct {
	raw, name, value string
	quoted, without  bool
}

// split cuts a text into terms at the spaces outside quotes; open is the rest from a quote that
// does not end.
func split(text string) (terms []term, open string) {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return terms, ""
		}
		end, quoted := 0, false
		for i, r := range text {
			if r == '"' {
				quoted = !quoted
			}
			if !quoted && unicode.IsSpace(r) {
				break
			}
			end = i + len(string(r))
		}
		if quoted {
			return terms, text
		}
		terms = append(terms, newTerm(text[:end]))
		text = text[end:]
	}
}

func newTerm(raw string) term {
	t := term{raw: raw}
	rest, minus := strings.CutPrefix(raw, "-")
	t.without = minus
	if name, value, ok := strings.Cut(rest, ":"); ok && IsName(name) {
		t.name, rest = strings.ToLower(name), value
	}
	t.quoted = strings.Contains(rest, `"`)
	t.value = strings.TrimSpace(strings.ReplaceAll(rest, `"`, ""))
	return t
}

// take adds a term to the query; it gives the key of what is wrong with it.
func (q *Query) take(t term) string {
	switch {
	case t.name == "" && !hasWord(t.value):
		// A lone sign asks for nothing.
		return ""
	case t.name == "" && t.without:
		q.Without = append(q.Without, t.value)
		return ""
	case t.name == "" && t.quoted:
		q.Phrases = append(q.Phrases, t.value)
		return ""
	case t.name == "":
		q.Words = append(q.Words, words(t.value)...)
		return ""
	case t.without:
		return "casequery.not_without"
	case t.value == "":
		return "casequery.no_value"
	}
	return q.operator(t)
}

// operator reads a term with a name. The names are told in Norwegian too.
func (q *Query) operator(t term) string {
	switch canonical(t.name) {
	case "status":
		q.Statuses = append(q.Statuses, t.value)
	case "service":
		q.Services = append(q.Services, t.value)
	case "tag", "merkelapp":
		q.Tags = append(q.Tags, strings.ToLower(strings.Join(strings.Fields(t.value), " ")))
	case "unit", "enhet", "eining":
		if q.Unit != "" {
			return "casequery.unit"
		}
		q.Unit = t.value
	case "assigned", "tildelt":
		return q.assigned(t.value)
	case "older", "eldre":
		n, ok := days(t.value)
		if !ok || n == 0 {
			return "casequery.days"
		}
		q.Older = max(q.Older, n)
	case "due", "frist":
		return q.due(t.value)
	default:
		return q.field(t)
	}
	return ""
}

// field reads what may be a data field. It is compared with a number or, by its beginning, with a
// text; what comes before or after is a number or a day.
func (q *Query) field(t term) string {
	f := Field{Name: t.name, Sign: "=", Value: t.value, Part: t.raw}
	for _, sign := range []string{"<=", ">=", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(t.value, sign); ok {
			f.Sign, f.Value = sign, strings.TrimSpace(rest)
			break
		}
	}
	if number := strings.Replace(f.Value, ",", ".", 1); isNumber(number) {
		f.Value, f.Number = number, true
	}
	switch {
	case f.Value == "":
		return "casequery.no_value"
	case f.Sign != "=" && !f.Number && !isDay(f.Value):
		return "casequery.field_value"
	}
	q.Fields = append(q.Fields, f)
	return ""
}

// isNumber tells whether a text is digits, with at most one sign before and one point inside.
func isNumber(s string) bool {
	whole, part, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return digits(whole, 15) && (!pointed || digits(part, 6))
}

// isDay tells whether a text is written as 2026-11-28 is, or as the beginning of it.
func isDay(s string) bool {
	for n, part := range strings.Split(s, "-") {
		if n > 2 || !digits(part, 4) || n > 0 && len(part) != 2 {
			return false
		}
	}
	return true
}

func digits(s string, most int) bool {
	return s != "" && len(s) <= most &&
		strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func (q *Query) assigned(value string) string {
	who := ""
	switch strings.ToLower(value) {
	case "me", "meg":
		who = Me
	case "nobody", "none", "ingen":
		who = Nobody
	}
	if who == "" || q.Assigned != "" && q.Assigned != who {
		return "casequery.assigned"
	}
	q.Assigned = who
	return ""
}

func (q *Query) due(value string) string {
	if len(value) < 2 || q.Due != nil || value[0] != '<' && value[0] != '>' {
		return "casequery.due"
	}
	n, ok := days(value[1:])
	if !ok {
		return "casequery.due"
	}
	q.Due = &Due{Later: value[0] == '>', Days: n}
	return ""
}

// maxDays is as far as a number of days reaches: ten years.
const maxDays = 3650

// days reads a length: 7d, 2w; Norwegian weeks are 2u.
func days(s string) (int, bool) {
	if len(s) < 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 16)
	if err != nil {
		return 0, false
	}
	switch s[len(s)-1] {
	case 'd', 'D':
	case 'w', 'W', 'u', 'U', 'v', 'V':
		n *= 7
	default:
		return 0, false
	}
	return int(n), n <= maxDays
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func hasWord(s string) bool { return strings.IndexFunc(s, isWord) >= 0 }

// words cuts a text as the search table does: at every sign that is in no word.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !isWord(r) })
}

// LooksLikePersonNumber tells whether a national identity number may stand in the text, and
// gives its eleven digits: such a text is for no address and no log. Spaces, points and hyphens
// between the digits do not hide one.
func LooksLikePersonNumber(text string) (string, bool) {
	for _, run := range runs(text) {
		if len(run) == 11 {
			return run, true
		}
	}
	return "", false
}

// runs are the digits that stand together, where a single space, point, hyphen or other sign
// inside does not part them.
func runs(text string) []string {
	var out []string
	var run []byte
	gap := 0
	for _, r := range text {
		switch d := unicode.IsDigit(r); {
		case d && r <= '9':
			run, gap = append(run, byte(r)), 0
		case gap == 0 && (unicode.IsSpace(r) || slices.Contains(joiners, r)):
			gap++
		default:
			out, run, gap = append(out, string(run)), nil, 0
		}
	}
	return append(out, string(run))
}

var joiners = []rune{'.', '-', '–', '_', '/', ','}
