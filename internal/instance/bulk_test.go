package instance_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// handled makes n cases that stand where they are assessed.
func handled(t testing.TB, s *solutiontest.Solution, n int) []core.InstanceRef {
	t.Helper()
	var out []core.InstanceRef
	for range n {
		out = append(out, s.CaseOf(t, "Lysfest").InstanceRef)
	}
	storetest.Exec(t, s.Database, `UPDATE instance SET task = 'Task_vurdering', task_type = 'data'
		WHERE app = 'stottesak'`)
	return out
}

func idsOf(refs []core.InstanceRef) []uuid.UUID {
	var out []uuid.UUID
	for _, r := range refs {
		out = append(out, r.ID)
	}
	return out
}

// chosen keeps what somebody wants to do with cases, with what it asks for.
func chosen(
	t testing.TB, s *solutiontest.Solution, a core.Actor, c instance.BulkChoice, g instance.BulkGiven,
) uuid.UUID {
	t.Helper()
	id, err := s.Instances.ChooseBulk(t.Context(), a, solutiontest.NordvikNumber, instance.InboxFilter{}, c)
	if err == nil && c.Act.Asks() {
		err = s.Instances.GiveBulk(t.Context(), a, solutiontest.NordvikNumber, id, g)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// bulkOf reads it as its page does.
func bulkOf(t testing.TB, s *solutiontest.Solution, a core.Actor, id uuid.UUID) instance.Bulk {
	t.Helper()
	b, err := s.Instances.Bulk(t.Context(), a, solutiontest.NordvikNumber, id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// outcomes are what became of the cases, with why.
func outcomes(b instance.Bulk) []string {
	var out []string
	for _, r := range b.Rows {
		out = append(out, string(r.Outcome)+r.Why)
	}
	return out
}

func undone(b instance.Bulk) []string {
	var out []string
	for _, r := range b.Rows {
		out = append(out, string(r.Undo.Outcome)+r.Undo.Why)
	}
	return out
}

func same(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %q, want %q", what, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: %q, want %q", what, got, want)
			return
		}
	}
}

// TestBulk_UX63_TellsOfEachCaseWhatWasDoneAndWhyNot takes six cases of which two can be taken.
func TestBulk_UX63_TellsOfEachCaseWhatWasDoneAndWhyNot(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	sent := s.Submitted(t, s.Person(solutiontest.Kari), "Lysfest").Instance
	refs := handled(t, s, 5)
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	for a, ref := range map[*core.Actor]core.InstanceRef{&ingrid: refs[2], &siri: refs[3]} {
		if err := s.Instances.Take(t.Context(), *a, ref); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Exec(t, s.Database, `UPDATE instance SET status = 'archived', task = '', ended = now(),
		end_event = 'EndEvent_1' WHERE id = $1`, refs[4].ID)
	ids := append(idsOf(refs), uuid.New(), sent.ID, refs[0].ID)
	id := chosen(t, s, ingrid, instance.BulkChoice{Act: core.BulkTake, Cases: ids}, instance.BulkGiven{})
	want := []string{"done", "done", "same", "notfault.case_taken", "notfault.bulk_forbidden",
		"notfault.bulk_forbidden", "notfault.bulk_forbidden"}
	before := s.Count(t, "audit_event", "act = 'take' AND outcome = 'done'")
	tried := bulkOf(t, s, ingrid, id)
	same(t, "tried", outcomes(tried), want...)
	if n := s.Count(t, "instance", "assignee <> 0"); n != 2 || tried.Ran != nil || tried.UndoTo != nil {
		t.Errorf("only tried, %d cases are taken: %+v", n, tried.Bulk)
	}
	if a := tried.Rows[3].WhyArgs; len(a) != 1 || a[0] != siri.Name {
		t.Errorf("who has it is told as %q", a)
	}
	var twice sync.WaitGroup
	for range 2 {
		twice.Go(func() {
			if err := s.Instances.RunBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id); err != nil {
				t.Error(err)
			}
		})
	}
	twice.Wait()
	b := bulkOf(t, s, ingrid, id)
	same(t, "done", outcomes(b), want...)
	if n := s.Count(t, "audit_event", "act = 'take' AND outcome = 'done'"); n != before+2 {
		t.Errorf("%d lines of a case that was taken, want one for each of two cases", n-before)
	}
	if b.Ran == nil || b.UndoTo == nil || len(b.Cases) != 5 {
		t.Errorf("it tells %+v of %d cases", b.Bulk, len(b.Cases))
	}
	// One of them is touched before it is taken back.
	if err := s.Instances.Release(t.Context(), ingrid, refs[1]); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Instances.UndoBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id); err != nil {
			t.Fatal(err)
		}
		b = bulkOf(t, s, ingrid, id)
		same(t, "undone", undone(b), "done", "notfault.bulk_changed", "", "", "", "", "")
	}
	if n := s.Count(t, "instance", "assignee <> 0"); n != 2 || b.Undone == nil || b.UndoTo != nil {
		t.Errorf("after the undo %d cases are taken: %+v", n, b.Bulk)
	}
	is(t, "again after the undo", s.Instances.RunBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id),
		fault.Conflict, "fault.changed")
}

