package process

// Approvals gives the tasks in which somebody says yes to what an earlier one has prepared: those of
// the straight way that are there to confirm or to sign, but for the first, which only lets a
// case in.
func (d *Definition) Approvals() []Task {
	var out []Task
	for n, t := range d.Straight() {
		if n > 0 && (t.Type == "confirmation" || t.Type == "signing") {
			out = append(out, t)
		}
	}
	return out
}
