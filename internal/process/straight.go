package process

// Straight gives the tasks of the straight way to the end, in flow order. A task from which the
// end is only reached through an earlier one, such as asking for more and waiting for it, is a
// way round and is left out.
func (d *Definition) Straight() []Task {
	var out []Task
	for _, t := range d.Tasks() {
		if d.Home(t.ID) == t.ID {
			out = append(out, t)
		}
	}
	return out
}

// Home gives the task of the straight way to which a task belongs: itself, or for a way round
// the earlier task that it comes back to.
func (d *Definition) Home(task string) string {
	from := d.byID[task]
	if from == nil {
		return task
	}
	before := map[*element]bool{}
	for _, e := range d.reachable() {
		if e == from {
			break
		}
		if e.kind == taskElement {
			before[e] = true
		}
	}
	back := ""
	seen := map[*element]bool{from: true, nil: true}
	for queue := []*element{from}; len(queue) > 0; queue = queue[1:] {
		for _, f := range queue[0].outgoing {
			switch {
			case seen[f.to]:
				continue
			case f.to.kind == endEvent:
				return task
			case before[f.to]:
				if back == "" {
					back = f.to.task.ID
				}
				continue
			}
			seen[f.to] = true
			queue = append(queue, f.to)
		}
	}
	if back == "" {
		return task
	}
	return d.Home(back)
}
