package access

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/core"
)

// The authorisation matrix is every decision of actor × app × state × action × relation, against
// a model written from the rules in words and not from the policies:
//
//   - An application is its applicant's: they read it always, start one, and fill in or delete it
//     while it is a draft. The service owner's system reads what was submitted, and confirms it.
//   - A case is the service owner's: its system makes, reads, writes and confirms it. The
//     caseworkers of the one role read it always, write it while it is assessed and decided,
//     and confirm its first and last task. Nobody else gets near it.
//   - A person must have signed in at level 3 for an application, at level 4 for a case.

// matrixActor is who asks: a person with what they are at their own organisation, or a token.
type matrixActor struct {
	name  string
	token string // the organisation of a token
	work  string // the role at the person's own organisation
	chair bool   // represents an association
	level int
	org   string // where the person works
}

var matrixActors = []matrixActor{
	{name: "anonymous"},
	{name: "citizen", level: 3},
	{name: "another citizen, highly signed in", level: 4},
	{name: "the chair of an association", level: 3, chair: true},
	{name: "caseworker, culture", level: 4, work: "nordvik-kultur", org: "nordvik"},
	{name: "caseworker, culture, signed in low", level: 3, work: "nordvik-kultur", org: "nordvik"},
	{name: "caseworker, parking", level: 4, work: "nordvik-parkering", org: "nordvik"},
	{name: "medical adviser", level: 4, work: "nordvik-lege", org: "nordvik"},
	{name: "the neighbour's caseworker", level: 4, work: "sorvik-kultur", org: "sorvik"},
	{name: "administrator", level: 4, work: "HADM", org: "nordvik"},
	{name: "the neighbour's administrator", level: 4, work: "HADM", org: "sorvik"},
	{name: "token to read", token: "nordvik", level: 3},
	{name: "token to write", token: "nordvik", level: 3},
	{name: "the neighbour's token", token: "sorvik", level: 3},
}

// matrixState is where an application and a case are in each state.
type matrixState struct {
	name                       string
	draft, submitted           bool
	caseTask                   string
	assessing, firstOrLastTask bool
}

var matrixStates = []matrixState{
	{name: "not made"},
	{name: "draft", draft: true, caseTask: "Task_mottak", firstOrLastTask: true},
	{name: "submitted", submitted: true, caseTask: "Task_vurdering", assessing: true},
	{name: "in handling", submitted: true, caseTask: "Task_vedtak", assessing: true},
	{name: "decided", submitted: true, caseTask: "Task_avslutning", firstOrLastTask: true},
	{name: "archived", submitted: true, caseTask: ""},
}

// matrixActions are what people do, with the policy action that stands for each.
var matrixActions = map[string]string{
	"instantiate": "instantiate", "read": "read", "write": "write", "confirm": "confirm",
	"submit": "write", "complete": "complete", "delete": "delete", "list": "read", "export": "read",
}

// matrixRelations are what the owner of the instance is to the actor.
var matrixRelations = []string{
	"themselves", "represented", "their organisation", "by one grant there", "another organisation", "a stranger",
}

// holds gives the roles that an actor has towards the owner.
func (a matrixActor) holds(relation string) []string {
	switch {
	case a.token != "" || a.level == 0:
		return nil
	case relation == "themselves":
		return []string{core.RolePrivate}
	case relation == "represented" && a.chair:
		return []string{"DAGL", "LEDE"}
	case (relation == "their organisation" || relation == "by one grant there") && a.work != "":
		return []string{a.work}
	}
	return nil
}

// modelApplication says who may do what with an application.
func modelApplication(a matrixActor, org, relation, action string, s matrixState) bool {
	reads := action == "read" || action == "list" || action == "export"
	if a.token != "" {
		return a.token == org && s.submitted && (reads || action == "complete")
	}
	applicant := a.level >= 3 && (relation == "themselves" || relation == "represented" && a.chair)
	changes := action == "write" || action == "submit" || action == "delete"
	return applicant && (reads || action == "instantiate" || s.draft && changes)
}

// modelCase says who may do what with a case.
func modelCase(a matrixActor, org, relation, action string, s matrixState) bool {
	reads := action == "read" || action == "list" || action == "export"
	writes := action == "write" || action == "submit"
	if a.token != "" {
		return a.token == org && (reads || writes || action == "instantiate" || action == "complete")
	}
	caseworker := a.level >= 4 && a.work == org+"-kultur" &&
		(relation == "their organisation" || relation == "by one grant there")
	return caseworker && (reads || s.assessing && writes || s.firstOrLastTask && action == "confirm")
}

