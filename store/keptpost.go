package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const (
	// keptAge is how long a kept post can be read.
	keptAge = `interval '30 minutes'`
	// maxKept is how many posts are kept for a person; the oldest go first.
	maxKept = 20
)

// KeptPage is a page that a post has been kept for, and when it came.
type KeptPage struct {
	Page string
	At   time.Time
}

const keepPost = `
INSERT INTO kept_post AS k (person, page, sealed)
VALUES ($1, $2, $3)
ON CONFLICT (person, page) DO UPDATE
SET sealed = EXCLUDED.sealed, at = now()`

const dropOldPosts = `
DELETE FROM kept_post AS k
WHERE k.person = $1 AND k.page IN (
    SELECT o.page FROM kept_post AS o WHERE o.person = $1 ORDER BY o.at DESC OFFSET $2
)`

// KeepPost keeps a sealed post for the actor, in place of an earlier one of the same page.
func (tx *Tx) KeepPost(_ context.Context, page string, sealed []byte) {
	tx.queue("keep post", keepPost, tx.actor.User, page, sealed)
	tx.queue("drop old posts", dropOldPosts, tx.actor.User, maxKept)
}

const keptPost = `
SELECT k.sealed
FROM kept_post AS k
WHERE k.person = $1 AND k.page = $2 AND k.at > now() - ` + keptAge

// KeptPost gives the sealed post that is kept for the actor from a page; ErrNoRow when none is.
func (tx *Tx) KeptPost(ctx context.Context, page string) ([]byte, error) {
	return one(ctx, tx, pgx.RowTo[[]byte], "kept post", keptPost, tx.actor.User, page)
}

const dropPost = `DELETE FROM kept_post AS k WHERE k.person = $1 AND k.page = $2`

// DropPost removes what is kept for the actor from a page.
func (tx *Tx) DropPost(_ context.Context, page string) {
	tx.queue("drop post", dropPost, tx.actor.User, page)
}

const cleanPosts = `DELETE FROM kept_post AS k WHERE k.at <= now() - ` + keptAge

// CleanPosts removes what KeptPost would not give any more, and tells how many.
func (s *Store) CleanPosts(ctx context.Context) (int, error) {
	return s.countAs(ctx, core.System(), "clean posts", cleanPosts)
}

// Within the belt of the session's person, as the messages.
const keptOfSession = `
SELECT k.page, k.at
FROM session AS s
JOIN kept_post AS k ON k.person = s.person
WHERE s.hash = $1 AND k.at > now() - ` + keptAge + `
ORDER BY k.at DESC
LIMIT 20`

func scanKept(row pgx.CollectableRow) (KeptPage, error) {
	var k KeptPage
	return k, row.Scan(&k.Page, &k.At)
}
