package handover

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/relay"
	"stafett/internal/schema"
	"stafett/store"
)

// Plan decides which handovers the moment sets off, maps them, freezes what they carry and
// enqueues their jobs, all in the caller's transaction: the submit and its deliveries commit
// together or not at all. The caller holds the source's row lock.
func (s *Service) Plan(ctx context.Context, tx *store.Tx, src relay.Source, m app.Moment) error {
	if err := s.handOver(ctx, tx, src, m); err != nil {
		return err
	}
	return s.report(ctx, tx, src, m)
}

// PlanReceived is Plan for an instance that is being made and whose maker notes what the answer tells of
// how it goes: that is given, nil for nothing, and no delivery of it is planned. The caller keeps it
// with the key of the call, so that an answer which is lost can be given again.
func (s *Service) PlanReceived(
	ctx context.Context, tx *store.Tx, src relay.Source, m app.Moment,
) (*core.Report, error) {
	if err := s.handOver(ctx, tx, src, m); err != nil {
		return nil, err
	}
	reports, err := relay.Reports(src, m)
	if err != nil || len(reports) == 0 {
		return nil, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	// Of several at one moment the last is what they come to.
	told := relay.Told(src, reports[len(reports)-1], m, now)
	return &told, nil
}

func (s *Service) handOver(
	ctx context.Context, tx *store.Tx, src relay.Source, m app.Moment,
) error {
	if src.Input.Instance.Corrects != uuid.Nil {
		return s.correctAll(ctx, tx, src, m)
	}
	planned, err := relay.Plan(src, m, s.Catalogue.Known)
	if err != nil {
		return err
	}
	for _, p := range planned {
		if err := s.plan(ctx, tx, src, p); err != nil {
			return fmt.Errorf("handover %s: %w", p.Handover.ID, err)
		}
	}
	return nil
}

func (s *Service) plan(
	ctx context.Context, tx *store.Tx, src relay.Source, p relay.Planned,
) error {
	h, from := p.Handover, src.Input.Instance
	kind := core.DeliveryMakes
	var owner core.Party
	var err error
	if h.Into != app.IntoNone {
		kind = core.DeliveryAdds
		if p.Frozen.Into, err = into(ctx, tx, from, h); err == nil {
			owner, err = ownerOf(ctx, tx, p.Frozen.Into)
		}
	} else {
		owner, err = targetOwner(ctx, tx, p.Owner)
	}
	if err != nil {
		return err
	}
	d := core.Delivery{
		Kind: kind, Source: from.InstanceRef, Handover: h.ID, To: h.To,
		Owner: owner.ID, OwnerNumber: owner.OrganisationNumber,
		Reference: from.Reference, Round: from.Version,
	}
	if d.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	if h.DeliveryField != "" {
		if err := schema.Set(p.Frozen.Document, h.DeliveryField, d.ID.String()); err != nil {
			return fmt.Errorf("delivery field: %w", err)
		}
	}
	if err := s.await(ctx, tx, src.App, d, &p); err != nil {
		return err
	}
	return s.add(ctx, tx, d, p.Frozen)
}

// await has somebody else's answer to a case waited for: they are reminded before it is due, and
// the case is told when it does not come.
func (s *Service) await(
	ctx context.Context, tx *store.Tx, a *app.Definition, d core.Delivery, p *relay.Planned,
) error {
	asks := d.Kind == core.DeliveryMakes && p.Frozen.Due != nil && d.Owner != d.Source.Owner &&
		a.IsCase()
	if !asks {
		return nil
	}
	p.Frozen.RemindBefore = p.Handover.RemindBefore
	return s.Messages.Await(ctx, tx, d.Source.ID, d.ID, *p.Frozen.Due)
}

// into finds the instance that takes what is handed over.
func into(
	ctx context.Context, tx *store.Tx, from core.Instance, h *app.Handover,
) (*core.InstanceRef, error) {
	if h.Into == app.IntoSource {
		return from.Source, nil
	}
	matter, err := tx.Matter(ctx, from.Began().ID)
	if err != nil {
		return nil, err
	}
	for _, part := range slices.Backward(matter) {
		if part.Ref.AppRef == h.To {
			return &part.Ref, nil
		}
	}
	return nil, fault.New(fault.Conflict, "fault.handover_into")
}

// ownerOf gives the owner of an instance at the other end: of one in another installation nothing
// but the number there.
func ownerOf(ctx context.Context, tx *store.Tx, ref *core.InstanceRef) (core.Party, error) {
	if ref.Owner.Elsewhere() {
		return core.Party{ID: ref.Owner}, nil
	}
	return tx.Party(ctx, ref.Owner)
}

// add keeps a delivery with its job.
func (s *Service) add(ctx context.Context, tx *store.Tx, d core.Delivery, f core.Frozen) error {
	if d.ID == uuid.Nil {
		var err error
		if d.ID, err = uuid.NewV7(); err != nil {
			return err
		}
	}
	d.State = core.DeliveryWaiting
	if err := tx.AddDelivery(ctx, d, f); err != nil {
		return err
	}
	return tx.Enqueue(ctx, core.DeliverArgs{Delivery: d.ID, Tells: d.Kind == core.DeliveryReports})
}

// targetOwner finds the party that will own the target.
func targetOwner(ctx context.Context, tx *store.Tx, o relay.Owner) (core.Party, error) {
	var p core.Party
	var err error
	switch {
	case o.Party.Elsewhere():
		// Whoever began the matter did so elsewhere: the target's installation is asked who.
		return core.Party{ID: o.Party}, nil
	case o.Party != 0:
		return tx.Party(ctx, o.Party)
	case o.OrganisationNumber != "":
		p, err = tx.PartyByOrganisationNumber(ctx, o.OrganisationNumber)
	default:
		p, err = tx.PartyByPersonNumber(ctx, o.PersonNumber)
	}
	if errors.Is(err, store.ErrNoRow) {
		return p, fault.New(fault.Invalid, "fault.handover_owner")
	}
	return p, err
}
