package form

import (
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// idNumber is a kind of number that the model asks for by its format: how many digits it has, how
// they are set apart when it is shown, and the text that tells of it.
type idNumber struct {
	digits       int
	pattern, key string
}

var idNumbers = map[string]idNumber{
	schema.FormatAccount:      {11, "#### ## #####", "core.error.account_number"},
	schema.FormatOrganisation: {9, "### ### ###", "core.error.organisation_number"},
	schema.FormatPerson:       {11, "###### #####", "core.error.person_number"},
}

// tidyID takes out of such a number what people set its digits apart with. What is no number stands
// as it was typed, so that it can be mended.
func tidyID(format, s string) string {
	if _, ok := idNumbers[format]; !ok {
		return s
	}
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f.-–", r) {
			return -1
		}
		return r
	}, s)
	if !onlyDigits(digits, len(digits)) {
		return s
	}
	return digits
}

// digitPattern is how the digits of an answer are set apart: as the layout says, else by the format
// of its field; "" for any other answer.
func digitPattern(c *app.Component, p *app.InputProps) string {
	if p.Formatting.Pattern != "" {
		return p.Formatting.Pattern
	}
	return idNumbers[c.Field.Format].pattern
}

// idText tells what is wrong with such a number: that it has too few or too many digits, or that they
// do not fit together.
func (v *view) idText(id idNumber, value string) string {
	if onlyDigits(value, id.digits) {
		return text.T(v.lang, id.key+"_check")
	}
	return text.T(v.lang, id.key)
}
