package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// copyDraft copies a draft that has no attachments to each of the new ids: to fill in as many
// through the pages would take longer than what is measured.
func (s *server) copyDraft(ctx context.Context, from uuid.UUID, to []uuid.UUID) error {
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		rest, err := otherColumns(ctx, tx, "instance", "id")
		if err != nil {
			return err
		}
		sql := fmt.Sprintf(`INSERT INTO instance (id, %[1]s)
			SELECT new.id, %[1]s
			FROM (SELECT %[1]s FROM instance WHERE id = $1) AS t
			CROSS JOIN unnest($2::uuid[]) AS new (id)`, rest)
		if _, err := tx.Exec(ctx, sql, from, to); err != nil {
			return err
		}
		if rest, err = otherColumns(ctx, tx, "element", "id", "instance"); err != nil {
			return err
		}
		sql = fmt.Sprintf(`INSERT INTO element (id, instance, %[1]s)
			SELECT gen_random_uuid(), new.id, %[1]s
			FROM (SELECT %[1]s FROM element WHERE instance = $1) AS t
			CROSS JOIN unnest($2::uuid[]) AS new (id)`, rest)
		_, err = tx.Exec(ctx, sql, from, to)
		return err
	})
}

// otherColumns lists the columns of a table that are written, but for some.
func otherColumns(ctx context.Context, tx pgx.Tx, table string, but ...string) (string, error) {
	rows, err := tx.Query(ctx, `
		SELECT quote_ident(column_name) FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER'
		  AND column_name <> ALL($2)`, table, but)
	if err != nil {
		return "", err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(names, ", "), err
}
