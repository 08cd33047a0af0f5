package form

import (
	"time"

	"stafett/internal/app"
	"stafett/internal/expr"
	"stafett/internal/text"
)

// Altinn's limits where a layout sets none.
const (
	earliestDate = "1900-01-01"
	latestDate   = "2100-01-01"
)

// dateLimits gives the first and the last date that may be answered, in ISO form.
func (v *view) dateLimits(p *app.DateProps) (earliest, latest string) {
	return v.dateLimit(p.Min, earliestDate), v.dateLimit(p.Max, latestDate)
}

func (v *view) dateLimit(e *expr.Expr, dflt string) string {
	if e == nil {
		return dflt
	}
	s, err := e.Text(v, dflt)
	if err != nil {
		return dflt
	}
	// "Today" is the date in Norway, whatever the server's clock is set to.
	today := v.in.Now.In(text.Oslo())
	switch s {
	case "":
		return dflt
	case "today":
		return today.Format(time.DateOnly)
	case "yesterday":
		return today.AddDate(0, 0, -1).Format(time.DateOnly)
	case "tomorrow":
		return today.AddDate(0, 0, 1).Format(time.DateOnly)
	case "oneYearAgo":
		return today.AddDate(-1, 0, 0).Format(time.DateOnly)
	case "oneYearFromNow":
		return today.AddDate(1, 0, 0).Format(time.DateOnly)
	}
	s = datePart(s)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return dflt
	}
	return s
}

// EndOfDay is when a day (2006-01-02) in Norway ends: its last second.
func EndOfDay(date string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, date, text.Oslo())
	if err != nil {
		return time.Time{}, err
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), nil
}