func TestBulk_IsItsAuthorsOwnAndDecidedOnForEachCase(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	refs := handled(t, s, 2)
	ingrid, per := s.Person(solutiontest.Ingrid), s.Person(solutiontest.Per)
	number := solutiontest.NordvikNumber
	own := chosen(t, s, ingrid, instance.BulkChoice{Act: core.BulkRelease, Cases: idsOf(refs)}, instance.BulkGiven{})
	for _, a := range []core.Actor{per, s.Person(solutiontest.Kari), s.Person(solutiontest.Tor), colleague(t, s, solutiontest.Siri)} {
		_, err := s.Instances.Bulk(t.Context(), a, number, own)
		_, unknown := s.Instances.Bulk(t.Context(), a, number, uuid.New())
		if !fault.Is(err, fault.Forbidden) || !fault.Is(unknown, fault.Forbidden) || err.Error() != unknown.Error() {
			t.Errorf("%s opens it: %v; an unknown one: %v", a.Name, err, unknown)
		}
		for what, do := range map[string]error{
			"does": s.Instances.RunBulk(t.Context(), a, number, own), "undoes": s.Instances.UndoBulk(t.Context(), a, number, own),
			"gives": s.Instances.GiveBulk(t.Context(), a, number, own, instance.BulkGiven{}),
		} {
			if !fault.Is(do, fault.Forbidden) {
				t.Errorf("%s %s it: %v", a.Name, what, do)
			}
		}
	}
	// Per has a role here, but not for these cases.
	for _, act := range []core.BulkAct{core.BulkTake, core.BulkRead} {
		id := chosen(t, s, per, instance.BulkChoice{Act: act, Cases: idsOf(refs)}, instance.BulkGiven{})
		if err := s.Instances.RunBulk(t.Context(), per, number, id); err != nil {
			t.Fatal(err)
		}
		b := bulkOf(t, s, per, id)
		same(t, "Per's", outcomes(b), "notfault.bulk_forbidden", "notfault.bulk_forbidden")
		if len(b.Cases) != 0 {
			t.Errorf("Per is told of %d cases", len(b.Cases))
		}
	}
	if n := s.Count(t, "instance", "assignee <> 0"); n != 0 {
		t.Errorf("%d cases are taken", n)
	}
}

func TestBulk_AllThatTheListHas(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	handled(t, s, 28)
	ingrid := s.Person(solutiontest.Ingrid)
	all := instance.BulkChoice{Act: core.BulkTag, All: true, List: "view=open"}
	id := chosen(t, s, ingrid, all, instance.BulkGiven{Tag: " Til  Møte "})
	if err := s.Instances.RunBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id); err != nil {
		t.Fatal(err)
	}
	b := bulkOf(t, s, ingrid, id)
	if n := s.Count(t, "case_tag", "tag = 'til møte'"); n != 28 || len(b.Rows) != 28 || b.List != "view=open" || b.Left != 0 {
		t.Errorf("%d cases are marked, %d rows, %+v", n, len(b.Rows), b.Bulk)
	}
	// The list's own filter narrows all; another reads the whole of a list that has none.
	for query, want := range map[string]int{`merkelapp:"til møte"`: 28, "finnesikke": 0} {
		_, err := s.Instances.ChooseBulk(t.Context(), ingrid, solutiontest.NordvikNumber,
			instance.InboxFilter{Query: query}, instance.BulkChoice{Act: core.BulkRead, All: true})
		if want == 0 {
			is(t, query, err, fault.Invalid, "fault.bulk_none")
		} else if err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
	if n := s.Count(t, "bulk_row AS r JOIN bulk AS b ON b.id = r.bulk", "b.act = 'read'"); n != 28 {
		t.Errorf("%d cases are chosen by the search", n)
	}
	storetest.Exec(t, s.Database, "UPDATE bulk SET ran = ran - interval '11 minutes'")
	is(t, "too late", s.Instances.UndoBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id),
		fault.Conflict, "fault.undo_late")
}

func TestBulk_EndsAtItsLimitAndTellsThatThereIsMore(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	storetest.Exec(t, s.Database, `INSERT INTO instance (id, org, app, owner, app_version, status, task, ready,
		submitted, reference) SELECT gen_random_uuid(), 'nordvik', 'stottesak', 51001, 'h', 'active',
		'Task_vurdering', true, now(), 'NK-' || n FROM generate_series(1, 1001) AS n`)
	all := instance.BulkChoice{Act: core.BulkRead, All: true}
	if _, err := s.Instances.ChooseBulk(t.Context(), s.Person(solutiontest.Ingrid), solutiontest.NordvikNumber,
		instance.InboxFilter{}, all); err != nil {
		t.Fatal(err)
	}
	if n, more := s.Count(t, "bulk_row", "true"), s.Count(t, "bulk", "beyond >= 1"); n != 1000 || more != 1 {
		t.Errorf("%d cases are chosen; that there is more is told %d times", n, more)
	}
}

