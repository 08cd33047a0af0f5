package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
)

// process gives where the instance is, and what the caller may do there.
func (a *API) process(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	v, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	a.sendProcess(w, r, v)
	return nil
}

func (a *API) sendProcess(w http.ResponseWriter, r *http.Request, v instance.View) {
	p := a.newProcess(v.Instance)
	for _, t := range v.App.Process.Tasks() {
		p.Tasks = append(p.Tasks, taskTypeJSON{t.ID, t.Type})
	}
	if p.CurrentTask != nil {
		p.CurrentTask.Actions = map[string]bool{}
		for _, action := range v.Actions() {
			p.CurrentTask.Actions[action] = true
		}
		p.CurrentTask.Read = v.Input.Rights[access.ActionRead]
		p.CurrentTask.Write = v.Input.Rights[access.ActionWrite]
	}
	a.write(w, r, http.StatusOK, "application/json", p)
}

// startProcess answers as Altinn does for what has started: an instance here starts when it is made.
func (a *API) startProcess(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	if _, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context())); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "fault.process_started")
}

// nextTasks gives the tasks and end events that the current task may lead to.
func (a *API) nextTasks(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	v, err := a.Instances.Open(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	list := v.App.Process.After(v.Instance.Process.Task)
	if list == nil {
		list = []string{}
	}
	a.write(w, r, http.StatusOK, "application/json", list)
	return nil
}

// next moves the instance on. What the answers lack is told as a list of issues.
func (a *API) next(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	var in struct {
		Action string `json:"action"`
	}
	if r.ContentLength != 0 {
		if err := a.decode(w, r, &in); err != nil {
			return err
		}
	}
	v, err := a.Instances.Walk(r.Context(), actor, ref, in.Action, core.Locale(r.Context()))
	if err != nil {
		return stopped(err)
	}
	a.sendProcess(w, r, v)
	return nil
}

// maxSteps is how many tasks one call walks through at most: a process may have a loop.
const maxSteps = 20

// completeProcess moves the instance on until its process ends.
func (a *API) completeProcess(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	for range maxSteps {
		v, err := a.Instances.Walk(r.Context(), actor, ref, "", core.Locale(r.Context()))
		if err != nil {
			return stopped(err)
		}
		if v.Instance.Process.Task == "" {
			a.sendProcess(w, r, v)
			return nil
		}
	}
	return fault.New(fault.Conflict, "fault.process_loops")
}

// invalidTask is a step that the answers stop.
type invalidTask struct {
	error
	issues []issueJSON
}

// Unwrap gives the fault, with the problem's list of errors.
func (e *invalidTask) Unwrap() error { return e.error }

// stopped gives the issues that stop a step their form: a conflict, as Altinn has it (FORMAT.md 2.3),
// with paths and codes as the problem's list of errors, and with the issues themselves.
func stopped(err error) error {
	found, ok := errors.AsType[*instance.Issues](err)
	if !ok {
		return err
	}
	var list []instance.Problem
	var issues []issueJSON
	for _, i := range found.List {
		list = append(list, instance.Problem{Path: i.Path, Code: i.Code})
		issues = append(issues, newIssue(found.View, i))
	}
	conflict := fault.Wrap(fault.Conflict, "fault.issues", err)
	return &invalidTask{errors.Join(conflict, instance.NewProblems("issues", list...)), issues}
}

// issueJSON is Altinn's validation issue (FORMAT.md 2.5).
type issueJSON struct {
	Field       string `json:"field"`
	Severity    int    `json:"severity"`
	Code        string `json:"code"`
	Description string `json:"description"`
	Source      string `json:"source"`
	DataElement string `json:"dataElementId,omitempty"`
}

var severities = map[app.Severity]int{
	app.SeverityError: 1, app.SeverityWarning: 2, app.SeverityInfo: 3, app.SeveritySuccess: 5,
}

// validate tells what is wrong with the answers of the current task.
func (a *API) validate(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	v, issues, err := a.Instances.Validate(r.Context(), actor, ref, core.Locale(r.Context()))
	if err != nil {
		return err
	}
	element := r.PathValue("element")
	if element != "" && !holds(v, element) {
		return access.Refuse(access.ActionRead, ref.AppRef)
	}
	out := []issueJSON{}
	for _, i := range issues {
		out = append(out, newIssue(v, i))
	}
	a.write(w, r, http.StatusOK, "application/json", out)
	return nil
}

func holds(v instance.View, element string) bool {
	for _, e := range v.DataElements() {
		if e.ID.String() == element {
			return true
		}
	}
	return false
}

func newIssue(v instance.View, i form.Issue) issueJSON {
	out := issueJSON{
		Field: i.Path, Severity: severities[i.Severity], Code: i.Code, Description: i.Message,
		Source: "Form",
	}
	if i.Entry != nil {
		out.DataElement = i.Entry.ID
		out.Field = strings.TrimPrefix(i.Path, i.Entry.Component+":"+i.Entry.ID+":")
		return out
	}
	for _, e := range v.DataElements() {
		if v.Set != nil && e.Type == v.Set.DataType {
			out.DataElement = e.ID.String()
		}
	}
	return out
}

// historyJSON is one step of an instance's history.
type historyJSON struct {
	EventType   string    `json:"eventType"`
	ElementID   string    `json:"elementId,omitempty"`
	To          string    `json:"to,omitempty"`
	Occurred    time.Time `json:"occured"`
	PerformedBy string    `json:"performedBy,omitempty"`
}

// history gives what has been done with the instance, newest first: by role or organisation, not
// by name (DESIGN.md decision 11).
func (a *API) history(
	w http.ResponseWriter, r *http.Request, actor core.Actor, ref core.InstanceRef,
) error {
	_, events, err := a.Instances.History(r.Context(), actor, ref)
	if err != nil {
		return err
	}
	list := []historyJSON{}
	for _, e := range events {
		if e.Outcome != core.OutcomeDone || e.Detail["to"] == "" && e.Act != core.ActInstantiate {
			continue
		}
		by := e.OrganisationNumber
		if by == "" {
			by = e.Purpose
		}
		list = append(list, historyJSON{
			EventType: strings.ToLower(e.Act), ElementID: e.Task, To: e.Detail["to"],
			Occurred: e.At, PerformedBy: by,
		})
	}
	a.write(w, r, http.StatusOK, "application/json", map[string]any{"processHistory": list})
	return nil
}
