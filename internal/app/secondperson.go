package app

import (
	"slices"

	"stafett/internal/expr"
	"stafett/internal/process"
)

// SecondPerson says that a task is to be completed by somebody else than those who prepared it. To
// give it up, as by sending it back, is open to all who may.
type SecondPerson struct {
	Task string
	// PreparedIn are the tasks in which it is prepared.
	PreparedIn []string
	// When is a condition; nil for always.
	When *expr.Expr
}

// Approvals gives the tasks in which somebody says yes to what another has prepared: those of the process,
// and those that ask for a second person.
func (d *Definition) Approvals() []process.Task {
	out := d.Process.Approvals()
	for _, rule := range d.SecondPersons {
		t, there := d.Process.Task(rule.Task)
		if there && !slices.ContainsFunc(out, func(o process.Task) bool { return o.ID == t.ID }) {
			out = append(out, t)
		}
	}
	return out
}

// readSecondPerson reads which tasks ask for a second person.
func (r *reader) readSecondPerson(d *Definition, v *value) {
	for _, item := range r.array(v, "secondPerson") {
		if r.object(item, "a task for a second person") == nil {
			continue
		}
		r.known(item, "task", "preparedIn", "when")
		rule := SecondPerson{
			Task:       r.text(item.get("task"), "task"),
			PreparedIn: r.strings(item.get("preparedIn"), "preparedIn"),
			When:       r.expression(item.get("when"), "when"),
		}
		if rule.Task == "" || len(rule.PreparedIn) == 0 {
			r.errorAt(item, "secondPerson must name its task and what it is preparedIn")
			continue
		}
		if slices.ContainsFunc(d.SecondPersons, func(o SecondPerson) bool { return o.Task == rule.Task }) {
			r.errorAt(item, "the task %s stands twice", rule.Task)
		}
		r.checkTask(d, item.get("task"), rule.Task)
		for _, task := range rule.PreparedIn {
			r.checkTask(d, item.get("preparedIn"), task)
		}
		if slices.Contains(rule.PreparedIn, rule.Task) {
			r.errorAt(item, "whoever writes in %s could then not complete it", rule.Task)
		}
		if rule.When != nil {
			dataType, set := d.HandoverForm(&Handover{On: On{TaskEnd: rule.Task}})
			r.checkCondition(d, set, dataType, rule.When, item.get("when"))
		}
		d.SecondPersons = append(d.SecondPersons, rule)
	}
}
