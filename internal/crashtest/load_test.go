package crashtest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stafett/internal/driver"
	"stafett/static"
)

var loads = flag.Int("loads", 1, "how often to do each of the faults of load; more than once is the long form")

const (
	// atOnce is how many requests the server takes at once here, and connections how many of the
	// database's it has: fewer, so that they can be used up.
	atOnce, connections = 24, 6
	// overload is how many times what the server can do is sent.
	overload = 3
	// longestAnswer and calmAnswer are what may be waited for at most under load, in 99 of 100, when
	// nothing else runs on the machine; in the short form other tests do.
	longestAnswer, calmAnswer = time.Second, 500 * time.Millisecond
)

// slack makes room for the other tests that run beside the short form.
func slack(d time.Duration) time.Duration {
	if *loads > 1 {
		return d
	}
	return 8 * d
}

// clientTime is how long clients may take: in the long form as long as headers have at most.
func clientTime() string {
	if *loads > 1 {
		return "5s"
	}
	return "1s"
}

// TestLoad is F19, F21 and F23: more than the server can do, clients that are slow on purpose, and a
// database that has no connection left. Citizens send all the while, and nothing of theirs is lost.
func TestLoad(t *testing.T) {
	if *loads == 1 {
		t.Parallel()
	}
	s := newServer(t, seeded(t, 3))
	s.further = []string{"-max-requests", fmt.Sprint(atOnce), "-client-time", clientTime(), "-db-wait", "500ms",
		"-db-connections", fmt.Sprint(connections), "-api-rate", "0"}
	s.start(t)
	ledger := &ledger{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var citizens sync.WaitGroup
	citizens.Go(func() { newCitizen(t, s, ledger, 0).sendUntil(ctx) })
	ledger.waitForSubmits(t, 1)
	a := &audience{server: s, person: signedIn(t, s, "03859138887")}
	for range *loads {
		a.slowClients(t)
		a.noConnection(t)
		a.tooMuch(t)
	}
	ledger.waitForSubmits(t, 1)
	stop()
	citizens.Wait()
	s.waitForDeliveries(t, settle)
	checkCases(t, s, ledger)
}

// audience asks for pages straight from the server, as a signed-in person.
type audience struct {
	server *server
	person *driver.Browser
}

var outsider = &http.Client{
	Timeout:   20 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 200},
}

// reply is what became of one request.
type reply struct {
	path   string
	status int
	took   time.Duration
	// fault is what is wrong with it, as an answer of a server that has too much to do.
	fault string
}

// The two edges: a page that reads the database, and the API.
const (
	aPage = "/my"
	ofAPI = "/nordvik/stottesak/instances/51001/0192f0c4-0000-7000-8000-000000000000"
)

func (a *audience) ask(path string) reply {
	began := time.Now()
	out := reply{path: path}
	r, err := http.NewRequest(http.MethodGet, "http://"+a.server.addr+path, nil)
	if err != nil {
		out.fault = err.Error()
		return out
	}
	if path == aPage {
		r.Header.Set("Cookie", a.person.Cookies())
	}
	answer, err := outsider.Do(r)
	if err != nil {
		out.fault = err.Error()
		return out
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	out.took, out.status = time.Since(began), answer.StatusCode
	switch {
	case err != nil:
		out.fault = err.Error()
	case answer.StatusCode != http.StatusServiceUnavailable:
	case answer.Header.Get("Retry-After") == "":
		out.fault = "503 without Retry-After"
	case path == ofAPI && answer.Header.Get("Content-Type") != "application/problem+json":
		out.fault = "the API's 503 is no problem document"
	case path == aPage && (!bytes.Contains(body, []byte("<main")) || !bytes.Contains(body, []byte("</html>"))):
		out.fault = "the 503 is no page"
	}
	return out
}

// tally counts replies by status, wants none at fault, and gives how long the slowest but one in a
// hundred of those with the status took.
func tally(t *testing.T, what string, list []reply) (count map[int]int, slowest func(status int) time.Duration) {
	t.Helper()
	count = map[int]int{}
	times := map[int][]time.Duration{}
	faults := map[string]int{}
	for _, r := range list {
		count[r.status]++
		times[r.status] = append(times[r.status], r.took)
		if r.fault != "" {
			faults[r.fault]++
		}
	}
	if len(faults) > 0 || len(list) == 0 {
		t.Errorf("%s: %d replies, at fault: %v", what, len(list), faults)
	}
	return count, func(status int) time.Duration {
		list := times[status]
		slices.Sort(list)
		if len(list) == 0 {
			return 0
		}
		return list[len(list)*99/100].Round(time.Millisecond)
	}
}

// during asks for the paths in turn until done ends.
func (a *audience) during(done <-chan struct{}, every time.Duration, paths ...string) []reply {
	var out []reply
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-done:
			return out
		case <-ticker.C:
			out = append(out, a.ask(paths[n%len(paths)]))
		}
	}
}

