package instance_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
)

// refused fails unless err is a refusal that tells nothing but "not you".
func refused(t *testing.T, what string, err error) {
	t.Helper()
	if r, ok := errors.AsType[*access.Refusal](err); !ok || r.NeedLevel != 0 {
		t.Errorf("%s: %v, want a refusal", what, err)
	}
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("%s: kind %s, want forbidden", what, fault.KindOf(err))
	}
}

// is fails unless err is of the kind and has the text key.
func is(t *testing.T, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	got, _, _ := fault.Text(err)
	if !fault.Is(err, kind) || got != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

func TestStart_MakesAPrivateDraftWithWhatTheRegistersKnow(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Start(t, kari)
	v := s.Open(t, kari, ref)
	if v.Instance.Status != core.StatusDraft || v.Instance.Submitted != nil ||
		v.Instance.Reference != "" || v.Instance.CreatedBy != solutiontest.Kari {
		t.Errorf("not a plain draft: %+v", v.Instance)
	}
	soker, _ := v.Input.Data["soknad"]["soker"].(map[string]any)
	for field, want := range map[string]string{
		"navn": "Kari Solbakken", "kontaktperson": "Kari Solbakken",
		"epost": "kari@solbakken.example", "telefon": "40000101",
	} {
		if soker[field] != want {
			t.Errorf("prefilled %s is %v, want %s", field, soker[field], want)
		}
	}
	for _, id := range []core.PartyID{
		solutiontest.Ola, solutiontest.Ingrid, solutiontest.Tor, solutiontest.Siri, solutiontest.Jon,
	} {
		_, err := s.Instances.Open(t.Context(), s.Person(id), ref, "nb")
		refused(t, s.Person(id).Name+" opens a draft of Kari's", err)
	}
	list, _, err := s.Instances.Mine(t.Context(), kari, []core.Status{core.StatusDraft}, nil, 10)
	if err != nil || len(list) != 1 || list[0].ID != ref.ID {
		t.Errorf("Kari's drafts are %v (%v)", list, err)
	}
	if n := s.Count(t, "audit_event", "act = 'instantiate' AND instance = $1", ref.ID); n != 1 {
		t.Errorf("%d audit lines of the start, want 1", n)
	}
}

func TestStart_ForAnOrganisationThatThePersonLeads(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	kari.Party = solutiontest.Band
	v := s.Open(t, kari, s.Start(t, kari))
	soker, _ := v.Input.Data["soknad"]["soker"].(map[string]any)
	if soker["navn"] != "Nordvik Musikkforening" || soker["organisasjonsnummer"] != "312468034" {
		t.Errorf("prefilled with %v", soker)
	}
	if soker["kontaktperson"] != "Kari Solbakken" {
		t.Errorf("the contact is %v, want who is signed in", soker["kontaktperson"])
	}
	ola := s.Person(solutiontest.Ola)
	_, err := s.Instances.Start(t.Context(), ola, instance.Beginning{
		App: solutiontest.Application, Owner: solutiontest.Band, Language: "nb",
	})
	refused(t, "Ola starts for an organisation of Kari's", err)
	_, err = s.Instances.Open(t.Context(), ola, v.Instance.InstanceRef, "nb")
	refused(t, "Ola opens the organisation's draft", err)
}

func TestStart_OfACaseAppIsRefusedForEveryEndUser(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	tried := 0
	for _, p := range s.Register.Persons() {
		for _, owner := range []core.PartyID{p.ID, solutiontest.Nordvik} {
			tried++
			_, err := s.Instances.Start(t.Context(), s.Person(p.ID), instance.Beginning{
				App: solutiontest.Case, Owner: owner, Language: "nb",
			})
			is(t, p.Name, err, fault.Forbidden, "fault.instantiate_not_allowed")
		}
	}
	t.Logf("tried %d starts", tried)
	if n := s.Count(t, "audit_event",
		"act = 'instantiate' AND outcome = 'refused'"); n != tried || n == 0 {
		t.Errorf("%d audit lines of %d refusals", n, tried)
	}
	if n := s.Count(t, "instance", "true"); n != 0 {
		t.Errorf("%d instances were made", n)
	}
}

func TestStart_UnknownAppAndTooManyDrafts(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	unknown := core.AppRef{Org: "nordvik", App: "finnes-ikke"}
	_, err := s.Instances.Start(t.Context(), kari, instance.Beginning{
		App: unknown, Owner: kari.User, Language: "nb",
	})
	is(t, "unknown app", err, fault.NotFound, "fault.app_not_found")
	for range 50 {
		s.Start(t, kari)
	}
	_, err = s.Instances.Start(t.Context(), kari, instance.Beginning{
		App: solutiontest.Application, Owner: kari.User, Language: "nb",
	})
	is(t, "draft 51", err, fault.Invalid, "fault.too_many_drafts")
	if n := s.Count(t, "instance", "true"); n != 50 {
		t.Errorf("%d drafts, want 50", n)
	}
}

// doors are all the ways to an instance by its reference.
func doors(s *solutiontest.Solution, t *testing.T) map[string]func(core.Actor, core.InstanceRef,
	uuid.UUID) error {
	ctx := t.Context()
	in := s.Instances
	return map[string]func(core.Actor, core.InstanceRef, uuid.UUID) error{
		"open": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			_, err := in.Open(ctx, a, ref, "nb")
			return err
		},
		"save": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			_, err := in.Save(ctx, a, instance.SaveRequest{
				Ref: ref, Task: solutiontest.FirstTask, Page: "soker", Version: 1,
				Posted: url.Values{"soker.telefon": {"99999999"}}, Language: "nb",
			})
			return err
		},
		"delete": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			return in.Delete(ctx, a, ref)
		},
		"upload": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			_, _, err := in.Upload(ctx, a, ref, solutiontest.FirstTask, instance.File{
				DataType: "vedlegg", Filename: "a.pdf", Body: strings.NewReader(solutiontest.PDF),
			})
			return err
		},
		"remove": func(a core.Actor, ref core.InstanceRef, file uuid.UUID) error {
			return in.Remove(ctx, a, ref, solutiontest.FirstTask, file)
		},
		"download": func(a core.Actor, ref core.InstanceRef, file uuid.UUID) error {
			_, err := in.Download(ctx, a, ref, file)
			return err
		},
		"document": func(a core.Actor, ref core.InstanceRef, file uuid.UUID) error {
			_, _, err := in.Document(ctx, a, ref, file)
			return err
		},
		"next": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			_, _, err := in.Next(ctx, a, instance.Step{
				Ref: ref, Task: solutiontest.FirstTask, Version: 1, Language: "nb",
			})
			return err
		},
		"sent": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			_, err := in.Sent(ctx, a, ref, "nb")
			return err
		},
		"pdf": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			_, _, err := in.PDF(ctx, a, ref)
			return err
		},
		"take": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			return in.Take(ctx, a, ref)
		},
		"release": func(a core.Actor, ref core.InstanceRef, _ uuid.UUID) error {
			return in.Release(ctx, a, ref)
		},
	}
}

