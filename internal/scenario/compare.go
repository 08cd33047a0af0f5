package scenario

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// indexes are the rows' places in a path.
var indexes = regexp.MustCompile(`\[[0-9]+\]`)

// dates are what scenarios write for a day that is to be counted from today.
var dates = regexp.MustCompile(`\{today([+-][0-9]{1,4})?\}`)

// dated puts days in the place of {today}, {today+14} and {today-1}.
func dated(s string, now time.Time) string {
	return dates.ReplaceAllStringFunc(s, func(m string) string {
		days, err := strconv.Atoi(strings.Trim(m, "{}today"))
		if err != nil {
			days = 0
		}
		return text.ISODate(now.In(text.Oslo()).AddDate(0, 0, days))
	})
}

// decoded reads an expected value; its texts get their dates.
func decoded(raw json.RawMessage, now time.Time) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return datedValue(v, now)
}

func datedValue(v any, now time.Time) any {
	switch x := v.(type) {
	case string:
		return dated(x, now)
	case []any:
		for i := range x {
			x[i] = datedValue(x[i], now)
		}
	case map[string]any:
		for name := range x {
			x[name] = datedValue(x[name], now)
		}
	}
	return v
}

// equal tells whether two values of form data are the same: numbers by their size, objects
// without what rows are known by, and nothing as no value.
func equal(a, b any) bool {
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		return ok && sameNumber(x.String(), y.String())
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && sameObject(x, y)
	}
	return a == b
}

func sameNumber(a, b string) bool {
	if strings.ContainsAny(a+b, "eE") {
		return a == b // an exponent may ask for more digits than there is room for
	}
	x, ok := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return ok && ok2 && x.Cmp(y) == 0
}

func sameObject(a, b map[string]any) bool {
	for _, pair := range [][2]map[string]any{{a, b}, {b, a}} {
		for name, v := range pair[0] {
			if name != schema.RowID && v != nil && !equal(v, pair[1][name]) {
				return false
			}
		}
	}
	return true
}

// plain writes a value for people.
func plain(v any) string {
	switch x := v.(type) {
	case nil:
		return "nothing"
	case string:
		return x
	case json.Number:
		return x.String()
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return string(raw)
}

// quoted writes a value so that a text can be told from a number.
func quoted(v any) string {
	if s, ok := v.(string); ok {
		return strconv.Quote(s)
	}
	return plain(v)
}

// leaf is one value of a document.
type leaf struct {
	path  string
	value any
}

// leaves gives every value of a document that is neither an object nor nothing, lists of values
// as one, by path. What rows are known by is left out.
func leaves(doc core.Document) []leaf {
	var out []leaf
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch x := v.(type) {
		case nil:
		case map[string]any:
			for name, item := range x {
				if name != schema.RowID {
					walk(strings.TrimPrefix(path+"."+name, "."), item)
				}
			}
		case []any:
			if len(x) > 0 {
				if _, rows := x[0].(map[string]any); !rows {
					out = append(out, leaf{path, x})
					return
				}
			}
			for i, item := range x {
				walk(path+"["+strconv.Itoa(i)+"]", item)
			}
		default:
			out = append(out, leaf{path, v})
		}
	}
	walk("", map[string]any(doc))
	slices.SortFunc(out, func(a, b leaf) int { return strings.Compare(a.path, b.path) })
	return out
}
