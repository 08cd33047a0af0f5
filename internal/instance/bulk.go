package instance

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/message"
	"stafett/store"
)

// BulkLimit is how many cases something is done with at once.
const BulkLimit = store.MaxExport

// BulkChoice is what somebody wants to do with cases of a list: those with the ids, or All that
// the list has.
type BulkChoice struct {
	Act   core.BulkAct
	Cases []uuid.UUID
	All   bool
	// List is the list's query, for the way back to it.
	List string
}

// ChooseBulk keeps what somebody wants to do with cases of an organisation, and gives its id.
// Nothing is done yet. All that a list has is decided here, by the list's own reading, and ends at
// BulkLimit. An id is taken as it is: each case is decided on by itself. None is fault.Invalid.
func (s *Service) ChooseBulk(
	ctx context.Context, a core.Actor, number string, f InboxFilter, c BulkChoice,
) (uuid.UUID, error) {
	var b core.Bulk
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		box, err := s.enter(ctx, tx, a, number)
		if err != nil {
			return err
		}
		if !slices.Contains(core.BulkActs, c.Act) || len(c.Cases) > BulkLimit {
			return fault.New(fault.Malformed, "fault.malformed")
		}
		b = core.Bulk{
			ID: uuid.New(), Owner: box.Organisation.ID, Person: a.User, Act: c.Act, List: c.List,
			Given: !c.Act.Asks(),
		}
		cases := unique(c.Cases)
		if c.All {
			if cases, err = s.allOf(ctx, tx, a, f, &box); err != nil {
				return err
			}
			if box.Next != nil {
				// A count that ends at its limit tells nothing of how many more there are.
				b.Left = max(box.Count-len(cases), 1)
			}
		}
		if len(cases) == 0 {
			return fault.New(fault.Invalid, "fault.bulk_none")
		}
		return tx.AddBulk(ctx, b, cases)
	})
	return b.ID, err
}

// allOf gives the ids of all cases of a list, BulkLimit at most.
func (s *Service) allOf(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, box *Inbox,
) ([]uuid.UUID, error) {
	f.After, f.size = nil, BulkLimit
	if err := s.list(ctx, tx, a, f, box); err != nil {
		return nil, err
	}
	tx.Audit(access.ListEvent(a, core.ActList, box.Organisation.ID, box.Scope.Roles,
		len(box.Cases), f.shape()))
	var ids []uuid.UUID
	for _, c := range box.Cases {
		ids = append(ids, c.ID)
	}
	return ids, nil
}

func unique(ids []uuid.UUID) []uuid.UUID {
	var out []uuid.UUID
	known := map[uuid.UUID]bool{}
	for _, id := range ids {
		if !known[id] {
			known[id] = true
			out = append(out, id)
		}
	}
	return out
}

// Bulk is what somebody does with many cases, as they see it.
type Bulk struct {
	core.Bulk
	Organisation core.Party
	Rows         []core.BulkRow
	// Cases are those that the person may still see, by id.
	Cases map[uuid.UUID]core.Instance
	// Colleagues are those to whom some of the cases can be given, TagWords the words that the
	// organisation uses.
	Colleagues []access.Colleague
	TagWords   []string
	// UndoTo is until when something of it can be taken back; nil when nothing can be.
	UndoTo *time.Time
}

// Bulk gives what the actor does with many cases. What is another's, or is not there any more, is
// refused like what never was. While it has not begun, each case that would be done or not is told
// of: by doing it and taking it back at once, so that the same decides.
func (s *Service) Bulk(
	ctx context.Context, a core.Actor, number string, id uuid.UUID,
) (Bulk, error) {
	var b Bulk
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		b, err = s.bulk(ctx, tx, a, number, id)
		return err
	})
	if err != nil || !b.Given || b.Ran != nil {
		return b, err
	}
	for i := range b.Rows {
		if b.Rows[i], err = s.bulkOne(ctx, a, b.Bulk, b.Rows[i], true); err != nil {
			return b, err
		}
	}
	return b, nil
}

// bulk reads it with what its page shows.
func (s *Service) bulk(
	ctx context.Context, tx *store.Tx, a core.Actor, number string, id uuid.UUID,
) (Bulk, error) {
	box, err := s.enter(ctx, tx, a, number)
	if err != nil {
		return Bulk{}, err
	}
	b := Bulk{Organisation: box.Organisation, Cases: map[uuid.UUID]core.Instance{}}
	b.Bulk, err = tx.Bulk(ctx, a.User, b.Organisation.ID, id)
	if errors.Is(err, store.ErrNoRow) {
		e := access.NewEvent(a, core.ActList, b.Organisation.ID)
		e.Outcome = core.OutcomeRefused
		tx.Refused(e)
		return b, access.Refuse(access.ActionRead, core.AppRef{})
	}
	if err != nil {
		return b, err
	}
	if b.Rows, err = tx.BulkRows(ctx, id); err != nil {
		return b, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return b, err
	}
	undoable := slices.ContainsFunc(b.Rows, core.BulkRow.Undoable)
	if b.Ran != nil && now.Sub(*b.Ran) <= undoTime && undoable {
		to := b.Ran.Add(undoTime)
		b.UndoTo = &to
	}
	if err := s.bulkCases(ctx, tx, a, box.Scope, &b); err != nil {
		return b, err
	}
	tx.Audit(access.ListEvent(a, core.ActList, b.Organisation.ID, box.Scope.Roles, len(b.Cases),
		map[string]string{"part": "bulk"}))
	return b, s.offerBulk(ctx, tx, &b)
}

