package relay

import (
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
)

// Beginning is what an instance is made from.
type Beginning struct {
	App      *app.Definition
	Owner    core.Party
	Language string
	Status   core.Status
	Due      *time.Time
	// Values are free key-values.
	Values map[string]string
	// Documents are given by the creator; what the first task needs besides is made empty.
	Documents map[string]core.Document
	// Prefill is the API's flat map, for every document that the first task creates.
	Prefill map[string]string
	// Query are the parameters of the address that User, a person who is signed in, began at.
	Query  map[string]string
	User   core.Party
	Source *core.InstanceRef
	Thread core.Thread
	// Corrects is the first version of what this is a later version of; zero for none.
	Corrects uuid.UUID
	// Reference and Submitted are set for an instance that was handed over.
	Reference string
	Submitted *time.Time
	CreatedBy core.PartyID
}

// Begin gives the new instance, in its first task, and its form documents. A prefill that does
// not fit is a *form.PrefillError.
func Begin(
	b Beginning, id uuid.UUID, now time.Time,
) (core.Instance, map[string]core.Document, error) {
	state, err := b.App.Process.Start(nil)
	if err != nil {
		return core.Instance{}, nil, fmt.Errorf("start of %s: %w", b.App.Ref, err)
	}
	inst := core.Instance{
		InstanceRef: core.InstanceRef{AppRef: b.App.Ref, Owner: b.Owner.ID, ID: id},
		AppVersion:  b.App.Hash, Status: b.Status, Version: 1, Language: b.Language,
		Process: core.ProcessState{Task: state.Task, TaskType: state.TaskType},
		Due:     b.Due, DataValues: b.Values, CreatedBy: b.CreatedBy, Source: b.Source,
		Thread: b.Thread, Corrects: b.Corrects,
		Reference: b.Reference, Submitted: b.Submitted, LimitField: b.App.LimitField(),
	}
	in := form.Input{
		Instance: inst, Owner: b.Owner, User: b.User, Language: b.Language, Now: now,
	}
	documents, err := firstDocuments(b, in)
	if err != nil {
		return inst, nil, err
	}
	in.Data = documents
	Present(b.App, &inst, in)
	return inst, documents, nil
}

// firstDocuments gives the form documents of a new instance: the given ones, and one for each
// data type that the first task creates by itself, prefilled.
func firstDocuments(b Beginning, in form.Input) (map[string]core.Document, error) {
	documents := map[string]core.Document{}
	for _, t := range b.App.Meta.DataTypes {
		if !t.Form {
			continue
		}
		if given, ok := b.Documents[t.ID]; ok {
			in.Data = map[string]core.Document{t.ID: given}
			documents[t.ID] = form.Calculate(b.App, t.ID, given, in)
			continue
		}
		if !t.AutoCreate || t.Task != "" && t.Task != in.Instance.Process.Task {
			continue
		}
		doc, err := form.Prefilled(b.App, t.ID, in,
			form.Given{External: b.Prefill, Query: b.Query})
		if err != nil {
			return nil, err
		}
		documents[t.ID] = doc
	}
	return documents, nil
}

// FirstStatus is that of an instance that a system makes: what its owner is to fill in begins as
// a draft, a case or a letter does not.
func FirstStatus(d *app.Definition) core.Status {
	if d.IsCase() || !d.Meta.DisallowUserInstantiation {
		return core.StatusActive
	}
	if first, err := d.Process.Start(nil); err == nil && first.TaskType == "data" {
		return core.StatusDraft
	}
	return core.StatusActive
}

// Letter tells whether the app's instances are letters: the organisation makes them for somebody
// to read.
func Letter(d *app.Definition) bool {
	return d.Meta.DisallowUserInstantiation && !d.IsCase() && FirstStatus(d) == core.StatusActive
}

// Own tells whether the app's instances are forms of their owners', and no cases and no letters.
func Own(d *app.Definition) bool { return !d.IsCase() && !Letter(d) }

// Present copies the app's presentation fields to the instance, for lists, and its data fields,
// for the service owner's system.
func Present(d *app.Definition, inst *core.Instance, in form.Input) {
	shown := form.Presentation(d, in)
	inst.Title, inst.Applicant = shown["title"], shown["applicant"]
	if inst.Applicant == "" {
		inst.Applicant = in.Owner.Name
	}
	for _, f := range d.Meta.Data {
		if inst.DataValues = maps.Clone(inst.DataValues); inst.DataValues == nil {
			inst.DataValues = map[string]string{}
		}
		if s := form.DataValue(in, f); s != "" {
			inst.DataValues[f.ID] = s
		} else {
			delete(inst.DataValues, f.ID)
		}
	}
}
