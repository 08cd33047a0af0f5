package instance_test

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"stafett/apps"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
)

// corrected begins a correction of what was sent, changes the telephone number, and sends it.
func corrected(t *testing.T, s *solutiontest.Solution, first core.InstanceRef, telephone string) core.Instance {
	t.Helper()
	kari := s.Person(solutiontest.Kari)
	draft, err := s.Instances.Correct(t.Context(), kari, first)
	if err != nil {
		t.Fatal(err)
	}
	s.Save(t, kari, draft.InstanceRef, "soker", map[string]string{"soker.telefon": telephone}, "")
	v, done, err := s.Instances.Next(t.Context(), kari, solutiontest.Step(s.Open(t, kari, draft.InstanceRef)))
	if err != nil || !done {
		t.Fatalf("sent: %v, %v", done, err)
	}
	return v.Instance
}

func TestCorrect_WhatWasSentStaysAsItWas(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	first := s.Submitted(t, kari, "Lysfest")
	before := s.Open(t, kari, first.Instance.InstanceRef)
	draft, err := s.Instances.Correct(t.Context(), kari, first.Instance.InstanceRef)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Instances.Correct(t.Context(), kari, first.Instance.InstanceRef)
	if err != nil || again.ID != draft.ID {
		t.Errorf("a second press makes another draft: %v, %v", again.ID, err)
	}
	v := s.Open(t, kari, draft.InstanceRef)
	if len(v.Input.Elements) != 1 || v.Input.Elements[0].ID == before.Input.Elements[0].ID ||
		v.Input.Elements[0].Upload == before.Input.Elements[0].Upload {
		t.Fatalf("the files are %+v", v.Input.Elements)
	}
	err = s.Instances.Remove(t.Context(), kari, draft.InstanceRef, solutiontest.FirstTask, v.Input.Elements[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	second := corrected(t, s, first.Instance.InstanceRef, "400 00 199")
	after := s.Open(t, kari, first.Instance.InstanceRef)
	if fmt.Sprint(after.Input.Data) != fmt.Sprint(before.Input.Data) ||
		fmt.Sprint(after.Input.Elements) != fmt.Sprint(before.Input.Elements) {
		t.Error("what was sent first has changed")
	}
	if second.Reference != first.Instance.Reference || second.Corrects != first.Instance.ID {
		t.Errorf("the correction is %+v", second)
	}
	for _, who := range []core.PartyID{solutiontest.Ola, solutiontest.Ingrid, solutiontest.Tor} {
		if _, err := s.Instances.Correct(t.Context(), s.Person(who), first.Instance.InstanceRef); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d corrects it: %v", who, err)
		}
		if err := s.Instances.Withdraw(t.Context(), s.Person(who), first.Instance.InstanceRef, ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d withdraws it: %v", who, err)
		}
	}
	if n := s.Count(t, "audit_event", "act = 'correct' AND outcome = 'done' AND instance = $1", first.Instance.ID); n != 1 {
		t.Errorf("%d audit lines of corrections that were begun, want 1", n)
	}
}

func TestRetract_RefusedWhenItIsTooLate(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	first := s.Submitted(t, kari, "Lysfest").Instance
	draft, err := s.Instances.Correct(t.Context(), kari, first.InstanceRef)
	if err != nil {
		t.Fatal(err)
	}
	s.Save(t, kari, draft.InstanceRef, "soker", map[string]string{"soker.telefon": "400 00 199"}, "")
	later := *s.Instances
	later.Now = func() time.Time { return time.Date(2027, 6, 13, 10, 0, 0, 0, time.UTC) }
	if _, err := later.Correct(t.Context(), kari, first.InstanceRef); key(err) != "fault.retract_late" {
		t.Errorf("corrected after the event: %v", err)
	}
	if _, err := s.Instances.Correct(t.Context(), kari, draft.InstanceRef); key(err) != "fault.retract_not_offered" {
		t.Errorf("a correction is corrected: %v", err)
	}
	_, err = s.Instances.Accept(t.Context(), solutiontest.System(), first.InstanceRef, instance.Template{
		Report: &core.Report{Substatus: core.Substatus{Label: "Ferdig", Ended: true}, Moment: time.Now()},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = s.Instances.Next(t.Context(), kari, solutiontest.Step(s.Open(t, kari, draft.InstanceRef)))
	if key(err) != "fault.retract_over" {
		t.Errorf("a draft is sent after the decision: %v", err)
	}
	if err := s.Instances.Withdraw(t.Context(), kari, first.InstanceRef, ""); key(err) != "fault.retract_over" {
		t.Errorf("withdrawn after the decision: %v", err)
	}
	unsent := s.Start(t, kari)
	if err := s.Instances.Withdraw(t.Context(), kari, unsent, ""); key(err) != "fault.not_submitted" {
		t.Errorf("a draft is withdrawn: %v", err)
	}
}

func key(err error) string {
	k, _, _ := fault.Text(err)
	return k
}

// correction is what a later version delivers into a case: another number, and perhaps another
// title.
func correction(id, telephone, title string) instance.Template {
	version := func(telephone, title string) core.Document {
		return core.Document{
			"sak": map[string]any{"tittel": title}, "soker": map[string]any{
				"navn": "Kari Solbakken", "telefon": telephone,
			},
		}
	}
	return instance.Template{
		Key: id, Content: []byte(id + telephone + title),
		Documents:  map[string]core.Document{"sak": version(telephone, title)},
		Correction: &core.NewVersion{Sent: time.Now()},
		Before:     map[string]core.Document{"sak": version("", "Lysfest")},
	}
}

func TestAccept_ACorrectionLeavesWhatSomebodyHasChanged(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	c := s.CaseOf(t, "Lysfest")
	system, ingrid := solutiontest.System(), s.Person(solutiontest.Ingrid)
	_, err := s.Instances.Accept(t.Context(), system, c.InstanceRef, instance.Template{
		Key: "other", Content: []byte("x"), Documents: map[string]core.Document{"sak": {
			"sak": map[string]any{"tittel": "Saksbehandlers tittel"}, "vurdering": map[string]any{"begrunnelse": "Godt."},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Open(t, ingrid, c.InstanceRef)
	for _, want := range []bool{true, false} {
		done, err := s.Instances.Accept(t.Context(), system, c.InstanceRef, correction("a", "400 00 199", "Vinterfest"))
		if err != nil || done != want {
			t.Fatalf("done %v, %v", done, err)
		}
	}
	v, err := s.Instances.Case(t.Context(), ingrid, solutiontest.Nordvik, c.ID, "nb")
	if err != nil || len(v.Corrections) != 1 {
		t.Fatalf("%d corrections, %v", len(v.Corrections), err)
	}
	got := fmt.Sprint(v.Corrections[0].Changes, v.Input.Data["sak"])
	for _, want := range []string{
		"{sak sak.tittel Lysfest Vinterfest true Saksbehandlers tittel}",
		"{sak soker.telefon  400 00 199 false <nil>}", "tittel:Saksbehandlers tittel",
		"telefon:400 00 199", "begrunnelse:Godt.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if _, err := s.Instances.Accept(t.Context(), system, c.InstanceRef, correction("a", "400 00 200", "X")); !fault.Is(err, fault.Conflict) {
		t.Errorf("other content under the same key: %v", err)
	}
}

func TestAccept_OnlyWhoMadeItCorrectsOrWithdraws(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	c := s.CaseOf(t, "Lysfest")
	for name, a := range map[string]core.Actor{
		"caseworker": s.Person(solutiontest.Ingrid), "citizen": s.Person(solutiontest.Kari),
		"another owner": solutiontest.NeighbourSystem(),
	} {
		for _, template := range []instance.Template{
			correction("k", "1", "X"), {Key: "w", Withdrawal: &core.Withdrawal{At: time.Now()}},
		} {
			if _, err := s.Instances.Accept(t.Context(), a, c.InstanceRef, template); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	both := correction("k", "1", "X")
	both.Withdrawal = &core.Withdrawal{Reason: strings.Repeat("x", instance.MaxReason+1)}
	both.Before["ukjent"] = core.Document{}
	if _, err := s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef, both); !fault.Is(err, fault.Malformed) {
		t.Errorf("what does not fit: %v", err)
	}
}

// TestAccept_ACorrectionAndACaseworkersSaveAtOnce lets both happen at the same time: whoever comes
// second has not overwritten the first.
func TestAccept_ACorrectionAndACaseworkersSaveAtOnce(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	ingrid := s.Person(solutiontest.Ingrid)
	conflicts := 0
	for i := range 6 {
		c := s.CaseOf(t, "Lysfest")
		v := s.Open(t, ingrid, c.InstanceRef)
		if _, _, err := s.Instances.Next(t.Context(), ingrid, instance.Step{
			Ref: c.InstanceRef, Task: "Task_mottak", Version: v.Instance.Version, Action: "confirm", Language: "nb",
		}); err != nil {
			t.Fatal(err)
		}
		v = s.Open(t, ingrid, c.InstanceRef)
		var saved, accepted error
		var both sync.WaitGroup
		both.Go(func() {
			_, saved = s.Instances.Save(t.Context(), ingrid, instance.SaveRequest{
				Ref: c.InstanceRef, Task: "Task_vurdering", Page: "vurdering", Version: v.DocumentVersion(),
				Posted: map[string][]string{"vurdering.begrunnelse": {"Godt planlagt."}}, Language: "nb",
			})
		})
		both.Go(func() {
			_, accepted = s.Instances.Accept(t.Context(), solutiontest.System(), c.InstanceRef,
				correction(fmt.Sprint("race", i), "400 00 199", "Lysfest"))
		})
		both.Wait()
		if accepted != nil || saved != nil && !fault.Is(saved, fault.Conflict) {
			t.Fatalf("correction %v, save %v", accepted, saved)
		}
		doc := fmt.Sprint(s.Open(t, ingrid, c.InstanceRef).Input.Data["sak"])
		if !strings.Contains(doc, "400 00 199") || saved == nil != strings.Contains(doc, "Godt planlagt.") {
			t.Errorf("save %v, and the case holds %s", saved, doc)
		}
		if saved != nil {
			conflicts++
		}
	}
	t.Logf("the correction came first in %d of 6", conflicts)
}

// edited gives the example apps with one text of one file written otherwise.
func edited(t *testing.T, file, old, replacement string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(apps.FS, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(apps.FS, path)
		if path == file {
			if !strings.Contains(string(raw), old) {
				t.Fatalf("%s does not hold %s", file, old)
			}
			raw = []byte(strings.Replace(string(raw), old, replacement, 1))
		}
		out[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAccept_AWithdrawalDoesWhatTheAppSays(t *testing.T) {
	t.Parallel()
	const file = "nordvik/stottesak/config/handover.json"
	const old = `"onWithdrawn": { "endEvent": "EndEvent_trukket" }`
	for name, c := range map[string]struct {
		says, task, end string
		late            bool
	}{
		"an end event":              {old, "", "EndEvent_trukket", false},
		"an action of the task":     {`"onWithdrawn": { "action": "confirm" }`, "Task_vurdering", "", false},
		"an action of another task": {`"onWithdrawn": { "action": "reject" }`, "Task_mottak", "", false},
		"nothing: it stays":         {"", "Task_mottak", "", false},
		"it had ended: it stays so": {old, "", "EndEvent_1", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := solutiontest.New(t)
			switch c.says {
			case old:
			case "":
				s.Put(t, edited(t, file, ",\n  "+old, ""))
			default:
				s.Put(t, edited(t, file, old, c.says))
			}
			inst := s.CaseOf(t, "Lysfest")
			ingrid := s.Person(solutiontest.Ingrid)
			if c.late {
				s.Tx(t, func(tx *store.Tx) error {
					one, err := tx.Instance(t.Context(), inst.InstanceRef)
					if err != nil {
						return err
					}
					one.Process = core.ProcessState{EndEvent: "EndEvent_1"}
					one.Status = core.StatusArchived
					return tx.UpdateInstance(t.Context(), &one)
				})
			}
			s.Open(t, ingrid, inst.InstanceRef)
			for i, want := range []bool{true, false} {
				done, err := s.Instances.Accept(t.Context(), solutiontest.System(), inst.InstanceRef, instance.Template{
					Key: "w", Content: []byte("w"), Withdrawal: &core.Withdrawal{At: time.Now(), Reason: "Avlyst."},
				})
				if err != nil || done != want {
					t.Fatalf("time %d: done %v, %v", i, done, err)
				}
			}
			box, err := s.Instances.Inbox(t.Context(), ingrid, solutiontest.NordvikNumber,
				instance.InboxFilter{Closed: c.task == ""})
			if err != nil || len(box.Cases) != 1 {
				t.Fatalf("%d cases, %v", len(box.Cases), err)
			}
			got := box.Cases[0]
			if got.Process.Task != c.task || got.Process.EndEvent != c.end || !got.Unread ||
				got.Withdrawn == nil || got.Withdrawn.Reason != "Avlyst." || got.Withdrawn.Late != c.late {
				t.Errorf("the case is %+v, %+v", got, got.Withdrawn)
			}
			if n := s.Count(t, "audit_event", "act = 'withdrawn' AND instance = $1", inst.ID); n != 1 {
				t.Errorf("%d audit lines, want 1", n)
			}
		})
	}
}

func TestAccept_ACorrectionThatComesLateChangesNothingAndIsTold(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	c := s.CaseOf(t, "Lysfest")
	system, ingrid := solutiontest.System(), s.Person(solutiontest.Ingrid)
	if _, err := s.Instances.Accept(t.Context(), system, c.InstanceRef, instance.Template{
		Key: "w", Content: []byte("w"), Withdrawal: &core.Withdrawal{At: time.Now()},
	}); err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(s.Open(t, ingrid, c.InstanceRef).Input.Data)
	if _, err := s.Instances.Accept(t.Context(), system, c.InstanceRef, correction("a", "1", "X")); err != nil {
		t.Fatal(err)
	}
	v, err := s.Instances.Case(t.Context(), ingrid, solutiontest.Nordvik, c.ID, "nb")
	if err != nil || len(v.Corrections) != 1 || !v.Corrections[0].Late {
		t.Fatalf("%+v, %v", v.Corrections, err)
	}
	if after := fmt.Sprint(v.Input.Data); after != before {
		t.Errorf("a closed case has changed: %s, was %s", after, before)
	}
	for _, change := range v.Corrections[0].Changes {
		if !change.Conflict {
			t.Errorf("%s is told as taken over", change.Path)
		}
	}
}
