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

const keepStep = `
WITH waits AS (
    UPDATE delivery AS d
    SET not_before = now() + make_interval(secs => $7),
        next_try = now() + make_interval(secs => $7)
    WHERE d.source_id = $1 AND d.round = $2 AND d.kind <> 'message' AND d.state = 'waiting'
      AND d.attempts = 0
    RETURNING d.id
)
INSERT INTO case_step AS s (instance, version, person, task, action, letters, until, body)
SELECT $1, $2, $3, $4, $5, (SELECT count(*) FROM waits AS w), now() + make_interval(secs => $7), $6::json
ON CONFLICT (instance) DO UPDATE
SET version = EXCLUDED.version, person = EXCLUDED.person, task = EXCLUDED.task,
    action = EXCLUDED.action, letters = EXCLUDED.letters, at = EXCLUDED.at, until = EXCLUDED.until,
    body = EXCLUDED.body`

// KeepStep keeps what a step changed for as long as it can be taken back, in the place of the step
// before it, and has the deliveries that it set off wait until then. The caller holds the
// instance's row lock and has added them.
func (tx *Tx) KeepStep(
	_ context.Context, instance uuid.UUID, s core.CaseStep, wait time.Duration,
) error {
	body, err := json.Marshal(s.Before)
	if err != nil {
		return fmt.Errorf("step of a case: %w", err)
	}
	tx.queue("keep step", keepStep, instance, s.Version, s.Person, s.Task, s.Action, string(body),
		wait.Seconds())
	return nil
}

const stepOf = `
SELECT s.version, s.person, s.task, s.action, s.letters, s.at, s.until, s.body
FROM case_step AS s
WHERE s.instance = $1 AND s.version = $2 AND s.until > now()`

// Step gives the step that has left an instance in a version; ErrNoRow when it cannot be taken back
// any more.
func (tx *Tx) Step(
	ctx context.Context, instance uuid.UUID, version int,
) (core.CaseStep, error) {
	scan := func(row pgx.CollectableRow) (core.CaseStep, error) {
		var s core.CaseStep
		var body []byte
		err := row.Scan(&s.Version, &s.Person, &s.Task, &s.Action, &s.Letters, &s.At, &s.Until, &body)
		if err == nil {
			err = decodeJSON(body, &s.Before)
		}
		return s, err
	}
	return one(ctx, tx, scan, "step", stepOf, instance, version)
}

// Whoever begins to deliver one holds its row: what has an attempt is on its way.
const stopLetters = `
WITH gone AS (
    DELETE FROM delivery AS d
    WHERE d.source_id = $1 AND d.round = $2 AND d.kind <> 'message' AND d.state = 'waiting'
      AND d.attempts = 0 AND d.not_before > now()
    RETURNING d.id
), unasked AS (
    DELETE FROM notice AS n
    USING gone AS g
    WHERE n.instance = $1 AND n.delivery = g.id
)
SELECT count(*)::int FROM gone AS g`

// StopLetters ends what a step was to hand over and has not left the house, and tells how many
// deliveries that were. Their jobs find nothing to do.
func (tx *Tx) StopLetters(ctx context.Context, instance uuid.UUID, version int) (int, error) {
	return one(ctx, tx, pgx.RowTo[int], "stop letters", stopLetters, instance, version)
}

const forgetStep = `
WITH gone AS (
    DELETE FROM case_step AS s WHERE s.instance = $1
), held AS (
    UPDATE case_hold AS h
    SET ended = NULL
    WHERE h.instance = $1 AND $3 AND h.ended = $2
)
DELETE FROM case_version AS v WHERE v.instance = $1 AND v.at = $2`

const forgetHold = `DELETE FROM case_hold AS h WHERE h.instance = $1 AND h.started = $2`

// ForgetStep removes a step that has been taken back, and what was kept with it at its moment: the
// version that it left, a hold that it began, and where holds is set the end of one.
func (tx *Tx) ForgetStep(instance uuid.UUID, at time.Time, holds bool) {
	// Only one hold of a case lasts at a time, so that this is to be gone before.
	tx.queue("forget hold", forgetHold, instance, at)
	tx.queue("forget step", forgetStep, instance, at, holds)
}

const lockOnly = `
UPDATE element AS e
SET locked = e.id = ANY ($2::uuid[])
WHERE e.instance = $1 AND e.locked <> (e.id = ANY ($2::uuid[]))`

// LockOnly locks these elements of the instance, and opens all others.
func (tx *Tx) LockOnly(instance uuid.UUID, ids []uuid.UUID) {
	tx.queue("lock only", lockOnly, instance, append([]uuid.UUID{}, ids...))
}

const cleanSteps = `
WITH gone AS (
    DELETE FROM case_step AS s WHERE s.until < now() RETURNING s.instance
)
DELETE FROM case_version AS v
USING gone AS g, instance AS i
WHERE v.instance = g.instance AND i.id = g.instance AND i.ended IS NOT NULL`

// CleanSteps forgets the steps that cannot be taken back any more, and of cases that have ended the
// versions with them.
func (s *Store) CleanSteps(ctx context.Context) error {
	_, err := s.countAs(ctx, core.System(), "clean steps", cleanSteps)
	return err
}
