package handover

import (
	"context"
	"fmt"

	"stafett/internal/core"
	"stafett/store"
)

// sayID is what a message is called among an instance's deliveries. An app's handover cannot have
// the name: its round is counted otherwise.
const sayID = "message:"

// Say plans a message from an instance to the one at the other end; n is its number among those
// that the instance has sent. The message's id is the delivery's, so that each knows the other.
func (s *Service) Say(
	ctx context.Context, tx *store.Tx, inst core.Instance, to core.InstanceRef, m core.Message, n int,
) error {
	owner, err := tx.Party(ctx, to.Owner)
	if err != nil {
		return fmt.Errorf("owner of the other end: %w", err)
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	return s.add(ctx, tx, core.Delivery{
		ID: m.ID, Kind: core.DeliverySays, Source: inst.InstanceRef, Handover: sayID, To: to.AppRef,
		Owner: owner.ID, OwnerNumber: owner.OrganisationNumber, Reference: inst.Reference, Round: n,
	}, core.Frozen{Into: &to, Message: &m, Submitted: now, Language: inst.Language})
}
