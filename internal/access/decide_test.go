package access_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

var update = flag.Bool("update", false, "write the golden file anew")

// place is where an instance can be: nowhere yet, in a task, or at an end.
type place struct{ task, end string }

func (p place) String() string { return p.task + p.end }

func places(d *app.Definition) []place {
	out := []place{{}}
	for _, t := range d.Process.Tasks() {
		out = append(out, place{task: t.ID})
	}
	for _, e := range d.Process.EndEvents() {
		out = append(out, place{end: e})
	}
	return out
}

// asked are the actions that the program asks about, and the apps' own.
var asked = []string{
	access.ActionInstantiate, access.ActionRead, access.ActionWrite, access.ActionDelete,
	access.ActionComplete, access.ActionTake, access.ActionRelease, "confirm", "reject", "finnes-ikke",
}

// someone is a kind of caller, towards one owner.
type someone struct {
	name  string
	actor core.Actor
	owner core.PartyID
}

// callers are one for each role that there is, as the register gives it.
func callers(s *solutiontest.Solution) []someone {
	person := func(name string, id, owner core.PartyID) someone {
		return someone{name: name, actor: s.Person(id), owner: owner}
	}
	low := s.Person(solutiontest.Ingrid)
	low.Level = 2
	return []someone{
		person("PRIV", solutiontest.Kari, solutiontest.Kari),
		person("DAGL+LEDE", solutiontest.Kari, solutiontest.Band),
		person("stranger", solutiontest.Ola, solutiontest.Kari),
		person("nordvik-kultur", solutiontest.Ingrid, solutiontest.Nordvik),
		{"nordvik-kultur, level 2", low, solutiontest.Nordvik},
		person("nordvik-parkering", solutiontest.Per, solutiontest.Nordvik),
		person("nordvik-lege", solutiontest.Lise, solutiontest.Nordvik),
		person("HADM", solutiontest.Tor, solutiontest.Nordvik),
		person("no role", solutiontest.Siri, solutiontest.Nordvik),
		person("nordvik-kultur elsewhere", solutiontest.Jon, solutiontest.Nordvik),
		{"token nordvik", solutiontest.System(), solutiontest.Nordvik},
		{"token sorvik", solutiontest.NeighbourSystem(), solutiontest.Nordvik},
	}
}

// TestRequire_Golden writes every decision on the two apps' policies down, so that a change of
// a policy or of the decision shows in review.
func TestRequire_Golden(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	var out strings.Builder
	decisions, permits := 0, 0
	for _, d := range s.Catalogue.Apps() {
		for _, who := range callers(s) {
			for _, at := range places(d) {
				on := access.Target{App: d, Owner: who.owner, Task: at.task, EndEvent: at.end}
				var may []string
				for _, action := range asked {
					decisions++
					if require(t, s, who.actor, action, on) == nil {
						may = append(may, action)
					}
				}
				permits += len(may)
				where := at.String()
				if where == "" {
					where = "(new)"
				}
				if len(may) == 0 {
					may = []string{"-"}
				}
				fmt.Fprintf(&out, "%-28s %-26s %-16s %s\n", d.Ref, who.name, where, strings.Join(may, " "))
			}
		}
	}
	t.Logf("%d decisions, %d permits", decisions, permits)
	if permits == 0 || permits == decisions {
		t.Fatal("the decisions cannot be right")
	}
	compare(t, "access.golden", out.String())
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (make it with -update)", err)
	}
	if got == string(want) {
		return
	}
	old := strings.Split(string(want), "\n")
	for _, line := range strings.Split(got, "\n") {
		if !slices.Contains(old, line) {
			t.Errorf("%s does not have: %s", file, line)
		}
	}
	t.Errorf("%s differs; -update writes it anew", file)
}

// require asks in a transaction of its own and gives the refusal, if it is one.
func require(
	t *testing.T, s *solutiontest.Solution, a core.Actor, action string, on access.Target,
) error {
	t.Helper()
	err := s.Store.InTx(t.Context(), a, func(tx *store.Tx) error {
		_, err := s.Access.Require(t.Context(), tx, a, action, on)
		return err
	})
	if _, refused := errors.AsType[*access.Refusal](err); err != nil && !refused {
		t.Fatalf("%s: %v", action, err)
	}
	return err
}

