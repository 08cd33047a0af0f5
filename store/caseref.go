package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const caseRef = `SELECT k.org, k.app FROM app_of_case($2, $1) AS k`

// CaseRef gives the full reference of a case that the owner has, by its id alone; ErrNoRow when
// the owner has no such case. It is no part of the belt, so that a refusal is logged against the app:
// it decides nothing, and whoever opens the reference asks access.
func (tx *Tx) CaseRef(
	ctx context.Context, owner core.PartyID, id uuid.UUID,
) (core.InstanceRef, error) {
	scan := func(row pgx.CollectableRow) (core.InstanceRef, error) {
		ref := core.InstanceRef{Owner: owner, ID: id}
		err := row.Scan(&ref.Org, &ref.App)
		return ref, err
	}
	return one(ctx, tx, scan, "case reference", caseRef, id, owner)
}
