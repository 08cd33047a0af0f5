package handover

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/relay"
	"stafett/store"
)

// maxTold is how large a report in an answer may be, in bytes: no larger than one that comes by itself.
const maxTold = 64 << 10

// told reads what a target's answer tells of how it goes; nil for nothing, and for what can be no report:
// the instance has been made whatever is said of it.
func told(body json.RawMessage) *core.Report {
	var r core.Report
	// The last is what a JSON text may hold and no database can.
	if len(body) > maxTold || bytes.Contains(body, []byte(`\u0000`)) || json.Unmarshal(body, &r) != nil ||
		r.Label == "" || r.Moment.IsZero() {
		return nil
	}
	return &r
}

// note notes on the source what the target has told of how it goes, as if the report had come by itself: where
// the target's service owner may read the source, and unless a newer one has come before it. An attempt that
// has lost its place to a later one notes nothing, since that one gets the same answer.
func (s *Service) note(ctx context.Context, tx *store.Tx, p parcel, attempt int) error {
	if p.told == nil {
		return nil
	}
	inst, held, err := tx.LockSource(ctx, p.source(), p.delivery, attempt)
	if errors.Is(err, store.ErrNoRow) || err == nil && !held {
		return nil
	}
	if err != nil {
		return fmt.Errorf("source of delivery %s: %w", p.delivery.ID, err)
	}
	d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
	if err != nil {
		return err
	}
	teller, err := serviceOwner(ctx, tx, p.delivery.To.Org)
	if err != nil {
		return err
	}
	permit, err := s.Access.Require(ctx, tx, teller, access.ActionRead, access.On(d, inst))
	if fault.Is(err, fault.Forbidden) {
		s.Log.Warn("a target may not tell how it goes", "delivery", p.delivery.ID, "to", p.delivery.To)
		return nil
	}
	if err != nil {
		return err
	}
	sub, newest := relay.Noted(inst, *p.told)
	if !newest {
		return nil
	}
	inst.Substatus = sub
	e := access.NewEvent(teller, core.ActReport, inst.Owner)
	e.App, e.Instance, e.Task, e.Purpose = inst.AppRef, inst.ID, inst.Process.Task, permit.Role
	tx.Audit(e)
	return tx.UpdateInstance(ctx, &inst)
}

// serviceOwner is the organisation behind an app as the actor that its token stands for; one that is not
// known here has its code alone.
func serviceOwner(ctx context.Context, tx *store.Tx, org string) (core.Actor, error) {
	a := core.Actor{Kind: core.ActorOrg, Org: org, Level: core.OrgTokenLevel}
	p, err := tx.PartyByOrg(ctx, org)
	if errors.Is(err, store.ErrNoRow) {
		return a, nil
	}
	a.Party, a.Name, a.OrganisationNumber = p.ID, p.Name, p.OrganisationNumber
	return a, err
}
