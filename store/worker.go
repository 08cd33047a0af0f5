package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"stafett/internal/core"
)

const (
	fetchPollInterval = time.Second
	// jobTimeout is how long a job may run.
	jobTimeout = 60 * time.Second
	// rescueAfter is River's own net under jobs that are stuck in a living process. It cannot be
	// shorter than jobTimeout, so a dead process's jobs are taken over by takeOver instead.
	rescueAfter = 90 * time.Second
	// softStop is how long running jobs may finish when the process stops.
	softStop = 10 * time.Second
	// normalLease is how long a process may be silent before it is taken for dead; it says that it
	// lives beatsInLease times in that time.
	normalLease  = 8 * time.Second
	beatsInLease = 4
	// mendInterval is how often deliveries and notices without a job are looked for.
	mendInterval = 30 * time.Second
	// sealInterval is how often the audit log is sealed, checkInterval how often all of its
	// seals are recomputed.
	sealInterval  = 2 * time.Second
	checkInterval = time.Hour
)

// WorkerConfig says what a WorkerClient works on.
type WorkerConfig struct {
	// Workers are River's: each says itself when a failed job is tried again (NextRetry).
	Workers *river.Workers
	// MaxWorkers is how many jobs to work at once; 0 means 16.
	MaxWorkers int
	// Lease is how long a process may be silent before others take its jobs over; 0 means 8 s.
	Lease time.Duration
	// Log is where the job engine writes; nil for the Store's.
	Log *slog.Logger
}

// WorkerClient works jobs, in as many processes as there are. The jobs of a process that dies
// are taken over within the lease and a quarter of it.
type WorkerClient struct {
	store *Store
	river *river.Client[pgx.Tx]
	log   *slog.Logger
	lease time.Duration

	stop  context.CancelFunc
	beats sync.WaitGroup
}

// NewWorkerClient gives a client that is not yet started.
func (s *Store) NewWorkerClient(c WorkerConfig) (*WorkerClient, error) {
	if c.MaxWorkers == 0 {
		c.MaxWorkers = 16
	}
	if c.Lease == 0 {
		c.Lease = normalLease
	}
	if c.Log == nil {
		c.Log = s.options.Log
	}
	queues := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: c.MaxWorkers}}
	client, err := river.NewClient(riverpgxv5.New(s.pool), &river.Config{
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    fetchPollInterval,
		JobTimeout:           jobTimeout,
		Logger:               c.Log,
		MaxAttempts:          maxAttempts,
		Queues:               queues,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      softStop,
		Workers:              c.Workers,
	})
	if err != nil {
		return nil, fmt.Errorf("worker client: %w", err)
	}
	return &WorkerClient{store: s, river: client, log: c.Log, lease: c.Lease}, nil
}

// Start begins to work. ctx is for starting only: Stop ends the work.
func (w *WorkerClient) Start(ctx context.Context) error {
	// Before the first job is fetched: a worker that is not known counts as dead.
	if err := w.store.beat(ctx, w.river.ID()); err != nil {
		return err
	}
	if err := w.river.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start workers: %w", err)
	}
	var beating context.Context
	beating, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	w.beats.Go(func() { w.beatUntilStopped(beating) })
	w.beats.Go(func() { w.sealUntilStopped(beating) })
	wake := w.store.calls.begin()
	w.beats.Go(func() { w.store.callUntilStopped(beating, wake) })
	return nil
}

// Stop fetches no more jobs, waits for those that run (they are cancelled after ten seconds),
// and ends the work. ctx limits the wait.
func (w *WorkerClient) Stop(ctx context.Context) error {
	err := w.river.Stop(ctx)
	w.stop()
	w.beats.Wait()
	return errors.Join(err, w.store.exec(ctx, "forget worker", forgetWorker, w.river.ID()))
}

func (w *WorkerClient) beatUntilStopped(ctx context.Context) {
	beat := w.lease / beatsInLease
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	every := int(max(mendInterval/beat, 1))
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := w.tend(ctx, n%every == 0); err != nil && ctx.Err() == nil {
			w.log.Error("worker beat", "err", err)
		}
	}
}

