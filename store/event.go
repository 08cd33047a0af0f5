package store

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// EventFilter narrows the events that a system is given. Items are what access lets it see.
type EventFilter struct {
	Items []ScopeItem
	// After is the place after which they are given.
	After core.EventPlace
	// Owner is the instance owner; 0 is anyone.
	Owner core.PartyID
	// Types are the only types; none is every type.
	Types []string
	// At is a span of when they happened.
	At Span
}

const toldColumns = `
e.id, e.xact::text, e.n, e.at, e.type, e.org, e.app, e.owner, e.instance,
COALESCE(p.organisation_number, '')`

func scanInstanceEvent(row pgx.CollectableRow) (core.InstanceEvent, error) {
	var e core.InstanceEvent
	var xact string
	i := &e.Instance
	err := row.Scan(&e.ID, &xact, &e.Place.N, &e.At, &e.Type, &i.Org, &i.App, &i.Owner, &i.ID,
		&e.OrganisationNumber)
	if err != nil {
		return e, err
	}
	e.Place.Xact, err = strconv.ParseUint(xact, 10, 64)
	return e, err
}

// As with what is sealed of the audit log, a row is given when every transaction up to its own has
// ended: then none can come before it any more.
const instanceEvents = `
SELECT ` + toldColumns + `
FROM (
    SELECT k.xact, k.n, k.id
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS item (org, app, task, end_event)
    CROSS JOIN LATERAL (
        SELECT v.xact, v.n, v.id
        FROM instance_event AS v
        WHERE v.org = item.org AND v.app = item.app AND v.task = item.task
          AND v.end_event = item.end_event
          AND (v.xact, v.n) > ($5::text::xid8, $6::bigint)
          AND v.xact < pg_snapshot_xmin(pg_current_snapshot())
          AND ($7::bigint = 0 OR v.owner = $7)
          AND ($8::text[] IS NULL OR v.type = ANY ($8::text[]))
          AND v.at >= $9::timestamptz
          AND v.at < $10::timestamptz
        ORDER BY v.xact, v.n
        LIMIT $11
    ) AS k
    ORDER BY k.xact, k.n
    LIMIT $11
) AS page
JOIN instance_event AS e ON e.id = page.id
LEFT JOIN party AS p ON p.id = e.owner
ORDER BY page.xact, page.n`

// InstanceEvents gives events in their order, oldest first, at most n. One whose transaction, or
// an older one, still runs comes later, and in its place.
func (tx *Tx) InstanceEvents(
	ctx context.Context, f EventFilter, n int,
) ([]core.InstanceEvent, error) {
	var orgs, apps, tasks, ends []string
	for _, item := range f.Items {
		task, end := item.Task, ""
		if item.Ended {
			task, end = "", item.Task
		}
		orgs, apps = append(orgs, item.Org), append(apps, item.App)
		tasks, ends = append(tasks, task), append(ends, end)
	}
	return many(ctx, tx, scanInstanceEvent, "events", instanceEvents, orgs, apps, tasks, ends,
		xid(f.After), f.After.N, f.Owner, f.Types, since(f.At.From), until(f.At.To), n)
}

// xid is a place's transaction as a parameter: xid8 has no signed form to convert from.
func xid(p core.EventPlace) string { return strconv.FormatUint(p.Xact, 10) }

func scanPlace(row pgx.CollectableRow) (core.EventPlace, error) {
	var p core.EventPlace
	var xact string
	err := row.Scan(&xact, &p.N)
	if err != nil {
		return p, err
	}
	p.Xact, err = strconv.ParseUint(xact, 10, 64)
	return p, err
}

const eventPlace = `
SELECT e.xact::text, e.n
FROM instance_event AS e
WHERE e.id = $1 AND e.org = $2`

// EventPlace gives the place of a service owner's event; ErrNoRow when there is none.
func (tx *Tx) EventPlace(ctx context.Context, org string, id uuid.UUID) (core.EventPlace, error) {
	return one(ctx, tx, scanPlace, "place of an event", eventPlace, id, org)
}

const eventsSince = `
SELECT COALESCE(min(k.xact)::text, pg_snapshot_xmin(pg_current_snapshot())::text),
    COALESCE(min(k.n) - 1, 0)
FROM (
    SELECT e.xact, e.n
    FROM instance_event AS e
    WHERE e.org = $1 AND e.at >= $2
    ORDER BY e.xact, e.n
    LIMIT 1
) AS k`

// EventsSince gives the place before the service owner's first event that happened then or later.
func (tx *Tx) EventsSince(
	ctx context.Context, org string, at time.Time,
) (core.EventPlace, error) {
	return one(ctx, tx, scanPlace, "events since", eventsSince, org, at)
}

const eventHorizon = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text, 0::bigint`

// EventHorizon gives the place that every event that is given out now is before, and every later
// one after.
func (tx *Tx) EventHorizon(ctx context.Context) (core.EventPlace, error) {
	return one(ctx, tx, scanPlace, "event horizon", eventHorizon)
}
