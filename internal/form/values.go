package form

import (
	"encoding/json"
	"html"
	"strconv"
	"strings"
	"time"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// asText gives a value as it is stored, as text; "" for nothing.
func asText(value any) string {
	switch x := value.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case json.Number:
		return x.String()
	case int:
		return strconv.Itoa(x)
	}
	return ""
}

// empty tells whether a value is no answer.
func empty(value any) bool {
	switch x := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(x) == ""
	case []any:
		return len(x) == 0
	}
	return false
}

// display gives an answer as it is read: labels for choices, dates and amounts in the reader's
// language.
func (v *view) display(c *app.Component, value any) string {
	if empty(value) {
		return ""
	}
	switch p := c.Props.(type) {
	case *app.InputProps:
		if pattern := digitPattern(c, p); pattern != "" {
			return fillPattern(pattern, asText(value))
		}
	case *app.ChoiceProps:
		return strings.Join(v.labels(c, value), ", ")
	case *app.DateProps:
		return text.FormatISODate(v.lang, asText(value))
	}
	switch x := value.(type) {
	case json.Number:
		return v.amount(c, x)
	case bool:
		if x {
			return text.T(v.lang, "core.yes")
		}
		return text.T(v.lang, "core.no")
	case []any:
		return strings.Join(texts(x), ", ")
	}
	return asText(value)
}

func texts(list []any) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, asText(x))
	}
	return out
}

// datePart gives the day of a date, or of a moment: then the day in Norway.
func datePart(s string) string {
	if len(s) <= len(time.DateOnly) {
		return s
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return text.ISODate(t)
	}
	return s[:len(time.DateOnly)]
}

// amount gives a number as it is read, with what it counts.
func (v *view) amount(c *app.Component, n json.Number) string {
	p, ok := c.Props.(*app.InputProps)
	if !ok {
		return text.Number(v.lang, n)
	}
	f := p.Formatting
	if f.Currency == "NOK" {
		return text.Money(v.lang, n)
	}
	n = rounded(n, f.Decimals)
	s := plainNumber(v.lang, n)
	if f.Thousands {
		s = text.Number(v.lang, n)
	}
	prefix, suffix := v.affixes(c)
	if suffix == "%" || suffix == "" {
		return joinWords(prefix, s+nbspBefore(suffix))
	}
	return joinWords(prefix, s, suffix)
}

func nbspBefore(suffix string) string {
	if suffix == "" {
		return ""
	}
	return nbsp + suffix
}

// nbsp keeps a number and what it counts on one line.
const nbsp = "\u00a0"

func joinWords(words ...string) string {
	out := ""
	for _, w := range words {
		if w == "" {
			continue
		}
		if out != "" {
			out += nbsp
		}
		out += w
	}
	return out
}

// plainNumber gives a number with the language's decimal sign and nothing else: what stands in
// a field must mean the same when it is posted back.
func plainNumber(lang string, n json.Number) string {
	if lang == "en" {
		return n.String()
	}
	return strings.Replace(n.String(), ".", ",", 1)
}

// controlValue gives a stored answer as its control shows it: tidy, and read back the same.
func (v *view) controlValue(c *app.Component, value any) string {
	if p, ok := c.Props.(*app.InputProps); ok && digitPattern(c, p) != "" {
		return fillPattern(digitPattern(c, p), asText(value))
	}
	n, ok := value.(json.Number)
	if !ok {
		return asText(value)
	}
	s := plainNumber(v.lang, n)
	if p, ok := c.Props.(*app.InputProps); ok && p.Formatting.Thousands {
		return group(s)
	}
	return s
}

// group sets the thousands apart with a non-breaking space, which reads the same in every
// language when it comes back.
func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction := s, ""
	if i := strings.IndexAny(s, ",."); i >= 0 {
		whole, fraction = s[:i], s[i:]
	}
	if len(whole) < 4 {
		return sign + s
	}
	first := (len(whole)-1)%3 + 1
	var b strings.Builder
	b.WriteString(sign)
	b.WriteString(whole[:first])
	for i := first; i < len(whole); i += 3 {
		b.WriteString(nbsp)
		b.WriteString(whole[i : i+3])
	}
	b.WriteString(fraction)
	return b.String()
}

// affixes gives what stands before and after a control: from the texts, else from the
// formatting.
func (v *view) affixes(c *app.Component) (prefix, suffix string) {
	prefix, suffix = v.plain(c, "prefix"), v.plain(c, "suffix")
	p, ok := c.Props.(*app.InputProps)
	if !ok {
		return prefix, suffix
	}
	before, after := formatAffixes(v.lang, p.Formatting)
	if prefix == "" && (suffix == "" || p.Formatting.Prefix != "") {
		prefix = before
	}
	if suffix == "" && (prefix == "" || p.Formatting.Suffix != "") {
		suffix = after
	}
	return prefix, suffix
}

// plain gives a path without indexes.
func plain(steps []schema.Step) string {
	if len(steps) == 1 {
		return steps[0].Name
	}
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.Name
	}
	return strings.Join(names, ".")
}

func replaceAll(s, old, new string) string {
	if !strings.Contains(s, old) {
		return s
	}
	return strings.ReplaceAll(s, old, new)
}

func escapeHTML(s string) text.HTML { return text.HTML(html.EscapeString(s)) }
