package event

import (
	"context"
	"net/netip"
	"sync"
)

// Once tells subscribers of what there is to tell, as Run does each time it looks.
func (s *Service) Once(ctx context.Context) error {
	var telling sync.WaitGroup
	err := s.claim(ctx, make(chan struct{}, maxAtOnce), &telling)
	telling.Wait()
	return err
}

// Public is public.
func Public(ip netip.Addr) bool { return public(ip) }
