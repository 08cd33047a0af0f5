package text

import (
	"strconv"
	"time"
	_ "time/tzdata" // the zone is known on machines without zone files, too
)

// oslo is where all times are shown.
var oslo = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic("text: " + err.Error())
	}
	return zone
}()

// Oslo is the time zone in which days begin and times are shown.
func Oslo() *time.Location { return oslo }

// nbsp keeps together what must not be parted at the end of a line.
const nbsp = "\u00a0"

// names are the catalogue's words for months and weekdays, by language.
type names map[string][]string

// namesOf gets the texts core.<what>.1 to core.<what>.n.
func namesOf(what string, n int) names {
	out := names{}
	for _, lang := range Languages {
		for i := 1; i <= n; i++ {
			out[lang] = append(out[lang], T(lang, "core."+what+"."+strconv.Itoa(i)))
		}
	}
	return out
}

var (
	months      = namesOf("month", 12)
	shortMonths = namesOf("month_short", 12)
	// weekdays begin with Monday.
	weekdays = namesOf("weekday", 7)
)

// Date gives the day in Oslo as it stands in a sentence: 3. desember 2026, 3 December 2026.
func Date(lang string, t time.Time) string {
	return dayAndMonth(lang, t, months) + " " + strconv.Itoa(t.In(oslo).Year())
}

// ShortDate gives the day in Oslo as it stands in a table: 3. des. 2026, 3 Dec 2026.
func ShortDate(lang string, t time.Time) string {
	return dayAndMonth(lang, t, shortMonths) + " " + strconv.Itoa(t.In(oslo).Year())
}

// Weekday gives a deadline's day in Oslo: torsdag 3. desember, Thursday 3 December.
func Weekday(lang string, t time.Time) string {
	day := (int(t.In(oslo).Weekday()) + 6) % 7
	return weekdays[known(lang)][day] + " " + dayAndMonth(lang, t, months)
}

// DateInWords gives what was typed as a date with its weekday and whole year, so that a person sees
// how it was read: søndag 1. februar 2026, Sunday 1 February 2026. It is "" for what ParseDate does
// not read.
func DateInWords(lang, typed string) string {
	iso, ok := ParseDate(typed)
	if !ok {
		return ""
	}
	day, err := time.ParseInLocation(time.DateOnly, iso, oslo)
	if err != nil {
		return ""
	}
	return Weekday(lang, day) + " " + strconv.Itoa(day.Year())
}

func dayAndMonth(lang string, t time.Time, of names) string {
	lang, t = known(lang), t.In(oslo)
	day := strconv.Itoa(t.Day())
	if lang != "en" {
		day += "."
	}
	return day + " " + of[lang][t.Month()-1]
}

// Time gives the time of day in Oslo: kl. 10.42, 10:42.
func Time(lang string, t time.Time) string {
	if known(lang) == "en" {
		return t.In(oslo).Format("15:04")
	}
	return "kl." + nbsp + t.In(oslo).Format("15.04")
}

// DateTime gives day and time in Oslo: 3. desember 2026 kl. 10.42, 3 December 2026 at 10:42.
func DateTime(lang string, t time.Time) string {
	return T(lang, "core.date_time", Date(lang, t), Time(lang, t))
}

// Relative gives how far the day of t in Oslo is from the day of now: i dag, om 7 dager, for
// 3 dager siden. It is for screens only, and stands beside the date, never in its place.
func Relative(lang string, t, now time.Time) string {
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return T(lang, "core.today")
	case days == 1:
		return T(lang, "core.tomorrow")
	case days == -1:
		return T(lang, "core.yesterday")
	case days > 0:
		return TN(lang, "core.in_days", days)
	default:
		return TN(lang, "core.days_ago", -days)
	}
}

// dayNumber counts days, so that a night on which the clock is changed is a night like others.
func dayNumber(t time.Time) int {
	y, m, d := t.In(oslo).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Machine gives the moment for the datetime attribute of time: 2026-12-03T10:42:00+01:00.
func Machine(t time.Time) string { return t.In(oslo).Format(time.RFC3339) }

// ISODate gives the day in Oslo as form data has it: 2026-12-03.
func ISODate(t time.Time) string { return t.In(oslo).Format(time.DateOnly) }

// FormatISODate gives a date of form data as it is read: 2026-12-03 is 3. desember 2026. A moment
// (RFC 3339) gives its day in Oslo. What is neither comes back as it is.
func FormatISODate(lang, iso string) string {
	if t, err := time.ParseInLocation(time.DateOnly, iso, oslo); err == nil {
		return Date(lang, t)
	}
	if t, err := time.Parse(time.RFC3339, iso); err == nil {
		return Date(lang, t)
	}
	return iso
}

// InputDate gives a date of form data as people type it: 2026-12-03 is 3.12.2026. It is what a
// field shows back after ParseDate. What is no date comes back as it is.
func InputDate(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("2.1.2006")
}
