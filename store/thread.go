package store

import (
	"context"

	"github.com/google/uuid"

	"stafett/internal/core"
)

const threadOf = `
SELECT ` + instanceColumns + `
FROM instance AS i
WHERE i.id = $1 OR i.thread = $1
ORDER BY i.created, i.id
LIMIT 100`

// Thread gives the instances of one matter, oldest first: the one that it began with and all
// that came of it, at most 100. It decides nothing: whoever shows one asks access for it.
func (tx *Tx) Thread(ctx context.Context, began uuid.UUID) ([]core.Instance, error) {
	return many(ctx, tx, scanInstance, "thread", threadOf, began)
}

const changedHands = `UPDATE instance AS i SET task_since = now() WHERE i.id = $1`

// ChangedHands makes an instance unread for everyone who has opened it: something has come that
// they have not seen.
func (tx *Tx) ChangedHands(_ context.Context, id uuid.UUID) error {
	tx.queue("changed hands", changedHands, id)
	return nil
}

// nullThread is a thread that may be NULL, and then is so in both columns.
type nullThread struct {
	id    *uuid.UUID
	owner *core.PartyID
}

func (t nullThread) thread() core.Thread {
	if t.id == nil || t.owner == nil {
		return core.Thread{}
	}
	return core.Thread{ID: *t.id, Owner: *t.owner}
}

// nullable gives NULL for a zero value.
func nullable[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