// TestBulk_GivesEachCaseOnlyToWhoMayTakeIt has a colleague lose the role after being chosen.
func TestBulk_GivesEachCaseOnlyToWhoMayTakeIt(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	refs := handled(t, s, 2)
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	id := chosen(t, s, ingrid, instance.BulkChoice{Act: core.BulkAssign, Cases: idsOf(refs)}, instance.BulkGiven{To: siri.User})
	storetest.Exec(t, s.Database, `UPDATE role_grant SET withdrawn_at = now(), withdrawn_by = 50007 WHERE person = $1`, siri.User)
	same(t, "tried", outcomes(bulkOf(t, s, ingrid, id)), "notfault.bulk_colleague", "notfault.bulk_colleague")
	if err := s.Instances.RunBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id); err != nil {
		t.Fatal(err)
	}
	same(t, "done", outcomes(bulkOf(t, s, ingrid, id)), "notfault.bulk_colleague", "notfault.bulk_colleague")
}

func TestBulk_WhatAnActAsksForIsRefusedWhenItCannotBe(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	refs := handled(t, s, 1)
	ingrid := s.Person(solutiontest.Ingrid)
	for _, wrong := range []struct {
		act   core.BulkAct
		given instance.BulkGiven
		key   string
	}{
		{core.BulkAssign, instance.BulkGiven{}, "fault.no_colleague"},
		{core.BulkAssign, instance.BulkGiven{To: solutiontest.Kari}, "fault.no_colleague"},
		{core.BulkAssign, instance.BulkGiven{To: solutiontest.Per}, "fault.no_colleague"},
		{core.BulkTag, instance.BulkGiven{Tag: "!"}, "fault.tag_signs"},
		{core.BulkTag, instance.BulkGiven{Tag: "14827941388"}, "fault.tag_signs"},
		{core.BulkHold, instance.BulkGiven{Reason: "x"}, "fault.hold_day"},
		{core.BulkHold, instance.BulkGiven{Last: dayAfter(t, 181), Reason: "x"}, "fault.hold_day"},
		{core.BulkHold, instance.BulkGiven{Last: dayAfter(t, 3), Reason: " "}, "fault.message_empty"},
	} {
		id, err := s.Instances.ChooseBulk(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{},
			instance.BulkChoice{Act: wrong.act, Cases: idsOf(refs)})
		if err != nil {
			t.Fatal(err)
		}
		is(t, string(wrong.act), s.Instances.GiveBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id, wrong.given),
			fault.Invalid, wrong.key)
		is(t, "done before it is said", s.Instances.RunBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id),
			fault.Conflict, "fault.changed")
	}
	_, err := s.Instances.ChooseBulk(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{},
		instance.BulkChoice{Act: core.BulkTake})
	is(t, "none", err, fault.Invalid, "fault.bulk_none")
	for what, c := range map[string]instance.BulkChoice{
		"no act": {Act: "delete", Cases: idsOf(refs)}, "too many": {Act: core.BulkTake, Cases: make([]uuid.UUID, 1001)},
	} {
		_, err := s.Instances.ChooseBulk(t.Context(), ingrid, solutiontest.NordvikNumber, instance.InboxFilter{}, c)
		is(t, what, err, fault.Malformed, "fault.malformed")
	}
}

func TestBulk_TheReasonIsKeptWithTheCasesAlone(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	refs := handled(t, s, 2)
	ingrid := s.Person(solutiontest.Ingrid)
	due := held(t, s, ingrid, refs[1])
	given := instance.BulkGiven{Last: dayAfter(t, 5), Reason: "Mangler regnskap"}
	id := chosen(t, s, ingrid, instance.BulkChoice{Act: core.BulkHold, Cases: idsOf(refs)}, given)
	if err := s.Instances.RunBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id); err != nil {
		t.Fatal(err)
	}
	same(t, "held", outcomes(bulkOf(t, s, ingrid, id)), "done", "notfault.bulk_waits")
	if n := s.Count(t, "bulk", "reason <> ''"); n != 0 || s.Count(t, "case_note", "body = 'Mangler regnskap'") != 1 {
		t.Errorf("%d reasons are kept twice", n)
	}
	if err := s.Instances.UndoBulk(t.Context(), ingrid, solutiontest.NordvikNumber, id); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(t, "instance", "hold_until IS NOT NULL"); n != 1 {
		t.Errorf("%d cases wait, want the one that did before", n)
	}
	if now := openCase(t, s, ingrid, refs[1]).Instance.Due; !now.Equal(shifted(due, 10)) {
		t.Errorf("the other is due %v", now)
	}
	storetest.Exec(t, s.Database, "UPDATE bulk SET made = made - interval '31 days'")
	if err := s.Store.CleanBulks(t.Context()); err != nil || s.Count(t, "bulk", "true")+s.Count(t, "bulk_row", "true") != 0 {
		t.Errorf("it is kept for more than 30 days: %v", err)
	}
}
