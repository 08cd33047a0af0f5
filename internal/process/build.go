package process

import "strings"

// definition ties elements and flows together and checks them.
func (r *reader) definition() (*Definition, error) {
	if r.processes == 0 {
		return nil, wrong(0, "no process")
	}
	d := &Definition{elements: r.elements, byID: map[string]*element{}}
	for _, e := range r.elements {
		if err := d.add(e); err != nil {
			return nil, err
		}
	}
	if d.start == nil {
		return nil, wrong(0, "no start event")
	}
	if err := r.tie(d); err != nil {
		return nil, err
	}
	for _, e := range d.reachable() {
		if err := e.check(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Definition) add(e *element) error {
	id, line := e.task.ID, e.task.Line
	if id == "" {
		return wrong(line, "an element without id")
	}
	if d.byID[id] != nil {
		return wrong(line, "the id %q is used on line %d too", id, d.byID[id].task.Line)
	}
	d.byID[id] = e
	if e.kind == startEvent {
		if d.start != nil {
			return wrong(line, "more than one start event")
		}
		d.start = e
	}
	return nil
}

// tie gives each element its outgoing flows. As in Altinn, those that the element names count,
// whatever the flow calls its source; an element that names none has those that name it.
func (r *reader) tie(d *Definition) error {
	byID := map[string]*flow{}
	bySource := map[string][]*flow{}
	for _, f := range r.flows {
		if f.id == "" || byID[f.id] != nil {
			return wrong(f.line, "a flow's id is missing or used twice: %q", f.id)
		}
		f.to = d.byID[f.target]
		byID[f.id] = f
		bySource[f.source] = append(bySource[f.source], f)
	}
	for _, e := range d.elements {
		for _, id := range r.outgoing[e] {
			f := byID[strings.TrimSpace(id)]
			if f == nil {
				return wrong(e.task.Line, "%s goes out by flow %q, which does not exist",
					e.task.ID, strings.TrimSpace(id))
			}
			e.outgoing = append(e.outgoing, f)
		}
		if len(r.outgoing[e]) == 0 {
			e.outgoing = bySource[e.task.ID]
		}
	}
	return nil
}

// check tests an element that can be reached.
func (e *element) check() error {
	id, line, ways := e.task.ID, e.task.Line, len(e.outgoing)
	switch {
	case e.kind == endEvent:
		return nil
	case e.kind == taskElement && e.task.Type == "":
		return wrong(line, "task %q has no task type", id)
	case ways == 0:
		return wrong(line, "nothing goes out of %q", id)
	case ways > 1 && e.kind != gateway:
		return wrong(line, "%d flows go out of %q; only a gateway can choose", ways, id)
	}
	fallbackKnown := e.fallback == ""
	for _, f := range e.outgoing {
		if f.to == nil || f.to.kind == startEvent {
			return wrong(f.line, "flow %q leads to %q, which is no task, gateway or end event",
				f.id, f.target)
		}
		fallbackKnown = fallbackKnown || f.id == e.fallback
	}
	if !fallbackKnown {
		return wrong(line, "the default flow %q does not go out of %q", e.fallback, id)
	}
	return nil
}
