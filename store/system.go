package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Span is a half-open span of time; nil is no bound.
type Span struct{ From, To *time.Time }

// SystemFilter narrows what a service owner's system is given. Items are what access lets it
// see; everything else only narrows them.
type SystemFilter struct {
	Items []ScopeItem
	// Owner is the instance owner; 0 is anyone.
	Owner core.PartyID
	// Changed, Created, Due and Ended are spans of the instance's times.
	Changed, Created, Due, Ended Span
	// Archived narrows to instances that are, or are not; nil is both.
	Archived *bool
	// Confirmed and NotConfirmed narrow by the confirmation of an organisation (its code).
	Confirmed, NotConfirmed string
	// Search is a part of the title or the applicant's name, in any case.
	Search string
	// OldestFirst gives what was changed longest ago first.
	OldestFirst bool
}

const ofSystem = `
SELECT ` + instanceColumns + `, false
FROM instance AS i
WHERE i.id = ANY (ARRAY(
    SELECT k.id
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $21::text[])
        AS item (org, app, task, end_event, key)
    CROSS JOIN LATERAL (
        SELECT i.changed, i.id
        FROM instance AS i
        WHERE i.org = item.org AND i.app = item.app AND i.task = item.task
          AND i.end_event = item.end_event AND (item.key = '' OR i.limit_key = item.key)
          AND (i.changed, i.id) < ($5::timestamptz, $6::uuid)
          AND i.changed >= $7::timestamptz
          AND i.changed < $8::timestamptz
          AND ($9::bigint = 0 OR i.owner = $9)
          AND ($10::timestamptz IS NULL OR i.created >= $10)
          AND ($11::timestamptz IS NULL OR i.created < $11)
          AND ($12::timestamptz IS NULL OR i.due >= $12)
          AND ($13::timestamptz IS NULL OR i.due < $13)
          AND ($14::timestamptz IS NULL OR i.ended >= $14)
          AND ($15::timestamptz IS NULL OR i.ended < $15)
          AND ($16::boolean IS NULL OR (i.status = 'archived') = $16)
          AND ($17 = '' OR EXISTS (
              SELECT FROM confirmation AS c WHERE c.instance = i.id AND c.organisation = $17
          ))
          AND ($18 = '' OR NOT EXISTS (
              SELECT FROM confirmation AS c WHERE c.instance = i.id AND c.organisation = $18
          ))
          AND ($19 = '' OR strpos(lower(i.title || ' ' || i.applicant), lower($19)) > 0)
        ORDER BY i.changed DESC, i.id DESC
        LIMIT $20
    ) AS k
    ORDER BY k.changed DESC, k.id DESC
    LIMIT $20
))
ORDER BY i.changed DESC, i.id DESC`

// ofSystemOldest is the same from the other end of the index.
var ofSystemOldest = strings.NewReplacer(
	" DESC", "", "(i.changed, i.id) < ", "(i.changed, i.id) > ",
).Replace(ofSystem)

// OfSystem gives instances by when they were last changed, newest first or oldest, n at a time (100
// at most), after a cursor; the cursor it gives is nil at the end. An instance that is changed while
// pages are read may come twice.
func (tx *Tx) OfSystem(
	ctx context.Context, f SystemFilter, after *Cursor, n int,
) ([]core.Instance, *Cursor, error) {
	n = pageSize(n)
	at, id := after.beforeAll()
	sql := ofSystem
	if f.OldestFirst {
		at, id = after.afterAll()
		sql = ofSystemOldest
	}
	var orgs, apps, tasks, ends, keys []string
	for _, item := range f.Items {
		task, end := item.Task, ""
		if item.Ended {
			task, end = "", item.Task
		}
		orgs, apps = append(orgs, item.Org), append(apps, item.App)
		tasks, ends = append(tasks, task), append(ends, end)
		keys = append(keys, item.key())
	}
	list, err := manyWithin(ctx, tx, 0, apps, scanListed, "instances of a system", sql,
		orgs, apps, tasks, ends, at, id, since(f.Changed.From), until(f.Changed.To), f.Owner, f.Created.From,
		f.Created.To, f.Due.From, f.Due.To, f.Ended.From, f.Ended.To, f.Archived, f.Confirmed,
		f.NotConfirmed, f.Search, n+1, keys)
	if err != nil {
		return nil, nil, err
	}
	list, next := page(list, n, func(i core.Instance) Cursor {
		return Cursor{At: i.Changed, ID: i.ID}
	})
	return list, next, nil
}

const elementsOfAll = `
SELECT ` + elementColumns + `
FROM element AS e
WHERE e.instance = ANY($1::uuid[])
ORDER BY e.created, e.id`

// ElementsOf gives what the instances hold, without content, by instance.
func (tx *Tx) ElementsOf(
	ctx context.Context, instances ...uuid.UUID,
) (map[uuid.UUID][]core.DataElement, error) {
	list, err := many(ctx, tx, scanElement, "elements of instances", elementsOfAll, instances)
	out := map[uuid.UUID][]core.DataElement{}
	for _, e := range list {
		out[e.Instance] = append(out[e.Instance], e)
	}
	return out, err
}

type confirmed struct {
	instance uuid.UUID
	core.Confirmation
}

const confirmationsOf = `
SELECT c.instance, c.organisation, c.at
FROM confirmation AS c
WHERE c.instance = ANY($1::uuid[])
ORDER BY c.at, c.organisation`

// ConfirmationsOf gives who is done with the instances, by instance, in the order of time.
func (tx *Tx) ConfirmationsOf(
	ctx context.Context, instances ...uuid.UUID,
) (map[uuid.UUID][]core.Confirmation, error) {
	scan := func(row pgx.CollectableRow) (c confirmed, err error) {
		return c, row.Scan(&c.instance, &c.Organisation, &c.At)
	}
	list, err := many(ctx, tx, scan, "confirmations", confirmationsOf, instances)
	out := map[uuid.UUID][]core.Confirmation{}
	for _, c := range list {
		out[c.instance] = append(out[c.instance], c.Confirmation)
	}
	return out, err
}

// The first confirmation stands: to say it again changes nothing.
const confirm = `
INSERT INTO confirmation (instance, organisation)
VALUES ($1, $2)
ON CONFLICT (instance, organisation) DO NOTHING`

// Confirm notes that an organisation's system is done with the instance.
func (tx *Tx) Confirm(_ context.Context, instance uuid.UUID, organisation string) error {
	tx.queue("confirm", confirm, instance, organisation)
	return nil
}

const setTags = `
WITH changed AS (
    UPDATE element AS e
    SET tags = $3
    WHERE e.instance = $1 AND e.id = $2
    RETURNING e.id
)
SELECT changed_one(count(*)) FROM changed`

// SetTags replaces an element's tags.
func (tx *Tx) SetTags(_ context.Context, instance, id uuid.UUID, tags []string) error {
	if tags == nil {
		tags = []string{}
	}
	tx.queue("set tags", setTags, instance, id, tags)
	return nil
}

const instanceAddress = `
SELECT i.org, i.app
FROM instance AS i
WHERE i.owner = $1 AND i.id = $2`

// AppOf gives the app of the instance that an owner and an id name together: for addresses that
// leave it out. It decides nothing: the caller asks access before anything is told. ErrNoRow
// when there is none.
func (tx *Tx) AppOf(
	ctx context.Context, owner core.PartyID, id uuid.UUID,
) (core.AppRef, error) {
	scan := func(row pgx.CollectableRow) (r core.AppRef, err error) {
		return r, row.Scan(&r.Org, &r.App)
	}
	return one(ctx, tx, scan, "app of an instance", instanceAddress, owner, id)
}
