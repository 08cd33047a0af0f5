package message

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/store"
)

// noticeBudget is how long a notice is tried before it is given up: later than that it tells
// nothing that the person has not seen.
const noticeBudget = 48 * time.Hour

// Notify has the owner of an instance told that something has come to it.
func (s *Service) Notify(
	ctx context.Context, tx *store.Tx, instance uuid.UUID, kind core.NoticeKind,
) error {
	return s.plan(ctx, tx, core.Notice{Instance: instance, Kind: kind})
}

const (
	// maxReminders is how often a person may be reminded of one thing, and maxDaysBefore how many
	// days ahead.
	maxReminders  = 5
	maxDaysBefore = 90
)

// MayRemind tells whether a person may be reminded of one thing on all those days before it is due.
func MayRemind(daysBefore []int) bool {
	return len(daysBefore) <= maxReminders &&
		!slices.ContainsFunc(daysBefore, func(n int) bool { return n < 0 || n > maxDaysBefore })
}

// morning is the hour at which people are reminded.
const morning = 8

// Remind has the owner of a draft reminded the given numbers of days before it is due, in the
// morning. A moment that has passed already is left out: the request itself has just been told of.
func (s *Service) Remind(
	ctx context.Context, tx *store.Tx, instance uuid.UUID, due time.Time, daysBefore []int,
) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	for _, days := range daysBefore {
		y, m, d := due.In(text.Oslo()).Date()
		at := time.Date(y, m, d-days, morning, 0, 0, 0, text.Oslo())
		if !at.After(now) || at.After(due) {
			continue
		}
		n := core.Notice{Instance: instance, Kind: core.NoticeReminder, At: at}
		if err := s.plan(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Await has a case told when what it asked for by a delivery has not been answered in time.
func (s *Service) Await(
	ctx context.Context, tx *store.Tx, asking, delivery uuid.UUID, due time.Time,
) error {
	return s.plan(ctx, tx, core.Notice{
		Instance: asking, Kind: core.NoticeUnanswered, At: due, Delivery: delivery,
	})
}

func (s *Service) plan(ctx context.Context, tx *store.Tx, n core.Notice) error {
	var err error
	if n.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	return tx.AddNotice(ctx, n)
}

// Tell makes one attempt at a notice whose time has come. It gives nil when there is nothing more
// to do. It holds no connection while it waits for the sender.
func (s *Service) Tell(ctx context.Context, id uuid.UUID) error {
	var n core.Notice
	var out *Outgoing
	var attempt int
	err := s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		var err error
		if n, attempt, err = tx.BeginNotice(ctx, id); err != nil || attempt == 0 {
			return err
		}
		out, err = s.prepare(ctx, tx, n, attempt)
		return err
	})
	if err != nil || out == nil {
		return err
	}
	failed := s.Sender.Send(ctx, *out)
	state := core.NoticeSent
	if failed != nil {
		s.Log.Warn("a notice was not sent", "notice", id, "attempt", attempt, "err", failed)
		if !errors.Is(failed, ErrRefused) && s.Now().Sub(n.At) < noticeBudget {
			return fmt.Errorf("notice %s was not sent", id)
		}
		state = core.NoticeFailed
	}
	return s.Store.InTx(context.WithoutCancel(ctx), core.System(), func(tx *store.Tx) error {
		return tx.EndNotice(ctx, id, attempt, state)
	})
}

// prepare gives what is to be sent; nil when the notice has come to its end without.
func (s *Service) prepare(
	ctx context.Context, tx *store.Tx, n core.Notice, attempt int,
) (*Outgoing, error) {
	inst, err := tx.NoticeInstance(ctx, n)
	if err != nil {
		return nil, err
	}
	switch {
	case n.Kind == core.NoticeUnanswered:
		return nil, s.unanswered(ctx, tx, n, inst, attempt)
	case n.Kind == core.NoticeHeld:
		return nil, s.heldOut(ctx, tx, n, inst, attempt)
	case n.Kind == core.NoticeReminder && inst.Status != core.StatusDraft,
		n.Kind == core.NoticeExpiring && (inst.Status != core.StatusDraft || inst.Changed.After(n.At)):
		return nil, tx.EndNotice(ctx, n.ID, attempt, core.NoticeDropped)
	}
	out, err := s.compose(ctx, tx, n, inst)
	if err != nil {
		return nil, err
	}
	if s.Sender == nil || out.To == "" {
		return nil, tx.EndNotice(ctx, n.ID, attempt, core.NoticeFailed)
	}
	return &out, nil
}

