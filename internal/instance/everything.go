package instance

import (
	"context"
	"errors"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Own is an instance with what has been said about it, as its owner gets all that is theirs.
type Own struct {
	View
	Messages []core.KeptMessage
	// NeedLevel is how securely the person must sign in to get what is in it; 0 when it is here.
	NeedLevel int
}

// Everything gives all that the party which the actor acts for has: what is begun, what is sent and
// what has come, newest first. Each is read, decided on and written in the audit log in a transaction
// of its own, so that none is open while a slow reader takes what has come.
func (s *Service) Everything(ctx context.Context, a core.Actor, give func(Own) error) error {
	filter := store.OwnerFilter{
		Owner:    a.Party,
		Statuses: []core.Status{core.StatusDraft, core.StatusActive, core.StatusArchived},
	}
	for after := (*store.Cursor)(nil); ; {
		var list []core.Instance
		err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
			readable, roles, err := s.readable(ctx, tx, a)
			if err != nil || len(readable) == 0 {
				return err
			}
			filter.Apps = readable
			if list, after, err = tx.InstancesOf(ctx, filter, after, PageSize); err != nil {
				return err
			}
			tx.Audit(access.ListEvent(a, core.ActExport, a.Party, roles, len(list),
				map[string]string{"part": "own"}))
			return nil
		})
		if err != nil {
			return err
		}
		for _, inst := range list {
			own, err := s.own(ctx, a, inst)
			if err != nil {
				return err
			}
			if err := give(own); err != nil {
				return err
			}
		}
		if after == nil {
			return nil
		}
	}
}

func (s *Service) own(ctx context.Context, a core.Actor, inst core.Instance) (Own, error) {
	var own Own
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if own.View, err = s.open(ctx, tx, a, inst.InstanceRef, opening{action: access.ActionRead}); err != nil {
			return err
		}
		own.Messages, err = tx.Messages(ctx, inst.ID)
		audit(tx, a, core.ActExport, own.View, nil)
		return err
	})
	refusal, ok := errors.AsType[*access.Refusal](err)
	if !ok || refusal.NeedLevel == 0 {
		return own, err
	}
	d, err := s.Catalogue.At(ctx, inst.AppRef, inst.AppVersion)
	if err != nil {
		return own, fault.Wrap(fault.Unavailable, "fault.unavailable", err)
	}
	return Own{View: View{App: d, Instance: inst}, NeedLevel: refusal.NeedLevel}, nil
}

// Content gives a file of an instance that has just been given to its owner, who reads it as fast as
// they like. The caller closes it.
func (s *Service) Content(ctx context.Context, a core.Actor, e core.DataElement) Download {
	return Download{Element: e, Content: s.Store.ReadUpload(ctx, a, e.Upload)}
}
