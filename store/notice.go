package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addNotice = `
INSERT INTO notice (id, instance, kind, at, delivery)
VALUES ($1, $2, $3, COALESCE($4, now()), $5)`

// AddNotice keeps something to be told. What is to be told at once gets its job in this
// transaction, the rest when its time comes.
func (tx *Tx) AddNotice(ctx context.Context, n core.Notice) error {
	var at any
	if !n.At.IsZero() {
		at = n.At
	}
	tx.queue("add notice", addNotice, n.ID, n.Instance, n.Kind, at, nullable(n.Delivery))
	if at != nil {
		return nil
	}
	return tx.Enqueue(ctx, core.NoticeArgs{Notice: n.ID})
}

// noticeWaits is stillWaits of the notice n.
const noticeWaits = `n.state || '' = 'waiting'`

const beginNotice = `
UPDATE notice AS n
SET attempts = n.attempts + 1
WHERE n.id = $1 AND ` + noticeWaits + `
RETURNING n.instance, n.kind, n.at, COALESCE(n.delivery, '00000000-0000-0000-0000-000000000000'),
    n.attempts`

// BeginNotice takes the next attempt number of a waiting notice, which from now on is the only
// one that may write an outcome. Attempt 0 means that it is not waiting, or gone.
func (tx *Tx) BeginNotice(ctx context.Context, id uuid.UUID) (core.Notice, int, error) {
	type begun struct {
		notice  core.Notice
		attempt int
	}
	scan := func(row pgx.CollectableRow) (begun, error) {
		b := begun{notice: core.Notice{ID: id}}
		n := &b.notice
		err := row.Scan(&n.Instance, &n.Kind, &n.At, &n.Delivery, &b.attempt)
		return b, err
	}
	list, err := many(ctx, tx, scan, "begin notice", beginNotice, id)
	if err != nil || len(list) == 0 {
		return core.Notice{}, 0, err
	}
	return list[0].notice, list[0].attempt, nil
}

const endNotice = `
UPDATE notice AS n
SET state = $3, ended = now()
WHERE n.id = $1 AND n.attempts = $2 AND ` + noticeWaits

// EndNotice notes what became of a notice. An attempt that is not the latest any more changes
// nothing.
func (tx *Tx) EndNotice(
	_ context.Context, id uuid.UUID, attempt int, state core.NoticeState,
) error {
	tx.queue("end notice", endNotice, id, attempt, state)
	return nil
}

const instanceOfNotice = `
SELECT ` + instanceColumns + `
FROM instance AS i
WHERE i.id = $1
FOR NO KEY UPDATE OF i`

// NoticeInstance gives the instance that a notice is about, locked as LockInstance does; what a
// notice tells of it is no content.
func (tx *Tx) NoticeInstance(ctx context.Context, n core.Notice) (core.Instance, error) {
	return one(ctx, tx, scanInstance, "instance of notice", instanceOfNotice, n.Instance)
}

const answered = `
UPDATE notice AS n
SET state = 'dropped', ended = now()
FROM delivery AS d
WHERE n.instance = $1 AND n.kind = 'unanswered' AND n.state = 'waiting'
  AND d.id = n.delivery AND d.target_id = $2`

// Answered notes that something has come to a case from another instance: whoever was asked for
// it is not late any more.
func (tx *Tx) Answered(_ context.Context, asked, from uuid.UUID) error {
	tx.queue("answered", answered, asked, from)
	return nil
}

// The minute leaves those alone whose job is about to be taken.
const dueNotices = `
SELECT n.id
FROM notice AS n
WHERE n.id = ANY (ARRAY(
        SELECT l.id
        FROM notice AS l
        WHERE l.state = 'waiting' AND l.at < now() - interval '1 minute'` +
	withoutJob + "notice" + ofKind + "notice" + `'
    )) AND ` + noticeWaits + `
ORDER BY n.at
LIMIT 100
FOR UPDATE SKIP LOCKED`

// WakeNotices gives a job to notices whose time has come, and to those that have lost theirs, and
// tells how many. Any number of processes may do it beside each other.
func (s *Store) WakeNotices(ctx context.Context) (int, error) {
	woken := 0
	err := s.InTx(ctx, core.System(), func(tx *Tx) error {
		ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "due notices", dueNotices)
		for _, id := range ids {
			if err = tx.Enqueue(ctx, core.NoticeArgs{Notice: id}); err != nil {
				return err
			}
		}
		woken = len(ids)
		return err
	})
	return woken, err
}
