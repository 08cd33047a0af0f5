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
d.target_owner, d.target_id, d.created, d.next_try, d.delivered, d.without_pdf, d.kind, d.round, d.after,
d.said, d.given_up, d.given_up_why, d.unanswered`

func deliveryFields(d *core.Delivery, owner **core.PartyID, id, after **uuid.UUID) []any {
	s := &d.Source
	return []any{&d.ID, &s.Org, &s.App, &s.Owner, &s.ID, &d.Handover, &d.To.Org, &d.To.App,
		&d.Owner, &d.OwnerNumber, &d.Reference, &d.State, &d.Attempts, &d.ErrorCode,
		&d.ErrorDetail, owner, id, &d.Created, &d.NextTry, &d.Delivered, &d.WithoutPDF, &d.Kind,
		&d.Round, after, &d.Said, &d.GivenUp, &d.GivenUpWhy, &d.Unanswered}
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
    owner_number, reference, next_try, payload, kind, round, after, not_before
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    CASE WHEN $15::uuid IS NULL OR EXISTS (
        SELECT FROM delivery AS p WHERE p.id = $15 AND p.state || '' = 'delivered'
    ) THEN COALESCE($16, now()) END,
    $12, COALESCE(NULLIF($13, ''), 'instance'), $14, $15, $16::timestamptz`

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
		d.To.App, d.Owner, d.OwnerNumber, d.Reference, body, d.Kind, d.Round, nullable(d.After),
		d.NotBefore)
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
FROM delivery AS d
WHERE d.id = ANY (ARRAY(
    SELECT k.id
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
))
ORDER BY d.created DESC, d.id DESC`

// Deliveries gives the deliveries from a service owner's apps, newest first, n at a time (100
// at most), after a cursor; state "" is all of them.
func (tx *Tx) Deliveries(
	ctx context.Context, org string, state core.DeliveryState, after *Cursor, n int,
) ([]core.Delivery, *Cursor, error) {
	n = pageSize(n)
	states := []string{string(state)}
	if state == "" {
		states = []string{string(core.DeliveryWaiting), string(core.DeliveryDelivered),
			string(core.DeliveryParked), string(core.DeliveryGivenUp)}
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
SELECT a.number, a.at, a.outcome, a.code, a.detail, a.said, a.milliseconds, a.pdf_milliseconds,
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
		err := row.Scan(&a.Number, &a.At, &a.Outcome, &a.Code, &a.Detail, &a.Said, &a.Milliseconds,
			&a.PDF, &a.Token)
		return a, err
	}
	return many(ctx, tx, scan, "attempts", attemptsOf, id)
}

// stillWaits is said of the delivery d that is found by its id, as other states are. Said as
// state = 'waiting', it would let the planner look for the id in an index of what has not come through: that is
// empty, and as good as the key, when a plan is made on a good day, and is read whole for each delivery while a
// target is down.
const stillWaits = `d.state || '' = 'waiting'`

// An open breaker holds a delivery back, but for the one that goes to see: it takes the place by
// moving the time on, which only one can.
const beginAttempt = `
WITH probe AS (
    UPDATE breaker AS b
    SET until = now() + make_interval(secs => $2), probe = $1
    FROM delivery AS d
    WHERE d.id = $1 AND ` + stillWaits + ` AND (d.not_before IS NULL OR d.not_before <= now())
      AND b.to_org = d.to_org AND b.to_app = d.to_app
      AND b.until <= now() AND NOT EXISTS (
          SELECT FROM delivery AS p WHERE p.id = d.after AND p.state || '' <> 'delivered'
      )
    RETURNING b.to_org
), begun AS (
    UPDATE delivery AS d
    SET attempts = d.attempts + 1
    WHERE d.id = $1 AND ` + stillWaits + ` AND (d.not_before IS NULL OR d.not_before <= now())
      AND NOT EXISTS (
        SELECT FROM delivery AS p WHERE p.id = d.after AND p.state || '' <> 'delivered'
    ) AND (EXISTS (SELECT FROM probe) OR NOT EXISTS (
        SELECT FROM breaker AS b
        WHERE b.to_org = d.to_org AND b.to_app = d.to_app AND b.until IS NOT NULL
    ))
    RETURNING d.attempts
)
SELECT COALESCE((SELECT b.attempts FROM begun AS b), 0), COALESCE((
    SELECT GREATEST(EXTRACT(epoch FROM b.until - now()), 1)
    FROM breaker AS b
    WHERE d.state = 'waiting' AND b.to_org = d.to_org AND b.to_app = d.to_app
), 0)::float8, CASE WHEN d.state = 'waiting' AND d.not_before > now()
    THEN EXTRACT(epoch FROM d.not_before - now()) ELSE 0 END::float8
