package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// What was ended together with the one that it follows goes on together with it.
const retryDelivery = `
WITH RECURSIVE again AS (
    SELECT d.id, d.state AS was, 0 AS step
    FROM delivery AS d
    WHERE d.id = $1 AND d.state IN ('parked', 'given_up')
    UNION ALL
    SELECT n.id, n.state, a.step + 1
    FROM again AS a
    JOIN delivery AS n ON n.after = a.id AND n.state = 'given_up'
    WHERE a.was = 'given_up'
)
UPDATE delivery AS d
SET state = 'waiting', tried_since = now(), next_try = CASE WHEN a.step = 0 THEN now() END,
    unanswered = NULL
FROM again AS a
WHERE d.id = a.id AND d.state IN ('parked', 'given_up')
RETURNING d.id`

// Retry sets a parked delivery going again, or one that was given up, and tells whether it did.
// Whoever asks for it has found out what came of the attempts before.
// Enqueue its job in the same transaction.
func (tx *Tx) Retry(ctx context.Context, id uuid.UUID) (bool, error) {
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "retry delivery", retryDelivery, id)
	return len(ids) > 0, err
}

const retryTarget = `
UPDATE delivery AS d
SET state = 'waiting', tried_since = now(), next_try = now()
WHERE d.id IN (
    SELECT l.id
    FROM delivery AS l
    WHERE l.source_org = $1 AND l.to_org = $2 AND l.to_app = $3 AND l.state = 'parked'
    ORDER BY l.created, l.id
    LIMIT $4
    FOR NO KEY UPDATE
) AND d.state = 'parked'
RETURNING d.id`

// RetryTarget sets the parked deliveries from a service owner's apps to a target going again,
// oldest first, n at most, and gives them. Enqueue their jobs in the same transaction.
func (tx *Tx) RetryTarget(
	ctx context.Context, org string, to core.AppRef, n int,
) ([]uuid.UUID, error) {
	return many(ctx, tx, pgx.RowTo[uuid.UUID], "retry target", retryTarget, org, to.Org, to.App, n)
}

// Whoever is just adding one after it holds the row: what is seen then is all that follows.
const holdDelivery = `SELECT FROM delivery AS d WHERE d.id = $1 FOR NO KEY UPDATE`

// What follows it can never go, and ends with it.
const giveUp = `
WITH RECURSIVE line AS (
    SELECT d.id FROM delivery AS d WHERE d.id = $1 AND d.state || '' = 'parked'
    UNION ALL
    SELECT n.id
    FROM line AS l
    JOIN delivery AS n ON n.after = l.id AND n.state || '' IN ('waiting', 'parked')
)
UPDATE delivery AS d
SET state = 'given_up', given_up = now(), given_up_why = $2, next_try = NULL
FROM line AS l
WHERE d.id = l.id AND d.state || '' IN ('waiting', 'parked')
RETURNING ` + deliveryColumns

// GiveUp ends a parked delivery, and those that follow it, with a reason, and gives them; none
// when it is not parked.
func (tx *Tx) GiveUp(ctx context.Context, id uuid.UUID, why string) ([]core.Delivery, error) {
	tx.hold("hold delivery", nil, holdDelivery, id)
	return many(ctx, tx, scanDelivery, "give up delivery", giveUp, id, why)
}

const deliveriesTo = `
SELECT ` + deliveryColumns + `
FROM delivery AS d
WHERE d.source_org = $1 AND d.to_org = $2 AND d.to_app = $3 AND d.state = $4
  AND d.state <> 'delivered' AND (d.created, d.id) < ($5::timestamptz, $6::uuid)
ORDER BY d.created DESC, d.id DESC
LIMIT $7`

// DeliveriesTo gives those deliveries from a service owner's apps to a target that are in a state
// other than delivered, as Deliveries does.
func (tx *Tx) DeliveriesTo(
	ctx context.Context, org string, to core.AppRef, state core.DeliveryState, after *Cursor, n int,
) ([]core.Delivery, *Cursor, error) {
	n = pageSize(n)
	at, id := after.beforeAll()
	list, err := many(ctx, tx, scanDelivery, "deliveries to target", deliveriesTo, org, to.Org,
		to.App, state, at, id, n+1)
	if err != nil {
		return nil, nil, err
	}
	list, next := page(list, n, func(d core.Delivery) Cursor {
		return Cursor{At: d.Created, ID: d.ID}
	})
	return list, next, nil
}

// What has arrived is no part of the index that this is read from.
const targetFigures = `
SELECT d.to_org, d.to_app, count(*) FILTER (WHERE d.state = 'waiting'),
    count(*) FILTER (WHERE d.state = 'parked'), count(*) FILTER (WHERE d.state = 'given_up'),
    COALESCE(EXTRACT(epoch FROM now() - min(d.created) FILTER (WHERE d.state = 'waiting')), 0)::float8
FROM delivery AS d
WHERE d.state <> 'delivered' AND ($1 = '' OR d.source_org = $1)
GROUP BY d.to_org, d.to_app
ORDER BY d.to_org, d.to_app`

// TargetFigures tells how the deliveries from a service owner's apps go, or from all apps when
// org is empty, for each target that something has not arrived at or that fails.
func (tx *Tx) TargetFigures(ctx context.Context, org string) ([]core.TargetFigures, error) {
	scan := func(row pgx.CollectableRow) (core.TargetFigures, error) {
		var f core.TargetFigures
		var oldest float64
		err := row.Scan(&f.To.Org, &f.To.App, &f.Waiting, &f.Parked, &f.GivenUp, &oldest)
		f.Oldest = time.Duration(oldest * float64(time.Second))
		return f, err
	}
	list, err := many(ctx, tx, scan, "target figures", targetFigures, org)
	if err != nil {
		return nil, err
	}
	broken, err := tx.Breakers(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range broken {
		list = withBreaker(list, b, org == "")
	}
	return list, nil
}

// withBreaker puts a breaker to its target; one that nothing is on its way to is added where all
// are wanted.
func withBreaker(list []core.TargetFigures, b core.Breaker, all bool) []core.TargetFigures {
	for i := range list {
		if list[i].To == b.To {
			list[i].Breaker = &b
			return list
		}
	}
	if all {
		list = append(list, core.TargetFigures{To: b.To, Breaker: &b})
	}
	return list
}
