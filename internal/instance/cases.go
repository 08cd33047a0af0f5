package instance

import (
	"cmp"
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
	"stafett/store"
)

// PageSize is how many rows a list page has.
const PageSize = 25

// InboxFilter is what a caseworker has chosen to see. Everything in it only narrows what the
// scope allows.
type InboxFilter struct {
	// Apps, and Tasks by id, narrow to these; empty is all.
	Apps       []core.AppRef
	Tasks      []string
	Closed     bool
	Mine       bool
	Unassigned bool
	// DueSoon narrows to what is due before the week is over, overdue cases among them.
	DueSoon bool
	// Waiting narrows to what waits for its applicant.
	Waiting bool
	// Approval narrows to what the actor may say yes to, of what others have prepared.
	Approval bool
	// ByDue orders by deadline instead of by when the cases came; closed cases are not. With OwnOrder
	// the order is the one that the person has chosen for themselves.
	ByDue, OwnOrder bool
	// Query is what was typed in the search; Language is what its names are read in.
	Query, Language string
	// Mentioned narrows to cases in whose notes the person is named, Snoozed to those that they
	// have put off; of the rest only the query narrows these.
	Mentioned, Snoozed bool
	// Found is the key of a list that a search has kept; the rest of the filter is not used then.
	Found uuid.UUID
	After *store.Cursor
	// size is how many cases are read; 0 is a page.
	size int
}

// Inbox is one page of an organisation's cases.
type Inbox struct {
	Organisation core.Party
	store.InboxPage
	// More tells that there are more cases than Count, which ends at store.CountLimit.
	More bool
	// Views are how many cases each view has, whatever else the filter says.
	Views ViewCounts
	// Personal are the cases that are something to the person alone.
	Personal []store.Personal
	// Problems are what could not be understood in the query; nothing is listed then.
	Problems []casequery.Problem
	// Near tells that nothing has the words of the query, and that the cases have names that one slip
	// in typing parts from them.
	Near bool
	// Services and Tasks are what the list is narrowed to, by the filter or by the query.
	Services []core.AppRef
	Tasks    []string
	// ByDue tells that the list is ordered by deadline where its view can be, and Searched that it is
	// found by what no view has an order of its own for: the newest case stands first.
	ByDue, Searched bool
	// Choice is how the person wants the list where its address does not tell, and Kept the views
	// that they and their colleagues have kept.
	Choice ListChoice
	Kept   []CaseView
	// Scope is what the actor may see at all; empty when they have no role here.
	Scope store.Scope
	// Units are the parts of the organisation that the person belongs to by their roles.
	Units []string
	// Present are the colleagues who are in a case now, and At is when the list was read.
	Present []core.Presence
	At      time.Time
	// Cut tells that an export ends here although the list has more.
	Cut bool
}

// Inbox lists the cases of the organisation with the number that the actor's
// roles let them read. A case that may not be read is not in it, nor in its count. Someone
// without any role gets a refusal: the page can then tell which role to ask for.
func (s *Service) Inbox(
	ctx context.Context, a core.Actor, number string, f InboxFilter,
) (Inbox, error) {
	act := core.ActList
	if f.Found != uuid.Nil || strings.TrimSpace(f.Query) != "" {
		act = core.ActSearch
	}
	return s.look(ctx, a, number, f, act)
}

// look reads a part of a list; act is what the audit log tells of it.
func (s *Service) look(
	ctx context.Context, a core.Actor, number string, f InboxFilter, act string,
) (Inbox, error) {
	var box Inbox
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if box, err = s.enter(ctx, tx, a, number); err != nil {
			return err
		}
		if err := s.list(ctx, tx, a, f, &box); err != nil {
			return err
		}
		f.ByDue = box.ByDue
		box.Units = s.unitsOf(box.Organisation.Org, box.Scope.Roles)
		tx.Audit(access.ListEvent(a, act, box.Organisation.ID, box.Scope.Roles, len(box.Cases), f.shape()))
		return nil
	})
	return box, err
}

