package instance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// makeCases makes n cases at Nordvik through the API's door, and gives their ids.
func makeCases(t *testing.T, s *solutiontest.Solution, n int) []string {
	t.Helper()
	var ids []string
	for range n {
		inst, err := s.Instances.Instantiate(t.Context(), solutiontest.System(),
			solutiontest.Template(""))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, inst.ID.String())
	}
	return ids
}

func TestInbox_ViewsAreCountedAndTheWeekEndsOnSunday(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ids := makeCases(t, s, 4)
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().In(oslo).Date()
	monday := time.Date(y, m, d-(int(time.Now().In(oslo).Weekday())+6)%7+7, 0, 0, 0, 0, oslo)
	for i, due := range []time.Time{
		monday, monday.Add(-time.Minute), monday.AddDate(0, -1, 0),
	} {
		storetest.Exec(t, s.Database, "UPDATE instance SET due = $1 WHERE id = $2", due, ids[i])
	}
	ingrid := s.Person(solutiontest.Ingrid)
	box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber,
		instance.InboxFilter{DueSoon: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(box.Cases) != 2 || box.Cases[0].ID.String() != ids[2] || box.Cases[1].ID.String() != ids[1] {
		t.Errorf("due this week: %v, want %s and %s", box.Cases, ids[2], ids[1])
	}
	want := instance.ViewCounts{Open: 4, Unassigned: 4, Due: 2}
	if box.Views != want || box.Count != 2 {
		t.Errorf("counted %+v and %d, want %+v and 2", box.Views, box.Count, want)
	}
}

// TestInbox_IsSearchedByTheAppsDataFields asks for the sum that the app declares.
func TestInbox_IsSearchedByTheAppsDataFields(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	template := solutiontest.Template("Lysfest")
	template.Prefill["budsjett.soknadsbelop"] = "42000"
	if _, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), template); err != nil {
		t.Fatal(err)
	}
	ingrid := s.Person(solutiontest.Ingrid)
	ask := func(query string) instance.Inbox {
		t.Helper()
		box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber,
			instance.InboxFilter{Query: query, Language: "nb"})
		if err != nil {
			t.Fatal(err)
		}
		return box
	}
	for query, want := range map[string]int{
		"belop:42000": 1, "BELOP:>=42000": 1, "belop:>42000": 0, "belop:<42000": 0, "belop:>9000": 1,
		"belop:>1 lysfest": 1, "belop:>1 lysefst": 1, "belop:>1 kino": 0,
	} {
		if box := ask(query); box.Count != want || len(box.Problems) > 0 {
			t.Errorf("%s: %d cases and %v, want %d", query, box.Count, box.Problems, want)
		}
	}
	if box := ask("farge:rød"); len(box.Problems) != 1 || box.Problems[0].Key != "casequery.operator" {
		t.Errorf("what no app declares: %v", box.Problems)
	}
}

// TestViews_AreOfThoseWhoReadCases: a view is a row of its person's, and who reads nothing has none.
func TestViews_AreOfThoseWhoReadCases(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	keep := func(who core.PartyID, name string) error {
		return s.Instances.KeepView(t.Context(), s.Person(who), solutiontest.NordvikNumber,
			instance.CaseView{Name: name, Query: "view=mine", Shared: true})
	}
	if err := keep(solutiontest.Siri, "Mine"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without a role: %v", err)
	}
	for _, name := range []string{"", " ", strings.Repeat("å", 61), "Kari 14827941388"} {
		if err := keep(solutiontest.Ingrid, name); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for n := range 50 {
		if err := keep(solutiontest.Ingrid, fmt.Sprintf("  Visning   %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := keep(solutiontest.Ingrid, "Visning 7"); err != nil {
		t.Errorf("one of fifty is kept again: %v", err)
	}
	if err := keep(solutiontest.Ingrid, "En til"); !fault.Is(err, fault.Invalid) {
		t.Errorf("one too many: %v", err)
	}
}
