package app

import (
	"fmt"
	"slices"
	"strings"

	"stafett/internal/expr"
	"stafett/internal/policy"
	"stafett/internal/process"
)

// taskTypes are those that Altinn runs; another is a service owner's own program.
var taskTypes = []string{
	"data", "confirmation", "feedback", "signing", "payment", "pdf", "subformPdf", "eFormidling",
	"fiksArkiv",
}

// checkFlow checks that every task can be reached, opened and left.
func (r *reader) checkFlow(d *Definition, s *source) {
	if d.Process == nil {
		return
	}
	file := r.path(r.processFile(s.processID))
	at := func(line int) *value { return &value{file: file, line: line} }
	for _, t := range d.Process.Unreachable() {
		r.tell("task-unreachable", at(t.Line), SeverityWarning, "no way leads to the task %s", t.ID)
	}
	for _, t := range d.Process.Tasks() {
		if !slices.Contains(taskTypes, t.Type) {
			r.tell("task-type", at(t.Line), SeverityWarning, "the task %s is of type %s, which is none "+
				"of Altinn's%s", t.ID, t.Type, suggestion(t.Type, taskTypes))
		}
		if t.Type == "data" && len(d.Sets) > 0 && d.SetFor(t.ID) == nil {
			r.tell("task-no-form", at(t.Line), SeverityWarning,
				"the task %s has no layout set: there is nothing to fill in", t.ID)
		}
		r.checkOpen(d, t, at(t.Line))
	}
	for _, g := range d.Process.Gateways() {
		r.checkGateway(d, g, file)
	}
}

// checkOpen tells of a task that no rule lets anyone move on from.
func (r *reader) checkOpen(d *Definition, t process.Task, at *value) {
	if d.Policy == nil || t.Service || len(d.Policy.Unresolved()) > 0 {
		return
	}
	resource := map[string][]string{
		policy.AttrOrg: {d.Ref.Org}, policy.AttrApp: {d.Ref.App}, policy.AttrTask: {t.ID},
	}
	usual := d.Process.PolicyActions(t, "")
	for _, action := range slices.Concat(usual, t.MovingActions()) {
		if d.Policy.MayBeAllowed(action, resource) {
			return
		}
	}
	r.tell("action-no-rule", at, SeverityWarning,
		"no rule of the policy lets anyone %s in the task %s: nobody can move on from it",
		usual[0], t.ID)
}

// platformActions are those that the platform asks for beside the tasks' own.
var platformActions = []string{
	"instantiate", "read", "write", "delete", "complete", "events-read", "subscribe", "publish",
	"confirm", "sign", "reject", "pay", "access", "writestatus", "writetags",
	// Ours: a case is taken on, given back, or given to another.
	"take", "release", "assign",
	// Ours: the applicant takes back, or corrects, what was sent.
	ActionWithdraw, ActionCorrect,
}

// checkPolicyActions tells of rules about actions that neither the platform nor a task asks for.
func (r *reader) checkPolicyActions(d *Definition) {
	asked := slices.Clone(platformActions)
	for _, t := range d.Process.Tasks() {
		asked = append(asked, t.MovingActions()...)
		for _, a := range t.Actions {
			asked = append(asked, a.ID)
		}
	}
	for _, t := range d.Meta.DataTypes {
		asked = append(asked, t.ActionToRead, t.ActionToWrite)
	}
	for _, l := range d.Policy.Asked() {
		if !slices.ContainsFunc(asked, func(a string) bool { return strings.EqualFold(a, l.Value) }) {
			r.tell("policy-action", &value{file: r.path(policyFile), line: l.Line}, SeverityWarning,
				"nothing asks for the action %s%s", l.Value, suggestion(l.Value, asked))
		}
	}
}

// checkGateway checks that exactly one way is open out of a gateway, whatever is answered.
func (r *reader) checkGateway(d *Definition, g process.Gateway, file string) {
	dataType, conditions := gatewayType(d, g), map[string]*value{}
	for _, w := range g.Ways {
		if w.Condition == nil {
			continue
		}
		v, err := parseJSON(file, []byte(w.Written))
		if err != nil {
			continue
		}
		relocate(v, w.Line)
		conditions[w.ID] = v
		for _, ref := range w.Condition.Paths() {
			from := ref.DataType
			if from == "" {
				from = dataType
			}
			if ref.DataModel != "" && from != "" {
				r.field(d, from, ref.DataModel, v)
			}
		}
	}
	s := scope{r: r, d: d, dataType: dataType}
	t := truth{domain: gatewayDomain(s, g), answered: s.answered}
	for _, w := range g.Ways {
		t.add(conditions[w.ID])
		if v := conditions[w.ID]; v != nil && v.kind == kindArray {
			s.names(v)
			s.types(v, expr.Boolean)
		}
	}
	r.judge(g, &t, conditions, &value{file: file, line: g.Line})
}

// judge tries every combination of answers and tells of those that leave no way, or two.
func (r *reader) judge(g process.Gateway, t *truth, conditions map[string]*value, at *value) {
	none, two := "", ""
	var taken []string
	tried := false
	for with := range t.trials {
		tried = true
		var open []string
		for _, w := range g.Ways {
			if t.holds(conditions[w.ID], with) {
				open = append(open, w.ID)
			}
		}
		if len(open) > 1 && slices.Contains(open, g.Default) {
			open = []string{g.Default}
		}
		switch {
		case len(open) == 0 && none == "":
			none = t.tell(with)
		case len(open) > 1 && two == "":
			two = fmt.Sprintf("%s %s", strings.Join(open, " and "), t.tell(with))
		case len(open) == 1:
			taken = append(taken, open[0])
		}
	}
	if none != "" {
		r.tell("gateway-none", at, SeverityWarning, "no way out of the gateway %s is open %s", g.ID, none)
	}
	if two != "" {
		r.tell("gateway-two", at, SeverityWarning, "several ways out of the gateway %s are open: %s",
			g.ID, two)
	}
	for _, w := range g.Ways {
		if tried && len(g.Ways) > 1 && two == "" && !slices.Contains(taken, w.ID) {
			r.tell("gateway-never", &value{file: at.file, line: w.Line}, SeverityWarning,
				"the way %s out of the gateway %s is never taken", w.ID, g.ID)
		}
	}
}

// gatewayType gives the data type that a gateway's conditions read; empty when it depends on
// where the instance comes from.
func gatewayType(d *Definition, g process.Gateway) string {
	if g.DataType != "" {
		return g.DataType
	}
	found := ""
	for _, t := range g.After {
		set := d.SetFor(t.ID)
		if set == nil || found != "" && set.DataType != found {
			return ""
		}
		found = set.DataType
	}
	return found
}

// gatewayDomain adds to what is known of the model which actions can lead to the gateway.
func gatewayDomain(s scope, g process.Gateway) func(*value) ([]string, bool) {
	return func(v *value) ([]string, bool) {
		if v.kind != kindArray || len(v.items) == 0 || v.items[0].text != "gatewayAction" {
			return s.domain(v)
		}
		var out []string
		for _, t := range g.After {
			for _, action := range t.MovingActions() {
				if !slices.Contains(out, action) {
					out = append(out, action)
				}
			}
		}
		return out, len(out) > 0
	}
}

// relocate puts a value that was written inside another file on its line there.
func relocate(v *value, line int) {
	v.line = line
	for _, item := range v.items {
		relocate(item, line)
	}
}
