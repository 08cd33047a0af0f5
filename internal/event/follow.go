package event

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

const (
	// RetryBudget is how long one event is tried before its subscription is parked, and
	// ValidateBudget how long a new endpoint is asked whether it is there.
	RetryBudget    = 24 * time.Hour
	ValidateBudget = time.Hour
	// refusedTries is how often one event is tried that its subscriber refuses, which takes half an
	// hour; then it is set aside, and the next ones are told of. No more than mostInRow are set aside
	// without one being taken in between: by then it is not the events that are wrong.
	refusedTries = 12
	mostInRow    = 3
	// lease is how long a subscription is one process's without a word from it. It is more than
	// one attempt takes.
	lease = 30 * time.Second
	// look is how often each process looks for something to do.
	look = time.Second
	// maxAtOnce is how many subscriptions one process tells at a time, batch how many events it
	// reads at a time.
	maxAtOnce = 8
	batch     = 50
)

// Run tells subscribers until ctx ends, in as many processes as there are. Each subscription is
// told by one of them at a time, in the order of events; should that one die, another goes on
// after its lease from the last event that was taken.
func (s *Service) Run(ctx context.Context) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	var telling sync.WaitGroup
	defer telling.Wait()
	free := make(chan struct{}, maxAtOnce)
	for {
		if err := s.claim(ctx, free, &telling); err != nil && ctx.Err() == nil {
			s.Log.Error("claim a subscription", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// claim begins to tell as many subscriptions as there is something to do for.
func (s *Service) claim(ctx context.Context, free chan struct{}, telling *sync.WaitGroup) error {
	for {
		select {
		case free <- struct{}{}:
		default:
			return nil
		}
		sub, found, err := s.Store.ClaimSubscription(ctx, lease)
		if err != nil || !found {
			<-free
			return err
		}
		telling.Go(func() {
			defer func() { <-free }()
			if err := s.tell(ctx, sub); err != nil && ctx.Err() == nil {
				s.Log.Error("tell a subscriber", "subscription", sub.ID, "err", err)
			}
		})
	}
}

// tell tells a claimed subscription of everything that is new to it, until something is not taken.
func (s *Service) tell(ctx context.Context, sub core.Subscription) error {
	if sub.State == core.SubscriptionValidating {
		_, err := s.one(ctx, &sub, s.own(sub, core.EventValidate, time.Now()), sub.After)
		return err
	}
	for {
		list, last, err := s.next(ctx, sub)
		if err != nil {
			return err
		}
		for _, e := range list {
			c := s.cloud(e)
			if !takes(sub, c) {
				sub.After = e.Place
				continue
			}
			if goOn, err := s.one(ctx, &sub, c, e.Place); err != nil || !goOn {
				return err
			}
		}
		held := lease
		if len(list) < batch {
			sub.After, held = last, 0
		}
		if goOn, err := s.step(ctx, sub, 0, held, nil); err != nil || !goOn || held == 0 {
			return err
		}
	}
}

// next reads what comes next of what the organisation may be told of at this moment, and up to
// where all of it has been read when that is less than a batch.
func (s *Service) next(
	ctx context.Context, sub core.Subscription,
) (list []core.InstanceEvent, last core.EventPlace, err error) {
	a := core.Actor{
		Kind: core.ActorOrg, Org: sub.Org, OrganisationNumber: sub.OrganisationNumber,
		Level: core.OrgTokenLevel,
	}
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		// Before the list: what the list lacks is after it.
		if last, err = tx.EventHorizon(ctx); err != nil {
			return err
		}
		ref := core.AppRef{Org: sub.Org, App: sub.App}
		if sub.App == "" {
			ref = core.AppRef{}
		}
		items, refused := s.items(a, ref)
		if refused != nil {
			// The policies let it read nothing any more: there is nothing to tell.
			return nil
		}
		f := store.EventFilter{Items: items, After: sub.After, Owner: sub.Owner}
		if sub.TypeFilter != "" {
			f.Types = []string{sub.TypeFilter}
		}
		list, err = tx.InstanceEvents(ctx, f, batch)
		return err
	})
	if n := len(list); n > 0 && list[n-1].Place.Xact >= last.Xact {
		last = list[n-1].Place
	}
	return list, last, err
}

// takes tells whether an event is one that the subscription asks for, beside what SQL has asked.
func takes(sub core.Subscription, c Cloud) bool {
	return strings.HasPrefix(c.Source, sub.SourceFilter)
}

// one makes one attempt and writes its outcome. It tells whether to go on with the next event.
func (s *Service) one(
	ctx context.Context, sub *core.Subscription, c Cloud, place core.EventPlace,
) (bool, error) {
	a := s.send(ctx, *sub, c)
	if ctx.Err() != nil {
		// We stop; what became of it is not known, and it is sent again with the same id.
		return s.step(ctx, *sub, 0, 0, nil)
	}
	a.Event = uuid.MustParse(c.ID)
	wait, held := time.Duration(0), lease
	switch a.Code {
	case "":
		if sub.State == core.SubscriptionValidating {
			held = 0
		}
		sub.State, sub.After, sub.InRow = core.SubscriptionActive, place, 0
		sub.Attempts, sub.Failing, sub.Code = 0, nil, ""
	case codeGone:
		sub.State, sub.Code, held = core.SubscriptionEnded, a.Code, 0
	default:
		sub.Attempts++
		if setAside(*sub, a.Code) {
			a.SetAside = true
			sub.After, sub.Attempts, sub.Failing, sub.Code = place, 0, nil, ""
			sub.SetAside, sub.InRow = sub.SetAside+1, sub.InRow+1
			break
		}
		sub.Code, wait, held = a.Code, Backoff(sub.Attempts), 0
		wait += rand.N(wait / 4)
	}
	kept, err := s.step(ctx, *sub, wait, held, &a)
	return kept && held > 0, err
}

// setAside tells whether to go on without an event that has just been refused once more.
func setAside(sub core.Subscription, code string) bool {
	return sub.State == core.SubscriptionActive && sub.Attempts >= refusedTries &&
		sub.InRow < mostInRow && refusesEvent(code)
}

// refusesEvent tells whether an answer may be about the event: the others are about who asks, about
// where, or about a subscriber that is not there at the moment.
func refusesEvent(code string) bool {
	switch code {
	case "http_401", "http_403", "http_404", "http_408", "http_425", "http_429", "http_502", "http_503",
		"http_504":
		return false
	}
	return strings.HasPrefix(code, "http_4") || strings.HasPrefix(code, "http_5")
}

// step writes how far a subscription has come, with the attempt if there was one, and parks it
// when its budget of time is used up. False when another has it.
func (s *Service) step(
	ctx context.Context, sub core.Subscription, wait, held time.Duration, a *core.SubscriptionAttempt,
) (bool, error) {
	// A shutdown cancels ctx; the outcome is still worth the few milliseconds.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var mine bool
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if a != nil && sub.Failing != nil && now.Sub(*sub.Failing) > budget(sub.State) {
			sub.State = core.SubscriptionParked
		}
		if mine, err = tx.StepSubscription(ctx, sub, wait, held); err != nil || !mine || a == nil {
			return err
		}
		return tx.AddSubscriptionAttempt(ctx, sub.ID, *a)
	})
	if err != nil {
		return false, fmt.Errorf("step subscription %d: %w", sub.ID, err)
	}
	return mine, nil
}

func budget(state core.SubscriptionState) time.Duration {
	if state == core.SubscriptionValidating {
		return ValidateBudget
	}
	return RetryBudget
}

// Backoff is how long to wait after attempt n (from 1): a second, doubling to a quarter of an hour.
func Backoff(n int) time.Duration {
	const first, longest = time.Second, 15 * time.Minute
	if n > 10 {
		return longest
	}
	return min(first<<(max(n, 1)-1), longest)
}
