package handover

import (
	"context"
	"time"

	"stafett/internal/core"
	"stafett/store"
)

// verdict is what a failed attempt says about its target.
type verdict int

const (
	// nothingOfTarget: it did not get so far.
	nothingOfTarget verdict = iota
	// targetAnswers: what was sent is wrong, and the target is there to say so.
	targetAnswers
	targetFails
	// targetUnreached: there was no answer at all.
	targetUnreached
)

// Hold is the circuit breaker that each target has: after Limit failures in a row nothing is sent
// there for First, then one delivery goes to see, and when that fails too the time doubles, up to
// Longest. It stands in the database, so that all processes share it.
type Hold struct {
	Limit          int
	First, Longest time.Duration
}

func (h Hold) withDefaults() Hold {
	if h.Limit == 0 {
		h.Limit = 5
	}
	if h.First == 0 {
		h.First = 2 * time.Second
	}
	if h.Longest == 0 {
		h.Longest = 15 * time.Second
	}
	return h
}

// probeTime is how long the delivery that goes to see has the place: longer than an attempt may
// take, so that nobody else goes meanwhile, and not for ever should its process die. It ends at once
// when others take that process's jobs over.
const probeTime = time.Minute

// judge notes what a failed attempt says about its target.
func (s *Service) judge(tx *store.Tx, p parcel, a core.Attempt, f *failure, opened *[]bool) {
	id := p.delivery.ID
	switch f.says {
	case targetFails, targetUnreached:
		tx.NoteFailure(id, a.Number, store.TargetFailure{
			Code: f.code, Unreached: f.says == targetUnreached, Limit: s.Hold.Limit,
			First: s.Hold.First, Longest: s.Hold.Longest, Asked: f.asked,
		})
	case targetAnswers:
		tx.NoteAnswer(id, opened)
	default:
		tx.EndProbe(id)
	}
}

// wake lets everything go that waited for a target that was left alone until now. Should the
// program end before it, the jobs come by themselves when their sleep is over.
func (s *Service) wake(ctx context.Context, p parcel, opened []bool) error {
	if len(opened) == 0 || !opened[0] {
		return nil
	}
	n, err := s.Store.WakeDeliveries(ctx, p.delivery.To)
	if err != nil {
		// What was to be written is; the sleepers come a little later.
		s.Log.Error("wake deliveries", "to", p.delivery.To, "err", err)
		return nil
	}
	s.Log.Info("the target answers again", "to", p.delivery.To, "deliveries", n)
	return nil
}

// Figures tells how the deliveries from all apps go, for each target that something has not
// arrived at or that fails. It is for the program's own metrics, and asks nobody for a right.
func (s *Service) Figures(ctx context.Context) ([]core.TargetFigures, error) {
	var list []core.TargetFigures
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		list, err = tx.TargetFigures(ctx, "")
		return err
	})
	return list, err
}
