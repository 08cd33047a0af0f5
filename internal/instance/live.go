package instance

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/store"
)

// Watch is what a page that stands open asks about: an organisation's list, or one of its cases.
type Watch struct {
	// Number is the organisation's.
	Number string
	// Apps narrow a list to these; empty is all.
	Apps []core.AppRef
	// Since is when the list was read. With All set, everything that has come since is asked for,
	// otherwise only those of Came.
	Since time.Time
	All   bool
	Came  []uuid.UUID
	// Case is the case that is open, with a form in it or not; uuid.Nil for a list.
	Case    uuid.UUID
	Writing bool
}

// News is what there is to tell of it, of what the actor may read at this moment.
type News struct {
	Owner core.PartyID
	// Came are the cases that have come, and More tells that there are more than those.
	Came []uuid.UUID
	More bool
	// Present are the colleagues who are in cases now.
	Present []core.Presence
	// At is when it was read, by the database.
	At time.Time
	// ref is the case that is open.
	ref core.InstanceRef
}

// Watch tells what is new on a page that stands open. It decides anew each time: someone who may
// not read there any more gets a refusal. It tells ids and who is there, and nothing of a case, so
// that it is no look at one; the page itself was. An open case is attended by it.
func (s *Service) Watch(ctx context.Context, a core.Actor, w Watch) (News, error) {
	var news News
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		news = News{}
		var err error
		if news.At, err = tx.Now(ctx); err != nil {
			return err
		}
		if w.Case != uuid.Nil {
			return s.watchCase(ctx, tx, a, w, &news)
		}
		box, err := s.enter(ctx, tx, a, w.Number)
		if err != nil {
			return err
		}
		news.Owner = box.Organisation.ID
		tx.HoldPresent(box.Scope, &news.Present)
		return s.watchList(ctx, tx, a, w, box.Scope, &news)
	})
	return news, err
}

func (s *Service) watchList(
	ctx context.Context, tx *store.Tx, a core.Actor, w Watch, scope store.Scope, news *News,
) error {
	if w.All {
		page, err := tx.Inbox(ctx, scope, store.Filter{
			Apps: w.Apps, Status: store.FilterOpen, Reader: a.User,
		}, nil, PageSize)
		for _, c := range page.Cases {
			// A case that was made before that is whole only later.
			if c.Created.After(w.Since) || c.Submitted.After(w.Since) {
				news.Came = append(news.Came, c.ID)
			}
		}
		news.More = len(news.Came) == PageSize
		return err
	}
	scope.Items = slices.DeleteFunc(scope.Items, func(i store.ScopeItem) bool {
		return i.Ended || len(w.Apps) > 0 && !slices.Contains(w.Apps, core.AppRef{Org: i.Org, App: i.App})
	})
	list, err := tx.CasesIn(ctx, scope, w.Came, a.User)
	for _, c := range list {
		news.Came = append(news.Came, c.ID)
	}
	return err
}

func (s *Service) watchCase(
	ctx context.Context, tx *store.Tx, a core.Actor, w Watch, news *News,
) error {
	org, err := tx.Organisation(ctx, w.Number)
	if err != nil {
		return access.Refuse(access.ActionRead, core.AppRef{})
	}
	news.Owner = org.ID
	if news.ref, err = s.caseRef(ctx, tx, a, org.ID, w.Case); err != nil {
		return err
	}
	if _, err = s.seen(ctx, tx, a, news.ref, opening{action: access.ActionRead}); err != nil {
		return err
	}
	if err := tx.Attend(ctx, news.ref, w.Writing); err != nil {
		return err
	}
	news.Present, err = tx.PresentIn(ctx, w.Case)
	return err
}

// Leave tells that the page of a case is closed, of which the news were the last.
func (s *Service) Leave(ctx context.Context, a core.Actor, last News) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		return tx.Leave(ctx, last.ref, last.At)
	})
}

// Attend notes that the actor has a form in a case open, and gives who else is there. They must be
// let read the case.
func (s *Service) Attend(
	ctx context.Context, a core.Actor, number string, id uuid.UUID,
) ([]core.Presence, error) {
	news, err := s.Watch(ctx, a, Watch{Number: number, Case: id, Writing: true})
	return news.Present, err
}
