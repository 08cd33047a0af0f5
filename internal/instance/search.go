package instance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/store"
)

// looking is a search in a view: the filter, what of the scope the view is of, and the time.
type looking struct {
	InboxFilter
	scope store.Scope
	now   time.Time
}

// search fills a list with what the filter's query asks for, within its view. A query that cannot
// be understood finds nothing, and its problems tell why. One that asks only for services and
// statuses leaves the view its own order.
func (s *Service) search(
	ctx context.Context, tx *store.Tx, f looking, filter store.Filter, box *Inbox,
) error {
	q, problems := casequery.Parse(f.Query)
	search := store.Search{
		Words: q.Words, Phrases: q.Phrases, Without: q.Without, Tags: q.Tags,
		Unit: s.unitCalled(q.Unit),
	}
	if box.Problems = problems; len(problems) == 0 {
		box.Problems = s.narrow(&filter, q, f.Language, f.scope)
		search.Values, problems = s.values(q.Fields, f.scope)
		box.Problems = append(box.Problems, problems...)
	}
	box.Services, box.Tasks = filter.Apps, filter.Tasks
	box.Searched = f.personal() || !q.Ordered() || filter.Status != store.FilterOpen
	if len(box.Problems) > 0 {
		return tx.FlushCounts(ctx)
	}
	if err := f.limit(ctx, tx, q, &search, &filter, box); err != nil {
		return err
	}
	var err error
	if !box.Searched {
		box.InboxPage, err = tx.Inbox(ctx, f.scope, filter, f.After, f.pageSize())
		return err
	}
	box.InboxPage, err = tx.Search(ctx, f.scope, filter, search, f.After, f.pageSize())
	if err != nil || box.Count > 0 || len(q.Words) == 0 {
		return err
	}
	return s.searchNear(ctx, tx, f, filter, search, box)
}

// limit narrows a search to its view, and by the operators that are about time.
func (f looking) limit(
	ctx context.Context, tx *store.Tx, q casequery.Query, search *store.Search,
	filter *store.Filter, box *Inbox,
) error {
	search.DueBefore, search.Held = filter.DueBefore, f.Waiting
	if q.Older > 0 {
		before := f.now.AddDate(0, 0, -q.Older)
		search.SubmittedBefore = &before
	}
	if q.Due != nil {
		at := f.now.AddDate(0, 0, q.Due.Days)
		if q.Due.Later {
			search.DueAfter = &at
		} else if search.DueBefore == nil || at.Before(*search.DueBefore) {
			search.DueBefore = &at
		}
	}
	if q.Due != nil && filter.Status == "" && len(q.Statuses) == 0 {
		// The deadline of a case that has ended says nothing.
		filter.Status = store.FilterOpen
	}
	if (f.DueSoon || f.Waiting || f.Approval) && filter.Status == store.FilterClosed {
		// Nothing that is closed is due or waits; an empty list would be no limit.
		filter.Tasks = make([]string, 1)
	}
	if !f.personal() {
		return nil
	}
	if err := tx.FlushCounts(ctx); err != nil {
		return err
	}
	search.Only = f.ofPerson(box.Personal)
	return nil
}

// searchNear searches again for names that one slip in typing parts from the words. Which they are
// is not told: they may be of cases that the actor does not see.
func (s *Service) searchNear(
	ctx context.Context, tx *store.Tx, f looking, filter store.Filter, search store.Search, box *Inbox,
) error {
	near, err := tx.NearWords(ctx, box.Organisation.ID, search.Words)
	if err != nil {
		return err
	}
	words, changed := slices.Clone(search.Words), false
	for _, n := range near {
		if !casequery.OneSlip(n.Typed, n.Word) {
			continue
		}
		for i, typed := range search.Words {
			if typed == n.Typed && !strings.EqualFold(typed, n.Word) {
				words[i], changed = words[i]+"|"+n.Word, true
			}
		}
	}
	if !changed {
		return nil
	}
	search.Words = words
	box.InboxPage, err = tx.Search(ctx, f.scope, filter, search, f.After, f.pageSize())
	box.Near = box.Count > 0
	return err
}

// values finds the data fields that a query names, among those that the apps of the scope declare.
func (s *Service) values(
	fields []casequery.Field, scope store.Scope,
) (out []store.Value, problems []casequery.Problem) {
	for _, f := range fields {
		id := s.dataField(f.Name, scope)
		if id == "" {
			problems = append(problems, casequery.Problem{Key: "casequery.operator", Part: f.Part})
			continue
		}
		out = append(out, store.Value{Field: id, Sign: f.Sign, Bound: f.Value})
	}
	return out, problems
}

