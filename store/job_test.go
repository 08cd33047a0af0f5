package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// wait polls until done is true.
func wait(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// worker notes which deliveries it has been given; work says what becomes of each.
type worker struct {
	river.WorkerDefaults[core.DeliverArgs]
	calls atomic.Int32
	work  func(context.Context, *river.Job[core.DeliverArgs]) error
}

func (w *worker) Work(ctx context.Context, job *river.Job[core.DeliverArgs]) error {
	w.calls.Add(1)
	return w.work(ctx, job)
}

func (w *worker) NextRetry(*river.Job[core.DeliverArgs]) time.Time {
	return time.Now().Add(10 * time.Millisecond)
}

// start starts a client; stop is also called when the test ends.
func start(t *testing.T, s *store.Store, w *worker) (stop func()) {
	t.Helper()
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	client, err := s.NewWorkerClient(store.WorkerConfig{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var stopped atomic.Bool
	stop = func() {
		if stopped.Swap(true) {
			return
		}
		if err := client.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func enqueue(t testing.TB, s *store.Store, id uuid.UUID) {
	t.Helper()
	do(t, s, func(tx *store.Tx) error {
		return tx.Enqueue(t.Context(), core.DeliverArgs{Delivery: id})
	})
}

func TestEnqueue_JobExistsExactlyWhenTheTransactionCommits(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	source := draft(kari)
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		d := newDelivery(source.InstanceRef)
		return errors.Join(tx.AddInstance(t.Context(), &source), tx.AddDelivery(t.Context(), d,
			core.Frozen{}),
			tx.Enqueue(t.Context(), core.DeliverArgs{Delivery: d.ID}), errors.New("no"))
	})
	if err == nil || count(t, url, "river_job")+count(t, url, "delivery") != 0 {
		t.Errorf("rolled back, but there is a job (%v)", err)
	}
	d := newDelivery(source.InstanceRef)
	do(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.AddDelivery(t.Context(), d, core.Frozen{}),
			tx.Enqueue(t.Context(), core.DeliverArgs{Delivery: d.ID}))
	})
	if n := count(t, url, `river_job
		WHERE kind = 'deliver' AND args = jsonb_build_object('delivery', $1::uuid)
		AND max_attempts > 30000`, d.ID); n != 1 {
		t.Errorf("got %d jobs that hold the id and nothing else, want 1", n)
	}
}

// TestEnqueue_WhatOnlyTellsGoesAfter has the two jobs wait before anybody works, the one that tells first.
func TestEnqueue_WhatOnlyTellsGoesAfter(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	tells, makes := uuid.New(), uuid.New()
	do(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.Enqueue(t.Context(), core.DeliverArgs{Delivery: tells, Tells: true}),
			tx.Enqueue(t.Context(), core.DeliverArgs{Delivery: makes}))
	})
	first := count(t, url, `river_job AS j WHERE j.args ->> 'delivery' = $1
		AND NOT EXISTS (SELECT FROM river_job AS o WHERE o.priority < j.priority)
		AND EXISTS (SELECT FROM river_job AS o WHERE o.priority > j.priority AND o.id < j.id)`, makes.String())
	if first != 1 {
		t.Error("the job that makes a case does not go before the one that tells of another")
	}
	if n := count(t, url, `river_job WHERE args = jsonb_build_object('delivery', $1::uuid)`, tells); n != 1 {
		t.Errorf("%d jobs hold the id and nothing else, want 1", n)
	}
}

func TestEnqueue_ErrorBeforeItIsNotLost(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	first := addDelivery(t, s, draft(kari).InstanceRef)
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		again := newDelivery(first.Source)
		if err := tx.AddDelivery(t.Context(), again, core.Frozen{}); err != nil {
			return err
		}
		return tx.Enqueue(t.Context(), core.DeliverArgs{Delivery: again.ID})
	})
	wantFault(t, err, fault.Conflict)
	if n := count(t, url, "river_job"); n != 0 {
		t.Errorf("got %d jobs", n)
	}
}

// TestEnqueue_CallsTheWorkersAfterTheCommit listens for River's call: none is sent by the transaction
// that makes the job, and one comes from a process that works.
func TestEnqueue_CallsTheWorkersAfterTheCommit(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	exec(t, conn, `LISTEN "public.river_insert"`)
	exec(t, conn, `LISTEN marker`)
	heard := func() string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n.Channel
	}
	enqueue(t, s, uuid.New())
	storetest.Exec(t, url, `NOTIFY marker`)
	if first := heard(); first != "marker" {
		t.Errorf("the transaction itself sends %s", first)
	}
	start(t, s, &worker{work: func(context.Context, *river.Job[core.DeliverArgs]) error { return nil }})
	enqueue(t, s, uuid.New())
	if next := heard(); next != "public.river_insert" {
		t.Errorf("a process that works sends %s", next)
	}
}

