package main

import (
	"context"
	"fmt"
	"path"

	"github.com/jackc/pgx/v5"
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
