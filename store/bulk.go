package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// The rows' policy looks at what they belong to, which must be there before them.
const (
	addBulk = `
INSERT INTO bulk (id, owner, person, act, list, beyond, given)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

	addBulkRows = `
INSERT INTO bulk_row (bulk, n, instance)
SELECT $1, c.n, c.instance
FROM unnest($2::uuid[]) WITH ORDINALITY AS c (instance, n)`
)

// AddBulk keeps what a person is about to do with cases.
func (tx *Tx) AddBulk(_ context.Context, b core.Bulk, cases []uuid.UUID) error {
	tx.queue("add bulk", addBulk, b.ID, b.Owner, b.Person, b.Act, b.List, b.Left, b.Given)
	tx.queue("add bulk rows", addBulkRows, b.ID, cases)
	return nil
}

const bulkOf = `
SELECT b.id, b.owner, b.person, b.act, b.list, b.beyond, b.given, b.to_person, b.tag, b.reason,
    b.until, b.ran, b.undone
FROM bulk AS b
WHERE b.id = $1 AND b.person = $2 AND b.owner = $3`

func scanBulk(row pgx.CollectableRow) (core.Bulk, error) {
	var b core.Bulk
	err := row.Scan(&b.ID, &b.Owner, &b.Person, &b.Act, &b.List, &b.Left, &b.Given, &b.To, &b.Tag,
		&b.Reason, &b.Until, &b.Ran, &b.Undone)
	return b, err
}

// Bulk gives what a person does with cases at the owner; ErrNoRow when there is none, or when it
// is another's.
func (tx *Tx) Bulk(
	ctx context.Context, person, owner core.PartyID, id uuid.UUID,
) (core.Bulk, error) {
	return one(ctx, tx, scanBulk, "bulk", bulkOf, id, person, owner)
}

const giveBulk = `
UPDATE bulk AS b
SET given = true, to_person = $2, tag = $3, reason = $4, until = $5
WHERE b.id = $1 AND b.ran IS NULL`

// GiveBulk notes what the act asks for. When it has begun nothing is changed.
func (tx *Tx) GiveBulk(_ context.Context, b core.Bulk) error {
	tx.queue("give bulk", giveBulk, b.ID, b.To, b.Tag, b.Reason, b.Until)
	return nil
}

const (
	beginBulk = `UPDATE bulk AS b SET ran = now() WHERE b.id = $1 AND b.ran IS NULL`
	undoBulk  = `UPDATE bulk AS b SET undone = now() WHERE b.id = $1 AND b.undone IS NULL`
	endBulk   = `
UPDATE bulk AS b
SET reason = ''
WHERE b.id = $1 AND b.ran IS NOT NULL AND NOT EXISTS (
    SELECT FROM bulk_row AS r WHERE r.bulk = b.id AND r.outcome = ''
)`
)

// BeginBulk notes that it is done from now on, and EndBulk that it has been: the reason is with
// the cases then.
func (tx *Tx) BeginBulk(_ context.Context, id uuid.UUID) error {
	tx.queue("begin bulk", beginBulk, id)
	return nil
}

// EndBulk is told of at BeginBulk. It does nothing while there are cases whose turn has not come.
func (tx *Tx) EndBulk(_ context.Context, id uuid.UUID) error {
	tx.queue("end bulk", endBulk, id)
	return nil
}

// UndoBulk notes that it is taken back from now on.
func (tx *Tx) UndoBulk(_ context.Context, id uuid.UUID) error {
	tx.queue("undo bulk", undoBulk, id)
	return nil
}

const bulkRows = `
SELECT r.n, r.instance, r.outcome, r.why, r.why_args, r.at, r.before, r.version, r.undo, r.undo_why,
    r.undo_args
FROM bulk_row AS r
WHERE r.bulk = $1
ORDER BY r.n`

// BulkRows gives the cases and what became of them, in their order.
func (tx *Tx) BulkRows(ctx context.Context, id uuid.UUID) ([]core.BulkRow, error) {
	scan := func(row pgx.CollectableRow) (core.BulkRow, error) {
		var r core.BulkRow
		err := row.Scan(&r.N, &r.Case, &r.Outcome, &r.Why, &r.WhyArgs, &r.At, &r.Before, &r.Version,
			&r.Undo.Outcome, &r.Undo.Why, &r.Undo.WhyArgs)
		return r, err
	}
	return many(ctx, tx, scan, "bulk rows", bulkRows, id)
}

// Two that do the same at once meet here: the second waits, and finds that it is done.
const (
	holdBulkRow = `
SELECT r.n FROM bulk_row AS r WHERE r.bulk = $1 AND r.n = $2 AND r.outcome = '' FOR UPDATE`
	holdBulkUndo = `
SELECT r.n
FROM bulk_row AS r
WHERE r.bulk = $1 AND r.n = $2 AND r.outcome = 'done' AND r.undo = ''
FOR UPDATE`
)

// HoldBulkRow locks one of the cases' rows and tells whether its turn has not come yet; with undo,
// whether it is done and has not been taken back.
func (tx *Tx) HoldBulkRow(ctx context.Context, id uuid.UUID, n int, undo bool) (bool, error) {
	sql := holdBulkRow
	if undo {
		sql = holdBulkUndo
	}
	list, err := many(ctx, tx, pgx.RowTo[int], "hold bulk row", sql, id, n)
	return len(list) == 1, err
}

const endBulkRow = `
UPDATE bulk_row AS r
SET outcome = $3, why = $4, why_args = $5, at = now(), before = $6, version = $7
WHERE r.bulk = $1 AND r.n = $2 AND r.outcome = ''`

// EndBulkRow notes what became of one of the cases, once.
func (tx *Tx) EndBulkRow(_ context.Context, id uuid.UUID, r core.BulkRow) error {
	tx.queue("end bulk row", endBulkRow, id, r.N, r.Outcome, r.Why, append([]string{}, r.WhyArgs...),
		r.Before, r.Version)
	return nil
}

const endBulkUndo = `
UPDATE bulk_row AS r
SET undo = $3, undo_why = $4, undo_args = $5
WHERE r.bulk = $1 AND r.n = $2 AND r.undo = ''`

// EndBulkUndo notes what became of one of the cases when all was taken back, once.
func (tx *Tx) EndBulkUndo(_ context.Context, id uuid.UUID, r core.BulkRow) error {
	tx.queue("end bulk undo", endBulkUndo, id, r.N, r.Undo.Outcome, r.Undo.Why,
		append([]string{}, r.Undo.WhyArgs...))
	return nil
}

const cleanBulks = `
DELETE FROM bulk AS b WHERE b.made < now() - interval '30 days'`

// CleanBulks removes what has been kept long enough.
func (s *Store) CleanBulks(ctx context.Context) error {
	_, err := s.countAs(ctx, core.System(), "clean bulks", cleanBulks)
	return err
}

const unreadBy = `
SELECT NOT EXISTS (
    SELECT FROM seen AS s
    WHERE s.instance = i.id AND s.person = $2 AND s.at >= i.task_since
)
FROM instance AS i
WHERE i.id = $1`

// Unread tells whether a person has not opened an instance since it last changed hands.
func (tx *Tx) Unread(ctx context.Context, instance uuid.UUID, person core.PartyID) (bool, error) {
	return one(ctx, tx, pgx.RowTo[bool], "unread", unreadBy, instance, person)
}
