package text

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ParseDate reads a date as people write it and gives it as form data has it: 2026-02-01 from
// 1.2.2026, 1.2.26, 1/2 2026, 01022026, 010226, 1. feb 2026, 1 February 2026 and 2026-02-01. The
// day comes before the month. A year of two digits is 2000 to 2049 or 1950 to 1999: the engine
// has no clock, and the field shows the whole year back. ok is false for what is no date, such
// as 31.2.2026.
func ParseDate(s string) (iso string, ok bool) {
	words := dateWords(s)
	switch len(words) {
	case 1:
		words = runTogether(words[0])
	case 3:
		if len(words[0]) == 4 {
			words[0], words[2] = words[2], words[0]
		}
	}
	if len(words) != 3 {
		return "", false
	}
	day, dayOK := small(words[0])
	month, monthOK := monthOf(words[1])
	year, yearOK := yearOf(words[2])
	if !dayOK || !monthOK || !yearOK {
		return "", false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day || int(t.Month()) != month {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// dateWords parts a date at blanks, full stops, slashes, commas and hyphens; anything else
// belongs to a word, and so makes it no date. It gives nil for what is too long.
func dateWords(s string) []string {
	if len(s) > 40 {
		return nil
	}
	return strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("./-–,", r)
	})
}

// runTogether parts ddmmyyyy, ddmmyy and yyyymmdd. Eight digits are read as ddmmyyyy if that is
// a month.
func runTogether(s string) []string {
	if strings.Trim(s, "0123456789") != "" {
		return nil
	}
	switch len(s) {
	case 6:
		return []string{s[:2], s[2:4], s[4:]}
	case 8:
		if _, ok := monthOf(s[2:4]); ok {
			return []string{s[:2], s[2:4], s[4:]}
		}
		return []string{s[6:], s[4:6], s[:4]}
	}
	return nil
}

// small reads a number of one or two digits.
func small(s string) (int, bool) {
	if len(s) == 0 || len(s) > 2 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func monthOf(s string) (int, bool) {
	if n, ok := small(s); ok {
		return n, n >= 1 && n <= 12
	}
	n, ok := monthWords[strings.ToLower(s)]
	return n, ok
}

// monthWords are the months' names and their short forms, in all languages.
var monthWords = func() map[string]int {
	out := map[string]int{"sept": 9}
	for _, of := range []names{months, shortMonths} {
		for _, list := range of {
			for i, name := range list {
				out[strings.ToLower(strings.TrimSuffix(name, "."))] = i + 1
			}
		}
	}
	return out
}()

func yearOf(s string) (int, bool) {
	if n, ok := small(s); ok && len(s) == 2 {
		if n < 50 {
			return 2000 + n, true
		}
		return 1900 + n, true
	}
	if len(s) != 4 || strings.Trim(s, "0123456789") != "" || s < "1000" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
