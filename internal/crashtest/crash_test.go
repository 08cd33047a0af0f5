package crashtest

import (
	"context"
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 6, "how often to kill the server")
	seed  = flag.Uint64("seed", 0, "seed of the random choices; 0 takes one and prints it")
)

const (
	// submitters is how many citizens send at once.
	submitters = 4
	// mostBetween is how many submits may begin between two kills.
	mostBetween = 1
	// longestPause is how long the killer may wait after it has seen a submit begin.
	longestPause = 25 * time.Millisecond
	// settle is how long the deliveries may take to arrive after the last start.
	settle = 2 * time.Minute
)

// seeded gives the random choices of a test, and prints what they come from.
func seeded(t *testing.T, stream uint64) *rand.Rand {
	t.Helper()
	n := *seed
	if n == 0 {
		n = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", n)
	return rand.New(rand.NewPCG(n, stream))
}

func TestCrash_EveryReceiptHasExactlyOneCase(t *testing.T) {
	t.Parallel()
	random := seeded(t, 1)
	s := newServer(t, random)
	// Every start makes its connections anew, and these are enough for so many.
	s.further = []string{"-db-connections", "8"}
	s.start(t)
	ledger := &ledger{}
	ctx, stop := context.WithCancel(t.Context())
	var citizens sync.WaitGroup
	for n := range submitters {
		citizens.Go(func() { newCitizen(t, s, ledger, n).sendUntil(ctx) })
	}
	inFlight := killRepeatedly(t, s, ledger, random)
	killAtPoints(t, s, ledger, random)
	s.startSecond(t)
	doFaults(t, s, ledger)
	stop()
	citizens.Wait()
	t.Logf("%d of %d kills fell while a submit or a delivery was in flight", inFlight, *kills)
	if 2*inFlight < *kills {
		t.Errorf("at least half of the kills must hit something")
	}
	s.waitForDeliveries(t, settle)
	checkCases(t, s, ledger)
}

// killRepeatedly kills and restarts the server, each time shortly after a submit has begun, and
// counts the kills that hit a submit or a delivery under way.
func killRepeatedly(t *testing.T, s *server, l *ledger, random *rand.Rand) (inFlight int) {
	t.Helper()
	for n := range *kills {
		l.waitForSubmits(t, 1+random.Int64N(mostBetween))
		time.Sleep(time.Duration(random.Int64N(int64(longestPause))))
		waiting := s.deliveriesWaiting(t)
		submitting := l.submitting.Load()
		s.kill(t)
		if waiting > 0 || submitting > 0 {
			inFlight++
		}
		// Now and then the killer strikes again before the server is quite up.
		if random.IntN(5) == 0 && n > 0 {
			s.spawn(t)
			time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
			s.kill(t)
		}
		s.start(t)
	}
	return inFlight
}
