package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const deliveryTimes = `SELECT t.submitted, t.made, t.opened FROM delivery_times($1) AS t`

// DeliveryTimes gives when what a delivery is about happened; ErrNoRow when there is none. Who
// opened it is not told; when a person opened what is their own, or another organisation what is
// theirs, is not looked for.
func (tx *Tx) DeliveryTimes(ctx context.Context, id uuid.UUID) (core.DeliveryTimes, error) {
	scan := func(row pgx.CollectableRow) (core.DeliveryTimes, error) {
		var t core.DeliveryTimes
		err := row.Scan(&t.Submitted, &t.Made, &t.Opened)
		return t, err
	}
	return one(ctx, tx, scan, "delivery times", deliveryTimes, id)
}

const deliveriesInThread = `
SELECT ` + deliveryColumns + `
FROM matter_of($2) AS k
JOIN delivery AS d ON d.source_id = k.id
WHERE d.source_org = $1
ORDER BY d.created, d.id
LIMIT 100`

// DeliveriesInThread gives the deliveries of a service owner's apps in the same matter as an
// instance, oldest first, 100 at most; none when the instance is gone.
func (tx *Tx) DeliveriesInThread(
	ctx context.Context, org string, of uuid.UUID,
) ([]core.Delivery, error) {
	return many(ctx, tx, scanDelivery, "deliveries in thread", deliveriesInThread, org, of)
}

// CountedTo is how far OpenDeliveries counts: one more means that there are more.
const CountedTo = 1000

const openDeliveries = `
SELECT (
    SELECT count(*)
    FROM (
        SELECT
        FROM delivery AS l
        WHERE l.source_org = $1 AND l.source_app = k.app AND l.to_org = k.to_org
          AND l.to_app = k.to_app AND l.handover = k.handover AND l.state = 'waiting'
        LIMIT $6
    ) AS w
), (
    SELECT count(*)
    FROM (
        SELECT
        FROM delivery AS l
        WHERE l.source_org = $1 AND l.source_app = k.app AND l.to_org = k.to_org
          AND l.to_app = k.to_app AND l.handover = k.handover AND l.state = 'parked'
        LIMIT $6
    ) AS p
)
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
    WITH ORDINALITY AS k (app, to_org, to_app, handover, n)
ORDER BY k.n`

// DeliveryPath is a handover from an app of a service owner's to another.
type DeliveryPath struct {
	App      string
	To       core.AppRef
	Handover string
}

// OpenCount is how many deliveries have not arrived, up to CountedTo and one.
type OpenCount struct{ Waiting, Parked int }

// OpenDeliveries counts what has not arrived on each path, in their order.
func (tx *Tx) OpenDeliveries(
	ctx context.Context, org string, paths []DeliveryPath,
) ([]OpenCount, error) {
	var apps, orgs, targets, handovers []string
	for _, p := range paths {
		apps, orgs = append(apps, p.App), append(orgs, p.To.Org)
		targets, handovers = append(targets, p.To.App), append(handovers, p.Handover)
	}
	return many(ctx, tx, pgx.RowToStructByPos[OpenCount], "open deliveries", openDeliveries,
		org, apps, orgs, targets, handovers, CountedTo+1)
}

const lockLatest = `
SELECT d.id
FROM delivery AS d
WHERE d.id = $1 AND d.attempts = $2 AND ` + stillWaits + `
FOR NO KEY UPDATE`

// LockSource gives the instance that a delivery's target comes from, held as LockInstance holds it, for who notes
// there what that tells; held is false, and nothing may be written, when the attempt is not the latest any more.
// ErrNoRow when it is gone. Its owner and the target's service owner are read in
// the same breath.
func (tx *Tx) LockSource(
	ctx context.Context, source core.InstanceRef, d core.Delivery, attempt int,
) (inst core.Instance, held bool, err error) {
	tx.hold("lock source", exactly(scanInstance, &inst), lockInstance, refArgs(source)...)
	tx.readParties(ownerAndServiceOwner, source.Owner, d.To.Org)
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "latest attempt", lockLatest, d.ID, attempt)
	return inst, len(ids) == 1, err
}
