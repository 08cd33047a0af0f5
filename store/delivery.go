package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const deliveryColumns = `
d.id, d.source_org, d.source_app, d.source_owner, d.source_id, d.handover, d.to_org, d.to_app,
d.owner, d.owner_number, d.reference, d.state, d.attempts, d.error_code, d.error_detail,
d.target_owner, d.target_id, d.created, d.next_try, d.delivered, d.without_pdf, d.kind, d.round, d.after`

func deliveryFields(d *core.Delivery, owner **core.PartyID, id, after **uuid.UUID) []any {
	s := &d.Source
	return []any{&d.ID, &s.Org, &s.App, &s.Owner, &s.ID, &d.Handover, &d.To.Org, &d.To.App,
		&d.Owner, &d.OwnerNumber, &d.Reference, &d.State, &d.Attempts, &d.ErrorCode,
		&d.ErrorDetail, owner, id, &d.Created, &d.NextTry, &d.Delivered, &d.WithoutPDF, &d.Kind,
		&d.Round, after}
}

func scanDelivery(row pgx.CollectableRow) (core.Delivery, error) {
	return scanDeliveryAnd(row)
}

func scanDeliveryAnd(row pgx.CollectableRow, more ...any) (core.Delivery, error) {
	var d core.Delivery
	target := nullRef{}
	var after *uuid.UUID
	err := row.Scan(append(deliveryFields(&d, &target.owner, &target.id, &after), more...)...)
	target.org, target.app = &d.To.Org, &d.To.App
	d.Target = target.ref()
	if after != nil {
		d.After = *after
	}
	return d, err
}

const addDelivery = `
INSERT INTO delivery (
    id, source_org, source_app, source_owner, source_id, handover, to_org, to_app, owner,
    owner_number, reference, next_try, payload, kind, round, after
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    CASE WHEN $15::uuid IS NULL OR EXISTS (
        SELECT FROM delivery AS p WHERE p.id = $15 AND p.state = 'delivered'
    ) THEN now() END,
    $12, COALESCE(NULLIF($13, ''), 'instance'), $14, $15`

// AddDelivery keeps a handover with what it carries, waiting. The same handover of the same
// instance a second time in the same round ends the transaction in fault.Conflict. Enqueue its job in the same
// transaction.
func (tx *Tx) AddDelivery(_ context.Context, d core.Delivery, f core.Frozen) error {
	body, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("frozen: %w", err)
	}
	s := d.Source
	tx.queue("add delivery", addDelivery, d.ID, s.Org, s.App, s.Owner, s.ID, d.Handover, d.To.Org,
		d.To.App, d.Owner, d.OwnerNumber, d.Reference, body, d.Kind, d.Round, nullable(d.After))
	return nil
}

const deliveryByID = `SELECT ` + deliveryColumns + ` FROM delivery AS d WHERE d.id = $1`

// Delivery gives a delivery; ErrNoRow when there is none.
func (tx *Tx) Delivery(ctx context.Context, id uuid.UUID) (core.Delivery, error) {
	return one(ctx, tx, scanDelivery, "delivery", deliveryByID, id)
}

const deliveriesOf = `
SELECT ` + deliveryColumns + `
FROM delivery AS d
WHERE d.source_id = $1
ORDER BY d.handover, d.round`

// DeliveriesOf gives the handovers of one instance.
func (tx *Tx) DeliveriesOf(ctx context.Context, source uuid.UUID) ([]core.Delivery, error) {
	return many(ctx, tx, scanDelivery, "deliveries of instance", deliveriesOf, source)
}

// Merged from one index scan for each state, as Inbox is.
const deliveries = `
SELECT ` + deliveryColumns + `
FROM (
    SELECT k.created, k.id
    FROM unnest($2::text[]) AS item (state)
    CROSS JOIN LATERAL (
        SELECT l.created, l.id
        FROM delivery AS l
        WHERE l.source_org = $1 AND l.state = item.state AND (l.created, l.id) < ($3::timestamptz, $4::uuid)
        ORDER BY l.created DESC, l.id DESC
        LIMIT $5
    ) AS k
    ORDER BY k.created DESC, k.id DESC
    LIMIT $5
) AS page
JOIN delivery AS d ON d.id = page.id
ORDER BY page.created DESC, page.id DESC`

// Deliveries gives the deliveries from a service owner's apps, newest first, n at a time (100
// at most), after a cursor; state "" is all of them.
func (tx *Tx) Deliveries(
	ctx context.Context, org string, state core.DeliveryState, after *Cursor, n int,
) ([]core.Delivery, *Cursor, error) {
	n = pageSize(n)
	states := []string{string(state)}
	if state == "" {
		states = []string{string(core.DeliveryWaiting), string(core.DeliveryDelivered),
			string(core.DeliveryParked)}
	}
	at, id := after.beforeAll()
	list, err := many(ctx, tx, scanDelivery, "deliveries", deliveries, org, states, at, id, n+1)
	if err != nil {
		return nil, nil, err
	}
	list, next := page(list, n, func(d core.Delivery) Cursor {
		return Cursor{At: d.Created, ID: d.ID}
	})
	return list, next, nil
}

const attemptsOf = `
SELECT a.number, a.at, a.outcome, a.code, a.detail, a.milliseconds, a.pdf_milliseconds,
    a.token_milliseconds
FROM delivery_attempt AS a
WHERE a.delivery = $1
ORDER BY a.number DESC
LIMIT 100`

