package instance_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// TestOutbox_AMessageWaitsAndCanBeStoppedUntilItLeaves writes three: one is stopped, one leaves
// when its time comes, and the applicant's own never waits.
func TestOutbox_AMessageWaitsAndCanBeStoppedUntilItLeaves(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t, func(c *handover.Config) { c.OutboxWait = 10 * time.Minute })
	sent, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid, per := s.Person(solutiontest.Ingrid), s.Person(solutiontest.Per)
	say := func(text string) core.KeptMessage {
		t.Helper()
		if err := s.Instances.Say(t.Context(), ingrid, saying(c.InstanceRef, text)); err != nil {
			t.Fatal(err)
		}
		list := openCase(t, s, ingrid, c.InstanceRef).Conversation.Messages
		return list[len(list)-1]
	}
	state := func(id uuid.UUID) core.KeptMessage {
		t.Helper()
		for _, m := range openCase(t, s, ingrid, c.InstanceRef).Conversation.Messages {
			if m.ID == id {
				return m
			}
		}
		t.Fatal("the message is gone")
		return core.KeptMessage{}
	}
	early := func(what string, id uuid.UUID) {
		t.Helper()
		later, ok := errors.AsType[*handover.Later](s.Handover.Deliver(t.Context(), id))
		if !ok || later.Code != "early" || later.Wait < 9*time.Minute || later.Wait > 10*time.Minute {
			t.Errorf("%s is tried: %+v", what, later)
		}
	}
	stop := func(a core.Actor, id uuid.UUID) error {
		return s.Instances.StopMessage(t.Context(), a, c.InstanceRef, id)
	}
	first := say("Feil sak")
	if first.Leaves == nil || first.State != core.DeliveryWaiting {
		t.Fatalf("written: %+v", first)
	}
	early("what waits", first.ID)
	// Neither the target's answering again nor what looks for late ones lets it go before its time.
	if _, err := s.Store.WakeDeliveries(t.Context(), sent.AppRef); err != nil {
		t.Fatal(err)
	}
	early("what was woken", first.ID)
	is(t, "another stops it", stop(per, first.ID), fault.Forbidden, "fault.forbidden")
	is(t, "an unknown one", stop(ingrid, uuid.New()), fault.Conflict, "fault.message_left")
	if err := stop(ingrid, first.ID); err != nil {
		t.Fatal(err)
	}
	is(t, "twice", stop(ingrid, first.ID), fault.Conflict, "fault.message_left")
	if m := state(first.ID); m.State != core.MessageStopped || m.Leaves != nil || m.Text != "Feil sak" {
		t.Errorf("stopped: %+v", m)
	}
	if err := s.Handover.Deliver(t.Context(), first.ID); err != nil || s.Count(t, "delivery", "id = $1", first.ID) != 0 {
		t.Errorf("what is stopped is tried: %v", err)
	}
	if n := s.Count(t, "audit_event", "act = 'stop' AND outcome = 'done' AND instance = $1", c.ID); n != 1 {
		t.Errorf("%d lines of it, want one", n)
	}

	second := say("Hvor mange kommer?")
	storetest.Exec(t, s.Database, "UPDATE delivery SET not_before = now() - interval '1 second' WHERE id = $1", second.ID)
	if m := state(second.ID); m.Leaves != nil || m.State != core.DeliveryWaiting {
		t.Errorf("its time has come: %+v", m)
	}
	is(t, "too late", stop(ingrid, second.ID), fault.Conflict, "fault.message_left")
	if later, ok := errors.AsType[*handover.Later](s.Handover.Deliver(t.Context(), second.ID)); ok && later.Code == "early" {
		t.Error("it waits although its time has come")
	}
	if n := s.Count(t, "delivery", "id = $1 AND attempts = 1", second.ID); n != 1 {
		t.Error("it was not tried when its time came")
	}

	answer := instance.Say{Ref: sent.InstanceRef, To: c.ID, Text: "Ti", Key: uuid.New()}
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), sent.InstanceRef,
		heard("question", c, core.Message{ID: uuid.New(), From: "Kultur", Text: "Hvor mange?"})); err != nil {
		t.Fatal(err)
	}
	if err := s.Instances.Say(t.Context(), s.Person(solutiontest.Kari), answer); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(t, "delivery", "source_id = $1 AND kind = 'message' AND not_before IS NULL", sent.ID); n != 1 {
		t.Errorf("%d of the applicant's messages go at once, want one", n)
	}
}
