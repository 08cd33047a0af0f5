package form

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// maxText is the most characters that any answer may have, whatever the model says.
const maxText = 10_000

// convert turns what was posted for a question into the value to store; nil is no answer. An
// issue tells why it cannot be stored.
func (v *view) convert(c *app.Component, values []string) (any, *Issue) {
	if _, ok := c.Props.(*app.ChoiceProps); ok {
		return v.stored(c, v.among(c, values)), nil
	}
	s := tidy(c, values[len(values)-1])
	if s == "" {
		return nil, nil
	}
	if n := utf8.RuneCountInString(s); n > maxText {
		return nil, v.refuse(c, schema.CodeMaxLength, text.T(v.lang, "core.error.too_long",
			v.subject(c), text.Number(v.lang, whole(maxText)), text.Number(v.lang, whole(n))))
	}
	if p, ok := c.Props.(*app.DateProps); ok {
		return v.convertDate(c, p, s)
	}
	if p, ok := c.Props.(*app.InputProps); ok {
		s = tidyID(c.Field.Format, readPattern(p.Formatting.Pattern, s))
	}
	value, err := v.d.Models[c.Source.DataType].Schema.Convert(c.Source.Field, s)
	if err != nil {
		return nil, v.refuse(c, schema.CodeType, v.wrongType(c))
	}
	return value, nil
}

// tidy takes away what people do not mean to answer with: space around, and the line ends of
// their system.
func tidy(c *app.Component, s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	if c.Type == app.TypeTextArea {
		return strings.TrimRight(s, " \t\n\u00a0")
	}
	// A one-line control has no line ends; what is pasted may.
	return strings.TrimSpace(strings.ReplaceAll(s, "\n", " "))
}

func (v *view) convertDate(c *app.Component, p *app.DateProps, s string) (any, *Issue) {
	iso, ok := text.ParseDate(s)
	if !ok {
		return nil, v.refuse(c, "date", text.T(v.lang, "core.error.no_date", v.subject(c)))
	}
	if c.Field.Format == "date-time" || p.TimeStamp && c.Field.Format != "date" {
		day, err := time.ParseInLocation(time.DateOnly, iso, text.Oslo())
		if err != nil {
			return nil, v.refuse(c, "date", text.T(v.lang, "core.error.no_date", v.subject(c)))
		}
		return day.Format(time.RFC3339), nil
	}
	return iso, nil
}

func (v *view) wrongType(c *app.Component) string {
	switch c.Field.Type {
	case "integer":
		return text.T(v.lang, "core.error.no_whole_number", v.subject(c))
	case "number":
		return text.T(v.lang, "core.error.no_number", v.subject(c))
	}
	return v.missingText(c)
}

// among keeps the values that are options, in the options' order.
func (v *view) among(c *app.Component, values []string) []string {
	var out []string
	for _, o := range v.options(c) {
		if slices.Contains(values, o.Value) && o.Value != "" {
			out = append(out, o.Value)
		}
	}
	return out
}

// stored gives chosen values as the field holds them: one value, a list, or a text with commas.
func (v *view) stored(c *app.Component, values []string) any {
	if len(values) == 0 {
		return nil
	}
	if c.Field.Type == "array" {
		out := make([]any, len(values))
		for i, s := range values {
			out[i] = s
		}
		return out
	}
	joined := values[0]
	if c.Many() {
		joined = strings.Join(values, ",")
	}
	value, err := v.d.Models[c.Source.DataType].Schema.Convert(c.Source.Field, joined)
	if err != nil {
		return nil
	}
	return value
}

// refuse gives the issue of an answer that cannot be stored.
func (v *view) refuse(c *app.Component, code, message string) *Issue {
	i := v.issue(c, code, message)
	return &i
}

func whole[T ~int | ~int64](n T) json.Number { return json.Number(strconv.FormatInt(int64(n), 10)) }
