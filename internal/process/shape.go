package process

import "stafett/internal/expr"

// Gateway is a choice between ways, for those who check that it can be made.
type Gateway struct {
	ID string
	// DataType is what the conditions read; empty for that of the task before.
	DataType string
	// Default is the id of the way that wins where several are open; empty for none.
	Default string
	Ways    []Way
	// After are the tasks from which it is reached with nothing but gateways between.
	After []Task
	Line  int
}

// Way is one flow out of a gateway. Condition is nil for one that is always open; Written is it
// as it stands in the file.
type Way struct {
	ID, Target string
	Condition  *expr.Expr
	Written    string
	Line       int
}

// Gateways gives the gateways that can be reached, nearest to the start first.
func (d *Definition) Gateways() []Gateway {
	var out []Gateway
	for _, e := range d.reachable() {
		if e.kind != gateway {
			continue
		}
		g := Gateway{ID: e.task.ID, DataType: e.dataType, Default: e.fallback, Line: e.task.Line,
			After: d.before(e, map[*element]bool{})}
		for _, f := range e.outgoing {
			g.Ways = append(g.Ways, Way{f.id, f.target, f.condition, f.written, f.line})
		}
		out = append(out, g)
	}
	return out
}

// before gives the tasks that lead to an element, through gateways only.
func (d *Definition) before(to *element, seen map[*element]bool) []Task {
	var out []Task
	for _, e := range d.reachable() {
		for _, f := range e.outgoing {
			if f.to != to || seen[e] {
				continue
			}
			seen[e] = true
			switch e.kind {
			case taskElement:
				out = append(out, e.task)
			case gateway:
				out = append(out, d.before(e, seen)...)
			}
		}
	}
	return out
}

// After gives the ids of the tasks and end events that a task may lead to, directly or through gateways,
// whatever their conditions say.
func (d *Definition) After(task string) []string {
	from := d.byID[task]
	if from == nil {
		return nil
	}
	var out []string
	found := []*element{from}
	seen := map[*element]bool{nil: true}
	for i := 0; i < len(found); i++ {
		for _, f := range found[i].outgoing {
			switch {
			case seen[f.to]:
			case f.to.kind == gateway:
				found = append(found, f.to)
			default:
				out = append(out, f.to.task.ID)
			}
			seen[f.to] = true
		}
	}
	return out
}

// Unreachable gives the tasks that no way from the start leads to, in the file's order.
func (d *Definition) Unreachable() []Task {
	seen := map[*element]bool{}
	for _, e := range d.reachable() {
		seen[e] = true
	}
	var out []Task
	for _, e := range d.elements {
		if e.kind == taskElement && !seen[e] {
			out = append(out, e.task)
		}
	}
	return out
}

// MovingActions gives every action that may move an instance on from a task: those of its type and
// those that it declares.
func (t Task) MovingActions() []string {
	out := t.usualActions()
	for _, a := range t.Actions {
		if !a.Server {
			out = append(out, a.ID)
		}
	}
	return out
}
