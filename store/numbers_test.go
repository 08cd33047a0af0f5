package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// TestNumbers_CountTheScopeAndNothingElse counts by plain loops what the statements count.
func TestNumbers_CountTheScopeAndNothingElse(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	// A Monday after the clock was set back, and the weeks before it.
	monday := time.Date(2026, 10, 26, 0, 0, 0, 0, oslo)
	since := monday.AddDate(0, 0, -14)
	var list []core.Instance
	for hour := range 40 {
		i := caseOf(nord, monday.Add(time.Duration(hour-30)*13*time.Hour))
		due := monday.AddDate(0, 0, hour%5-2)
		i.Due, i.Reference = &due, ""
		switch {
		case hour%7 == 0:
			i.Process.Task = "Task_9"
		case hour%3 == 0:
			ended := i.Submitted.Add(time.Duration(hour) * time.Hour)
			i.Process = core.ProcessState{EndEvent: "End_1", Ended: &ended}
			i.Status = core.StatusArchived
		}
		list = append(list, i)
	}
	other := caseOf(sor, monday)
	add(t, s, append(list, other)...)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, i := range list {
		if end := i.Process.Ended; end != nil {
			// The program ends a case now; these ended long ago.
			if _, err := conn.Exec(t.Context(), "UPDATE instance SET ended = $2 WHERE id = $1", i.ID, *end); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := get(t, s, func(tx *store.Tx) (store.Numbers, error) {
		return tx.Numbers(t.Context(), nordScope(), store.Filter{}, monday, since)
	})
	open, overdue, came, ended := 0, 0, map[string]int{}, map[string]int{}
	week := func(at time.Time) string {
		at = at.In(oslo)
		return at.AddDate(0, 0, -(int(at.Weekday())+6)%7).Format(time.DateOnly)
	}
	for _, i := range list {
		if i.Process.Task == "Task_9" {
			continue
		}
		if !i.Submitted.Before(since) {
			came[week(*i.Submitted)]++
		}
		if end := i.Process.Ended; end != nil {
			if !end.Before(since) {
				ended[week(*end)]++
			}
			continue
		}
		open++
		if i.Due.Before(monday) {
			overdue++
		}
	}
	if len(got.Steps) != 1 || got.Steps[0].Open != open || got.Steps[0].Overdue != overdue ||
		!got.Steps[0].Oldest.Equal(*list[1].Submitted) {
		t.Errorf("got %+v, want %d open, %d overdue, oldest of %v", got.Steps, open, overdue,
			list[1].Submitted)
	}
	counted := func(weeks []store.WeekCount) string {
		m := map[string]int{}
		for _, w := range weeks {
			m[w.Monday.Format(time.DateOnly)] += w.Cases
		}
		return fmt.Sprint(m)
	}
	if counted(got.Came) != fmt.Sprint(came) || counted(got.Ended) != fmt.Sprint(ended) || len(ended) < 2 {
		t.Errorf("came %v, want %v; ended %v, want %v", got.Came, came, got.Ended, ended)
	}
	if len(got.Took) != 1 || got.Took[0].Median < time.Hour || got.Took[0].Median > 40*time.Hour {
		t.Errorf("took %v", got.Took)
	}
	nothing := get(t, s, func(tx *store.Tx) (store.Numbers, error) {
		return tx.Numbers(t.Context(), store.Scope{Owner: nord}, store.Filter{}, monday, since)
	})
	if len(nothing.Steps)+len(nothing.Came)+len(nothing.Ended)+len(nothing.Took) != 0 {
		t.Errorf("an empty scope counts %+v", nothing)
	}
}

// TestNumbers_AreReadFromTheirIndexes looks at the plans at the size where it matters.
func TestNumbers_AreReadFromTheirIndexes(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	generate(t, url, 20_000)
	conn, err := pgx.Connect(t.Context(), storetest.Serving(t, url))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec(t, conn, ingridAsks)
	exec(t, conn, "SET enable_seqscan = off")
	exec(t, conn, "SET enable_bitmapscan = off")
	exec(t, conn, "SET plan_cache_mode = force_generic_plan")
	const items, since = "bigint, text[], text[], text[], text[]", "now() - interval '84 days'"
	for name, one := range map[string]struct {
		plan
		indexes []string
	}{
		"open": {plan{store.SQLOpenNumbers, items + ", timestamptz", "51001, " + openItems + ", now()"},
			[]string{"instance_inbox", "instance_due"}},
		"came": {plan{store.SQLCameNumbers, items + ", text[], text[], text[], text[], timestamptz",
			"51001, " + openItems + ", " + endItems + ", " + since},
			[]string{"instance_inbox", "instance_ended"}},
		"ended": {plan{store.SQLEndedNumbers, items + ", timestamptz", "51001, " + endItems + ", " + since},
			[]string{"instance_ended_at"}},
		"took": {plan{store.SQLTookNumbers, items + ", timestamptz", "51001, " + endItems + ", " + since},
			[]string{"instance_ended_at"}},
	} {
		exec(t, conn, fmt.Sprintf("PREPARE numbers_%s (%s) AS %s", name, one.types, one.sql))
		plan := explained(t, conn, fmt.Sprintf("EXECUTE numbers_%s (%s)", name, one.args))
		for _, index := range one.indexes {
			if !strings.Contains(plan, "Index Only Scan using "+index) {
				t.Errorf("%s does not read %s alone:\n%s", name, index, plan)
			}
		}
	}
}
