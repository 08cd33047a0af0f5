package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const lockFree = `
SELECT i.id FROM instance AS i
WHERE ` + atRef + ` AND i.assignee = 0 AND ` + isCase + ` AND i.ended IS NULL
FOR NO KEY UPDATE OF i SKIP LOCKED`

// LockFree holds the row of an open case that nobody has, as LockInstance does; false when
// somebody has it, or is changing it now: it waits for nobody.
func (tx *Tx) LockFree(ctx context.Context, ref core.InstanceRef) (bool, error) {
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "lock free", lockFree, refArgs(ref)...)
	return len(ids) > 0, err
}

const claimPick = `
INSERT INTO case_pick AS k (key, person, owner, cases) VALUES ($1, $2, $3, '{}')
ON CONFLICT (key) DO NOTHING
RETURNING true`

// ClaimPick begins a list of picked cases under a key that the person brings; false when it has
// been begun before. Whoever begins the same one at once waits for the first.
func (tx *Tx) ClaimPick(
	ctx context.Context, person, owner core.PartyID, key uuid.UUID,
) (bool, error) {
	tx.changing()
	rows, err := many(ctx, tx, pgx.RowTo[bool], "claim pick", claimPick, key[:], person, owner)
	return len(rows) > 0, err
}

const fillPick = `UPDATE case_pick AS k SET cases = ARRAY[$3::uuid] WHERE k.key = $1 AND k.person = $2`

// FillPick puts a case in a list that has been begun.
func (tx *Tx) FillPick(_ context.Context, person core.PartyID, key, instance uuid.UUID) error {
	tx.queue("fill pick", fillPick, key[:], person, instance)
	return nil
}
