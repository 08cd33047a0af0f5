package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const elementColumns = `
e.id, e.instance, e.type, e.content_type, e.filename, e.size, e.sha256, e.upload, e.locked,
e.version, e.created, NULLIF(e.tags, '{}'), COALESCE(e.scan, '')`

func elementFields(e *core.DataElement, upload **uuid.UUID) []any {
	return []any{&e.ID, &e.Instance, &e.Type, &e.ContentType, &e.Filename, &e.Size, &e.SHA256,
		upload, &e.Locked, &e.Version, &e.Created, &e.Tags, &e.Scan}
}

func scanElement(row pgx.CollectableRow) (core.DataElement, error) {
	var e core.DataElement
	var upload *uuid.UUID
	err := row.Scan(elementFields(&e, &upload)...)
	if upload != nil {
		e.Upload = *upload
	}
	return e, err
}

// DocumentRow is a form document with the element it belongs to.
type DocumentRow struct {
	Element  core.DataElement
	Document core.Document
}

// Content is all that an instance holds: its form documents and its attachments, each in the
// order in which they came.
type Content struct {
	Documents   []DocumentRow
	Attachments []core.DataElement
}

const contentOf = `
SELECT ` + elementColumns + `, e.body
FROM element AS e
WHERE e.instance = $1
ORDER BY e.created, e.id`

// Content gives what the instance holds. The caller has asked access about the instance.
func (tx *Tx) Content(ctx context.Context, instance uuid.UUID) (Content, error) {
	rows, ok := tx.ahead.content[instance]
	if !ok {
		var err error
		if rows, err = many(ctx, tx, scanHeld, "content", contentOf, instance); err != nil {
			return Content{}, err
		}
	}
	return sortContent(rows)
}

// heldRow is an element with its document as it is stored. It is read only once somebody asks:
// what is refused is not worked on, and takes no time that would tell how much there is.
type heldRow struct {
	element core.DataElement
	body    []byte
}

func sortContent(rows []heldRow) (Content, error) {
	var c Content
	for _, row := range rows {
		if row.body == nil {
			c.Attachments = append(c.Attachments, row.element)
			continue
		}
		doc, err := decodeDocument(row.body)
		if err != nil {
			return Content{}, err
		}
		c.Documents = append(c.Documents, DocumentRow{row.element, doc})
	}
	return c, nil
}

func scanHeld(row pgx.CollectableRow) (heldRow, error) {
	var r heldRow
	var upload *uuid.UUID
	err := row.Scan(append(elementFields(&r.element, &upload), &r.body)...)
	if upload != nil {
		r.element.Upload = *upload
	}
	return r, err
}

// decodeDocument keeps numbers as they were typed.
func decodeDocument(body []byte) (core.Document, error) {
	doc := core.Document{}
	if err := decodeJSON(body, &doc); err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	return doc, nil
}

func decodeJSON(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return d.Decode(into)
}

