package embedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Stop ends our use of the server; the last process that uses it shuts it down and waits until
// every process of it is gone. Calling it again does nothing.
func (s *Server) Stop() error {
	var err error
	s.stopOnce.Do(func() {
		close(s.stopped)
		err = s.release()
		<-s.watched
	})
	if err != nil {
		return fmt.Errorf("stopping PostgreSQL in %s: %w", s.cfg.Dir, err)
	}
	return nil
}

// release gives up our share of the server, and shuts it down when nobody else has one.
func (s *Server) release() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	start, err := s.lock(ctx, "start.lock")
	if err != nil {
		return err
	}
	defer start.Close()
	s.use.Close()
	last, err := s.tryLock("use.lock")
	if errors.Is(err, errHeld) {
		return nil // somebody else still uses it
	}
	if err != nil {
		return err
	}
	defer last.Close()
	return s.shutDown()
}

// shutDown asks for a fast shutdown (clients cut off, everything written), and after half a
// minute for an immediate one. The caller holds the start lock.
func (s *Server) shutDown() error {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, 30 * time.Second}, {syscall.SIGQUIT, 5 * time.Second}} {
		alive, err := s.alive()
		if err != nil || !alive {
			return err
		}
		if err := s.signal(step.signal); err != nil {
			return err
		}
		if s.awaitGone(step.wait) {
			return nil
		}
	}
	return errors.New("it is still running")
}

// signal sends a signal to the postmaster. One that is gone already is no error: its children
// follow it by themselves.
func (s *Server) signal(sig syscall.Signal) error {
	pid := s.postmasterPID()
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signalling the postmaster: %w", err)
	}
	return nil
}

// awaitGone waits until no process of the server lives.
func (s *Server) awaitGone(most time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	for {
		if alive, err := s.alive(); err == nil && !alive {
			return true
		}
		if pause(ctx, 5*time.Millisecond) != nil {
			return false
		}
	}
}

// postmasterPID reads the postmaster's number from its file, 0 when there is none.
func (s *Server) postmasterPID() int {
	raw, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 0 {
		return 0
	}
	return pid
}