FROM delivery AS d
WHERE d.id = $1`

// Begun is how an attempt began.
type Begun struct {
	// Number is the attempt's; 0 when there is nothing to do now.
	Number int
	// Hold is, when the target is left alone for now, how long that lasts; Early how long it is
	// until the delivery may leave the house.
	Hold, Early time.Duration
}

// BeginAttempt takes the next attempt number of a waiting delivery, which from now on is the
// only one that may write an outcome. It gives 0 when the delivery is not waiting, or waits for
// one before it or for its time, or when its target is left alone, and ErrNoRow when there is none. probeTime is
// how long an attempt may take that goes to see whether the target answers again. What it
// carries, and the owner it goes to, are read in the same breath.
func (tx *Tx) BeginAttempt(
	ctx context.Context, id uuid.UUID, probeTime time.Duration,
) (Begun, error) {
	var b Begun
	scan := func(row pgx.CollectableRow) (Begun, error) {
		var b Begun
		var hold, early float64
		err := row.Scan(&b.Number, &hold, &early)
		if b.Number == 0 {
			b.Hold = time.Duration(hold * float64(time.Second))
			b.Early = time.Duration(early * float64(time.Second))
		}
		return b, err
	}
	tx.hold("begin attempt", exactly(scan, &b), beginAttempt, id, probeTime.Seconds())
	err := tx.readPayload(ctx, id)
	return b, err
}

// How long a delivery has been tried is judged by the database's clock, as all its times are.
const endAttempt = `
WITH spent AS (
    SELECT d.id, $3 OR d.tried_since < now() - make_interval(secs => $8) AS parks
    FROM delivery AS d
    WHERE d.id = $1
), ended AS (
    UPDATE delivery AS d
    SET state = CASE WHEN s.parks THEN 'parked' ELSE 'waiting' END,
        error_code = $4, error_detail = $5, said = $11,
        unanswered = CASE WHEN NOT $12 THEN d.unanswered END,
        next_try = CASE WHEN NOT s.parks THEN now() + make_interval(secs => $7) END
    FROM spent AS s
    WHERE d.id = s.id AND d.attempts = $2 AND ` + stillWaits + `
    RETURNING d.id, d.state
), noted AS (
    INSERT INTO delivery_attempt (
        delivery, number, outcome, code, detail, milliseconds, pdf_milliseconds,
        token_milliseconds, said
    )
    SELECT e.id, $2, CASE e.state WHEN 'parked' THEN 'parked' ELSE 'failed' END, $4, $5, $6, $9,
        $10, $11
    FROM ended AS e
)
SELECT e.state = 'parked' FROM ended AS e`

// AfterFailure says what becomes of a delivery after an attempt that failed.
type AfterFailure struct {
	// Park stops it until a person tries again.
	Park bool
	// Wait is how long until the next attempt, Budget how long it is tried in all before it is
	// parked.
	Wait, Budget time.Duration
}

// EndAttempt notes that an attempt failed, and tells whether the delivery is parked. An attempt
// that is not the latest any more changes nothing and gives false.
func (tx *Tx) EndAttempt(
	ctx context.Context, id uuid.UUID, a core.Attempt, after AfterFailure,
) (parked bool, err error) {
	list, err := many(ctx, tx, pgx.RowTo[bool], "end attempt", endAttempt, id, a.Number, after.Park,
		a.Code, a.Detail, a.Milliseconds, after.Wait.Seconds(), after.Budget.Seconds(), a.PDF,
		a.Token, a.Said, a.Certain)
	return len(list) == 1 && list[0], err
}

const markAsked = `
UPDATE delivery AS d
SET unanswered = now()
WHERE d.id = $1 AND d.attempts = $2 AND ` + stillWaits + `
RETURNING d.id`

// MarkAsked notes that an attempt is about to ask a target without idempotency keys for an
// instance, and tells whether it still may: one that is not the latest any more must not. Commit it
// before asking.
func (tx *Tx) MarkAsked(ctx context.Context, id uuid.UUID, attempt int) (bool, error) {
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "mark asked", markAsked, id, attempt)
	return len(ids) == 1, err
}

// The link from source to target is the delivery itself; the target has its own back.
const markDelivered = `
WITH done AS (
    UPDATE delivery AS d
    SET state = 'delivered', error_code = '', error_detail = '', said = '', next_try = NULL,
        unanswered = NULL, delivered = now(), target_owner = owner_here($3, $4), target_id = $4
    WHERE d.id = $1 AND d.attempts = $2 AND ` + stillWaits + `
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
WHERE d.id = $1 AND d.attempts = $2 AND ` + stillWaits + ` AND d.pdf_upload IS NULL
RETURNING d.id`

// GiveUpPDF notes that the delivery goes without the submission's PDF, for good: every later
// attempt sends the same content. It tells whether it may: one that has been made may have been
// sent, and an attempt that is not the latest any more changes nothing.
func (tx *Tx) GiveUpPDF(ctx context.Context, id uuid.UUID, attempt int) (bool, error) {
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "give up PDF", giveUpPDF, id, attempt)
	return len(ids) == 1, err
}
