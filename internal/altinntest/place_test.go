package altinntest

import (
	"fmt"
	"io/fs"
	"testing"

	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// place is the services, over a database, where apps are filled in.
type place struct {
	*solutiontest.Solution
	owners int
}

func newPlace(t *testing.T) *place { return &place{Solution: solutiontest.New(t)} }

// maxSteps is more than any process of these has.
const maxSteps = 20

// send fills in an app and moves it to its end; it tells what stood in the way.
func (p *place) send(t *testing.T, d *app.Definition, fsys fs.FS) []string {
	t.Helper()
	err := p.Catalogue.Put(t.Context(), catalogue.Folder{
		Files: fsys, Definitions: []*app.Definition{d},
	})
	if err != nil {
		return []string{err.Error()}
	}
	owner := p.serviceOwner(t, d.Ref.Org)
	person := p.Person(solutiontest.Kari)
	inst, err := p.Instances.Start(t.Context(), person, instance.Beginning{
		App: d.Ref, Owner: person.Party, Language: "nb",
	})
	if err != nil {
		person.Party = solutiontest.Band
		inst, err = p.Instances.Start(t.Context(), person, instance.Beginning{
			App: d.Ref, Owner: person.Party, Language: "nb",
		})
	}
	if err != nil {
		return []string{"start: " + err.Error()}
	}
	system := solutiontest.Organisation(owner.ID, d.Ref.Org, owner.OrganisationNumber)
	visits := map[string]int{}
	for range maxSteps {
		v, err := p.Instances.Open(t.Context(), person, inst.InstanceRef, "nb")
		if err != nil {
			return []string{"open: " + err.Error()}
		}
		if v.Instance.Process.EndEvent != "" {
			return nil
		}
		if v.Set != nil && !v.Input.ReadOnly {
			if err := p.fillIn(t, person, v, visits[v.Instance.Process.Task]); err != nil {
				return []string{err.Error()}
			}
		}
		visits[v.Instance.Process.Task]++
		deleted, why := p.goOn(t, v, person, system)
		if why != "" {
			return []string{v.Instance.Process.Task + ": " + why}
		}
		if deleted {
			return nil
		}
	}
	return []string{fmt.Sprintf("it has not ended after %d steps", maxSteps)}
}

// serviceOwner gives the organisation behind an app; a new one where the register has none.
func (p *place) serviceOwner(t *testing.T, org string) (owner core.Party) {
	t.Helper()
	p.owners++
	p.Tx(t, func(tx *store.Tx) (err error) {
		if owner, err = tx.PartyByOrg(t.Context(), org); err == nil {
			return nil
		}
		owner = core.Party{
			ID: core.PartyID(60000 + p.owners), Kind: core.PartyOrganisation, Name: org, Org: org,
			OrganisationNumber: fmt.Sprintf("%09d", 900000000+p.owners),
		}
		return tx.PutParty(t.Context(), owner)
	})
	return owner
}

// goOn moves an instance on: the person without an action, then with each that the task has, at
// last the service owner's system. It tells whether the app kept nothing, and every reason why not.
func (p *place) goOn(t *testing.T, v instance.View, actors ...core.Actor) (deleted bool, why string) {
	t.Helper()
	task, _ := v.App.Process.Task(v.Instance.Process.Task)
	actions := []string{""}
	for _, a := range task.Actions {
		if !a.Server && a.ID != "reject" {
			actions = append(actions, a.ID)
		}
	}
	for _, a := range actors {
		for _, action := range actions {
			now, err := p.Instances.Open(t.Context(), actors[0], v.Instance.InstanceRef, "nb")
			if err != nil {
				return false, err.Error()
			}
			step := solutiontest.Step(now)
			step.Action = action
			after, done, err := p.Instances.Next(t.Context(), a, step)
			if err == nil && done {
				return after.Deleted, ""
			}
			why += fmt.Sprintf("%s %q: %s. ", a.Kind, action, told(err))
		}
	}
	return false, why
}

// told gives an error with the issues that are behind it.
func told(err error) string {
	issues, ok := err.(*instance.Issues)
	if !ok {
		return fmt.Sprint(err)
	}
	return lines(issues.List)
}

func lines(issues []form.Issue) string {
	s := ""
	for _, i := range issues {
		s += fmt.Sprintf("[%s %s %s: %s]", i.Page, i.Path, i.Code, i.Message)
	}
	return s
}
