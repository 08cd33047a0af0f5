package instance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

const caseFolder = "nordvik/stottesak/"

var assessed = map[string]string{
	"vurdering.apent": "ja", "vurdering.malgruppe": "ja", "vurdering.samarbeid": "delvis",
	"vurdering.tilrettelegging": "ja", "vurdering.budsjett": "ja",
	"vurdering.anbefaling": "innvilge", "vurdering.begrunnelse": "Godt for byen.",
}

var decided = map[string]string{
	"vedtak.utfall": "innvilget", "vedtak.vilkar": "rapport", "vedtak.begrunnelse": "Åpent for alle.",
}

// two is a case that Ingrid has prepared and written the decision of, and Siri beside her.
type two struct {
	*solutiontest.Solution
	ingrid, siri core.Actor
	ref          core.InstanceRef
}

// prepared makes such a case for an amount.
func prepared(t *testing.T, amount string) two {
	t.Helper()
	s := two{Solution: solutiontest.New(t)}
	s.ingrid, s.siri = s.Person(solutiontest.Ingrid), colleague(t, s.Solution, solutiontest.Siri)
	template := solutiontest.Template("Lysfest")
	template.Prefill["budsjett.soknadsbelop"] = amount
	c, err := s.Instances.Instantiate(t.Context(), solutiontest.System(), template)
	if err != nil {
		t.Fatal(err)
	}
	s.ref = c.InstanceRef
	s.step(t, s.ingrid, "confirm", "")
	s.Save(t, s.ingrid, s.ref, "vurdering", assessed, "")
	s.step(t, s.ingrid, "", "")
	s.Save(t, s.ingrid, s.ref, "vedtak", decided, "")
	return s
}

// step takes a step and tells whether it is refused as it should be, in the words of key.
func (s two) step(t *testing.T, a core.Actor, action, key string) {
	t.Helper()
	step := solutiontest.Step(s.Open(t, a, s.ref))
	step.Action, step.Told = action, []string{"habilitet", "budsjett", "annen-stotte"}
	_, done, err := s.Instances.Next(t.Context(), a, step)
	if key != "" {
		is(t, a.Name+" "+action, err, fault.Conflict, key)
	} else if err != nil || !done {
		t.Fatalf("%s %s: done %v, %v", a.Name, action, done, err)
	}
}

func (s two) look(t *testing.T, a core.Actor) instance.Case {
	t.Helper()
	return openCase(t, s.Solution, a, s.ref)
}

// TestSecondPerson_UX72_CompletesWhatAnotherPrepared is UX.md 9, points 71 and 72: who prepared a large
// grant may neither see nor press the button that makes it; a colleague may, and sees what changed.
func TestSecondPerson_UX72_CompletesWhatAnotherPrepared(t *testing.T) {
	t.Parallel()
	s := prepared(t, "90000")
	own := s.look(t, s.ingrid)
	if got := own.Actions(); !slices.Equal(got, []string{"reject"}) || !own.Second.Barred {
		t.Errorf("who prepared it is offered %v", got)
	}
	before := s.Count(t, "audit_event", "outcome = 'refused' AND instance = $1", s.ref.ID)
	s.step(t, s.ingrid, "", "fault.second_person")
	if n := s.Count(t, "audit_event", "outcome = 'refused' AND instance = $1", s.ref.ID); n != before+1 {
		t.Errorf("%d audit lines of a refusal", n-before)
	}
	c := s.look(t, s.siri)
	if got := c.Actions(); !slices.Equal(got, []string{"next", "reject"}) || c.Second.Barred ||
		len(c.Second.Preparers) != 1 || c.Second.Preparers[0].Name != s.ingrid.Name {
		t.Errorf("the second person is offered %v, prepared by %v", got, c.Second.Preparers)
	}
	if c.Since == nil || c.Since.Own || c.Since.Name != s.ingrid.Name ||
		!changedTo(c.Since.Differences, "Åpent for alle.") || changedTo(c.Since.Differences, "Godt for byen.") {
		t.Errorf("since it came to her: %+v", c.Since)
	}
	// She sends it back. What is written otherwise then is what she is shown when it comes again.
	s.step(t, s.siri, "reject", "")
	s.Save(t, s.ingrid, s.ref, "vurdering", map[string]string{
		"vurdering.begrunnelse": "Godt for hele byen.", "vurdering.anbefaling": "innvilge",
	}, "")
	s.step(t, s.ingrid, "", "")
	c = s.look(t, s.siri)
	if c.Since == nil || !c.Since.Own || !changedTo(c.Since.Differences, "Godt for hele byen.") ||
		changedTo(c.Since.Differences, "Åpent for alle.") {
		t.Errorf("since she sent it back: %+v", c.Since)
	}
	if n := s.Count(t, "case_version", "instance = $1", s.ref.ID); n != 4 {
		t.Errorf("%d versions are kept, want one for each of the four steps", n)
	}
	s.step(t, s.siri, "", "")
	s.step(t, s.ingrid, "confirm", "")
	if n := s.Count(t, "case_version", "instance = $1", s.ref.ID); n != 0 {
		t.Errorf("%d versions are left when the case has ended", n)
	}
}