// matrixApps gives the two apps of the example, and the same two as a neighbour would have them.
func matrixApps(t *testing.T) []*app.Definition {
	t.Helper()
	neighbour := fstest.MapFS{}
	for _, name := range []string{"arrangementsstotte", "stottesak"} {
		err := fs.WalkDir(apps.FS, "nordvik/"+name, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(apps.FS, path)
			swap := func(s string) string { return strings.ReplaceAll(s, "nordvik", "sorvik") }
			neighbour[swap(path)] = &fstest.MapFile{Data: []byte(swap(string(raw)))}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var out []*app.Definition
	for _, files := range []fs.FS{apps.FS, neighbour} {
		defs, _ := app.LoadAll(files)
		for _, d := range defs {
			if d.Ref.App == "arrangementsstotte" || d.Ref.App == "stottesak" {
				out = append(out, d)
			}
		}
	}
	if len(out) != 4 {
		t.Fatalf("%d apps are loaded, want 4", len(out))
	}
	return out
}

func TestMatrix_EveryDecisionIsTheModels(t *testing.T) {
	t.Parallel()
	decisions, permits := 0, 0
	for _, d := range matrixApps(t) {
		for _, a := range matrixActors {
			for _, s := range matrixStates {
				for action := range matrixActions {
					for _, relation := range matrixRelations {
						decisions++
						want := modelCase
						if !d.IsCase() {
							want = modelApplication
						}
						got := matrixDecides(d, a, relation, action, s)
						if got != want(a, d.Ref.Org, relation, action, s) {
							t.Errorf("%s, %s, %s, %s, %s: got %v", d.Ref, a.name, s.name, action, relation, got)
						}
						if got {
							permits++
						}
					}
				}
			}
		}
	}
	t.Logf("%d decisions, %d permits", decisions, permits)
	if decisions != 18_144 || permits == 0 {
		t.Errorf("%d decisions and %d permits, want 18144 and some", decisions, permits)
	}
}

// matrixDecides asks the decision function.
func matrixDecides(d *app.Definition, a matrixActor, relation, action string, s matrixState) bool {
	actor := core.Actor{Kind: core.ActorPerson, User: 1, Level: a.level}
	if a.token != "" {
		actor = core.Actor{Kind: core.ActorOrg, Org: a.token, OrganisationNumber: "310246816", Level: a.level}
	}
	on := Target{App: d, Owner: 1 + core.PartyID(slices.Index(matrixRelations, relation))}
	switch {
	case s.name == "archived" || !d.IsCase() && s.submitted:
		on.EndEvent = "EndEvent_1"
	case d.IsCase():
		on.Task = s.caseTask
	case s.draft:
		on.Task = "Task_1"
	}
	_, refusal := Decide(actor, a.holds(relation), matrixActions[action], on)
	return refusal == nil
}

func BenchmarkDecide(b *testing.B) {
	defs, _ := app.LoadAll(apps.FS)
	i := slices.IndexFunc(defs, func(d *app.Definition) bool { return d.Ref.App == "stottesak" })
	on := Target{App: defs[i], Owner: 51001, Task: "Task_vedtak"}
	actor := core.Actor{Kind: core.ActorPerson, User: 50004, Level: 4}
	roles := []string{"nordvik-kultur"}
	b.ReportAllocs()
	for b.Loop() {
		if _, refusal := Decide(actor, roles, "write", on); refusal != nil {
			b.Fatal(refusal)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}

// BenchmarkRights is what every page of an instance asks: all that a caseworker may do where it stands.
func BenchmarkRights(b *testing.B) {
	defs, _ := app.LoadAll(apps.FS)
	i := slices.IndexFunc(defs, func(d *app.Definition) bool { return d.Ref.App == "stottesak" })
	st := Standing{
		actor: core.Actor{Kind: core.ActorPerson, User: 50004, Level: 4},
		on:    Target{App: defs[i], Owner: 51001, Task: "Task_vedtak"},
		held:  Holding("nordvik-kultur"),
	}
	actions := ActionsAt(defs[i], core.Instance{Process: core.ProcessState{Task: "Task_vedtak"}})
	b.ReportAllocs()
	for b.Loop() {
		if !st.Rights(actions...)["write"] {
			b.Fatal("the caseworker may not write")
		}
	}
}

// TestAccessPackage_OpensAsARoleDoes: a granted access package opens what the policy asks it for.
func TestAccessPackage_OpensAsARoleDoes(t *testing.T) {
	t.Parallel()
	const code = "urn:altinn:accesspackage:kulturstotte"
	files := fstest.MapFS{}
	err := fs.WalkDir(apps.FS, "nordvik/stottesak", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(apps.FS, path)
		text := string(raw)
		if strings.HasSuffix(path, "policy.xml") {
			text = strings.ReplaceAll(text, "urn:altinn:rolecode", "urn:altinn:accesspackage")
			text = strings.ReplaceAll(text, "nordvik-kultur", "kulturstotte")
		}
		files[path] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "nordvik-kultur", code))}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defs, found := app.LoadAll(files)
	if len(defs) != 1 {
		t.Fatal(found)
	}
	on := Target{App: defs[0], Owner: 51001, Task: "Task_vedtak"}
	actor := core.Actor{Kind: core.ActorPerson, User: 50004, Level: 4}
	permit, refusal := Decide(actor, []string{code}, "write", on)
	if refusal != nil || permit.Role != code {
		t.Errorf("with the package: got %+v and %v", permit, refusal)
	}
	if _, refusal := Decide(actor, []string{"kulturstotte"}, "write", on); refusal == nil {
		t.Error("a role of the package's name opens")
	}
	if roles := RolesFor(defs[0], "write", "Task_vedtak"); !slices.Equal(roles, []string{code}) {
		t.Errorf("what opens: got %v", roles)
	}
}
