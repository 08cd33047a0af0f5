package instance_test

import (
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// colleague gives a person the role that Ingrid has, and gives the person as an actor.
func colleague(t testing.TB, s *solutiontest.Solution, id core.PartyID) core.Actor {
	t.Helper()
	s.Tx(t, func(tx *store.Tx) error {
		_, err := tx.AddGrant(t.Context(), core.Grant{
			Person: id, Party: solutiontest.Nordvik, Role: "nordvik-kultur",
			Source: core.RoleGranted, GrantedBy: solutiontest.Tor, Reason: "Vikar",
			From: time.Now().Add(-time.Hour),
		})
		return err
	})
	return s.Person(id)
}

// openCase opens a case as somebody who may read it.
func openCase(
	t testing.TB, s *solutiontest.Solution, a core.Actor, ref core.InstanceRef,
) instance.Case {
	t.Helper()
	c, err := s.Instances.Case(t.Context(), a, ref.Owner, ref.ID, "nb")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at is a change of the case as it stands now.
func at(t testing.TB, s *solutiontest.Solution, a core.Actor, ref core.InstanceRef) instance.CaseChange {
	t.Helper()
	return instance.CaseChange{Ref: ref, Version: openCase(t, s, a, ref).Instance.Version}
}

func TestAssign_OnlyToThoseWhoMayWorkWithTheCase(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	now := at(t, s, ingrid, c.InstanceRef)
	for _, who := range []core.PartyID{
		solutiontest.Kari, solutiontest.Per, solutiontest.Tor, solutiontest.Jon, solutiontest.Nordvik, 99999,
	} {
		_, err := s.Instances.Assign(t.Context(), ingrid, now, who)
		is(t, "to one without the right", err, fault.Invalid, "fault.no_colleague")
		if who >= solutiontest.Nordvik {
			continue
		}
		if _, err := s.Instances.Assign(t.Context(), s.Person(who), now, siri.User); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d assigns: %v", who, err)
		}
	}
	var names []string
	for _, one := range openCase(t, s, ingrid, c.InstanceRef).Work.Colleagues {
		if one.May(access.ActionTake) {
			names = append(names, one.Name)
		}
	}
	if len(names) != 2 || names[0] != "Ingrid Berg" || names[1] != "Siri Dahl" {
		t.Errorf("offered are %v", names)
	}
	openCase(t, s, siri, c.InstanceRef)
	done, err := s.Instances.Assign(t.Context(), ingrid, now, siri.User)
	if err != nil || done.Version != now.Version+1 || done.Before != 0 {
		t.Fatalf("assigned: %+v, %v", done, err)
	}
	_, err = s.Instances.Assign(t.Context(), ingrid, now, ingrid.User)
	is(t, "from a page that is old", err, fault.Conflict, "fault.changed")
	for _, view := range []struct {
		who    core.Actor
		filter instance.InboxFilter
		n      int
	}{
		{siri, instance.InboxFilter{Mine: true}, 1}, {ingrid, instance.InboxFilter{Mine: true}, 0},
		{ingrid, instance.InboxFilter{Unassigned: true}, 0},
	} {
		box, err := s.Instances.Inbox(t.Context(), view.who, solutiontest.NordvikNumber, view.filter)
		if err != nil || box.Count != view.n || len(box.Cases) != view.n {
			t.Fatalf("%s, %+v: %d, %v", view.who.Name, view.filter, box.Count, err)
		}
		if view.n == 1 && (!box.Cases[0].Unread || box.Views.Mine != 1) {
			t.Errorf("the case is not unread for whoever gets it, or not counted: %+v", box.Views)
		}
	}
	undo := instance.Undo{Act: core.ActAssign}
	after := instance.CaseChange{Ref: c.InstanceRef, Version: done.Version}
	is(t, "another undoes", s.Instances.Undo(t.Context(), siri, after, undo), fault.Conflict, "fault.undo_late")
	is(t, "from an old page", s.Instances.Undo(t.Context(), ingrid, now, undo), fault.Conflict, "fault.changed")
	if err := s.Instances.Undo(t.Context(), ingrid, after, undo); err != nil {
		t.Fatal(err)
	}
	is(t, "twice", s.Instances.Undo(t.Context(), ingrid, after, undo), fault.Conflict, "fault.changed")
	history := openCase(t, s, ingrid, c.InstanceRef).History
	var acts []string
	for _, e := range history {
		if e.Act != core.ActRead {
			acts = append(acts, e.Act)
		}
	}
	if len(acts) < 2 || acts[0] != core.ActRelease || acts[1] != core.ActAssign {
		t.Errorf("the history is %v", acts)
	}
}
