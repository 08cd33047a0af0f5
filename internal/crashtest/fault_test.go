package crashtest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var rounds = flag.Int("faults", 1, "how often to do each of the faults")

// fault is one row of the table of faults, done while citizens send.
type fault struct {
	name string
	// do does it once, and tells how many times it hit something.
	do func(t *testing.T, s *server, l *ledger) int
	// least is how many hits there must be in all.
	least int
}

var faults = []fault{
	{"F03 a worker that is frozen past its lease", freeze, 1},
	{"F06 a backend of PostgreSQL's killed", killBackend, 1},
	{"F07 PostgreSQL stopped at once, and killed", stopDatabase, 1},
	{"F08 committed, and the answer lost", loseCommits, 3},
	{"F15 and F16 the database's disk is full (53100), for files too", fillDisk, 1},
	{"F18 slow, breaking and silent way to the database", troubleDatabase, 3},
	{"F20 tables that an operator holds locked", lockTables, 2},
	{"F18 the way to B breaks, cuts answers and repeats requests", troubleTarget, 3},
}

// doFaults does every fault while the citizens go on sending, and waits after each that somebody
// gets a receipt again.
func doFaults(t *testing.T, s *server, l *ledger) {
	t.Helper()
	for _, f := range faults {
		began, hits := time.Now(), 0
		for range *rounds {
			l.waitForSubmits(t, 1)
			hits += f.do(t, s, l)
		}
		before := l.acknowledged()
		for end := time.Now().Add(30 * time.Second); l.acknowledged() == before; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: nobody gets a receipt afterwards", f.name)
			}
		}
		t.Logf("%s: %d rounds, %d hits, %s", f.name, *rounds, hits,
			time.Since(began).Round(10*time.Millisecond))
		if hits < f.least {
			t.Errorf("%s: %d hits, want %d at least", f.name, hits, f.least)
		}
	}
}

// until waits for something that must happen while a fault lasts, and tells whether it did.
func until(limit time.Duration, done func() bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return false
}

// freeze stops the second server when it works on something, for longer than its lease. Another
// takes its jobs over meanwhile; when it goes on, late, it must not do them again.
func freeze(t *testing.T, s *server, _ *ledger) int {
	t.Helper()
	// B is slow, so that there is something to freeze in.
	s.toTarget.now.Store(&trouble{delay: 30 * time.Millisecond})
	defer s.toTarget.now.Store(&trouble{})
	signal := func(what syscall.Signal) {
		if err := syscall.Kill(s.second.Process.Pid, what); err != nil {
			t.Fatal(err)
		}
	}
	var jobs []int64
	caught := until(10*time.Second, func() bool {
		if len(s.jobsOf(s.worker)) == 0 {
			return false
		}
		signal(syscall.SIGSTOP)
		if jobs = s.jobsOf(s.worker); len(jobs) == 0 {
			signal(syscall.SIGCONT)
		}
		return len(jobs) > 0
	})
	if !caught {
		return 0
	}
	began := time.Now()
	// The lease is two seconds here, and the jobs are looked for four times in it.
	if !until(15*time.Second, func() bool { return len(s.jobsOf(s.worker)) == 0 }) {
		t.Errorf("%d jobs of a frozen worker were not taken over", len(jobs))
	}
	t.Logf("%d jobs of a frozen worker were taken over after %s", len(jobs),
		time.Since(began).Round(10*time.Millisecond))
	signal(syscall.SIGCONT)
	return len(jobs)
}

// jobsOf gives the deliveries that a worker runs.
func (s *server) jobsOf(worker string) []int64 {
	rows, err := s.db.Query(context.Background(), `
		SELECT j.id
		FROM river_job AS j
		WHERE j.kind = 'deliver' AND j.state = 'running'
		  AND j.attempted_by[cardinality(j.attempted_by)] = $1`, worker)
	if err != nil {
		return nil
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil
	}
	return ids
}

// stopDatabase ends PostgreSQL as pg_ctl stop -m immediate does, and then with a kill; who watches
// it starts it again.
func stopDatabase(t *testing.T, s *server, _ *ledger) int {
	t.Helper()
	hits := 0
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL} {
		pid := s.postmaster(t)
		if err := syscall.Kill(pid, signal); err != nil {
			t.Fatal(err)
		}
		hits++
		if !until(60*time.Second, func() bool { return s.databasePID() > 0 && s.databasePID() != pid }) {
			t.Fatal("the database does not come back")
		}
		// The test's own connections broke as well.
		s.db.Reset()
		s.ready(30 * time.Second)
	}
	return hits
}

// databasePID is the id of the database's first process; 0 while it does not answer.
func (s *server) databasePID() int {
	var file string
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if s.db.QueryRow(ctx, `SELECT pg_read_file('postmaster.pid')`).Scan(&file) != nil {
		return 0
	}
	first, _, _ := strings.Cut(file, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0
	}
	return pid
}

func (s *server) postmaster(t *testing.T) int {
	t.Helper()
	pid := 0
	until(30*time.Second, func() bool { pid = s.databasePID(); return pid > 0 })
	if pid <= 1 || pid == os.Getpid() {
		t.Fatalf("the database's process is %d", pid)
	}
	return pid
}

// loseCommits lets COMMIT through and its answer, the command's tag, not.
func loseCommits(_ *testing.T, s *server, _ *ledger) int {
	before := s.toDatabase.done.Load()
	s.toDatabase.now.Store(&trouble{cutAt: []byte("COMMIT\x00"), cuts: 300})
	until(10*time.Second, func() bool { return s.toDatabase.done.Load() >= before+10 })
	s.toDatabase.now.Store(&trouble{})
	return int(s.toDatabase.done.Load() - before)
}

const fullDisk = `
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$;
CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION disk_full();`

// fillDisk makes the database answer as with a full disk, where a submit writes and where a worker
// does.
func fillDisk(t *testing.T, s *server, l *ledger) int {
	t.Helper()
	ctx, hits := context.Background(), 0
	for _, table := range []string{"delivery", "delivery_attempt", "upload_chunk"} {
		if _, err := s.db.Exec(ctx, fmt.Sprintf(fullDisk, table)); err != nil {
			t.Fatal(err)
		}
		begun := l.begun.Load()
		until(time.Second, func() bool { return l.begun.Load() >= begun+6 })
		hits += int(l.begun.Load() - begun)
		if _, err := s.db.Exec(ctx, `DROP FUNCTION disk_full CASCADE`); err != nil {
			t.Fatal(err)
		}
	}
	return hits
}

// troubleDatabase makes the way to the database slow, break it now and then, and fall silent.
func troubleDatabase(_ *testing.T, s *server, _ *ledger) int {
	before := s.toDatabase.done.Load()
	for _, now := range []trouble{{delay: 20 * time.Millisecond}, {resets: 20, halves: 20}, {hole: true}} {
		s.toDatabase.now.Store(&now)
		time.Sleep(700 * time.Millisecond)
	}
	s.toDatabase.now.Store(&trouble{})
	return int(s.toDatabase.done.Load() - before)
}

// troubleTarget does the same to the way to B, and repeats what goes there.
func troubleTarget(_ *testing.T, s *server, _ *ledger) int {
	before := s.toTarget.done.Load()
	s.toTarget.now.Store(&trouble{
		resets: 50, halves: 200, repeat: []byte("POST /nordvik/stottesak/instances"),
		delay: 5 * time.Millisecond,
	})
	until(5*time.Second, func() bool { return s.toTarget.done.Load() >= before+12 })
	s.toTarget.now.Store(&trouble{})
	return int(s.toTarget.done.Load() - before)
}
