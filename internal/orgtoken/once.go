package orgtoken

import (
	"errors"
	"sync"
	"time"
)

// Why a value cannot be used.
var (
	// ErrUsed: the value was used before.
	ErrUsed = errors.New("used before")
	// ErrFull: no more values can be remembered now.
	ErrFull = errors.New("too many to remember")
)

// sweepEvery is how often values past their time are thrown away.
const sweepEvery = 10 * time.Second

// Once remembers values that may be used a single time, each until its time is out. It lives in
// memory and holds a bounded number: enough for one process of a development issuer, not for a
// production one. It is safe for use by many goroutines.
type Once struct {
	limit int
	mu    sync.Mutex
	seen  map[string]time.Time
	swept time.Time
}

// NewOnce gives a memory for at most limit values at a time.
func NewOnce(limit int) *Once {
	return &Once{limit: limit, seen: map[string]time.Time{}}
}

// Use takes the value, or gives ErrUsed or ErrFull. The value is remembered until the given
// time: the caller must refuse it on other grounds after that.
func (o *Once) Use(value string, until, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.seen) >= o.limit || now.Sub(o.swept) >= sweepEvery {
		o.sweep(now)
	}
	if last, ok := o.seen[value]; ok && now.Before(last) {
		return ErrUsed
	}
	if len(o.seen) >= o.limit {
		return ErrFull
	}
	o.seen[value] = until
	return nil
}

func (o *Once) sweep(now time.Time) {
	for value, until := range o.seen {
		if !now.Before(until) {
			delete(o.seen, value)
		}
	}
	o.swept = now
}
