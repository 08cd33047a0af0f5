package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// exactly makes a reader of exactly one row; none is pgx.ErrNoRows.
func exactly[T any](scan pgx.RowToFunc[T], into *T) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		value, err := pgx.CollectExactlyOneRow(rows, scan)
		if err == nil {
			*into = value
		}
		return err
	}
}

// every makes a reader of every row; none is an empty list.
func every[T any](scan pgx.RowToFunc[T], into *[]T) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var err error
		*into, err = pgx.CollectRows(rows, scan)
		return err
	}
}

// one reads exactly one row; ErrNoRow when there is none.
func one[T any](
	ctx context.Context, tx *Tx, scan pgx.RowToFunc[T], doing, sql string, args ...any,
) (T, error) {
	var value T
	err := tx.query(ctx, exactly(scan, &value), doing, sql, args...)
	return value, err
}

// many reads every row; none is an empty list.
func many[T any](
	ctx context.Context, tx *Tx, scan pgx.RowToFunc[T], doing, sql string, args ...any,
) ([]T, error) {
	var list []T
	err := tx.query(ctx, every(scan, &list), doing, sql, args...)
	return list, err
}

// as runs one statement outside InTx with the belt of the actor, in one round trip: what is sent
// together is one transaction.
func (s *Store) as(
	ctx context.Context, a core.Actor, read func(pgx.Rows) error, doing, sql string, args ...any,
) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	batch := &pgx.Batch{}
	first, asker := beginAs(a)
	batch.Queue(first, asker...)
	batch.Queue(sql, args...)
	results := conn.SendBatch(ctx, batch)
	if _, err = results.Exec(); err == nil {
		err = statement{read: read}.readFrom(results)
	}
	if closed := results.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return explain(doing, err)
	}
	return nil
}

// countAs is as for a change; it tells how many rows were touched.
func (s *Store) countAs(
	ctx context.Context, a core.Actor, doing, sql string, args ...any,
) (int, error) {
	touched := 0
	err := s.as(ctx, a, func(rows pgx.Rows) error {
		rows.Close()
		touched = int(rows.CommandTag().RowsAffected())
		return rows.Err()
	}, doing, sql, args...)
	return touched, err
}

// read reads one row outside InTx; ErrNoRow when there is none.
func (s *Store) read(ctx context.Context, into []any, doing, sql string, args ...any) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, sql, args...).Scan(into...); err != nil {
		return explain(doing, err)
	}
	return nil
}

// exec runs one statement outside InTx.
func (s *Store) exec(ctx context.Context, doing, sql string, args ...any) error {
	_, err := s.execCount(ctx, doing, sql, args...)
	return err
}

// execCount is exec that tells how many rows were touched.
func (s *Store) execCount(ctx context.Context, doing, sql string, args ...any) (int, error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	tag, err := conn.Exec(ctx, sql, args...)
	if err != nil {
		return 0, explain(doing, err)
	}
	return int(tag.RowsAffected()), nil
}