func TestScope_AgreesWithRequireForEveryPersonAppAndTask(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	checked, permitted := 0, 0
	for _, p := range s.Register.Persons() {
		a := s.Person(p.ID)
		for _, owner := range []core.PartyID{solutiontest.Nordvik, solutiontest.Sorvik,
			solutiontest.Band} {
			scope := scopeOf(t, s, a, owner)
			for _, d := range s.Catalogue.Apps() {
				for _, at := range places(d)[1:] {
					checked++
					on := access.Target{App: d, Owner: owner, Task: at.task, EndEvent: at.end}
					may := d.IsCase() && require(t, s, a, access.ActionRead, on) == nil
					listed := slices.Contains(scope.Items, store.ScopeItem{
						Org: d.Ref.Org, App: d.Ref.App, Task: at.String(), Ended: at.end != "",
					})
					if may != listed {
						t.Errorf("%s at %d, %s %s: may read %v, is listed %v", p.Name, owner, d.Ref, at, may, listed)
					}
					if may {
						permitted++
					}
				}
			}
		}
	}
	t.Logf("checked %d places, %d permitted", checked, permitted)
	if permitted == 0 {
		t.Fatal("nobody may read anything")
	}
}

func scopeOf(t *testing.T, s *solutiontest.Solution, a core.Actor,
	owner core.PartyID) store.Scope {
	t.Helper()
	var scope store.Scope
	err := s.Store.InTx(t.Context(), a, func(tx *store.Tx) error {
		var err error
		scope, err = s.Access.Scope(t.Context(), tx, a, owner)
		return err
	})
	if _, refused := errors.AsType[*access.Refusal](err); err != nil && !refused {
		t.Fatal(err)
	}
	if (err != nil) != (len(scope.Items) == 0) {
		t.Errorf("%s: %d items and %v", a.Name, len(scope.Items), err)
	}
	return scope
}

func TestList_ShowsACaseExactlyWhenItCanBeOpened(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	var cases []core.Instance
	d, err := s.Catalogue.App(solutiontest.Case)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range places(d)[1:] {
		inst := s.CaseOf(t, fmt.Sprintf("Sak %d", i))
		storetest.Exec(t, s.Database, "UPDATE instance SET task = $2, end_event = $3, "+
			"task_type = CASE WHEN $2 = '' THEN '' ELSE 'data' END, "+
			"ended = CASE WHEN $3 = '' THEN NULL ELSE now() END, "+
			"status = CASE WHEN $3 = '' THEN status ELSE 'archived' END WHERE id = $1",
			inst.ID, at.task, at.end)
		cases = append(cases, inst)
	}
	shown := 0
	for _, p := range s.Register.Persons() {
		a := s.Person(p.ID)
		scope := scopeOf(t, s, a, solutiontest.Nordvik)
		listed := map[string]bool{}
		for _, status := range []store.FilterStatus{store.FilterOpen, store.FilterClosed} {
			s.Tx(t, func(tx *store.Tx) error {
				p, err := tx.Inbox(t.Context(), scope, store.Filter{Status: status, Reader: a.User},
					nil, 100)
				for _, inst := range p.Cases {
					listed[inst.ID.String()] = true
				}
				return err
			})
		}
		for _, inst := range cases {
			_, err := s.Instances.Open(t.Context(), a, inst.InstanceRef, "nb")
			if (err == nil) != listed[inst.ID.String()] {
				t.Errorf("%s, %s: listed %v, opens with %v", p.Name, inst.Title, listed[inst.ID.String()], err)
			}
			if err == nil {
				shown++
			}
		}
	}
	t.Logf("%d cases, shown %d times", len(cases), shown)
	if shown == 0 {
		t.Fatal("nobody sees any case")
	}
}

func TestRequire_AnonymousIsSentToSignIn(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, _ := s.Catalogue.App(solutiontest.Application)
	err := require(t, s, core.Actor{}, access.ActionRead, access.Target{App: d,
		Owner: solutiontest.Kari})
	if !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("anonymous: %v", err)
	}
}

func TestRequire_ALowSignInIsToldWhichLevelOpens(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	d, _ := s.Catalogue.App(solutiontest.Case)
	low := s.Person(solutiontest.Ingrid)
	low.Level = 0
	on := access.Target{App: d, Owner: solutiontest.Nordvik, Task: "Task_mottak"}
	r, ok := errors.AsType[*access.Refusal](require(t, s, low, access.ActionRead, on))
	if !ok || r.NeedLevel < 3 {
		t.Errorf("level 0: %+v", r)
	}
	// Someone without the role learns nothing about levels.
	none := s.Person(solutiontest.Siri)
	none.Level = 0
	r, ok = errors.AsType[*access.Refusal](require(t, s, none, access.ActionRead, on))
	if !ok || r.NeedLevel != 0 {
		t.Errorf("no role: %+v", r)
	}
}
