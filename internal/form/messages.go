package form

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// issue gives an issue at a question, in the row that the view stands in: the message names the
// row, so that it means the same in the summary and at the field.
func (v *view) issue(c *app.Component, code, message string) Issue {
	path := c.ID
	if c.Source.Field != "" {
		path = v.name(c)
	}
	return Issue{
		Path: path, NodeID: v.nodeID(c), Page: c.Page.ID, Code: code,
		Message: v.inRow(message), Severity: app.SeverityError,
	}
}

// inRow puts the row before a message: "Rad 2: …", or "Rad 2.1: …" in a row within a row.
func (v *view) inRow(message string) string {
	if len(v.frames) == 0 || message == "" {
		return message
	}
	row := ""
	for i, f := range v.frames {
		if i > 0 {
			row += "."
		}
		row += strconv.Itoa(f.index + 1)
	}
	return text.T(v.lang, "core.error.in_row", row, message)
}

// short gives what a question is called in a message: its short name, else its title when that
// is no question itself. ok is false when there is nothing that fits in a sentence.
func (v *view) short(c *app.Component) (name string, ok bool) {
	if s := v.plain(c, "shortName"); s != "" {
		return s, true
	}
	title := strings.TrimSpace(v.plain(c, "title"))
	return title, title != "" && !strings.HasSuffix(title, "?") && !strings.HasSuffix(title, ".")
}

// subject gives the question as the beginning of a sentence about its answer.
func (v *view) subject(c *app.Component) string {
	name, ok := v.short(c)
	if !ok {
		return text.T(v.lang, "form.answer_to", name)
	}
	return upperFirst(name)
}

// missingText tells that a question must be answered: in the app's own words, or in ours.
func (v *view) missingText(c *app.Component) string {
	if own := v.plain(c, "requiredValidation"); own != "" {
		return own
	}
	name, ok := v.short(c)
	if !ok {
		return text.T(v.lang, "form.missing_answer", name)
	}
	key := "core.error.missing"
	switch c.Props.(type) {
	case *app.ChoiceProps:
		key = "core.error.missing_choice"
	case *app.FileUploadProps:
		key = "form.missing_file"
	}
	return text.T(v.lang, key, lowerFirst(name))
}

// lowerFirst begins a name in the middle of a sentence; a name that begins with two capitals is
// a shortening and stays.
func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if second, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// violationText puts a violation of the model in words.
func (v *view) violationText(c *app.Component, code, limit string, value any) string {
	switch code {
	case schema.CodeMaxLength, schema.CodeMinLength:
		return v.lengthText(c, code, limit, value)
	case schema.CodeMinimum, schema.CodeMaximum:
		return v.rangeText(c, code, limit)
	case schema.CodeExclusiveMinimum:
		return text.T(v.lang, "form.more_than", v.subject(c), v.limit(c, limit))
	case schema.CodeExclusiveMaximum:
		return text.T(v.lang, "form.less_than", v.subject(c), v.limit(c, limit))
	case schema.CodeType:
		return v.wrongType(c)
	case schema.CodeMaxItems:
		n, _ := strconv.Atoi(limit)
		return text.TN(v.lang, "form.too_many_rows", n, v.question(c))
	case schema.CodeEnum:
		return v.missingText(c)
	case schema.CodeFormat:
		return v.formatText(c, limit, value)
	}
	return v.notRight(c)
}

// formatText tells how an answer of a known format is written.
func (v *view) formatText(c *app.Component, format string, value any) string {
	if id, ok := idNumbers[format]; ok {
		return v.idText(id, asText(value))
	}
	switch format {
	case "email", "idn-email":
		return text.T(v.lang, "core.error.email")
	case "date", "date-time":
		return text.T(v.lang, "core.error.no_date", v.subject(c))
	}
	return v.notRight(c)
}

// notRight tells no more than that something is wrong: the model knows a pattern, which nobody
// can read. An app that has one gives its own message by a rule.
func (v *view) notRight(c *app.Component) string {
	name, ok := v.short(c)
	if !ok {
		return text.T(v.lang, "form.not_right_answer", name)
	}
	return text.T(v.lang, "form.not_right", lowerFirst(name))
}

func (v *view) lengthText(c *app.Component, code, limit string, value any) string {
	f := c.Field
	if f.MinLength > 0 && f.MinLength == f.MaxLength {
		return text.T(v.lang, "form.exact_length", v.subject(c), limit)
	}
	key := "core.error.too_long"
	if code == schema.CodeMinLength {
		key = "core.error.too_short"
	}
	used := whole(utf8.RuneCountInString(asText(value)))
	return text.T(v.lang, key, v.subject(c), text.Number(v.lang, json.Number(limit)),
		text.Number(v.lang, used))
}

func (v *view) rangeText(c *app.Component, code, limit string) string {
	if lo, hi := c.Field.Minimum, c.Field.Maximum; lo != nil && hi != nil {
		return text.T(v.lang, "core.error.range", v.subject(c),
			v.limit(c, lo.String()), v.limit(c, hi.String()))
	}
	key := "core.error.at_least"
	if code == schema.CodeMaximum {
		key = "core.error.at_most"
	}
	return text.T(v.lang, key, v.subject(c), v.limit(c, limit))
}

// limit gives a limit as the answer itself is read: with kroner, or what else it counts.
func (v *view) limit(c *app.Component, limit string) string {
	return v.amount(c, json.Number(limit))
}
