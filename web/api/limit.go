package api

import (
	"fmt"
	"math"
	"net/http"
	"sync"
	"time"

	"stafett/internal/fault"
)

const (
	// window is the time in seconds that the rate is told for.
	window = 60
	// maxClients is how many clients are counted; each is an organisation with a genuine token.
	maxClients = 10_000
)

// limiter is a token bucket for each client, in this process's memory: with n processes a client
// gets up to n times as many. Nobody is counted before the token has been checked, so that no one
// can use up another's calls.
type limiter struct {
	rate    int
	now     func() time.Time
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(rate int, now func() time.Time) *limiter {
	return &limiter{rate: rate, now: now, buckets: map[string]*bucket{}}
}

// limitError is a call too many.
type limitError struct {
	seconds int
	fault   error
}

// Error is for the log.
func (e *limitError) Error() string { return e.fault.Error() }

// Unwrap gives the fault.
func (e *limitError) Unwrap() error { return e.fault }

// take counts a call and tells the client in the answer's headers how many are left (RateLimit
// and RateLimit-Policy, draft-ietf-httpapi-ratelimit-headers). A call too many is refused.
func (l *limiter) take(w http.ResponseWriter, client string) error {
	if l.rate <= 0 {
		return nil
	}
	left := l.count(client)
	perSecond := float64(l.rate) / window
	full := int(math.Ceil((float64(l.rate) - max(left, 0)) / perSecond))
	w.Header().Set("RateLimit-Policy", fmt.Sprintf(`"client";q=%d;w=%d`, l.rate, window))
	w.Header().Set("RateLimit", fmt.Sprintf(`"client";r=%d;t=%d`, int(max(left, 0)), full))
	if left >= 0 {
		return nil
	}
	wait := max(int(math.Ceil(-left/perSecond)), 1)
	return &limitError{wait, fault.New(fault.TooMany, "fault.rate", wait)}
}

// count takes one from the client's bucket and gives what is left; less than nothing is how much
// is missing, and then nothing was taken.
func (l *limiter) count(client string) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.buckets) >= maxClients {
		l.forget(now)
	}
	b := l.buckets[client]
	if b == nil {
		b = &bucket{left: float64(l.rate), at: now}
		l.buckets[client] = b
	}
	gained := now.Sub(b.at).Seconds() * float64(l.rate) / window
	b.left, b.at = min(b.left+max(gained, 0), float64(l.rate)), now
	if b.left < 1 {
		return b.left - 1
	}
	b.left--
	return b.left
}

// forget drops the buckets that are full again: they tell nothing.
func (l *limiter) forget(now time.Time) {
	for client, b := range l.buckets {
		if now.Sub(b.at) >= window*time.Second {
			delete(l.buckets, client)
		}
	}
}