// unanswered tells a case that what it asked for has not been answered: in its history, and by
// being unread for those who work on it.
func (s *Service) unanswered(
	ctx context.Context, tx *store.Tx, n core.Notice, inst core.Instance, attempt int,
) error {
	asked, err := tx.Delivery(ctx, n.Delivery)
	if err != nil {
		return err
	}
	if inst.Process.Ended != nil || asked.State != core.DeliveryDelivered {
		// Nobody is late with what they never got: the deliveries tell that.
		return tx.EndNotice(ctx, n.ID, attempt, core.NoticeDropped)
	}
	e := access.NewEvent(core.System(), core.ActUnanswered, inst.Owner)
	e.App, e.Instance, e.Task = inst.AppRef, inst.ID, inst.Process.Task
	e.Detail = map[string]string{"delivery": n.Delivery.String()}
	tx.Audit(e)
	if err := tx.ChangedHands(ctx, inst.ID); err != nil {
		return err
	}
	return tx.EndNotice(ctx, n.ID, attempt, core.NoticeSent)
}

// Hold has a case's wait for its applicant end at a time.
func (s *Service) Hold(
	ctx context.Context, tx *store.Tx, instance uuid.UUID, until time.Time,
) error {
	return s.plan(ctx, tx, core.Notice{Instance: instance, Kind: core.NoticeHeld, At: until})
}

// heldOut ends a case's wait for its applicant, when that lasts to no later than the notice's
// time. The deadline has been moved by as long already.
func (s *Service) heldOut(
	ctx context.Context, tx *store.Tx, n core.Notice, inst core.Instance, attempt int,
) error {
	if inst.HoldUntil == nil || inst.HoldUntil.After(n.At) {
		return tx.EndNotice(ctx, n.ID, attempt, core.NoticeDropped)
	}
	inst.HoldUntil = nil
	if err := tx.EndHold(ctx, inst.ID); err != nil {
		return err
	}
	if err := tx.UpdateInstance(ctx, &inst); err != nil {
		return err
	}
	e := access.NewEvent(core.System(), core.ActResume, inst.Owner)
	e.App, e.Instance, e.Task = inst.AppRef, inst.ID, inst.Process.Task
	tx.Audit(e)
	if err := tx.ChangedHands(ctx, inst.ID); err != nil {
		return err
	}
	return tx.EndNotice(ctx, n.ID, attempt, core.NoticeSent)
}

// compose writes a notice to the instance's owner, in their language: who has something for them
// and where to sign in, and nothing of what it is about.
func (s *Service) compose(
	ctx context.Context, tx *store.Tx, n core.Notice, inst core.Instance,
) (Outgoing, error) {
	owner, err := tx.Party(ctx, inst.Owner)
	if err != nil {
		return Outgoing{}, err
	}
	from, err := tx.PartyByOrg(ctx, inst.Org)
	if errors.Is(err, store.ErrNoRow) {
		from, err = core.Party{Name: inst.Org}, nil
	}
	if err != nil {
		return Outgoing{}, err
	}
	out := Outgoing{ID: n.ID, Language: Language(owner, inst)}
	switch {
	case owner.Email != "":
		out.Channel, out.To = Email, owner.Email
	case owner.Phone != "":
		out.Channel, out.To = SMS, owner.Phone
	}
	out.Subject = text.T(out.Language, "notice."+string(n.Kind)+"_subject", from.Name)
	due := ""
	if inst.Due != nil {
		due = text.Date(out.Language, *inst.Due)
	}
	key := "notice." + string(n.Kind)
	if n.Kind == core.NoticeRequest && due != "" {
		key += "_by"
	}
	out.Text = text.T(out.Language, key, from.Name, s.BaseURL, due)
	return out, nil
}

// Language is the one that an instance's applicant reads.
func Language(owner core.Party, inst core.Instance) string {
	for _, lang := range []string{owner.Language, inst.Language} {
		if lang != "" {
			return lang
		}
	}
	return "nb"
}
