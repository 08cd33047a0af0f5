package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const openingsOf = `
SELECT o.org, o.app, o.purpose, o.name, o.organisation, o.times, o.latest
FROM openings_of($1, $2, $3) AS o`

func scanOpening(row pgx.CollectableRow) (core.Opening, error) {
	var o core.Opening
	err := row.Scan(&o.App.Org, &o.App.App, &o.Role, &o.Organisation, &o.OrganisationNumber,
		&o.Times, &o.Last)
	return o, err
}

// Openings gives who other than its owner has opened an instance and the cases that were made of
// it, for each day, newest first, at most 100: organisations and roles, no names.
func (tx *Tx) Openings(ctx context.Context, inst core.Instance) ([]core.Opening, error) {
	return many(ctx, tx, scanOpening, "openings", openingsOf, inst.ID, inst.Began().ID, inst.Owner)
}
