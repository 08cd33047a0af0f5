package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

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

// Part is what is told of an instance of a matter to whoever stands in another one of it: which
// it is, what it was made from and whether it has ended, and nothing that is in it.
type Part struct {
	Ref core.InstanceRef
	// Source is the instance that it was made from; the zero id for none.
	Source uuid.UUID
	Ended  bool
}

const matterOf = `
SELECT m.org, m.app, m.owner, m.id,
    COALESCE(m.source_id, '00000000-0000-0000-0000-000000000000'), m.ended
FROM matter_of($1) AS m`

// Matter gives the parts of the matter that an instance belongs to, oldest first, at most 100:
// those too that the actor may not see. It is for what a step does, and is shown to nobody.
func (tx *Tx) Matter(ctx context.Context, of uuid.UUID) ([]Part, error) {
	scan := func(row pgx.CollectableRow) (Part, error) {
		var p Part
		r := &p.Ref
		err := row.Scan(&r.Org, &r.App, &r.Owner, &r.ID, &p.Source, &p.Ended)
		return p, err
	}
	return many(ctx, tx, scan, "matter", matterOf, of)
}

const ownersHere = `
SELECT owner_here(a.owner, a.id)
FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY AS a (owner, id, place)
ORDER BY a.place`

// Here sets the owners of addresses that came from outside: negative where the instance is in
// another installation, whose numbers of parties mean nothing here.
func (tx *Tx) Here(ctx context.Context, refs ...*core.InstanceRef) error {
	owners, ids := make([]int64, len(refs)), make([]uuid.UUID, len(refs))
	for i, ref := range refs {
		owners[i], ids[i] = int64(ref.Owner), ref.ID
	}
	list, err := many(ctx, tx, pgx.RowTo[core.PartyID], "owners here", ownersHere, owners, ids)
	if err != nil || len(list) != len(refs) {
		return err
	}
	for i, ref := range refs {
		ref.Owner = list[i]
	}
	return nil
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
