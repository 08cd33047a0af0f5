package instance

import (
	"context"
	"errors"
	"slices"
	"time"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/process"
	"stafett/store"
)

// Second tells of a task that somebody else than who prepared it must complete.
type Second struct {
	// Rule is what the app says; nil where it asks for no second person.
	Rule *app.SecondPerson
	// Preparers are those who prepared it.
	Preparers []core.Party
	// Barred tells that the actor is one of them, or no person.
	Barred bool
}

// second finds out whether the task asks for a second person, and whether the actor can be that.
func (s *Service) second(ctx context.Context, tx *store.Tx, a core.Actor, v *View) error {
	v.Second = Second{}
	rule, err := v.source().SecondPerson(v.Instance.Process.Task)
	if err != nil || rule == nil {
		return err
	}
	acts := []string{core.ActWrite, core.ActUpload, core.ActRemove, core.ActNext, core.ActSubmit}
	for _, id := range rule.PreparedIn {
		task, _ := v.App.Process.Task(id)
		for _, act := range append(task.Actions, usual(v.App, task)...) {
			if !v.App.Process.Abandons(task, act.ID) {
				acts = append(acts, act.ID)
			}
		}
	}
	v.Second.Rule = rule
	v.Second.Preparers, err = tx.Preparers(ctx, v.Instance.ID, rule.PreparedIn, acts)
	v.Second.Barred = a.Kind != core.ActorPerson ||
		slices.ContainsFunc(v.Second.Preparers, func(p core.Party) bool { return p.ID == a.User })
	return err
}

// prepare notes in the instance who may not complete the task where it stands now, for the list of what
// is to be approved. Step is what led there, if a step did: the log does not have it yet.
func (s *Service) prepare(ctx context.Context, tx *store.Tx, a core.Actor, v *View, p Step) error {
	if !v.App.IsCase() {
		return nil
	}
	if err := s.second(ctx, tx, a, v); err != nil {
		return err
	}
	v.Instance.PreparedBy = v.Second.preparedBy()
	rule := v.Second.Rule
	if rule == nil || a.Kind != core.ActorPerson || !slices.Contains(rule.PreparedIn, p.Task) {
		return nil
	}
	if task, _ := v.App.Process.Task(p.Task); !v.App.Process.Abandons(task, p.Action) {
		v.Instance.PreparedBy = append(v.Instance.PreparedBy, a.User)
	}
	return nil
}

// preparedBy are the ids of those who prepared; nil where no second person is asked for.
func (s Second) preparedBy() []core.PartyID {
	if s.Rule == nil {
		return nil
	}
	out := []core.PartyID{}
	for _, p := range s.Preparers {
		out = append(out, p.ID)
	}
	return out
}

// usual are the actions that a task's type gives.
func usual(d *app.Definition, task process.Task) []process.Action {
	var out []process.Action
	for _, id := range d.Process.PolicyActions(task, "") {
		out = append(out, process.Action{ID: id})
	}
	return out
}

// bars tells whether the action is a second person's, and the actor not one. To give the task up
// completes nothing.
func (v View) bars(task process.Task, action string) bool {
	return v.Second.Barred && !v.App.Process.Abandons(task, action)
}

// asSecond refuses a step that is a second person's to whoever cannot be that.
func asSecond(tx *store.Tx, a core.Actor, v View, task process.Task, action string) error {
	if !v.bars(task, action) {
		return nil
	}
	e := access.NewEvent(a, core.ActNext, v.Instance.Owner)
	if action != "" {
		e.Act = action
	}
	e.App, e.Instance, e.Task = v.Instance.AppRef, v.Instance.ID, task.ID
	e.Purpose, e.Outcome = v.Permit.Role, core.OutcomeRefused
	tx.Refused(e)
	return fault.New(fault.Conflict, "fault.second_person")
}

// keepVersion keeps what the case holds now that the actor has moved it on from a task; at the end
// nobody compares any more, unless the step is taken back.
func keepVersion(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, from string, holds bool,
) error {
	if len(v.App.SecondPersons) == 0 {
		return nil
	}
	if v.Instance.Process.EndEvent != "" {
		if !holds {
			tx.DropVersions(v.Instance.ID)
		}
		return nil
	}
	kept := core.CaseVersion{
		Person: a.User, Name: a.Name, Task: from, Documents: v.Input.Data, Files: v.Input.Elements,
	}
	for _, list := range v.Input.Entries {
		for _, e := range list {
			kept.Entries = append(kept.Entries, core.HeldEntry{Element: e.Element, Document: e.Document})
		}
	}
	return tx.KeepVersion(ctx, v.Instance.ID, kept)
}

// Since is what has changed in a case since somebody moved it on.
type Since struct {
	At   time.Time
	Name string
	// Own tells that it was the reader.
	Own         bool
	Differences []form.Difference
}

// since tells who looks over the work of others what has changed since they moved the case on
// themselves, or, when they have not, since it came to them. It gives nil where no second person
// is asked for.
func (s *Service) since(
	ctx context.Context, tx *store.Tx, a core.Actor, v View,
) (*Since, error) {
	if v.Second.Rule == nil {
		return nil, nil
	}
	was, err := tx.LastVersion(ctx, v.Instance.ID, a.User, nil)
	if errors.Is(err, store.ErrNoRow) {
		was, err = tx.LastVersion(ctx, v.Instance.ID, 0, v.Second.Rule.PreparedIn)
	}
	if errors.Is(err, store.ErrNoRow) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	before := v.Input
	before.Data, before.Elements, before.Entries = was.Documents, was.Files, nil
	held := View{App: v.App, Input: before}
	for _, e := range was.Entries {
		held.addEntry(form.Entry{Element: e.Element, Document: e.Document})
	}
	return &Since{
		At: was.At, Name: was.Name, Own: was.Person == a.User,
		Differences: form.Differences(v.App, v.Sets(), held.Input, v.Input),
	}, nil
}
