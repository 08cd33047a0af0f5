package instance_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/message"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// matter is Kari's application and the case that came of it, in which Ingrid may write.
func matter(t testing.TB, s *solutiontest.Solution, owner core.Actor) (sent, c core.Instance) {
	t.Helper()
	v := s.Submitted(t, owner, "Lysfest")
	return v.Instance, caseIn(t, s, v.Instance, solutiontest.Case, "Task_vurdering")
}

// caseIn makes a case of what was sent and puts it in a task.
func caseIn(
	t testing.TB, s *solutiontest.Solution, sent core.Instance, ref core.AppRef, task string,
) core.Instance {
	t.Helper()
	template := solutiontest.Template("Lysfest")
	template.App, template.DataValues = ref, map[string]string{
		"sourceInstance": sent.InstanceRef.String(), "sourceApp": sent.AppRef.String(),
		"reference": sent.Reference, "unit": "Kultur",
	}
	c, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), template)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, s.Database, "UPDATE instance SET task = $2, task_type = 'data' WHERE id = $1",
		c.ID, task)
	return c.Instance
}

func saying(ref core.InstanceRef, text string) instance.Say {
	return instance.Say{Ref: ref, Text: text, Key: uuid.New()}
}

// heard is what the case's message is as it comes to the application.
func heard(key string, from core.Instance, m core.Message) instance.Template {
	return instance.Template{
		Key: key, Content: []byte(key), Message: &m, DataValues: map[string]string{
			"sourceInstance": from.InstanceRef.String(), "sourceApp": from.AppRef.String(),
		},
	}
}

func TestSay_OnlyWhoMayWriteInTheCaseWritesToItsApplicant(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	for _, who := range []core.PartyID{
		solutiontest.Kari, solutiontest.Per, solutiontest.Lise, solutiontest.Tor, solutiontest.Siri,
		solutiontest.Jon,
	} {
		if err := s.Instances.Say(t.Context(), s.Person(who), saying(c.InstanceRef, "Hei")); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d writes: %v", who, err)
		}
	}
	ingrid := s.Person(solutiontest.Ingrid)
	for text, key := range map[string]string{
		"": "fault.message_empty", strings.Repeat("x", message.MaxLength+1): "fault.message_long",
	} {
		err := s.Instances.Say(t.Context(), ingrid, saying(c.InstanceRef, text))
		if got, _, _ := fault.Text(err); got != key {
			t.Errorf("%.5q: %v", text, err)
		}
	}
	hei := saying(c.InstanceRef, "Hei")
	for range 2 {
		if err := s.Instances.Say(t.Context(), ingrid, hei); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Count(t, "delivery", "kind = 'message'"); n != 1 {
		t.Errorf("%d deliveries of one message pressed twice", n)
	}
	if n := s.Count(t, "audit_event", "act = 'say' AND outcome = 'done' AND instance = $1", c.ID); n != 1 {
		t.Errorf("%d audit lines, want 1", n)
	}
	if n := s.Count(t, "delivery", "payload::text LIKE '%Ingrid%' OR payload::text LIKE '%50004%'"); n != 0 {
		t.Error("the caseworker's name travels")
	}
	storetest.Exec(t, s.Database, "UPDATE instance SET task = 'Task_mottak', task_type = 'confirmation'"+
		" WHERE id = $1", c.ID)
	err := s.Instances.Say(t.Context(), ingrid, saying(c.InstanceRef, "Hei"))
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("in a task in which nobody writes: %v", err)
	}
}

func TestSay_ACaseThatTakesNoAnswerAsksNothing(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	v := s.Submitted(t, s.Person(solutiontest.Kari), "Lysfest")
	lise := s.Person(solutiontest.Lise)
	lege := core.AppRef{Org: "nordvik", App: "legevurdering"}
	c := caseIn(t, s, v.Instance, lege, "Task_vurdering")
	one, err := s.Instances.Case(t.Context(), lise, solutiontest.Nordvik, c.ID, "nb")
	if err != nil || one.Conversation.MayWrite {
		t.Errorf("the form is offered: %v, %v", one.Conversation.MayWrite, err)
	}
	if err := s.Instances.Say(t.Context(), lise, saying(c.InstanceRef, "Hei")); !fault.Is(err, fault.Conflict) {
		t.Errorf("it is written: %v", err)
	}
	own := s.CaseOf(t, "Uten søker")
	storetest.Exec(t, s.Database, "UPDATE instance SET task = 'Task_vurdering' WHERE id = $1", own.ID)
	err = s.Instances.Say(t.Context(), s.Person(solutiontest.Ingrid), saying(own.InstanceRef, "Hei"))
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("a case without an applicant: %v", err)
	}
}

