package instance

import (
	"context"
	"slices"
	"strconv"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/store"
)

// NumbersFilter is which numbers somebody has chosen to see.
type NumbersFilter struct {
	// Apps narrow to these; empty is all.
	Apps []core.AppRef
	// Weeks is how many weeks are told of, the one that is under way the last of them.
	Weeks int
	// Export tells that they leave the program as a file.
	Export bool
}

// Numbers are how an organisation's cases stand, of those that the actor may read.
type Numbers struct {
	Organisation core.Party
	Now          time.Time
	// Scope is what the actor may see at all.
	Scope store.Scope
	// Steps are the open cases for each service and step, Services each service's weeks.
	Steps    []store.StepNumbers
	Services []ServiceNumbers
}

// ServiceNumbers are one app's cases week by week.
type ServiceNumbers struct {
	App   core.AppRef
	Weeks []WeekNumbers
	// Took is the median time that the cases had taken which ended in these weeks; 0 for none.
	Took time.Duration
}

// WeekNumbers are how many cases came and ended in a week, and how many were open at its end. The
// week that is under way has not ended: there it is how many are open now.
type WeekNumbers struct {
	Monday               time.Time
	Came, Ended, Backlog int
}

// Numbers counts the organisation's cases that the actor's roles let them read, and no other. To
// have looked is a line in the audit log.
func (s *Service) Numbers(
	ctx context.Context, a core.Actor, number string, f NumbersFilter,
) (Numbers, error) {
	var n Numbers
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		n = Numbers{}
		box, err := s.enter(ctx, tx, a, number)
		if err != nil {
			return err
		}
		if n.Now, err = tx.Now(ctx); err != nil {
			return err
		}
		n.Organisation, n.Scope = box.Organisation, box.Scope
		mondays := lastMondays(n.Now, f.Weeks)
		counted, err := tx.Numbers(ctx, n.Scope, store.Filter{Apps: f.Apps}, today(n.Now), mondays[0])
		if err != nil {
			return err
		}
		n.Steps, n.Services = counted.Steps, services(n.Scope, f.Apps, mondays, counted)
		act := core.ActList
		if f.Export {
			act = core.ActExport
		}
		tx.Audit(access.ListEvent(a, act, n.Organisation.ID, n.Scope.Roles, len(n.Steps),
			map[string]string{"part": "numbers", "apps": strconv.Itoa(len(f.Apps))}))
		return nil
	})
	return n, err
}

// lastMondays are when the last weeks begin in Oslo, the earliest first.
func lastMondays(now time.Time, weeks int) []time.Time {
	out := make([]time.Time, weeks)
	for i := range out {
		out[i] = weekEnd(now).AddDate(0, 0, 7*(i-weeks))
	}
	return out
}

// today is when the day began in Oslo.
func today(now time.Time) time.Time {
	y, m, d := now.In(text.Oslo()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, text.Oslo())
}

// services lays what was counted out week by week. How many were open when a week ended follows
// from how many are open now and what came and ended since.
func services(
	scope store.Scope, apps []core.AppRef, mondays []time.Time, n store.Numbers,
) []ServiceNumbers {
	var out []ServiceNumbers
	for _, item := range scope.Items {
		ref := core.AppRef{Org: item.Org, App: item.App}
		known := slices.ContainsFunc(out, func(s ServiceNumbers) bool { return s.App == ref })
		if known || len(apps) > 0 && !slices.Contains(apps, ref) {
			continue
		}
		one := ServiceNumbers{App: ref, Weeks: make([]WeekNumbers, len(mondays))}
		backlog := 0
		for _, step := range n.Steps {
			if step.App == ref {
				backlog += step.Open
			}
		}
		for i := len(mondays) - 1; i >= 0; i-- {
			came, ended := inWeek(n.Came, ref, mondays[i]), inWeek(n.Ended, ref, mondays[i])
			one.Weeks[i] = WeekNumbers{mondays[i], came, ended, backlog}
			backlog += ended - came
		}
		for _, t := range n.Took {
			if t.App == ref {
				one.Took = t.Median
			}
		}
		out = append(out, one)
	}
	return out
}

// inWeek is how many cases of the app were counted in the week.
func inWeek(counts []store.WeekCount, app core.AppRef, monday time.Time) int {
	day := monday.Format(time.DateOnly)
	for _, c := range counts {
		if c.App == app && c.Monday.Format(time.DateOnly) == day {
			return c.Cases
		}
	}
	return 0
}
