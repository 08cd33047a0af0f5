package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// undoAge is how long a deleted draft can be taken back.
const undoAge = `interval '10 minutes'`

// The columns that a draft comes back with: every one that the database does not make itself.
const (
	draftColumns = `id, org, app, owner, app_version, status, version, ready, process_started, task,
    task_type, task_since, end_event, ended, reference, title, applicant, source_org, source_app,
    source_owner, source_id, data_values, substatus, assignee, created_by, language, due, created,
    changed, submitted, thread, thread_owner, corrects, withdrawal, limit_field, hold_until`
	draftElementColumns = `id, instance, type, content_type, filename, size, sha256, upload, body, locked,
    version, created, tags, scan`
)

const putAside = `
WITH gone AS (
    DELETE FROM instance AS i
    WHERE ` + atRef + ` AND i.status = 'draft' AND NOT EXISTS (
        SELECT FROM delivery AS d WHERE d.source_id = i.id AND d.state <> 'delivered'
    )
    RETURNING i.*
), content AS (
    DELETE FROM element AS e
    USING gone AS g
    WHERE e.instance = g.id
    RETURNING e.*
)
INSERT INTO deleted_draft (instance, owner, org, app, content)
SELECT g.id, g.owner, g.org, g.app, json_build_object(
    'instance', to_json(g),
    'elements', (SELECT COALESCE(json_agg(to_json(c)), '[]') FROM content AS c)
)
FROM gone AS g
RETURNING instance`

// PutAside deletes a draft and what it holds, and keeps it where only TakeBack finds it. Nothing
// happens to what is no draft, and to one with a delivery that has not come through: ErrNoRow.
func (tx *Tx) PutAside(ctx context.Context, ref core.InstanceRef) error {
	_, err := one(ctx, tx, pgx.RowTo[uuid.UUID], "put aside", putAside, refArgs(ref)...)
	return err
}

const (
	deletedDraft = `
SELECT d.instance, d.owner, d.org, d.app, d.at
FROM deleted_draft AS d
WHERE d.instance = $1 AND d.at > now() - ` + undoAge + `
FOR UPDATE OF d`

	bringBack = `
INSERT INTO instance (` + draftColumns + `)
SELECT ` + draftColumns + `
FROM (
    SELECT i.*
    FROM deleted_draft AS d, json_populate_record(NULL::instance, d.content -> 'instance') AS i
    WHERE d.instance = $1
) AS i`

	bringContent = `
INSERT INTO element (` + draftElementColumns + `)
SELECT ` + draftElementColumns + `
FROM (
    SELECT e.*
    FROM deleted_draft AS d, json_populate_recordset(NULL::element, d.content -> 'elements') AS e
    WHERE d.instance = $1
) AS e`

	dropAside = `DELETE FROM deleted_draft AS d WHERE d.instance = $1`
)

// DeletedDraft is a draft that can still be taken back.
type DeletedDraft struct {
	Ref core.InstanceRef
	At  time.Time
}

func scanDeleted(row pgx.CollectableRow) (DeletedDraft, error) {
	var d DeletedDraft
	return d, row.Scan(&d.Ref.ID, &d.Ref.Owner, &d.Ref.Org, &d.Ref.App, &d.At)
}

// TakeBack brings a deleted draft back as it was, and gives its address; ErrNoRow when it is gone.
func (tx *Tx) TakeBack(ctx context.Context, id uuid.UUID) (core.InstanceRef, error) {
	d, err := one(ctx, tx, scanDeleted, "deleted draft", deletedDraft, id)
	if err != nil {
		return core.InstanceRef{}, err
	}
	tx.queue("bring back", bringBack, id)
	tx.queue("bring content back", bringContent, id)
	tx.queue("drop what was aside", dropAside, id)
	return d.Ref, nil
}

const deletedDrafts = `
SELECT d.instance, d.owner, d.org, d.app, d.at
FROM deleted_draft AS d
WHERE d.owner = $1 AND d.at > now() - ` + undoAge + `
ORDER BY d.at DESC
LIMIT 20`

// DeletedDrafts gives the owner's drafts that can still be taken back, newest first, 20 at most.
func (tx *Tx) DeletedDrafts(ctx context.Context, owner core.PartyID) ([]DeletedDraft, error) {
	return many(ctx, tx, scanDeleted, "deleted drafts", deletedDrafts, owner)
}

// Files are found by the elements that the rows hold, and go with them.
const cleanDrafts = `
WITH gone AS (
    DELETE FROM deleted_draft AS d
    WHERE d.instance IN (
        SELECT o.instance
        FROM deleted_draft AS o
        WHERE o.at <= now() - ` + undoAge + `
        ORDER BY o.at
        LIMIT 100
        FOR UPDATE SKIP LOCKED
    )
    RETURNING d.content
)
DELETE FROM upload AS u
WHERE u.id IN (
    SELECT (e ->> 'upload')::uuid
    FROM gone AS g, json_array_elements(g.content -> 'elements') AS e
    WHERE e ->> 'upload' IS NOT NULL
)`

// CleanDrafts removes for good what can no longer be taken back, with its files.
func (s *Store) CleanDrafts(ctx context.Context) error {
	_, err := s.countAs(ctx, core.System(), "clean drafts", cleanDrafts)
	return err
}

// DraftLife is how long a draft of an app lives from its last change, in days.
type DraftLife struct {
	App  core.AppRef
	Days int
}

// The index is read from its oldest end, app by app.
const oldDrafts = `
SELECT ` + instanceColumns + `
FROM unnest($1::text[], $2::text[], $3::int[]) AS a (org, app, days)
CROSS JOIN LATERAL (
    SELECT o.id
    FROM instance AS o
    WHERE o.org = a.org AND o.app = a.app AND o.status = 'draft' AND o.source_id IS NULL
      AND o.changed < now() - make_interval(days => a.days)
      AND ($4::text = '' OR NOT EXISTS (
          SELECT FROM notice AS n
          WHERE n.instance = o.id AND n.kind = $4 AND n.at > o.changed
      ))
    ORDER BY o.changed
    LIMIT 100
) AS old
JOIN instance AS i ON i.id = old.id
FOR NO KEY UPDATE OF i SKIP LOCKED`

// OldDrafts gives drafts that nobody has asked for and nobody has changed for as many days, oldest
// first, 100 of each app at most, and locks them; without being those that have been told so by a
// notice of the kind since, when one is given.
func (tx *Tx) OldDrafts(
	ctx context.Context, lives []DraftLife, told core.NoticeKind,
) ([]core.Instance, error) {
	orgs, apps, days := make([]string, len(lives)), make([]string, len(lives)), make([]int, len(lives))
	for i, l := range lives {
		orgs[i], apps[i], days[i] = l.App.Org, l.App.App, l.Days
	}
	return many(ctx, tx, scanInstance, "old drafts", oldDrafts, orgs, apps, days, told)
}
