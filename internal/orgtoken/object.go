package orgtoken

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// Object is a JSON object that was read strictly: a name is there once, and is compared byte for
// byte. (encoding/json takes names without regard to case and lets the last one win, so that
// "ISS" would pass for "iss".) Values are string, json.Number, bool, nil, []any and Object.
type Object map[string]any

// Text gives the member when it is a string.
func (o Object) Text(name string) (string, bool) {
	s, ok := o[name].(string)
	return s, ok
}

// Has tells whether the member is there, whatever its value.
func (o Object) Has(name string) bool {
	_, ok := o[name]
	return ok
}

// latestSecond is 9999-12-31T23:59:59Z. A date in milliseconds lies beyond it.
const latestSecond = 253402300799

var plainNumber = regexp.MustCompile(`^(-?[0-9]{1,15})(\.[0-9]{1,9})?$`)

// Seconds gives the member when it is a NumericDate (RFC 7519 section 2): seconds since 1970
// written as a plain number. A fraction is allowed there, and dropped; an exponent is not taken.
func (o Object) Seconds(name string) (int64, bool) {
	n, ok := o[name].(json.Number)
	if !ok {
		return 0, false
	}
	parts := plainNumber.FindStringSubmatch(n.String())
	if parts == nil {
		return 0, false
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	return seconds, err == nil
}

// maxDepth is how deep JSON in a token may nest; real ones have three levels.
const maxDepth = 16

// errTwice marks a name that is there twice, also when one of them is written with escapes.
var errTwice = errors.New("the same name twice")

// parseObject reads one JSON object and nothing after it. The error is a *Defect.
func parseObject(raw []byte) (Object, error) {
	// The decoder would put U+FFFD for bytes that are not UTF-8, and so make two names one.
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, defect(CheckJSON, "not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := readValue(d, 0)
	if errors.Is(err, errTwice) {
		return nil, defect(CheckDuplicate, "%v", err)
	}
	if err != nil {
		return nil, defect(CheckJSON, "%v", err)
	}
	o, ok := v.(Object)
	if !ok {
		return nil, defect(CheckJSON, "not an object")
	}
	return o, nil
}

func readValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	switch t {
	case json.Delim('{'):
		return readObject(d, depth)
	case json.Delim('['):
		return readArray(d, depth)
	}
	return t, nil
}

func readObject(d *json.Decoder, depth int) (Object, error) {
	o := Object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read JSON: %w", err)
		}
		key, ok := name.(string)
		if !ok {
			return nil, errors.New("a name is not a string")
		}
		if o.Has(key) {
			return nil, errTwice
		}
		if o[key], err = readValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	return o, readEnd(d)
}

func readArray(d *json.Decoder, depth int) ([]any, error) {
	list := []any{}
	for d.More() {
		v, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, readEnd(d)
}

func readEnd(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	return nil
}
