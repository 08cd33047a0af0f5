package expr

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"stafett/internal/expr/decimal"
)

// maxText is the longest text, in bytes, that stringReplace may make: nested replacements
// multiply.
const maxText = 1 << 20

// textFunctions take texts apart and put them together. Lengths and places are counted in
// UTF-16 units, as in Altinn's JavaScript and C#.
var textFunctions = map[string]*function{
	"concat":         {params: texts, max: unlimited, run: concat},
	"contains":       {params: texts, min: 2, max: 2, run: whether(strings.Contains)},
	"notContains":    {params: texts, min: 2, max: 2, run: negated(whether(strings.Contains))},
	"startsWith":     {params: texts, min: 2, max: 2, run: whether(strings.HasPrefix)},
	"endsWith":       {params: texts, min: 2, max: 2, run: whether(strings.HasSuffix)},
	"commaContains":  {params: texts, min: 2, max: 2, run: whether(commaContains)},
	"stringLength":   {params: texts, min: 1, max: 1, run: stringLength},
	"stringReplace":  {params: texts, min: 3, max: 3, run: stringReplace},
	"stringIndexOf":  {params: texts, min: 2, max: 2, run: stringIndexOf},
	"stringSlice":    {params: []Kind{String, Number}, min: 2, max: 3, run: stringSlice},
	"upperCase":      {params: texts, min: 1, max: 1, run: changed(strings.ToUpper)},
	"lowerCase":      {params: texts, min: 1, max: 1, run: changed(strings.ToLower)},
	"upperCaseFirst": {params: texts, min: 1, max: 1, run: changed(first(unicode.ToUpper))},
	"lowerCaseFirst": {params: texts, min: 1, max: 1, run: changed(first(unicode.ToLower))},
	"formatDate":     {params: []Kind{Date, String}, min: 1, max: 2, run: callFormatDate},
}

func concat(_ Context, args []Value) (Value, error) {
	var out strings.Builder
	for _, v := range args {
		if s, ok := v.(string); ok {
			out.WriteString(s)
		}
	}
	return out.String(), nil
}

// whether makes a test of two texts that is false when either is null.
func whether(test func(a, b string) bool) func(Context, []Value) (Value, error) {
	return func(_ Context, args []Value) (Value, error) {
		a, okA := args[0].(string)
		b, okB := args[1].(string)
		return okA && okB && test(a, b), nil
	}
}

func commaContains(list, item string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(part) == item {
			return true
		}
	}
	return false
}

// changed makes a function that is null for null.
func changed(change func(string) string) func(Context, []Value) (Value, error) {
	return func(_ Context, args []Value) (Value, error) {
		s, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		return change(s), nil
	}
}

func first(change func(rune) rune) func(string) string {
	return func(s string) string {
		letter, size := utf8.DecodeRuneInString(s)
		if size == 0 {
			return s
		}
		return string(change(letter)) + s[size:]
	}
}

func stringLength(_ Context, args []Value) (Value, error) {
	s, _ := args[0].(string)
	return json.Number(strconv.Itoa(units(s))), nil
}

// units counts UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

func stringReplace(_ Context, args []Value) (Value, error) {
	s, _ := args[0].(string)
	find, _ := args[1].(string)
	replacement, _ := args[2].(string)
	if s == "" || find == "" {
		return nil, nil
	}
	if len(s)+strings.Count(s, find)*len(replacement) > maxText {
		return nil, errorf("Text is longer than %d bytes", maxText)
	}
	return strings.ReplaceAll(s, find, replacement), nil
}

func stringIndexOf(_ Context, args []Value) (Value, error) {
	s, _ := args[0].(string)
	find, _ := args[1].(string)
	at := strings.Index(s, find)
	if s == "" || find == "" || at < 0 {
		return nil, nil
	}
	return json.Number(strconv.Itoa(units(s[:at]))), nil
}

// stringSlice cuts as JavaScript's slice does; a negative place counts from the end.
func stringSlice(_ Context, args []Value) (Value, error) {
	for _, place := range args[1:] {
		if place == nil {
			return nil, errorf("Start/end index cannot be null (if you are using an expression, " +
				"make sure it gives a number)")
		}
	}
	s, ok := args[0].(string)
	if !ok {
		return nil, nil
	}
	letters := utf16.Encode([]rune(s))
	start, end := place(args[1], len(letters)), len(letters)
	if len(args) == 3 {
		end = place(args[2], len(letters))
	}
	if start >= end {
		return "", nil
	}
	return string(utf16.Decode(letters[start:end])), nil
}

func place(v Value, length int) int {
	at := decimal.Int(string(v.(json.Number)))
	if at < 0 {
		at += length
	}
	return min(max(at, 0), length)
}

func callFormatDate(c Context, args []Value) (Value, error) {
	d, ok := args[0].(date)
	if !ok {
		return nil, nil
	}
	pattern := ""
	if len(args) == 2 {
		pattern, _ = args[1].(string)
	}
	return formatDate(d, pattern, c.Language())
}
