package instance_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// amina would rather read nynorsk.
const amina core.PartyID = 50003

// relations tells a case's related cases in short, in their order.
func relations(c instance.Case) string {
	var out []string
	for _, r := range c.Related {
		one := string(r.Like)
		switch {
		case r.Original:
			one = "original"
		case r.Duplicate:
			one = "duplicate"
		}
		out = append(out, r.Instance.Title+":"+one)
	}
	return strings.Join(out, " ")
}

// TestRelated_AreTheApplicantsThatTheReaderMaySee makes cases of the same applicant's, of others', and
// of apps that the reader may not see.
func TestRelated_AreTheApplicantsThatTheReaderMaySee(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ingrid := s.Person(solutiontest.Kari), s.Person(solutiontest.Ingrid)
	_, one := matter(t, s, kari)
	_, two := matter(t, s, kari)
	sent, three := matter(t, s, kari)
	caseIn(t, s, sent, core.AppRef{Org: "nordvik", App: "parkeringssak"}, "Task_vurdering")
	matter(t, s, s.Person(solutiontest.Ola))
	s.CaseOf(t, "Lysfest")
	days := func(c core.Instance, n int, title string) {
		storetest.Exec(t, s.Database, `UPDATE instance SET title = $3,
			submitted = now() - make_interval(days => $2) WHERE id = $1`, c.ID, n, title)
	}
	days(one, 0, "Lysfest")
	days(two, 20, "lysfets ")
	days(three, 5, "Konsert")
	read := func(a core.Actor, c core.Instance) instance.Case { return openCase(t, s, a, c.InstanceRef) }
	if got := relations(read(ingrid, one)); got != "Konsert: lysfets :title" {
		t.Errorf("the applicant's other cases are %q", got)
	}
	if n := s.Count(t, "audit_event", "act = 'list' AND detail->>'part' = 'related' AND detail->>'rows' = '2'"); n != 1 {
		t.Errorf("%d lines tell of the look", n)
	}
	storetest.Exec(t, s.Database, `UPDATE instance SET task = '', end_event = 'EndEvent_1', ended = now(),
		status = 'archived' WHERE id = $1`, two.ID)
	if got := relations(read(ingrid, one)); got != "Konsert: lysfets :" {
		t.Errorf("one that has ended is no duplicate: %q", got)
	}
}

