package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/core"
	"stafett/internal/failpoint"
)

// Tx is one transaction, with every query on instances, grants, deliveries and the audit log.
// It belongs to one goroutine and must not be kept after the function that got it returns.
type Tx struct {
	store   *Store
	conn    *pgxpool.Conn
	actor   core.Actor
	request string
	// begun is nil until the first batch, which carries BEGIN, has been sent.
	begun pgx.Tx
	// now is the database's time of this transaction, known once it has begun.
	now     time.Time
	pending []statement
	ahead   ahead
	refused []core.Event
	// found are the instances whose words for the search are to be written, owners those of whom it is known
	// who owns them.
	found  map[uuid.UUID]bool
	owners map[uuid.UUID]core.PartyID
	// signals are sent once it has committed.
	signals []Signal
	// call, where it has made jobs, tells the workers once it has committed.
	call *statement
	// failed is the error of the first batch that failed: nothing more can be done after it.
	failed error
}

// statement is one statement that waits to be sent.
type statement struct {
	doing string
	sql   string
	args  []any
	// read takes the answer; nil when there is nothing to learn from it.
	read func(pgx.Rows) error
}

const (
	// maxTries is how often a transaction is run that may go through the next time.
	maxTries = 3
	// cleanupTime is how long a rollback or the audit line of a refusal may take after the
	// caller's own context is gone.
	cleanupTime = 5 * time.Second
)

// InTx runs fn in one transaction, read committed, and commits when fn gives nil; on an error
// everything is rolled back, except the audit lines of Tx.Refused, which are then written in a
// transaction of their own. fn is run again, at most three times in all, when the database asks
// for it (a deadlock or serialization failure) or a reference is taken, so it must not change anything outside but
// what it sets anew each time. When the connection breaks during COMMIT the outcome is not
// known: the error is fault.Unavailable, and nothing is repeated.
func (s *Store) InTx(ctx context.Context, a core.Actor, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		refused, err := s.try(ctx, a, fn)
		if err == nil {
			return nil
		}
		if try < maxTries && retryable(err) && ctx.Err() == nil {
			continue
		}
		return s.auditRefused(ctx, refused, err)
	}
}

func (s *Store) try(
	ctx context.Context, a core.Actor, fn func(*Tx) error,
) (refused []core.Event, err error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	tx := &Tx{store: s, conn: conn, actor: a, request: s.options.RequestID(ctx)}
	if err = fn(tx); err == nil {
		err = tx.commit(ctx)
	}
	if err == nil {
		s.signals.add(tx.signals)
		s.calls.add(tx.call)
		return nil, nil
	}
	if failed := tx.rollback(ctx); failed != nil {
		err = errors.Join(err, failed)
	}
	return tx.refused, err
}

func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, s.options.AcquireTimeout)
	defer cancel()
	conn, err := s.pool.Acquire(limited)
	if err != nil {
		return nil, waited(ctx, err)
	}
	return conn, nil
}

// auditRefused writes the refusals of a transaction that was rolled back.
func (s *Store) auditRefused(ctx context.Context, refused []core.Event, err error) error {
	if len(refused) == 0 {
		return err
	}
	// The caller may have gone away; that somebody asked for what they may not have is still
	// to be written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if failed := s.Audit(ctx, refused...); failed != nil {
		err = errors.Join(err, failed)
	}
	return err
}

// Now gives the database's time of this transaction: what to compare and store times with.
func (tx *Tx) Now(ctx context.Context) (time.Time, error) {
	if tx.begun == nil {
		if err := tx.flush(ctx); err != nil {
			return time.Time{}, err
		}
	}
	return tx.now, tx.failed
}

// queue holds a change back until something must be sent.
func (tx *Tx) queue(doing, sql string, args ...any) {
	tx.changing()
	tx.hold(doing, nil, sql, args...)
}

