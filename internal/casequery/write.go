package casequery

import (
	"strings"
	"unicode"
)

// Names are what the operators are called where they are written.
type Names struct{ Service, Status string }

// Part is one part of a query, and Rest the query without it.
type Part struct{ Text, Rest string }

// Parts gives what a query is made of; one that cannot be taken apart is a part by itself.
func Parts(text string) []Part {
	terms, open := split(strings.ToValidUTF8(text, " "))
	if open != "" {
		terms = append(terms, term{raw: open})
	}
	var out []Part
	for i, t := range terms {
		var rest []string
		for j, other := range terms {
			if i != j {
				rest = append(rest, other.raw)
			}
		}
		out = append(out, Part{Text: t.raw, Rest: strings.Join(rest, " ")})
	}
	return out
}

// IsName tells whether something may be the name of an operator or a data field: letters only.
func IsName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// Choose gives a query with these services and statuses in the place of those that it asks for, as
// the boxes of a form choose them. The rest stays as it was typed.
func Choose(text string, names Names, services, statuses []string) string {
	terms, open := split(strings.ToValidUTF8(text, " "))
	var parts []string
	for _, t := range terms {
		if n := canonical(t.name); t.without || n != "service" && n != "status" {
			parts = append(parts, t.raw)
		}
	}
	for _, s := range services {
		parts = append(parts, Term(names.Service, s))
	}
	for _, s := range statuses {
		parts = append(parts, Term(names.Status, s))
	}
	if open != "" {
		parts = append(parts, open)
	}
	return strings.Join(parts, " ")
}

// Term writes an operator with its value.
func Term(name, value string) string {
	value = strings.ReplaceAll(value, `"`, "")
	if strings.ContainsFunc(value, func(r rune) bool { return !isWord(r) && r != '-' && r != '_' }) {
		value = `"` + value + `"`
	}
	return name + ":" + value
}

// canonical is the name of an operator in English.
func canonical(name string) string {
	switch name {
	case "tjeneste", "teneste":
		return "service"
	}
	return name
}

// OneSlip tells whether two words differ by no more than one slip in typing: a letter too many or
// too few, another letter, or two neighbours that have changed places.
func OneSlip(a, b string) bool {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	switch {
	case len(x) <= 1 && len(y) <= 1:
		return true
	case len(x) == 2 && len(y) == 2:
		return x[0] == y[1] && x[1] == y[0]
	}
	return false
}