func TestEveryDoor_RefusesForeignAndUnknownAddressesInTheSameWords(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ola := s.Person(solutiontest.Kari), s.Person(solutiontest.Ola)
	v := s.Filled(t, kari, "Lysfest")
	ref := v.Instance.InstanceRef
	file := s.Upload(t, kari, ref, "a.pdf").ID
	before := s.Open(t, kari, ref)
	wrong := map[string]core.InstanceRef{"another's": ref}
	for part, change := range map[string]func(*core.InstanceRef){
		"id":    func(r *core.InstanceRef) { r.ID = uuid.New() },
		"owner": func(r *core.InstanceRef) { r.Owner = solutiontest.Ola },
		"app":   func(r *core.InstanceRef) { r.App = solutiontest.Case.App },
	} {
		r := ref
		change(&r)
		wrong["wrong "+part] = r
	}
	checked := 0
	for door, try := range doors(s, t) {
		want := ""
		for what, r := range wrong {
			for _, a := range []core.Actor{kari, ola} {
				if a.User == kari.User && what == "another's" {
					continue
				}
				checked++
				err := try(a, r, file)
				refused(t, door+" "+what, err)
				key, args, _ := fault.Text(err)
				if words := key + strings.Repeat("+", len(args)); want == "" {
					want = words
				} else if words != want {
					t.Errorf("%s %s: %q, want %q as for the others", door, what, words, want)
				}
			}
		}
		// The fourth part is public: which apps there are is no secret.
		r := ref
		r.Org = "sorvik"
		is(t, door+" wrong org", try(kari, r, file), fault.NotFound, "fault.app_not_found")
	}
	t.Logf("checked %d refusals", checked)
	if checked == 0 {
		t.Fatal("nothing was checked")
	}
	after := s.Open(t, kari, ref)
	if after.Instance.Version != before.Instance.Version || len(after.Input.Elements) != 1 {
		t.Error("a refused request changed the instance")
	}
	if n := s.Count(t, "audit_event", "outcome = 'refused' AND act <> 'list'"); n < checked {
		t.Errorf("%d audit lines of %d refusals", n, checked)
	}
}

func TestDelete_OfASubmissionIsAConflict(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	v := s.Submitted(t, kari, "Lysfest")
	err := s.Instances.Delete(t.Context(), kari, v.Instance.InstanceRef)
	if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Forbidden) {
		t.Errorf("delete of a submission: %v", err)
	}
	s.Open(t, kari, v.Instance.InstanceRef)
}
