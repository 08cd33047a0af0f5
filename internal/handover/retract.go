package handover

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/relay"
	"stafett/store"
)

// Withdraw plans what tells everything that was made of an instance, or of a later version of it,
// that it is taken back. The caller holds the row lock of the first version and has written it.
func (s *Service) Withdraw(ctx context.Context, tx *store.Tx, inst core.Instance) error {
	line, err := tx.DeliveriesOfVersions(ctx, inst.ID)
	if err != nil {
		return err
	}
	for _, made := range line {
		if made.Kind != core.DeliveryMakes || made.State == core.DeliveryGivenUp {
			continue
		}
		last := latest(line, made.Handover)
		err := s.addAfter(ctx, tx, last, core.Delivery{
			Kind: core.DeliveryWithdraws, Source: inst.InstanceRef, Handover: made.Handover,
			To: made.To, Owner: made.Owner, OwnerNumber: made.OwnerNumber,
			Reference: inst.Reference, Round: inst.Version,
		}, core.Frozen{
			Withdrawal: inst.Withdrawn, Submitted: inst.Withdrawn.At, Language: inst.Language,
		})
		if err != nil {
			return fmt.Errorf("withdrawal at %s: %w", made.To, err)
		}
	}
	return nil
}

// latest gives the last delivery of a handover that was not given up; the list is in order.
func latest(line []core.Delivery, handover string) core.Delivery {
	var last core.Delivery
	for _, d := range line {
		if d.Handover == handover && d.State != core.DeliveryGivenUp {
			last = d
		}
	}
	return last
}

// addAfter keeps a delivery that goes where the one before it went, and not before that has come
// through. Its job is added when that is so.
func (s *Service) addAfter(
	ctx context.Context, tx *store.Tx, before, d core.Delivery, f core.Frozen,
) error {
	var err error
	if d.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	d.State, d.After = core.DeliveryWaiting, before.ID
	if err := tx.AddDelivery(ctx, d, f); err != nil {
		return err
	}
	if before.State != core.DeliveryDelivered {
		return nil
	}
	return tx.Enqueue(ctx, core.DeliverArgs{Delivery: d.ID})
}

// correctAll plans what the moment hands over of a later version.
func (s *Service) correctAll(
	ctx context.Context, tx *store.Tx, src relay.Source, m app.Moment,
) error {
	line, err := tx.DeliveriesOfVersions(ctx, src.Input.Instance.Corrects)
	if err != nil {
		return err
	}
	for _, h := range src.App.Handovers {
		if !h.On.Fits(m) || h.Into != app.IntoNone {
			continue
		}
		if err := s.correct(ctx, tx, src, h, latest(line, h.ID)); err != nil {
			return fmt.Errorf("correction by handover %s: %w", h.ID, err)
		}
	}
	return nil
}

// correct plans a handover of a later version; before is the last one of a version before, or
// zero. What was made of those gets the same mapping anew, whatever the handover's condition says
// now; what was not is made as by any other step. What is the same as before for a target is not
// sent there.
func (s *Service) correct(
	ctx context.Context, tx *store.Tx, src relay.Source, h *app.Handover, before core.Delivery,
) error {
	made := before.ID != uuid.Nil
	if !made {
		if wanted, err := relay.Wanted(src, h); err != nil || !wanted {
			return err
		}
	}
	p, err := relay.Map(src, h, s.Catalogue.Known(h.To))
	if err != nil {
		return err
	}
	if !made {
		return s.plan(ctx, tx, src, p)
	}
	_, last, err := tx.DeliveryPayload(ctx, before.ID)
	if err != nil {
		return err
	}
	differs, err := newVersion(last, &p.Frozen)
	if err != nil || !differs {
		return err
	}
	inst := src.Input.Instance
	return s.addAfter(ctx, tx, before, core.Delivery{
		Kind: core.DeliveryCorrects, Source: inst.InstanceRef, Handover: h.ID, To: h.To,
		Owner: before.Owner, OwnerNumber: before.OwnerNumber, Reference: inst.Reference,
		Round: inst.Version,
	}, p.Frozen)
}

// newVersion turns what would make a target into what corrects it, and tells whether the two
// versions differ.
func newVersion(last core.Frozen, next *core.Frozen) (bool, error) {
	v := core.NewVersion{
		Sent: next.Submitted, Before: documents(last), Files: next.Parts,
		Removed: marks(missing(last.Held(), next.Parts)),
	}
	// As they are written: what was kept has been read back, and holds other types.
	before, err := json.Marshal(v.Before)
	if err != nil {
		return false, err
	}
	after, err := json.Marshal(documents(*next))
	if err != nil {
		return false, err
	}
	next.Parts = missing(v.Files, last.Held())
	next.Correction = &v
	return !bytes.Equal(before, after) || len(v.Removed)+len(next.Parts) > 0, nil
}

// documents are a delivery's form documents by data type.
func documents(f core.Frozen) map[string]core.Document {
	out := map[string]core.Document{f.DataType: f.Document}
	for dataType, doc := range f.Documents {
		out[dataType] = doc
	}
	return out
}

// missing gives the files of a list that are not in the other one.
func missing(list, other []core.FrozenPart) []core.FrozenPart {
	left := slices.Clone(other)
	var out []core.FrozenPart
	for _, f := range list {
		i := slices.IndexFunc(left, func(o core.FrozenPart) bool {
			return o.DataType == f.DataType && o.Filename == f.Filename &&
				bytes.Equal(o.SHA256, f.SHA256)
		})
		if i < 0 {
			out = append(out, f)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	return out
}

func marks(list []core.FrozenPart) []core.FileMark {
	var out []core.FileMark
	for _, f := range list {
		out = append(out, core.FileMark{DataType: f.DataType, Filename: f.Filename, SHA256: f.SHA256})
	}
	return out
}
