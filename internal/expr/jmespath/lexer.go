package jmespath

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

type kind int

const (
	endOfQuery kind = iota
	identifier
	quoted
	number
	literal
	dot
	star
	flatten  // []
	filter   // [?
	lbracket // [
	rbracket
	lbrace
	rbrace
	lparen
	rparen
	comma
	colon
	current // @
	expref  // &
	pipe
	or
	and
	not
	compare // == != < <= > >=
)

// token is one word of a query. text is an identifier, a number or a comparator; value is what
// a literal stands for.
type token struct {
	kind  kind
	text  string
	value any
	at    int
}

var symbols = []struct {
	text string
	kind kind
}{
	{"[?", filter}, {"[]", flatten}, {"||", or}, {"&&", and}, {"==", compare}, {"!=", compare},
	{"<=", compare}, {">=", compare}, {"<", compare}, {">", compare}, {"[", lbracket},
	{"]", rbracket}, {"{", lbrace}, {"}", rbrace}, {"(", lparen}, {")", rparen}, {",", comma},
	{":", colon}, {"@", current}, {"&", expref}, {"|", pipe}, {"!", not}, {".", dot}, {"*", star},
}

func tokens(query string) ([]token, error) {
	var out []token
	for at := 0; at < len(query); {
		if strings.IndexByte(" \t\r\n", query[at]) >= 0 {
			at++
			continue
		}
		t, length, err := next(query[at:])
		if err != nil {
			return nil, fmt.Errorf("at position %d: %w", at, err)
		}
		t.at = at
		out = append(out, t)
		at += length
	}
	return append(out, token{kind: endOfQuery, at: len(query)}), nil
}

// next reads the token that rest starts with and tells its length.
func next(rest string) (token, int, error) {
	switch c := rest[0]; {
	case isLetter(c):
		n := span(rest, func(c byte) bool { return isLetter(c) || isDigit(c) })
		return token{kind: identifier, text: rest[:n]}, n, nil
	case isDigit(c), c == '-' && len(rest) > 1 && isDigit(rest[1]):
		n := 1 + span(rest[1:], isDigit)
		return token{kind: number, text: rest[:n]}, n, nil
	case c == '"':
		return jsonToken(rest, quoted)
	case c == '`':
		return jsonToken(rest, literal)
	case c == '\'':
		body, n, err := delimited(rest)
		return token{kind: literal, value: strings.ReplaceAll(body, `\'`, `'`)}, n, err
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s.text) {
			return token{kind: s.kind, text: s.text}, len(s.text), nil
		}
	}
	return token{}, 0, fmt.Errorf("unexpected character %q", []rune(rest)[0])
}

// jsonToken reads a "quoted identifier" or a `literal`; both hold JSON.
func jsonToken(rest string, k kind) (token, int, error) {
	body, n, err := delimited(rest)
	if err != nil {
		return token{}, 0, err
	}
	text := rest[:n]
	if k == literal {
		text = strings.ReplaceAll(body, "\\`", "`")
	}
	value, err := decode(text)
	if err != nil {
		return token{}, 0, fmt.Errorf("reading %s: %w", rest[:n], err)
	}
	if s, ok := value.(string); ok && k == quoted {
		return token{kind: quoted, text: s}, n, nil
	}
	return token{kind: k, value: value}, n, nil
}

func decode(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("more than one value")
	}
	return value, nil
}

// delimited gives what stands between the first character and its next unescaped likeness.
func delimited(rest string) (string, int, error) {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case rest[0]:
			return rest[1:i], i + 1, nil
		}
	}
	return "", 0, fmt.Errorf("no closing %c", rest[0])
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