func (s *Service) list(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, box *Inbox,
) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if f.OwnOrder {
		f.ByDue = box.Choice.ByDue
	}
	due := weekEnd(now)
	filter := f.narrow(a, due)
	box.At = now
	box.ByDue, box.Services, box.Tasks = f.ByDue, f.Apps, f.Tasks
	scope := box.Scope
	if f.Approval {
		scope = scope.Approving()
	}
	tx.CountViews(box.Scope, a.User, due, &box.Views)
	tx.HoldPersonal(box.Scope, a.User, &box.Personal)
	tx.HoldPresent(box.Scope, &box.Present)
	query := strings.TrimSpace(f.Query) != ""
	switch {
	case f.personal() && !query:
		err = s.personal(ctx, tx, a, f, box)
	case f.Found != uuid.Nil:
		err = s.picked(ctx, tx, a, f.Found, box)
	case query:
		err = s.search(ctx, tx, looking{InboxFilter: f, scope: scope, now: now}, filter, box)
	default:
		counted := f.countIn(&box.Views)
		filter.Uncounted = counted != nil
		box.InboxPage, err = tx.Inbox(ctx, scope, filter, f.After, f.pageSize())
		if counted != nil {
			box.Count = *counted
		}
	}
	if box.Count > store.CountLimit {
		box.Count, box.More = store.CountLimit, true
	}
	return err
}

// narrow is the filter as the store reads it; due is the end of the week.
func (f InboxFilter) narrow(a core.Actor, due time.Time) store.Filter {
	filter := store.Filter{
		Apps: f.Apps, Tasks: f.Tasks, Status: store.FilterOpen, Unassigned: f.Unassigned,
		Reader: a.User, Approval: f.Approval,
	}
	if f.Closed {
		filter.Status = store.FilterClosed
	}
	if f.Mine {
		filter.Assignee = a.User
	}
	switch {
	case f.DueSoon:
		filter.Order, filter.DueBefore = store.OrderDue, &due
	case f.Waiting:
		filter.Order = store.OrderHeld
	case f.ByDue && !f.Closed:
		filter.Order = store.OrderDue
	}
	return filter
}

// personal tells whether the view is a short list of the person's own.
func (f InboxFilter) personal() bool { return f.Mentioned || f.Snoozed }

// ofPerson gives those of the actor's own cases that the view is of.
func (f InboxFilter) ofPerson(list []store.Personal) []uuid.UUID {
	ids := []uuid.UUID{}
	for _, p := range list {
		if f.Mentioned && p.Mentioned || f.Snoozed && p.Snoozed {
			ids = append(ids, p.Case)
		}
	}
	return ids
}

// personal lists those of the actor's own cases that are something to them.
func (s *Service) personal(
	ctx context.Context, tx *store.Tx, a core.Actor, f InboxFilter, box *Inbox,
) error {
	if err := tx.FlushCounts(ctx); err != nil {
		return err
	}
	ids := f.ofPerson(box.Personal)
	var err error
	box.Cases, err = tx.CasesIn(ctx, box.Scope, ids, a.User)
	box.Count = len(box.Cases)
	return err
}

// pageSize is how many cases are read at a time.
func (f InboxFilter) pageSize() int { return cmp.Or(f.size, PageSize) }

// weekEnd is the end of the week that the moment is in: midnight after Sunday, in Oslo.
func weekEnd(now time.Time) time.Time {
	day := today(now)
	return day.AddDate(0, 0, 7-(int(day.Weekday())+6)%7)
}

// Case is a case with its history, for someone who may read it.
type Case struct {
	View
	History []core.Event
	// Stream is the part of the history that was asked for, newest first; Older is the line to go
	// on from, 0 when that was all.
	Stream []core.Event
	Older  int64
	// Since is what has changed for who looks over the work of others; nil for nobody's.
	Since *Since
	// Deliveries are what the case has handed over, and Story what else belongs to the matter and
	// the actor may read.
	Deliveries []core.Delivery
	Story      []Chapter
	// Corrections are what the applicant's later versions changed, oldest first.
	Corrections []Corrected
	// Conversation is what has been said between the applicant and those who work on the matter.
	Conversation Conversation
	// Work is what colleagues have done with the case among themselves.
	Work Work
	// Related are other cases of the same applicant's that the actor may see; a dossier has none.
	Related []Related
	// Choice is how the reader wants the organisation's pages.
	Choice ListChoice
	// Present are the colleagues who have it open now.
	Present []core.Presence
	// Step is the latest step, where the reader can take it back.
	Step *core.CaseStep
}

