package access_test

import (
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

const kultur = "nordvik-kultur"

// ask is Siri asking Nordvik kommune for the caseworkers' role.
func ask(t *testing.T, s *solutiontest.Solution) int64 {
	t.Helper()
	q, err := s.Access.Ask(t.Context(), s.Person(solutiontest.Siri), solutiontest.NordvikNumber, kultur,
		" Vikar i juli ")
	if err != nil {
		t.Fatal(err)
	}
	return q.ID
}

func TestAsk_IsGrantedAndOpensTheCases(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	siri, tor := s.Person(solutiontest.Siri), s.Person(solutiontest.Tor)
	inst := s.CaseOf(t, "Lysfest")
	id := ask(t, s)
	if opens(t, s, solutiontest.Siri, inst) {
		t.Fatal("to ask opens the case")
	}
	_, err := s.Access.Ask(t.Context(), siri, solutiontest.NordvikNumber, kultur, "Igjen")
	is(t, "asked again", err, fault.Conflict, "fault.request_waits")
	list, err := s.Access.Requests(t.Context(), tor, solutiontest.Nordvik)
	if err != nil || len(list.Waiting) != 1 || list.Counts[core.RequestWaiting] != 1 ||
		list.Waiting[0].PersonName != "Siri Dahl" || list.Waiting[0].Reason != "Vikar i juli" {
		t.Fatalf("the administrator sees %+v, %v", list, err)
	}
	answer := access.RequestAnswer{Grant: true, Reason: "Avtalt", LastDay: time.Now().AddDate(0, 1, 0)}
	if err := s.Access.Answer(t.Context(), tor, solutiontest.Nordvik, id, answer, time.Now()); err != nil {
		t.Fatal(err)
	}
	if !opens(t, s, solutiontest.Siri, inst) {
		t.Error("the granted role does not open the case")
	}
	mine, err := s.Access.Asked(t.Context(), siri)
	if err != nil || len(mine) != 1 || mine[0].State != core.RequestGranted || mine[0].Answer != "Avtalt" ||
		mine[0].AnsweredByName != "Tor Haugen" {
		t.Errorf("Siri reads %+v, %v", mine, err)
	}
	err = s.Access.Answer(t.Context(), tor, solutiontest.Nordvik, id, answer, time.Now())
	is(t, "answered twice", err, fault.Conflict, "fault.request_answered")
	_, err = s.Access.Ask(t.Context(), siri, solutiontest.NordvikNumber, kultur, "Mer")
	is(t, "a role one has", err, fault.Conflict, "fault.request_held")
	if n := s.Count(t, "audit_event", "act = 'ask' AND actor = $1 AND instance IS NULL", solutiontest.Siri); n != 1 {
		t.Errorf("%d audit lines of asking, want 1", n)
	}
}

func TestAsk_IsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tor := s.Person(solutiontest.Tor)
	id := ask(t, s)
	answer := func(a core.Actor, org core.PartyID, with access.RequestAnswer) error {
		return s.Access.Answer(t.Context(), a, org, id, with, time.Now())
	}
	no := access.RequestAnswer{Reason: "Du har ikke dette arbeidet."}
	for name, c := range map[string]struct {
		err error
		key string
	}{
		"no reason":      {answer(tor, solutiontest.Nordvik, access.RequestAnswer{}), "fault.request_answer"},
		"a long one":     {answer(tor, solutiontest.Nordvik, access.RequestAnswer{Reason: strings.Repeat("å", 501)}), "fault.admin_reason_long"},
		"a past day":     {answer(tor, solutiontest.Nordvik, access.RequestAnswer{Grant: true, Reason: "x"}), "fault.admin_end_past"},
		"a stranger":     {answer(s.Person(solutiontest.Siri), solutiontest.Nordvik, no), "fault.admin_not_administrator"},
		"a caseworker":   {answer(s.Person(solutiontest.Ingrid), solutiontest.Nordvik, no), "fault.admin_not_administrator"},
		"another's list": {answer(tor, solutiontest.Sorvik, no), "fault.admin_not_administrator"},
	} {
		if key, _, _ := fault.Text(c.err); key != c.key {
			t.Errorf("%s: %v, want %s", name, c.err, c.key)
		}
	}
	if err := answer(tor, solutiontest.Nordvik, no); err != nil {
		t.Fatal(err)
	}
	mine, err := s.Access.Asked(t.Context(), s.Person(solutiontest.Siri))
	if err != nil || len(mine) != 1 || mine[0].State != core.RequestRefused || mine[0].Answer != no.Reason {
		t.Errorf("Siri reads %+v, %v", mine, err)
	}
	if n := s.Count(t, "role_grant", "person = $1 AND source = 'granted'", solutiontest.Siri); n != 0 {
		t.Errorf("%d grants were made", n)
	}
	// Who was refused may ask anew.
	if again := ask(t, s); again == id {
		t.Error("the same request came back")
	}
}

func TestAsk_RefusesWhatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	siri, tor := s.Person(solutiontest.Siri), s.Person(solutiontest.Tor)
	for name, c := range map[string]struct{ number, role, reason, key string }{
		"no reason":         {solutiontest.NordvikNumber, kultur, " \n", "fault.request_reason"},
		"no role":           {solutiontest.NordvikNumber, "", "Vikar", "fault.admin_role"},
		"the administrator": {solutiontest.NordvikNumber, core.RoleMainAdministrator, "Vikar", "fault.admin_role"},
		"nobody":            {"123456785", kultur, "Vikar", "fault.malformed"},
	} {
		_, err := s.Access.Ask(t.Context(), siri, c.number, c.role, c.reason)
		if key, _, _ := fault.Text(err); key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	q, err := s.Access.Ask(t.Context(), tor, solutiontest.NordvikNumber, kultur, "Til meg")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Access.Answer(t.Context(), tor, solutiontest.Nordvik, q.ID,
		access.RequestAnswer{Grant: true, Reason: "x", LastDay: time.Now().AddDate(0, 1, 0)}, time.Now())
	is(t, "one's own", err, fault.Forbidden, "fault.admin_self")
	// Five a day, whatever becomes of them.
	for range 5 {
		ask(t, s)
		storetest.Exec(t, s.Database, `UPDATE role_request SET state = 'refused', answered = now(),
			answered_by = $1 WHERE person = $2`, solutiontest.Tor, solutiontest.Siri)
	}
	_, err = s.Access.Ask(t.Context(), siri, solutiontest.NordvikNumber, kultur, "En til")
	is(t, "the sixth", err, fault.TooMany, "fault.request_many")
	storetest.Exec(t, s.Database, "UPDATE role_request SET at = at - interval '25 hours'")
	ask(t, s)
}
