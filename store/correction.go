package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addCorrection = `
INSERT INTO correction (instance, number, body)
SELECT $1, COALESCE(max(c.number), 0) + 1, $2::json FROM correction AS c WHERE c.instance = $1`

// AddCorrection notes what a new version from the applicant changed in the instance. The caller
// holds the instance's row lock, which keeps the numbers apart.
func (tx *Tx) AddCorrection(_ context.Context, instance uuid.UUID, c core.Correction) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("correction: %w", err)
	}
	tx.queue("add correction", addCorrection, instance, string(body))
	return nil
}

const correctionsOf = `
SELECT c.number, c.at, c.body
FROM correction AS c
WHERE c.instance = $1
ORDER BY c.number`

// Corrections gives what the instance's new versions changed, in the order in which they came.
func (tx *Tx) Corrections(ctx context.Context, instance uuid.UUID) ([]core.Correction, error) {
	scan := func(row pgx.CollectableRow) (core.Correction, error) {
		var c core.Correction
		var body []byte
		err := row.Scan(&c.Number, &c.At, &body)
		if err == nil {
			err = decodeJSON(body, &c)
		}
		return c, err
	}
	return many(ctx, tx, scan, "corrections", correctionsOf, instance)
}

const versionsOf = `
SELECT ` + instanceColumns + `
FROM instance AS i
WHERE i.corrects = $1
ORDER BY i.created, i.id`

// Versions gives the later versions of an instance, in order, one that is not sent yet last.
func (tx *Tx) Versions(ctx context.Context, first uuid.UUID) ([]core.Instance, error) {
	return many(ctx, tx, scanInstance, "versions", versionsOf, first)
}

// The deliveries are locked against the worker that is just delivering one of them: whoever adds
// one after another sees it as delivered, or is seen by ReleaseAfter.
const deliveriesOfVersions = `
SELECT ` + deliveryColumns + `
FROM delivery AS d
WHERE d.source_id IN (SELECT v.id FROM versions_of($1) AS v (id))
  AND d.kind IN ('instance', 'correction', 'withdrawal')
ORDER BY d.created, d.id
FOR NO KEY UPDATE OF d`

// DeliveriesOfVersions gives what all versions of an instance, which is one of them, have handed
// over to what was made of them, in order, and holds the rows until the transaction ends.
func (tx *Tx) DeliveriesOfVersions(
	ctx context.Context, version uuid.UUID,
) ([]core.Delivery, error) {
	return many(ctx, tx, scanDelivery, "deliveries of versions", deliveriesOfVersions, version)
}

const releaseAfter = `
UPDATE delivery AS d
SET next_try = now()
WHERE d.after = $1 AND ` + stillWaits + ` AND EXISTS (
    SELECT FROM delivery AS p WHERE p.id = $1 AND p.state || '' = 'delivered'
)
RETURNING d.id`

// ReleaseAfter puts into ids, when the transaction has ended, the deliveries that waited for this
// one, which has come through. Each needs a job.
func (tx *Tx) ReleaseAfter(id uuid.UUID, ids *[]uuid.UUID) {
	tx.changing()
	tx.hold("release deliveries", every(pgx.RowTo[uuid.UUID], ids), releaseAfter, id)
}

const copyUpload = `
INSERT INTO upload_chunk (upload, n, data)
SELECT $2, c.n, c.data FROM upload_chunk AS c WHERE c.upload = $1`

// CopyUpload gives a copy of an upload's content, to be attached by AddElement.
func (tx *Tx) CopyUpload(_ context.Context, from uuid.UUID) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("upload id: %w", err)
	}
	tx.queue("begin upload", beginUpload, id, actorMark(tx.actor))
	tx.queue("copy upload", copyUpload, from, id)
	return id, nil
}
