package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
)

const (
	// fetchCooldown is how often workers look for jobs at most, and how often a process tells
	// them of new ones at most; River's own 100 ms makes jobs in quick succession wait a second.
	fetchCooldown = 10 * time.Millisecond
	// maxAttempts is River's limit by count; ours is by time, so it is put out of reach.
	maxAttempts = math.MaxInt16
)

// later is what a job may say of itself: that it goes after others, where both wait.
type later interface{ Later() bool }

// Enqueue adds a job that exists exactly when this transaction commits. args must hold ids only:
// a job row is read by operators.
func (tx *Tx) Enqueue(ctx context.Context, args river.JobArgs) error {
	// River may ask the database what it is, so there must be a transaction to ask in.
	if _, err := tx.Now(ctx); err != nil {
		return err
	}
	opts := &river.InsertOpts{Priority: river.PriorityDefault}
	if l, ok := args.(later); ok && l.Later() {
		opts.Priority++
	}
	jobs := []river.InsertManyParams{{Args: args, InsertOpts: opts}}
	if _, err := tx.store.jobs.InsertManyTx(ctx, riverTx{tx.begun, tx}, jobs); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// riverTx is the transaction as River sees it: River's INSERT waits for the commit with everything
// else, so that a job costs no round trip.
type riverTx struct {
	pgx.Tx
	tx *Tx
}

// Exec holds a statement back; River learns nothing from its answer. Its NOTIFY is sent after the
// commit: a commit that notifies holds up every other that does, until it is on the disk.
func (r riverTx) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if strings.Contains(sql, "pg_notify(") {
		r.tx.call = &statement{doing: "call for workers", sql: sql, args: args}
	} else {
		r.tx.queue("job", sql, args...)
	}
	return pgconn.CommandTag{}, nil
}

// Query holds a statement back and answers that there is nothing: River's INSERT gives back the
// jobs it made, which nobody here looks at.
func (r riverTx) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	r.tx.queue("job", sql, args...)
	return noRows{}, nil
}

// noRows is an answer without rows.
type noRows struct{ pgx.Rows }

func (noRows) Close()     {}
func (noRows) Err() error { return nil }
func (noRows) Next() bool { return false }

// calls is what tells the workers of every process that there are jobs. One call tells of all that
// have been committed before it. Where nobody sends it, a worker's next look finds them.
type calls struct {
	mu      sync.Mutex
	waiting *statement
	wake    chan struct{}
}

func (c *calls) add(one *statement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one == nil || c.wake == nil {
		return
	}
	c.waiting = one
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *calls) take() *statement {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.waiting
	c.waiting = nil
	return one
}

func (c *calls) begin() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wake == nil {
		c.wake = make(chan struct{}, 1)
	}
	return c.wake
}

// callUntilStopped tells the workers of new jobs, until ctx ends.
func (s *Store) callUntilStopped(ctx context.Context, wake <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		one := s.calls.take()
		if one == nil {
			continue
		}
		if err := s.notify(ctx, one.doing, one.sql, one.args...); err != nil && ctx.Err() == nil {
			s.options.Log.Warn("call for workers", "err", err)
		}
	}
}
