package handover_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/fault"
	"stafett/internal/solution"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

const madeTarget = `
INSERT INTO instance (id, org, app, owner, app_version, status, task, reference, source_org, source_app,
    source_owner, source_id, thread, thread_owner, created)
SELECT $1, d.to_org, d.to_app, d.owner, 'x', 'active', 'Task_mottak', d.reference, d.source_org,
    d.source_app, d.source_owner, d.source_id, d.source_id, d.source_owner, now()
FROM delivery AS d
WHERE d.id = $2`

const opened = `
INSERT INTO audit_event (at, actor_kind, actor, actor_name, instance, act, outcome)
VALUES (now() + make_interval(secs => $2), $3, 50004, 'Ingrid Berg', $1, $4, $5)`

func TestShow_FollowsADeliveryWithItsTimes(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	s := relayed(t, newTarget(t, answer(http.StatusServiceUnavailable, "{}"),
		answer(http.StatusCreated, madeBody(id))))
	d := planned(t, s)
	fresh := followed(t, s, d.ID)
	if fresh.Times.Submitted == nil || fresh.Times.Made != nil || fresh.Times.Opened != nil ||
		len(fresh.Matter) != 1 || fresh.Matter[0].ID != d.ID {
		t.Errorf("before it is tried: %+v", fresh)
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err == nil {
		t.Fatal("the first attempt came through")
	}
	storetest.Exec(t, s.Database, madeTarget, id, d.ID)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	// A refusal, a write, a system and somebody before it arrived have not opened it.
	for _, one := range []struct {
		seconds            int
		kind, act, outcome string
	}{
		{-60, "person", "read", "done"}, {1, "person", "read", "refused"},
		{2, "org", "read", "done"}, {3, "person", "write", "done"},
	} {
		storetest.Exec(t, s.Database, opened, id, one.seconds, one.kind, one.act, one.outcome)
	}
	if got := followed(t, s, d.ID); got.Times.Made == nil || got.Times.Opened != nil {
		t.Errorf("before it is opened: %+v", got.Times)
	}
	storetest.Exec(t, s.Database, opened, id, 30, "person", "read", "done")
	storetest.Exec(t, s.Database, opened, id, 90, "person", "read", "done")
	got := followed(t, s, d.ID)
	if got.Times.Opened == nil ||
		got.Times.Opened.Sub(*got.Delivery.Delivered).Round(10*time.Second) != 30*time.Second {
		t.Errorf("opened %v, delivered %v", got.Times.Opened, got.Delivery.Delivered)
	}
	if len(got.Attempts) != 2 {
		t.Fatalf("attempts %+v", got.Attempts)
	}
	for _, a := range got.Attempts {
		if a.PDF == nil || a.Token == nil || *a.PDF > *a.Token || *a.Token > a.Milliseconds {
			t.Errorf("steps of attempt %d: %+v", a.Number, a)
		}
	}
}

func TestShow_TellsTheMatterOfTheOrganisationsOwnApps(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	s := relayed(t, newTarget(t, answer(http.StatusCreated, madeBody(id))))
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, s.Database, madeTarget, id, d.ID)
	const later = `
INSERT INTO delivery (id, source_org, source_app, source_owner, source_id, handover, to_org, to_app,
    owner, payload)
VALUES (gen_random_uuid(), $2, 'x', 51001, $1, $3, 'nordvik', 'vedtak', 50001, '{}')`
	storetest.Exec(t, s.Database, later, id, "nordvik", "vedtak")
	storetest.Exec(t, s.Database, later, id, "sorvik", "annet")
	planned(t, s) // another matter
	got := followed(t, s, d.ID).Matter
	if len(got) != 2 || got[0].ID != d.ID || got[1].Handover != "vedtak" {
		t.Errorf("got %+v", got)
	}
}

func TestSolution_CountsWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	planned(t, s)
	parked := planned(t, s)
	storetest.Exec(t, s.Database, "UPDATE delivery SET state = 'parked' WHERE id = $1", parked.ID)
	tor := s.Person(solutiontest.Tor)
	p, err := s.Handover.Solution(t.Context(), tor, solutiontest.Nordvik, "nb")
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, a := range p.Arrows {
		want := solution.Live{}
		if a.Way == solution.WayMakes && p.Nodes[a.From].Ref.App == "arrangementsstotte" {
			want = solution.Live{Waiting: 1, Parked: 1}
			counted++
		}
		if a.Live == nil || *a.Live != want {
			t.Errorf("%s → %s: got %+v, want %+v", p.Nodes[a.From].Ref, p.Nodes[a.To].Ref, a.Live, want)
		}
		if a.Way == solution.WayMakes && p.Nodes[a.To].Ref.App == "stottesak" &&
			a.Owner != "Nordvik kommune" {
			t.Errorf("the owner is %q", a.Owner)
		}
	}
	if counted != 1 || len(p.Nodes) != 8 {
		t.Errorf("%d apps, %d of the arrow", len(p.Nodes), counted)
	}
	p, err = s.Handover.Solution(t.Context(), s.Person(solutiontest.Berit), solutiontest.Sorvik, "nb")
	if err != nil || len(p.Nodes) != 0 {
		t.Errorf("an organisation without apps: %+v, %v", p, err)
	}
	_, err = s.Handover.Solution(t.Context(), s.Person(solutiontest.Ingrid),
		solutiontest.Nordvik, "nb")
	is(t, "a caseworker", err, fault.Forbidden, "fault.admin_not_administrator")
}
