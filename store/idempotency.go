package store

import (
	"bytes"
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Whoever comes with the same key waits here until the first has committed. A statement of its
// own, so that the look-up after it has a later snapshot.
const lockKey = `SELECT pg_advisory_xact_lock(hashtextextended($1 || E'\n' || $2, 1))`

const idempotencyKey = `
SELECT k.content, k.instance_org, k.instance_app, k.instance_owner, k.instance_id
FROM idempotency_key AS k
WHERE k.org = $1 AND k.key = $2`

// IdempotencyKey gives the instance that the organisation has made with the key, or nil, and
// tells whether it was made from the same content (a hash). Until the transaction ends nobody
// else gets an answer about the same key, so of any number of calls at once one finds nothing
// and the others find what it made. Waiting too long is fault.Unavailable.
func (tx *Tx) IdempotencyKey(
	ctx context.Context, org, key string, content []byte,
) (*core.InstanceRef, bool, error) {
	tx.queue("lock idempotency key", lockKey, org, key)
	same := false
	scan := func(row pgx.CollectableRow) (core.InstanceRef, error) {
		var ref core.InstanceRef
		var stored []byte
		var owner core.PartyID
		var id uuid.UUID
		err := row.Scan(&stored, &ref.Org, &ref.App, &owner, &id)
		ref.Owner, ref.ID = owner, id
		same = bytes.Equal(stored, content)
		return ref, err
	}
	found, err := many(ctx, tx, scan, "idempotency key", idempotencyKey, org, key)
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	return &found[0], same, nil
}

const putIdempotencyKey = `
INSERT INTO idempotency_key (
    org, key, content, instance_org, instance_app, instance_owner, instance_id
) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// PutIdempotencyKey keeps which instance was made with the key. A key that is used already ends
// the transaction in fault.Conflict.
func (tx *Tx) PutIdempotencyKey(
	_ context.Context, org, key string, content []byte, ref core.InstanceRef,
) error {
	tx.queue("put idempotency key", putIdempotencyKey,
		org, key, content, ref.Org, ref.App, ref.Owner, ref.ID)
	return nil
}