func TestAccept_AMessageComesOnceAndIsAnswered(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ingrid := s.Person(solutiontest.Kari), s.Person(solutiontest.Ingrid)
	sent, c := matter(t, s, kari)
	m := core.Message{ID: uuid.New(), From: "Kultur", Text: "Hvor mange?\r\n<b>"}
	accept := func(ref core.InstanceRef, who core.Actor, t2 instance.Template) error {
		_, err := s.Instances.Accept(t.Context(), who, ref, t2)
		return err
	}
	for range 2 {
		if err := accept(sent.InstanceRef, solutiontest.System(), heard("a", c, m)); err != nil {
			t.Fatal(err)
		}
	}
	if err := accept(sent.InstanceRef, solutiontest.System(), heard("b", c, m)); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same message under another key: %v", err)
	}
	bad := m
	bad.ID, bad.Text = uuid.New(), " "
	alone := heard("d", c, core.Message{ID: uuid.New(), Text: "Hei"})
	alone.DataValues = nil
	for name, try := range map[string]instance.Template{"empty": heard("c", c, bad), "from nowhere": alone} {
		if err := accept(sent.InstanceRef, solutiontest.System(), try); !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := core.Message{ID: uuid.New(), Text: "Hei"}
	for _, who := range []core.Actor{solutiontest.NeighbourSystem(), kari, ingrid} {
		if err := accept(sent.InstanceRef, who, heard("e", c, good)); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s brings a message: %v", who.Name, err)
		}
	}
	list, _, err := s.Instances.Received(t.Context(), kari, nil, 10)
	if err != nil || len(list) != 1 || !list[0].Unread || list[0].From != "Nordvik kommune, Kultur" ||
		list[0].Reference != sent.Reference || list[0].Text != "Hvor mange?\n<b>" {
		t.Fatalf("Kari has %+v, %v", list, err)
	}
	if list, _, err = s.Instances.Received(t.Context(), s.Person(solutiontest.Ola), nil, 10); err != nil || len(list) != 0 {
		t.Errorf("Ola has %+v, %v", list, err)
	}
	if n := s.Count(t, "notice", "kind = 'message' AND instance = $1", sent.ID); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
}

func TestSay_AnAnswerGoesWhereTheMessageCameFrom(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ingrid := s.Person(solutiontest.Kari), s.Person(solutiontest.Ingrid)
	sent, c := matter(t, s, kari)
	m := core.Message{ID: uuid.New(), Text: "Hvor mange?"}
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), sent.InstanceRef, heard("a", c, m)); err != nil {
		t.Fatal(err)
	}
	answer := saying(sent.InstanceRef, "Åtti.")
	if err := s.Instances.Say(t.Context(), kari, answer); !fault.Is(err, fault.Malformed) {
		t.Errorf("an answer to nobody: %v", err)
	}
	answer.To = uuid.New()
	if err := s.Instances.Say(t.Context(), kari, answer); !fault.Is(err, fault.Malformed) {
		t.Errorf("an answer to what nothing came from: %v", err)
	}
	answer.To = c.ID
	if err := s.Instances.Say(t.Context(), s.Person(solutiontest.Ola), answer); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Ola answers for Kari: %v", err)
	}
	if err := s.Instances.Say(t.Context(), kari, answer); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(t, "delivery", "kind = 'message' AND to_app = 'stottesak' AND owner = $1",
		solutiontest.Nordvik); n != 1 {
		t.Errorf("%d answers are on their way, want 1", n)
	}
	s.Open(t, ingrid, c.InstanceRef)
	said := core.Message{ID: uuid.New(), From: "Kari Solbakken", Text: "Åtti."}
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef, heard("f", sent, said)); err != nil {
		t.Fatal(err)
	}
	box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{})
	if err != nil || len(box.Cases) != 1 || !box.Cases[0].Unread {
		t.Errorf("the case is not unread: %+v, %v", box.Cases, err)
	}
	one, err := s.Instances.Case(t.Context(), ingrid, solutiontest.Nordvik, c.ID, "nb")
	if err != nil || len(one.Conversation.Messages) != 1 || !one.Conversation.MayWrite ||
		one.Conversation.Messages[0].From != "Kari Solbakken" {
		t.Errorf("the case shows %+v, %v", one.Conversation, err)
	}
	// A closed case takes an answer all the same: nothing is lost.
	storetest.Exec(t, s.Database, `UPDATE instance SET status = 'archived', task = '',
		end_event = 'EndEvent_1', ended = now() WHERE id = $1`, c.ID)
	said.ID = uuid.New()
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef, heard("g", sent, said)); err != nil {
		t.Errorf("a closed case: %v", err)
	}
}

