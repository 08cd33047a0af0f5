package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Whoever comes with the same key waits here until the first has committed. A statement of its
// own, so that the look-up after it has a later snapshot.
const lockKey = `SELECT pg_advisory_xact_lock(hashtextextended($1 || E'\n' || $2, 1))`

const idempotencyKey = `
SELECT COALESCE(k.content = $3, false), k.instance_org, k.instance_app, k.instance_owner, k.instance_id, k.told
FROM idempotency_key AS k
WHERE k.org = $1 AND k.key = $2`

// MadeBefore is what a request with an idempotency key has led to.
type MadeBefore struct {
	Instance core.InstanceRef
	// Same tells whether it was made from the same content.
	Same bool
	// Told is what the answer told of how it goes; nil where it told nothing.
	Told *core.Report
}

// IdempotencyKey gives what the organisation has made with the key, or nil; content is a hash of what
// is sent now. Until the transaction ends nobody else gets an answer about the same key, so of any
// number of calls at once one finds nothing and the others find what it made. Waiting too long is
// fault.Unavailable.
func (tx *Tx) IdempotencyKey(
	ctx context.Context, org, key string, content []byte,
) (*MadeBefore, error) {
	tx.queue("lock idempotency key", lockKey, org, key)
	scan := func(row pgx.CollectableRow) (MadeBefore, error) {
		var m MadeBefore
		i := &m.Instance
		return m, row.Scan(&m.Same, &i.Org, &i.App, &i.Owner, &i.ID, &m.Told)
	}
	found, err := many(ctx, tx, scan, "idempotency key", idempotencyKey, org, key, content)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

const putIdempotencyKey = `
INSERT INTO idempotency_key (
    org, key, content, instance_org, instance_app, instance_owner, instance_id, told
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// PutIdempotencyKey keeps which instance was made with the key, and what the answer tells of how it
// goes, nil for nothing. A key that is used already ends the transaction in fault.Conflict.
func (tx *Tx) PutIdempotencyKey(
	_ context.Context, org, key string, content []byte, ref core.InstanceRef, told *core.Report,
) error {
	tx.queue("put idempotency key", putIdempotencyKey,
		org, key, content, ref.Org, ref.App, ref.Owner, ref.ID, told)
	return nil
}
