// Package workday counts working days in Norway: all days but Saturdays, Sundays and public
// holidays, the movable ones computed. It is pure and looks at dates alone: a moment counts as
// the date that it has in its own location, and comes back at the same time of day.
package workday

import "time"

// Easter gives Easter Sunday of a year in the Gregorian calendar, by the algorithm that was
// published anonymously in Nature in 1876.
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month, day := (h+l-7*m+114)/31, (h+l-7*m+114)%31+1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// fixed are the public holidays that have a date of their own.
var fixed = map[[2]int]bool{{1, 1}: true, {5, 1}: true, {5, 17}: true, {12, 25}: true, {12, 26}: true}

// movable are the public holidays by how many days after Easter Sunday they come: Maundy Thursday
// and Good Friday, Easter, Ascension Day, Whitsun.
var movable = map[int]bool{-3: true, -2: true, 0: true, 1: true, 39: true, 49: true, 50: true}

// Holiday tells whether a date is a public holiday.
func Holiday(t time.Time) bool {
	y, m, d := t.Date()
	if fixed[[2]int{int(m), d}] {
		return true
	}
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return movable[int(date.Sub(Easter(y)).Hours())/24]
}

// Is tells whether a date is a working day.
func Is(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !Holiday(t)
}

// OnOrAfter gives the first working day that is not before a date.
func OnOrAfter(t time.Time) time.Time {
	for !Is(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// Add gives the date n working days after another; with 0, that date itself.
func Add(t time.Time, n int) time.Time {
	for range n {
		t = OnOrAfter(t.AddDate(0, 0, 1))
	}
	return t
}

// MaxBetween is as far as Between counts.
const MaxBetween = 1000

// Between tells how many working days there are after one date up to and with another, up to
// MaxBetween; it is 0 when the other is not later.
func Between(from, to time.Time) int {
	n := 0
	last := ordinal(to)
	for day := from.AddDate(0, 0, 1); ordinal(day) <= last && n < MaxBetween; day = day.AddDate(0, 0, 1) {
		if Is(day) {
			n++
		}
	}
	return n
}

// ordinal orders dates whatever time of day they have.
func ordinal(t time.Time) int {
	y, m, d := t.Date()
	return (y*100+int(m))*100 + d
}
