package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addTag = `
WITH word AS (
    INSERT INTO tag_word AS w (owner, tag)
    VALUES ($1, $3)
    ON CONFLICT (owner, tag) DO UPDATE
    SET used = now()
)
INSERT INTO case_tag (owner, instance, tag, person)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING`

// AddTag marks a case with a word; one that it has already stays as it is.
func (tx *Tx) AddTag(
	_ context.Context, ref core.InstanceRef, tag string, person core.PartyID,
) error {
	tx.reindex(ref.ID)
	tx.queue("add tag", addTag, ref.Owner, ref.ID, tag, person)
	return nil
}

const removeTag = `DELETE FROM case_tag AS t WHERE t.instance = $1 AND t.tag = $2`

// RemoveTag takes a word off a case.
func (tx *Tx) RemoveTag(_ context.Context, ref core.InstanceRef, tag string) error {
	tx.reindex(ref.ID)
	tx.queue("remove tag", removeTag, ref.ID, tag)
	return nil
}

const tagsOf = `SELECT t.tag FROM case_tag AS t WHERE t.instance = $1 ORDER BY t.tag`

// Tags gives the words that a case is marked with.
func (tx *Tx) Tags(ctx context.Context, ref core.InstanceRef) ([]string, error) {
	return many(ctx, tx, pgx.RowTo[string], "tags", tagsOf, ref.ID)
}

const tagWords = `
SELECT w.tag
FROM tag_word AS w
WHERE w.owner = $1
ORDER BY w.used DESC
LIMIT 50`

// TagWords gives the words that an owner's cases have been marked with, the latest used first.
func (tx *Tx) TagWords(ctx context.Context, owner core.PartyID) ([]string, error) {
	return many(ctx, tx, pgx.RowTo[string], "tag words", tagWords, owner)
}
