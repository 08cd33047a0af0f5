package instance_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

func nextOf(
	t testing.TB, s *solutiontest.Solution, a core.Actor, f instance.InboxFilter, from uuid.UUID,
) instance.NextCase {
	t.Helper()
	next, err := s.Instances.NextCase(t.Context(), a, solutiontest.NordvikNumber, f,
		instance.NextWish{From: from, Key: uuid.New()})
	if err != nil {
		t.Fatalf("next of %+v: %v", f, err)
	}
	return next
}

// TestNextCase_IsTheFirstOfTheListThatNobodyHas takes cases in the list's own order and query.
func TestNextCase_IsTheFirstOfTheListThatNobodyHas(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	oldest, concert, newest := s.CaseOf(t, "Lysfest"), s.CaseOf(t, "Konsert"), s.CaseOf(t, "Lysfest")
	if got := nextOf(t, s, siri, instance.InboxFilter{Query: "konsert"}, uuid.Nil); !got.Taken || got.ID != concert.ID {
		t.Errorf("with a search: %+v, want %s", got, concert.ID)
	}
	open := instance.InboxFilter{}
	if got := nextOf(t, s, ingrid, open, newest.ID); got.ID != oldest.ID {
		t.Errorf("from the newest: %+v, want %s: the one that she comes from is passed by", got, oldest.ID)
	}
	wish := instance.NextWish{Key: uuid.New()}
	for range 2 {
		got, err := s.Instances.NextCase(t.Context(), ingrid, solutiontest.NordvikNumber, open, wish)
		if err != nil || got.ID != newest.ID {
			t.Errorf("pressed twice: %+v, %v, want %s", got, err, newest.ID)
		}
	}
	if got := nextOf(t, s, ingrid, open, uuid.Nil); got.ID != uuid.Nil {
		t.Errorf("nobody's are gone, and %s is given", got.ID)
	}
	mine := instance.InboxFilter{Mine: true}
	for _, step := range []struct{ from, want uuid.UUID }{
		{uuid.Nil, newest.ID}, {newest.ID, oldest.ID}, {oldest.ID, uuid.Nil}, {concert.ID, newest.ID},
	} {
		if got := nextOf(t, s, ingrid, mine, step.from); got.Taken || got.ID != step.want {
			t.Errorf("of mine after %s: %+v, want %s", step.from, got, step.want)
		}
	}
	if n := s.Count(t, "audit_event", "act = $1 AND outcome = 'done'", core.ActTake); n != 3 {
		t.Errorf("%d lines tell of three takes", n)
	}
	if n := s.Count(t, "audit_event", "act = 'search' AND detail->>'by' = 'next'"); n != 8 {
		t.Errorf("%d lines tell of eight looks", n)
	}
}

// TestNextCase_LeavesWhatAColleagueHasOpenForLast has somebody look at the oldest case.
func TestNextCase_LeavesWhatAColleagueHasOpenForLast(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	oldest, newest := s.CaseOf(t, "Lysfest"), s.CaseOf(t, "Konsert")
	if _, err := s.Instances.Attend(t.Context(), siri, solutiontest.NordvikNumber, oldest.ID); err != nil {
		t.Fatal(err)
	}
	for _, want := range []uuid.UUID{newest.ID, oldest.ID, uuid.Nil} {
		if got := nextOf(t, s, ingrid, instance.InboxFilter{}, uuid.Nil); got.ID != want {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
}

// TestNextCase_TwoAtOnceGetCasesOfTheirOwn presses for everybody at the same time.
func TestNextCase_TwoAtOnceGetCasesOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	who := []core.Actor{s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)}
	const each = 4
	for range each * len(who) {
		s.CaseOf(t, "Lysfest")
	}
	var wait sync.WaitGroup
	var lock sync.Mutex
	got := map[uuid.UUID]int{}
	for i := range each * len(who) {
		wait.Go(func() {
			next, err := s.Instances.NextCase(t.Context(), who[i%len(who)], solutiontest.NordvikNumber,
				instance.InboxFilter{}, instance.NextWish{Key: uuid.New()})
			lock.Lock()
			defer lock.Unlock()
			if got[next.ID]++; err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	delete(got, uuid.Nil) // Whoever comes while all that are left are being taken gets none.
	for id, n := range got {
		if n != 1 || s.Count(t, "instance", "id = $1 AND assignee <> 0", id) != 1 {
			t.Errorf("%s is given %d times", id, n)
		}
	}
	if t.Logf("%d cases taken at once", len(got)); len(got) < 2 {
		t.Error("they got in each other's way")
	}
	// One press that comes twice at once takes one case.
	key, twice := uuid.New(), [2]instance.NextCase{}
	s.CaseOf(t, "Lysfest")
	s.CaseOf(t, "Lysfest")
	for i := range twice {
		wait.Go(func() {
			var err error
			if twice[i], err = s.Instances.NextCase(t.Context(), who[0], solutiontest.NordvikNumber,
				instance.InboxFilter{}, instance.NextWish{Key: key}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if twice[0].ID == uuid.Nil || twice[0] != twice[1] {
		t.Errorf("one press gives %+v", twice)
	}
}

func TestNextCase_IsForThoseWhoMayTake(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.CaseOf(t, "Lysfest")
	wish := instance.NextWish{Key: uuid.New()}
	for who, kind := range map[core.PartyID]fault.Kind{
		solutiontest.Kari: fault.Forbidden, solutiontest.Jon: fault.Forbidden,
	} {
		_, err := s.Instances.NextCase(t.Context(), s.Person(who), solutiontest.NordvikNumber,
			instance.InboxFilter{}, wish)
		if !fault.Is(err, kind) {
			t.Errorf("%d: %v", who, err)
		}
	}
	// Per works at Nordvik, with other cases.
	if got := nextOf(t, s, s.Person(solutiontest.Per), instance.InboxFilter{}, uuid.Nil); got.ID != uuid.Nil {
		t.Errorf("Per takes %s", got.ID)
	}
	_, err := s.Instances.NextCase(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.NordvikNumber,
		instance.InboxFilter{}, instance.NextWish{})
	is(t, "without a key", err, fault.Malformed, "fault.malformed")
	if n := s.Count(t, "instance", "assignee <> 0"); n != 0 {
		t.Errorf("%d cases are taken", n)
	}
}
