package access

import (
	"context"

	"stafett/internal/core"
	"stafett/store"
)

// exportLimit is how many audit lines one export holds at most.
const exportLimit = 10_000

// LogQuery is which audit lines to give.
type LogQuery = store.EventQuery

// LogView is a page of an organisation's audit log.
type LogView struct {
	Events []core.Event
	// Check is when the seals of the log were last recomputed, and what was found.
	Check store.AuditCheck
	// People are the grants at the organisation: who there is to ask about.
	People []GrantRow
}

// Log gives a page of the organisation's audit lines, newest first. The actor must be an
// administrator of the party that is asked about. That they looked is a line too.
func (s *Service) Log(ctx context.Context, a core.Actor, q LogQuery) (LogView, error) {
	var v LogView
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.requireAdministrator(ctx, tx, a, q.Party, core.ActLog); err != nil {
			return err
		}
		tx.Audit(NewEvent(a, core.ActLog, q.Party))
		var err error
		if v.Check, err = tx.LastAuditCheck(ctx); err != nil {
			return err
		}
		if v.People, err = tx.GrantsAt(ctx, q.Party); err != nil {
			return err
		}
		v.Events, err = tx.EventsOf(ctx, q)
		return err
	})
	return v, err
}

// ExportLog gives the audit lines that fit, newest first, at most 10,000, to an administrator. The
// export is a line too.
func (s *Service) ExportLog(
	ctx context.Context, a core.Actor, q LogQuery,
) ([]core.Event, error) {
	var events []core.Event
	err := s.store.InTx(ctx, a, func(tx *store.Tx) error {
		events = nil
		if err := s.requireAdministrator(ctx, tx, a, q.Party, core.ActExport); err != nil {
			return err
		}
		page := q
		page.Limit = store.MaxPage
		for len(events) < exportLimit {
			list, err := tx.EventsOf(ctx, page)
			if err != nil {
				return err
			}
			events = append(events, list...)
			if len(list) < page.Limit {
				break
			}
			page.Before = list[len(list)-1].ID
		}
		tx.Audit(NewEvent(a, core.ActExport, q.Party))
		return nil
	})
	return events, err
}
