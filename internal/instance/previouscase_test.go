package instance_test

import (
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// TestPreviousCase_StandsBeforeInTheList goes up lists in each of their orders, also from a case that
// has left the list; nothing is taken on the way.
func TestPreviousCase_StandsBeforeInTheList(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid := s.Person(solutiontest.Ingrid)
	oldest, middle, newest := s.CaseOf(t, "Lysfest"), s.CaseOf(t, "Konsert"), s.CaseOf(t, "Lysfest")
	taken := s.CaseOf(t, "Konsert")
	if err := s.Instances.Take(t.Context(), ingrid, taken.InstanceRef); err != nil {
		t.Fatal(err)
	}
	for n, c := range []core.Instance{middle, oldest, newest} {
		storetest.Exec(t, s.Database, `UPDATE instance SET due = now() + make_interval(days => $2), hold_until = CASE WHEN $3
			THEN now() + make_interval(days => 9 - $2) END WHERE id = $1`, c.ID, n+1, c.ID != oldest.ID)
	}
	free, byDue := instance.InboxFilter{Unassigned: true}, instance.InboxFilter{ByDue: true}
	second := instance.InboxFilter{After: &instance.Cursor{At: *middle.Submitted, ID: middle.ID}}
	checked := 0
	for name, c := range map[string]struct {
		list       instance.InboxFilter
		from, want uuid.UUID
	}{
		"in the middle":           {instance.InboxFilter{}, middle.ID, newest.ID},
		"the oldest":              {instance.InboxFilter{}, oldest.ID, middle.ID},
		"the first":               {instance.InboxFilter{}, taken.ID, uuid.Nil},
		"what is somebody's":      {instance.InboxFilter{}, newest.ID, taken.ID},
		"found by a word":         {instance.InboxFilter{Query: "lysfest"}, oldest.ID, newest.ID},
		"not in what was found":   {instance.InboxFilter{Query: "lysfest"}, middle.ID, newest.ID},
		"has left, and was first": {free, taken.ID, uuid.Nil},
		"from a further page":     {second, oldest.ID, middle.ID},
		"by deadline":             {byDue, oldest.ID, middle.ID},
		"without a deadline":      {byDue, taken.ID, newest.ID},
		"the earliest deadline":   {byDue, middle.ID, uuid.Nil},
		"of what waits":           {instance.InboxFilter{Waiting: true}, middle.ID, newest.ID},
		"waits no more":           {instance.InboxFilter{Waiting: true}, oldest.ID, uuid.Nil},
		"of mine, not in it":      {instance.InboxFilter{Mine: true}, oldest.ID, taken.ID},
		"none":                    {instance.InboxFilter{}, uuid.Nil, uuid.Nil},
		"what is not there":       {instance.InboxFilter{}, uuid.New(), uuid.Nil},
	} {
		got, err := s.Instances.NextCase(t.Context(), ingrid, solutiontest.NordvikNumber, c.list,
			instance.NextWish{From: c.from, Back: true})
		if err != nil || got.ID != c.want || got.Taken {
			t.Errorf("%s: %+v, %v, want %s", name, got, err, c.want)
		}
		checked++
	}
	t.Logf("%d ways back", checked)
	if n := s.Count(t, "audit_event", "act = 'search' AND detail->>'by' = 'previous'"); n != checked {
		t.Errorf("%d lines tell of %d looks", n, checked)
	}
	if n := s.Count(t, "instance", "assignee <> 0"); n != 1 {
		t.Errorf("%d cases are taken, want the one", n)
	}
	// Per works at Nordvik with other cases: what he may not see has no place in his list.
	if got, err := s.Instances.NextCase(t.Context(), s.Person(solutiontest.Per), solutiontest.NordvikNumber,
		instance.InboxFilter{}, instance.NextWish{From: oldest.ID, Back: true}); err != nil || got.ID != uuid.Nil {
		t.Errorf("Per is led to %+v, %v", got, err)
	}
}

// TestTakes_IsWhereTheListHasOpenCases tells for queries whether the next case is taken.
func TestTakes_IsWhereTheListHasOpenCases(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	checked := 0
	for query, want := range map[string]bool{
		"": true, "konsert": true, "status:open": true, "status:closed": false, "status:all": false,
		"assigned:me": false, "status:ny": true, "status:trukket": false, "status:Withdrawn": false,
		"status:trukket status:ny": true, "status:EndEvent_1": false, "status:finnesikke": false,
		"service:parkeringssak status:skal": true, "service:parkeringssak status:trekt": false,
		"service:finnesikke status:ny": false,
	} {
		if got := s.Instances.Takes(instance.InboxFilter{Query: query}); got != want {
			t.Errorf("%q takes: %v, want %v", query, got, want)
		}
		checked++
	}
	t.Logf("%d queries", checked)
	if checked == 0 {
		t.Error("no query was tried")
	}
}