// sealUntilStopped keeps the audit log sealed. It goes beside the beat, which must not wait for it.
func (w *WorkerClient) sealUntilStopped(ctx context.Context) {
	ticker := time.NewTicker(sealInterval)
	defer ticker.Stop()
	for {
		_, err := w.store.SealAudit(ctx)
		if err == nil {
			err = w.store.CheckAudit(ctx, checkInterval)
		}
		if err != nil && ctx.Err() == nil {
			w.log.Error("seal the audit log", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// tend says that this process lives, and looks after the jobs of those that do not.
func (w *WorkerClient) tend(ctx context.Context, mend bool) error {
	if err := w.store.beat(ctx, w.river.ID()); err != nil {
		return err
	}
	taken, err := w.store.takeOver(ctx, w.lease)
	if err != nil {
		return err
	}
	if taken > 0 {
		w.log.Warn("took over the jobs of a dead worker", "jobs", taken)
	}
	late, err := w.store.wakeLate(ctx)
	if late > 0 {
		w.log.Info("woke deliveries whose jobs slept too long", "deliveries", late)
	}
	if err != nil || !mend {
		return err
	}
	mended, err := w.store.mendDeliveries(ctx)
	if mended > 0 {
		w.log.Warn("gave a job to deliveries that had lost theirs", "deliveries", mended)
	}
	_, failed := w.store.WakeNotices(ctx)
	return errors.Join(err, failed)
}

const beat = `
INSERT INTO worker AS w (id, seen)
VALUES ($1, now())
ON CONFLICT (id) DO UPDATE
SET seen = now()`

func (s *Store) beat(ctx context.Context, id string) error {
	return s.exec(ctx, "beat", beat, id)
}

const forgetWorker = `DELETE FROM worker AS w WHERE w.id = $1`

// Rows that River is just finishing are locked, and skipped until the next time. Workers that
// nothing was heard of for an hour are forgotten.
const takeOver = `
WITH forgotten AS (
    DELETE FROM worker AS w
    WHERE w.seen < now() - make_interval(secs => 3600)
)
, taken AS (
    UPDATE river_job AS j
    SET state = 'available', scheduled_at = now()
    WHERE j.id IN (
        SELECT r.id
        FROM river_job AS r
        WHERE r.state = 'running'
          AND r.attempted_at < now() - make_interval(secs => $1)
          AND NOT EXISTS (
              SELECT FROM worker AS w
              WHERE w.id = r.attempted_by[cardinality(r.attempted_by)]
                AND w.seen >= now() - make_interval(secs => $1)
          )
        FOR UPDATE SKIP LOCKED
    )
    RETURNING j.kind, j.args
), freed AS (
    UPDATE breaker AS b
    SET probe = NULL, until = now()
    WHERE b.probe IN (
        SELECT (t.args ->> 'delivery')::uuid
        FROM taken AS t
        WHERE t.kind = 'deliver'
    )
)
SELECT FROM taken`

// takeOver makes the running jobs of silent processes available again, and tells how many; where one
// of them had gone to see whether a target answers, another may. Such a process may only be frozen:
// what it does when it comes back is fenced by attempt numbers.
func (s *Store) takeOver(ctx context.Context, lease time.Duration) (int, error) {
	return s.execCount(ctx, "take over jobs", takeOver, lease.Seconds())
}

// The ids of what a kind of jobs is about that are to be worked, or are being. Taken from others by EXCEPT,
// whatever the planner expects to find: of a join with a look at all jobs for each of the others it would
// think well while there are few.
const (
	withoutJob = `
        EXCEPT
        SELECT (j.args ->> '`
	ofKind = `')::uuid
        FROM river_job AS j
        WHERE j.state IN ('available', 'pending', 'retryable', 'running', 'scheduled') AND j.kind = '`
)

// River marks a job as finished whoever says so: a process that comes back late can finish the
// job while its successor still works, and if that then fails there is nothing left to retry.
const lostDeliveries = `
UPDATE delivery AS u
SET next_try = now()
WHERE u.id = ANY (ARRAY(
    SELECT d.id
    FROM delivery AS d
    WHERE d.id = ANY (ARRAY(
        SELECT l.id
        FROM delivery AS l
        WHERE l.state = 'waiting' AND l.next_try < now() - interval '1 minute'` +
	withoutJob + "delivery" + ofKind + "deliver" + `'
    )) AND ` + stillWaits + `
    LIMIT 100
    FOR UPDATE SKIP LOCKED
))
RETURNING u.id`

// mendDeliveries gives a job to waiting deliveries that have none, and tells how many.
func (s *Store) mendDeliveries(ctx context.Context) (int, error) {
	mended := 0
	err := s.InTx(ctx, core.System(), func(tx *Tx) error {
		ids, err := many(ctx, tx, pgx.RowTo[uuid.UUID], "lost deliveries", lostDeliveries)
		for _, id := range ids {
			if err = tx.Enqueue(ctx, core.DeliverArgs{Delivery: id}); err != nil {
				return err
			}
		}
		mended = len(ids)
		return err
	})
	return mended, err
}