// approves tells whether the case stands in a person's list for approval, by each way to ask for it,
// all of which must agree, and with the count of the view.
func (s two) approves(t *testing.T, a core.Actor) bool {
	t.Helper()
	n := -1
	for _, f := range []instance.InboxFilter{
		{}, {ByDue: true}, {Query: "lysfest"}, {Query: "service:stottesak"}, {Query: "-kino"},
		{Query: "belop:>1"}, {Query: "lysfest belop:>1"}, {Query: "tjeneste:stottesak lysfest"}, {Query: "assigned:nobody"},
		{Query: "assigned:nobody", ByDue: true},
	} {
		f.Approval = true
		box, err := s.Instances.Inbox(t.Context(), a, solutiontest.NordvikNumber, f)
		if err != nil {
			t.Fatal(err)
		}
		if n < 0 {
			n = len(box.Cases)
		}
		if len(box.Problems) > 0 || len(box.Cases) != n || box.Count != n || box.Views.Approval != n {
			t.Errorf("%s's list for approval by %+v has %d cases, count %d, view %d, problems %v; want %d",
				a.Name, f, len(box.Cases), box.Count, box.Views.Approval, box.Problems, n)
		}
	}
	return n == 1
}

// TestSecondPerson_HasTheCaseForApproval: the list for approval has a case for exactly those who may say
// yes to it, at each turn.
func TestSecondPerson_HasTheCaseForApproval(t *testing.T) {
	t.Parallel()
	s := prepared(t, "90000")
	amount := func(a core.Actor, n string) {
		t.Helper()
		s.Save(t, a, s.ref, "vedtak", map[string]string{
			"vedtak.utfall": "delvis", "vedtak.belop": n, "vedtak.vilkar": "rapport",
			"vedtak.begrunnelse": "Åpent for alle.",
		}, "")
	}
	checked := 0
	is := func(what string, ingrid, siri bool) {
		t.Helper()
		for _, one := range []struct {
			a    core.Actor
			want bool
		}{{s.ingrid, ingrid}, {s.siri, siri}} {
			if got := s.approves(t, one.a); got != one.want {
				t.Errorf("%s: for %s %v, want %v", what, one.a.Name, got, one.want)
			}
			c := s.look(t, one.a)
			second := c.Second.Rule != nil || c.Instance.Process.TaskType == "confirmation"
			if may := slices.Contains(c.Actions(), "next") || slices.Contains(c.Actions(), "confirm"); one.want != (may && second) {
				t.Errorf("%s: %s is offered %v", what, one.a.Name, c.Actions())
			}
			checked++
		}
	}
	is("a large amount", false, true)
	amount(s.ingrid, "60000")
	is("a small one", false, false)
	amount(s.siri, "80000")
	is("a large one again, written by the other", false, true)
	s.step(t, s.siri, "reject", "")
	is("sent back", false, false)
	s.Save(t, s.ingrid, s.ref, "vurdering", assessed, "")
	s.step(t, s.ingrid, "", "")
	is("prepared again", false, true)
	s.step(t, s.siri, "", "")
	is("to be confirmed, by whoever", true, true)
	t.Logf("%d looks", checked)
	if checked == 0 {
		t.Error("nobody looked")
	}
}

