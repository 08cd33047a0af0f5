package jmespath

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"stafett/internal/expr/decimal"
)

// function is one of JMESPath's own. params names the type of each parameter, the last one
// standing for all that follow; max -1 is no limit.
type function struct {
	min, max int
	params   []check
	run      func(args []any) (any, error)
}

// check tells whether an argument has a parameter's type, or one of its types.
type check func(value any) bool

func isAny(value any) bool {
	_, reference := value.(part)
	return !reference
}

func isString(v any) bool { _, ok := v.(string); return ok }
func isNumber(v any) bool { _, ok := numeric(v); return ok }
func isArray(v any) bool  { _, ok := v.([]any); return ok }
func isObject(v any) bool { _, ok := v.(map[string]any); return ok }
func isQuery(v any) bool  { _, ok := v.(part); return ok }

func isList(v any) bool { return isString(v) || isArray(v) }

func isLong(v any) bool { return isList(v) || isObject(v) }

func arrayOf(element check) check {
	return func(v any) bool {
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(e any) bool { return !element(e) })
	}
}

func isSortable(v any) bool { return arrayOf(isNumber)(v) || arrayOf(isString)(v) }

func one(param check, run func(v any) (any, error)) function {
	return function{1, 1, []check{param}, func(args []any) (any, error) { return run(args[0]) }}
}

func two(a, b check, run func(a, b any) (any, error)) function {
	return function{2, 2, []check{a, b},
		func(args []any) (any, error) { return run(args[0], args[1]) }}
}

var functions = map[string]function{
	"abs":         one(isNumber, absolute),
	"avg":         one(arrayOf(isNumber), average),
	"ceil":        one(isNumber, rounding(decimal.Ceil)),
	"contains":    two(isList, isAny, contains),
	"ends_with":   two(isString, isString, affix(strings.HasSuffix)),
	"floor":       one(isNumber, rounding(decimal.Floor)),
	"join":        two(isString, arrayOf(isString), joined),
	"keys":        one(isObject, keys),
	"length":      one(isLong, length),
	"map":         two(isQuery, isArray, mapped),
	"max":         one(isSortable, extreme(1)),
	"max_by":      two(isArray, isQuery, extremeBy(1)),
	"merge":       {1, -1, []check{isObject}, merge},
	"min":         one(isSortable, extreme(-1)),
	"min_by":      two(isArray, isQuery, extremeBy(-1)),
	"not_null":    {1, -1, []check{isAny}, notNull},
	"reverse":     one(isList, reverse),
	"sort":        one(isSortable, func(v any) (any, error) { return sortBy(v, part(itself)) }),
	"sort_by":     two(isArray, isQuery, sortBy),
	"starts_with": two(isString, isString, affix(strings.HasPrefix)),
	"sum":         one(arrayOf(isNumber), sum),
	"to_array":    one(isAny, toArray),
	"to_number":   one(isAny, toNumber),
	"to_string":   one(isAny, toString),
	"type":        one(isAny, typeName),
	"values":      one(isObject, func(v any) (any, error) { return objectValues(v), nil }),
}

func call(name string, f function, args []part) part {
	return func(value any) (any, error) {
		values, err := all(args, value)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if !f.params[min(i, len(f.params)-1)](v) {
				return nil, fmt.Errorf("argument %d to %s has the wrong type", i+1, name)
			}
		}
		return f.run(values)
	}
}

func text(v any) string { n, _ := numeric(v); return n }

func absolute(v any) (any, error) {
	return json.Number(strings.TrimPrefix(text(v), "-")), nil
}

func rounding(round func(string) string) func(any) (any, error) {
	return func(v any) (any, error) { return json.Number(round(text(v))), nil }
}

func sum(v any) (any, error) {
	total := "0"
	for _, n := range v.([]any) {
		var err error
		if total, err = decimal.Add(total, text(n)); err != nil {
			return nil, err
		}
	}
	return json.Number(total), nil
}

func average(v any) (any, error) {
	count := len(v.([]any))
	if count == 0 {
		return nil, nil
	}
	total, err := sum(v)
	if err != nil {
		return nil, err
	}
	mean, err := decimal.Div(text(total), strconv.Itoa(count))
	return json.Number(mean), err
}

