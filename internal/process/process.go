// Package process reads the part of BPMN that Altinn uses (FORMAT.md section 2) and tells where
// an instance goes from one step. It holds no instance, runs no task and decides no right: the
// caller asks the policy for the actions named here, validates, and stores the new state.
package process

import (
	"slices"

	"stafett/internal/expr"
)

// Definition is one process as its file declares it. It is never changed after Parse, so any
// number of requests may share it.
type Definition struct {
	// elements are in the file's order.
	elements []*element
	byID     map[string]*element
	start    *element
}

// Task is one step of a process.
type Task struct {
	ID, Name string
	// Type is Altinn's task type: data, confirmation, feedback, signing, pdf, …
	Type    string
	Actions []Action
	// Service tells that the step runs by itself when it is entered.
	Service bool
	// Line is where the task starts in the file, from 1.
	Line int
}

// Action is an action that a task declares beside those that its type gives.
type Action struct {
	ID string
	// Server marks an action that runs in place and does not move the process.
	Server bool
}

// State is where an instance is: in a task, or at an end event; never both.
type State struct {
	Task, TaskType, EndEvent string
}

// Cond answers a gateway's condition. The data type is the one that the gateway names, "" for
// that of the current task; action is what moves the process on, "" when none was named.
type Cond func(condition *expr.Expr, connectedDataType, action string) (bool, error)

type elementKind int

const (
	startEvent elementKind = iota
	endEvent
	taskElement
	gateway
)

// element is a node of the process's graph.
type element struct {
	kind elementKind
	// task holds id and line for every kind.
	task     Task
	outgoing []*flow
	// fallback is the id of a gateway's default flow, and dataType what its conditions read.
	fallback, dataType string
}

// flow is an edge of the graph; condition is nil for one that is always open.
type flow struct {
	id, source, target string
	to                 *element
	condition          *expr.Expr
	// written is the condition as it stands in the file.
	written string
	line    int
	// abandons marks the flow that version 7 takes for reject, where it has no condition.
	abandons bool
}

// Tasks gives all tasks in flow order: as they are reached from the start, and after them
// those that never are.
func (d *Definition) Tasks() []Task {
	var tasks []Task
	seen := map[*element]bool{}
	for _, e := range append(d.reachable(), d.elements...) {
		if e.kind == taskElement && !seen[e] {
			tasks = append(tasks, e.task)
		}
		seen[e] = true
	}
	return tasks
}

// Task gives the task with the id.
func (d *Definition) Task(id string) (Task, bool) {
	e := d.byID[id]
	if e == nil || e.kind != taskElement {
		return Task{}, false
	}
	return e.task, true
}

// EndEvents gives the ids of all end events, in the file's order.
func (d *Definition) EndEvents() []string {
	var ids []string
	for _, e := range d.elements {
		if e.kind == endEvent {
			ids = append(ids, e.task.ID)
		}
	}
	return ids
}

// StartEvent gives the id of the start event.
func (d *Definition) StartEvent() string { return d.start.task.ID }

// reachable gives what can be reached from the start, nearest first.
func (d *Definition) reachable() []*element {
	found := []*element{d.start}
	seen := map[*element]bool{d.start: true, nil: true}
	for i := 0; i < len(found); i++ {
		for _, f := range found[i].outgoing {
			if !seen[f.to] {
				seen[f.to] = true
				found = append(found, f.to)
			}
		}
	}
	return found
}

// reject is the one action name that abandons a task.
const reject = "reject"

// Abandons tells whether the action gives the task up instead of completing it: reject, where
// the task declares it. An abandoned task is not validated.
func (d *Definition) Abandons(task Task, action string) bool {
	return action == reject && task.declares(action)
}

// PolicyActions gives the policy actions of which any one opens this step. A named action is
// itself, if the task declares it or its type gives it; nil, which nobody has, if not. Without
// a named action the task's type tells.
func (d *Definition) PolicyActions(task Task, action string) []string {
	usual := task.usualActions()
	switch {
	case action == "":
		return usual
	case task.declares(action) || slices.Contains(usual, action):
		return []string{action}
	}
	return nil
}

func (t Task) declares(action string) bool {
	return slices.Contains(t.Actions, Action{ID: action})
}

// usualActions are those that a task's type gives; an unknown type is its own action.
func (t Task) usualActions() []string {
	switch t.Type {
	case "data", "feedback", "pdf", "subformPdf", "eFormidling", "fiksArkiv":
		return []string{"write"}
	case "confirmation":
		return []string{"confirm"}
	case "signing":
		return []string{"sign", "write"}
	case "payment":
		return []string{"pay", "write"}
	}
	return []string{t.Type}
}