// Case opens a case of an organisation by its id alone. Unknown, foreign and forbidden ids give
// the same refusal.
func (s *Service) Case(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID, language string,
) (Case, error) {
	return s.CaseWith(ctx, a, org, id, language, HistoryFilter{})
}

// CaseWith is Case with a chosen part of the history.
func (s *Service) CaseWith(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID, language string,
	f HistoryFilter,
) (Case, error) {
	var c Case
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		ref, err := s.caseRef(ctx, tx, a, org, id)
		if err != nil {
			return err
		}
		if c, err = s.whole(ctx, tx, a, ref, language, f); err != nil {
			return err
		}
		audit(tx, a, core.ActRead, c.View, nil)
		if c.Step, err = s.lastStep(ctx, tx, a, c.View); err != nil {
			return err
		}
		if c.Related, err = s.related(ctx, tx, a, c.View, c.Story); err != nil {
			return err
		}
		tx.HoldListChoice(c.Owner.OrganisationNumber, a.User, &c.Choice)
		if err := tx.SeeMentions(ctx, id, a.User); err != nil {
			return err
		}
		if err := tx.Attend(ctx, ref, false); err != nil {
			return err
		}
		if c.Present, err = tx.PresentIn(ctx, id); err != nil {
			return err
		}
		return tx.MarkSeen(ctx, id, a.User)
	})
	return c, err
}

// whole reads all that there is to know of a case, for someone who may read it.
func (s *Service) whole(
	ctx context.Context, tx *store.Tx, a core.Actor, ref core.InstanceRef, language string,
	f HistoryFilter,
) (Case, error) {
	var c Case
	var err error
	if c.View, err = s.open(ctx, tx, a, ref, opening{action: access.ActionRead}); err != nil {
		return c, err
	}
	c.Input.Language = language
	if c.History, err = tx.Events(ctx, ref.ID, historyLength); err != nil {
		return c, err
	}
	if c.Stream, c.Older, err = stream(ctx, tx, ref.ID, f); err != nil {
		return c, err
	}
	if c.Deliveries, err = tx.DeliveriesOf(ctx, ref.ID); err != nil {
		return c, err
	}
	c.Deliveries = Handed(c.Deliveries)
	if c.Corrections, err = corrections(ctx, tx, c.View); err != nil {
		return c, err
	}
	if c.Since, err = s.since(ctx, tx, a, c.View); err != nil {
		return c, err
	}
	if c.Story, err = s.story(ctx, tx, a, c.Instance); err != nil {
		return c, err
	}
	if c.Conversation, err = s.conversation(ctx, tx, a, c.View, c.Story); err != nil {
		return c, err
	}
	c.Work, err = s.work(ctx, tx, a, c.View)
	return c, err
}

// Dossier gives a case as it is to be kept on paper, and leaves it unread as it was. The audit log
// tells whether the notes go with it.
func (s *Service) Dossier(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID, language string, notes bool,
) (Case, error) {
	var c Case
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		ref, err := s.caseRef(ctx, tx, a, org, id)
		if err != nil {
			return err
		}
		if c, err = s.whole(ctx, tx, a, ref, language, HistoryFilter{}); err != nil {
			return err
		}
		for c.Older != 0 && len(c.Stream) < dossierHistory {
			var more []core.Event
			more, c.Older, err = stream(ctx, tx, id, HistoryFilter{Before: c.Older})
			if err != nil {
				return err
			}
			c.Stream = append(c.Stream, more...)
		}
		detail := map[string]string{"part": "dossier"}
		if notes {
			detail["notes"] = "some"
		} else {
			c.Work.Notes = nil
		}
		audit(tx, a, core.ActPrint, c.View, detail)
		return nil
	})
	return c, err
}