// hold holds a statement back until something must be sent; read takes its answer then.
func (tx *Tx) hold(doing string, read func(pgx.Rows) error, sql string, args ...any) {
	tx.pending = append(tx.pending, statement{doing: doing, sql: sql, args: args, read: read})
}

// query sends what waits and then this statement, in one round trip; read takes its answer.
func (tx *Tx) query(
	ctx context.Context, read func(pgx.Rows) error, doing, sql string, args ...any,
) error {
	tx.hold(doing, read, sql, args...)
	return tx.flush(ctx)
}

// copyIn sends what waits, and then a COPY whose rows body gives.
func (tx *Tx) copyIn(ctx context.Context, doing, sql string, body io.Reader) error {
	if err := tx.flush(ctx); err != nil {
		return err
	}
	if _, err := tx.conn.Conn().PgConn().CopyFrom(ctx, body, sql); err != nil {
		tx.failed = explain(doing, err)
	}
	return tx.failed
}

// flush sends everything that waits, BEGIN before it when it is the first.
func (tx *Tx) flush(ctx context.Context) error {
	if tx.failed != nil {
		return tx.failed
	}
	if tx.begun != nil && len(tx.pending) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	first := tx.begun == nil
	if first {
		batch.BeginTx(pgx.TxOptions{})
		sql, args := beginAs(tx.actor)
		batch.Queue(sql, args...)
	}
	waiting := tx.pending
	tx.pending = nil
	for _, st := range waiting {
		batch.Queue(st.sql, st.args...)
	}
	results := tx.conn.SendBatch(ctx, batch)
	err := tx.readAll(results, first, waiting)
	if closed := results.Close(); err == nil && closed != nil {
		err = explain("send", closed)
	}
	// A read that finds nothing is an answer: the transaction goes on.
	if !errors.Is(err, ErrNoRow) {
		tx.failed = err
	}
	return err
}

func (tx *Tx) readAll(results pgx.BatchResults, first bool, waiting []statement) error {
	if first {
		if err := tx.readBegin(results); err != nil {
			return explain("begin", err)
		}
	}
	for _, st := range waiting {
		if err := st.readFrom(results); err != nil {
			return explain(st.doing, err)
		}
	}
	return nil
}

func (tx *Tx) readBegin(results pgx.BatchResults) error {
	tx.begun = results.Tx()
	if _, err := results.Exec(); err != nil {
		return err
	}
	return results.QueryRow().Scan(&tx.now, nil, nil, nil, nil, nil)
}

func (st statement) readFrom(results pgx.BatchResults) error {
	if st.read == nil {
		_, err := results.Exec()
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := st.read(rows); err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// commit sends what waits together with COMMIT.
func (tx *Tx) commit(ctx context.Context) error {
	for _, e := range tx.refused {
		tx.Audit(e)
	}
	if tx.failed != nil {
		return tx.failed
	}
	if tx.begun == nil && len(tx.pending) == 0 {
		return nil
	}
	tx.holdReindex()
	failpoint.BeforeCommit.Hit()
	return tx.query(ctx, func(rows pgx.Rows) error {
		rows.Close()
		if tag := rows.CommandTag().String(); rows.Err() == nil && tag != "COMMIT" {
			return fmt.Errorf("the database answered %s", tag)
		}
		failpoint.AfterCommit.Hit()
		return rows.Err()
	}, "commit", "COMMIT")
}

// rollback ends a transaction that is still open; a connection that broke has none.
func (tx *Tx) rollback(ctx context.Context) error {
	conn := tx.conn.Conn()
	if conn.IsClosed() || conn.PgConn().TxStatus() == 'I' {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if _, err := conn.Exec(ctx, "ROLLBACK"); err != nil {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// actorMark names an actor for the database: no name, no person number.
func actorMark(a core.Actor) string {
	switch a.Kind {
	case core.ActorPerson:
		return "person:" + strconv.FormatInt(int64(a.User), 10)
	case core.ActorOrg:
		return "org:" + a.OrganisationNumber
	case core.ActorSystem:
		return "system"
	}
	return ""
}
