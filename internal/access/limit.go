package access

import (
	"slices"
	"strings"
	"unicode/utf8"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/text"
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

// LimitOffered is a data field whose values a grant may be limited to.
type LimitOffered struct {
	Field string
	// Apps are those whose cases have it; the question and the options are the first one's.
	Apps []*app.Definition
}

// LimitsOffered gives the data fields that the policies of the case apps name.
func (s *Service) LimitsOffered() []LimitOffered {
	var out []LimitOffered
	for _, d := range s.apps.Apps() {
		field := d.LimitField()
		if field == "" || !d.IsCase() {
			continue
		}
		i := slices.IndexFunc(out, func(o LimitOffered) bool { return o.Field == field })
		if i < 0 {
			out, i = append(out, LimitOffered{Field: field}), len(out)
		}
		out[i].Apps = append(out[i].Apps, d)
	}
	return out
}

// Options gives the values there are, in a language; none where any text may be one.
func (o LimitOffered) Options(lang string) []app.ResolvedOption {
	if q := o.Apps[0].LimitQuestion(); q != nil && q.Choices() != nil {
		list, _ := q.Choices().Static(lang)
		return list
	}
	return nil
}

// Title is the question that the field answers, in a language, or its id.
func (o LimitOffered) Title(lang string) string {
	if q := o.Apps[0].LimitQuestion(); q != nil {
		if p, ok := q.Static(lang, "title"); ok && p.Plain != "" {
			return p.Plain
		}
	}
	return o.Field
}

// Label is how people read one of the field's values.
func (o LimitOffered) Label(lang, value string) string {
	for _, option := range o.Options(lang) {
		if option.Value == value {
			return option.Label
		}
	}
	return value
}

// limitTakes tells whether a grant may be limited to the value of the field.
func (s *Service) limitTakes(field, value string) bool {
	if value == "" || utf8.RuneCountInString(value) > core.MaxLimitValue {
		return false
	}
	for _, o := range s.LimitsOffered() {
		if options := o.Options("nb"); o.Field == field && len(options) > 0 {
			return slices.ContainsFunc(options, func(r app.ResolvedOption) bool { return r.Value == value })
		}
	}
	return true
}

// LimitText says in plain words what a grant is limited to; empty for nothing.
func (s *Service) LimitText(lang string, l core.Limit) string {
	var parts []string
	if d, err := s.apps.App(l.App); err == nil {
		parts = append(parts, text.T(lang, "access.limit_app", d.Title(lang)))
	} else if l.App != (core.AppRef{}) {
		parts = append(parts, text.T(lang, "access.limit_app", l.App.String()))
	}
	if l.Field == "" {
		return strings.Join(parts, " ")
	}
	title, labels := l.Field, slices.Clone(l.Values)
	for _, o := range s.LimitsOffered() {
		if o.Field != l.Field {
			continue
		}
		title = o.Title(lang)
		for i, v := range l.Values {
			labels[i] = o.Label(lang, v)
		}
	}
	parts = append(parts, text.T(lang, "access.limit_field", title, strings.Join(labels, ", ")))
	return strings.Join(parts, " ")
}
