package instance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// search fills a list with what the filter's query asks for. A query that cannot be understood
// finds nothing, and its problems tell why.
func (s *Service) search(
	ctx context.Context, tx *store.Tx, f InboxFilter, filter store.Filter, now time.Time, box *Inbox,
) error {
	q, problems := casequery.Parse(f.Query)
	if box.Problems = problems; len(problems) == 0 {
		box.Problems = s.narrow(&filter, q, f.Language, box.Scope)
	}
	if len(box.Problems) > 0 {
		return tx.FlushCounts(ctx)
	}
	search := store.Search{
		Words: q.Words, Phrases: q.Phrases, Without: q.Without, Tags: q.Tags,
		Unit: s.unitCalled(q.Unit),
	}
	if q.Older > 0 {
		before := now.AddDate(0, 0, -q.Older)
		search.SubmittedBefore = &before
	}
	if q.Due != nil {
		at := now.AddDate(0, 0, q.Due.Days)
		if q.Due.Later {
			search.DueAfter = &at
		} else {
			search.DueBefore = &at
		}
	}
	var err error
	box.InboxPage, err = tx.Search(ctx, box.Scope, filter, search, f.After, f.pageSize())
	return err
}

// narrow puts the operators that name something into the filter.
func (s *Service) narrow(
	filter *store.Filter, q casequery.Query, language string, scope store.Scope,
) []casequery.Problem {
	switch q.Assigned {
	case casequery.Me:
		filter.Assignee, filter.Unassigned = filter.Reader, false
	case casequery.Nobody:
		filter.Assignee, filter.Unassigned = 0, true
	}
	var problems []casequery.Problem
	if len(q.Services) > 0 {
		found := s.services(q.Services, language, scope)
		if filter.Apps = meet(filter.Apps, found); len(found) == 0 {
			problems = append(problems, casequery.Problem{
				Key: "casequery.service", Part: strings.Join(q.Services, ", "),
			})
		}
	}
	if len(q.Statuses) > 0 && !statusWord(filter, q.Statuses) {
		found := s.statuses(q.Statuses, language, scope)
		if filter.Tasks, filter.Status = meet(filter.Tasks, found), ""; len(found) == 0 {
			problems = append(problems, casequery.Problem{
				Key: "casequery.status", Part: strings.Join(q.Statuses, ", "),
			})
		}
	}
	return problems
}

// meet gives what is in both lists; an empty first list is no limit. What meets in nothing
// becomes a list with a zero in it, which names nothing: an empty one would be no limit again.
func meet[T comparable](chosen, found []T) []T {
	if len(chosen) == 0 {
		return found
	}
	var both []T
	for _, c := range chosen {
		if slices.Contains(found, c) {
			both = append(both, c)
		}
	}
	if len(both) == 0 {
		return make([]T, 1)
	}
	return both
}

// statusWord takes the two statuses that every app has.
func statusWord(filter *store.Filter, typed []string) bool {
	if len(typed) != 1 {
		return false
	}
	switch strings.ToLower(typed[0]) {
	case "open", "åpen", "åpne", "opne":
		filter.Status = store.FilterOpen
	case "closed", "avsluttet", "avslutta":
		filter.Status = store.FilterClosed
	case "all", "alle":
		filter.Status = ""
	default:
		return false
	}
	return true
}

// services are the apps of the scope whose name or title begins with one of the words.
func (s *Service) services(typed []string, language string, scope store.Scope) []core.AppRef {
	var out []core.AppRef
	for _, item := range scope.Items {
		ref := core.AppRef{Org: item.Org, App: item.App}
		d, err := s.Catalogue.App(ref)
		if err == nil && !slices.Contains(out, ref) && begins(typed, ref.App, ref.String(), d.Title(language)) {
			out = append(out, ref)
		}
	}
	return out
}

// statuses are the tasks and end events of the scope whose id or status text begins so.
func (s *Service) statuses(typed []string, language string, scope store.Scope) []string {
	var out []string
	for _, item := range scope.Items {
		d, err := s.Catalogue.App(core.AppRef{Org: item.Org, App: item.App})
		if err == nil && begins(typed, item.Task, d.StatusText(language, item.Task)) {
			out = append(out, item.Task)
		}
	}
	return out
}

