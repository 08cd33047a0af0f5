package workday

import (
	"testing"
	"time"
)

// easters are the published dates of Easter Sunday, month and day.
var easters = map[int][2]int{
	2010: {4, 4}, 2011: {4, 24}, 2012: {4, 8}, 2013: {3, 31}, 2014: {4, 20}, 2015: {4, 5},
	2016: {3, 27}, 2017: {4, 16}, 2018: {4, 1}, 2019: {4, 21}, 2020: {4, 12}, 2021: {4, 4},
	2022: {4, 17}, 2023: {4, 9}, 2024: {3, 31}, 2025: {4, 20}, 2026: {4, 5}, 2027: {3, 28},
	2028: {4, 16}, 2029: {4, 1}, 2030: {4, 21}, 2031: {4, 13}, 2032: {3, 28}, 2033: {4, 17},
	2034: {4, 9}, 2035: {3, 25}, 2036: {4, 13}, 2037: {4, 5}, 2038: {4, 25}, 2039: {4, 10},
	2040: {4, 1},
}

func day(year, month, date int) time.Time {
	return time.Date(year, time.Month(month), date, 23, 59, 0, 0, time.UTC)
}

func TestEaster_FallsOnThePublishedDates(t *testing.T) {
	t.Parallel()
	for year, want := range easters {
		if got := Easter(year); int(got.Month()) != want[0] || got.Day() != want[1] {
			t.Errorf("%d: got %s, want %v", year, got.Format(time.DateOnly), want)
		}
	}
	// Gauss's own way, as Lichtenberg mended it, for three hundred years.
	years := 0
	for x := 1900; x < 2200; x++ {
		k := x / 100
		m := 15 + (3*k+3)/4 - (8*k+13)/25
		s := 2 - (3*k+3)/4
		a := x % 19
		d := (19*a + m) % 30
		og := 21 + d - (d+a/11)/29
		sz := 7 - (x+x/4+s)%7
		march := og + 7 - (og-sz)%7
		if want := time.Date(x, time.March, march, 0, 0, 0, 0, time.UTC); !Easter(x).Equal(want) {
			t.Errorf("%d: got %s, want %s", x, Easter(x).Format(time.DateOnly), want.Format(time.DateOnly))
		}
		years++
	}
	t.Logf("checked %d published dates and %d years", len(easters), years)
}

func TestHoliday_EachYearHasItsOwn(t *testing.T) {
	t.Parallel()
	for year := range easters {
		n := 0
		for d := day(year, 1, 1); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if Holiday(d) {
				n++
			}
		}
		// Ascension Day may fall on 1 May (2008) or 17 May (2012), Whitsun on 17 May.
		if n < 11 || n > 12 {
			t.Errorf("%d has %d public holidays", year, n)
		}
	}
	for _, d := range []time.Time{
		day(2026, 4, 2), day(2026, 4, 3), day(2026, 4, 6), day(2026, 5, 14), day(2026, 5, 25),
		day(2027, 5, 17), day(2027, 3, 25), day(2027, 1, 1), day(2030, 12, 26),
	} {
		if Is(d) {
			t.Errorf("%s is a working day", d.Format(time.DateOnly))
		}
	}
	for _, d := range []time.Time{day(2026, 4, 1), day(2026, 4, 7), day(2026, 12, 24), day(2026, 5, 15)} {
		if !Is(d) {
			t.Errorf("%s is no working day", d.Format(time.DateOnly))
		}
	}
}

func TestAdd_AndBetweenAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from time.Time
		n    int
		want time.Time
	}{
		{day(2026, 4, 1), 1, day(2026, 4, 7)}, {day(2026, 4, 1), 0, day(2026, 4, 1)},
		{day(2026, 4, 4), 1, day(2026, 4, 7)}, {day(2026, 12, 23), 3, day(2026, 12, 29)},
		{day(2027, 5, 13), 2, day(2027, 5, 18)}, {day(2026, 11, 27), 5, day(2026, 12, 4)},
	} {
		if got := Add(c.from, c.n); !got.Equal(c.want) {
			t.Errorf("%s + %d: got %s, want %s", c.from.Format(time.DateOnly), c.n, got.Format(time.DateOnly), c.want.Format(time.DateOnly))
		}
	}
	checked := 0
	for from := day(2024, 1, 1); from.Year() < 2027; from = from.AddDate(0, 0, 5) {
		for _, n := range []int{1, 2, 10, 60} {
			if got := Between(from, Add(from, n)); got != n {
				t.Errorf("%s + %d is %d days later", from.Format(time.DateOnly), n, got)
			}
			checked++
		}
	}
	if got := Between(day(2026, 4, 7), day(2026, 4, 1)); got != 0 {
		t.Errorf("backwards: %d", got)
	}
	if got := OnOrAfter(day(2026, 4, 2)); !got.Equal(day(2026, 4, 7)) {
		t.Errorf("on or after Maundy Thursday: %s", got)
	}
	t.Logf("checked %d sums", checked)
}
