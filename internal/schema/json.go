package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// reader reads JSON (RFC 8259). It is our own because encoding/json lets a key stand twice, and
// telling so through its token stream is four times slower than reading the document, which
// happens on every page. A fuzz test holds it to what encoding/json accepts.
type reader struct {
	raw []byte
	pos int
	// depth is how many more levels may be opened.
	depth int
	// document holds to the rules for form data as well: MaxRows, no NUL, plain numbers.
	document bool
	// object, when set, makes the value of an object from its keys in order, its members and
	// the offset of its brace.
	object func(keys []string, members map[string]any, offset int) any
}

// maxNumber is the length of the longest number in form data: arithmetic on long numbers, or on
// 1e999999, would cost more than any form is worth.
const maxNumber = 40

// broken is the error for what is no JSON at the present place.
func (r *reader) broken() error { return fmt.Errorf("the JSON is broken at byte %d", r.pos) }

// whole reads the one value that the input must hold. After an error, pos is where it was.
func (r *reader) whole() (any, error) {
	if !utf8.Valid(r.raw) {
		return nil, errors.New("the JSON is not UTF-8")
	}
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.next() != 0 || r.pos < len(r.raw) {
		return nil, r.broken()
	}
	return v, nil
}

// next passes blanks and gives the byte that follows, without taking it; 0 at the end.
func (r *reader) next() byte {
	for ; r.pos < len(r.raw); r.pos++ {
		switch c := r.raw[r.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take passes blanks and one byte, if it is c.
func (r *reader) take(c byte) bool {
	if r.next() != c || r.pos == len(r.raw) {
		return false
	}
	r.pos++
	return true
}

func (r *reader) value() (any, error) {
	switch c := r.next(); {
	case c == '{':
		return r.nested(r.members)
	case c == '[':
		return r.nested(r.elements)
	case c == '"':
		return r.text()
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	case r.word("null"):
		return nil, nil
	default:
		return nil, r.broken()
	}
}

func (r *reader) word(w string) bool {
	if !bytes.HasPrefix(r.raw[r.pos:], []byte(w)) {
		return false
	}
	r.pos += len(w)
	return true
}

func (r *reader) nested(read func() (any, error)) (any, error) {
	if r.depth == 0 {
		return nil, errors.New("the JSON is nested too deep")
	}
	r.depth--
	v, err := read()
	r.depth++
	return v, err
}

func (r *reader) members() (any, error) {
	start := r.pos
	r.pos++
	var keys []string
	out := map[string]any{}
	for !r.take('}') {
		if len(out) > 0 && !r.take(',') || r.next() != '"' {
			return nil, r.broken()
		}
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("the property %q is there twice", key)
		}
		if !r.take(':') {
			return nil, r.broken()
		}
		if out[key], err = r.value(); err != nil {
			return nil, err
		}
		if r.object != nil {
			keys = append(keys, key)
		}
	}
	if r.object != nil {
		return r.object(keys, out, start), nil
	}
	return out, nil
}

func (r *reader) elements() (any, error) {
	r.pos++
	out := []any{}
	for !r.take(']') {
		if len(out) > 0 && !r.take(',') {
			return nil, r.broken()
		}
		if r.document && len(out) == MaxRows {
			return nil, fmt.Errorf("an array has more than %d elements", MaxRows)
		}
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// text reads a string. Most have no escape and are taken as they stand; the others are left to
// encoding/json.
func (r *reader) text() (string, error) {
	start, escaped := r.pos, false
	for r.pos++; r.pos < len(r.raw); r.pos++ {
		switch c := r.raw[r.pos]; {
		case c == '"':
			r.pos++
			return r.unescape(r.raw[start:r.pos], escaped)
		case c == '\\':
			escaped = true
			r.pos++
		case c < ' ':
			return "", r.broken()
		}
	}
	r.pos = len(r.raw)
	return "", r.broken()
}

func (r *reader) unescape(quoted []byte, escaped bool) (string, error) {
	if !escaped {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return "", r.broken()
	}
	if r.document && strings.IndexByte(s, 0) >= 0 {
		return "", errors.New("the JSON has a NUL in a text")
	}
	return s, nil
}

func (r *reader) number() (any, error) {
	start := r.pos
	r.skip('-')
	if !r.skip('0') && !r.digits() {
		return nil, r.broken()
	}
	if r.skip('.') && !r.digits() {
		return nil, r.broken()
	}
	exponent := r.skip('e') || r.skip('E')
	if exponent {
		_ = r.skip('+') || r.skip('-')
		if !r.digits() {
			return nil, r.broken()
		}
	}
	n := json.Number(r.raw[start:r.pos])
	if r.document && (exponent || len(n) > maxNumber) {
		return nil, errors.New("the JSON has a number that is too long or has an exponent")
	}
	return n, nil
}

// skip takes the byte c, if it is next.
func (r *reader) skip(c byte) bool {
	if r.pos < len(r.raw) && r.raw[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

// digits takes one digit or more.
func (r *reader) digits() bool {
	start := r.pos
	for r.pos < len(r.raw) && r.raw[r.pos] >= '0' && r.raw[r.pos] <= '9' {
		r.pos++
	}
	return r.pos > start
}
