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

// Every part is read item by item from an index alone, what opens whole and what a value limits each
// from its own. The part inside keeps it so: a plain join would be turned around where the planner
// thinks that many rows fit.
const openNumbers = `
SELECT k.org, k.app, k.task, k.cases, d.cases, k.oldest, k.middle
FROM (
    SELECT item.org, item.app, item.task, count(w.submitted) AS cases, min(w.submitted) AS oldest,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY w.submitted) AS middle
    FROM ` + openItems + `
    LEFT JOIN LATERAL (
        SELECT i.submitted FROM instance AS i WHERE ` + inOpenItem + wholeItem + `
        UNION ALL
        SELECT i.submitted FROM instance AS i WHERE ` + inOpenItem + limitedItem + `
    ) AS w ON true
    GROUP BY item.org, item.app, item.task
) AS k
JOIN (
    SELECT item.org, item.app, item.task, sum(w.cases)::bigint AS cases
    FROM ` + openItems + `
    CROSS JOIN LATERAL (
        SELECT count(*) AS cases FROM instance AS i
        WHERE ` + inOpenItem + wholeItem + ` AND i.due_at < $6::timestamptz
        UNION ALL
        SELECT count(*) FROM instance AS i
        WHERE ` + inOpenItem + limitedItem + ` AND i.due_at < $6::timestamptz
    ) AS w
    GROUP BY item.org, item.app, item.task
) AS d USING (org, app, task)
ORDER BY k.org, k.app, array_position($4::text[], k.task)`

const cameInWeek = `
        SELECT date_trunc('week', i.submitted AT TIME ZONE 'Europe/Oslo')::date AS monday,
            count(*) AS cases
        FROM instance AS i
        WHERE i.submitted >= $10::timestamptz AND `

const cameNumbers = `
SELECT k.org, k.app, k.monday, sum(k.cases)::bigint
FROM (
    SELECT item.org, item.app, w.monday, w.cases
    FROM ` + openItems + `
    CROSS JOIN LATERAL (` + cameInWeek + inOpenItem + wholeItem + ` GROUP BY 1
        UNION ALL` + cameInWeek + inOpenItem + limitedItem + ` GROUP BY 1
    ) AS w
    UNION ALL
    SELECT item.org, item.app, w.monday, w.cases
    FROM ` + endedItems + `
    CROSS JOIN LATERAL (` + cameInWeek + inEndedItem + wholeItem + ` GROUP BY 1
        UNION ALL` + cameInWeek + inEndedItem + limitedItem + ` GROUP BY 1
    ) AS w
) AS k
GROUP BY k.org, k.app, k.monday`

// onlyEnded are the ended items, where they are all that is asked for.
const onlyEnded = `unnest($2::text[], $3::text[], $4::text[], $5::text[])
    AS item (org, app, end_event, key)`

const endedInWeek = `
    SELECT date_trunc('week', i.ended AT TIME ZONE 'Europe/Oslo')::date AS monday,
        count(*) AS cases
    FROM instance AS i
    WHERE i.ended >= $6::timestamptz AND ` + inEndedItem

const endedNumbers = `
SELECT item.org, item.app, w.monday, sum(w.cases)::bigint
FROM ` + onlyEnded + `
CROSS JOIN LATERAL (` + endedInWeek + wholeItem + ` GROUP BY 1
    UNION ALL` + endedInWeek + limitedItem + ` GROUP BY 1
) AS w
GROUP BY item.org, item.app, w.monday`

const tookToEnd = `
    SELECT extract(epoch FROM i.ended - i.submitted) AS took
    FROM instance AS i
    WHERE i.ended >= $6::timestamptz AND ` + inEndedItem

const tookNumbers = `
SELECT item.org, item.app,
    (percentile_disc(0.5) WITHIN GROUP (ORDER BY w.took))::bigint
FROM ` + onlyEnded + `
CROSS JOIN LATERAL (` + tookToEnd + wholeItem + `
    UNION ALL` + tookToEnd + limitedItem + `
) AS w
GROUP BY item.org, item.app`

// Numbers counts the cases that the scope and the filter both let see: those that are open, overdue
// when their deadline is before today, and those that came and ended since a time.
func (tx *Tx) Numbers(
	ctx context.Context, scope Scope, f Filter, today, since time.Time,
) (Numbers, error) {
	var n Numbers
	args := scopeArgs(scope, f)
	open := append(args[:5:5], today)
	ended := append([]any{scope.Owner}, append(args[5:9:9], since)...)
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