// tooMuch is F23: arrivals by a timetable, whatever is answered, three times as many as are answered
// when each waits for the one before.
func (a *audience) tooMuch(t *testing.T) {
	t.Helper()
	const measured, lasts = time.Second, 2 * time.Second
	var answered atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for end := time.Now().Add(measured); time.Now().Before(end); {
				if a.ask(aPage).status == http.StatusOK {
					answered.Add(1)
				}
			}
		})
	}
	workers.Wait()
	rate := overload * float64(answered.Load()) / measured.Seconds()
	done := make(chan struct{})
	health := make(chan []reply)
	go func() { health <- a.during(done, 50*time.Millisecond, "/healthz", "/readyz") }()
	list := a.arrivals(rate, lasts)
	// What was measured while other tests ran may be less than the server can do now.
	for range 3 {
		if slices.ContainsFunc(list, func(r reply) bool { return r.status == http.StatusServiceUnavailable }) {
			break
		}
		rate *= 2
		list = a.arrivals(rate, lasts)
	}
	close(done)
	count, slowest := tally(t, "F23", list)
	healthy, slowestHealth := tally(t, "F23 health", <-health)
	t.Logf("F23 %.0f requests a second, three times what is answered or more: %v; of 100, 99 pages within %s and "+
		"503 within %s; health %v within %s", rate, count, slowest(200), slowest(503), healthy, slowestHealth(200))
	if count[200] == 0 || count[503] == 0 || count[200]+count[401]+count[503] != len(list) {
		t.Errorf("F23: %v", count)
	}
	if healthy[200] == 0 || len(healthy) != 1 {
		t.Errorf("F23: health under load: %v", healthy)
	}
	if slowest(200) > slack(longestAnswer) {
		t.Errorf("F23: pages take %s", slowest(200))
	}
	began := time.Now()
	if !until(5*time.Second, func() bool { r := a.ask(aPage); return r.status == 200 && r.took < calmAnswer }) {
		t.Errorf("F23: the server has not recovered after %s", time.Since(began))
	}
}

// arrivals sends so many requests a second, each at its own time.
func (a *audience) arrivals(rate float64, lasts time.Duration) []reply {
	total := int(rate * lasts.Seconds())
	list := make([]reply, total)
	var sent sync.WaitGroup
	began := time.Now()
	for n := range total {
		time.Sleep(time.Until(began.Add(time.Duration(float64(n) / rate * float64(time.Second)))))
		sent.Go(func() {
			path := aPage
			if n%4 == 3 {
				path = ofAPI
			}
			list[n] = a.ask(path)
		})
	}
	sent.Wait()
	return list
}

// noConnection is F19: every connection of the server's to the database waits for a table that
// somebody has locked.
func (a *audience) noConnection(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	tx, err := a.server.db.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, `LOCK TABLE instance IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	list := make([]reply, connections+4)
	var asking sync.WaitGroup
	for n := range list {
		asking.Go(func() { list[n] = a.ask(aPage) })
	}
	var alive []reply
	for range 5 {
		for _, path := range []string{"/about/help", static.URL("app.css"), "/healthz", "/readyz"} {
			alive = append(alive, a.ask(path))
		}
	}
	asking.Wait()
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	count, slowest := tally(t, "F19", list)
	others, slowestOther := tally(t, "F19 what needs no database", alive)
	t.Logf("F19 no connection left: %v within %s; what needs none: %v within %s", count, slowest(503),
		others, slowestOther(200))
	if count[503] != len(list) || others[200] != len(alive) {
		t.Errorf("F19: %v of %d, and %v of %d: %v", count, len(list), others, len(alive), alive)
	}
	if slowest(503) > slack(2*time.Second) {
		t.Errorf("F19: 503 takes %s", slowest(503))
	}
	if !until(5*time.Second, func() bool { return a.ask(aPage).status == 200 }) {
		t.Error("F19: the server has not recovered")
	}
}

// sockets counts what the server's process has open.
func (s *server) sockets(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.process.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