func TestWorkerClient_WorksWhatIsEnqueuedAndTriesAgain(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	w := &worker{work: func(_ context.Context, job *river.Job[core.DeliverArgs]) error {
		if job.Attempt < 3 {
			return errors.New("not yet")
		}
		return nil
	}}
	stop := start(t, s, w)
	enqueue(t, s, uuid.New())
	wait(t, "the third attempt", func() bool {
		return count(t, url,
			"river_job WHERE state = 'completed'") == 1
	})
	if n := w.calls.Load(); n != 3 {
		t.Errorf("worked %d times, want 3", n)
	}
	stop()
	if n := count(t, url, "worker"); n != 0 {
		t.Errorf("%d workers are known after they stopped", n)
	}
}

func TestWorkerClient_TakesOverTheJobsOfADeadProcess(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	dead, alive, fresh := uuid.New(), uuid.New(), uuid.New()
	for _, id := range []uuid.UUID{dead, alive, fresh} {
		enqueue(t, s, id)
	}
	storetest.Exec(t, url, `UPDATE river_job SET state = 'running', attempt = 1,
		attempted_at = now() - interval '1 minute', attempted_by = ARRAY['somebody',
			CASE WHEN args->>'delivery' = $1 THEN 'alive' ELSE 'dead' END]`, alive.String())
	storetest.Exec(t, url,
		"UPDATE river_job SET attempted_at = now() WHERE args->>'delivery' = $1", fresh.String())
	if err := s.Beat(t.Context(), "alive"); err != nil {
		t.Fatal(err)
	}
	if err := s.Beat(t.Context(), "dead"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.TakeOver(t.Context()); n != 0 || err != nil {
		t.Errorf("took over %d of the living, %v", n, err)
	}
	storetest.Exec(t, url,
		"UPDATE worker SET seen = now() - interval '9 seconds' WHERE id = 'dead'")
	if n, err := s.TakeOver(t.Context()); n != 1 || err != nil {
		t.Errorf("took over %d, %v, want the dead one's job of a minute ago", n, err)
	}
	done := make(chan uuid.UUID, 3)
	start(t, s, &worker{work: func(_ context.Context, job *river.Job[core.DeliverArgs]) error {
		done <- job.Args.Delivery
		return nil
	}})
	if got := <-done; got != dead {
		t.Errorf("worked %v, want %v", got, dead)
	}
	// The other one becomes old enough, and the running client finds it by itself.
	storetest.Exec(t, url, `UPDATE river_job SET attempted_at = now() - interval '1 minute'
		WHERE args->>'delivery' = $1`, fresh.String())
	select {
	case got := <-done:
		if got != fresh {
			t.Errorf("worked %v, want %v", got, fresh)
		}
	case <-time.After(patience):
		t.Error("the dead process's second job was not taken over")
	}
}

func TestMendDeliveries_GivesAJobToThoseThatHaveLostTheirs(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	lost, queued, young, delivered, finished := addDelivery(t, s, draft(kari).InstanceRef),
		addDelivery(t, s, draft(kari).InstanceRef), addDelivery(t, s, draft(kari).InstanceRef),
		addDelivery(t, s, draft(kari).InstanceRef), addDelivery(t, s, draft(kari).InstanceRef)
	enqueue(t, s, queued.ID)
	enqueue(t, s, finished.ID)
	deliver(t, s, delivered.ID)
	storetest.Exec(t, url,
		"UPDATE delivery SET next_try = now() - interval '2 minutes' WHERE id <> $1", young.ID)
	storetest.Exec(t, url, `UPDATE river_job SET state = 'completed', finalized_at = now()
		WHERE args->>'delivery' = $1`, finished.ID.String())
	n, err := s.MendDeliveries(t.Context())
	if n != 2 || err != nil {
		t.Errorf("mended %d, %v, want 2", n, err)
	}
	for _, d := range []core.Delivery{lost, finished} {
		if n := count(t, url, "river_job WHERE state = 'available' AND args->>'delivery' = $1",
			d.ID.String()); n != 1 {
			t.Errorf("%v has %d jobs, want 1", d.ID, n)
		}
	}
	if n, err := s.MendDeliveries(t.Context()); n != 0 || err != nil {
		t.Errorf("mended %d again, %v", n, err)
	}
}
