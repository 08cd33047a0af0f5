package event_test

import (
	"net/http"
	"slices"
	"testing"

	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/solutiontest"
)

// TestWebhook_GoesOnWithoutWhatIsRefused sets aside the event that the receiver refuses, keeps the
// order of the others, and stops doing so when all of them are refused.
func TestWebhook_GoesOnWithoutWhatIsRefused(t *testing.T) {
	t.Parallel()
	const tries, inRow = 12, 3
	b := newBench(t)
	sub, _ := b.subscribe(t, event.Request{ResourceFilter: event.Resource(solutiontest.Case)})
	b.stands(t, sub.ID, core.SubscriptionActive)
	b.taken()
	cases := []string{b.newCase(t).ID.String(), b.newCase(t).ID.String(), b.newCase(t).ID.String()}
	refused := func(c event.Cloud) bool { return instancesOf([]event.Cloud{c})[0] == cases[1] }
	b.answers(func(c event.Cloud, _ int) int {
		return map[bool]int{true: http.StatusUnprocessableEntity, false: http.StatusOK}[refused(c)]
	})
	got := b.sent(t, 1+tries+1)
	want := append([]string{cases[0]}, slices.Repeat(cases[1:2], tries)...)
	if want = append(want, cases[2]); !slices.Equal(instancesOf(got), want) {
		t.Errorf("sent %v, want %v", instancesOf(got), want)
	}
	b.until(t, "that it goes well", func() bool { return b.state(t, sub.ID).InRow == 0 })
	a, org := solutiontest.System(), solutiontest.Nordvik
	after, attempts, _, err := b.Show(t.Context(), a, org, sub.ID, 0)
	aside := slices.DeleteFunc(attempts, func(x core.SubscriptionAttempt) bool { return !x.SetAside })
	if err != nil || after.SetAside != 1 || after.Code != "" || len(aside) != 1 ||
		aside[0].Event.String() != got[1].ID || aside[0].Number != tries {
		t.Errorf("it stands as %+v, set aside %+v, %v", after, aside, err)
	}

	// Set going again from before it: it comes in its place, and nothing is told of as set aside.
	b.answers(func(event.Cloud, int) int { return http.StatusOK })
	if err := b.Replay(t.Context(), a, org, sub.ID, event.Point{After: aside[0].Event}); err != nil {
		t.Fatal(err)
	}
	if after := b.state(t, sub.ID); after.SetAside != 0 {
		t.Errorf("after a replay %d are told of", after.SetAside)
	}

	// A receiver that refuses everything, or is not there, is waited for.
	for _, status := range []int{http.StatusInternalServerError, http.StatusServiceUnavailable} {
		b.sent(t, 1)
		b.answers(func(event.Cloud, int) int { return status })
		for range inRow + 1 {
			b.newCase(t)
		}
		b.sent(t, (inRow+1)*tries+3)
		want := map[int]int{http.StatusInternalServerError: inRow, http.StatusServiceUnavailable: inRow}[status]
		if got := b.state(t, sub.ID); got.SetAside != want || got.Attempts < 3 || got.Code == "" {
			t.Errorf("%d to everything: it stands as %+v, want %d set aside", status, got, want)
		}
		b.answers(func(event.Cloud, int) int { return http.StatusOK })
		b.until(t, "the last one", func() bool { return b.state(t, sub.ID).Code == "" })
		b.taken()
		b.newCase(t)
	}
}
