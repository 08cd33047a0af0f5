package form

import (
	"encoding/json"
	"strings"

	"stafett/internal/app"
	"stafett/internal/text"
)

// unitSigns are units that are written the same in every language; others have a text of ours.
var unitSigns = map[string]string{
	"percent": "%", "celsius": "°C", "kilogram": "kg", "gram": "g", "kilometer": "km",
	"meter": "m", "centimeter": "cm", "millimeter": "mm", "liter": "l", "milliliter": "ml",
	"hectare": "ha", "byte": "B", "kilobyte": "kB", "megabyte": "MB", "gigabyte": "GB",
}

var unitWords = map[string]string{
	"year": "field.unit.year", "month": "field.unit.month", "week": "field.unit.week",
	"day": "field.unit.day", "hour": "field.unit.hour", "minute": "field.unit.minute",
	"second": "field.unit.second", "kilometer-per-hour": "field.unit.kilometer_per_hour",
}

// unit gives what a number counts, as it is written beside it.
func unit(lang string, f app.Formatting) string {
	switch {
	case f.Currency == "NOK":
		return text.T(lang, "form.currency_unit")
	case f.Currency != "":
		return f.Currency
	case unitSigns[f.Unit] != "":
		return unitSigns[f.Unit]
	case unitWords[f.Unit] != "":
		return text.T(lang, unitWords[f.Unit])
	}
	return f.Unit
}

// formatAffixes gives what stands before and after a number by its formatting.
func formatAffixes(lang string, f app.Formatting) (prefix, suffix string) {
	prefix, suffix = f.Prefix, f.Suffix
	if prefix != "" || suffix != "" {
		return prefix, suffix
	}
	words := unit(lang, f)
	if f.UnitFirst || f.Currency != "" && lang == "en" {
		return words, ""
	}
	return "", words
}

// formatted gives a number as it is read, by a formatting alone.
func (v *view) formatted(f app.Formatting, n json.Number) string {
	if f.Pattern != "" {
		return fillPattern(f.Pattern, n.String())
	}
	n = rounded(n, f.Decimals)
	if f.Currency == "NOK" && !f.UnitFirst {
		return text.Money(v.lang, n)
	}
	s := plainNumber(v.lang, n)
	if f.Thousands {
		s = text.Number(v.lang, n)
	}
	prefix, suffix := formatAffixes(v.lang, f)
	return joinWords(prefix, s, suffix)
}

// rounded cuts decimals that are not shown; most < 0 keeps all.
func rounded(n json.Number, most int) json.Number {
	whole, decimals, ok := strings.Cut(n.String(), ".")
	if !ok || most < 0 || len(decimals) <= most || strings.ContainsAny(decimals, "eE") {
		return n
	}
	if most == 0 {
		return json.Number(whole)
	}
	return json.Number(whole + "." + decimals[:most])
}

// fillPattern writes an answer into a pattern that has a # for each digit. One that does not fit
// stands as it is.
func fillPattern(pattern, s string) string {
	if s == "" || !onlyDigits(s, strings.Count(pattern, "#")) {
		return s
	}
	var b strings.Builder
	at := 0
	for _, r := range pattern {
		if r == '#' {
			b.WriteByte(s[at])
			at++
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// readPattern takes out of an answer what its pattern adds, so that "+47 40 00 00 00" is stored
// as "40000000". What is not written by the pattern stands as it was typed.
func readPattern(pattern, s string) string {
	if pattern == "" {
		return s
	}
	before, _, _ := strings.Cut(pattern, "#")
	rest := strings.TrimPrefix(s, strings.TrimSpace(before))
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r != '#' && strings.ContainsRune(pattern, r) && (r < '0' || r > '9') {
			return -1
		}
		return r
	}, rest)
	if onlyDigits(digits, strings.Count(pattern, "#")) {
		return digits
	}
	return s
}
