package jmespath

import (
	"encoding/json"
	"maps"
	"slices"

	"stafett/internal/expr/decimal"
)

func itself(value any) (any, error) { return value, nil }

func constant(value any) part {
	return func(any) (any, error) { return value, nil }
}

func field(name string) part {
	return func(value any) (any, error) {
		object, _ := value.(map[string]any)
		return object[name], nil
	}
}

func negated(operand part) part {
	return func(value any) (any, error) {
		v, err := operand(value)
		return !truthy(v), err
	}
}

// join ties two parts with an operator: a dot and a pipe feed the left's result to the right.
func join(operator token, left, right part) part {
	return func(value any) (any, error) {
		l, err := left(value)
		if err != nil {
			return nil, err
		}
		switch {
		case operator.kind == dot, operator.kind == pipe:
			return right(l)
		case operator.kind == or && truthy(l), operator.kind == and && !truthy(l):
			return l, nil
		}
		r, err := right(value)
		if err != nil || operator.kind != compare {
			return r, err
		}
		return compared(operator.text, l, r), nil
	}
}

// compared gives true, false, or null when an order is asked of what is no number.
func compared(operator string, l, r any) any {
	switch operator {
	case "==":
		return equal(l, r)
	case "!=":
		return !equal(l, r)
	}
	a, okA := numeric(l)
	b, okB := numeric(r)
	if !okA || !okB {
		return nil
	}
	order := decimal.Compare(a, b)
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// projection applies right to each element and leaves out nulls; it is null itself when left
// gives nothing to go through.
func projection(left part, each func(any) []any, right part) part {
	return func(value any) (any, error) {
		l, err := left(value)
		if err != nil {
			return nil, err
		}
		list := each(l)
		if list == nil {
			return nil, nil
		}
		out := make([]any, 0, len(list))
		for _, element := range list {
			v, err := right(element)
			if err != nil {
				return nil, err
			}
			if v != nil {
				out = append(out, v)
			}
		}
		return out, nil
	}
}

// kept gives null, which a projection leaves out, for elements that do not fit the condition.
func kept(condition, right part) part {
	return func(value any) (any, error) {
		fits, err := condition(value)
		if err != nil || !truthy(fits) {
			return nil, err
		}
		return right(value)
	}
}

// elements, objectValues, flattened and slicer give nil for what is not theirs to go through.
func elements(value any) []any {
	list, _ := value.([]any)
	return list
}

func objectValues(value any) []any {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	out := make([]any, 0, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		out = append(out, object[key])
	}
	return out
}

func flattened(value any) []any {
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	out := make([]any, 0, len(list))
	for _, v := range list {
		if inner, ok := v.([]any); ok {
			out = append(out, inner...)
		} else {
			out = append(out, v)
		}
	}
	return out
}

func index(left part, i int) part {
	return func(value any) (any, error) {
		l, err := left(value)
		list := elements(l)
		at := i
		if at < 0 {
			at += len(list)
		}
		if err != nil || at < 0 || at >= len(list) {
			return nil, err
		}
		return list[at], nil
	}
}

// slicer cuts as Python does: [start:stop:step], each may be missing or negative.
func slicer(bounds [3]*int) func(any) []any {
	return func(value any) []any {
		list, ok := value.([]any)
		if !ok {
			return nil
		}
		step, low, high := 1, 0, len(list)
		if bounds[2] != nil {
			step = min(max(*bounds[2], -len(list)-1), len(list)+1) // no overflow below
		}
		start, stop := low, high
		if step < 0 {
			low, high = -1, len(list)-1
			start, stop = high, low
		}
		start = bound(bounds[0], start, low, high, len(list))
		stop = bound(bounds[1], stop, low, high, len(list))
		out := []any{}
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			out = append(out, list[i])
		}
		return out
	}
}

func bound(given *int, missing, low, high, length int) int {
	if given == nil {
		return missing
	}
	at := *given
	if at < 0 {
		at += length
	}
	return min(max(at, low), high)
}

func multiList(parts []part) part {
	return func(value any) (any, error) {
		if value == nil {
			return nil, nil
		}
		return all(parts, value)
	}
}

func all(parts []part, value any) ([]any, error) {
	out := make([]any, len(parts))
	for i, p := range parts {
		v, err := p(value)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func multiHash(keys []string, parts []part) part {
	return func(value any) (any, error) {
		if value == nil {
			return nil, nil
		}
		values, err := all(parts, value)
		if err != nil {
			return nil, err
		}
		out := make(map[string]any, len(keys))
		for i, key := range keys {
			out[key] = values[i]
		}
		return out, nil
	}
}

func truthy(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

func numeric(value any) (string, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return "", false
	}
	return decimal.Canonical(n.String())
}

func equal(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case string:
		y, ok := b.(string)
		return ok && x == y
	case json.Number:
		m, okM := numeric(x)
		n, okN := numeric(b)
		return okM && okN && m == n
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, equal)
	}
	return false
}
