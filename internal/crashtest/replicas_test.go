package crashtest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"stafett/internal/driver"
)

var (
	replicaKills = flag.Int("replicakills", 3, "F04: how often to kill one of several processes")
	rolls        = flag.Int("rolls", 1, "F05: how often to restart all of several processes, in turn")
)

const (
	// replicas is how many processes share the database.
	replicas = 3
	// drainLimit is how long a process may take to stop.
	drainLimit = 10 * time.Second
	// stopDelay is the processes' own setting: longer than the balancer takes to see it.
	stopDelay = "250ms"
)

// TestReplicas has several processes share one database behind a balancer that heeds whether they
// are ready, under people and systems that ask all the time, and kills and restarts the processes
// one at a time. A client that tries once again sees no failure.
func TestReplicas(t *testing.T) {
	random := seeded(t, 2)
	t.Logf("%d kills, %d rolling restarts of %d processes", *replicaKills, *rolls, replicas)
	s := newServer(t, random)
	s.further = append(s.further, "-stop-delay", stopDelay)
	f := newFleet(t, s)
	book := &ledger{}
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for n := range 2 {
		load.Go(func() { newCitizen(t, s, book, n).sendUntil(ctx) })
	}
	load.Go(func() { f.readPages(ctx, t) })
	load.Go(func() { f.readAPI(ctx, t) })
	until(30*time.Second, func() bool { return book.acknowledged() > 0 && f.calls.Load() > 0 })

	f.measured(t, "F05 rolling restarts", func() { f.roll(t) })
	f.measured(t, "F04 kills, one at a time", func() { f.killInTurn(t, random) })
	stop()
	load.Wait()
	s.waitForDeliveries(t, settle)
	checkCases(t, s, book)
	if f.pages.Load() == 0 || f.calls.Load() == 0 {
		t.Errorf("%d pages and %d calls of the API were read", f.pages.Load(), f.calls.Load())
	}
	t.Logf("%d pages and %d calls of the API were read", f.pages.Load(), f.calls.Load())
}

// fleet is the processes, and what is asked of them.
type fleet struct {
	*server
	*balancer
	processes    []*exec.Cmd
	pages, calls atomic.Int64
}

func newFleet(t *testing.T, s *server) *fleet {
	t.Helper()
	f := &fleet{server: s}
	provider := freeAddress(t)
	var addrs []string
	for range replicas {
		addrs = append(addrs, freeAddress(t))
	}
	f.balancer = newBalancer(t, s.addr, provider, addrs...)
	// Whoever gives sign-ins and tokens is not one of them, and has a database of its own.
	if _, err := s.db.Exec(t.Context(), `CREATE DATABASE provider`); err != nil {
		t.Fatal(err)
	}
	shared := s.database
	s.database = strings.Replace(shared, "/crash?", "/provider?", 1)
	outside := s.run(t, provider)
	s.database = shared
	t.Cleanup(func() { end(t, outside) })
	if !readyAt(provider, time.Minute) {
		t.Fatal("the provider does not get ready")
	}
	f.processes = make([]*exec.Cmd, replicas)
	t.Cleanup(func() {
		for _, one := range f.processes {
			if one != nil {
				end(t, one)
			}
		}
	})
	for n := range f.processes {
		f.begin(t, n)
	}
	return f
}

// begin starts a process, and waits until the balancer sends it requests.
func (f *fleet) begin(t *testing.T, n int) {
	t.Helper()
	addr := f.backends[n].addr
	f.processes[n] = f.run(t, addr)
	// That it is up may still be said of the one before it.
	if !readyAt(addr, time.Minute) || !until(time.Minute, f.backends[n].up.Load) {
		t.Fatalf("process %d does not get ready", n)
	}
}

// stops ends a process with SIGTERM, and tells how long that took.
func (f *fleet) stops(t *testing.T, n int) time.Duration {
	t.Helper()
	began := time.Now()
	if err := f.processes[n].Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := f.processes[n].Wait(); err != nil {
		t.Errorf("process %d did not stop well: %v", n, err)
	}
	f.processes[n] = nil
	return time.Since(began)
}

func (f *fleet) roll(t *testing.T) {
	t.Helper()
	longest := time.Duration(0)
	for range *rolls {
		for n := range f.processes {
			longest = max(longest, f.stops(t, n))
			f.begin(t, n)
		}
	}
	t.Logf("the longest stop took %s", longest.Round(time.Millisecond))
	if longest > drainLimit {
		t.Errorf("a stop may take %s", drainLimit)
	}
}

func (f *fleet) killInTurn(t *testing.T, random *rand.Rand) {
	t.Helper()
	for range *replicaKills {
		n := random.IntN(replicas)
		time.Sleep(time.Duration(random.Int64N(int64(longestPause))))
		// One at a time: what the last one hit has been answered.
		until(settle, func() bool { return f.trying.Load() == 0 })
		end(t, f.processes[n])
		f.begin(t, n)
	}
}

// measured does something under load, and holds that no client saw it.
func (f *fleet) measured(t *testing.T, what string, do func()) {
	t.Helper()
	asked, again, failed := f.asked.Load(), f.again.Load(), f.failed.Load()
	began := time.Now()
	do()
	asked, again, failed = f.asked.Load()-asked, f.again.Load()-again, f.failed.Load()-failed
	t.Logf("%s: %d requests in %s, %d of them tried again, %d failed", what, asked,
		time.Since(began).Round(10*time.Millisecond), again, failed)
	if failed != 0 {
		t.Errorf("%s: %d requests failed: %q", what, failed, f.reasons())
	}
	if asked == 0 {
		t.Errorf("%s: nobody asked for anything", what)
	}
}

// readPages is somebody who looks at pages all the time.
func (f *fleet) readPages(ctx context.Context, t *testing.T) {
	b := driver.New("http://" + f.toTarget.address())
	for ctx.Err() == nil {
		for _, path := range []string{"/", "/nordvik/arrangementsstotte", "/readyz"} {
			p, err := b.Get(ctx, path)
			if ctx.Err() != nil {
				return
			}
			if err == nil && p.Status != http.StatusOK {
				err = fmt.Errorf("answered %d", p.Status)
			}
			if err != nil {
				t.Errorf("%s: %v", path, err)
				return
			}
			f.pages.Add(1)
		}
	}
}

// readAPI is a system that lists cases all the time.
func (f *fleet) readAPI(ctx context.Context, t *testing.T) {
	const exchange = "authentication/api/v1/exchange/maskinporten"
	base := "http://" + f.toTarget.address()
	command := exec.CommandContext(ctx, f.binary, "token", "-base-url", base, "-data-dir",
		f.dir+"/data", "-apps", appsFolder(), "nordvik", exchange, "altinn:serviceowner/instances.read")
	token, err := command.Output()
	if err != nil {
		t.Errorf("token: %v", err)
		return
	}
	ours, err := ask(ctx, base+"/"+exchange, strings.TrimSpace(string(token)))
	if err != nil {
		t.Errorf("exchange: %v", err)
		return
	}
	for ctx.Err() == nil {
		raw, err := ask(ctx, base+"/storage/api/v1/instances?appId=nordvik/stottesak&size=5", string(ours))
		var list struct{ Instances []any }
		if err == nil {
			err = json.Unmarshal(raw, &list)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			t.Errorf("list of instances: %v", err)
			return
		}
		f.calls.Add(1)
	}
}

// ask gets something with a token.
func ask(ctx context.Context, address, token string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d %.200s", answer.StatusCode, body)
	}
	return body, err
}
