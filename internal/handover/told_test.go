package handover_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

// received is what the case tells when it has come.
var received = core.Report{
	Substatus: core.Substatus{
		Label: "Mottatt", Texts: map[string]core.SubstatusText{"en": {Label: "Received"}},
	},
	Moment: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
}

// tells is how B tells of the instance that it made, with what it tells of how it goes.
func tells(t *testing.T, id uuid.UUID, report any) string {
	t.Helper()
	told, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(madeBody(id), "}") + `,"report":` + string(told) + "}"
}

// substatus is what the source says of how it goes; nil for nothing.
func substatus(t *testing.T, s *solutiontest.Solution, d core.Delivery) (sub *core.Substatus) {
	t.Helper()
	s.Tx(t, func(tx *store.Tx) error {
		inst, err := tx.Instance(t.Context(), d.Source)
		sub = inst.Substatus
		return err
	})
	return sub
}

const toldLines = "act = 'report' AND outcome = 'done' AND actor_kind = 'org' AND instance = $1"

func TestDeliver_NotesWhatTheAnswerTells(t *testing.T) {
	t.Parallel()
	s := relayed(t, newTarget(t, answer(http.StatusCreated, tells(t, uuid.New(), received))))
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	got := substatus(t, s, d)
	if got == nil || got.In("en").Label != "Received" || !got.Reported.Equal(received.Moment) {
		t.Errorf("the application says %+v", got)
	}
	if n := s.Count(t, "audit_event", toldLines, d.Source.ID); n != 1 {
		t.Errorf("%d lines of what was told, want 1", n)
	}
	if n := s.Count(t, "instance_event", "type = 'app.instance.substatus.changed' AND instance = $1",
		d.Source.ID); n != 1 {
		t.Errorf("%d events of a changed substatus, want 1", n)
	}
}

// A target may answer at once, and its next report come sooner than the answer is noted.
func TestDeliver_WhatTheAnswerTellsNeverTakesThePlaceOfANewerReport(t *testing.T) {
	t.Parallel()
	var s *solutiontest.Solution
	b := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		storetest.Exec(t, s.Database, `UPDATE instance SET substatus =
			'{"label": "Under behandling", "reported": "2026-12-01T08:00:01Z"}' WHERE status = 'archived'`)
		answer(http.StatusCreated, tells(t, uuid.New(), received))(w, r)
	})
	s = relayed(t, b)
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if got := substatus(t, s, d); got == nil || got.Label != "Under behandling" {
		t.Errorf("the application says %+v", got)
	}
	if after, _ := shown(t, s, d.ID); after.State != core.DeliveryDelivered {
		t.Errorf("the delivery is %s", after.State)
	}
}

func TestDeliver_AnAttemptThatLostItsPlaceNotesNothing(t *testing.T) {
	t.Parallel()
	var s *solutiontest.Solution
	body := tells(t, uuid.New(), received)
	b := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		storetest.Exec(t, s.Database, "UPDATE delivery SET attempts = attempts + 1")
		answer(http.StatusCreated, body)(w, r)
	}, answer(http.StatusOK, body))
	s = relayed(t, b)
	d := planned(t, s)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if got := substatus(t, s, d); got != nil {
		t.Errorf("the lost attempt has noted %+v", got)
	}
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if got := substatus(t, s, d); got == nil {
		t.Error("the next attempt has noted nothing")
	}
	if n := s.Count(t, "audit_event", toldLines, d.Source.ID); n != 1 {
		t.Errorf("%d lines of what was told, want 1", n)
	}
}

// The instance has been made, whatever the answer says besides.
func TestDeliver_WhatCanBeNoReportIsPassedOver(t *testing.T) {
	t.Parallel()
	timeless, nameless, long := received, received, received
	timeless.Moment, nameless.Label, long.Description = time.Time{}, "", strings.Repeat("x", 64<<10)
	nul := received
	nul.Description = "a\x00b"
	for name, report := range map[string]any{
		"nothing": nil, "no object": "Mottatt", "no label": nameless, "no moment": timeless,
		"too long": long, "a sign that no database holds": nul,
	} {
		s := relayed(t, newTarget(t, answer(http.StatusCreated, tells(t, uuid.New(), report))))
		d := planned(t, s)
		err := s.Handover.Deliver(t.Context(), d.ID)
		if after, _ := shown(t, s, d.ID); err != nil || after.State != core.DeliveryDelivered {
			t.Errorf("%s: %s, %v", name, after.State, err)
		}
		if got := substatus(t, s, d); got != nil {
			t.Errorf("%s: the application says %+v", name, got)
		}
	}
}

// What a target of another organisation tells needs what its report by itself would need: that it may read.
func TestDeliver_NotesNothingOfWhoMayNotRead(t *testing.T) {
	t.Parallel()
	body := strings.Replace(tells(t, uuid.New(), received), "nordvik/", "sorvik/", 1)
	s := relayed(t, newTarget(t, answer(http.StatusCreated, body)))
	d := planned(t, s)
	storetest.Exec(t, s.Database, "UPDATE delivery SET to_org = 'sorvik' WHERE id = $1", d.ID)
	err := s.Handover.Deliver(t.Context(), d.ID)
	if after, _ := shown(t, s, d.ID); err != nil || after.State != core.DeliveryDelivered {
		t.Errorf("%s, %v", after.State, err)
	}
	if got := substatus(t, s, d); got != nil {
		t.Errorf("the application says %+v", got)
	}
	if n := s.Count(t, "audit_event", "outcome = 'refused' AND actor_name = 'Sørvik kommune'"); n != 1 {
		t.Errorf("%d lines of the refusal, want 1", n)
	}
}

// What a new version sets off belongs to the first one, and so does what it tells.
func TestDeliver_NotesOnTheFirstVersionWhatAnswersALaterOne(t *testing.T) {
	t.Parallel()
	s := relayed(t, newTarget(t, answer(http.StatusCreated, tells(t, uuid.New(), received))))
	d := planned(t, s)
	first := s.Submitted(t, s.Person(solutiontest.Kari), "Lysfest").Instance.InstanceRef
	from, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, s.Database, "UPDATE delivery SET payload = payload::jsonb || jsonb_build_object('from', $2::jsonb) "+
		"WHERE id = $1", d.ID, from)
	if err := s.Handover.Deliver(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if got := substatus(t, s, d); got != nil {
		t.Errorf("the later version says %+v", got)
	}
	d.Source = first
	if got := substatus(t, s, d); got == nil {
		t.Error("the first version says nothing")
	}
}
