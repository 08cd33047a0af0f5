package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"stafett/internal/core"
)

// Parse reads form data from JSON, strictly (SECURITY.md 1.6): one object, no key twice, no more
// than MaxDepth deep, no more than MaxRows in an array, plain UTF-8 without NUL (which the
// database cannot store), no numbers with exponents. Numbers stay as they are written. The size
// of raw is the caller's to limit. Errors hold property names but no values.
func Parse(raw []byte) (core.Document, error) {
	r := reader{raw: raw, depth: MaxDepth, document: true}
	v, err := r.whole()
	if err != nil {
		return nil, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("the JSON is not an object")
	}
	return doc, nil
}

// Encode writes form data as JSON in one way only: keys sorted, no blanks, no HTML escapes. A
// nil document is an empty one.
func Encode(doc core.Document) ([]byte, error) {
	if doc == nil {
		return []byte("{}"), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any(doc)); err != nil {
		return nil, fmt.Errorf("encoding form data: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Clone gives a copy that shares nothing with doc.
func Clone(doc core.Document) core.Document {
	if doc == nil {
		return core.Document{}
	}
	return clone(map[string]any(doc)).(map[string]any)
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = clone(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = clone(x)
		}
		return out
	default:
		return v
	}
}
