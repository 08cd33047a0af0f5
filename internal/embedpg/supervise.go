package embedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	startTime  = 2 * time.Minute // a start after a crash reads the log again
	maxBackoff = 10 * time.Second
	minBackoff = 50 * time.Millisecond
	maxLog     = 10 << 20 // bytes of postgres.log kept from earlier starts
)

// join makes sure that a server of this directory answers: it adopts a living one, waits for the
// remains of a dying one to go, or launches one. The caller holds the start lock.
func (s *Server) join(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		lock, err := s.tryLock("server.lock")
		if err == nil {
			defer lock.Close() // the postmaster keeps its own copy
			return s.launch(ctx, lock)
		}
		if !errors.Is(err, errHeld) {
			return err
		}
		if s.ping(ctx) == nil {
			s.setExited(nil)
			return nil
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("a server of this folder lives but does not answer: %w", err)
		}
	}
}

// launch starts the postmaster, which inherits the server lock, and waits until it answers.
func (s *Server) launch(ctx context.Context, lock *os.File) error {
	if err := s.clearStale(); err != nil {
		return err
	}
	log, err := s.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	// Not tied to ctx: the server outlives Start.
	cmd := s.command(context.WithoutCancel(ctx), filepath.Join(s.bin, "postgres"),
		s.serverFlags()...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{lock}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("running postgres: %w", err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(exited)
	}()
	if err := s.awaitAnswer(ctx, exited); err != nil {
		_ = cmd.Process.Signal(syscall.SIGQUIT) // fails only when it is gone already
		<-exited
		return fmt.Errorf("%w; the end of its log:\n%s", err, tail(log.Name()))
	}
	s.setExited(exited)
	return nil
}

// awaitAnswer waits until the server takes a connection.
func (s *Server) awaitAnswer(ctx context.Context, exited <-chan struct{}) error {
	for {
		if s.ping(ctx) == nil {
			return nil
		}
		select {
		case <-exited:
			return errors.New("postgres ended at once")
		default:
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("postgres does not answer: %w", err)
		}
	}
}

// ping connects once. It looks for the socket first: that is cheaper than a failed connection.
func (s *Server) ping(ctx context.Context) error {
	if _, err := os.Stat(socketFile(s.socket)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// watch starts the server again when it dies, until Stop.
func (s *Server) watch() {
	defer close(s.watched)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-s.stopped
		cancel()
	}()
	backoff := minBackoff
	for s.awaitDeath(ctx) && pause(ctx, backoff) == nil {
		if err := s.revive(ctx); err != nil {
			backoff = min(2*backoff, maxBackoff)
			s.cfg.Log.Error("PostgreSQL did not start again", "err", err, "next_try", backoff)
			continue
		}
		backoff = minBackoff
	}
}

// awaitDeath waits until the server is dead, and gives false when ctx ends first. A server that
// another process started is no child of ours, so its lock is looked at now and then.
func (s *Server) awaitDeath(ctx context.Context) bool {
	s.mu.Lock()
	exited := s.exited
	s.mu.Unlock()
	if exited != nil {
		select {
		case <-exited:
			return ctx.Err() == nil
		case <-ctx.Done():
			return false
		}
	}
	for pause(ctx, 500*time.Millisecond) == nil {
		if alive, err := s.alive(); err == nil && !alive {
			return true
		}
	}
	return false
}

// revive joins again after a crash. It looks at ctx again once it holds the start lock: Stop
// cancels before it takes the same lock, so a server that was stopped stays stopped.
func (s *Server) revive(ctx context.Context) error {
	start, err := s.lock(ctx, "start.lock")
	if err != nil {
		return err
	}
	defer start.Close()
	select {
	case <-s.stopped:
		return nil
	default:
	}
	s.cfg.Log.Warn("PostgreSQL died, starting it again")
	begun := time.Now()
	if err := s.join(ctx); err != nil {
		return err
	}
	s.cfg.Log.Info("PostgreSQL is back", "after", time.Since(begun))
	return nil
}

func (s *Server) setExited(exited chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exited = exited
}

// openLog opens the server's log, emptied when it has grown large.
func (s *Server) openLog() (*os.File, error) {
	path := filepath.Join(s.cfg.Dir, "postgres.log")
	flags := os.O_CREATE | os.O_APPEND | os.O_WRONLY
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	log, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the server's log: %w", err)
	}
	if err := s.who.own(path); err != nil {
		log.Close()
		return nil, err
	}
	return log, nil
}

// tail gives the last lines of a file, for an error message.
func tail(path string) string {
	const most = 1500
	raw, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(raw[max(0, len(raw)-most):])
}
