package text

import (
	"testing"
	"time"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestDates(t *testing.T) {
	t.Parallel()
	// A Thursday; late in the day in UTC, so that it is the next day in Oslo.
	summer, winter := at(t, "2026-06-30T22:05:00Z"), at(t, "2026-12-03T09:42:00Z")
	cases := []struct{ got, want string }{
		{Date("nb", winter), "3. desember 2026"},
		{Date("nn", summer), "1. juli 2026"},
		{Date("en", winter), "3 December 2026"},
		{Date("fr", winter), "3. desember 2026"},
		{ShortDate("nb", winter), "3. des. 2026"},
		{ShortDate("nn", summer), "1. juli 2026"},
		{ShortDate("en", winter), "3 Dec 2026"},
		{Weekday("nb", winter), "torsdag 3. desember"},
		{Weekday("nn", at(t, "2026-12-05T10:00:00Z")), "laurdag 5. desember"},
		{Weekday("nb", at(t, "2026-12-06T10:00:00Z")), "søndag 6. desember"},
		{Weekday("en", winter), "Thursday 3 December"},
		{Time("nb", winter), "kl.\u00a010.42"},
		{Time("nn", summer), "kl.\u00a000.05"},
		{Time("en", winter), "10:42"},
		{Time("en", summer), "00:05"},
		{DateTime("nb", winter), "3. desember 2026 kl.\u00a010.42"},
		{DateTime("nn", winter), "3. desember 2026 kl.\u00a010.42"},
		{DateTime("en", winter), "3 December 2026 at 10:42"},
		{T("nb", "core.saved_at", Time("nb", winter)), "Lagret kl.\u00a010.42"},
		{T("en", "core.saved_at", Time("en", winter)), "Saved at 10:42"},
		{Machine(winter), "2026-12-03T10:42:00+01:00"},
		{ISODate(summer), "2026-07-01"},
		{FormatISODate("nb", "2026-02-01"), "1. februar 2026"},
		{FormatISODate("en", "2026-02-01"), "1 February 2026"},
		{FormatISODate("nb", "2026-06-30T22:05:00Z"), "1. juli 2026"},
		{FormatISODate("nb", "2026-02-30"), "2026-02-30"},
		{FormatISODate("nb", ""), ""},
		{InputDate("2026-08-04"), "4.8.2026"},
		{InputDate("i morgen"), "i morgen"},
		{Oslo().String(), "Europe/Oslo"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDateInWords(t *testing.T) {
	t.Parallel()
	words := map[string]map[string]string{
		"nb": {
			"1.2.26": "søndag 1. februar 2026", "1. feb 2026": "søndag 1. februar 2026",
			"1/2 2026": "søndag 1. februar 2026", "2026-12-03": "torsdag 3. desember 2026",
			"29022024": "torsdag 29. februar 2024", "1.1.50": "søndag 1. januar 1950",
			// The nights on which the clock is changed.
			"2026-03-29": "søndag 29. mars 2026", "2026-10-25": "søndag 25. oktober 2026",
			"": "", "31.2.2026": "", "i morgen": "",
		},
		"nn": {
			"1.2.26": "sundag 1. februar 2026", "1. feb 2026": "sundag 1. februar 2026",
			"2026-12-05": "laurdag 5. desember 2026", "1.12.2026": "tysdag 1. desember 2026",
			"29.2.2026": "",
		},
		"en": {
			"1.2.26": "Sunday 1 February 2026", "1 February 2026": "Sunday 1 February 2026",
			"2026-12-03": "Thursday 3 December 2026", "tomorrow": "",
		},
		"fr": {"1.2.26": "søndag 1. februar 2026"},
	}
	for lang, of := range words {
		for typed, want := range of {
			if got := DateInWords(lang, typed); got != want {
				t.Errorf("%s %q: got %q, want %q", lang, typed, got, want)
			}
		}
	}
}

func TestRelative(t *testing.T) {
	t.Parallel()
	now := at(t, "2026-12-03T22:30:00Z") // 23.30 in Oslo
	cases := []struct{ lang, moment, want string }{
		{"nb", "2026-12-03T00:00:00+01:00", "i dag"},
		{"nb", "2026-12-03T23:10:00Z", "i morgen"},
		{"nn", "2026-12-04T23:59:00+01:00", "i morgon"},
		{"nb", "2026-12-02T23:59:00+01:00", "i går"},
		{"nb", "2026-12-10T00:00:00+01:00", "om 7 dager"},
		{"nn", "2026-12-10T00:00:00+01:00", "om 7 dagar"},
		{"en", "2026-12-10T00:00:00+01:00", "in 7 days"},
		{"nb", "2026-11-30T00:00:00+01:00", "for 3 dager siden"},
		{"en", "2026-11-30T00:00:00+01:00", "3 days ago"},
	}
	for _, c := range cases {
		if got := Relative(c.lang, at(t, c.moment), now); got != c.want {
			t.Errorf("%s in %s: got %q, want %q", c.moment, c.lang, got, c.want)
		}
	}
	// The nights on which the clock is changed: 23 and 25 hours long.
	for _, night := range [][2]string{
		{"2026-03-28T12:00:00+01:00", "2026-03-30T00:30:00+02:00"},
		{"2026-10-24T23:30:00+02:00", "2026-10-26T00:30:00+01:00"},
	} {
		if got := Relative("nb", at(t, night[1]), at(t, night[0])); got != "om 2 dager" {
			t.Errorf("%v: got %q", night, got)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2026-02-01": "2026-02-01", "1.2.2026": "2026-02-01", "01.02.2026": "2026-02-01",
		"1.2.26": "2026-02-01", "14.8.26": "2026-08-14", "14/8/2026": "2026-08-14",
		"14/8-26": "2026-08-14", "14-8-2026": "2026-08-14", "14 8 2026": "2026-08-14",
		"14082026": "2026-08-14", "01022026": "2026-02-01", "140826": "2026-08-14",
		"20260814": "2026-08-14", "1. feb 2026": "2026-02-01", "1. feb. 2026": "2026-02-01",
		"1.feb.2026": "2026-02-01", "1. februar 2026": "2026-02-01", "1 FEBRUAR 2026": "2026-02-01",
		"1 February 2026": "2026-02-01", "1 Sept 2026": "2026-09-01", "1. mai 2026": "2026-05-01",
		"1 May 2026": "2026-05-01", "3. des. 2026": "2026-12-03", " 1.2.2026 ": "2026-02-01",
		"1.\u00a0februar\u00a02026": "2026-02-01", "1 . 2 . 2026": "2026-02-01",
		"1.2.2026.": "2026-02-01",
		"29.2.2024": "2024-02-29", "31.12.1999": "1999-12-31", "1.1.49": "2049-01-01",
		"1.1.50": "1950-01-01", "2026/02/01": "2026-02-01", "2026-2-1": "2026-02-01",
		// No dates.
		"": "", "x": "", "31.2.2026": "",
		"29.2.2025": "", "0.1.2026": "", "1.0.2026": "", "1.13.2026": "",
		"32.1.2026": "", "1.2": "", "1.2.202": "", "1.2.20266": "", "1.2.0999": "", "2026": "",
		"3. desember":     "",
		"1.2.2026 kl. 10": "", "1.2.x": "", "a.b.c": "", "1..": "", "१.२.२०२६": "",
		"-1.2.2026": "2026-02-01", "99999999": "", "00000000": "", "1.2.2026\x00": "", "1e1.2.2026": "",
		"1.2.2026, 1.3.2026": "", "12345": "", "001.2.2026": "", "1.febr.2026": "", "+1.2.2026": "",
	} {
		if got, ok := ParseDate(s); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", s, got, ok, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"1.2.26", "1. feb 2026", "01022026", "2026-02-01", "29.2.2024"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		iso, ok := ParseDate(s)
		if !ok {
			return
		}
		if _, err := time.Parse(time.DateOnly, iso); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		for _, shown := range []string{
			iso, InputDate(iso), FormatISODate("nn", iso), FormatISODate("en", iso),
		} {
			if again, ok := ParseDate(shown); !ok || again != iso {
				t.Fatalf("%q is shown as %q, and that is %q", iso, shown, again)
			}
		}
	})
}
