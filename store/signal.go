package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Signal tells every server process that there is something to look at. It names an organisation,
// an app and a case, and holds nothing of it: whoever hears of it asks the database as the one
// whom they tell. It comes after the change is committed, and may be lost with the process.
type Signal struct {
	Kind SignalKind
	// Owner is the organisation's party.
	Owner core.PartyID
	App   core.AppRef
	Case  uuid.UUID
	// Session is the mark of a session that has ended, and stands alone.
	Session string
}

// SignalKind is what a signal is about, and the name of its channel.
type SignalKind string

// The kinds of signal.
const (
	// SignalCame tells of a case that has come.
	SignalCame SignalKind = "stafett_came"
	// SignalPresence tells that somebody has begun or ended to look at a case or to write in it.
	SignalPresence SignalKind = "stafett_presence"
	// SignalSession tells that a session has ended. The database sends it itself.
	SignalSession SignalKind = "stafett_session"
)

const (
	// gatherTime is how long signals are gathered before they are sent: to send one holds up every
	// other that is sent at the moment.
	gatherTime = 50 * time.Millisecond
	// mostGathered bounds what waits while the database does not answer.
	mostGathered = 10_000
	// listenAgain and listenLongest are how long to wait before listening again, at first and at
	// most.
	listenAgain   = 100 * time.Millisecond
	listenLongest = 5 * time.Second
)

// signals are those that wait to be sent. Nothing is kept before somebody follows.
type signals struct {
	mu      sync.Mutex
	waiting map[Signal]bool
	wake    chan struct{}
}

func (s *signals) add(list []Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wake == nil || len(list) == 0 || len(s.waiting) > mostGathered {
		return
	}
	for _, one := range list {
		s.waiting[one] = true
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *signals) take() map[Signal]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.waiting
	s.waiting = map[Signal]bool{}
	return list
}

func (s *signals) begin() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wake == nil {
		s.waiting, s.wake = map[Signal]bool{}, make(chan struct{}, 1)
	}
	return s.wake
}

// signal has a signal sent once the transaction has committed.
func (tx *Tx) signal(s Signal) { tx.signals = append(tx.signals, s) }

// Follow sends what this process has to signal, and calls hear for each signal of any process, its
// own among them, until ctx ends. It takes one connection beside the pool's. Where it was cut off,
// signals may have been missed: it calls missed when it listens again.
func (s *Store) Follow(ctx context.Context, hear func(Signal), missed func()) {
	var sending sync.WaitGroup
	wake := s.signals.begin()
	sending.Go(func() { s.sendSignals(ctx, wake) })
	defer sending.Wait()
	wait := listenAgain
	for first := true; ctx.Err() == nil; first = false {
		err := s.listen(ctx, hear, func() {
			wait = listenAgain
			if !first {
				missed()
			}
		})
		if ctx.Err() != nil {
			return
		}
		s.options.Log.Warn("listen for signals", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, listenLongest)
	}
}

func (s *Store) listen(ctx context.Context, hear func(Signal), ready func()) error {
	config := s.pool.Config().ConnConfig
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		// It is done with: how it ends is nobody's concern.
		_ = conn.Close(closing)
	}()
	for _, kind := range []SignalKind{SignalCame, SignalPresence, SignalSession} {
		if _, err := conn.Exec(ctx, "LISTEN "+string(kind)); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
	ready()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait: %w", err)
		}
		if one, ok := parseSignal(n.Channel, n.Payload); ok {
			hear(one)
		}
	}
}

// sendSignals sends what is gathered. What cannot be sent is lost: it is worth a reload at most.
func (s *Store) sendSignals(ctx context.Context, wake <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(gatherTime):
		}
		var kinds, payloads []string
		for one := range s.signals.take() {
			kinds, payloads = append(kinds, string(one.Kind)), append(payloads, one.payload())
		}
		err := s.notify(ctx, "send signals",
			`SELECT pg_notify(v.kind, v.payload) FROM unnest($1::text[], $2::text[]) AS v (kind, payload)`,
			kinds, payloads)
		if err != nil && ctx.Err() == nil {
			s.options.Log.Warn("send signals", "err", err, "lost", len(kinds))
		}
	}
}

// notify runs a statement that notifies, in a transaction that does not wait for the disk: it has
// nothing to keep, and while it ends no other that notifies can.
func (s *Store) notify(ctx context.Context, doing, sql string, args ...any) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	// What is sent in one batch is one transaction.
	batch := &pgx.Batch{}
	batch.Queue(`SELECT set_config('synchronous_commit', 'off', true)`)
	batch.Queue(sql, args...)
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return explain(doing, err)
	}
	return nil
}

func (s Signal) payload() string {
	return fmt.Sprintf("%d %s %s", s.Owner, s.App, s.Case)
}

func parseSignal(channel, payload string) (Signal, bool) {
	s := Signal{Kind: SignalKind(channel)}
	if s.Kind == SignalSession {
		s.Session = payload
		return s, true
	}
	var app, id string
	if _, err := fmt.Sscanf(payload, "%d %s %s", &s.Owner, &app, &id); err != nil {
		return s, false
	}
	var ok bool
	s.App.Org, s.App.App, ok = strings.Cut(app, "/")
	var err error
	s.Case, err = uuid.Parse(id)
	return s, ok && err == nil
}