// bulkCases reads those of the cases that the actor may see, by the scope of every list.
func (s *Service) bulkCases(
	ctx context.Context, tx *store.Tx, a core.Actor, scope store.Scope, b *Bulk,
) error {
	for part := range slices.Chunk(b.Rows, store.MaxPage) {
		var ids []uuid.UUID
		for _, r := range part {
			ids = append(ids, r.Case)
		}
		cases, err := tx.CasesIn(ctx, scope, ids, a.User)
		if err != nil {
			return err
		}
		for _, c := range cases {
			b.Cases[c.ID] = c
		}
	}
	return nil
}

// bulkKinds is how many kinds of case are asked of who may take them.
const bulkKinds = 20

// offerBulk finds what the act can be given, while it has not begun. Whom a case can be given to is
// the same for those of one app that stand in one task and have the same value in the field that
// limits roles: one of each is asked of.
func (s *Service) offerBulk(ctx context.Context, tx *store.Tx, b *Bulk) error {
	if b.Ran != nil {
		return nil
	}
	var err error
	switch b.Act {
	case core.BulkTag, core.BulkUntag:
		b.TagWords, err = tx.TagWords(ctx, b.Owner)
		return err
	case core.BulkAssign:
	default:
		return nil
	}
	type kind struct {
		app         core.AppRef
		task, value string
	}
	asked := map[kind]bool{}
	for _, r := range b.Rows {
		c, ok := b.Cases[r.Case]
		k := kind{c.AppRef, c.Process.Task, c.DataValues[c.LimitField]}
		if !ok || asked[k] || len(asked) == bulkKinds {
			continue
		}
		asked[k] = true
		d, err := s.Catalogue.At(ctx, c.AppRef, c.AppVersion)
		if err != nil {
			return err
		}
		some, err := s.Access.Colleagues(ctx, tx, access.On(d, c))
		if err != nil {
			return err
		}
		b.Colleagues = addColleagues(b.Colleagues, some)
	}
	return nil
}

// addColleagues adds those who may take a case, each once.
func addColleagues(list, more []access.Colleague) []access.Colleague {
	for _, c := range more {
		known := func(o access.Colleague) bool { return o.ID == c.ID }
		if c.May(access.ActionTake) && !slices.ContainsFunc(list, known) {
			list = append(list, c)
		}
	}
	return list
}

// BulkGiven is what somebody says to an act that asks: who gets the cases, which word, or to which
// day they wait and why.
type BulkGiven struct {
	To          core.PartyID
	Tag, Reason string
	Last        time.Time
}

// GiveBulk notes what the act asks for. What cannot be is fault.Invalid, and so is a person who is
// not among those that it offers; when it has begun it is fault.Conflict.
func (s *Service) GiveBulk(
	ctx context.Context, a core.Actor, number string, id uuid.UUID, g BulkGiven,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		b, err := s.bulk(ctx, tx, a, number, id)
		if err != nil {
			return err
		}
		if b.Ran != nil {
			return changed()
		}
		if err := given(ctx, tx, &b, g); err != nil {
			return err
		}
		return tx.GiveBulk(ctx, b.Bulk)
	})
}

func given(ctx context.Context, tx *store.Tx, b *Bulk, g BulkGiven) error {
	switch b.Act {
	case core.BulkAssign:
		chosen := func(c access.Colleague) bool { return c.ID == g.To }
		if !slices.ContainsFunc(b.Colleagues, chosen) {
			return fault.New(fault.Invalid, "fault.no_colleague")
		}
		b.To = g.To
	case core.BulkTag, core.BulkUntag:
		tag, ok := cleanTag(g.Tag)
		if !ok {
			return fault.New(fault.Invalid, "fault.tag_signs", maxWord)
		}
		b.Tag = tag
	case core.BulkHold:
		until, err := holdDay(ctx, tx, g.Last)
		if err != nil {
			return err
		}
		if b.Reason, err = message.Clean(g.Reason); err != nil {
			return err
		}
		b.Until = &until
	default:
		return fault.New(fault.Malformed, "fault.malformed")
	}
	return nil
}
