package handover_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// line gives what all versions of an application have handed over, in order.
func line(t *testing.T, s *solutiontest.Solution, first uuid.UUID) []core.Delivery {
	t.Helper()
	var list []core.Delivery
	s.Tx(t, func(tx *store.Tx) error {
		var err error
		list, err = tx.DeliveriesOfVersions(t.Context(), first)
		return err
	})
	return list
}

// corrects sends a new version of an application of Kari's, with another number and a file more.
func corrects(t *testing.T, s *solutiontest.Solution, first core.InstanceRef, telephone string) {
	t.Helper()
	kari := s.Person(solutiontest.Kari)
	draft, err := s.Instances.Correct(t.Context(), kari, first)
	if err != nil {
		t.Fatal(err)
	}
	s.Save(t, kari, draft.InstanceRef, "soker", map[string]string{"soker.telefon": telephone}, "")
	s.Upload(t, kari, draft.InstanceRef, telephone+".pdf")
	v := s.Open(t, kari, draft.InstanceRef)
	if _, _, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(v)); err != nil {
		t.Fatal(err)
	}
}

// TestDeliver_ACorrectionDoesNotOvertake: corrected and withdrawn before the first delivery has
// come through, each waits for the one before it, and then goes where that went.
func TestDeliver_ACorrectionDoesNotOvertake(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	b := newTarget(t, answer(503, ""), answer(http.StatusCreated, madeBody(id)),
		answer(http.StatusOK, madeBody(id)))
	s := relayed(t, b)
	first := planned(t, s)
	corrects(t, s, first.Source, "400 00 199")
	corrects(t, s, first.Source, "400 00 200")
	if err := s.Instances.Withdraw(t.Context(), s.Person(solutiontest.Kari), first.Source, "Avlyst."); err != nil {
		t.Fatal(err)
	}
	all := line(t, s, first.Source.ID)
	kinds := []core.DeliveryKind{core.DeliveryMakes, core.DeliveryCorrects, core.DeliveryCorrects, core.DeliveryWithdraws}
	for i, d := range all {
		if d.Kind != kinds[i] || i > 0 && (d.After != all[i-1].ID || d.NextTry != nil) {
			t.Errorf("delivery %d: %+v", i, d)
		}
	}
	if len(all) != len(kinds) {
		t.Fatalf("%d deliveries, want %d", len(all), len(kinds))
	}
	deliver := func(d core.Delivery) { _ = s.Handover.Deliver(t.Context(), d.ID) }
	for _, d := range all {
		deliver(d) // the first fails, and the others must not go
	}
	for i, d := range all {
		if calls := len(b.got()); calls != 1+i {
			t.Fatalf("before delivery %d: %d calls", i, calls)
		}
		if i > 0 && s.Count(t, "river_job", "args ->> 'delivery' = $1", d.ID.String()) != 1 {
			t.Errorf("delivery %d was not set going when its turn came", i)
		}
		if i < 2 {
			deliver(all[3]) // not its turn yet
		}
		deliver(d)
	}
	checkCalls(t, b.got(), id)
	for i, d := range line(t, s, first.Source.ID) {
		if d.State != core.DeliveryDelivered || d.Target == nil || d.Target.ID != id {
			t.Errorf("delivery %d: %+v", i, d)
		}
	}
}

func checkCalls(t *testing.T, calls []call, id uuid.UUID) {
	t.Helper()
	if len(calls) != 5 {
		t.Fatalf("%d calls, want 5", len(calls))
	}
	var last string
	for i, want := range []string{"400 00 101", "400 00 199", "400 00 200"} {
		c := calls[1+i]
		if doc := c.part("sak"); doc == nil || !contains(doc.body, want) {
			t.Errorf("version %d does not say %s", i, want)
		}
		if i == 0 {
			last = want
			continue
		}
		before := c.part("before:sak")
		if c.path != "POST /nordvik/stottesak/instances/51001/"+id.String()+"/deliveries" ||
			before == nil || !contains(before.body, last) {
			t.Errorf("version %d goes to %s, and was %+v", i, c.path, before)
		}
		var files []string
		for _, p := range c.parts {
			if p.filename != "" {
				files = append(files, p.name+":"+p.filename)
			}
		}
		if len(files) != 2 || files[0] != "vedlegg:"+want+".pdf" || !strings.HasPrefix(files[1], "soknad-pdf:NK-") {
			t.Errorf("version %d brings %v", i, files)
		}
		last = want
	}
	var told struct{ Withdrawal *core.Withdrawal }
	if err := json.Unmarshal(calls[4].part("instance").body, &told); err != nil || told.Withdrawal == nil ||
		told.Withdrawal.Reason != "Avlyst." || len(calls[4].parts) != 1 {
		t.Errorf("the withdrawal is %+v in %d parts, %v", told.Withdrawal, len(calls[4].parts), err)
	}
}

// TestDeliver_WhatIsPlannedWhileTheOneBeforeComesThroughIsNotLost plans a correction in the
// middle of the first delivery: it is set going by whoever commits last.
func TestDeliver_WhatIsPlannedWhileTheOneBeforeComesThroughIsNotLost(t *testing.T) {
	t.Parallel()
	const rounds = 4
	for i := range rounds {
		id := uuid.New()
		reached, goOn := make(chan struct{}), make(chan struct{})
		b := newTarget(t, func(w http.ResponseWriter, _ *http.Request) {
			close(reached)
			<-goOn
			w.WriteHeader(http.StatusCreated)
			io.WriteString(w, madeBody(id))
		})
		s := relayed(t, b)
		first := planned(t, s)
		kari := s.Person(solutiontest.Kari)
		done := make(chan error, 2)
		go func() { done <- s.Handover.Deliver(t.Context(), first.ID) }()
		<-reached
		go func() {
			done <- s.Instances.Withdraw(t.Context(), kari, first.Source, "")
		}()
		close(goOn)
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		all := line(t, s, first.Source.ID)
		if len(all) != 2 || s.Count(t, "river_job", "args ->> 'delivery' = $1", all[1].ID.String()) != 1 {
			t.Errorf("round %d: the withdrawal has no job of its own: %+v", i, all)
		}
	}
	t.Logf("%d rounds", rounds)
}
