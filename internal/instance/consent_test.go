package instance_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

// consent is what the page that sends an application for a parking permit asks, and sendPage is
// that page.
const consent, sendPage = "samtykke.helse", "se-over"

// parking makes a draft of an application for a parking permit that lacks the consent alone.
func parking(t *testing.T, s *solutiontest.Solution, a core.Actor) instance.View {
	t.Helper()
	inst, err := s.Instances.Start(t.Context(), a, instance.Beginning{
		App: core.AppRef{Org: "nordvik", App: "parkering"}, Owner: a.Party, Language: "nb",
	})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	for page, fields := range map[string]map[string]string{
		"gjelder": {
			"gjelder.hvem": "meg", "soker.telefon": "400 00 102", "soker.epost": "ola@fjeld.example",
		},
		"behov": {"behov.rolle": "forer", "behov.hvor": "Ved jobben.", "behov.hvorOfte": "daglig"},
		"helse": {
			"helse.plager": "Slitasje i begge hofter", "helse.gange": "50", "helse.varighet": "varig",
		},
	} {
		s.Save(t, a, inst.InstanceRef, page, fields, "")
	}
	if _, _, err := s.Instances.Upload(t.Context(), a, inst.InstanceRef, solutiontest.FirstTask,
		instance.File{
			DataType: "legeerklaering", Filename: "lege.pdf", Body: strings.NewReader(solutiontest.PDF),
		}); err != nil {
		t.Fatalf("upload: %v", err)
	}
	return s.Open(t, a, inst.InstanceRef)
}

// sent is the press that sends a form, with what stood on its page.
func sent(v instance.View, page string, posted url.Values) instance.Step {
	step := solutiontest.Step(v)
	step.Page, step.Posted = page, posted
	return step
}

func consentOf(v instance.View) any {
	given, _ := v.Input.Data["soknad"]["samtykke"].(map[string]any)
	return given["helse"]
}

func TestNext_WithoutTheConsentThatThePageAsksForNothingIsSent(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ola := s.Person(solutiontest.Ola)
	v := parking(t, s, ola)
	for _, posted := range []url.Values{{}, {consent: {""}}} {
		_, done, err := s.Instances.Next(t.Context(), ola, sent(v, sendPage, posted))
		stopped, ok := errors.AsType[*instance.Issues](err)
		if !ok || done || len(stopped.List) != 1 || stopped.List[0].Path != consent ||
			stopped.List[0].Page != sendPage || stopped.List[0].NodeID == "" ||
			stopped.List[0].Message != "Du må gi samtykke før du kan sende søknaden." {
			t.Fatalf("%v: done %v, %v", posted, done, err)
		}
		nothingSubmitted(t, s, v)
	}
	for _, odd := range []url.Values{{consent: {"nei"}}, {"ukjent": {"ja"}}} {
		if _, done, err := s.Instances.Next(t.Context(), ola, sent(v, sendPage, odd)); done ||
			!fault.Is(err, fault.Invalid) {
			t.Errorf("%v: done %v, %v", odd, done, err)
		}
	}
}

func TestNext_TheConsentIsStoredWithWhatIsSent(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ola := s.Person(solutiontest.Ola)
	v := parking(t, s, ola)
	press := sent(v, sendPage, url.Values{consent: {"ja"}})
	got, done, err := s.Instances.Next(t.Context(), ola, press)
	if err != nil || !done || consentOf(got) != "ja" {
		t.Fatalf("sent: done %v, consent %v, %v", done, consentOf(got), err)
	}
	again, done, err := s.Instances.Next(t.Context(), ola, press)
	if err != nil || done || again.Instance.Reference != got.Instance.Reference {
		t.Errorf("the second press: done %v, %v", done, err)
	}
	// What was answered as it was sent cannot be changed by a press that comes too late.
	late := sent(v, sendPage, url.Values{consent: {""}})
	if again, _, err = s.Instances.Next(t.Context(), ola, late); err != nil || consentOf(again) != "ja" {
		t.Errorf("a late press: consent %v, %v", consentOf(again), err)
	}
	if n := s.Count(t, "delivery", "kind = 'instance'"); n != 2 {
		t.Errorf("%d deliveries, want one to each case", n)
	}
}

// What else is missing takes nothing from the answer that came with the press.
func TestNext_TheConsentStaysWhenSomethingElseIsMissing(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ola := s.Person(solutiontest.Ola)
	ref := parking(t, s, ola).Instance.InstanceRef
	s.Save(t, ola, ref, "behov", map[string]string{"behov.hvor": ""}, "")
	v := s.Open(t, ola, ref)
	_, done, err := s.Instances.Next(t.Context(), ola, sent(v, sendPage, url.Values{consent: {"ja"}}))
	stopped, ok := errors.AsType[*instance.Issues](err)
	if !ok || done || len(stopped.List) != 1 || stopped.List[0].Path != "behov.hvor" {
		t.Fatalf("done %v, %v", done, err)
	}
	after := s.Open(t, ola, ref)
	if consentOf(after) != "ja" || consentOf(stopped.View) != "ja" ||
		stopped.View.Instance.Version != after.Instance.Version || after.Instance.Submitted != nil {
		t.Errorf("stored %v, shown %v", consentOf(after), consentOf(stopped.View))
	}
}

// A page to send from saves itself, and goes on with the version that came of it; a file that came
// meanwhile it has not shown, and does not send.
func TestSave_APageToSendFromSendsOnlyWhatItHasShown(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ola := s.Person(solutiontest.Ola)
	v := parking(t, s, ola)
	save := func(seen int, value string) instance.Saved {
		t.Helper()
		now := s.Open(t, ola, v.Instance.InstanceRef)
		saved, err := s.Instances.Save(t.Context(), ola, instance.SaveRequest{
			Ref: v.Instance.InstanceRef, Task: solutiontest.FirstTask, Page: sendPage,
			Version: now.DocumentVersion(), Seen: seen, Language: "nb",
			Posted: url.Values{consent: {value}},
		})
		if err != nil {
			t.Fatalf("save: %v", err)
		}
		return saved
	}
	first := save(v.Instance.Version, "ja")
	if first.Seen != v.Instance.Version+1 || first.Seen != first.View.Instance.Version {
		t.Errorf("after a save: seen %d, stored %d", first.Seen, first.View.Instance.Version)
	}
	s.Upload(t, ola, v.Instance.InstanceRef, "kart.pdf")
	second := save(first.Seen, "")
	if second.Seen != first.Seen {
		t.Errorf("a file came, and the page has seen %d", second.Seen)
	}
	third := save(0, "ja")
	if third.Seen != 0 {
		t.Errorf("a page that does not send has seen %d", third.Seen)
	}
	press := sent(third.View, sendPage, url.Values{consent: {"ja"}})
	press.Version = second.Seen
	if _, done, err := s.Instances.Next(t.Context(), ola, press); done || !fault.Is(err, fault.Conflict) {
		t.Errorf("sent unseen: done %v, %v", done, err)
	}
}
