package handover

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/solution"
	"stafett/store"
)

// Shown is one delivery as an administrator follows it: references, codes and times, and nothing
// of a case.
type Shown struct {
	Delivery core.Delivery
	// Attempts are the latest first.
	Attempts []core.Attempt
	Times    core.DeliveryTimes
	// Matter are the deliveries of the organisation's apps in the same matter, oldest first, this
	// one among them.
	Matter []core.Delivery
}

// Show gives one delivery of the organisation, which the actor must administer.
func (s *Service) Show(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID,
) (Shown, error) {
	var shown Shown
	err := s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		var err error
		if shown.Delivery, err = own(ctx, tx, code, id); err != nil {
			return err
		}
		if shown.Attempts, err = tx.Attempts(ctx, id); err != nil {
			return err
		}
		if shown.Times, err = tx.DeliveryTimes(ctx, id); err != nil {
			return err
		}
		shown.Matter, err = tx.DeliveriesInThread(ctx, code, shown.Delivery.Source.ID)
		if err != nil {
			return err
		}
		e := access.AdminEvent(a, core.ActAdmin, org, len(shown.Matter), map[string]string{
			"part": "delivery", "delivery": id.String(),
		})
		e.App = shown.Delivery.To
		tx.Audit(e)
		return nil
	})
	return shown, err
}

// Solution gives the picture of an organisation's apps and of what they are tied to, with what is
// on its way from them. The actor must administer the organisation.
func (s *Service) Solution(
	ctx context.Context, a core.Actor, org core.PartyID, lang string,
) (solution.Picture, error) {
	var p solution.Picture
	err := s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		names, err := organisations(ctx, tx, s)
		if err != nil {
			return err
		}
		p = access.Solution(lang, s.Catalogue.Apps(), names).
			Around(func(ref core.AppRef) bool { return ref.Org == code })
		tx.Audit(access.AdminEvent(a, core.ActAdmin, org, 0, map[string]string{"part": "solution"}))
		return countOpen(ctx, tx, code, p)
	})
	return p, err
}

// organisations looks up what the owners are called that handovers name by their numbers.
func organisations(
	ctx context.Context, tx *store.Tx, s *Service,
) (func(number string) string, error) {
	names := map[string]string{}
	for _, d := range s.Catalogue.Apps() {
		for _, h := range d.Handovers {
			number, ok := h.Owner.OrganisationNumber.IsLiteral()
			written, isText := number.(string)
			if _, known := names[written]; !ok || !isText || known {
				continue
			}
			p, err := tx.PartyByOrganisationNumber(ctx, written)
			if err != nil && !errors.Is(err, store.ErrNoRow) {
				return nil, err
			}
			names[written] = p.Name
		}
	}
	return func(number string) string { return names[number] }, nil
}

// countOpen counts what is on its way on the arrows that leave the organisation's apps.
func countOpen(ctx context.Context, tx *store.Tx, code string, p solution.Picture) error {
	var paths []store.DeliveryPath
	var arrows []int
	for i, a := range p.Arrows {
		from := p.Nodes[a.From].Ref
		if from.Org != code {
			continue
		}
		for _, h := range a.Handovers {
			paths = append(paths,
				store.DeliveryPath{App: from.App, To: p.Nodes[a.To].Ref, Handover: h})
			arrows = append(arrows, i)
		}
	}
	counts, err := tx.OpenDeliveries(ctx, code, paths)
	if err != nil {
		return err
	}
	for k, c := range counts {
		a := &p.Arrows[arrows[k]]
		if a.Live == nil {
			a.Live = &solution.Live{}
		}
		a.Live.Waiting += min(c.Waiting, store.CountedTo)
		a.Live.Parked += min(c.Parked, store.CountedTo)
		a.Live.MoreWaiting = a.Live.MoreWaiting || c.Waiting > store.CountedTo
		a.Live.MoreParked = a.Live.MoreParked || c.Parked > store.CountedTo
	}
	return nil
}
