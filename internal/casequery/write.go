package casequery

import "strings"

// Choose gives a query with these services and statuses in the place of those that it asks for, as
// the boxes of a form choose them. The rest stays as it was typed.
func Choose(text string, services, statuses []string) string {
	terms, open := split(strings.ToValidUTF8(text, " "))
	var parts []string
	for _, t := range terms {
		if n := canonical(t.name); t.without || n != "service" && n != "status" {
			parts = append(parts, t.raw)
		}
	}
	for _, s := range services {
		parts = append(parts, Term("service", s))
	}
	for _, s := range statuses {
		parts = append(parts, Term("status", s))
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