func contains(in, what any) (any, error) {
	if s, ok := in.(string); ok {
		part, isText := what.(string)
		return isText && strings.Contains(s, part), nil
	}
	return slices.ContainsFunc(in.([]any), func(e any) bool { return equal(e, what) }), nil
}

func affix(has func(s, affix string) bool) func(a, b any) (any, error) {
	return func(a, b any) (any, error) { return has(a.(string), b.(string)), nil }
}

func joined(glue, list any) (any, error) {
	var words []string
	for _, w := range list.([]any) {
		words = append(words, w.(string))
	}
	return strings.Join(words, glue.(string)), nil
}

func keys(v any) (any, error) {
	out := []any{}
	for _, key := range slices.Sorted(maps.Keys(v.(map[string]any))) {
		out = append(out, key)
	}
	return out, nil
}

func length(v any) (any, error) {
	n := 0
	switch x := v.(type) {
	case string:
		n = utf8.RuneCountInString(x)
	case []any:
		n = len(x)
	case map[string]any:
		n = len(x)
	}
	return json.Number(strconv.Itoa(n)), nil
}

func mapped(query, list any) (any, error) {
	out := make([]any, 0, len(list.([]any)))
	for _, e := range list.([]any) {
		v, err := query.(part)(e)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func merge(args []any) (any, error) {
	out := map[string]any{}
	for _, object := range args {
		maps.Copy(out, object.(map[string]any))
	}
	return out, nil
}

func notNull(args []any) (any, error) {
	for _, v := range args {
		if v != nil {
			return v, nil
		}
	}
	return nil, nil
}

func reverse(v any) (any, error) {
	if s, ok := v.(string); ok {
		letters := []rune(s)
		slices.Reverse(letters)
		return string(letters), nil
	}
	list := slices.Clone(v.([]any))
	slices.Reverse(list)
	return list, nil
}

// sortBy sorts stably by what the query gives for each element: all numbers, or all strings.
func sortBy(v, query any) (any, error) {
	type pair struct{ key, element any }
	list := v.([]any)
	by, err := mapped(query, list)
	if err != nil {
		return nil, err
	}
	if !isSortable(by) {
		return nil, fmt.Errorf("can only sort by numbers or by strings")
	}
	pairs := make([]pair, len(list))
	for i, key := range by.([]any) {
		pairs[i] = pair{key, list[i]}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return order(a.key, b.key) })
	out := make([]any, len(list))
	for i, p := range pairs {
		out[i] = p.element
	}
	return out, nil
}

// order compares two sort keys of the same type.
func order(a, b any) int {
	if s, ok := a.(string); ok {
		return strings.Compare(s, b.(string))
	}
	return decimal.Compare(text(a), text(b))
}

func extreme(sign int) func(any) (any, error) {
	by := extremeBy(sign)
	return func(v any) (any, error) { return by(v, part(itself)) }
}

// extremeBy gives the first of the largest (sign 1) or smallest (sign -1); null of nothing.
func extremeBy(sign int) func(list, query any) (any, error) {
	return func(list, query any) (any, error) {
		by, err := mapped(query, list)
		if err != nil {
			return nil, err
		}
		keys := by.([]any)
		if !isSortable(by) {
			return nil, fmt.Errorf("can only compare numbers or strings")
		}
		if len(keys) == 0 {
			return nil, nil
		}
		best := 0
		for i, key := range keys {
			if sign*order(key, keys[best]) > 0 {
				best = i
			}
		}
		return list.([]any)[best], nil
	}
}

func toArray(v any) (any, error) {
	if isArray(v) {
		return v, nil
	}
	return []any{v}, nil
}

func toNumber(v any) (any, error) {
	if isNumber(v) {
		return v, nil
	}
	s, _ := v.(string)
	n, ok := decimal.Canonical(s)
	if !ok {
		return nil, nil
	}
	return json.Number(n), nil
}

func toString(v any) (any, error) {
	if isString(v) {
		return v, nil
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

func typeName(v any) (any, error) {
	switch v.(type) {
	case nil:
		return "null", nil
	case bool:
		return "boolean", nil
	case string:
		return "string", nil
	case []any:
		return "array", nil
	case map[string]any:
		return "object", nil
	}
	return "number", nil
}
