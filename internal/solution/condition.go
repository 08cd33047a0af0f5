package solution

import (
	"encoding/json"
	"fmt"
	"strings"

	"stafett/internal/expr"
	"stafett/internal/text"
)

// comparisons are the functions of two values that have a word of their own.
var comparisons = map[string]string{
	"equals": "solution.is", "notEquals": "solution.is_not",
	"greaterThan": "solution.more", "greaterThanEq": "solution.at_least",
	"lessThan": "solution.less", "lessThanEq": "solution.at_most",
}

// condition says an expression in words, as far as there are words; the rest stands as it is
// written in the file.
func condition(lang string, e *expr.Expr) string { return inWords(lang, e.Tree(), false) }

// inWords says a value; within is inside another condition, where and and or need brackets.
func inWords(lang string, tree any, within bool) string {
	call, ok := tree.([]any)
	if !ok {
		return literal(lang, tree)
	}
	name, args := fmt.Sprint(call[0]), call[1:]
	switch {
	case name == "dataModel" && len(args) == 1 || name == "component" && len(args) == 1:
		return fmt.Sprint(args[0])
	case comparisons[name] != "" && len(args) == 2:
		return inWords(lang, args[0], true) + " " + text.T(lang, comparisons[name]) + " " +
			inWords(lang, args[1], true)
	case name == "not" && len(args) == 1:
		return text.T(lang, "solution.not", inWords(lang, args[0], true))
	case (name == "and" || name == "or") && len(args) > 0:
		return listed(lang, name, args, within)
	}
	written, err := json.Marshal(tree)
	if err != nil {
		return fmt.Sprint(tree)
	}
	return string(written)
}

func listed(lang, name string, args []any, within bool) string {
	var parts []string
	for _, a := range args {
		parts = append(parts, inWords(lang, a, len(args) > 1))
	}
	word := "explain.and"
	if name == "or" {
		word = "explain.or"
	}
	words := strings.Join(parts, " "+text.T(lang, word)+" ")
	if within && len(parts) > 1 {
		return "(" + words + ")"
	}
	return words
}

func literal(lang string, v any) string {
	switch x := v.(type) {
	case nil:
		return text.T(lang, "solution.nothing")
	case bool:
		if x {
			return text.T(lang, "solution.yes")
		}
		return text.T(lang, "solution.no")
	case string:
		return text.T(lang, "solution.quoted", x)
	}
	return fmt.Sprint(v)
}