// TestRelated_HintsOnlyAtWhatMayBeTheSame puts another case beside one of the same applicant's.
func TestRelated_HintsOnlyAtWhatMayBeTheSame(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ingrid := s.Person(solutiontest.Kari), s.Person(solutiontest.Ingrid)
	_, one := matter(t, s, kari)
	_, two := matter(t, s, kari)
	const same, other = `{"bydel": "sentrum", "belop": "42000"}`, `{"bydel": "sentrum", "belop": "9000"}`
	checked := 0
	for name, c := range map[string]struct {
		titles [2]string
		data   [2]string
		days   float64
		want   string
	}{
		"the same title":               {[2]string{"Lysfest", "Lysfest"}, [2]string{same, other}, 29.9, "title"},
		"a slip in it":                 {[2]string{"Lysfest i parken", "lysfets i Parken"}, [2]string{same, same}, 1, "title"},
		"too far apart":                {[2]string{"Lysfest", "Lysfest"}, [2]string{same, same}, 30.1, ""},
		"another title, at once":       {[2]string{"Lysfest", "Konsert"}, [2]string{same, same}, 0, ""},
		"another year":                 {[2]string{"Lysfest 2026", "Lysfest 2027"}, [2]string{same, same}, 1, ""},
		"no title, the same":           {[2]string{"", ""}, [2]string{same, same}, 29.9, "content"},
		"no title, too far apart":      {[2]string{"", ""}, [2]string{same, same}, 30.1, ""},
		"no title, another amount":     {[2]string{"", ""}, [2]string{same, other}, 1, ""},
		"no title and nothing in it":   {[2]string{"", ""}, [2]string{"{}", "{}"}, 1, ""},
		"a title beside one with none": {[2]string{"Lysfest", ""}, [2]string{same, same}, 1, ""},
	} {
		for n, at := range []core.Instance{one, two} {
			storetest.Exec(t, s.Database, `UPDATE instance SET title = $2, data_values = $3::jsonb,
				submitted = now() - make_interval(secs => $4) WHERE id = $1`,
				at.ID, c.titles[n], c.data[n], float64(n)*c.days*24*60*60)
		}
		got := openCase(t, s, ingrid, one.InstanceRef).Related
		if len(got) != 1 || string(got[0].Like) != c.want {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
		checked++
	}
	t.Logf("%d pairs of cases", checked)
	if checked == 0 {
		t.Error("no pair was tried")
	}
}

func TestDuplicate_IsLinkedBothWaysAndTakenBack(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ingrid := s.Person(solutiontest.Kari), s.Person(solutiontest.Ingrid)
	_, one := matter(t, s, kari)
	_, two := matter(t, s, kari)
	_, others := matter(t, s, s.Person(solutiontest.Ola))
	sent, _ := matter(t, s, kari)
	parking := caseIn(t, s, sent, core.AppRef{Org: "nordvik", App: "parkeringssak"}, "Task_vurdering")
	mark := func(c core.Instance, of uuid.UUID) error {
		return s.Instances.MarkDuplicate(t.Context(), ingrid, c.InstanceRef, of)
	}
	for what, of := range map[string]uuid.UUID{
		"itself": one.ID, "another's": others.ID, "one that she may not see": parking.ID, "none": uuid.New(),
	} {
		is(t, "of "+what, mark(one, of), fault.Invalid, "fault.no_duplicate")
	}
	if err := s.Instances.MarkDuplicate(t.Context(), kari, one.InstanceRef, two.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the applicant marks: %v", err)
	}
	if err := mark(two, one.ID); err != nil {
		t.Fatal(err)
	}
	is(t, "twice", mark(two, one.ID), fault.Invalid, "fault.duplicate_linked")
	is(t, "in a ring", mark(one, two.ID), fault.Invalid, "fault.no_duplicate")
	first, second := openCase(t, s, ingrid, one.InstanceRef), openCase(t, s, ingrid, two.InstanceRef)
	if !first.Related[0].Duplicate || !second.Related[0].Original || second.Instance.Status != core.StatusActive {
		t.Errorf("linked: %q and %q, %s", relations(first), relations(second), second.Instance.Status)
	}
	if n := s.Count(t, "audit_event", "act = 'duplicate' AND instance IN ($1, $2)", one.ID, two.ID); n != 2 {
		t.Errorf("%d lines of two cases tell of it", n)
	}
	undo := instance.CaseChange{Ref: two.InstanceRef}
	if err := s.Instances.Undo(t.Context(), ingrid, undo, instance.Undo{Act: core.ActDuplicate}); err != nil {
		t.Fatal(err)
	}
	if err := mark(two, one.ID); err != nil {
		t.Error(err)
	}
	if err := s.Instances.UnmarkDuplicate(t.Context(), ingrid, two.InstanceRef); err != nil {
		t.Error(err)
	}
	is(t, "twice", s.Instances.UnmarkDuplicate(t.Context(), ingrid, two.InstanceRef), fault.Conflict, "fault.changed")
	if n := s.Count(t, "case_duplicate", "true"); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

// TestChecklist_IsTickedAndHoldsTheStep goes over a list that warns.
func TestChecklist_IsTickedAndHoldsTheStep(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	check := func(a core.Actor, on, off []string) error {
		return s.Instances.Check(t.Context(), a, c.InstanceRef,
			instance.CheckChange{Task: "Task_vurdering", On: on, Off: off})
	}
	for _, who := range []core.PartyID{solutiontest.Kari, solutiontest.Per} {
		if err := check(s.Person(who), []string{"habilitet"}, nil); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d ticks: %v", who, err)
		}
	}
	is(t, "an item that is not there", check(ingrid, []string{"ukjent"}, nil), fault.Malformed, "fault.malformed")
	is(t, "of another task", s.Instances.Check(t.Context(), ingrid, c.InstanceRef,
		instance.CheckChange{Task: "Task_mottak"}), fault.Conflict, "fault.changed")
	for range 2 {
		if err := check(ingrid, []string{"habilitet"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := check(siri, []string{"budsjett"}, nil); err != nil {
		t.Fatal(err)
	}
	now := openCase(t, s, ingrid, c.InstanceRef)
	if got := now.Work.Checks; len(got) != 2 || got[0].Item != "budsjett" || got[0].Name != "Siri Dahl" ||
		got[1].Name != "Ingrid Berg" || got[1].At.IsZero() {
		t.Errorf("ticked are %+v", got)
	}
	if n := s.Count(t, "audit_event", "act = 'check' AND outcome = 'done'"); n != 2 {
		t.Errorf("%d lines tell of two ticks", n)
	}
	if open := now.OpenItems("next"); open == nil || len(open.Items) != 1 || open.Stops || now.OpenItems("reject") != nil {
		t.Errorf("open are %+v", open)
	}
	if err := check(siri, nil, []string{"budsjett"}); err != nil {
		t.Fatal(err)
	}
	step := assessedStep(t, s, ingrid, c)
	for _, told := range [][]string{nil, {"budsjett"}} {
		step.Told = told
		_, _, err := s.Instances.Next(t.Context(), ingrid, step)
		open, stopped := errors.AsType[*instance.OpenItems](err)
		if !stopped || len(open.Items) != 2 || !fault.Is(err, fault.Invalid) {
			t.Fatalf("told of %v, the step goes: %v", told, err)
		}
	}
	step.Told = []string{"budsjett", "annen-stotte"}
	if v, done, err := s.Instances.Next(t.Context(), ingrid, step); err != nil || !done ||
		v.Instance.Process.Task != "Task_vedtak" {
		t.Errorf("told of all: %v, %v", done, err)
	}
}

// assessedStep fills in the form of the case's task, and gives the step that leads on.
func assessedStep(
	t *testing.T, s *solutiontest.Solution, a core.Actor, c core.Instance,
) instance.Step {
	t.Helper()
	storetest.Exec(t, s.Database, `UPDATE element SET body = jsonb_set(body::jsonb, '{vurdering}',
		'{"apent": "ja", "malgruppe": "ja", "samarbeid": "delvis", "tilrettelegging": "ja", "budsjett": "ja",
		"anbefaling": "avsla", "begrunnelse": "Internt: åpent for alle, og godt planlagt."}')::json
		WHERE instance = $1 AND body IS NOT NULL`, c.ID)
	return solutiontest.Step(s.Open(t, a, c.InstanceRef))
}

func TestChecklist_StopsWhereTheAppSaysSo(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	s.Put(t, edited(t, "nordvik/stottesak/config/casework.json", `"open": "warn"`, `"open": "stop"`))
	_, c := matter(t, s, s.Person(solutiontest.Kari))
	ingrid := s.Person(solutiontest.Ingrid)
	all := []string{"habilitet", "budsjett", "annen-stotte"}
	step := assessedStep(t, s, ingrid, c)
	step.Told = all
	_, _, err := s.Instances.Next(t.Context(), ingrid, step)
	if open, stopped := errors.AsType[*instance.OpenItems](err); !stopped || !open.Stops || len(open.Items) != 3 {
		t.Fatalf("the step goes: %v", err)
	}
	if err := s.Instances.Check(t.Context(), ingrid, c.InstanceRef,
		instance.CheckChange{Task: "Task_vurdering", On: all}); err != nil {
		t.Fatal(err)
	}
	step.Told = nil
	if _, done, err := s.Instances.Next(t.Context(), ingrid, step); err != nil || !done {
		t.Errorf("with everything ticked: %v, %v", done, err)
	}
}

func TestTemplate_IsInTheApplicantsLanguage(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid := s.Person(solutiontest.Ingrid)
	sent, c := matter(t, s, s.Person(amina))
	storetest.Exec(t, s.Database, `UPDATE instance SET due = '2027-03-04 22:59:59Z' WHERE id = $1`, c.ID)
	got, ok := openCase(t, s, ingrid, c.InstanceRef).FromTemplate("i-gang")
	want := "Hei, Amina Hassan.\n\nVi har byrja på søknaden din om "
	if !ok || !strings.HasPrefix(got, want) || !strings.Contains(got, sent.Reference) ||
		!strings.HasSuffix(got, "Du får svar innan 4. mars 2027.") || strings.ContainsAny(got, "{}") {
		t.Errorf("got %v, %q", ok, got)
	}
	if got, ok := openCase(t, s, ingrid, c.InstanceRef).FromTemplate("ukjent"); ok {
		t.Errorf("an unknown one gives %q", got)
	}
	_, plain := matter(t, s, s.Person(solutiontest.Kari))
	storetest.Exec(t, s.Database, `UPDATE instance SET due = NULL WHERE id = $1`, plain.ID)
	if got, _ := openCase(t, s, ingrid, plain.InstanceRef).FromTemplate("i-gang"); !strings.Contains(got, "innen [fyll inn frist]") {
		t.Errorf("without a deadline: %q", got)
	}
}

// TestUnit_HasTheCaseUnassigned gives a case to a unit, takes it back, and finds it by the search.
func TestUnit_HasTheCaseUnassigned(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid, siri := s.Person(solutiontest.Ingrid), colleague(t, s, solutiontest.Siri)
	c := s.CaseOf(t, "Lysfest")
	if err := s.Instances.Take(t.Context(), ingrid, c.InstanceRef); err != nil {
		t.Fatal(err)
	}
	openCase(t, s, siri, c.InstanceRef)
	now := openCase(t, s, ingrid, c.InstanceRef)
	if got := strings.Join(now.Work.Units, ", "); got != "Kulturkontoret, Idrett og frivillighet" {
		t.Errorf("offered are %s", got)
	}
	change := instance.CaseChange{Ref: c.InstanceRef, Version: now.Instance.Version}
	for _, name := range []string{"", "Kommunelegen", "Finnes ikke"} {
		_, err := s.Instances.GiveToUnit(t.Context(), ingrid, change, name)
		is(t, "to "+name, err, fault.Invalid, "fault.no_unit")
	}
	if _, err := s.Instances.GiveToUnit(t.Context(), s.Person(solutiontest.Per), change, "Kulturkontoret"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Per gives it: %v", err)
	}
	given, err := s.Instances.GiveToUnit(t.Context(), ingrid, change, "Kulturkontoret")
	if err != nil || given.Gone || given.Version != change.Version+1 {
		t.Fatalf("given: %+v, %v", given, err)
	}
	_, err = s.Instances.GiveToUnit(t.Context(), ingrid, change, "Idrett og frivillighet")
	is(t, "from an old page", err, fault.Conflict, "fault.changed")
	listed := func(query string) int {
		box, err := s.Instances.Inbox(t.Context(), siri, solutiontest.NordvikNumber,
			instance.InboxFilter{Unassigned: true, Query: query})
		if err != nil || len(box.Units) != 2 || len(box.Cases) != box.Count {
			t.Errorf("%s: units %v, %d of %d, %v", query, box.Units, len(box.Cases), box.Count, err)
		}
		if len(box.Cases) == 1 && !box.Cases[0].Unread {
			t.Error("it is not unread for the unit's people")
		}
		return box.Count
	}
	for query, want := range map[string]int{
		"enhet:kultur": 1, `unit:"Kulturkontoret" lysfest`: 1, "eining:idrett": 0, "unit:kulturk -lysfest": 0, "lysfest": 1,
	} {
		if n := listed(query); n != want {
			t.Errorf("%s finds %d, want %d", query, n, want)
		}
	}
	after := instance.CaseChange{Ref: c.InstanceRef, Version: given.Version}
	undo := instance.Undo{Act: core.ActUnit}
	is(t, "another undoes", s.Instances.Undo(t.Context(), siri, after, undo), fault.Conflict, "fault.undo_late")
	if err := s.Instances.Undo(t.Context(), ingrid, after, undo); err != nil {
		t.Fatal(err)
	}
	back := openCase(t, s, ingrid, c.InstanceRef).Instance
	if back.Assignee != ingrid.User || back.DataValues["unit"] != "" || listed("enhet:kultur") != 0 {
		t.Errorf("taken back: %d, %v", back.Assignee, back.DataValues)
	}
	if n := s.Count(t, "audit_event", "act = 'unit' AND detail->>'to' = 'Kulturkontoret'"); n != 1 {
		t.Errorf("%d lines tell of it", n)
	}
}
