package handover

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

const (
	// retryAtOnce is how many deliveries one press sets going.
	retryAtOnce = 1000
	// leastReason and MaxReason are how many letters a reason for giving up may have.
	leastReason = 10
	// MaxReason is the longest reason.
	MaxReason = 500
)

// Retry sets a parked delivery going again, or one that was given up. Pressing twice is safe: a
// delivery that is neither any more is fault.Conflict, and nothing happens; so is one whose place
// a later version has taken.
func (s *Service) Retry(ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID) error {
	return s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		d, err := own(ctx, tx, code, id)
		if err != nil {
			return err
		}
		if err := current(ctx, tx, d); err != nil {
			return err
		}
		again, err := tx.Retry(ctx, id)
		if err != nil {
			return err
		}
		if !again {
			return fault.New(fault.Conflict, "fault.admin_not_parked")
		}
		tx.Audit(stopped(a, core.ActRetry, org, d, ""))
		return tx.Enqueue(ctx, core.DeliverArgs{Delivery: id})
	})
}

// current refuses a delivery that was given up when a later version has gone on without it: both
// would make a case of the same submission.
func current(ctx context.Context, tx *store.Tx, d core.Delivery) error {
	versioned := d.Kind == core.DeliveryMakes || d.Kind == core.DeliveryCorrects
	if d.State != core.DeliveryGivenUp || !versioned {
		return nil
	}
	line, err := tx.DeliveriesOfVersions(ctx, d.Source.ID)
	if err != nil {
		return err
	}
	later := false
	for _, other := range line {
		if later && other.Handover == d.Handover && other.State != core.DeliveryGivenUp {
			return fault.New(fault.Conflict, "fault.admin_superseded")
		}
		later = later || other.ID == d.ID
	}
	return nil
}

// RetryTarget sets the parked deliveries to a target going again, the oldest first, and tells how
// many: at most a thousand at once.
func (s *Service) RetryTarget(
	ctx context.Context, a core.Actor, org core.PartyID, to core.AppRef,
) (int, error) {
	n := 0
	err := s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		ids, err := tx.RetryTarget(ctx, code, to, retryAtOnce)
		if err != nil {
			return err
		}
		for _, id := range ids {
			d, err := tx.Delivery(ctx, id)
			if err != nil {
				return err
			}
			tx.Audit(stopped(a, core.ActRetry, org, d, ""))
			if err := tx.Enqueue(ctx, core.DeliverArgs{Delivery: id}); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// GiveUp ends a parked delivery, and those that follow it. The reason is told to whoever sent it
// and to those who work on the case that it came from. It can be undone by Retry only.
func (s *Service) GiveUp(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID, reason string,
) error {
	reason = strings.TrimSpace(reason)
	return s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		if _, err := own(ctx, tx, code, id); err != nil {
			return err
		}
		switch n := utf8.RuneCountInString(reason); {
		case n < leastReason:
			return fault.New(fault.Invalid, "fault.admin_give_up_reason")
		case n > MaxReason:
			return fault.New(fault.Invalid, "fault.admin_give_up_long", MaxReason)
		}
		ended, err := tx.GiveUp(ctx, id, reason)
		if err != nil {
			return err
		}
		if len(ended) == 0 {
			return fault.New(fault.Conflict, "fault.admin_not_parked")
		}
		for _, d := range ended {
			tx.Audit(stopped(a, core.ActGiveUp, org, d, reason))
		}
		return nil
	})
}

// stopped is the audit line of a person's doing with a delivery: in the organisation's log, and at
// the instance that it is from.
func stopped(
	a core.Actor, act string, org core.PartyID, d core.Delivery, reason string,
) core.Event {
	e := access.NewEvent(a, act, org)
	e.App, e.Instance, e.Purpose = d.Source.AppRef, d.Source.ID, reason
	e.Detail = map[string]string{"delivery": d.ID.String(), "to": d.To.String()}
	return e
}

// Monitor tells how the deliveries of an organisation's apps go, target by target: those that
// something has not arrived at, and the others that its apps hand over to. The actor must
// administer the organisation.
func (s *Service) Monitor(
	ctx context.Context, a core.Actor, org core.PartyID,
) ([]core.TargetFigures, error) {
	var list []core.TargetFigures
	err := s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		figures, err := tx.TargetFigures(ctx, code)
		if err != nil {
			return err
		}
		broken, err := tx.Breakers(ctx)
		list = append(figures, s.others(code, figures, broken)...)
		return err
	})
	return list, err
}

// others gives the targets of a service owner's apps that nothing is on its way to.
func (s *Service) others(
	code string, known []core.TargetFigures, broken []core.Breaker,
) []core.TargetFigures {
	seen := map[core.AppRef]bool{}
	for _, f := range known {
		seen[f.To] = true
	}
	var out []core.TargetFigures
	for _, d := range s.Catalogue.Apps() {
		for _, h := range d.Handovers {
			if d.Ref.Org != code || seen[h.To] {
				continue
			}
			seen[h.To] = true
			f := core.TargetFigures{To: h.To}
			for i := range broken {
				if broken[i].To == h.To {
					f.Breaker = &broken[i]
				}
			}
			out = append(out, f)
		}
	}
	return out
}
