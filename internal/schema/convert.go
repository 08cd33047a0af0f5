package schema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// ConvertError is a text that is no value of its field's type. It does not hold the text.
type ConvertError struct {
	Path string
	// Want is the field's type, or "unknown" where the model has no such field.
	Want string
}

// Error names the path and the type.
func (e *ConvertError) Error() string {
	return fmt.Sprintf("%s: the text is not of type %s", e.Path, e.Want)
}

// Convert gives the value of the field's type that a text stands for; nil for a text without
// content. Texts stay as they are; true and false are booleans; numbers are taken as people in
// Norway write them: "1 200,50" and "1.200,50" are 1200.50, "1200 kr" and "1200,-" are 1200.
// A comma or a full stop alone is a decimal sign, so "1.200" is 1.200, except in an integer
// field, where three digits after it can only be thousands. The error is a *ConvertError.
func (s *Schema) Convert(path, text string) (any, error) {
	at, ok := s.find(path)
	if !ok {
		return nil, &ConvertError{path, "unknown"}
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	switch t := at.node.Type; t {
	case "string":
		return text, nil
	case "integer", "number":
		if n, ok := number(text, t == "integer"); ok {
			return n, nil
		}
		return nil, &ConvertError{path, t}
	case "boolean":
		switch strings.ToLower(strings.TrimSpace(text)) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return nil, &ConvertError{path, at.node.Type}
}

// maxDigits is as many as an exact decimal of the systems that receive the data holds.
const maxDigits = 28

var (
	currency = regexp.MustCompile(`(?i)^(kr\.?|nok)|(kr\.?|nok|,-)$`)
	// grouped is a number with a sign between thousands.
	grouped = regexp.MustCompile(`^[1-9][0-9]{0,2}([.,][0-9]{3})+$`)
	digits  = regexp.MustCompile(`^[0-9]*$`)
)

// number reads a number as people write it.
func number(text string, integer bool) (json.Number, bool) {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r == '−' || r == '–':
			return '-'
		}
		return r
	}, text)
	text = currency.ReplaceAllString(text, "")
	text, negative := strings.CutPrefix(text, "-")
	if !negative {
		text = strings.TrimPrefix(text, "+")
	}
	whole, fraction := split(text, integer)
	if !digits.MatchString(whole) || !digits.MatchString(fraction) || whole+fraction == "" ||
		len(whole)+len(fraction) > maxDigits {
		return "", false
	}
	if integer {
		if strings.Trim(fraction, "0") != "" {
			return "", false
		}
		fraction = ""
	}
	return write(negative, whole, fraction), true
}

// split parts a number at its decimal sign and takes out the signs between thousands.
func split(text string, integer bool) (whole, fraction string) {
	last := strings.LastIndexAny(text, ".,")
	if last < 0 {
		return text, ""
	}
	whole, fraction = text[:last], text[last+1:]
	signs := strings.Count(text, ".") + strings.Count(text, ",")
	oneKind := strings.Count(text, text[last:last+1]) == signs
	switch {
	case oneKind && grouped.MatchString(text) && (signs > 1 || integer):
		return ungroup(text), ""
	case signs > 1 && !oneKind && grouped.MatchString(whole) && oneSign(whole):
		return ungroup(whole), fraction
	default:
		return whole, fraction
	}
}

func oneSign(s string) bool { return !strings.Contains(s, ".") || !strings.Contains(s, ",") }

func ungroup(s string) string { return strings.NewReplacer(".", "", ",", "").Replace(s) }

// write gives the number as JSON writes numbers.
func write(negative bool, whole, fraction string) json.Number {
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return json.Number(whole)
}
