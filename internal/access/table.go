package access

import (
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/policy"
)

// Table is an app's policy as who × action × stage, from the same decisions that guard its
// instances. It speaks of no person: who has a role is another matter.
type Table struct {
	App core.AppRef `json:"app"`
	// Level and LevelOrg are how securely people and organisations must have signed in.
	Level    int `json:"level"`
	LevelOrg int `json:"levelOrg"`
	// Field is the data field that a role may be limited to values of; empty for none. What is
	// permitted for one of its values only is permitted in the table.
	Field string `json:"field,omitempty"`
	Rows  []Row  `json:"rows"`
}

// Row is one who and action, with every stage.
type Row struct {
	Who    Who    `json:"who"`
	Action string `json:"action"`
	Cells  []Cell `json:"cells"`
}

// Cell is whether it is permitted at one stage, and by which rules (numbers from 1).
type Cell struct {
	Stage  Stage  `json:"stage"`
	Permit bool   `json:"permit"`
	Rules  []int  `json:"rules,omitempty"`
	Effect string `json:"effect"`
}

// Permits tells whether anything in the row is permitted.
func (r Row) Permits() bool {
	return slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Permit })
}

// Who is one alternative of subjects that a rule asks for: attribute and value, all at once. None
// is whoever has no attribute at all.
type Who policy.Literals

// Code names the subject in a command: a role's code, org:<code>, nobody, else attribute=value.
func (w Who) Code() string {
	var parts []string
	for _, l := range w {
		switch l.Attribute {
		case policy.AttrRoleCode:
			parts = append(parts, l.Value)
		case policy.AttrOrg:
			parts = append(parts, "org:"+l.Value)
		default:
			parts = append(parts, l.Attribute+"="+l.Value)
		}
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, "+")
}

// organisation tells that it is an organisation or a system, and no person.
func (w Who) organisation() bool {
	return slices.ContainsFunc(w, func(l policy.Literal) bool {
		switch l.Attribute {
		case policy.AttrOrg, policy.AttrOrganisationNumber, policy.AttrOrganisationID,
			policy.AttrOrgNumber, policy.AttrSystemUser, policy.AttrDelegation:
			return true
		}
		return false
	})
}

func (w Who) attributes() map[string][]string {
	out := map[string][]string{}
	for _, l := range w {
		out[l.Attribute] = append(out[l.Attribute], l.Value)
	}
	return out
}

// StageKind is what a stage is.
type StageKind string

// The kinds of stage. The last two are not of the app: a permit there is a rule that
// reaches too far.
const (
	StageNew      StageKind = "new"
	StageTask     StageKind = "task"
	StageEnd      StageKind = "end"
	StageEvents   StageKind = "events"
	StageOtherApp StageKind = "otherApp"
	StageOtherOrg StageKind = "otherOrg"
)

// Stage is where an instance can be: not made yet, in a task, or at an end.
type Stage struct {
	Kind StageKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
	// Ended tells that another app's instance is at an end.
	Ended bool `json:"ended,omitempty"`
}

// Foreign tells that the stage is another app's.
func (s Stage) Foreign() bool { return s.Kind == StageOtherApp || s.Kind == StageOtherOrg }

// anyAction stands for the actions that no rule names.
const anyAction = "*"

// TableOf makes the table of an app.
func TableOf(d *app.Definition) Table {
	t := Table{App: d.Ref}
	stages := StagesOf(d)
	for _, who := range subjects(d.Policy) {
		for _, action := range append(d.Policy.Actions(), anyAction) {
			row := Row{Who: who, Action: action}
			for _, stage := range stages {
				row.Cells = append(row.Cells, Cell{Stage: stage})
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t.Of(d)
}

// Of asks another version of the app the table's questions.
func (t Table) Of(d *app.Definition) Table {
	t.Level, t.LevelOrg = d.Policy.Levels()
	if t.LevelOrg == 0 {
		t.LevelOrg = t.Level
	}
	t.Field = d.LimitField()
	t.Rows = slices.Clone(t.Rows)
	for i, row := range t.Rows {
		t.Rows[i].Cells = slices.Clone(row.Cells)
		for j, c := range row.Cells {
			t.Rows[i].Cells[j] = cell(d, row.Who, row.Action, c.Stage)
		}
	}
	return t
}

func cell(d *app.Definition, who Who, action string, at Stage) Cell {
	r := policy.Request{Subject: who.attributes(), Resource: at.resource(d), Action: action}
	effect := policy.Decide(d.Policy, r).Effect
	return Cell{Stage: at, Permit: effect == policy.Permit, Effect: effect.String(),
		Rules: d.Policy.Fitting(r)}
}

// subjects gives every alternative of subjects that a rule asks for, and nobody at last.
func subjects(p *policy.Policy) []Who {
	var out []Who
	seen := map[string]bool{}
	for _, rule := range p.Rules() {
		for _, s := range rule.Subjects {
			if code := Who(s).Code(); !seen[code] {
				seen[code] = true
				out = append(out, Who(s))
			}
		}
	}
	return append(out, Who{})
}

// StagesOf gives the stages of an app: those of its process, in its order, and what only its
// policy speaks of.
func StagesOf(d *app.Definition) []Stage {
	out := []Stage{{Kind: StageNew}}
	add := func(p Stage) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, t := range d.Process.Tasks() {
		add(Stage{Kind: StageTask, ID: t.ID})
	}
	for _, id := range d.Policy.Tasks() {
		add(Stage{Kind: StageTask, ID: id})
	}
	for _, id := range append(d.Process.EndEvents(), d.Policy.EndEvents()...) {
		add(Stage{Kind: StageEnd, ID: id})
	}
	for _, id := range d.Policy.AppResources() {
		add(Stage{Kind: StageEvents, ID: id})
	}
	for _, p := range slices.Clone(out) {
		if p.Kind == StageEvents {
			continue
		}
		out = append(out, Stage{Kind: StageOtherApp, ID: p.ID, Ended: p.Kind == StageEnd},
			Stage{Kind: StageOtherOrg, ID: p.ID, Ended: p.Kind == StageEnd})
	}
	return out
}

func (s Stage) resource(d *app.Definition) map[string][]string {
	other := *d
	switch s.Kind {
	case StageOtherApp:
		other.Ref.App += "-2"
	case StageOtherOrg:
		other.Ref.Org += "-2"
	}
	on := Target{App: &other}
	switch {
	case s.Kind == StageEvents:
		r := anyValue(on)
		r[policy.AttrAppResource] = []string{s.ID}
		return r
	case s.Kind == StageEnd || s.Ended:
		on.EndEvent = s.ID
	default:
		on.Task = s.ID
	}
	return anyValue(on)
}

// anyValue is the resource with every value of its data field that a rule asks for, so that what
// one value opens is told of.
func anyValue(on Target) map[string][]string {
	r := resource(on)
	if field := on.App.LimitField(); field != "" {
		key := policy.AttrDataField + field
		r[key] = append(r[key], on.App.Policy.FieldValues()...)
	}
	return r
}
