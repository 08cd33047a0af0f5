package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const messageColumns = `
m.instance, m.id, m.owner, m.org, m.app, m.sent, m.author, m.body, m.other_org, m.other_app,
m.other_owner, m.other_id, m.at, m.unread`

func messageFields(m *core.KeptMessage) []any {
	i, o := &m.Instance, &m.Other
	return []any{&i.ID, &m.ID, &i.Owner, &i.Org, &i.App, &m.Sent, &m.From, &m.Text, &o.Org,
		&o.App, &o.Owner, &o.ID, &m.At, &m.Unread}
}

const addMessage = `
INSERT INTO message (
    instance, id, owner, org, app, sent, author, body, other_org, other_app, other_owner,
    other_id, unread
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// AddMessage keeps a side's copy of a message; one that is there already ends the transaction in
// fault.Conflict.
func (tx *Tx) AddMessage(_ context.Context, m core.KeptMessage) error {
	i, o := m.Instance, m.Other
	tx.queue("add message", addMessage, i.ID, m.ID, i.Owner, i.Org, i.App, m.Sent, m.From, m.Text,
		o.Org, o.App, o.Owner, o.ID, m.Unread)
	return nil
}

const sentMessages = `
SELECT count(*), COALESCE(bool_or(m.id = $2), false)
FROM message AS m
WHERE m.instance = $1 AND m.sent`

// SentMessages tells how many messages the instance has sent, and whether the one with the id is
// among them. The caller holds the instance's row lock.
func (tx *Tx) SentMessages(
	ctx context.Context, instance, id uuid.UUID,
) (count int, among bool, err error) {
	type answer struct {
		count int
		among bool
	}
	scan := func(row pgx.CollectableRow) (answer, error) {
		var a answer
		err := row.Scan(&a.count, &a.among)
		return a, err
	}
	a, err := one(ctx, tx, scan, "sent messages", sentMessages, instance, id)
	return a.count, a.among, err
}

// MessageLimit is how many messages of a matter are shown.
const MessageLimit = 100

const messagesOf = `
SELECT ` + messageColumns + `,
    CASE WHEN m.stopped IS NOT NULL THEN 'stopped' ELSE COALESCE(d.state, '') END, '', '',
    CASE d.state WHEN 'given_up' THEN d.given_up_why ELSE '' END,
    CASE WHEN d.state = 'waiting' AND d.attempts = 0 AND d.not_before > now() THEN d.not_before END
FROM (
    SELECT k.instance, k.id, k.at
    FROM unnest($1::uuid[]) AS item (instance)
    CROSS JOIN LATERAL (
        SELECT m.instance, m.id, m.at
        FROM message AS m
        WHERE m.instance = item.instance
        ORDER BY m.at DESC, m.id DESC
        LIMIT $2
    ) AS k
    ORDER BY k.at DESC, k.id DESC
    LIMIT $2
) AS page
JOIN message AS m ON m.instance = page.instance AND m.id = page.id
LEFT JOIN delivery AS d ON d.id = m.id AND m.sent
ORDER BY page.at, page.id`

func scanMessage(row pgx.CollectableRow) (core.KeptMessage, error) {
	var m core.KeptMessage
	err := row.Scan(append(messageFields(&m), &m.State, &m.Title, &m.Reference, &m.GivenUpWhy,
		&m.Leaves)...)
	return m, err
}

// Messages gives the latest MessageLimit messages of the instances, oldest first. It decides
// nothing: the instances are those that the reader may read.
func (tx *Tx) Messages(
	ctx context.Context, instances ...uuid.UUID,
) ([]core.KeptMessage, error) {
	if len(instances) == 0 {
		return nil, nil
	}
	return many(ctx, tx, scanMessage, "messages", messagesOf, instances, MessageLimit)
}

const cameFrom = `
SELECT ` + messageColumns + `, '', '', '', '', NULL::timestamptz
FROM message AS m
WHERE m.instance = $1 AND m.other_id = $2 AND NOT m.sent
ORDER BY m.at DESC
LIMIT 1`

// CameFrom gives the latest message that has come to an instance from another; ErrNoRow when none
// has.
func (tx *Tx) CameFrom(ctx context.Context, instance, other uuid.UUID) (core.KeptMessage, error) {
	return one(ctx, tx, scanMessage, "came from", cameFrom, instance, other)
}

// Whoever begins to deliver it holds the row: what has an attempt is on its way.
const stopMessage = `
WITH gone AS (
    DELETE FROM delivery AS d
    WHERE d.id = $2 AND d.source_id = $1 AND d.kind = 'message' AND ` + stillWaits + `
      AND d.attempts = 0 AND d.not_before > now()
    RETURNING d.id
)
UPDATE message AS m
SET stopped = now()
FROM gone AS g
WHERE m.instance = $1 AND m.id = g.id
RETURNING m.id`

// StopMessage ends a message that has not left the house, for good, and tells whether it did. Its
// job finds nothing to do.
func (tx *Tx) StopMessage(ctx context.Context, instance, id uuid.UUID) (bool, error) {
	ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "stop message", stopMessage, instance, id)
	return len(ids) == 1, err
}

const readMessages = `
UPDATE message AS m
SET unread = false
WHERE m.instance = ANY($1::uuid[]) AND m.unread`

// ReadMessages notes that the messages of the instances have been read.
func (tx *Tx) ReadMessages(_ context.Context, instances ...uuid.UUID) error {
	tx.queue("read messages", readMessages, instances)
	return nil
}

const receivedBy = `
WITH page AS MATERIALIZED (
    SELECT k.*
    FROM unnest($2::text[], $3::text[]) AS item (org, app)
    CROSS JOIN LATERAL (
        SELECT m.*
        FROM message AS m
        WHERE m.owner = $1 AND m.org = item.org AND m.app = item.app AND NOT m.sent
          AND (m.at, m.id) < ($4::timestamptz, $5::uuid)
        ORDER BY m.at DESC, m.id DESC
        LIMIT $6
    ) AS k
    ORDER BY k.at DESC, k.id DESC
    LIMIT $6
), let_in AS MATERIALIZED (
    SELECT i.id, i.title, i.reference
    FROM instance AS i
    WHERE i.id = ANY (ARRAY(SELECT m.instance FROM page AS m))
)
SELECT ` + messageColumns + `, '', i.title, i.reference, '', NULL::timestamptz
FROM page AS m
JOIN let_in AS i ON i.id = m.instance
ORDER BY m.at DESC, m.id DESC`

// Received gives what has come to an owner's instances of the apps, newest first, n at a time
// (100 at most), after a cursor.
func (tx *Tx) Received(
	ctx context.Context, owner core.PartyID, apps []core.AppRef, after *Cursor, n int,
) ([]core.KeptMessage, *Cursor, error) {
	n = pageSize(n)
	var items itemColumns
	for _, app := range apps {
		items.add(ScopeItem{Org: app.Org, App: app.App})
	}
	at, id := after.beforeAll()
	list, err := manyWithin(ctx, tx, owner, items.apps, scanMessage, "received", receivedBy, owner,
		items.orgs, items.apps, at, id, n+1)
	if err != nil {
		return nil, nil, err
	}
	list, next := page(list, n, func(m core.KeptMessage) Cursor {
		return Cursor{At: m.At, ID: m.ID}
	})
	return list, next, nil
}
