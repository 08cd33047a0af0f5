package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// relatedLimit is how many of an applicant's newest cases are looked through for those that the
// reader may see.
const relatedLimit = 100

const related = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $13 AND s.at >= i.task_since
    )
FROM instance AS i
WHERE i.id = ANY (ARRAY(
    SELECT k.id
    FROM instance AS k
    WHERE k.owner = $1 AND k.thread_owner = $10 AND k.ready
    ORDER BY k.submitted DESC, k.id DESC
    LIMIT $11
)) AND i.id <> ALL ($12::uuid[]) ` + inScope + `
ORDER BY i.submitted DESC, i.id DESC
LIMIT $14`

// Related gives the cases of an applicant at the scope's owner that the scope lets see, newest
// first, n at most, without some.
func (tx *Tx) Related(
	ctx context.Context, scope Scope, applicant, reader core.PartyID, n int, without ...uuid.UUID,
) ([]core.Instance, error) {
	args := append(scopeArgs(scope, Filter{}), applicant, relatedLimit,
		append([]uuid.UUID{}, without...), reader, n)
	return manyWithin(ctx, tx, scope.Owner, scope.apps(), scanListed, "related cases", related, args...)
}

const addDuplicate = `
INSERT INTO case_duplicate (instance, original, owner, person) VALUES ($1, $2, $3, $4)`

// AddDuplicate links a case to the one that it is the same as. One that is linked already ends the
// transaction in fault.Conflict.
func (tx *Tx) AddDuplicate(
	_ context.Context, ref core.InstanceRef, original uuid.UUID, person core.PartyID,
) error {
	tx.queue("add duplicate", addDuplicate, ref.ID, original, ref.Owner, person)
	return nil
}

const removeDuplicate = `DELETE FROM case_duplicate AS d WHERE d.instance = $1`

// RemoveDuplicate takes the link away.
func (tx *Tx) RemoveDuplicate(_ context.Context, ref core.InstanceRef) error {
	tx.queue("remove duplicate", removeDuplicate, ref.ID)
	return nil
}

const duplicatesOf = `
SELECT d.instance, d.original
FROM case_duplicate AS d
WHERE d.instance = $1
UNION ALL
(
    SELECT d.instance, d.original
    FROM case_duplicate AS d
    WHERE d.original = $1
    ORDER BY d.at DESC
    LIMIT 100
)`

// Duplicates gives the links of a case to others, both ways: of those that are the same as it, and
// of itself to the one that it is the same as.
func (tx *Tx) Duplicates(ctx context.Context, ref core.InstanceRef) ([]core.CaseDuplicate, error) {
	scan := func(row pgx.CollectableRow) (core.CaseDuplicate, error) {
		var d core.CaseDuplicate
		err := row.Scan(&d.Case, &d.Original)
		return d, err
	}
	return many(ctx, tx, scan, "duplicates", duplicatesOf, ref.ID)
}
