package app

import (
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"

	"stafett/internal/policy"
	"stafett/internal/process"
)

const (
	processFolder = "config/process"
	policyFile    = "config/authorization/policy.xml"
	settingsApp   = "appsettings.json"
)

// readProcess reads the app's process; an app without one cannot run.
func (r *reader) readProcess(d *Definition, s *source) {
	file := r.processFile(s.processID)
	raw, ok := r.bytes(file)
	if !ok {
		r.add(r.path(file), 0, SeverityError, "there is no process")
		return
	}
	p, err := process.Parse(raw)
	if err != nil {
		r.add(r.path(file), lineOf(err), SeverityError, "the process cannot run: %v", err)
		return
	}
	d.Process = p
}

// processFile gives the BPMN file: the one that processId names, or the only one there is.
func (r *reader) processFile(id string) string {
	names := slices.DeleteFunc(r.dir(processFolder, false), func(name string) bool {
		return path.Ext(name) != ".bpmn"
	})
	name := "process.bpmn"
	switch {
	case id != "" && slices.Contains(names, id+".bpmn"):
		name = id + ".bpmn"
	case !slices.Contains(names, name) && len(names) == 1:
		name = names[0]
	}
	return processFolder + "/" + name
}

// readPolicy reads the app's policy; an app whose policy cannot be evaluated lets nobody in.
func (r *reader) readPolicy(d *Definition) {
	raw, ok := r.bytes(policyFile)
	if !ok {
		r.add(r.path(policyFile), 0, SeverityError, "there is no policy")
		return
	}
	if d.placeholder || r.soft {
		raw = []byte(strings.NewReplacer("[ORG]", d.Ref.Org, "[APP]", d.Ref.App,
			"[org]", d.Ref.Org, "[app]", d.Ref.App).Replace(string(raw)))
	}
	p, err := policy.Parse(raw)
	if err != nil {
		r.add(r.path(policyFile), lineOf(err), SeverityError, "the policy cannot be evaluated: %v", err)
		return
	}
	for _, line := range p.Unresolved() {
		r.add(r.path(policyFile), line, SeverityWarning,
			"the rule still holds the template's placeholder: it lets nobody in")
	}
	d.Policy = p
}

// readSettings reads what appsettings.json says that changes how the form behaves. The file is
// for another program, which allows comments: what cannot be read is passed over with a warning.
func (r *reader) readSettings(d *Definition) {
	d.Settings.FrontEnd = map[string]any{}
	raw, ok := r.bytes(settingsApp)
	if !ok {
		return
	}
	raw, _ = relaxed(raw) // the file is for a program that takes comments: that is no finding
	v, err := parseJSON(r.path(settingsApp), raw)
	if syntax, bad := errors.AsType[*syntaxError](err); bad {
		r.add(r.path(settingsApp), syntax.line, SeverityWarning, "not read: %s", syntax.msg)
		return
	}
	if remove := v.get("AppSettings").get("RemoveHiddenData"); remove != nil {
		// Altinn's server takes the word as a text, too.
		d.Settings.KeepHidden = remove.kind == kindBool && !remove.truth ||
			strings.EqualFold(remove.text, "false")
	}
	front := v.get("FrontEndSettings")
	if front == nil {
		front = v.get("AppSettings").get("FrontEndSettings")
	}
	for key, item := range front.members {
		switch item.kind {
		case kindText:
			d.Settings.FrontEnd[key] = item.text
		case kindBool:
			d.Settings.FrontEnd[key] = item.truth
		case kindNumber:
			d.Settings.FrontEnd[key] = json.Number(item.text)
		}
	}
}

// checkActions tells of actions in the process that no rule of the policy lets anyone take.
func (r *reader) checkActions(d *Definition) {
	if d.Process == nil || d.Policy == nil {
		return
	}
	allowed := d.Policy.Actions()
	has := func(action string) bool {
		return slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, action) })
	}
	for _, t := range d.Process.Tasks() {
		for _, a := range t.Actions {
			if !a.Server && !has(a.ID) {
				r.add(r.path(policyFile), 0, SeverityWarning,
					"no rule lets anyone take the action %s of task %s", a.ID, t.ID)
			}
		}
	}
}
