package relay

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/form"
	"stafett/internal/process"
)

// MaxServices bounds how many service tasks may follow each other, as in Altinn.
const MaxServices = 100

// Stops gives what keeps the current task from ending by the action; a task that is given up
// instead of completed may end as it is.
func (src Source) Stops(action string) []form.Issue {
	task, _ := src.App.Process.Task(src.Input.Instance.Process.Task)
	if src.App.Process.Abandons(task, action) {
		return nil
	}
	return form.Errors(form.Validate(src.App, task.ID, src.Input))
}

// Next gives where the process goes from where the instance stands, and what the step is to
// handovers and reports.
func (src Source) Next(action string) (process.State, app.Moment, error) {
	at := src.Input.Instance.Process
	from := process.State{Task: at.Task, TaskType: at.TaskType}
	to, err := src.App.Process.Next(from, action, src.condition())
	if err != nil {
		return to, app.Moment{}, fmt.Errorf("%s from %s: %w", src.App.Ref, from.Task, err)
	}
	task, _ := src.App.Process.Task(from.Task)
	return to, app.Moment{
		TaskEnd: from.Task, Action: action, TaskStart: to.Task, ProcessEnd: to.EndEvent != "",
		Abandoned: src.App.Process.Abandons(task, action),
	}, nil
}

// condition evaluates a gateway's conditions over the instance's data.
func (src Source) condition() process.Cond {
	return func(e *expr.Expr, dataType, action string) (bool, error) {
		set := src.Set
		if dataType != "" {
			set = &app.LayoutSet{DataType: dataType}
		}
		return e.Bool(gateway{form.Context(src.App, set, src.Input, nil), action}, false)
	}
}

// gateway is a form's context in which gatewayAction is known.
type gateway struct {
	expr.Context
	action string
}

// GatewayAction gives the action that the step was taken with.
func (g gateway) GatewayAction() string { return g.action }

// Ended is what the end of a task does to what an instance holds.
type Ended struct {
	// Documents are those that were open, without what is hidden.
	Documents map[string]core.Document
	// Entries are those of the subforms, likewise; Dropped are those of hidden subforms, which go.
	Entries, Dropped []form.Entry
	// Gone are the files whose upload field is hidden.
	Gone []core.DataElement
	// Locked are the data types that belong to the task.
	Locked []string
}

// EndTask gives what the end of the current task does. open tells whether a form document may
// still be written: what another task has ended with stays as it is.
func (src Source) EndTask(open func(dataType string) bool) Ended {
	var out Ended
	if src.Set != nil {
		// All are judged by the answers as they were reviewed.
		out.Gone = form.HiddenFiles(src.App, src.Set, src.Input)
		out.Entries, out.Dropped = src.entries()
		out.Documents = form.Clean(src.App, src.Set, src.Input)
		maps.DeleteFunc(out.Documents, func(dataType string, _ core.Document) bool {
			return !open(dataType)
		})
	}
	out.Locked = src.own()
	return out
}

// entries gives the open entries as they are when the task ends, and those that go then.
func (src Source) entries() (clean, dropped []form.Entry) {
	locked := func(e form.Entry) bool { return e.Element.Locked }
	dropped = slices.DeleteFunc(form.HiddenEntries(src.App, src.Set, src.Input), locked)
	clean = slices.DeleteFunc(form.CleanEntries(src.App, src.Set, src.Input),
		func(e form.Entry) bool {
			return locked(e) || slices.ContainsFunc(dropped, func(d form.Entry) bool {
				return d.Element.ID == e.Element.ID
			})
		})
	return clean, dropped
}

// own gives the data types that belong to the current task.
func (src Source) own() []string {
	var out []string
	for _, t := range src.App.Meta.DataTypes {
		if task := src.Input.Instance.Process.Task; task != "" && t.Task == task {
			out = append(out, t.ID)
		}
	}
	return out
}

// Enter puts the instance in its new task or at its end; its caller sets the times.
func Enter(d *app.Definition, inst *core.Instance, to process.State) {
	p := &inst.Process
	p.Task, p.TaskType, p.EndEvent = to.Task, to.TaskType, to.EndEvent
	if d.IsCase() {
		// What was reported of it, such as an answer, was for the task that is left.
		inst.Substatus = nil
	}
	if to.EndEvent != "" {
		inst.Status = core.StatusArchived
	}
}

// Sends tells whether the move that has led to where the instance stands sends what was a draft.
// What is still to be confirmed by its owner is sent by that, unless it is handed over already.
func (src Source) Sends(m app.Moment) bool {
	return src.Input.Instance.Submitted == nil && !m.Abandoned && !src.unconfirmed(m)
}

// unconfirmed tells whether a move has led to the owner's own confirmation.
func (src Source) unconfirmed(m app.Moment) bool {
	handsOver := slices.ContainsFunc(src.App.Handovers, func(h *app.Handover) bool {
		return h.On.TaskEnd == m.TaskEnd
	})
	return src.Input.Instance.Process.TaskType == TaskConfirmation && Own(src.App) && !handsOver
}

// TaskConfirmation is the type of the tasks in which people look over what was filled in.
const TaskConfirmation = "confirmation"

// Sent notes when a draft was sent, and in which language. reference is what it gets, unless it
// belongs to a matter: then it has the matter's already.
func Sent(inst *core.Instance, at time.Time, language, reference string) {
	inst.Submitted, inst.Language = &at, language
	if inst.Status == core.StatusDraft {
		inst.Status = core.StatusActive
	}
	if inst.Reference == "" {
		inst.Reference = reference
	}
}

// Started is what the start of a task does to what an instance holds.
type Started struct {
	// Opened are the data types that belong to the task: open again when the task comes back.
	Opened []string
	// Made are the form documents that the app makes by itself, prefilled.
	Made map[string]core.Document
}

// StartTask gives what the start of the task does in which the instance stands now.
func (src Source) StartTask() (Started, error) {
	out := Started{Opened: src.own(), Made: map[string]core.Document{}}
	for _, id := range out.Opened {
		t, _ := src.App.DataType(id)
		_, there := src.Input.Data[id]
		if there || len(src.Input.Entries[id]) > 0 || !t.Form || !t.AutoCreate {
			continue
		}
		doc, err := form.Prefilled(src.App, id, src.Input, form.Given{})
		if err != nil {
			return out, fmt.Errorf("%s of %s: %w", id, src.App.Ref, err)
		}
		out.Made[id] = doc
	}
	return out, nil
}

// Expired is what an app keeps only until the process ends: the whole instance, or all elements of
// some data types.
type Expired struct {
	Whole bool
	Types []string
}

// Expires gives what goes where the instance stands now. What is handed over stays as it was sent:
// the delivery needs it.
func (src Source) Expires() Expired {
	var out Expired
	if src.Input.Instance.Process.EndEvent == "" {
		return out
	}
	for _, t := range src.App.Meta.DataTypes {
		if t.AutoDelete {
			out.Types = append(out.Types, t.ID)
		}
	}
	out.Whole = src.App.Meta.AutoDeleteOnProcessEnd
	return out
}
