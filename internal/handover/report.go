package handover

import (
	"context"
	"fmt"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/relay"
	"stafett/store"
)

// report plans what the instance tells the one that it came from.
func (s *Service) report(
	ctx context.Context, tx *store.Tx, src relay.Source, m app.Moment,
) error {
	reports, err := relay.Reports(src, m)
	if err != nil {
		return err
	}
	for _, r := range reports {
		if err := s.planReport(ctx, tx, src, r, m); err != nil {
			return fmt.Errorf("%s: %w", r.ID, err)
		}
	}
	return nil
}

func (s *Service) planReport(
	ctx context.Context, tx *store.Tx, src relay.Source, r app.Report, m app.Moment,
) error {
	inst := src.Input.Instance
	owner, err := ownerOf(ctx, tx, inst.Source)
	if err != nil {
		return fmt.Errorf("owner of the source: %w", err)
	}
	moment, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	told := relay.Told(src, r, m, moment)
	return s.add(ctx, tx, core.Delivery{
		Kind: core.DeliveryReports, Source: inst.InstanceRef, Handover: r.ID, To: inst.Source.AppRef,
		Owner: owner.ID, OwnerNumber: owner.OrganisationNumber, Reference: inst.Reference,
		Round: inst.Version,
	}, core.Frozen{Into: inst.Source, Report: &told, Submitted: moment, Language: inst.Language})
}
