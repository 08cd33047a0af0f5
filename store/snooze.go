package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// snoozedBy are the cases at an owner ($1) that a person has put off. It hangs on no row of the list that it
// is part of, so that it is read once. What comes to a case ends that it is put off (wake_case).
func snoozedBy(person string) string {
	return `
      AND i.id <> ALL (ARRAY(
          SELECT z.instance
          FROM case_snooze AS z
          WHERE z.owner = $1 AND z.person = ` + person + ` AND z.until > now()
          LIMIT 100
      )) `
}

// What has run out is forgotten on the way, so that a person's list stays short. The case's row is held: what
// comes to it at the same time either finds it put off, and ends that, or has come before.
const snooze = `
WITH gone AS (
    DELETE FROM case_snooze AS z
    WHERE z.owner = $1 AND z.person = $2 AND z.until <= now() AND z.instance <> $3
)
INSERT INTO case_snooze AS z (owner, person, instance, until)
SELECT $1, $2, i.id, $4
FROM instance AS i
WHERE i.id = $3 AND i.task_since <= now()
FOR SHARE OF i
ON CONFLICT (owner, person, instance) DO UPDATE
SET at = now(), until = EXCLUDED.until`

// Snooze puts a case off, out of one person's own list, to a time.
func (tx *Tx) Snooze(
	_ context.Context, ref core.InstanceRef, person core.PartyID, until time.Time,
) error {
	tx.queue("snooze", snooze, ref.Owner, person, ref.ID, until)
	return nil
}

const wake = `
DELETE FROM case_snooze AS z
WHERE z.owner = $1 AND z.person = $2 AND z.instance = $3`

// Wake takes back that a person has put a case off.
func (tx *Tx) Wake(_ context.Context, ref core.InstanceRef, person core.PartyID) error {
	tx.queue("wake", wake, ref.Owner, person, ref.ID)
	return nil
}

const snoozedTo = `
SELECT z.until
FROM case_snooze AS z
WHERE z.owner = $1 AND z.person = $2 AND z.instance = $3 AND z.until > now()`

// SnoozedTo gives the time to which a person has put a case off; nil when they have not.
func (tx *Tx) SnoozedTo(
	ctx context.Context, ref core.InstanceRef, person core.PartyID,
) (*time.Time, error) {
	list, err := many(ctx, tx, pgx.RowTo[time.Time], "snoozed to", snoozedTo, ref.Owner, person,
		ref.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}
