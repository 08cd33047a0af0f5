package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Numbers are how many cases a scope has, and how long they take; no case is in them.
type Numbers struct {
	// Steps are the open cases now, for each (app, task) of the scope.
	Steps []StepNumbers
	// Came and Ended are how many came and ended in each week that has any.
	Came, Ended []WeekCount
	// Took is how long the cases that ended had taken, for each app that has any.
	Took []TimeTaken
}

// StepNumbers are the open cases of an app in one task.
type StepNumbers struct {
	App           core.AppRef
	Task          string
	Open, Overdue int
	// Oldest is when the oldest of them came, and Middle when the one in the middle did; nil when
	// there are none.
	Oldest, Middle *time.Time
}

// WeekCount is how many cases of an app something happened to in the week that begins on Monday, a
// date in Oslo.
type WeekCount struct {
	App    core.AppRef
	Monday time.Time
	Cases  int
}

// TimeTaken is the median time from when a case came until it ended.
type TimeTaken struct {
	App    core.AppRef
	Median time.Duration
}

// Every part is read item by item from an index alone. The aggregate inside keeps it so: a plain
// join would be turned around where the planner thinks that many rows fit.
const openNumbers = `
SELECT item.org, item.app, item.task, k.cases, d.cases, k.oldest, k.middle
FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS item (org, app, task, n)
CROSS JOIN LATERAL (
    SELECT count(*) AS cases, min(i.submitted) AS oldest,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY i.submitted) AS middle
    FROM instance AS i
    WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.task = item.task
      AND i.ready AND i.ended IS NULL
) AS k
CROSS JOIN LATERAL (
    SELECT count(*) AS cases
    FROM instance AS i
    WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.task = item.task
      AND i.ready AND i.ended IS NULL AND i.due_at < $5::timestamptz
) AS d
ORDER BY item.n`

const cameNumbers = `
SELECT k.org, k.app, k.monday, sum(k.cases)::bigint
FROM (
    SELECT item.org, item.app, w.monday, w.cases
    FROM unnest($2::text[], $3::text[], $4::text[]) AS item (org, app, task)
    CROSS JOIN LATERAL (
        SELECT date_trunc('week', i.submitted AT TIME ZONE 'Europe/Oslo')::date AS monday,
            count(*) AS cases
        FROM instance AS i
        WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.task = item.task
          AND i.ready AND i.ended IS NULL AND i.submitted >= $8::timestamptz
        GROUP BY 1
    ) AS w
    UNION ALL
    SELECT item.org, item.app, w.monday, w.cases
    FROM unnest($5::text[], $6::text[], $7::text[]) AS item (org, app, end_event)
    CROSS JOIN LATERAL (
        SELECT date_trunc('week', i.submitted AT TIME ZONE 'Europe/Oslo')::date AS monday,
            count(*) AS cases
        FROM instance AS i
        WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app
          AND i.end_event = item.end_event AND i.ready AND i.ended IS NOT NULL
          AND i.submitted >= $8::timestamptz
        GROUP BY 1
    ) AS w
) AS k
GROUP BY k.org, k.app, k.monday`

const endedNumbers = `
SELECT item.org, item.app, w.monday, sum(w.cases)::bigint
FROM unnest($2::text[], $3::text[], $4::text[]) AS item (org, app, end_event)
CROSS JOIN LATERAL (
    SELECT date_trunc('week', i.ended AT TIME ZONE 'Europe/Oslo')::date AS monday,
        count(*) AS cases
    FROM instance AS i
    WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.end_event = item.end_event
      AND i.ready AND i.ended >= $5::timestamptz
    GROUP BY 1
) AS w
GROUP BY item.org, item.app, w.monday`

const tookNumbers = `
SELECT item.org, item.app,
    (percentile_disc(0.5) WITHIN GROUP (ORDER BY w.took))::bigint
FROM unnest($2::text[], $3::text[], $4::text[]) AS item (org, app, end_event)
CROSS JOIN LATERAL (
    SELECT extract(epoch FROM i.ended - i.submitted) AS took
    FROM instance AS i
    WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.end_event = item.end_event
      AND i.ready AND i.ended >= $5::timestamptz
    OFFSET 0
) AS w
GROUP BY item.org, item.app`

// Numbers counts the cases that the scope and the filter both let see: those that are open, overdue
// when their deadline is before today, and those that came and ended since a time.
func (tx *Tx) Numbers(
	ctx context.Context, scope Scope, f Filter, today, since time.Time,
) (Numbers, error) {
	var n Numbers
	args := scopeArgs(scope, f)
	open := append(args[:4:4], today)
	ended := append([]any{scope.Owner}, append(args[4:7:7], since)...)
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("open numbers", every(scanStep, &n.Steps), openNumbers, open...)
		tx.hold("came", every(scanWeek, &n.Came), cameNumbers, append(args, since)...)
		tx.hold("ended", every(scanWeek, &n.Ended), endedNumbers, ended...)
		tx.hold("time taken", every(scanTaken, &n.Took), tookNumbers, ended...)
	})
	return n, tx.flush(ctx)
}

func scanStep(row pgx.CollectableRow) (StepNumbers, error) {
	var n StepNumbers
	err := row.Scan(&n.App.Org, &n.App.App, &n.Task, &n.Open, &n.Overdue, &n.Oldest, &n.Middle)
	return n, err
}

func scanWeek(row pgx.CollectableRow) (WeekCount, error) {
	var n WeekCount
	err := row.Scan(&n.App.Org, &n.App.App, &n.Monday, &n.Cases)
	return n, err
}

func scanTaken(row pgx.CollectableRow) (TimeTaken, error) {
	var n TimeTaken
	var seconds int64
	err := row.Scan(&n.App.Org, &n.App.App, &seconds)
	n.Median = time.Duration(seconds) * time.Second
	return n, err
}