// dataField gives the id of a data field of the scope's apps, whatever the size of its letters.
func (s *Service) dataField(name string, scope store.Scope) string {
	for _, item := range scope.Items {
		d, err := s.Catalogue.App(core.AppRef{Org: item.Org, App: item.App})
		if err != nil {
			continue
		}
		for _, f := range d.Meta.Data {
			if strings.EqualFold(f.ID, name) {
				return f.ID
			}
		}
	}
	return ""
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
		if filter.Apps = meet(filter.Apps, found); len(found) == 0 &&
			len(s.services(q.Services, language, s.everything())) == 0 {
			problems = append(problems, casequery.Problem{
				Key: "casequery.service", Part: strings.Join(q.Services, ", "),
			})
		}
	}
	if len(q.Statuses) > 0 && !statusWord(filter, q.Statuses) {
		found, status := s.statuses(q.Statuses, language, scope)
		filter.Tasks, filter.Status = meet(filter.Tasks, found), status
		if known, _ := s.statuses(q.Statuses, language, s.everything()); len(known) == 0 {
			problems = append(problems, casequery.Problem{
				Key: "casequery.status", Part: strings.Join(q.Statuses, ", "),
			})
		}
	}
	return problems
}

// meet gives what is in both lists; an empty first list is no limit. What meets in nothing, or was found
// nowhere, becomes a list with a zero in it, which names nothing: an empty one would be no limit
// again.
func meet[T comparable](chosen, found []T) []T {
	if len(chosen) == 0 && len(found) > 0 {
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

// everything are the places where some case may stand. A link may name one where its reader has
// no cases: it is not wrong, and shows none.
func (s *Service) everything() store.Scope {
	var scope store.Scope
	for _, d := range s.Catalogue.Apps() {
		if !d.IsCase() {
			continue
		}
		item := store.ScopeItem{Org: d.Ref.Org, App: d.Ref.App}
		for _, t := range d.Process.Tasks() {
			item.Task, item.Ended = t.ID, false
			scope.Items = append(scope.Items, item)
		}
		for _, end := range d.Process.EndEvents() {
			item.Task, item.Ended = end, true
			scope.Items = append(scope.Items, item)
		}
	}
	return scope
}

// services are the apps of the scope whose name or title is one of the words, or begins with it.
func (s *Service) services(typed []string, language string, scope store.Scope) []core.AppRef {
	var out []core.AppRef
	for _, item := range s.named(typed, scope, func(d *app.Definition, _ store.ScopeItem) []string {
		return inEach(language, d.Title, d.Ref.App, d.Ref.String())
	}) {
		if ref := (core.AppRef{Org: item.Org, App: item.App}); !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// statuses are the tasks and end events of the scope whose id or status text is so, or begins so, and
// whether only open cases have them, or only ended ones.
func (s *Service) statuses(
	typed []string, language string, scope store.Scope,
) (out []string, of store.FilterStatus) {
	open, ended := false, false
	for _, item := range s.named(typed, scope, func(d *app.Definition, i store.ScopeItem) []string {
		return inEach(language, func(lang string) string { return d.StatusText(lang, i.Task) }, i.Task)
	}) {
		out = append(out, item.Task)
		open, ended = open || !item.Ended, ended || item.Ended
	}
	switch {
	case open && !ended:
		of = store.FilterOpen
	case ended && !open:
		of = store.FilterClosed
	}
	return out, of
}

// inEach gives a name in every language, the reader's first: the one who made a link may read
// another than the one who follows it.
func inEach(language string, name func(lang string) string, more ...string) []string {
	for _, lang := range append([]string{language}, text.Languages...) {
		more = append(more, name(lang))
	}
	return more
}

// named gives the items of a scope that the words name, whatever the size of the letters: each word
// those whose whole name it is, or where there are none those whose name begins with it.
func (s *Service) named(
	typed []string, scope store.Scope, names func(*app.Definition, store.ScopeItem) []string,
) []store.ScopeItem {
	var out []store.ScopeItem
	for _, word := range typed {
		var whole, begun []store.ScopeItem
		for _, item := range scope.Items {
			d, err := s.Catalogue.App(core.AppRef{Org: item.Org, App: item.App})
			if err != nil {
				continue
			}
			for _, name := range names(d, item) {
				if strings.EqualFold(name, word) {
					whole = append(whole, item)
				} else if strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) {
					begun = append(begun, item)
				}
			}
		}
		if len(whole) == 0 {
			whole = begun
		}
		out = append(out, whole...)
	}
	return out
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
	tx.HoldListChoice(number, a.User, &box.Choice)
	tx.HoldCaseViews(number, a.User, &box.Kept)
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
