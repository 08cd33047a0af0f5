package function

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// moment is a time, date or dateTime. One without a time zone is taken as UTC, the implicit zone
// of this program; it is written back without.
type moment struct {
	at    time.Time
	zoned bool
}

const (
	zonePart = `(Z|[+-][0-9]{2}:[0-9]{2})?`
	datePart = `(-?[0-9]{4,6}-[0-9]{2}-[0-9]{2})`
	timePart = `([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?)`
)

var momentForms = map[Type]*regexp.Regexp{
	Time:     regexp.MustCompile(`^` + timePart + zonePart + `$`),
	Date:     regexp.MustCompile(`^` + datePart + zonePart + `$`),
	DateTime: regexp.MustCompile(`^(` + datePart + `T` + timePart + `)` + zonePart + `$`),
}

var layouts = map[Type]string{
	Time: "15:04:05.999999999", Date: time.DateOnly, DateTime: "2006-01-02T15:04:05.999999999",
}

func parseMoment(t Type, text string) (moment, error) {
	m := momentForms[t].FindStringSubmatch(text)
	if m == nil {
		return moment{}, strconv.ErrSyntax
	}
	zone, err := parseZone(m[len(m)-1])
	if err != nil {
		return moment{}, err
	}
	at, err := time.ParseInLocation(layouts[t], m[1], zone)
	if t == Time {
		// A day that every zone can be added to and taken from.
		at = at.AddDate(2000, 0, 1)
	}
	return moment{at: at, zoned: m[len(m)-1] != ""}, err
}

func parseZone(text string) (*time.Location, error) {
	if text == "" || text == "Z" {
		return time.UTC, nil
	}
	hours, err := strconv.Atoi(text[1:3])
	if err != nil {
		return nil, err
	}
	minutes, err := strconv.Atoi(text[4:6])
	if err != nil || hours > 14 || minutes > 59 {
		return nil, strconv.ErrRange
	}
	seconds := hours*3600 + minutes*60
	if text[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), nil
}

// momentValue writes a computed moment.
func momentValue(t Type, m moment) (Value, error) {
	if y := m.at.Year(); y < 1 || y > 9999 {
		return Value{}, fmt.Errorf("the year %d is out of reach", y)
	}
	layout := layouts[t]
	if m.zoned {
		layout += "Z07:00"
	}
	return Value{Type: t, text: m.at.Format(layout), v: m}, nil
}

// Moment gives the values of current-time, current-date and current-dateTime at an instant.
func Moment(t Type, now time.Time) (Value, error) {
	m := moment{at: now, zoned: true}
	v, err := momentValue(t, m)
	if err != nil {
		return v, err
	}
	return Parse(t, v.text)
}

// addMonths adds as XML Schema does: the day is cut to the last one of the month.
func addMonths(at time.Time, n months) time.Time {
	y, m, d := at.Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, at.Location())
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(d, last), at.Hour(), at.Minute(),
		at.Second(), at.Nanosecond(), at.Location())
}

// inRange tells whether a time of day lies between two others, both included, over midnight if
// it must. A bound without a zone has that of the time (A.3.8).
func inRange(t, from, to moment) bool {
	day := func(m moment) time.Duration {
		at := m.at
		if !m.zoned {
			at = time.Date(2000, 1, 2, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(),
				t.at.Location())
		}
		at = at.UTC()
		return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute +
			time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
	}
	const whole = 24 * time.Hour
	length := (day(to) - day(from) + whole) % whole
	return (day(t)-day(from)+whole)%whole <= length
}
