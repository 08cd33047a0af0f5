package crashtest

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"stafett/internal/failpoint"
)

var pointRounds = flag.Int("points", 0, "how often to let the server die at each of the named points; 0: once at ten of them")

// somePoints is at how many points the server dies in the short form.
const somePoints = 10

// latestPass is up to which time that a point is passed the process may live.
const latestPass = 3

// killAtPoints is F02: it lets the server die at each of the named points, in an order of
// chance.
func killAtPoints(t *testing.T, s *server, l *ledger, random *rand.Rand) {
	t.Helper()
	began, died := time.Now(), map[failpoint.Point]int{}
	want := min(len(failpoint.Points()), somePoints)
	if *pointRounds > 0 {
		want = max(len(failpoint.Points()), 20)
	}
	s.kill(t)
	for range max(*pointRounds, 1) {
		points := failpoint.Points()
		random.Shuffle(len(points), func(i, k int) { points[i], points[k] = points[k], points[i] })
		for _, p := range points[:min(want, len(points))] {
			at := fmt.Sprintf("%s:%d", p, 1+random.IntN(latestPass))
			if diedByItself(s.run(t, s.addr, "-failpoint", at), 30*time.Second) {
				died[p]++
			} else {
				t.Errorf("the server does not come to %s", at)
			}
		}
	}
	s.start(t)
	l.waitForSubmits(t, 1)
	t.Logf("F02 killed at named points: %d rounds, %d points, %d deaths, %s", max(*pointRounds, 1), len(died),
		total(died), time.Since(began).Round(10*time.Millisecond))
	if len(died) != want {
		t.Errorf("the server died at %d points, of %d: %v", len(died), want, died)
	}
}

func total(died map[failpoint.Point]int) int {
	n := 0
	for _, times := range died {
		n += times
	}
	return n
}

// diedByItself waits for a process to be killed by its own signal; one that is not is ended.
func diedByItself(process *exec.Cmd, limit time.Duration) bool {
	ended := make(chan struct{})
	go func() {
		// The error is that it was killed.
		_ = process.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		status, ok := process.ProcessState.Sys().(syscall.WaitStatus)
		return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
	case <-time.After(limit):
		_ = process.Process.Kill()
		<-ended
		return false
	}
}

// killBackend is F06: a kill of one backend makes PostgreSQL end all the others and recover.
func killBackend(t *testing.T, s *server, _ *ledger) int {
	t.Helper()
	var backends []int
	// One that works for the server, and not the test's own.
	busy := until(10*time.Second, func() bool {
		rows, err := s.db.Query(context.Background(), `
			SELECT a.pid FROM pg_stat_activity AS a
			WHERE a.application_name = 'stafett' AND a.state <> 'idle'`)
		if err != nil {
			return false
		}
		defer rows.Close()
		for rows.Next() {
			var pid int
			if rows.Scan(&pid) == nil {
				backends = append(backends, pid)
			}
		}
		return len(backends) > 0
	})
	if !busy {
		return 0
	}
	pid := slices.Max(backends)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return 0 // it has just ended
	}
	if !until(60*time.Second, func() bool { return s.databasePID() > 0 }) {
		t.Fatal("the database does not recover")
	}
	s.db.Reset()
	s.ready(30 * time.Second)
	return 1
}

// lockTables is F20: an operator locks what submits and workers write, for longer than a statement
// waits for a lock. It counts the presses that meet it.
func lockTables(t *testing.T, s *server, l *ledger) int {
	t.Helper()
	ctx := context.Background()
	tx, err := s.db.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, `LOCK TABLE delivery, delivery_attempt IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	begun, held := l.begun.Load(), time.Now()
	until(10*time.Second, func() bool {
		return time.Since(held) > 1500*time.Millisecond && l.begun.Load() >= begun+2
	})
	if !s.ready(time.Second) {
		t.Error("the server is not ready while a table is locked")
	}
	return int(l.begun.Load() - begun)
}
