package store

import (
	"context"
	"crypto/rand"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// scopedRows are the rows of cases that the scope lets see, of those whose ids come in $10.
const scopedRows = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $11 AND s.at >= i.task_since
    )
FROM instance AS i
WHERE i.id = ANY($10::uuid[]) AND i.owner IS NOT DISTINCT FROM $1 AND ` + isCase + inScope + `
ORDER BY i.submitted DESC, i.id DESC
LIMIT $12`

// CasesIn gives those of the cases that the scope lets see, newest first, 100 at most.
func (tx *Tx) CasesIn(
	ctx context.Context, scope Scope, ids []uuid.UUID, reader core.PartyID,
) ([]core.Instance, error) {
	return tx.casesOf(ctx, scope, ids, reader, 100)
}

func (tx *Tx) casesOf(
	ctx context.Context, scope Scope, ids []uuid.UUID, reader core.PartyID, most int,
) ([]core.Instance, error) {
	args := append(scopeArgs(scope, Filter{}), ids, reader, most)
	return manyWithin(ctx, tx, scope.Owner, scope.apps(), scanListed, "cases in a list", scopedRows,
		args...)
}

const casesOfNumber = `
SELECT k.instance FROM cases_of_number($1, $2) AS k (instance)`

// CasesOfNumber gives the cases at the owner that the person with the number sent, or in which
// the number is written, in no order. It decides nothing: CasesIn takes away what is not to be
// seen.
func (tx *Tx) CasesOfNumber(
	ctx context.Context, owner core.PartyID, number core.PersonNumber,
) ([]uuid.UUID, error) {
	return many(ctx, tx, pgx.RowTo[uuid.UUID], "cases of a number", casesOfNumber, owner,
		number.Reveal())
}

// pickAge is how long a list of picked cases can be read.
const pickAge = `interval '15 minutes'`

const keepPick = `
INSERT INTO case_pick (key, person, owner, cases) VALUES ($1, $2, $3, $4)`

// KeepPick keeps a list of cases for the person, under a key that tells nothing, and gives it.
func (tx *Tx) KeepPick(
	_ context.Context, person, owner core.PartyID, cases []uuid.UUID,
) (uuid.UUID, error) {
	var key uuid.UUID
	rand.Read(key[:])
	tx.queue("keep pick", keepPick, key[:], person, owner, append([]uuid.UUID{}, cases...))
	return key, nil
}

const cleanPicks = `DELETE FROM case_pick AS k WHERE k.made < now() - ` + pickAge

// CleanPicks removes the lists that Pick would not give any more.
func (s *Store) CleanPicks(ctx context.Context) error {
	_, err := s.countAs(ctx, core.System(), "clean picks", cleanPicks)
	return err
}

const pick = `
SELECT k.cases
FROM case_pick AS k
WHERE k.key = $1 AND k.person = $2 AND k.owner = $3 AND k.made >= now() - ` + pickAge

// Pick gives a list of cases that the person has kept at the owner; ErrNoRow when it is gone,
// or another's.
func (tx *Tx) Pick(
	ctx context.Context, person, owner core.PartyID, key uuid.UUID,
) ([]uuid.UUID, error) {
	return one(ctx, tx, pgx.RowTo[[]uuid.UUID], "pick", pick, key[:], person, owner)
}
