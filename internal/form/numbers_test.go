package form

import (
	"encoding/json"
	"testing"

	"stafett/internal/app"
)

func TestFormatted(t *testing.T) {
	t.Parallel()
	all := app.Formatting{Decimals: -1}
	with := func(change func(*app.Formatting)) app.Formatting {
		f := all
		change(&f)
		return f
	}
	tests := []struct {
		lang   string
		f      app.Formatting
		n      json.Number
		expect string
	}{
		{"nb", all, "1234.5", "1234,5"},
		{"en", all, "1234.5", "1234.5"},
		{"nb", with(func(f *app.Formatting) { f.Thousands = true }), "1234.5", "1 234,5"},
		{"nb", with(func(f *app.Formatting) { f.Currency = "NOK" }), "1234.5", "1 234,50 kr"},
		{"en", with(func(f *app.Formatting) { f.Currency = "EUR" }), "10", "EUR 10"},
		{"nb", with(func(f *app.Formatting) { f.Currency = "EUR" }), "10", "10 EUR"},
		{"nb", with(func(f *app.Formatting) { f.Currency, f.UnitFirst = "NOK", true }), "10", "kr 10"},
		{"nb", with(func(f *app.Formatting) { f.Unit = "percent" }), "10", "10 %"},
		{"en", with(func(f *app.Formatting) { f.Unit = "year" }), "10", "10 years"},
		{"nn", with(func(f *app.Formatting) { f.Unit = "week" }), "10", "10 veker"},
		{"en", with(func(f *app.Formatting) { f.Unit = "kilometer-per-hour" }), "10", "10 km/h"},
		{"nb", with(func(f *app.Formatting) { f.Unit = "parsec" }), "10", "10 parsec"},
		{"nb", with(func(f *app.Formatting) { f.Prefix, f.Suffix = "ca.", "000 NOK" }), "7", "ca. 7 000 NOK"},
		{"nb", with(func(f *app.Formatting) { f.Decimals = 1 }), "12.345", "12,3"},
		{"nb", with(func(f *app.Formatting) { f.Decimals = 0 }), "-12.9", "-12"},
		{"nb", with(func(f *app.Formatting) { f.Decimals = 1 }), "1.2345e9", "1,2345e9"},
		{"nb", with(func(f *app.Formatting) { f.Pattern = "####" }), "2026", "2026"},
		{"nb", with(func(f *app.Formatting) { f.Pattern = "## ##" }), "2026", "20 26"},
		{"nb", with(func(f *app.Formatting) { f.Pattern = "####" }), "-1", "-1"},
	}
	for _, tt := range tests {
		v := view{lang: tt.lang}
		if got := nb(v.formatted(tt.f, tt.n)); got != tt.expect {
			t.Errorf("%s %+v %s: got %q, want %q", tt.lang, tt.f, tt.n, got, tt.expect)
		}
	}
	t.Logf("checked %d numbers", len(tests))
}

func TestFormatDate(t *testing.T) {
	t.Parallel()
	tests := []struct{ format, stored, want string }{
		{"", "2026-08-14", "14. august 2026"},
		{"dd.MM.yyyy", "2026-08-14", "14.08.2026"},
		{"DD/MM/YYYY HH:mm:ss", "2026-08-14T10:00:05Z", "14/08/2026 12:00:05"},
		{"yyyy-MM-dd HH:mm:ss z", "2022-01-27 18:00:00.000", "2022-01-27 18:00:00 +01:00"},
		{"d.M.yy", "2026-08-04", "4.8.26"},
		{"dd.MM.yyyy", "i dag", "i dag"},
	}
	for _, tt := range tests {
		if got := formatDate("nb", tt.format, tt.stored); got != tt.want {
			t.Errorf("%q %q: got %q, want %q", tt.format, tt.stored, got, tt.want)
		}
	}
	t.Logf("checked %d dates", len(tests))
}
