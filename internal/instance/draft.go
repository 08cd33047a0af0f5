package instance

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// remindDays is how many days before a draft expires its owner is told; half its life at most.
const remindDays = 7

// Expires tells when a draft goes if nobody changes it; nil for what does not expire: what has been
// sent, and what an organisation has asked for.
func Expires(d *app.Definition, inst core.Instance) *time.Time {
	if inst.Status != core.StatusDraft || inst.Source != nil {
		return nil
	}
	at := inst.Changed.AddDate(0, 0, d.DraftLife())
	return &at
}

// Delete removes a draft. What has been submitted cannot be deleted by its owner. The draft can be
// restored for ten minutes, unless somebody else has asked for it: that waits for an answer, not for
// a draft.
func (s *Service) Delete(ctx context.Context, a core.Actor, ref core.InstanceRef) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		v, err := s.open(ctx, tx, a, ref, opening{action: access.ActionDelete, lock: true})
		if err != nil {
			return err
		}
		if v.Instance.Status != core.StatusDraft {
			return fault.New(fault.Conflict, "fault.not_draft")
		}
		audit(tx, a, core.ActDelete, v, nil)
		if v.Instance.Source != nil {
			return tx.DeleteInstance(ctx, ref)
		}
		err = tx.PutAside(ctx, ref)
		if errors.Is(err, store.ErrNoRow) {
			err = fault.New(fault.Conflict, "fault.delivery_waits")
		}
		return err
	})
}

// Deleted is a draft that can still be restored.
type Deleted struct {
	Ref core.InstanceRef
	At  time.Time
}

// Deleted gives the drafts of the party that the actor acts for which can still be restored, newest
// first. Nothing that is in them is told.
func (s *Service) Deleted(ctx context.Context, a core.Actor) ([]Deleted, error) {
	var out []Deleted
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		list, err := tx.DeletedDrafts(ctx, a.Party)
		out = nil
		for _, d := range list {
			out = append(out, Deleted{Ref: d.Ref, At: d.At})
		}
		return err
	})
	return out, err
}

// Restore brings a draft back that was deleted in the last ten minutes, for whoever may delete it.
// One that is gone is fault.Conflict.
func (s *Service) Restore(ctx context.Context, a core.Actor, id uuid.UUID) (core.InstanceRef, error) {
	var ref core.InstanceRef
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if ref, err = tx.TakeBack(ctx, id); errors.Is(err, store.ErrNoRow) {
			return fault.New(fault.Conflict, "fault.restore_late")
		}
		if err != nil {
			return err
		}
		v, err := s.seen(ctx, tx, a, ref, opening{action: access.ActionDelete, lock: true})
		if err != nil {
			return err
		}
		audit(tx, a, core.ActRestore, v, nil)
		return nil
	})
	return ref, err
}

// ExpireDrafts deletes the drafts whose time is over, for good, and has the owners of those whose
// time is soon over told. The audit line of each is the proof: what it was, and how much was in it.
func (s *Service) ExpireDrafts(ctx context.Context) (expired int, err error) {
	var lives, soon []store.DraftLife
	for _, d := range s.Catalogue.Apps() {
		days := d.DraftLife()
		lives = append(lives, store.DraftLife{App: d.Ref, Days: days})
		soon = append(soon, store.DraftLife{App: d.Ref, Days: days - min(remindDays, days/2)})
	}
	err = s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		list, err := tx.OldDrafts(ctx, lives, "")
		if err != nil {
			return err
		}
		for _, inst := range list {
			if err := s.expireDraft(ctx, tx, inst); err != nil {
				return err
			}
		}
		expired = len(list)
		if list, err = tx.OldDrafts(ctx, soon, core.NoticeExpiring); err != nil {
			return err
		}
		for _, inst := range list {
			if err := s.Messages.Notify(ctx, tx, inst.ID, core.NoticeExpiring); err != nil {
				return err
			}
		}
		return nil
	})
	return expired, err
}

func (s *Service) expireDraft(ctx context.Context, tx *store.Tx, inst core.Instance) error {
	content, err := tx.Content(ctx, inst.ID)
	if err != nil {
		return err
	}
	audit(tx, core.System(), core.ActDelete, View{Instance: inst}, map[string]string{
		"reason": "expired", "changed": inst.Changed.UTC().Format(time.RFC3339),
		"documents": strconv.Itoa(len(content.Documents)),
		"files":     strconv.Itoa(len(content.Attachments)),
	})
	return tx.DeleteInstance(ctx, inst.InstanceRef)
}