func encodeDocument(doc core.Document) ([]byte, error) {
	if doc == nil {
		doc = core.Document{}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	return body, nil
}

const documentOf = `
SELECT ` + elementColumns + `, e.body
FROM element AS e
WHERE e.instance = $1 AND e.id = $2 AND e.body IS NOT NULL`

// Document gives one form document of the instance; ErrNoRow when there is none, or when the
// element is an attachment.
func (tx *Tx) Document(ctx context.Context, instance, element uuid.UUID) (DocumentRow, error) {
	row, err := one(ctx, tx, scanHeld, "document", documentOf, instance, element)
	if err != nil {
		return DocumentRow{}, err
	}
	doc, err := decodeDocument(row.body)
	return DocumentRow{row.element, doc}, err
}

const elementsOf = `
SELECT ` + elementColumns + `
FROM element AS e
WHERE e.instance = $1
ORDER BY e.created, e.id`

// Elements gives the elements of the instance, without what is in them.
func (tx *Tx) Elements(ctx context.Context, instance uuid.UUID) ([]core.DataElement, error) {
	return many(ctx, tx, scanElement, "elements", elementsOf, instance)
}

const elementByRef = `
SELECT ` + elementColumns + `
FROM element AS e
JOIN instance AS i ON i.id = e.instance
WHERE ` + atRef + ` AND e.id = $5`

// Element gives one element of the instance that all four parts of ref name together, else
// ErrNoRow.
func (tx *Tx) Element(
	ctx context.Context, ref core.InstanceRef, id uuid.UUID,
) (core.DataElement, error) {
	return one(ctx, tx, scanElement, "element", elementByRef, append(refArgs(ref), id)...)
}

const addDocument = `
INSERT INTO element (id, instance, type, content_type, filename, size, version, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// AddDocument adds a form document to an instance; e.Version 0 means 1.
func (tx *Tx) AddDocument(_ context.Context, e core.DataElement, doc core.Document) error {
	body, err := encodeDocument(doc)
	if err != nil {
		return err
	}
	tx.reindex(e.Instance)
	tx.queue("add document", addDocument, e.ID, e.Instance, e.Type, e.ContentType, e.Filename,
		len(body), max(e.Version, 1), body)
	return nil
}

const putDocument = `
WITH changed AS (
    UPDATE element AS e
    SET version = e.version + 1, size = $4, body = $5
    WHERE e.instance = $1 AND e.id = $2 AND e.version = $3 AND NOT e.locked AND e.body IS NOT NULL
    RETURNING e.id
)
SELECT changed_one(count(*)) FROM changed`

// PutDocument replaces a form document. e.Version is the version that doc was made from; when
// it is not the stored one, or the element is locked, the transaction ends in fault.Conflict.
// The new version is one higher.
func (tx *Tx) PutDocument(_ context.Context, e core.DataElement, doc core.Document) error {
	body, err := encodeDocument(doc)
	if err != nil {
		return err
	}
	tx.reindex(e.Instance)
	tx.queue("put document", putDocument, e.Instance, e.ID, e.Version, len(body), body)
	return nil
}

// The upload must be whole: its chunks are as long together as the element says.
const addElement = `
WITH claimed AS (
    UPDATE upload AS u
    SET attached = true
    WHERE u.id = $8 AND NOT u.attached AND $6 = (
        SELECT COALESCE(sum(octet_length(c.data)), 0) FROM upload_chunk AS c WHERE c.upload = $8
    )
    RETURNING u.id
), added AS (
    INSERT INTO element (id, instance, type, content_type, filename, size, sha256, upload, version,
        scan)
    SELECT $1, $2, $3, $4, $5, $6, $7, c.id, $9, NULLIF($10, '') FROM claimed AS c
    RETURNING id
)
SELECT changed_one(count(*)) FROM added`

// AddElement attaches an upload to an instance. When the upload is gone, is attached already,
// or is not e.Size long, the transaction ends in fault.Conflict.
func (tx *Tx) AddElement(_ context.Context, e core.DataElement) error {
	tx.reindex(e.Instance)
	tx.queue("add element", addElement, e.ID, e.Instance, e.Type, e.ContentType, e.Filename,
		e.Size, e.SHA256, e.Upload, max(e.Version, 1), e.Scan)
	return nil
}

const deleteElement = `
WITH gone AS (
    DELETE FROM element AS e
    WHERE e.instance = $1 AND e.id = $2 AND NOT e.locked
    RETURNING e.id, e.upload
), file AS (
    DELETE FROM upload AS u
    USING gone AS g
    WHERE u.id = g.upload
)
SELECT changed_one(count(*)) FROM gone`

// DeleteElement removes an element of the instance with its content. When it is locked or gone,
// the transaction ends in fault.Conflict.
func (tx *Tx) DeleteElement(_ context.Context, instance, id uuid.UUID) error {
	tx.reindex(instance)
	tx.queue("delete element", deleteElement, instance, id)
	return nil
}

const deleteElementsOf = `
WITH gone AS (
    DELETE FROM element AS e
    WHERE e.instance = $1 AND e.type = ANY($2::text[])
    RETURNING e.upload
)
DELETE FROM upload AS u
USING gone AS g
WHERE u.id = g.upload`

// DeleteElementsOf removes the instance's elements of these data types with their content,
// locked ones too: for what the app does not keep when its process has ended.
func (tx *Tx) DeleteElementsOf(_ context.Context, instance uuid.UUID, types ...string) error {
	tx.reindex(instance)
	tx.queue("delete elements", deleteElementsOf, instance, types)
	return nil
}

const lockElements = `
UPDATE element AS e
SET locked = true
WHERE e.instance = $1 AND e.type = ANY($2::text[]) AND NOT e.locked`

// LockElements locks the instance's elements of these data types: nothing changes them again.
func (tx *Tx) LockElements(_ context.Context, instance uuid.UUID, types ...string) error {
	tx.queue("lock elements", lockElements, instance, types)
	return nil
}
