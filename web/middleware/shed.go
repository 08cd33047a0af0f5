package middleware

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"stafett/internal/fault"
)

const (
	// NormalRequests is how many requests are worked on at once where nothing else is said.
	NormalRequests = 64
	// queueTimes is how many times as many may wait, and queueTime for how long at most: whoever
	// waits longer has gone away, or presses again.
	queueTimes = 2
	queueTime  = 500 * time.Millisecond
)

// gate counts the requests that are worked on. The first to wait is the first to come in.
type gate struct {
	limit int
	wait  time.Duration

	mu      sync.Mutex
	working int
	waiting []chan struct{}
}

// enter waits for a place, and tells whether there is one: not when too many wait already, or
// none has been free in time.
func (g *gate) enter(ctx context.Context) bool {
	g.mu.Lock()
	if g.working < g.limit && len(g.waiting) == 0 {
		g.working++
		g.mu.Unlock()
		return true
	}
	if len(g.waiting) >= queueTimes*g.limit {
		g.mu.Unlock()
		return false
	}
	place := make(chan struct{})
	g.waiting = append(g.waiting, place)
	g.mu.Unlock()
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case <-place:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, place)
	if i < 0 {
		return true // given just now
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return false
}

// leave gives the place to whoever waits first.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.working--
	for g.working < g.limit && len(g.waiting) > 0 {
		close(g.waiting[0])
		g.waiting = g.waiting[1:]
		g.working++
	}
}

// again takes back the place of a request that has been let in before: it is not turned away
// half-way, though there may be more than the limit for a moment.
func (g *gate) again() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.working++
}

// Shed works on so many requests at once, lets a few more wait for a moment, and turns the rest
// away with 503 before anything is looked up for them: what is taken is then answered in time. A
// request whose client is slow to send or to read has no place while it waits for the client.
// Those that pass takes no place have limits of their own.
func Shed(
	limit int, pass func(*http.Request) bool, show func(http.ResponseWriter, *http.Request, error),
) func(http.Handler) http.Handler {
	if limit <= 0 {
		limit = NormalRequests
	}
	g := &gate{limit: limit, wait: queueTime}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if pass(r) {
				next.ServeHTTP(w, r)
				return
			}
			if !g.enter(r.Context()) {
				show(w, r, fault.New(fault.Unavailable, fault.KeyBusy))
				return
			}
			defer g.leave()
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = &placedBody{r.Body, g}
			}
			next.ServeHTTP(&placedWriter{w, g}, r)
		})
	}
}

// placedBody has no place while the client sends.
type placedBody struct {
	io.ReadCloser
	gate *gate
}

func (b *placedBody) Read(p []byte) (int, error) {
	b.gate.leave()
	defer b.gate.again()
	return b.ReadCloser.Read(p)
}

// placedWriter has no place while the client reads.
type placedWriter struct {
	http.ResponseWriter
	gate *gate
}

func (w *placedWriter) Write(p []byte) (int, error) {
	w.gate.leave()
	defer w.gate.again()
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *placedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