// Attempts gives the latest 100 attempts that came to an outcome (delivered, failed, parked),
// latest first. A number that is missing is of a worker that died on the way.
func (tx *Tx) Attempts(ctx context.Context, id uuid.UUID) ([]core.Attempt, error) {
	scan := func(row pgx.CollectableRow) (core.Attempt, error) {
		var a core.Attempt
		err := row.Scan(&a.Number, &a.At, &a.Outcome, &a.Code, &a.Detail, &a.Milliseconds,
			&a.PDF, &a.Token)
		return a, err
	}
	return many(ctx, tx, scan, "attempts", attemptsOf, id)
}

const retryDelivery = `
UPDATE delivery AS d
SET state = 'waiting', next_try = now()
WHERE d.id = $1 AND d.state = 'parked'
RETURNING d.id`

// Retry sets a parked delivery going again, and tells whether it was parked. Enqueue its job in
// the same transaction.
func (tx *Tx) Retry(ctx context.Context, id uuid.UUID) (bool, error) {
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "retry delivery", retryDelivery, id)
	return len(ids) == 1, err
}

const beginAttempt = `
WITH begun AS (
    UPDATE delivery AS d
    SET attempts = d.attempts + 1
    WHERE d.id = $1 AND d.state = 'waiting' AND NOT EXISTS (
        SELECT FROM delivery AS p WHERE p.id = d.after AND p.state <> 'delivered'
    )
    RETURNING d.attempts
)
SELECT COALESCE((SELECT b.attempts FROM begun AS b), 0) FROM delivery AS d WHERE d.id = $1`

// BeginAttempt takes the next attempt number of a waiting delivery, which from now on is the
// only one that may write an outcome. It gives 0 when the delivery is not waiting, or waits for
// one before it, and ErrNoRow when there is none. What it carries, and the owner it goes to, are read in the same breath.
func (tx *Tx) BeginAttempt(ctx context.Context, id uuid.UUID) (int, error) {
	attempt := 0
	tx.hold("begin attempt", exactly(pgx.RowTo[int], &attempt), beginAttempt, id)
	err := tx.readPayload(ctx, id)
	return attempt, err
}

const endAttempt = `
WITH ended AS (
    UPDATE delivery AS d
    SET state = $3, error_code = $4, error_detail = $5,
        next_try = CASE WHEN $3 = 'waiting' THEN now() + make_interval(secs => $7) END
    WHERE d.id = $1 AND d.attempts = $2 AND d.state = 'waiting'
    RETURNING d.id
)
INSERT INTO delivery_attempt (
    delivery, number, outcome, code, detail, milliseconds, pdf_milliseconds, token_milliseconds
)
SELECT e.id, $2, $8, $4, $5, $6, $9, $10 FROM ended AS e`

// EndAttempt notes that an attempt failed and that the delivery is tried again after wait. An
// attempt that is not the latest any more changes nothing.
func (tx *Tx) EndAttempt(
	_ context.Context, id uuid.UUID, a core.Attempt, wait time.Duration,
) error {
	tx.endAttempt(id, a, core.DeliveryWaiting, wait, "failed")
	return nil
}

// Park notes that an attempt failed and that the delivery stops until a person tries again. An
// attempt that is not the latest any more changes nothing.
func (tx *Tx) Park(_ context.Context, id uuid.UUID, a core.Attempt) error {
	tx.endAttempt(id, a, core.DeliveryParked, 0, "parked")
	return nil
}

func (tx *Tx) endAttempt(
	id uuid.UUID, a core.Attempt, next core.DeliveryState, wait time.Duration, outcome string,
) {
	tx.queue("end attempt", endAttempt, id, a.Number, next, a.Code, a.Detail, a.Milliseconds,
		wait.Seconds(), outcome, a.PDF, a.Token)
}

// The link from source to target is the delivery itself; the target has its own back.
const markDelivered = `
WITH done AS (
    UPDATE delivery AS d
    SET state = 'delivered', error_code = '', error_detail = '', next_try = NULL,
        delivered = now(), target_owner = $3, target_id = $4
    WHERE d.id = $1 AND d.attempts = $2 AND d.state = 'waiting'
    RETURNING d.id, d.source_owner, d.source_org, d.source_app, d.source_id, d.to_org, d.to_app
), attempt AS (
    INSERT INTO delivery_attempt (
        delivery, number, outcome, milliseconds, pdf_milliseconds, token_milliseconds
    )
    SELECT o.id, $2, 'delivered', $5, $9, $10 FROM done AS o
)
INSERT INTO audit_event (
    actor_kind, actor_name, party, org, app, instance, act, outcome, detail, request
)
SELECT 'system', $6, o.source_owner, o.source_org, o.source_app, o.source_id, $7, 'done',
    jsonb_build_object('delivery', o.id, 'to', o.to_org || '/' || o.to_app), $8
FROM done AS o`

// MarkDelivered notes which instance a delivery became, and writes the source's audit line. An
// attempt that is not the latest any more changes nothing.
func (tx *Tx) MarkDelivered(
	_ context.Context, id uuid.UUID, a core.Attempt, target core.InstanceRef,
) error {
	tx.queue("mark delivered", markDelivered, id, a.Number, target.Owner, target.ID,
		a.Milliseconds, core.System().Name, core.ActDeliver, tx.request, a.PDF, a.Token)
	return nil
}

const giveUpPDF = `
UPDATE delivery AS d
SET without_pdf = true
WHERE d.id = $1 AND d.attempts = $2 AND d.state = 'waiting'`

// GiveUpPDF notes that the delivery goes without the submission's PDF, for good: every later
// attempt sends the same content. An attempt that is not the latest any more changes nothing.
func (tx *Tx) GiveUpPDF(_ context.Context, id uuid.UUID, attempt int) error {
	tx.queue("give up PDF", giveUpPDF, id, attempt)
	return nil
}
