package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// The matter is the instance itself and the cases that organisations made of what its owner sent.
// What the owner's own side has opened is left out: people who open what the owner has do it in
// the owner's name, and an organisation's system may be the owner's.
const openingsOf = `
WITH matter AS (
    SELECT i.id, i.owner
    FROM instance AS i
    WHERE i.id = $1
    UNION ALL
    SELECT c.id, c.owner
    FROM instance AS c
    WHERE c.thread = $2 AND c.source_owner = $3 AND c.owner <> $3
), opened AS (
    SELECT v.at, v.purpose, CASE WHEN v.purpose <> '' THEN v.org ELSE '' END AS org,
           CASE WHEN v.purpose <> '' THEN v.app ELSE '' END AS app,
           COALESCE(NULLIF(v.organisation_number, ''), o.organisation_number, '') AS organisation
    FROM matter AS m
    JOIN party AS o ON o.id = m.owner
    CROSS JOIN LATERAL (
        SELECT e.at, e.org, e.app, e.purpose, e.organisation_number
        FROM audit_event AS e
        WHERE e.instance = m.id AND e.outcome = 'done' AND e.act IN ('read', 'download', 'print')
          AND (e.actor_kind = 'org' OR e.actor_kind = 'person' AND m.owner <> $3)
        ORDER BY e.id DESC
        LIMIT 1000
    ) AS v
)
SELECT v.org, v.app, v.purpose, COALESCE(p.name, ''), v.organisation, count(*), max(v.at)
FROM opened AS v
LEFT JOIN party AS p ON p.organisation_number = v.organisation
WHERE p.id IS DISTINCT FROM $3
GROUP BY v.org, v.app, v.purpose, p.name, v.organisation,
         (v.at AT TIME ZONE 'Europe/Oslo')::date
ORDER BY max(v.at) DESC
LIMIT 100`

func scanOpening(row pgx.CollectableRow) (core.Opening, error) {
	var o core.Opening
	err := row.Scan(&o.App.Org, &o.App.App, &o.Role, &o.Organisation, &o.OrganisationNumber,
		&o.Times, &o.Last)
	return o, err
}

// Openings gives who other than its owner has opened an instance and the cases that were made of
// it, for each day, newest first, at most 100: organisations and roles, no names.
func (tx *Tx) Openings(ctx context.Context, inst core.Instance) ([]core.Opening, error) {
	return many(ctx, tx, scanOpening, "openings", openingsOf, inst.ID, inst.Began().ID, inst.Owner)
}
