package access

import (
	"slices"
	"unicode/utf8"

	"stafett/internal/app"
	"stafett/internal/core"
)

// Holding gives grants of the roles that nothing limits.
func Holding(codes ...string) []core.Grant {
	var held []core.Grant
	for _, code := range codes {
		held = append(held, core.Grant{Role: code})
	}
	return held
}

// Counting gives the role codes of the grants that count towards a target: a grant that is limited
// to values of a data field counts where the instance has one of them there, and nowhere else.
func Counting(held []core.Grant, on Target) []string {
	codes := make([]string, 0, len(held))
	for _, g := range held {
		if counts(g.Limit, on) {
			codes = append(codes, g.Role)
		}
	}
	return codes
}

// Codes gives the role codes of grants, each once.
func Codes(held []core.Grant) []string {
	var codes []string
	for _, g := range held {
		if !slices.Contains(codes, g.Role) {
			codes = append(codes, g.Role)
		}
	}
	return codes
}

func counts(l core.Limit, on Target) bool {
	if l.None() {
		return true
	}
	if on.App == nil || l.App != (core.AppRef{}) && l.App != on.App.Ref {
		return false
	}
	return l.Field == "" ||
		l.Field == on.App.LimitField() && on.Value != "" && slices.Contains(l.Values, on.Value)
}

// limitValue gives what an instance has in the data field of its app's policy, as lists have it: a
// value that is too long to be compared is as none.
func limitValue(d *app.Definition, inst core.Instance) string {
	field := d.LimitField()
	if field == "" || inst.LimitField != field {
		return ""
	}
	value := inst.DataValues[field]
	if utf8.RuneCountInString(value) > core.MaxLimitValue {
		return ""
	}
	return value
}

// limitValues gives the values of the app's data field that a decision may hang on.
func limitValues(held []core.Grant, d *app.Definition) []string {
	field := d.LimitField()
	if field == "" {
		return nil
	}
	values := slices.Clone(d.Policy.FieldValues())
	for _, g := range held {
		if g.Limit.Field == field {
			values = append(values, g.Limit.Values...)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}
