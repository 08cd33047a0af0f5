package orgtoken

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/http"
	"sync"
	"time"
)

const (
	// refreshAge is how old a key set gets before it is read again: a key that the issuer has
	// withdrawn stops working within that time.
	refreshAge = time.Hour
	// oldestAge is when a set that could not be read again in the background is waited for.
	oldestAge = 24 * time.Hour
	// refetchWait is the least time between two reads, so that tokens with invented key ids
	// cannot make us flood the issuer (SECURITY.md P38).
	refetchWait = time.Minute
	// firstWait is the same while there is no set at all, as when the issuer starts after us.
	firstWait = 2 * time.Second
	// fetchTime is how long one read may take.
	fetchTime = 5 * time.Second
)

// errNoKeys: the issuer's keys could not be read, so that nothing can be said of the token.
var errNoKeys = errors.New("the issuer's keys cannot be read now")

// keyring is the key set of one issuer. Keys never serve for another issuer's tokens.
type keyring struct {
	issuer string
	// address of the set; empty: the issuer's metadata names it.
	address string
	caller  caller
	now     func() time.Time
	// own is the ring of an issuer of our own, asked in place of all else; keep is how long its
	// keys are good after they have stopped to sign.
	own  *Ring
	keep time.Duration

	mu     sync.Mutex
	keys   map[string]*rsa.PublicKey
	fixed  bool
	read   time.Time
	tried  time.Time
	failed bool
	// underway is closed when the read that is under way has ended; nil when none is.
	underway chan struct{}
}

// find gives the key with the id; nil when the issuer has none such. The error is errNoKeys, or
// the context's.
func (k *keyring) find(ctx context.Context, id string) (*rsa.PublicKey, error) {
	if k.own != nil {
		return k.own.find(id, k.now(), k.keep), nil
	}
	key, wait := k.look(ctx, id)
	if wait == nil {
		return k.settle(key)
	}
	select {
	case <-wait:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	k.mu.Lock()
	key = k.keys[id]
	k.mu.Unlock()
	return k.settle(key)
}

func (k *keyring) settle(key *rsa.PublicKey) (*rsa.PublicKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key == nil && (k.keys == nil || k.failed) {
		return nil, errNoKeys
	}
	return key, nil
}

// look gives the key that is known, and starts a read where one is due. wait is not nil when the
// answer depends on that read.
func (k *keyring) look(ctx context.Context, id string) (key *rsa.PublicKey, wait chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key = k.keys[id]
	if k.fixed {
		return key, nil
	}
	now := k.now()
	age := now.Sub(k.read)
	if key != nil && age < refreshAge {
		return key, nil
	}
	// A clock that was set back must not hold the next read up until it has caught up.
	waited := now.Sub(k.tried)
	if k.underway == nil && (waited >= k.least() || waited < 0) {
		k.tried = now
		k.underway = make(chan struct{})
		// The read serves everyone, so that the end of this request must not stop it.
		go k.refresh(context.WithoutCancel(ctx))
	}
	if key != nil && age < oldestAge {
		return key, nil
	}
	return key, k.underway
}

func (k *keyring) least() time.Duration {
	if k.keys == nil {
		return firstWait
	}
	return refetchWait
}

// refresh reads the set. When that fails, the old one is kept.
func (k *keyring) refresh(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	keys, err := k.fetch(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed = err != nil
	if err == nil {
		k.keys, k.read = keys, k.tried
	}
	close(k.underway)
	k.underway = nil
}

func (k *keyring) fetch(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	address := k.address
	if address == "" {
		m, err := k.caller.discover(ctx, k.issuer)
		if err != nil {
			return nil, err
		}
		address = m.keySet
	}
	status, body, err := k.caller.get(ctx, address)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, statusError(status)
	}
	return parseKeySet(body)
}
