package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addHold = `
INSERT INTO case_hold (instance, note, owner, until, due_before, due_after, task)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// AddHold notes that a case waits for its applicant from now on. One that waits already ends the
// transaction in fault.Conflict.
func (tx *Tx) AddHold(_ context.Context, ref core.InstanceRef, h core.CaseHold) error {
	tx.queue("add hold", addHold, ref.ID, nullable(h.Note), ref.Owner, h.Until, h.DueBefore, h.DueAfter,
		h.Task)
	return nil
}

const endHold = `
UPDATE case_hold AS h
SET ended = now()
WHERE h.instance = $1 AND h.ended IS NULL`

// EndHold notes that a case waits no more.
func (tx *Tx) EndHold(_ context.Context, instance uuid.UUID) error {
	tx.queue("end hold", endHold, instance)
	return nil
}

const holdsOf = `
SELECT h.task, h.started, h.until, h.ended, h.due_before, h.due_after
FROM case_hold AS h
WHERE h.instance = $1
ORDER BY h.started DESC
LIMIT 200`

// Holds gives the times that a case has waited, the latest first.
func (tx *Tx) Holds(ctx context.Context, instance uuid.UUID) ([]core.CaseHold, error) {
	scan := func(row pgx.CollectableRow) (core.CaseHold, error) {
		var h core.CaseHold
		err := row.Scan(&h.Task, &h.Started, &h.Until, &h.Ended, &h.DueBefore, &h.DueAfter)
		return h, err
	}
	return many(ctx, tx, scan, "holds", holdsOf, instance)
}
