package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const keepVersion = `
INSERT INTO case_version (instance, number, person, name, task, body)
SELECT $1, COALESCE(max(v.number), 0) + 1, $2, $3, $4, $5::json
FROM case_version AS v
WHERE v.instance = $1`

// KeepVersion keeps what a case holds as somebody moves it on. The caller holds the instance's row
// lock, which keeps the numbers apart.
func (tx *Tx) KeepVersion(_ context.Context, instance uuid.UUID, v core.CaseVersion) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("version of a case: %w", err)
	}
	tx.queue("keep version", keepVersion, instance, v.Person, v.Name, v.Task, string(body))
	return nil
}

const lastVersion = `
SELECT v.number, v.at, v.person, v.name, v.task, v.body
FROM case_version AS v
WHERE v.instance = $1
  AND ($2::bigint = 0 OR v.person = $2)
  AND ($3::text[] IS NULL OR v.task = ANY ($3::text[]))
ORDER BY v.number DESC
LIMIT 1`

// LastVersion gives what the case held when the person last moved it on (0 is anybody), out of one
// of the tasks (none is any); ErrNoRow when that has not been.
func (tx *Tx) LastVersion(
	ctx context.Context, instance uuid.UUID, person core.PartyID, tasks []string,
) (core.CaseVersion, error) {
	scan := func(row pgx.CollectableRow) (core.CaseVersion, error) {
		var v core.CaseVersion
		var body []byte
		err := row.Scan(&v.Number, &v.At, &v.Person, &v.Name, &v.Task, &body)
		if err == nil {
			err = decodeJSON(body, &v)
		}
		return v, err
	}
	return one(ctx, tx, scan, "last version", lastVersion, instance, person, tasks)
}

const dropVersions = `DELETE FROM case_version AS v WHERE v.instance = $1`

// DropVersions removes them: when the case has ended, nobody compares any more.
func (tx *Tx) DropVersions(instance uuid.UUID) {
	tx.queue("drop versions", dropVersions, instance)
}

const preparers = `
SELECT DISTINCT ON (v.actor) v.actor, v.actor_name
FROM audit_event AS v
WHERE v.instance = $1
  AND v.actor_kind = 'person'
  AND v.outcome = 'done'
  AND v.task = ANY ($2::text[])
  AND v.act = ANY ($3::text[])
ORDER BY v.actor, v.id DESC`

// Preparers gives the persons who have done one of the acts in one of the tasks of an instance, as
// they were called when they last did.
func (tx *Tx) Preparers(
	ctx context.Context, instance uuid.UUID, tasks, acts []string,
) ([]core.Party, error) {
	scan := func(row pgx.CollectableRow) (core.Party, error) {
		var p core.Party
		err := row.Scan(&p.ID, &p.Name)
		return p, err
	}
	return many(ctx, tx, scan, "preparers", preparers, instance, tasks, acts)
}