// begins tells whether one of the names begins with one of the words, whatever the case.
func begins(typed []string, names ...string) bool {
	for _, name := range names {
		for _, word := range typed {
			if strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) {
				return true
			}
		}
	}
	return false
}

// Found is where a search leads: to one case, to a list under a key, or, with neither, to the
// list that the text itself filters.
type Found struct{ Case, Key uuid.UUID }

// Look follows what somebody typed in the search of an organisation's inbox, when it is more
// than words: a reference leads to its case; a national identity number, which must stand in no
// address, to its one case or to a list under a key of the person's own. What the actor may not
// see leads nowhere, in the same way as what does not exist.
func (s *Service) Look(ctx context.Context, a core.Actor, number, text string) (Found, error) {
	var found Found
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		found = Found{}
		box, err := s.enter(ctx, tx, a, number)
		if err != nil {
			return err
		}
		if person, ok := casequery.LooksLikePersonNumber(text); ok {
			found, err = s.lookUp(ctx, tx, a, box.Scope, core.PersonNumber(person))
			return err
		}
		reference := strings.ToUpper(strings.TrimSpace(text))
		if !validReference(reference) {
			return nil // Words only: the list that they filter tells of the search.
		}
		cases, err := tx.ByReference(ctx, box.Scope, reference, a.User)
		if err != nil {
			return err
		}
		if len(cases) == 1 {
			found.Case = cases[0].ID
		}
		tx.Audit(lookEvent(a, box.Scope, "reference", found.Case, len(cases)))
		return nil
	})
	return found, err
}

// lookEvent tells of a look for one thing: what was asked by, how many cases it led to, and which
// when it was one. What was typed is not told.
func lookEvent(
	a core.Actor, scope store.Scope, by string, one uuid.UUID, rows int,
) core.Event {
	e := access.ListEvent(a, core.ActSearch, scope.Owner, scope.Roles, rows,
		map[string]string{"by": by})
	e.Instance = one
	return e
}

func (s *Service) lookUp(
	ctx context.Context, tx *store.Tx, a core.Actor, scope store.Scope, number core.PersonNumber,
) (Found, error) {
	ids, err := tx.CasesOfNumber(ctx, scope.Owner, number)
	if err != nil {
		return Found{}, err
	}
	cases, err := tx.CasesIn(ctx, scope, ids, a.User)
	if err != nil {
		return Found{}, err
	}
	var one uuid.UUID
	if len(cases) == 1 {
		one = cases[0].ID
	}
	tx.Audit(lookEvent(a, scope, "number", one, len(cases)))
	if one != uuid.Nil {
		return Found{Case: one}, nil
	}
	ids = ids[:0]
	for _, c := range cases {
		ids = append(ids, c.ID)
	}
	key, err := tx.KeepPick(ctx, a.User, scope.Owner, ids)
	return Found{Key: key}, err
}

// enter finds the organisation and what the actor may read of its cases.
func (s *Service) enter(
	ctx context.Context, tx *store.Tx, a core.Actor, number string,
) (Inbox, error) {
	var box Inbox
	var err error
	if box.Organisation, err = tx.Organisation(ctx, number); errors.Is(err, store.ErrNoRow) {
		return box, access.Refuse(access.ActionRead, core.AppRef{})
	} else if err != nil {
		return box, err
	}
	box.Scope, err = s.Access.Scope(ctx, tx, a, box.Organisation.ID)
	return box, err
}

// picked fills a list with the cases under a key. A key that is gone, or another's, is told as
// a search to be made again.
func (s *Service) picked(
	ctx context.Context, tx *store.Tx, a core.Actor, key uuid.UUID, box *Inbox,
) error {
	ids, err := tx.Pick(ctx, a.User, box.Organisation.ID, key)
	if errors.Is(err, store.ErrNoRow) {
		return fault.New(fault.NotFound, "fault.search_gone")
	}
	if err != nil {
		return err
	}
	box.Cases, err = tx.CasesIn(ctx, box.Scope, ids, a.User)
	box.Count = len(box.Cases)
	return err
}
