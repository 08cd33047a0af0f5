package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addEvent = `
INSERT INTO audit_event (
    actor, actor_kind, actor_name, organisation_number, party, org, app, instance, task, act,
    outcome, purpose, detail, request, session
) VALUES (
    NULLIF($1::bigint, 0), $2, $3, $4, NULLIF($5::bigint, 0), $6, $7,
    NULLIF($8::uuid, '00000000-0000-0000-0000-000000000000'), $9, $10, $11, $12, $13, $14, $15
)`

func eventArgs(e core.Event) []any {
	var detail []byte
	if len(e.Detail) > 0 {
		// A map of strings always marshals.
		detail, _ = json.Marshal(e.Detail)
	}
	return []any{e.Actor, e.ActorKind, e.ActorName, e.OrganisationNumber, e.Party, e.App.Org,
		e.App.App, e.Instance, e.Task, e.Act, e.Outcome, e.Purpose, detail, e.Request, e.Session}
}

// Audit writes an audit line in this transaction: it is there exactly when what it tells of is.
// At and Request need not be filled in.
func (tx *Tx) Audit(e core.Event) {
	if e.Request == "" {
		e.Request = tx.request
	}
	tx.hold("audit", nil, addEvent, eventArgs(e)...)
}

// Refused writes the audit line of a refusal. It is written also when the transaction is rolled
// back, as it will be when the refusal is returned as an error.
func (tx *Tx) Refused(e core.Event) {
	if e.Request == "" {
		e.Request = tx.request
	}
	tx.refused = append(tx.refused, e)
}

// Audit writes audit lines of acts outside a transaction, all or none.
func (s *Store) Audit(ctx context.Context, events ...core.Event) error {
	if len(events) == 0 {
		return nil
	}
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	batch := &pgx.Batch{}
	for _, e := range events {
		if e.Request == "" {
			e.Request = s.options.RequestID(ctx)
		}
		batch.Queue(addEvent, eventArgs(e)...)
	}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return explain("audit", err)
	}
	return nil
}

const eventColumns = `
v.id, v.at, COALESCE(v.actor, 0), v.actor_kind, v.actor_name, v.organisation_number,
COALESCE(v.party, 0), v.org, v.app,
COALESCE(v.instance, '00000000-0000-0000-0000-000000000000'::uuid), v.task, v.act, v.outcome,
v.purpose, v.detail, v.request, v.session`

func scanEvent(row pgx.CollectableRow) (core.Event, error) {
	var e core.Event
	err := row.Scan(eventFields(&e)...)
	return e, err
}

// scanPartyEvent reads a line with its case's reference.
func scanPartyEvent(row pgx.CollectableRow) (core.Event, error) {
	var e core.Event
	err := row.Scan(append(eventFields(&e), &e.Reference)...)
	return e, err
}

func eventFields(e *core.Event) []any {
	return []any{&e.ID, &e.At, &e.Actor, &e.ActorKind, &e.ActorName, &e.OrganisationNumber,
		&e.Party, &e.App.Org, &e.App.App, &e.Instance, &e.Task, &e.Act, &e.Outcome, &e.Purpose,
		&e.Detail, &e.Request, &e.Session}
}

const eventsOfInstance = `
SELECT ` + eventColumns + `
FROM audit_event AS v
WHERE v.instance = $1
ORDER BY v.id DESC
LIMIT $2`

// Events gives the latest n audit lines of an instance (100 at most), latest first.
func (tx *Tx) Events(ctx context.Context, instance uuid.UUID, n int) ([]core.Event, error) {
	return many(ctx, tx, scanEvent, "events", eventsOfInstance, instance, pageSize(n))
}

// HistoryPart is which audit lines of an instance to give.
type HistoryPart struct {
	// Acts are the only ones, Except those that are left out; none is every act.
	Acts, Except []string
	// Before is the line to go on from, excluded; 0 is from the newest.
	Before int64
	// Limit is how many lines to give, 100 at most.
	Limit int
}

const historyOfInstance = `
SELECT ` + eventColumns + `
FROM audit_event AS v
WHERE v.instance = $1
  AND ($2::bigint = 0 OR v.id < $2)
  AND ($3::text[] IS NULL OR v.act = ANY ($3::text[]))
  AND ($4::text[] IS NULL OR v.act <> ALL ($4::text[]))
ORDER BY v.id DESC
LIMIT $5`

// History gives a part of an instance's audit lines, latest first.
func (tx *Tx) History(
	ctx context.Context, instance uuid.UUID, p HistoryPart,
) ([]core.Event, error) {
	return many(ctx, tx, scanEvent, "history", historyOfInstance, instance, p.Before, p.Acts,
		p.Except, pageSize(p.Limit))
}

// EventQuery is which audit lines about a party's data and roles to give.
type EventQuery struct {
	Party core.PartyID
	// Actor is who did it; zero is anybody.
	Actor core.PartyID
	// Reference is that of one of the party's cases; empty is any case and none.
	Reference string
	// Act and Outcome are what was done and how it ended; empty is any.
	Act     string
	Outcome core.Outcome
	// From and To bound the time, To excluded; zero is no bound.
	From, To time.Time
	// Before is the line to go on from, excluded; 0 is from the newest.
	Before int64
	// Limit is how many lines to give, 100 at most.
	Limit int
}

const eventsOfParty = `
SELECT ` + eventColumns + `, COALESCE(c.reference, '')
FROM audit_event AS v
LEFT JOIN instance AS c ON c.id = v.instance
WHERE v.party = $1 AND v.id < $2::bigint`

// sql gives the statement with the conditions that are asked for and no other, so that each is
// read from the index made for it.
func (q EventQuery) sql() (string, []any) {
	before := q.Before
	if before == 0 {
		before = math.MaxInt64
	}
	sql, args := eventsOfParty, []any{q.Party, before, pageSize(q.Limit)}
	add := func(asked bool, condition string, value any) {
		if asked {
			args = append(args, value)
			sql += fmt.Sprintf("\n  AND "+condition, len(args))
		}
	}
	add(q.Actor != 0, "v.actor = $%d", q.Actor)
	add(q.Reference != "", `v.instance = ANY (ARRAY(
      SELECT i.id FROM instance AS i WHERE i.ready AND i.owner = $1 AND i.reference = $%d))`, q.Reference)
	add(q.Act != "", "v.act = $%d", q.Act)
	add(q.Outcome != "", "v.outcome = $%d", q.Outcome)
	add(!q.From.IsZero(), "v.at >= $%d", q.From)
	add(!q.To.IsZero(), "v.at < $%d", q.To)
	return sql + "\nORDER BY v.id DESC\nLIMIT $3", args
}

// EventsOf gives the audit lines about a party's data and roles, latest first, each with the reference
// of its case, where that is there still and the actor may see it.
func (tx *Tx) EventsOf(ctx context.Context, q EventQuery) ([]core.Event, error) {
	sql, args := q.sql()
	return many(ctx, tx, scanPartyEvent, "events of party", sql, args...)
}
