package form

import (
	"strings"
	"time"

	"stafett/internal/text"
)

// dateLayouts are the ways in which a date or a moment is stored.
var dateLayouts = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05.999", time.DateOnly,
}

// dateTokens are the parts of an app's date format, each with Go's own. Longer ones go first;
// capitals are what older apps write.
var dateTokens = strings.NewReplacer(
	"yyyy", "2006", "YYYY", "2006", "yy", "06", "YY", "06", "MM", "01", "dd", "02", "DD", "02",
	"HH", "15", "hh", "03", "mm", "04", "ss", "05", "M", "1", "d", "2", "z", "-07:00",
)

// formatDate gives a stored date as an app's format has it, in Norwegian time; without a format
// as the language does. What is no date stands as it is.
func formatDate(lang, format, s string) string {
	if format == "" {
		return text.FormatISODate(lang, datePart(s))
	}
	for _, layout := range dateLayouts {
		t, err := time.ParseInLocation(layout, s, text.Oslo())
		if err == nil {
			return t.In(text.Oslo()).Format(dateTokens.Replace(format))
		}
	}
	return s
}
