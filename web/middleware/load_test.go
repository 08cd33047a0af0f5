package middleware

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func none(*http.Request) bool { return false }

func TestShed_TurnsAwayWhatNeitherHasAPlaceNorMayWait(t *testing.T) {
	t.Parallel()
	const limit, sent = 2, 20
	free := make(chan struct{})
	h := Shed(limit, func(r *http.Request) bool { return r.URL.Path == "/healthz" }, show)(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/healthz" {
				<-free
			}
			w.WriteHeader(http.StatusOK)
		}))
	ask := func(path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code
	}
	var answered sync.WaitGroup
	var shed, served atomic.Int64
	for range sent {
		answered.Go(func() {
			if ask("/") == http.StatusServiceUnavailable {
				shed.Add(1)
			} else {
				served.Add(1)
			}
		})
	}
	// Two have a place and never let it go: of the rest everyone is turned away, four of them late.
	for end := time.Now().Add(20 * time.Second); shed.Load() < sent-limit && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if ask("/healthz") != http.StatusOK {
		t.Error("health is turned away")
	}
	close(free)
	answered.Wait()
	if shed.Load() != sent-limit || served.Load() != limit {
		t.Errorf("%d turned away and %d served of %d", shed.Load(), served.Load(), sent)
	}
	if ask("/") != http.StatusOK {
		t.Error("afterwards nobody is let in")
	}
}

func TestGate_LetsInWhoWaitsInTheirOrder(t *testing.T) {
	t.Parallel()
	g := &gate{limit: 1, wait: time.Minute}
	if !g.enter(t.Context()) {
		t.Fatal("an empty one lets nobody in")
	}
	order := make(chan int, 2)
	for n := range 2 {
		go func() { g.enter(t.Context()); order <- n; g.leave() }()
		for waits := 0; waits != n+1; time.Sleep(time.Millisecond) {
			g.mu.Lock()
			waits = len(g.waiting)
			g.mu.Unlock()
		}
	}
	g.leave()
	if a, b := <-order, <-order; a != 0 || b != 1 {
		t.Errorf("order %d %d", a, b)
	}
}

// A client that sends slowly holds no place: others are served meanwhile. It is cut off in the end.
func TestPaceAndShed_ASlowClientHoldsNothingAndIsCutOff(t *testing.T) {
	t.Parallel()
	var read atomic.Value
	server := httptest.NewServer(Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, err := io.ReadAll(r.Body)
			read.Store(fmt.Sprint(err))
		}
		io.WriteString(w, "ok")
	}), Pace(300*time.Millisecond), Shed(1, none, show)))
	t.Cleanup(server.Close)
	slow := dial(t, server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
	for range 10 {
		answer, err := http.Get(server.URL)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("others: %v %v", answer, err)
		}
		answer.Body.Close()
	}
	_ = slow.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.ReadAll(slow); err != nil {
		t.Errorf("the slow one is not closed: %v", err)
	}
	if text, _ := read.Load().(string); !strings.Contains(text, "timeout") {
		t.Errorf("its body was read: %q", text)
	}
}

func TestPace_CutsOffWhoDoesNotRead(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	server := httptest.NewServer(Pace(300 * time.Millisecond)(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(make([]byte, 64<<20))
			failed <- err
		})))
	t.Cleanup(server.Close)
	dial(t, server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case err := <-failed:
		if err == nil {
			t.Error("64 MB were written to nobody")
		}
	case <-time.After(20 * time.Second):
		t.Error("the writer waits for ever")
	}
}

// Who is slow by nature and not idle comes through, as does a handler that thinks for longer.
func TestPace_LetsASteadyClientThrough(t *testing.T) {
	t.Parallel()
	const limit = 400 * time.Millisecond
	server := httptest.NewServer(Pace(limit)(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			<-time.After(limit + limit/2)
			fmt.Fprint(w, len(body), err, r.Context().Err())
		})))
	t.Cleanup(server.Close)
	const pieces = 6
	conn := dial(t, server, fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", pieces*pace))
	for range pieces {
		<-time.After(limit / 4)
		if _, err := conn.Write(make([]byte, pace)); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); string(body) != fmt.Sprint(pieces*pace, nil, nil) {
		t.Errorf("got %q", body)
	}
}

func dial(t *testing.T, s *httptest.Server, send string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, send); err != nil {
		t.Fatal(err)
	}
	return conn
}
