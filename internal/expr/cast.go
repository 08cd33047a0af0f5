package expr

import (
	"encoding/json"
	"strconv"
	"strings"

	"stafett/internal/core"
	"stafett/internal/expr/decimal"
)

// Value is what an expression gives: nil, bool, string or json.Number (canonical: 30.0 is 30);
// from list, object, jmespath and component also []any and map[string]any.
type Value = any

// Kind is a type that a value is cast to.
type Kind int

// The kinds. Any leaves a value as it is.
const (
	Boolean Kind = iota
	String
	Number
	Date
	Any
)

// String gives the kind's name in error texts.
func (k Kind) String() string {
	return [...]string{"boolean", "string", "number", "date", "any"}[k]
}

// dataTree is a list or object out of the data: null for every function that wants a single
// value, and for the final result, but whole for those that take lists and objects.
type dataTree struct{ value any }

// fromOutside makes a Value of what a Context answered.
func fromOutside(v any) (Value, error) {
	switch x := v.(type) {
	case nil, bool, string:
		return v, nil
	case json.Number:
		text, ok := decimal.Canonical(x.String())
		if !ok {
			return nil, errorf("Expected number, got value %s", x)
		}
		if text == string(x) {
			return v, nil // the same interface value: nothing is allocated
		}
		return json.Number(text), nil
	case int:
		return json.Number(strconv.Itoa(x)), nil
	case int64:
		return json.Number(strconv.FormatInt(x, 10)), nil
	case float64:
		return fromOutside(json.Number(strconv.FormatFloat(x, 'g', -1, 64)))
	case []any, map[string]any:
		return dataTree{x}, nil
	case core.Document:
		return dataTree{map[string]any(x)}, nil
	}
	return nil, errorf("Unsupported value of Go type %T", v)
}

// unwrapped gives a list or object itself, wherever it came from.
func unwrapped(v Value) Value {
	if tree, ok := v.(dataTree); ok {
		return tree.value
	}
	return v
}

// cast makes v a value of the kind. A Date becomes a private date, see parseDate.
func cast(v Value, to Kind) (Value, error) {
	switch x := v.(type) {
	case nil, date:
		return v, nil
	case string:
		if len(x) == 4 && strings.EqualFold(x, "null") {
			return nil, nil
		}
	case dataTree:
		if to == Any {
			return v, nil
		}
		return nil, nil
	}
	switch to {
	case Boolean:
		return castBoolean(v)
	case String:
		return castString(v)
	case Number:
		return castNumber(v)
	case Date:
		return castDate(v)
	}
	return v, nil
}

func castBoolean(v Value) (Value, error) {
	switch x := v.(type) {
	case bool:
		return v, nil
	case json.Number:
		switch x {
		case "1":
			return true, nil
		case "0":
			return false, nil
		}
	case string:
		if x == "true" || x == "false" {
			return x == "true", nil
		}
		if n, ok := numberIn(x); ok && (n == "1" || n == "0") {
			return n == "1", nil
		}
	}
	return nil, wrongValue(Boolean, v)
}

func castString(v Value) (Value, error) {
	switch x := v.(type) {
	case bool:
		if x {
			return "true", nil
		}
		return "false", nil
	case json.Number:
		return string(x), nil
	case string:
		switch {
		case len(x) == 4 && strings.EqualFold(x, "true"):
			return "true", nil
		case len(x) == 5 && strings.EqualFold(x, "false"):
			return "false", nil
		}
		return v, nil
	}
	return nil, wrongValue(String, v)
}

func castNumber(v Value) (Value, error) {
	switch x := v.(type) {
	case json.Number:
		return v, nil
	case string:
		if n, ok := numberIn(x); ok {
			return json.Number(n), nil
		}
	}
	return nil, wrongValue(Number, v)
}

// numberIn reads Altinn's numbers in texts: 12, -1.5, and with an exponent also +5E2 and .5e2.
func numberIn(s string) (string, bool) {
	if !strings.ContainsAny(s, "eE") {
		digits := strings.TrimPrefix(s, "-")
		if digits == "" || digits[0] < '0' || digits[0] > '9' {
			return "", false
		}
	}
	return decimal.Canonical(s)
}

func castDate(v Value) (Value, error) {
	switch x := v.(type) {
	case json.Number:
		return parseDate(string(x))
	case string:
		return parseDate(x)
	}
	return nil, wrongValue(Date, v)
}