// TestSecondPerson_IsAskedForOnlyWhereTheAppSaysSo makes a small grant.
func TestSecondPerson_IsAskedForOnlyWhereTheAppSaysSo(t *testing.T) {
	t.Parallel()
	s := prepared(t, "60000")
	if c := s.look(t, s.ingrid); c.Second.Rule != nil || c.Since != nil {
		t.Errorf("a second person for a small amount: %+v", c.Second)
	}
	s.step(t, s.ingrid, "", "")
}

func changedTo(list []form.Difference, words string) bool {
	return slices.ContainsFunc(list, func(d form.Difference) bool {
		return strings.Contains(strings.Join(d.After, "\n"), words)
	})
}

// TestFollows_TellsWhatTheStepLeadsTo is UX.md 9, point 71.
func TestFollows_TellsWhatTheStepLeadsTo(t *testing.T) {
	t.Parallel()
	s := prepared(t, "60000")
	f := s.look(t, s.ingrid).Follows(instance.ActionNext)
	if f.Task != "Task_avslutning" || !f.Mild() || f.Second {
		t.Errorf("the decision leads to %+v", f)
	}
	if f := s.look(t, s.ingrid).Follows("reject"); f.Task != "Task_vurdering" || !f.Mild() {
		t.Errorf("sent back, it leads to %+v", f)
	}
	s.step(t, s.ingrid, "", "")
	f = s.look(t, s.ingrid).Follows("confirm")
	if f.EndEvent != "EndEvent_1" || f.Mild() || len(f.Applicant) != 1 || f.Applicant[0].App != "vedtak" {
		t.Errorf("the end leads to %+v", f)
	}
}

// TestCase_UX67_AsksAsItAskedWhenTheCaseWasMade is UX.md 9, point 67: the app is upgraded afterwards,
// in its questions and in its options, and the case still shows what was asked. One that is made
// later asks the new questions.
func TestCase_UX67_AsksAsItAskedWhenTheCaseWasMade(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	old := s.CaseOf(t, "Lysfest")
	fsys := solutionFiles(t)
	swap(t, fsys, caseFolder+"config/texts/resource.nb.json", "Hvem søker?", "Hva heter den som søker?")
	swap(t, fsys, caseFolder+"config/texts/resource.nb.json", `"value": "Om søkeren"`, `"value": "Søkeren"`)
	s.Put(t, fsys)
	later := s.CaseOf(t, "Vårfest")
	for ref, want := range map[core.InstanceRef][]string{
		old.InstanceRef:   {"Om søkeren", "Hvem søker?"},
		later.InstanceRef: {"Søkeren", "Hva heter den som søker?"},
	} {
		c := openCase(t, s, s.Person(solutiontest.Ingrid), ref)
		told := form.Summarise(c.App, c.Sets()[0], c.Input, form.SummaryOptions{HideEmpty: true})
		if len(told) == 0 || told[0].Title != want[0] || told[0].Answers[0].Question != want[1] ||
			told[0].Answers[0].Lines[0] != "Kari Solbakken" {
			t.Errorf("%s: got %+v, want %v", ref, told, want)
		}
	}
}

// TestSecondPerson_IsNotAskedForAWithdrawal has the applicant take back what two persons work on.
func TestSecondPerson_IsNotAskedForAWithdrawal(t *testing.T) {
	t.Parallel()
	s := prepared(t, "90000")
	_, err := s.Instances.Accept(t.Context(), solutiontest.System(), s.ref, instance.Template{
		Key: "w", Content: []byte("w"), Withdrawal: &core.Withdrawal{At: time.Now()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := s.look(t, s.siri); c.Instance.Process.EndEvent != "EndEvent_trukket" || c.Second.Rule != nil {
		t.Errorf("taken back, it stands at %+v, %+v", c.Instance.Process, c.Second)
	}
	if n := s.Count(t, "case_version", "instance = $1", s.ref.ID); n != 0 {
		t.Errorf("%d versions are left", n)
	}
}
