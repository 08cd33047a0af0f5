package orgtoken

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// RingKey is one key of a ring.
type RingKey struct {
	// ID is the kid; empty is KeyID.
	ID  string
	Key *rsa.PrivateKey
	// Unpublished: it is made, and neither signs nor is told of.
	Unpublished bool
	// SignsFrom is when it begins to sign: let that be longest cache time (24 hours) after it was
	// published, so that every checker has it before it meets it.
	SignsFrom time.Time
	// Retired is when it was taken out of use; zero for not.
	Retired time.Time
}

// Ring is the keys that somebody signs with, one after the other. It may be set anew while it is
// in use, which is how keys change without a stop.
type Ring struct {
	mu   sync.RWMutex
	keys []RingKey
}

// NewRing gives a ring, as Set does.
func NewRing(keys ...RingKey) (*Ring, error) {
	r := &Ring{}
	return r, r.Set(keys...)
}

// ringOf gives the ring, or one of the key alone where there is none.
func ringOf(ring *Ring, key *rsa.PrivateKey, id string) (*Ring, error) {
	if ring != nil {
		return ring, nil
	}
	if key == nil {
		return nil, errors.New("a key is needed")
	}
	return NewRing(RingKey{ID: id, Key: key})
}

// Set changes what the ring holds. It fails, and changes nothing, on a key under MinKeyBits, on two
// with one id, and when none is left that could sign.
func (r *Ring) Set(keys ...RingKey) error {
	keys = slices.Clone(keys)
	seen := map[string]bool{}
	usable := false
	for i := range keys {
		k := &keys[i]
		if k.Key == nil {
			return errors.New("key ring: no key")
		}
		if err := checkSize(&k.Key.PublicKey); err != nil {
			return fmt.Errorf("key ring: %w", err)
		}
		if k.ID == "" {
			k.ID = KeyID(&k.Key.PublicKey)
		}
		if seen[k.ID] {
			return fmt.Errorf("key ring: two keys with the id %.40q", k.ID)
		}
		seen[k.ID] = true
		usable = usable || !k.Unpublished && k.Retired.IsZero()
	}
	if !usable {
		return errors.New("key ring: no key is left that signs")
	}
	slices.SortStableFunc(keys, func(a, b RingKey) int { return a.SignsFrom.Compare(b.SignsFrom) })
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = keys
	return nil
}

// All gives every key that the ring holds, those that do not sign any more among them.
func (r *Ring) All() []RingKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.keys)
}

// Signing gives the key that signs now: the newest one whose time has come.
func (r *Ring) Signing(now time.Time) RingKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var current RingKey
	for _, k := range r.keys {
		if k.Unpublished || !k.Retired.IsZero() {
			continue
		}
		if current.Key == nil || !k.SignsFrom.After(now) {
			current = k
		}
	}
	return current
}

// Public gives the keys that are told of: all that are published but those that were retired, or
// replaced by another, longer than keep ago, when nothing that they signed is in use any more.
func (r *Ring) Public(now time.Time, keep time.Duration) []*rsa.PublicKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []*rsa.PublicKey
	for i, k := range r.keys {
		if !k.Unpublished && !now.After(r.ends(i).Add(keep)) {
			out = append(out, &k.Key.PublicKey)
		}
	}
	return out
}

// endless is later than any key is used.
var endless = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

// ends tells when a key stops to sign.
func (r *Ring) ends(i int) time.Time {
	if !r.keys[i].Retired.IsZero() {
		return r.keys[i].Retired
	}
	for _, next := range r.keys[i+1:] {
		if !next.Unpublished && next.Retired.IsZero() {
			return next.SignsFrom
		}
	}
	return endless
}

// find gives the public key with the id among those that are told of; nil when there is none.
func (r *Ring) find(id string, now time.Time, keep time.Duration) *rsa.PublicKey {
	for _, key := range r.Public(now, keep) {
		if KeyID(key) == id {
			return key
		}
	}
	return nil
}
