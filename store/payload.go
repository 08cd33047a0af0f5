package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const deliveryPayload = `
SELECT ` + deliveryColumns + `, d.payload
FROM delivery AS d
WHERE d.id = $1`

const deliveryOwner = `
SELECT ` + partyColumns + `
FROM delivery AS d
JOIN party AS p ON p.id = d.owner
WHERE d.id = $1`

// parcel is a delivery with what it carries.
type parcel struct {
	delivery core.Delivery
	frozen   core.Frozen
}

func scanParcel(row pgx.CollectableRow) (parcel, error) {
	var p parcel
	var body []byte
	var err error
	if p.delivery, err = scanDeliveryAnd(row, &body); err == nil {
		err = decodeJSON(body, &p.frozen)
	}
	return p, err
}

// DeliveryPayload gives a delivery and what was frozen for it at submit; ErrNoRow when there is
// none. With MarkDelivered and DeliverySource it is the only way to instance data beside the
// instance service.
func (tx *Tx) DeliveryPayload(
	ctx context.Context, id uuid.UUID,
) (core.Delivery, core.Frozen, error) {
	if _, ok := tx.ahead.parcel[id]; !ok {
		if err := tx.readPayload(ctx, id); err != nil {
			return core.Delivery{}, core.Frozen{}, err
		}
	}
	p := tx.ahead.parcel[id]
	return p.delivery, p.frozen, nil
}

// readPayload sends what waits, and reads a delivery and its owner ahead.
func (tx *Tx) readPayload(ctx context.Context, id uuid.UUID) error {
	var p parcel
	tx.hold("delivery payload", exactly(scanParcel, &p), deliveryPayload, id)
	tx.readParties(deliveryOwner, id)
	if err := tx.flush(ctx); err != nil {
		return err
	}
	tx.ahead.parcel = map[uuid.UUID]parcel{id: p}
	return nil
}

// DeliverySource is the submitted instance as a PDF of it is drawn from.
type DeliverySource struct {
	Delivery core.Delivery
	Instance core.Instance
	Owner    core.Party
	Content  Content
}

// DeliverySource gives the instance that a delivery is from, with all that it holds: locked
// since its submit, so the same at every attempt. ErrNoRow when either is gone.
func (s *Store) DeliverySource(ctx context.Context, id uuid.UUID) (DeliverySource, error) {
	var source DeliverySource
	err := s.InTx(ctx, core.System(), func(tx *Tx) error {
		var err error
		if source.Delivery, err = tx.Delivery(ctx, id); err != nil {
			return err
		}
		if source.Instance, err = tx.Instance(ctx, source.Delivery.Source); err != nil {
			return err
		}
		if source.Owner, err = tx.Party(ctx, source.Instance.Owner); err != nil {
			return err
		}
		source.Content, err = tx.Content(ctx, source.Instance.ID)
		return err
	})
	return source, err
}

const deliveryPDF = `SELECT d.pdf FROM delivery AS d WHERE d.id = $1`

// DeliveryPDF gives the submission's PDF that is kept with a delivery, if one has been made.
func (s *Store) DeliveryPDF(ctx context.Context, id uuid.UUID) (core.FrozenPart, bool, error) {
	var body []byte
	err := s.as(ctx, core.System(), exactly(pgx.RowTo[[]byte], &body), "delivery PDF", deliveryPDF, id)
	if errors.Is(err, ErrNoRow) || err == nil && body == nil {
		return core.FrozenPart{}, false, nil
	}
	if err != nil {
		return core.FrozenPart{}, false, err
	}
	var part core.FrozenPart
	if err := json.Unmarshal(body, &part); err != nil {
		return core.FrozenPart{}, false, fmt.Errorf("delivery PDF: %w", err)
	}
	return part, true, nil
}

const beginAttached = `INSERT INTO upload (id, taken_by, attached) VALUES ($1, $2, true)`

const addChunk = `INSERT INTO upload_chunk (upload, n, data) VALUES ($1, $2, $3)`

const putDeliveryPDF = `
WITH kept AS (
    UPDATE delivery AS d
    SET pdf = $2, pdf_upload = $3
    WHERE d.id = $1 AND d.pdf_upload IS NULL
    RETURNING d.id
)
SELECT changed_one(count(*)) FROM kept`

// PutDeliveryPDF keeps the submission's PDF with a delivery and gives the upload that holds it.
// The first one stays: when there is one already it is fault.Conflict, and nothing is kept.
func (s *Store) PutDeliveryPDF(
	ctx context.Context, id uuid.UUID, part core.FrozenPart, file []byte,
) (uuid.UUID, error) {
	upload, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("upload id: %w", err)
	}
	part.Upload = upload
	body, err := json.Marshal(part)
	if err != nil {
		return uuid.Nil, fmt.Errorf("delivery PDF: %w", err)
	}
	err = s.InTx(ctx, core.System(), func(tx *Tx) error {
		tx.queue("keep PDF", beginAttached, upload, actorMark(core.System()))
		for n := 0; n*ChunkSize < len(file); n++ {
			piece := file[n*ChunkSize : min((n+1)*ChunkSize, len(file))]
			tx.queue("keep PDF", addChunk, upload, n, piece)
		}
		tx.queue("keep PDF", putDeliveryPDF, id, body, upload)
		return nil
	})
	if err != nil {
		return uuid.Nil, err
	}
	return upload, nil
}
