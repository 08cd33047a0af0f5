package crashtest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// schedule says which fault comes next: each of a table so many times, in an order of chance, with a
// right answer between any two, so that nobody is taken for being away.
type schedule struct {
	mu   sync.Mutex
	next []int
	turn bool
	done map[string]int
}

func newSchedule(random *rand.Rand, kinds, times int) *schedule {
	s := &schedule{done: map[string]int{}}
	for n := range kinds * times {
		s.next = append(s.next, n%kinds)
	}
	random.Shuffle(len(s.next), func(i, k int) { s.next[i], s.next[k] = s.next[k], s.next[i] })
	return s
}

// take gives the fault whose turn it is; false for a right answer.
func (s *schedule) take() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn = !s.turn; !s.turn || len(s.next) == 0 {
		return 0, false
	}
	n := s.next[0]
	s.next = s.next[1:]
	return n, true
}

// back gives a fault back that could not be done.
func (s *schedule) back(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, n)
}

// note counts a fault that was done.
func (s *schedule) note(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[name]++
}

// left is how many are still to be done.
func (s *schedule) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.next)
}

// check wants each of the names done so many times.
func (s *schedule) check(t *testing.T, what string, names []string, times int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Logf("%s: %d kinds, each %d times", what, len(names), times)
	for _, name := range names {
		if s.done[name] != times || times == 0 {
			t.Errorf("%s: %q was done %d times, want %d", what, name, s.done[name], times)
		}
	}
}

// exchange is one request to B, and the way to the real one.
type exchange struct {
	b    *faultyTarget
	w    http.ResponseWriter
	r    *http.Request
	body []byte
}

// faultyAnswer is one row of the table of F10. One that needs commits is done only when B makes, or
// has made, the instance.
type faultyAnswer struct {
	name string
	// parks tells that a person must set the delivery going again.
	parks bool
	do    func(x exchange) bool
}

var faultyAnswers = []faultyAnswer{
	{"500 before it commits", false, func(x exchange) bool { return x.status(500) }},
	{"500 after it has committed", false, afterCommit(func(x exchange, _ answered) { x.status(500) })},
	{"503 after it has committed", false, afterCommit(func(x exchange, _ answered) { x.status(503) })},
	{"hangs, and closes", false, func(x exchange) bool {
		select {
		case <-x.r.Context().Done():
		case <-time.After(x.b.hang):
		}
		panic(http.ErrAbortHandler)
	}},
	{"closes before it commits", false, func(exchange) bool { panic(http.ErrAbortHandler) }},
	{"closes after it has committed", false, afterCommit(func(x exchange, _ answered) {
		panic(http.ErrAbortHandler)
	})},
	{"asked twice, 201 and 200", false, afterCommit(func(x exchange, _ answered) {
		again, _ := x.forward()
		x.send(again.status, again.body)
	})},
	{"asked twice, 201 both times", false, afterCommit(func(x exchange, first answered) {
		x.forward()
		x.send(http.StatusCreated, first.body)
	})},
	{"201 of another app", true, func(x exchange) bool {
		return x.send(201, []byte(`{"id":"51001/0192f0c4-0000-7000-8000-000000000000","appId":"nordvik/klage",`+
			`"instanceOwner":{"partyId":"51001","organisationNumber":"310246816"}}`))
	}},
	{"201 with no id", true, func(x exchange) bool {
		return x.send(201, []byte(`{"id":"en annen","appId":"nordvik/stottesak"}`))
	}},
	{"201 with half the JSON", true, afterCommit(func(x exchange, a answered) {
		x.send(201, a.body[:len(a.body)/2])
	})},
	{"201 that breaks off", false, afterCommit(func(x exchange, a answered) {
		x.w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
		x.send(201, a.body[:len(a.body)/2])
		panic(http.ErrAbortHandler)
	})},
	{"301 to another place", true, func(x exchange) bool {
		http.Redirect(x.w, x.r, x.b.elsewhere.URL+x.r.URL.Path, http.StatusMovedPermanently)
		return true
	}},
	{"307 to another place", true, func(x exchange) bool {
		http.Redirect(x.w, x.r, x.b.elsewhere.URL+x.r.URL.Path, http.StatusTemporaryRedirect)
		return true
	}},
	{"429 with Retry-After", false, func(x exchange) bool {
		x.w.Header().Set("Retry-After", "1")
		return x.status(http.StatusTooManyRequests)
	}},
	{"201 with 100 MB", true, func(x exchange) bool {
		x.w.WriteHeader(http.StatusCreated)
		piece := bytes.Repeat([]byte(" "), 1<<20)
		for n := range int64(100) {
			if _, err := x.w.Write(piece); err != nil {
				break
			}
			x.b.mostRead.Store(max(x.b.mostRead.Load(), n+1))
		}
		return true
	}},
}

// answered is what the real B answers.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// afterCommit does its part when the real B has committed; else it passes the real answer on.
func afterCommit(do func(exchange, answered)) func(exchange) bool {
	return func(x exchange) bool {
		a, err := x.forward()
		if err != nil {
			return false
		}
		if a.status != http.StatusCreated && a.status != http.StatusOK {
			x.send(a.status, a.body)
			return false
		}
		do(x, a)
		return true
	}
}

func (x exchange) status(code int) bool {
	x.w.WriteHeader(code)
	return true
}

func (x exchange) send(code int, body []byte) bool {
	x.w.Header().Set("Content-Type", "application/json")
	x.w.WriteHeader(code)
	_, _ = x.w.Write(body) // who asked may be dead
	return true
}

// forward asks the real B.
func (x exchange) forward() (answered, error) {
	r, err := http.NewRequest(x.r.Method, x.b.real.String()+x.r.URL.RequestURI(), bytes.NewReader(x.body))
	if err != nil {
		return answered{}, err
	}
	r.Header = x.r.Header.Clone()
	r.Header.Del("Accept-Encoding") // the answer is to be read here
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return answered{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answered{answer.StatusCode, answer.Header, body}, err
}

// faultyTarget stands before the server, passes everything on, and answers those who deliver as the
// table of faults says.
type faultyTarget struct {
	*httptest.Server
	real      *url.URL
	pass      *httputil.ReverseProxy
	schedule  *schedule
	hang      time.Duration
	elsewhere *httptest.Server
	// strayed counts what came to the other place, mostRead is how much of a long answer was taken.
	strayed, mostRead atomic.Int64
}

func newFaultyTarget(t *testing.T, addr string, s *schedule) *faultyTarget {
	t.Helper()
	b := &faultyTarget{real: &url.URL{Scheme: "http", Host: addr}, schedule: s, hang: time.Second}
	b.pass = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(b.real)
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(502) },
	}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	b.elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		b.strayed.Add(1)
	}))
	t.Cleanup(b.elsewhere.Close)
	return b
}

// ServeHTTP answers as the table says when it is its turn.
func (b *faultyTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/nordvik/stottesak/instances" {
		b.pass.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // who delivers has died
	}
	x := exchange{b, w, r, body}
	n, faulty := b.schedule.take()
	if !faulty {
		if a, err := x.forward(); err == nil {
			x.send(a.status, a.body)
			return
		}
		panic(http.ErrAbortHandler)
	}
	f := faultyAnswers[n]
	defer func() {
		// A connection that is cut on purpose is a fault that was done.
		if cut := recover(); cut != nil {
			b.schedule.note(f.name)
			panic(cut)
		}
	}()
	if f.do(x) {
		b.schedule.note(f.name)
	} else {
		b.schedule.back(n)
	}
}
