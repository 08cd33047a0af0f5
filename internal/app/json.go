package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDepth is deeper than any file of an app is nested.
const maxDepth = 64

// kind is what a JSON value is.
type kind byte

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindText
	kindArray
	kindObject
)

func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a text", "a list", "an object"}[k]
}

// value is a JSON value that remembers where it stands, so that whatever is wrong with it can
// be told with file and line. Its methods take nil for a value that is not there.
type value struct {
	file  string
	line  int
	kind  kind
	truth bool
	// text is a text's content, or a number as it is written.
	text string
	// raw is the value as it stands in the file.
	raw   json.RawMessage
	items []*value
	// keys are an object's, in file order, each for the item at the same place.
	keys  []string
	index map[string]int
}

// syntaxError is a file that is not JSON, with the line where that shows.
type syntaxError struct {
	line int
	msg  string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.msg) }

// parseJSON reads one file. It refuses what Go's decoder lets through: keys given twice, more
// than one value, and nesting that no app needs. A byte order mark is passed over.
func parseJSON(file string, raw []byte) (*value, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	p := parser{file: file, raw: raw, dec: json.NewDecoder(bytes.NewReader(raw)), line: 1}
	p.dec.UseNumber()
	v, err := p.value(0)
	if err != nil {
		return nil, p.located(err)
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &syntaxError{p.lineAt(p.dec.InputOffset()), "there is more after the JSON value"}
	}
	return v, nil
}

type parser struct {
	file string
	raw  []byte
	dec  *json.Decoder
	// line is the line of the byte at counted, so that lines are counted once.
	line    int
	counted int64
}

func (p *parser) lineAt(offset int64) int {
	if offset < p.counted {
		p.line, p.counted = 1, 0
	}
	offset = min(offset, int64(len(p.raw)))
	p.line += bytes.Count(p.raw[p.counted:offset], []byte("\n"))
	p.counted = offset
	return p.line
}

// start gives the offset of the next value: past space, comma and colon.
func (p *parser) start() int64 {
	at := p.dec.InputOffset()
	for at < int64(len(p.raw)) && strings.IndexByte(" \t\r\n,:", p.raw[at]) >= 0 {
		at++
	}
	return at
}

func (p *parser) located(err error) error {
	if _, ours := errors.AsType[*syntaxError](err); ours {
		return err
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &syntaxError{p.lineAt(syntax.Offset), syntax.Error()}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &syntaxError{p.lineAt(int64(len(p.raw))), "the file ends too early"}
	}
	return &syntaxError{p.lineAt(p.dec.InputOffset()), err.Error()}
}

func (p *parser) value(depth int) (*value, error) {
	from := p.start()
	v := &value{file: p.file, line: p.lineAt(from)}
	if depth > maxDepth {
		return nil, &syntaxError{v.line, "nested too deep"}
	}
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case bool:
		v.kind, v.truth = kindBool, t
	case json.Number:
		v.kind, v.text = kindNumber, t.String()
	case string:
		v.kind, v.text = kindText, t
	case json.Delim:
		if t == '{' {
			err = p.object(v, depth)
		} else {
			err = p.array(v, depth)
		}
	}
	if err != nil {
		return nil, err
	}
	v.raw = p.raw[from:p.dec.InputOffset()]
	return v, nil
}

func (p *parser) array(v *value, depth int) error {
	v.kind = kindArray
	for p.dec.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) object(v *value, depth int) error {
	v.kind, v.index = kindObject, map[string]int{}
	for p.dec.More() {
		line := p.lineAt(p.start())
		token, err := p.dec.Token()
		if err != nil {
			return err
		}
		key, ok := token.(string)
		if !ok {
			return &syntaxError{line, "a key must be a text"}
		}
		if _, twice := v.index[key]; twice {
			return &syntaxError{line, fmt.Sprintf("the key %q stands twice", key)}
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.index[key] = len(v.keys)
		v.keys, v.items = append(v.keys, key), append(v.items, item)
	}
	_, err := p.dec.Token()
	return err
}

// get gives the value at a key, else at the key that differs in case only (apps write ClassRef
// and classRef); nil when there is none, or when the value is null.
func (v *value) get(key string) *value {
	if v == nil || v.kind != kindObject {
		return nil
	}
	if i, ok := v.index[key]; ok {
		return v.items[i].present()
	}
	for i, k := range v.keys {
		if strings.EqualFold(k, key) {
			return v.items[i].present()
		}
	}
	return nil
}

// present gives nil for null: to Altinn the two mean the same.
func (v *value) present() *value {
	if v == nil || v.kind == kindNull {
		return nil
	}
	return v
}

// list gives the items of a list; none for anything else.
func (v *value) list() []*value {
	if v == nil || v.kind != kindArray {
		return nil
	}
	return v.items
}

// members gives an object's keys and values in file order; none for anything else.
func (v *value) members(yield func(string, *value) bool) {
	if v == nil || v.kind != kindObject {
		return
	}
	for i, k := range v.keys {
		if !yield(k, v.items[i]) {
			return
		}
	}
}
