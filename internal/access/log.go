package access

import (
	"context"
	"strconv"

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
		var err error
		if v.Check, err = tx.LastAuditCheck(ctx); err != nil {
			return err
		}
		if v.People, err = tx.GrantsAt(ctx, q.Party); err != nil {
			return err
		}
		if v.Events, err = tx.EventsOf(ctx, q); err != nil {
			return err
		}
		tx.Audit(AdminEvent(a, core.ActLog, q.Party, len(v.Events), logShape(q)))
		return nil
	})
	return v, err
}

// logShape tells what a search of the log asked for. The person and the case are ids and codes: who
// looked up whom in the log is to be seen there as well.
func logShape(q LogQuery) map[string]string {
	shape := map[string]string{
		"act": q.Act, "outcome": string(q.Outcome), "reference": q.Reference,
		"person": strconv.FormatInt(int64(q.Actor), 10),
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		shape["days"] = "some"
	}
	if q.Before != 0 {
		shape["page"] = "further"
	}
	return shape
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
		tx.Audit(AdminEvent(a, core.ActExport, q.Party, len(events), logShape(q)))
		return nil
	})
	return events, err
}
