package embedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// The three locks of a directory, all with flock, which the kernel lets go of when the last
// process that has the file open dies, however it dies:
//
//	start.lock   exclusive: while a process starts or stops the server (also held by its initdb)
//	use.lock     shared: one per process that uses the server; who can take it alone is the last
//	server.lock  exclusive: inherited by the postmaster and all its children, so that it is held
//	             exactly as long as one of them lives, whoever started them

// errHeld tells that another process has the lock.
var errHeld = errors.New("another process holds the lock")

// lock waits for a lock of the directory until ctx ends.
func (s *Server) lock(ctx context.Context, name string) (*os.File, error) {
	for {
		f, err := s.tryLock(name)
		if !errors.Is(err, errHeld) {
			return f, err
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return nil, fmt.Errorf("waiting for %s, which another process holds: %w", name, err)
		}
	}
}

// tryLock takes a lock of the directory for ourselves alone, or gives errHeld.
func (s *Server) tryLock(name string) (*os.File, error) {
	return s.flock(name, syscall.LOCK_EX|syscall.LOCK_NB)
}

// share takes a lock that others may share. It is never waited for: only a process that holds the
// start lock takes the same lock alone.
func (s *Server) share(name string) (*os.File, error) {
	return s.flock(name, syscall.LOCK_SH|syscall.LOCK_NB)
}

func (s *Server) flock(name string, how int) (*os.File, error) {
	path := filepath.Join(s.cfg.Dir, name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening a lock: %w", err)
	}
	if err := s.who.own(path); err != nil {
		f.Close()
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%s: %w", name, errHeld)
	}
	return nil, fmt.Errorf("locking %s: %w", path, err)
}

// alive tells whether any process of the server lives.
func (s *Server) alive() (bool, error) {
	f, err := s.tryLock("server.lock")
	if errors.Is(err, errHeld) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, f.Close()
}

// pause waits for d, or gives ctx's error when ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
