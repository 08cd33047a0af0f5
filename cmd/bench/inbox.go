package main

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/store"
)

// inboxQuery is what the caseworker's list reads, as a plain statement.
type inboxQuery struct {
	owner int64
	task  string
}

// readInbox finds the organisation and the task in which new cases stand.
func (s *server) readInbox(ctx context.Context) (inboxQuery, error) {
	var q inboxQuery
	err := s.db.QueryRow(ctx, `
		SELECT i.owner, i.task
		FROM party AS p JOIN instance AS i ON i.owner = p.id
		WHERE p.organisation_number = $1 AND i.ready AND i.ended IS NULL
		LIMIT 1`, path.Base(inboxPath)).Scan(&q.owner, &q.task)
	if err != nil {
		return q, fmt.Errorf("find the inbox: %w", err)
	}
	return q, nil
}

// sql lists the newest n of the inbox; it takes the owner and the task.
func (inboxQuery) sql(columns string, n int) string {
	return fmt.Sprintf(`
		SELECT %s
		FROM instance AS i
		WHERE i.owner = $1 AND i.org = 'nordvik' AND i.app = 'stottesak' AND i.task = $2
		  AND i.ready AND i.ended IS NULL
		ORDER BY i.submitted DESC, i.id DESC
		LIMIT %d`, columns, n)
}

// bareInbox runs the query for a page of 25 and reads every column of its rows.
func (s *server) bareInbox(ctx context.Context, q inboxQuery) (float64, error) {
	sql := q.sql("i.*", 25)
	return repeat(ctx, func(ctx context.Context, _ int) error {
		rows, err := s.db.Query(ctx, sql, q.owner, q.task)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) {
			return row.Values()
		})
		if err == nil && len(list) != 25 {
			err = fmt.Errorf("the bare inbox query gives %d rows, want 25", len(list))
		}
		return err
	})
}

// benchWorker is the caseworker whose inbox it is.
const benchWorker core.PartyID = 50004

// openBelted opens the store as the program does: as the serving role.
func (s *server) openBelted(ctx context.Context) (*store.Store, error) {
	return store.Open(ctx, s.url(), store.Options{
		MaxConns: connections, Role: store.ServingRole,
	})
}

// beltedInbox reads the same page as the program does, with nothing drawn: the roles, the list and
// its count within the scope, by row-level security, and the line in the look-up log.
func beltedInbox(ctx context.Context, s *store.Store, q inboxQuery) (float64, error) {
	actor := core.Actor{Kind: core.ActorPerson, User: benchWorker, Party: benchWorker}
	scope := store.Scope{Owner: core.PartyID(q.owner), Items: []store.ScopeItem{
		{Org: "nordvik", App: "stottesak", Task: q.task},
	}}
	return repeat(ctx, func(ctx context.Context, _ int) error {
		return s.InTx(ctx, actor, func(tx *store.Tx) error {
			roles, err := tx.RolesOf(ctx, actor.User, scope.Owner)
			if err != nil {
				return err
			}
			if len(roles) == 0 {
				return errors.New("the caseworker has no role")
			}
			tx.Audit(core.Event{
				Actor: actor.User, ActorKind: actor.Kind, Party: scope.Owner, Act: core.ActList,
				Outcome: core.OutcomeDone,
			})
			list, err := tx.Inbox(ctx, scope, store.Filter{Reader: actor.User}, nil, 25)
			if err == nil && len(list.Cases) != 25 {
				err = fmt.Errorf("the belted inbox gives %d rows, want 25", len(list.Cases))
			}
			return err
		})
	})
}
