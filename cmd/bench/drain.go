package main

import (
	"context"
	"fmt"
	"time"
)

// outage is how many deliveries wait when the receiving app comes back.
const outage = 10_000

// drainLimit is how long the last of them may take to come.
const drainLimit = 10 * time.Minute

// drain measures how fast deliveries that have waited during an outage are made: the receiving
// app is nowhere, then the server starts with it in its place. So many are measured once.
func drain(ctx context.Context, s *server) error {
	rate, err := drainOnce(ctx, s)
	if err != nil {
		return err
	}
	figure("P12", fmt.Sprintf("drain after an outage, %d waiting", outage), rate, "/s", 200)
	return nil
}

func drainOnce(ctx context.Context, s *server) (float64, error) {
	s.stop()
	// Nothing listens on the discard port of loopback, so each attempt fails at once.
	s.targets = "nordvik/stottesak=http://127.0.0.1:9"
	_, err := s.start(ctx)
	if err != nil {
		return 0, err
	}
	people, err := applicants(ctx, s)
	if err != nil {
		return 0, err
	}
	list, err := copies(ctx, people, outage)
	if err != nil {
		return 0, err
	}
	if err := share(connections, outage, func(i int) error { return list[i].submit(ctx) }); err != nil {
		return 0, err
	}
	s.stop()
	s.targets = ""
	// As in an archive that has stood for more than a minute: plans are made for what is there.
	if _, err := s.db.Exec(ctx, `ANALYZE`); err != nil {
		return 0, err
	}
	if err := s.dueNow(ctx); err != nil {
		return 0, err
	}
	if _, err := s.start(ctx); err != nil {
		return 0, err
	}
	if err := s.delivered(ctx, drainLimit); err != nil {
		return 0, err
	}
	return s.drained(ctx)
}

// dueNow makes the next attempt of every waiting delivery due, and wants all to wait.
func (s *server) dueNow(ctx context.Context) error {
	var waiting int
	err := s.db.QueryRow(ctx, `SELECT count(*) FROM delivery WHERE state = 'waiting'`).Scan(&waiting)
	if err != nil {
		return err
	}
	if waiting != outage {
		return fmt.Errorf("%d deliveries wait, want %d", waiting, outage)
	}
	_, err = s.db.Exec(ctx, `
		UPDATE river_job SET state = 'available', scheduled_at = now()
		WHERE kind = 'deliver' AND finalized_at IS NULL`)
	return err
}

// drained gives how many cases of the latest deliveries to the app that was away were made a second,
// from the first to the last.
func (s *server) drained(ctx context.Context) (float64, error) {
	var rate float64
	err := s.db.QueryRow(ctx, `
		SELECT (count(*) / extract(epoch FROM max(delivered) - min(delivered)))::float8
		FROM (
			SELECT delivered FROM delivery WHERE to_app = 'stottesak' ORDER BY delivered DESC LIMIT $1
		) AS latest`, outage).
		Scan(&rate)
	return rate, err
}
