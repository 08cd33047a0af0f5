package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// The next persons in the order of their ids, each with every role in force. Up to the last of
// them is a stretch of the index; a join with them would read all that is granted at the party.
const rolesAt = `
SELECT g.person, g.role, ` + limitColumns + `
FROM role_grant AS g
WHERE g.party = $1 AND g.person > $2 AND ` + inForce + `
  AND g.person <= (
    SELECT max(next.person)
    FROM (
        SELECT DISTINCT g.person
        FROM role_grant AS g
        WHERE g.party = $1 AND g.person > $2 AND ` + inForce + `
        ORDER BY g.person
        LIMIT $3
    ) AS next
  )
ORDER BY g.person, g.role, g.id`

func scanHolding(row pgx.CollectableRow) (core.Grant, error) {
	var g core.Grant
	err := row.Scan(append([]any{&g.Person, &g.Role}, limitFields(&g.Limit)...)...)
	return g, err
}

// RolesAt gives the grants in force of the next n persons after one, in the order of their ids:
// all that each of them holds at the party. A grant has only what a decision reads of it; GrantsOf
// gives the rest.
func (tx *Tx) RolesAt(
	ctx context.Context, party, after core.PartyID, n int,
) ([]core.Grant, error) {
	return many(ctx, tx, scanHolding, "roles at party", rolesAt, party, after, n)
}

const grantsOf = `
SELECT ` + grantColumns + `, person.name, COALESCE(granter.name, ''), COALESCE(withdrawer.name, '')
FROM role_grant AS g
JOIN party AS person ON person.id = g.person
LEFT JOIN party AS granter ON granter.id = g.granted_by
LEFT JOIN party AS withdrawer ON withdrawer.id = g.withdrawn_by
WHERE g.party = $1 AND g.person = ANY($2)
ORDER BY g.person, g.role, g.id`

// GrantsOf gives every grant that the persons ever had at the party, those of one together.
func (tx *Tx) GrantsOf(
	ctx context.Context, party core.PartyID, persons ...core.PartyID,
) ([]GrantRow, error) {
	return many(ctx, tx, scanGrantRow, "grants of persons", grantsOf, party, persons)
}

// CountScopes tells how many cases each scope lets see: exact up to CountLimit, and CountLimit + 1
// when there are more.
func (tx *Tx) CountScopes(ctx context.Context, scopes []Scope) ([]int, error) {
	counts := make([]int, len(scopes))
	for i, scope := range scopes {
		if len(scope.Items) > 0 {
			tx.within(scope.Owner, scope.apps(), func() {
				args, parts := scopeParts(scope, Filter{})
				tx.hold("count scope", exactly(pgx.RowTo[int], &counts[i]), counted(parts, ""),
					append(args, CountLimit+1)...)
			})
		}
	}
	return counts, tx.flush(ctx)
}