// historyLength is how many audit lines a case page shows.
const historyLength = 200

// caseRef finds the full reference of a case at the organisation.
func (s *Service) caseRef(
	ctx context.Context, tx *store.Tx, a core.Actor, org core.PartyID, id uuid.UUID,
) (core.InstanceRef, error) {
	ref, err := tx.CaseRef(ctx, org, id)
	if errors.Is(err, store.ErrNoRow) {
		// The same statements as for a case that the actor may not see, so that time does not tell
		// one from the other.
		_, err = tx.Instance(ctx, core.InstanceRef{Owner: org, ID: id})
	}
	if errors.Is(err, store.ErrNoRow) {
		e := access.NewEvent(a, core.ActRead, org)
		e.Instance, e.Outcome = id, core.OutcomeRefused
		tx.Refused(e)
		return ref, access.Refuse(access.ActionRead, core.AppRef{})
	}
	return ref, err
}

// CaseRef gives the full reference of a case to someone who may read it, for a change that they
// are about to make: the change itself asks for the right to it. It refuses before anything of the
// change is looked at, so that a fault in what was posted does not tell that there is a case.
func (s *Service) CaseRef(
	ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID,
) (core.InstanceRef, error) {
	var ref core.InstanceRef
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		var err error
		if ref, err = s.caseRef(ctx, tx, a, org, id); err != nil {
			return err
		}
		_, err = s.seen(ctx, tx, a, ref, opening{action: access.ActionRead})
		return err
	})
	return ref, err
}

// ActionNext is the name that addresses and buttons use for a task's own way on.
const ActionNext = "next"

// Actions are the process actions that the actor may take where the case stands, the task's own
// way on as ActionNext, in the order in which they should be offered.
func (v View) Actions() []string {
	task, ok := v.App.Process.Task(v.Instance.Process.Task)
	if !ok {
		return nil
	}
	var out []string
	named := map[string]bool{}
	for _, act := range task.Actions {
		if v.Input.Rights[act.ID] && !act.Server && !v.bars(task, act.ID) {
			out = append(out, act.ID)
			named[act.ID] = true
		}
	}
	for _, own := range v.App.Process.PolicyActions(task, "") {
		// A confirmation's way on is its action "confirm" already.
		if v.Input.Rights[own] && !named[own] && !v.bars(task, own) {
			return append([]string{ActionNext}, out...)
		}
	}
	return out
}

// Cursor is a place in a list.
type Cursor = store.Cursor

// ViewCounts are how many cases each view has, and one more than CountLimit where there are more.
type ViewCounts = store.ViewCounts

// Personal is what a case is to one person.
type Personal = store.Personal

// CountLimit is how far cases are counted.
const CountLimit = store.CountLimit

// ParseCursor reads a place in a list from an address.
func ParseCursor(s string) (*Cursor, error) { return store.ParseCursor(s) }

// Sets are the layout sets of the app's tasks, in the order of the process, up to where the
// instance stands: what is still to be filled in is not shown as if it had been.
func (v View) Sets() []*app.LayoutSet {
	// Where the instance stands on the straight way; a way round belongs to where it leaves it.
	order := map[string]int{}
	for i, t := range v.App.Process.Straight() {
		order[t.ID] = i
	}
	here := len(order)
	if task := v.Instance.Process.Task; task != "" {
		here = order[v.App.Process.Home(task)]
	}
	var out []*app.LayoutSet
	for _, t := range v.App.Process.Tasks() {
		set := v.App.SetFor(t.ID)
		if set != nil && order[v.App.Process.Home(t.ID)] <= here && !slices.Contains(out, set) {
			out = append(out, set)
		}
	}
	return out
}

// Editable tells whether the current task is one in which a form is filled in.
func (v View) Editable() bool {
	return v.Set != nil && v.Instance.Process.TaskType == "data" && v.Input.Rights[access.ActionWrite]
}
