package instance

import (
	"context"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/store"
)

// CaseAccess is a case with those who may do something with it.
type CaseAccess struct {
	View
	Who access.OpenedPage
}

// accessPage is how many persons a page of them has.
const accessPage = 50

// CaseAccess tells who may do what with a case, and why, to someone who may read it.
func (s *Service) CaseAccess(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID, after core.PartyID,
) (CaseAccess, error) {
	var c CaseAccess
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		ref, err := s.caseRef(ctx, tx, a, org, id)
		if err != nil {
			return err
		}
		if c.View, err = s.open(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
			return err
		}
		audit(tx, a, core.ActRead, c.View, map[string]string{"part": "access"})
		c.Who, err = s.Access.WhoMay(ctx, tx, access.On(c.App, c.Instance), after, accessPage)
		return err
	})
	return c, err
}
