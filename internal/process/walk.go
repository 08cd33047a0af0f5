package process

import (
	"errors"
	"fmt"
	"slices"
)

// maxHops bounds how many gateways may stand between two steps: a loop of gateways alone would
// never end.
const maxHops = 100

// Start gives the first state of a new instance. It is an error when the conditions do not
// leave exactly one way.
func (d *Definition) Start(cond Cond) (State, error) {
	return follow(d.start, "", cond)
}

// Next gives the state after s, moved on by an action ("" for none named). It is an error when
// the process has ended, when s is no task of it, or when the conditions do not leave exactly
// one way.
func (d *Definition) Next(s State, action string, cond Cond) (State, error) {
	if s.EndEvent != "" {
		return State{}, errors.New("the process has ended")
	}
	from := d.byID[s.Task]
	if from == nil || from.kind != taskElement {
		return State{}, fmt.Errorf("the process has no task %q", s.Task)
	}
	return follow(from, action, cond)
}

func follow(from *element, action string, cond Cond) (State, error) {
	for range maxHops {
		way, err := leave(from, action, cond)
		if err != nil {
			return State{}, fmt.Errorf("leaving %s: %w", from.task.ID, err)
		}
		switch from = way.to; from.kind {
		case taskElement:
			return State{Task: from.task.ID, TaskType: from.task.Type}, nil
		case endEvent:
			return State{EndEvent: from.task.ID}, nil
		}
	}
	return State{}, fmt.Errorf("more than %d gateways without a task between", maxHops)
}

// leave picks the one flow out of an element. Flows without a condition are open; where several
// are, the gateway's default decides, if it is among them.
func leave(from *element, action string, cond Cond) (*flow, error) {
	var open []*flow
	for _, f := range from.outgoing {
		passes := true
		if f.condition != nil && from.kind == gateway {
			var err error
			if passes, err = cond(f.condition, from.dataType, action); err != nil {
				return nil, fmt.Errorf("condition of %s: %w", f.id, err)
			}
		}
		if passes {
			open = append(open, f)
		}
	}
	if len(open) > 1 {
		open = byKind(open, action == reject)
		for _, f := range open {
			if f.id == from.fallback {
				return f, nil
			}
		}
	}
	if len(open) != 1 || open[0].to == nil {
		return nil, fmt.Errorf("%d of %d ways are open, want exactly one",
			len(open), len(from.outgoing))
	}
	return open[0], nil
}

// byKind picks among open flows of a version 7 process, whose ways say whether they abandon the
// task; where none says so, all stay.
func byKind(open []*flow, abandoned bool) []*flow {
	if !slices.ContainsFunc(open, func(f *flow) bool { return f.abandons }) {
		return open
	}
	var out []*flow
	for _, f := range open {
		if f.abandons == abandoned {
			out = append(out, f)
		}
	}
	return out
}
