package app

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"stafett/internal/core"
	"stafett/internal/policy"
	"stafett/internal/process"
	"stafett/internal/schema"
)

// LoadBrought reads the folder of an app that was made for Altinn. What it names and does not
// declare is in C# that is not read here, so every error is a warning, and what it is about is
// left out or has a notice in its place. Only the files that are ours alone (handovers, roles)
// must be as they should. ref is what the app is called where its id is missing or is the
// template's placeholder.
func LoadBrought(fsys fs.FS, ref core.AppRef) (*Definition, []Finding) {
	r := &reader{fsys: fsys, as: ref, findings: findings{soft: true}}
	return r.definition()
}

// TypeNotice is the type of a component that cannot be drawn as the app means it: a notice
// stands in its place.
const TypeNotice = "Notice"

// altinnSettings are sections of appsettings.json that only a program of Altinn's has.
var altinnSettings = []string{"GeneralSettings", "PlatformSettings"}

// madeForAltinn tells whether the folder is one that Altinn's own server runs.
func (r *reader) madeForAltinn() bool {
	if len(r.programFiles()) > 0 {
		return true
	}
	raw, err := readFile(r.fsys, r.path(settingsApp))
	return err == nil && slices.ContainsFunc(altinnSettings, func(section string) bool {
		return strings.Contains(string(raw), `"`+section+`"`)
	})
}

// completeProcess gives a brought app without a process the one that most have: a form.
func (r *reader) completeProcess(d *Definition) {
	if !r.soft || d.Process != nil {
		return
	}
	task := "Task_1"
	for _, t := range d.Meta.DataTypes {
		if t.Form && t.Task != "" {
			task = t.Task
			break
		}
	}
	p, err := process.Parse([]byte(`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
		xmlns:altinn="http://altinn.no"><process id="p"><startEvent id="StartEvent_1"/>
		<task id="` + xmlName.ReplaceAllString(task, "_") + `" altinn:tasktype="data"/>
		<endEvent id="EndEvent_1"/>
		<sequenceFlow id="f1" sourceRef="StartEvent_1" targetRef="` + task + `"/>
		<sequenceFlow id="f2" sourceRef="` + task + `" targetRef="EndEvent_1"/></process></definitions>`))
	if err != nil {
		r.add(r.path(processFolder), 0, SeverityError, "the process cannot run: %v", err)
		return
	}
	d.Process = p
}

// xmlName is what cannot stand in an id.
var xmlName = regexp.MustCompile(`[^\w.-]`)

// completePolicy gives a brought app without a policy one that lets nobody in.
func (r *reader) completePolicy(d *Definition) {
	if r.soft && d.Policy == nil {
		d.Policy = new(policy.Policy)
	}
}

// markBroken marks a component that was found wrong in a brought app since the count before.
func (r *reader) markBroken(c *Component, before int) {
	if r.soft && c != nil && r.wrong > before {
		c.broken = true
	}
}

// putNotices puts a notice in the place of every broken component, and leaves out sets that
// have no page.
func (r *reader) putNotices(d *Definition) {
	if !r.soft {
		return
	}
	d.Sets = slices.DeleteFunc(d.Sets, func(s *LayoutSet) bool { return len(s.Pages) == 0 })
	for _, set := range d.Sets {
		for _, page := range set.Pages {
			for c := range page.All {
				if c.broken {
					r.putNotice(set, c)
				}
			}
		}
	}
}

func (r *reader) putNotice(set *LayoutSet, c *Component) {
	r.warnAt(c.at, "%s: a notice is shown instead of this %s", c.ID, c.Type)
	gone := []*Component{c}
	if c.Type == TypeRepeatingGroup {
		// Without its rows, what is in the group would be asked for once, and stored nowhere.
		for child := range c.descendants {
			gone = append(gone, child)
			child.broken = false
		}
		c.Children = nil
	}
	for b, bound := range set.byField {
		set.byField[b] = slices.DeleteFunc(bound, func(x *Component) bool {
			return slices.Contains(gone, x)
		})
	}
	for _, x := range gone {
		x.Type, x.Props, x.Bindings = TypeNotice, nil, nil
		x.Source, x.Steps, x.Field = Binding{}, nil, schema.Field{}
		x.Required, x.ReadOnly = nil, nil
	}
}
