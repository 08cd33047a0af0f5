package message

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stafett/internal/fault"
)

// MaxLength is how many characters a message may have.
const MaxLength = 4000

// Clean gives a text as it is kept: plain, with line breaks as \n and nothing around it. What is
// empty, too long or no text is fault.Invalid.
func Clean(typed string) (string, error) {
	if !utf8.ValidString(typed) {
		return "", fault.New(fault.Invalid, "fault.message_signs")
	}
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(typed)
	s = strings.TrimSpace(strings.Map(visible, s))
	switch n := utf8.RuneCountInString(s); {
	case strings.IndexFunc(s, unicode.IsGraphic) < 0:
		return "", fault.New(fault.Invalid, "fault.message_empty")
	case n > MaxLength:
		return "", fault.New(fault.Invalid, "fault.message_long", MaxLength, n)
	}
	return s, nil
}

// visible drops what no person types: control signs, and those that turn the direction of the
// text around them, which could make it read as something else than it is.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return -1
	}
	return r
}
