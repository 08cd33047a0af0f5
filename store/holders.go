package store

import (
	"context"

	"stafett/internal/core"
)

// The next persons in the order of their ids, each with every role in force.
const holdersAt = `
WITH next AS (
    SELECT DISTINCT g.person
    FROM role_grant AS g
    WHERE g.party = $1 AND g.person > $2 AND ` + inForce + `
    ORDER BY g.person
    LIMIT $3
)
SELECT ` + grantColumns + `, person.name, COALESCE(granter.name, ''), ''
FROM next
JOIN role_grant AS g ON g.party = $1 AND g.person = next.person
JOIN party AS person ON person.id = g.person
LEFT JOIN party AS granter ON granter.id = g.granted_by
WHERE ` + inForce + `
ORDER BY g.person, g.role, g.id`

// HoldersAt gives the grants in force of the next n persons after one, in the order of their
// ids: all that each of them holds at the party.
func (tx *Tx) HoldersAt(
	ctx context.Context, party, after core.PartyID, n int,
) ([]GrantRow, error) {
	return many(ctx, tx, scanGrantRow, "holders at party", holdersAt, party, after, n)
}
