package app

import (
	"slices"

	"stafett/internal/expr"
	"stafett/internal/policy"
)

// The policy actions of an applicant who takes back, or corrects, what they have sent.
const (
	ActionWithdraw = "withdraw"
	ActionCorrect  = "correct"
)

// Retract says that what was sent can be taken back, or corrected, and how long. However that
// is, neither can be done when the work is over.
type Retract struct {
	// When is a condition; nil for always.
	When *expr.Expr
	// Until gives the last day; nil for none.
	Until *expr.Expr
	// Reason lets the applicant say why; only for taking back.
	Reason bool
}

// OnWithdrawn says what becomes of an instance whose application is taken back; zero: it stays
// where it is, for a caseworker to close.
type OnWithdrawn struct {
	// Action is taken where the task has it; EndEvent is where the instance ends at once.
	Action, EndEvent string
}

// readRetract reads what handover.json says about taking back and correcting.
func (r *reader) readRetract(d *Definition, v *value) {
	d.Withdraw = r.retract(d, v.get("withdraw"), ActionWithdraw, "when", "until", "reason")
	d.Correct = r.retract(d, v.get("correct"), ActionCorrect, "when", "until")
	on := v.get("onWithdrawn")
	if r.object(on, "onWithdrawn") == nil {
		return
	}
	r.known(on, "action", "endEvent")
	w := OnWithdrawn{
		Action: r.text(on.get("action"), "action"), EndEvent: r.text(on.get("endEvent"), "endEvent"),
	}
	if (w.Action == "") == (w.EndEvent == "") {
		r.errorAt(on, "onWithdrawn must say either action or endEvent")
	}
	r.checkAction(d, on.get("action"), w.Action)
	if w.EndEvent != "" && d.Process != nil && !slices.Contains(d.Process.EndEvents(), w.EndEvent) {
		r.errorAt(on.get("endEvent"), "the process has no end event %q", w.EndEvent)
	}
	d.OnWithdrawn = w
}

func (r *reader) retract(d *Definition, v *value, name string, keys ...string) *Retract {
	if v == nil || r.object(v, name) == nil {
		return nil
	}
	r.known(v, keys...)
	out := &Retract{
		When: r.expression(v.get("when"), "when"), Until: r.expression(v.get("until"), "until"),
		Reason: v.get("reason") == nil || r.flag(v.get("reason"), "reason"),
	}
	dataType, set := d.HandoverForm(&Handover{})
	for key, e := range map[string]*expr.Expr{"when": out.When, "until": out.Until} {
		if e != nil {
			r.checkReads(d, set, dataType, e, v.get(key))
		}
	}
	r.checkRetract(d, v, name)
	return out
}

// checkRetract checks that somebody may, and that somebody is told.
func (r *reader) checkRetract(d *Definition, v *value, name string) {
	makes, into := 0, ""
	for _, h := range d.Handovers {
		if h.Into == IntoNone {
			makes++
		} else if into == "" {
			into = h.ID
		}
	}
	switch {
	case d.Meta.DisallowUserInstantiation && name == ActionCorrect:
		r.errorAt(v, "only what people start themselves can be corrected")
	case makes == 0:
		r.errorAt(v, "%s needs a handover that makes something: nobody would be told", name)
	case into != "" && name == ActionCorrect:
		r.errorAt(v, "what the handover %s adds to a target cannot be corrected", into)
	}
	if d.Policy == nil || d.Process == nil || len(d.Policy.Unresolved()) > 0 {
		return
	}
	for _, end := range d.Process.EndEvents() {
		if d.Policy.MayBeAllowed(name, map[string][]string{
			policy.AttrOrg: {d.Ref.Org}, policy.AttrApp: {d.Ref.App}, policy.AttrEndEvent: {end},
		}) {
			return
		}
	}
	r.tell("retract-no-rule", v, SeverityWarning,
		"no rule of the policy lets anyone %s what has been sent: nobody is offered it", name)
}

// retracts checks what a withdrawal and a correction meet at the targets.
func (c *checker) retracts(d *Definition, h *Handover, b *Definition) {
	if h.Into != IntoNone {
		return
	}
	if d.Withdraw != nil && b.OnWithdrawn == (OnWithdrawn{}) {
		c.inform("withdrawn-stays", "%s does not say onWithdrawn: what is taken back stays there "+
			"until a caseworker closes it", b.Ref)
	}
	if d.Correct == nil {
		return
	}
	for _, m := range h.Data {
		if to, ok := b.DataType(m.Target); ok && m.Source == PDFDataType && to.MaxCount == 1 {
			c.errorf(m.line, "%s of %s takes one file, and every correction brings another",
				m.Target, b.Ref)
		}
	}
}
