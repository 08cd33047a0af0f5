package devidp

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// shelf keeps values under random names for a short while, in memory and in a bounded number.
// It keeps the names' hashes, so that a look-up's time tells nothing about them.
type shelf[T any] struct {
	limit int
	mu    sync.Mutex
	kept  map[[sha256.Size]byte]item[T]
}

type item[T any] struct {
	value T
	until time.Time
}

func newShelf[T any](limit int) *shelf[T] {
	return &shelf[T]{limit: limit, kept: map[[sha256.Size]byte]item[T]{}}
}

// put keeps the value until the given time and gives its name; ok is false when there is no room.
func (s *shelf[T]) put(value T, until, now time.Time) (name string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= s.limit {
		s.sweep(now)
	}
	if len(s.kept) >= s.limit {
		return "", false
	}
	name = rand.Text()
	s.kept[sha256.Sum256([]byte(name))] = item[T]{value, until}
	return name, true
}

// look gives the value, and leaves it.
func (s *shelf[T]) look(name string, now time.Time) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.kept[sha256.Sum256([]byte(name))]
	if !ok || !now.Before(i.until) {
		var none T
		return none, false
	}
	return i.value, true
}

// take gives the value and removes it: of two that come at once, one gets it.
func (s *shelf[T]) take(name string, now time.Time) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(name))
	i, ok := s.kept[key]
	delete(s.kept, key)
	if !ok || !now.Before(i.until) {
		var none T
		return none, false
	}
	return i.value, true
}

func (s *shelf[T]) sweep(now time.Time) {
	for key, i := range s.kept {
		if !now.Before(i.until) {
			delete(s.kept, key)
		}
	}
}
