package function

import (
	"slices"
	"strconv"
	"strings"
)

// name is an x500Name: its relative names from the most special to the most general, each a
// sorted list of "type=value" in lower case with single blanks (RFC 2253, X.500 DN matching).
type name [][]string

func parseX500(text string) (name, error) {
	var n name
	for _, part := range splitEscaped(text, ",;") {
		var rdn []string
		for _, pair := range splitEscaped(part, "+") {
			kind, value, ok := strings.Cut(pair, "=")
			kind = strings.ToLower(strings.TrimSpace(kind))
			value = strings.ToLower(strings.Join(strings.Fields(value), " "))
			if !ok || kind == "" {
				return nil, strconv.ErrSyntax
			}
			rdn = append(rdn, kind+"="+value)
		}
		slices.Sort(rdn)
		n = append(n, rdn)
	}
	return n, nil
}

// splitEscaped splits at any of the separators that is neither escaped nor quoted.
func splitEscaped(text, separators string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(separators, c) >= 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

func (n name) equal(o name) bool { return slices.EqualFunc(n, o, slices.Equal) }

// endsWith tells whether o is the end of n: what is named lies below it (A.3.14).
func (n name) endsWith(o name) bool { return len(o) <= len(n) && n[len(n)-len(o):].equal(o) }

// mail is an rfc822Name. The domain has no case, the local part has.
type mail struct{ local, domain string }

func parseMail(text string) (mail, error) {
	local, domain, ok := strings.Cut(text, "@")
	if !ok || local == "" || domain == "" || strings.Contains(domain, "@") {
		return mail{}, strconv.ErrSyntax
	}
	return mail{local, strings.ToLower(domain)}, nil
}

// fits tells whether the address is the one, at the domain, or in a domain under ".domain", that
// a pattern names (A.3.14).
func (m mail) fits(pattern string) bool {
	if local, domain, whole := strings.Cut(pattern, "@"); whole {
		return m.local == local && m.domain == strings.ToLower(domain)
	}
	pattern = strings.ToLower(pattern)
	if strings.HasPrefix(pattern, ".") {
		return strings.HasSuffix(m.domain, pattern)
	}
	return m.domain == pattern
}
