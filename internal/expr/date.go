package expr

import (
	"regexp"
	"strconv"
	"time"
)

// date is a point in time as it was written: time keeps the wall clock, in UTC when no zone was
// given, and zoned tells whether one was.
type date struct {
	time  time.Time
	zoned bool
	text  string
}

var datePattern = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})` +
	`(?:[ Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2})?)?$`)

// parseDate reads Altinn's dates; "" is null. Its error tells a wrong form from a wrong date.
func parseDate(text string) (Value, error) {
	if text == "" {
		return nil, nil
	}
	parts := datePattern.FindStringSubmatch(text)
	if parts == nil {
		return nil, errorf("Unable to parse date %s: Unknown format", quoted(text))
	}
	zone, ok := zoneOf(parts[8])
	n := func(i int) int { return digits(parts[i]) }
	nanos := digits((parts[7] + "000000000")[:9])
	at := time.Date(n(1), time.Month(n(2)), n(3), n(4), n(5), n(6), nanos, zone)
	// time.Date lets 31 April become 1 May; what does not come back as it was is no date.
	y, m, d := at.Date()
	if !ok || y != n(1) || int(m) != n(2) || d != n(3) || n(4) > 23 || n(5) > 59 || n(6) > 59 {
		return nil, errorf(
			"Unable to parse date %s: Format was recognized, but the date/time is invalid",
			quoted(text))
	}
	return date{time: at, zoned: parts[8] != "", text: text}, nil
}

// zoneOf reads Z or ±HH:MM; it is false for an offset of a day or more.
func zoneOf(text string) (*time.Location, bool) {
	if len(text) < 6 {
		return time.UTC, true
	}
	hours, minutes := digits(text[1:3]), digits(text[4:6])
	seconds := (hours*60 + minutes) * 60
	if text[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), hours < 24 && minutes < 60
}

// digits reads what the pattern has shown to be digits, or nothing.
func digits(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// offset is the date's distance from UTC in seconds.
func (d date) offset() int {
	_, seconds := d.time.Zone()
	return seconds
}

// sameKind refuses to compare a date with a zone to one without.
func sameKind(a, b date) error {
	if a.zoned != b.zoned {
		return errorf("Can not compare timestamps where only one specify timezone")
	}
	return nil
}

func sameDay(a, b date) (bool, error) {
	if a.offset() != b.offset() {
		return false, errorf(
			"Can not figure out if timestamps in different timezones are in the same day")
	}
	y1, m1, d1 := a.time.Date()
	y2, m2, d2 := b.time.Date()
	return y1 == y2 && m1 == m2 && d1 == d2, nil
}
