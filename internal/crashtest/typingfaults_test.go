package crashtest

import (
	"context"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// failure is something that happens while people type.
type failure struct {
	name string
	do   func(t *testing.T, s *server, random *rand.Rand)
}

var failures = []failure{
	{"the line is cut", func(_ *testing.T, s *server, random *rand.Rand) {
		s.lineIs(trouble{resets: 1000}, random)
	}},
	{"answers are lost", func(_ *testing.T, s *server, random *rand.Rand) {
		s.lineIs(trouble{halves: 1000}, random)
	}},
	{"the line is silent", func(_ *testing.T, s *server, random *rand.Rand) {
		s.lineIs(trouble{hole: true}, random)
	}},
	{"the server is killed", func(t *testing.T, s *server, random *rand.Rand) {
		s.kill(t)
		time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
		s.start(t)
	}},
	{"sessions end", func(t *testing.T, s *server, _ *rand.Rand) { s.endSessions(t) }},
	{"the database stops", func(t *testing.T, s *server, _ *rand.Rand) {
		pid := s.postmaster(t)
		if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
			t.Fatal(err)
		}
		if !until(60*time.Second, func() bool { return s.databasePID() > 0 && s.databasePID() != pid }) {
			t.Fatal("the database does not come back")
		}
		s.db.Reset()
		s.ready(30 * time.Second)
	}},
}

// endSessions ends all sessions, as a day without a visit does.
func (s *server) endSessions(t *testing.T) {
	t.Helper()
	_, err := s.db.Exec(context.Background(), `UPDATE session SET last_seen = now() - interval '1 day'`)
	if err != nil {
		t.Errorf("ending sessions: %v", err)
	}
}

// lineIs gives the line to the browser a trouble for a while.
func (s *server) lineIs(what trouble, random *rand.Rand) {
	s.toTarget.now.Store(&what)
	time.Sleep(time.Duration(300+random.IntN(500)) * time.Millisecond)
	s.toTarget.now.Store(&trouble{})
}

// fail does every kind of failure, in a random order, over and over until all are done with typing.
func (y *typing) fail(t *testing.T, random *rand.Rand, done <-chan struct{}) {
	t.Helper()
	counts := make([]int, len(failures))
	for {
		for _, k := range random.Perm(len(failures)) {
			select {
			case <-done:
				for i, n := range counts {
					t.Logf("%d times %s", n, failures[i].name)
					if n == 0 {
						t.Errorf("it never happened that %s", failures[i].name)
					}
				}
				return
			case <-time.After(time.Duration(100+random.IntN(500)) * time.Millisecond):
			}
			y.calm.Lock()
			failures[k].do(t, y.server, random)
			y.calm.Unlock()
			counts[k]++
		}
		y.worked.Store(true)
	}
}