// TestFollowed_EachReadsTheMessagesOfWhatTheyMayRead has a parking case and a medical assessment
// of one application: the caseworker sees the case's messages, the applicant what came to them.
func TestFollowed_EachReadsTheMessagesOfWhatTheyMayRead(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	sent, c := matter(t, s, kari)
	other := caseIn(t, s, sent, core.AppRef{Org: "nordvik", App: "parkeringssak"}, "Task_vedtak")
	for i, ref := range []core.Instance{c, other} {
		from := core.Message{ID: uuid.New(), From: "Kari Solbakken", Text: []string{"Kultur", "Parkering"}[i]}
		if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), ref.InstanceRef, heard(from.Text, sent, from)); err != nil {
			t.Fatal(err)
		}
		to := core.Message{ID: uuid.New(), Text: from.Text}
		if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), sent.InstanceRef, heard("A"+from.Text, ref, to)); err != nil {
			t.Fatal(err)
		}
	}
	for who, want := range map[core.PartyID]string{solutiontest.Ingrid: "Kultur", solutiontest.Per: "Parkering"} {
		ref := c
		if who == solutiontest.Per {
			ref = other
		}
		one, err := s.Instances.Case(t.Context(), s.Person(who), solutiontest.Nordvik, ref.ID, "nb")
		if err != nil || len(one.Conversation.Messages) != 1 || one.Conversation.Messages[0].Text != want {
			t.Errorf("%d reads %+v, %v", who, one.Conversation.Messages, err)
		}
	}
	receipt, err := s.Instances.Sent(t.Context(), kari, sent.InstanceRef, "nb")
	if err != nil || len(receipt.Conversation.Messages) != 0 {
		t.Errorf("the receipt shows messages: %v", err)
	}
	for _, unread := range []bool{true, false} {
		followed, err := s.Instances.Followed(t.Context(), kari, sent.InstanceRef, "nb")
		if err != nil || len(followed.Conversation.Messages) != 2 ||
			followed.Conversation.Messages[0].Unread != unread {
			t.Errorf("Kari reads %+v, %v", followed.Conversation.Messages, err)
		}
	}
}

func TestInstantiate_WhatIsMadeForAPersonTellsThem(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	inst := asked(t, s, s.CaseOf(t, "Lysfest"), map[string]any{"opplysning": true})
	if n := s.Count(t, "notice", "kind = 'request' AND instance = $1", inst.ID); n != 1 {
		t.Errorf("%d notices of a request", n)
	}
	made, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), instance.Template{
		App: letter, Owner: instance.OwnerName{Party: solutiontest.Kari},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Count(t, "notice", "kind = 'letter' AND instance = $1", made.ID); n != 1 {
		t.Errorf("%d notices of a letter", n)
	}
	if n := s.Count(t, "notice", "true"); n != 2 {
		t.Errorf("%d notices, and cases need none", n)
	}
	due := time.Now().AddDate(0, 0, 10)
	_, err = s.Instances.Instantiate(t.Context(), solutiontest.System(), instance.Template{
		App: more, Owner: instance.OwnerName{Party: solutiontest.Kari}, Due: &due,
		RemindBefore: []int{400},
	})
	if !fault.Is(err, fault.Malformed) {
		t.Errorf("a reminder a year ahead: %v", err)
	}
}

