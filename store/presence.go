package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// PresenceTime is how long somebody is told of as being in a case without a new word from them.
const PresenceTime = time.Minute

const present = `p.seen > now() - interval '1 minute'`

const attend = `
WITH before AS (
    SELECT ` + present + ` AS here, p.wrote > now() - interval '1 minute' AS wrote
    FROM case_presence AS p
    WHERE p.instance = $2 AND p.person = $3
), attended AS (
    INSERT INTO case_presence AS p (owner, instance, person, name, wrote)
    VALUES ($1, $2, $3, $4, CASE WHEN $5::boolean THEN now() ELSE '-infinity' END)
    ON CONFLICT (instance, person) DO UPDATE
    SET name = EXCLUDED.name, seen = now(), wrote = GREATEST(p.wrote, EXCLUDED.wrote)
    RETURNING p.instance
)
SELECT NOT EXISTS (SELECT FROM before AS b WHERE b.here AND (b.wrote OR NOT $5::boolean))
FROM attended`

// Attend notes that the actor has a case open at this moment, writing in it or not. Colleagues are
// told when that is new.
func (tx *Tx) Attend(_ context.Context, ref core.InstanceRef, writing bool) error {
	if tx.actor.Kind != core.ActorPerson {
		return nil
	}
	var news bool
	tx.hold("attend", func(rows pgx.Rows) error {
		err := exactly(pgx.RowTo[bool], &news)(rows)
		if err == nil && news {
			tx.signal(Signal{Kind: SignalPresence, Owner: ref.Owner, App: ref.AppRef, Case: ref.ID})
		}
		return err
	}, attend, ref.Owner, ref.ID, tx.actor.User, tx.actor.Name, writing)
	return nil
}

const leave = `
DELETE FROM case_presence AS p
WHERE p.instance = $1 AND p.person = $2 AND p.seen <= $3
RETURNING p.instance`

// Leave notes that the actor has closed a case that they attended last at a time; if they have
// attended it since, they are still there.
func (tx *Tx) Leave(ctx context.Context, ref core.InstanceRef, attended time.Time) error {
	gone, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "leave", leave, ref.ID, tx.actor.User, attended)
	if err == nil && len(gone) > 0 {
		tx.signal(Signal{Kind: SignalPresence, Owner: ref.Owner, App: ref.AppRef, Case: ref.ID})
	}
	return err
}

const presenceColumns = `p.instance, p.person, p.name, p.wrote > now() - interval '1 minute'`

func scanPresence(row pgx.CollectableRow) (core.Presence, error) {
	var p core.Presence
	err := row.Scan(&p.Case, &p.Person, &p.Name, &p.Writing)
	return p, err
}

const presentIn = `
SELECT ` + presenceColumns + `
FROM case_presence AS p
WHERE p.instance = $1 AND p.person <> $2 AND ` + present + `
ORDER BY p.name, p.person
LIMIT 20`

// PresentIn gives who other than the actor has a case open now.
func (tx *Tx) PresentIn(ctx context.Context, instance uuid.UUID) ([]core.Presence, error) {
	return many(ctx, tx, scanPresence, "present in a case", presentIn, instance, tx.actor.User)
}

const presentAt = `
SELECT ` + presenceColumns + `
FROM case_presence AS p
JOIN instance AS i ON i.id = p.instance
WHERE p.owner = $1 AND p.person <> $10 AND ` + present + `
  AND i.owner IS NOT DISTINCT FROM $1 AND ` + isCase + inScope + `
ORDER BY p.instance, p.name, p.person
LIMIT 200`

// HoldPresent has who other than the actor has a case open, of those that the scope lets see, read
// with the next statement that is sent: nothing is in into before that.
func (tx *Tx) HoldPresent(scope Scope, into *[]core.Presence) {
	args := append(scopeArgs(scope, Filter{}), tx.actor.User)
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("present in cases", every(scanPresence, into), presentAt, args...)
	})
}

const cleanPresence = `DELETE FROM case_presence AS p WHERE p.seen < now() - interval '1 hour'`

// CleanPresence forgets who was in a case long ago.
func (s *Store) CleanPresence(ctx context.Context) error {
	_, err := s.countAs(ctx, core.System(), "clean presence", cleanPresence)
	return err
}
