package handover

import (
	"context"
	"fmt"
	"time"

	"stafett/internal/core"
	"stafett/internal/message"
	"stafett/store"
)

// sayID is what a message is called among an instance's deliveries. An app's handover cannot have
// the name: its round is counted otherwise.
const sayID = "message:"

// Say plans a message from an instance to the one at the other end. The message's id is the
// delivery's, so that each knows the other. One that can be stopped waits in the house first.
func (s *Service) Say(
	ctx context.Context, tx *store.Tx, inst core.Instance, said message.Said, stoppable bool,
) error {
	owner, err := ownerOf(ctx, tx, &said.To)
	if err != nil {
		return fmt.Errorf("owner of the other end: %w", err)
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var leaves *time.Time
	if stoppable && s.OutboxWait > 0 {
		at := now.Add(s.OutboxWait)
		leaves = &at
	}
	return s.add(ctx, tx, core.Delivery{
		ID: said.ID, Kind: core.DeliverySays, Source: inst.InstanceRef, Handover: sayID,
		To: said.To.AppRef, Owner: owner.ID, OwnerNumber: owner.OrganisationNumber,
		Reference: inst.Reference, Round: said.Number, NotBefore: leaves,
	}, core.Frozen{
		Into: &said.To, Message: &said.Message, Submitted: now, Language: inst.Language,
	})
}
