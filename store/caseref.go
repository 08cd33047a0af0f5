package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// As in atRef, the owner is compared so that the row is found by its id.
const caseRef = `
SELECT i.org, i.app
FROM instance AS i
WHERE i.id = $1 AND i.owner IS NOT DISTINCT FROM $2 AND i.ready`

// CaseRef gives the full reference of a case that the owner has, by its id alone; ErrNoRow when
// the owner has no such case. It decides nothing: whoever opens the reference asks access.
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
