package expr

import (
	"fmt"
	"strings"
)

// calendar is how a language writes dates in formatDate.
type calendar struct {
	format                   string
	months, shortMonths      [12]string
	days, shortDays, letters [7]string // from Sunday
	// eras are before and after year 0, each in its short, long and narrow form.
	eras [2][3]string
	noon [2]string // before and after
}

var norwegianMonths = [12]string{"januar", "februar", "mars", "april", "mai", "juni", "juli",
	"august", "september", "oktober", "november", "desember"}

var norwegianShortMonths = [12]string{"jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug",
	"sep", "okt", "nov", "des"}

var norwegianEras = [2][3]string{{"f.Kr.", "før Kristus", "f.Kr."},
	{"e.Kr.", "etter Kristus", "e.Kr."}}

// The words are those of CLDR in their stand-alone forms, which have no full stops.
var calendars = map[string]*calendar{
	"nb": {
		format: "dd.MM.yyyy", months: norwegianMonths, shortMonths: norwegianShortMonths,
		days: [7]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag",
			"lørdag"},
		shortDays: [7]string{"søn", "man", "tir", "ons", "tor", "fre", "lør"},
		letters:   [7]string{"S", "M", "T", "O", "T", "F", "L"},
		eras:      norwegianEras, noon: [2]string{"a.m.", "p.m."},
	},
	"nn": {
		format: "dd.MM.yyyy", months: norwegianMonths, shortMonths: norwegianShortMonths,
		days: [7]string{"søndag", "måndag", "tysdag", "onsdag", "torsdag", "fredag",
			"laurdag"},
		shortDays: [7]string{"søn", "mån", "tys", "ons", "tor", "fre", "lau"},
		letters:   [7]string{"S", "M", "T", "O", "T", "F", "L"},
		eras:      norwegianEras, noon: [2]string{"f.m.", "e.m."},
	},
	"en": {
		format: "M/d/yy",
		months: [12]string{"January", "February", "March", "April", "May", "June", "July",
			"August", "September", "October", "November", "December"},
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
			"Oct", "Nov", "Dec"},
		days: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
			"Saturday"},
		shortDays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		letters:   [7]string{"S", "M", "T", "W", "T", "F", "S"},
		eras: [2][3]string{{"BC", "Before Christ", "B"},
			{"AD", "Anno Domini", "A"}},
		noon: [2]string{"AM", "PM"},
	},
}

// formatDate writes d by a pattern of Unicode date tokens (UTS 35), on the clock of the zone
// that d was written in. Text in single quotes is copied; a letter that is no token is an error.
func formatDate(d date, pattern, language string) (string, error) {
	words, ok := calendars[language]
	if !ok {
		words = calendars["nb"]
	}
	if pattern == "" {
		pattern = words.format
	}
	var out strings.Builder
	for rest := pattern; rest != ""; {
		length := tokenLength(rest)
		token := rest[:length]
		rest = rest[length:]
		switch {
		case token[0] == '\'':
			out.WriteString(unquote(token))
		case !isLetter(token[0]):
			out.WriteString(token)
		default:
			text, ok := dateToken(d, token, words)
			if !ok {
				return "", errorf("Unsupported date token: %q", token)
			}
			out.WriteString(text)
		}
	}
	return out.String(), nil
}

// tokenLength tells how much of rest is one token: a run of one letter, a quoted text, or one
// other byte.
func tokenLength(rest string) int {
	if rest[0] == '\'' {
		if end := strings.IndexByte(rest[1:], '\''); end >= 0 {
			return end + 2
		}
		return len(rest)
	}
	if !isLetter(rest[0]) {
		return 1
	}
	return len(rest) - len(strings.TrimLeft(rest, rest[:1]))
}

func unquote(token string) string {
	if token == "''" {
		return "'"
	}
	return strings.Trim(token, "'")
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func dateToken(d date, token string, words *calendar) (string, bool) {
	n := len(token)
	switch token[0] {
	case 'G', 'E', 'M', 'a':
		if text, ok := dateWord(d, token, words); ok {
			return text, true
		}
	case 'S':
		return fmt.Sprintf("%09d", d.time.Nanosecond())[:min(n, 9)], n <= 3
	case 'y', 'u':
		return yearToken(d.time.Year(), token), n <= 4
	}
	value, ok := map[byte]int{
		'M': int(d.time.Month()), 'd': d.time.Day(), 'H': d.time.Hour(),
		'h': (d.time.Hour()+11)%12 + 1, 'm': d.time.Minute(), 's': d.time.Second(),
	}[token[0]]
	return fmt.Sprintf("%0*d", n, value), ok && n <= 2
}

// dateWord gives the tokens that are words.
func dateWord(d date, token string, words *calendar) (string, bool) {
	weekday, month := d.time.Weekday(), d.time.Month()-1
	switch token {
	case "G", "GG", "GGG", "GGGG", "GGGGG":
		era := 1
		if d.time.Year() <= 0 {
			era = 0
		}
		return words.eras[era][max(len(token), 3)-3], true
	case "E", "EE", "EEE":
		return words.shortDays[weekday], true
	case "EEEE":
		return words.days[weekday], true
	case "EEEEE":
		return words.letters[weekday], true
	case "MMM":
		return words.shortMonths[month], true
	case "MMMM":
		return words.months[month], true
	case "a":
		return words.noon[d.time.Hour()/12], true
	}
	return "", false
}

// yearToken writes y, the year within its era, or u, the plain year; yy alone cuts it to two
// digits.
func yearToken(year int, token string) string {
	if token[0] == 'y' && year <= 0 {
		year = 1 - year
	}
	if token == "yy" {
		return fmt.Sprintf("%02d", year%100)
	}
	return fmt.Sprintf("%0*d", len(token), year)
}
