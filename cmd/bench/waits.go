package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// pollEvery is how often the caseworkers' list is looked at.
const pollEvery = 5 * time.Millisecond

// waits measures what people wait for when submissions come evenly at a rate: the citizen for
// the acknowledgement, the caseworker for the row in the list.
func waits(ctx context.Context, s *server, rate float64) error {
	people, err := applicants(ctx, s)
	if err != nil {
		return err
	}
	var submit50, submit99, row50, row99 []float64
	for range rounds {
		list, err := copies(ctx, people, max(int(rate*span.Seconds()), connections))
		if err != nil {
			return err
		}
		acknowledged, listed, err := evenly(ctx, s, list, rate)
		if err != nil {
			return err
		}
		submit50 = append(submit50, percentile(acknowledged, 50))
		submit99 = append(submit99, percentile(acknowledged, 99))
		row50 = append(row50, percentile(listed, 50))
		row99 = append(row99, percentile(listed, 99))
	}
	load := fmt.Sprintf(" at %.0f/s", rate)
	figure("P3", "submit acknowledged, p50"+load, percentile(submit50, 50), "ms", 15)
	figure("P3", "submit acknowledged, p99"+load, percentile(submit99, 50), "ms", 60)
	figure("P4", "commit to row in the list, p50"+load, percentile(row50, 50), "ms", 60)
	figure("P4", "commit to row in the list, p99"+load, percentile(row99, 50), "ms", 1000)
	return nil
}

// evenly sends the drafts at the rate, whether or not those before are answered, and gives for
// each the milliseconds until it was acknowledged and until it stood in the list.
func evenly(
	ctx context.Context, s *server, list []draft, rate float64,
) (acknowledged, listed []float64, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	seen := make(chan map[uuid.UUID]time.Time, 1)
	var failed error
	go func() {
		var at map[uuid.UUID]time.Time
		at, failed = watch(ctx, s, list)
		seen <- at
	}()
	acknowledged = make([]float64, len(list))
	errs := make([]error, len(list))
	var all sync.WaitGroup
	began := time.Now()
	for i, d := range list {
		due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		time.Sleep(time.Until(due))
		all.Go(func() {
			errs[i] = d.submit(ctx)
			acknowledged[i] = milliseconds(time.Since(due))
		})
	}
	all.Wait()
	// What was not sent will never be seen.
	if err := firstError(errs); err != nil {
		return nil, nil, err
	}
	at := <-seen
	if failed != nil {
		return nil, nil, failed
	}
	listed, err = sinceCommit(ctx, s, at)
	return acknowledged, listed, err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// watch looks at the list as the caseworkers' does until all have come, and gives when each was
// first there.
func watch(ctx context.Context, s *server, list []draft) (map[uuid.UUID]time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, waitLimit)
	defer cancel()
	wanted, seen := map[uuid.UUID]bool{}, map[uuid.UUID]time.Time{}
	for _, d := range list {
		wanted[d.id] = true
	}
	q, err := s.readInbox(ctx)
	if err != nil {
		return nil, err
	}
	for len(seen) < len(wanted) {
		rows, err := s.db.Query(ctx, q.sql("i.source_id", 2*len(list)), q.owner, q.task)
		if err != nil {
			return nil, err
		}
		sources, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return nil, err
		}
		now := time.Now()
		for _, id := range sources {
			if _, old := seen[id]; wanted[id] && !old {
				seen[id] = now
			}
		}
		time.Sleep(pollEvery)
	}
	return seen, nil
}

// sinceCommit gives the milliseconds from when each submit's transaction began, a little before
// its commit, until it was seen: more than the wait, never less.
func sinceCommit(ctx context.Context, s *server, seen map[uuid.UUID]time.Time) ([]float64, error) {
	var out []float64
	for id, at := range seen {
		var submitted time.Time
		err := s.db.QueryRow(ctx, `SELECT submitted FROM instance WHERE id = $1`, id).Scan(&submitted)
		if err != nil {
			return nil, err
		}
		out = append(out, milliseconds(at.Sub(submitted)))
	}
	return out, nil
}
