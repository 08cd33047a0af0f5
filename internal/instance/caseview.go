package instance

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// CaseView is a list of cases that somebody has kept under a name.
type CaseView = store.CaseView

// ListChoice is how a person wants an organisation's list, where its address does not tell.
type ListChoice = store.ListChoice

const (
	maxViewName  = 60
	maxViewQuery = 2000
	// maxViews is how many views one person may keep at an organisation.
	maxViews = 50
)

// Views gives the views that the actor sees at the organisation: their own, and what colleagues
// share. Whoever reads none of its cases is refused.
func (s *Service) Views(ctx context.Context, a core.Actor, number string) (Inbox, error) {
	var box Inbox
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		box, err = s.enter(ctx, tx, a, number)
		return err
	})
	return box, err
}

// KeepView keeps a list under a name, in the place of the one that the actor has under it. Sharing
// it shows its name and its query to all who read cases at the organisation, and no case. A name
// that cannot be one is fault.Invalid.
func (s *Service) KeepView(ctx context.Context, a core.Actor, number string, v CaseView) error {
	return s.changeView(ctx, a, number, &v, func(tx *store.Tx, box Inbox) error {
		mine := 0
		for _, kept := range box.Kept {
			if kept.Mine && kept.Name != v.Name {
				mine++
			}
		}
		switch {
		case mine >= maxViews:
			return fault.New(fault.Invalid, "fault.views_many", maxViews)
		case len(v.Query) > maxViewQuery:
			return fault.New(fault.Malformed, "fault.malformed")
		}
		v.ID = uuid.New()
		return tx.KeepView(ctx, box.Organisation.ID, a.User, v)
	})
}

// ChangeView gives one of the actor's own views another name, or shares it or not.
func (s *Service) ChangeView(ctx context.Context, a core.Actor, number string, v CaseView) error {
	return s.changeView(ctx, a, number, &v, func(tx *store.Tx, box Inbox) error {
		return tx.ChangeView(ctx, box.Organisation.ID, a.User, v)
	})
}

// RemoveView removes one of the actor's own views.
func (s *Service) RemoveView(ctx context.Context, a core.Actor, number string, id uuid.UUID) error {
	return s.changeView(ctx, a, number, nil, func(tx *store.Tx, box Inbox) error {
		return tx.RemoveView(ctx, box.Organisation.ID, a.User, id)
	})
}

// ChooseList keeps how the actor wants the organisation's list.
func (s *Service) ChooseList(
	ctx context.Context, a core.Actor, number string, choose func(*ListChoice),
) error {
	return s.changeView(ctx, a, number, nil, func(tx *store.Tx, box Inbox) error {
		choose(&box.Choice)
		return tx.KeepListChoice(ctx, box.Organisation.ID, a.User, box.Choice)
	})
}

// changeView does something with a view, whose name it looks at, for somebody who reads cases at
// the organisation.
func (s *Service) changeView(
	ctx context.Context, a core.Actor, number string, v *CaseView, do func(*store.Tx, Inbox) error,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		box, err := s.enter(ctx, tx, a, number)
		if err != nil {
			return err
		}
		if v != nil {
			if v.Name, err = viewName(v.Name); err != nil {
				return err
			}
		}
		return do(tx, box)
	})
}

// viewName gives a name as it is kept. A national identity number is no name: others may read it.
func viewName(typed string) (string, error) {
	name := strings.Join(strings.Fields(strings.ToValidUTF8(typed, "?")), " ")
	n := utf8.RuneCountInString(name)
	if _, number := casequery.LooksLikePersonNumber(name); number || n == 0 || n > maxViewName {
		return "", fault.New(fault.Invalid, "fault.view_name_missing", maxViewName)
	}
	return name, nil
}
