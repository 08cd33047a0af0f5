package instance_test

import (
	"testing"
	"time"

	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// makeCases makes n cases at Nordvik through the API's door, and gives their ids.
func makeCases(t *testing.T, s *solutiontest.Solution, n int) []string {
	t.Helper()
	var ids []string
	for range n {
		inst, _, err := s.Instances.Instantiate(t.Context(), solutiontest.System(),
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
