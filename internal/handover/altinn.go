package handover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/orgtoken"
	"stafett/store"
)

// Altinn is a real Altinn 3 environment. Its instances API knows no idempotency key: when an answer
// is lost, nobody can know whether an instance was made but by looking for it. So the delivery's id
// goes along as a data value, and no attempt after the first asks again before it has looked.
// Exactly once cannot be promised there; what cannot be found out waits for a person.
type Altinn struct {
	Platform *orgtoken.Platform
	// Flight is how long what was asked for may still be on its way, Settle how long it is looked
	// for before a person must; 0 is two minutes, and ten.
	Flight, Settle time.Duration
}

const (
	usualFlight = 2 * time.Minute
	usualSettle = 10 * time.Minute
	// altinnScope opens the making of instances, and the list that they are looked for in.
	altinnScope = access.ScopeRead + " " + access.ScopeWrite
)

func (a *Altinn) flight() time.Duration { return cmp.Or(a.Flight, usualFlight) }
func (a *Altinn) settle() time.Duration { return cmp.Or(a.Settle, usualSettle) }

// toAltinn makes one attempt at an environment without idempotency keys.
func (s *Service) toAltinn(
	ctx context.Context, attempt int, tokens *orgtoken.Client, p *parcel,
) (core.InstanceRef, error) {
	switch {
	case p.delivery.Kind != core.DeliveryMakes:
		// Altinn's apps take instances only: what comes later is a person's to bring.
		return core.InstanceRef{}, &failure{code: "altinn_only_makes", park: true, certain: true}
	case p.owner.ID.Elsewhere():
		return core.InstanceRef{}, &failure{code: "altinn_owner", park: true, certain: true}
	}
	ref, err := s.tryAltinn(ctx, attempt, tokens, p)
	if f, ok := errors.AsType[*failure](err); ok && f.token {
		p.target.Altinn.Platform.Forget(tokens, altinnScope)
		ref, err = s.tryAltinn(ctx, attempt, tokens, p)
	}
	return ref, err
}

func (s *Service) tryAltinn(
	ctx context.Context, attempt int, tokens *orgtoken.Client, p *parcel,
) (core.InstanceRef, error) {
	token, err := p.target.Altinn.Platform.Token(ctx, tokens, altinnScope)
	if err != nil {
		return core.InstanceRef{}, tokenFailure(err)
	}
	p.token, p.tokenAt = token, new(p.sinceBegan())
	if attempt > 1 {
		found, err := s.lookInAltinn(ctx, *p)
		switch {
		case err != nil:
			return core.InstanceRef{}, err
		case found != nil:
			return *found, nil
		}
	}
	return s.askAltinn(ctx, attempt, p)
}

// askAltinn asks for the instance. That it does is committed first, so that a process that dies
// meanwhile leaves word of it; an attempt whose place another has taken asks for nothing.
func (s *Service) askAltinn(
	ctx context.Context, attempt int, p *parcel,
) (core.InstanceRef, error) {
	may := false
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		may, err = tx.MarkAsked(ctx, p.delivery.ID, attempt)
		return err
	})
	if err != nil {
		return core.InstanceRef{}, fmt.Errorf("mark asked: %w", err)
	}
	if !may {
		return core.InstanceRef{}, &failure{code: "stopped"}
	}
	s.counts.add(p.delivery.To, func(c *AltinnCount) { c.Asked++ })
	reached := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { reached = true },
	})
	ref, err := s.send(ctx, p)
	if err == nil {
		return ref, nil
	}
	f := asFailure(err)
	f.certain = !reached || refused(f)
	if !f.certain {
		s.counts.add(p.delivery.To, func(c *AltinnCount) { c.Unclear++ })
	}
	return ref, f
}

// refused tells whether the answer says that nothing was made: any of 4xx but that of a request
// that took too long.
func refused(f *failure) bool {
	return f.status >= 400 && f.status < 500 && f.status != http.StatusRequestTimeout
}

// AltinnCount is how this process has fared with a target without idempotency keys.
type AltinnCount struct {
	// Asked is how often an instance was asked for, and Unclear how often no answer told what came
	// of it. Found, Again and Parked are what was found out: it was there; it was not, and was asked
	// for again; nobody could tell.
	Asked, Unclear, Found, Again, Parked int64
}

type altinnCounts struct {
	mu   sync.Mutex
	list map[core.AppRef]AltinnCount
}

func (c *altinnCounts) add(to core.AppRef, change func(*AltinnCount)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil {
		c.list = map[core.AppRef]AltinnCount{}
	}
	one := c.list[to]
	change(&one)
	c.list[to] = one
}

// AltinnCounts gives the counts of this process, by target.
func (s *Service) AltinnCounts() map[core.AppRef]AltinnCount {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	return maps.Clone(s.counts.list)
}