// TestAccept_WhatComesFromWhomWasAskedIsTheAnswer has a case wait for two requests: what comes
// from one of them says nothing of the other.
func TestAccept_WhatComesFromWhomWasAskedIsTheAnswer(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	sent, c := matter(t, s, s.Person(solutiontest.Kari))
	asked := map[string]core.InstanceRef{}
	for _, name := range []string{"svart", "taus"} {
		ref := core.InstanceRef{AppRef: more, Owner: solutiontest.Kari, ID: uuid.New()}
		asked[name] = ref
		storetest.Exec(t, s.Database, `
WITH d AS (
    INSERT INTO delivery (id, source_org, source_app, source_owner, source_id, handover, to_org,
        to_app, owner, state, delivered, target_owner, target_id, payload)
    VALUES (gen_random_uuid(), 'nordvik', 'stottesak', 51001, $1, $3, 'nordvik', 'ettersending',
        50001, 'delivered', now(), 50001, $2, '{}')
    RETURNING id
)
INSERT INTO notice (id, instance, kind, at, delivery)
SELECT $2, $1, 'unanswered', now() + interval '1 day', d.id FROM d`, c.ID, ref.ID, name)
	}
	bring := func(key string, from core.InstanceRef) {
		t.Helper()
		answer := answerOf(key, "Klokka ti.")
		answer.DataValues = map[string]string{
			"sourceInstance": from.String(), "sourceApp": from.AppRef.String(),
		}
		if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef, answer); err != nil {
			t.Fatal(err)
		}
	}
	bring("a", sent.InstanceRef)
	if n := s.Count(t, "notice", "state = 'waiting' AND kind = 'unanswered'"); n != 2 {
		t.Errorf("what comes from elsewhere answers: %d wait, want 2", n)
	}
	bring("b", asked["svart"])
	if n := s.Count(t, "notice", "state = 'dropped' AND id = $1", asked["svart"].ID); n != 1 {
		t.Error("what is answered is still waited for")
	}
	late := func(state string, lines int) {
		t.Helper()
		if err := s.Messages.Tell(t.Context(), asked["taus"].ID); err != nil {
			t.Fatal(err)
		}
		if n := s.Count(t, "notice", "state = $2 AND id = $1", asked["taus"].ID, state); n != 1 {
			t.Errorf("what is not answered is not %s", state)
		}
		if n := s.Count(t, "audit_event", "act = 'unanswered' AND instance = $1", c.ID); n != lines {
			t.Errorf("the case tells %d times, want %d", n, lines)
		}
	}
	late("sent", 1)
	storetest.Exec(t, s.Database, "UPDATE notice SET state = 'waiting', ended = NULL WHERE id = $1",
		asked["taus"].ID)
	storetest.Exec(t, s.Database, `UPDATE delivery SET state = 'parked', delivered = NULL,
		target_id = NULL, target_owner = NULL WHERE handover = 'taus'`)
	late("dropped", 1)
}

// TestAccept_OfManyAtOnceOneMessageIsKept is what two workers do when one takes the other's job
// over: the same delivery at the same moment.
func TestAccept_OfManyAtOnceOneMessageIsKept(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	sent, c := matter(t, s, s.Person(solutiontest.Kari))
	template := heard("a", c, core.Message{ID: uuid.New(), Text: "Hei"})
	const workers = 8
	var done atomic.Int32
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			first, err := s.Instances.Accept(t.Context(), solutiontest.System(), sent.InstanceRef, template)
			if err != nil {
				t.Error(err)
			}
			if first {
				done.Add(1)
			}
		})
	}
	all.Wait()
	if n := done.Load(); n != 1 {
		t.Errorf("%d of %d say that they brought it, want 1", n, workers)
	}
	for table, where := range map[string]string{
		"message": "NOT sent", "notice": "kind = 'message'", "audit_event": "act = 'hear'",
	} {
		if n := s.Count(t, table, where); n != 1 {
			t.Errorf("%d rows of %s where %s, want 1", n, table, where)
		}
	}
}
