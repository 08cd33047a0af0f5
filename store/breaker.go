package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// A probe that fails holds the others back longer; an attempt that began before the breaker
// opened says nothing new.
const noteFailure = `
INSERT INTO breaker AS b (to_org, to_app, failures, last, code, opened, until)
SELECT d.to_org, d.to_app, 1, d.id, $3, o.at, o.at + make_interval(secs => $6)
FROM delivery AS d, (SELECT CASE WHEN $5 <= 1 THEN now() END) AS o (at)
WHERE d.id = $1 AND d.attempts = $2
ON CONFLICT (to_org, to_app) DO UPDATE
SET failures = b.failures + CASE WHEN $4 OR b.last <> $1 THEN 1 ELSE 0 END,
    last = $1, code = $3, failed = now(),
    opened = CASE
        WHEN b.opened IS NOT NULL THEN b.opened
        WHEN b.failures + CASE WHEN $4 OR b.last <> $1 THEN 1 ELSE 0 END >= $5 THEN now()
    END,
    until = CASE
        WHEN b.probe = $1 THEN now() + make_interval(
            secs => GREATEST($8, LEAST($7, $6 * power(2, LEAST(b.opens + 1, 20)))))
        WHEN b.until IS NOT NULL THEN b.until
        WHEN b.failures + CASE WHEN $4 OR b.last <> $1 THEN 1 ELSE 0 END >= $5
            THEN now() + make_interval(secs => GREATEST($8, $6))
    END,
    opens = b.opens + CASE WHEN b.probe = $1 THEN 1 ELSE 0 END,
    probe = NULLIF(b.probe, $1)`

// TargetFailure is a failure that says something about the target and not about what was sent.
type TargetFailure struct {
	Code string
	// Unreached tells that there was no answer at all: it counts however often the same delivery
	// fails so.
	Unreached bool
	// Limit is after how many failures in a row the target is left alone.
	Limit int
	// First is for how long, which doubles up to Longest; Asked is how long the target asked for.
	First, Longest, Asked time.Duration
}

// NoteFailure notes that a delivery's target failed. An attempt that is not the latest any more
// changes nothing.
func (tx *Tx) NoteFailure(id uuid.UUID, attempt int, f TargetFailure) {
	tx.queue("note failure", noteFailure, id, attempt, f.Code, f.Unreached, f.Limit,
		f.First.Seconds(), f.Longest.Seconds(), f.Asked.Seconds())
}

const noteAnswer = `
DELETE FROM breaker AS b
USING delivery AS d
WHERE d.id = $1 AND b.to_org = d.to_org AND b.to_app = d.to_app
RETURNING b.opened IS NOT NULL`

// NoteAnswer notes that a delivery's target answers. When the transaction has ended, opened holds
// a true if it was left alone until now.
func (tx *Tx) NoteAnswer(id uuid.UUID, opened *[]bool) {
	tx.changing()
	tx.hold("note answer", every(pgx.RowTo[bool], opened), noteAnswer, id)
}

const endProbe = `
UPDATE breaker AS b
SET probe = NULL, until = now()
WHERE b.probe = $1`

// EndProbe lets another delivery go to see whether the target answers: this one did not get so
// far.
func (tx *Tx) EndProbe(id uuid.UUID) { tx.queue("end probe", endProbe, id) }

const breakers = `
SELECT b.to_org, b.to_app, b.failures, b.code, b.failed, b.opened, b.until, b.probe IS NOT NULL
FROM breaker AS b
ORDER BY b.to_org, b.to_app`

func scanBreaker(row pgx.CollectableRow) (core.Breaker, error) {
	var b core.Breaker
	err := row.Scan(&b.To.Org, &b.To.App, &b.Failures, &b.Code, &b.Failed, &b.Opened, &b.Until,
		&b.Probing)
	return b, err
}

// Breakers gives the targets that have failed since they last answered.
func (tx *Tx) Breakers(ctx context.Context) ([]core.Breaker, error) {
	return many(ctx, tx, scanBreaker, "breakers", breakers)
}

// The jobs come first, by an index of the engine's, since what is counted of them is often old, and each
// looks for its delivery by its key: in a long outage a look at all that waits for each that waits would take
// minutes. Those that run, or that the engine is just laying down, are left: they see for themselves, or
// wakeLate does.
const (
	wakeDeliveries = wakeThese + `
    WHERE j.kind = 'deliver' AND j.state IN ('available', 'retryable', 'scheduled')
      AND j.scheduled_at > now() AND EXISTS (
          SELECT FROM delivery AS d
          WHERE d.id = (j.args ->> 'delivery')::uuid AND ` + stillWaits + ` AND d.to_org = $1 AND d.to_app = $2
          OFFSET 0
      )` + unlocked

	wakeThese = `
UPDATE river_job AS r
SET state = 'available', scheduled_at = now()
WHERE r.id = ANY (ARRAY(
    SELECT j.id
    FROM river_job AS j`

	unlocked = `
    FOR UPDATE SKIP LOCKED
))`
)

// WakeDeliveries lets everything that waits for a target go at once, and tells how many.
func (s *Store) WakeDeliveries(ctx context.Context, to core.AppRef) (int, error) {
	return s.countAs(ctx, core.System(), "wake deliveries", wakeDeliveries, to.Org, to.App)
}

// The job engine goes by its process's clock; a delivery's own time is the database's. What is held
// back by a breaker comes when that says, and a job that failed by a fault of ours keeps its pause,
// which is no longer than 5 minutes and a quarter of that.
const wakeLate = wakeThese + `
    WHERE j.kind = 'deliver' AND j.state IN ('available', 'retryable', 'scheduled')
      AND j.scheduled_at > now() + CASE WHEN j.state = 'retryable' THEN interval '7 minutes'
          ELSE interval '1 second' END
      AND EXISTS (
          SELECT FROM delivery AS d
          WHERE d.id = (j.args ->> 'delivery')::uuid AND ` + stillWaits + ` AND d.next_try <= now()
            AND NOT EXISTS (
                SELECT FROM breaker AS b
                WHERE b.to_org = d.to_org AND b.to_app = d.to_app AND b.until IS NOT NULL
            )
          OFFSET 0
      )` + unlocked

// wakeLate lets deliveries go whose time has come, though their job sleeps: a process with another
// clock has put it off, or it was held back and laid itself down just as the target answered again.
func (s *Store) wakeLate(ctx context.Context) (int, error) {
	return s.countAs(ctx, core.System(), "wake late deliveries", wakeLate)
}
