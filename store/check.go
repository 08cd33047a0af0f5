package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addCheck = `
INSERT INTO case_check (instance, owner, task, item, person, name)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING`

// AddCheck ticks an item of a case's checklist; one that is ticked stays as it is.
func (tx *Tx) AddCheck(
	_ context.Context, ref core.InstanceRef, task string, c core.CaseCheck,
) error {
	tx.queue("add check", addCheck, ref.ID, ref.Owner, task, c.Item, c.Person, c.Name)
	return nil
}

const removeCheck = `
DELETE FROM case_check AS c WHERE c.instance = $1 AND c.task = $2 AND c.item = $3`

// RemoveCheck takes a tick back.
func (tx *Tx) RemoveCheck(_ context.Context, ref core.InstanceRef, task, item string) error {
	tx.queue("remove check", removeCheck, ref.ID, task, item)
	return nil
}

const checksOf = `
SELECT c.item, c.person, c.name, c.at
FROM case_check AS c
WHERE c.instance = $1 AND c.task = $2
ORDER BY c.item`

// Checks gives what has been ticked of a case's checklist in a task.
func (tx *Tx) Checks(
	ctx context.Context, ref core.InstanceRef, task string,
) ([]core.CaseCheck, error) {
	scan := func(row pgx.CollectableRow) (core.CaseCheck, error) {
		var c core.CaseCheck
		err := row.Scan(&c.Item, &c.Person, &c.Name, &c.At)
		return c, err
	}
	return many(ctx, tx, scan, "checks", checksOf, ref.ID, task)
}
