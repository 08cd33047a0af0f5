package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/store"
)

// TestOpenings_TellsTheOwnerOfOrganisationsAndRoles makes an application, the case that came of it,
// and a case that the organisation made of that one, which is no business of the owner's.
func TestOpenings_TellsTheOwnerOfOrganisationsAndRoles(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	sent := draft(kari)
	made, inner := caseOf(nord, time.Now()), caseOf(nord, time.Now())
	made.Source, made.Thread = &sent.InstanceRef, sent.Began()
	inner.Source, inner.Thread = &made.InstanceRef, sent.Began()
	add(t, s, sent, made, inner)
	line := func(inst core.Instance, act string, change func(*core.Event)) core.Event {
		e := core.Event{
			Actor: ingrid, ActorKind: core.ActorPerson, ActorName: "Ingrid Berg", Party: inst.Owner,
			App: inst.AppRef, Instance: inst.ID, Act: act, Outcome: core.OutcomeDone, Purpose: "KULTUR",
		}
		change(&e)
		return e
	}
	same := func(*core.Event) {}
	system := func(number string) func(*core.Event) {
		return func(e *core.Event) {
			e.Actor, e.ActorKind, e.ActorName, e.Purpose = 0, core.ActorOrg, "", ""
			e.OrganisationNumber = number
		}
	}
	err := s.Audit(t.Context(),
		line(made, core.ActRead, same), line(made, core.ActDownload, same),
		line(made, core.ActRead, func(e *core.Event) { e.Purpose = "LEDER" }),
		line(sent, core.ActRead, system("311357921")), line(sent, core.ActRead, system("999999999")),
		// None of these is anybody's opening of the owner's case.
		line(made, core.ActRead, func(e *core.Event) { e.Outcome = core.OutcomeRefused }),
		line(made, core.ActWrite, same), line(inner, core.ActRead, same),
		line(made, core.ActRead, func(e *core.Event) { e.ActorKind = core.ActorSystem }),
		line(sent, core.ActRead, func(e *core.Event) { e.Actor, e.Purpose = kari, "PRIV" }),
	)
	if err != nil {
		t.Fatal(err)
	}
	list := get(t, s, func(tx *store.Tx) ([]core.Opening, error) { return tx.Openings(t.Context(), sent) })
	var got []string
	for _, o := range list {
		if o.Last.IsZero() {
			t.Errorf("%+v has no time", o)
		}
		got = append(got, fmt.Sprint(o.App.App, "|", o.Role, "|", o.Organisation, "|", o.Times))
	}
	slices.Sort(got)
	want := []string{
		"stottesak|KULTUR|Nordvik kommune|2", "stottesak|LEDER|Nordvik kommune|1",
		"||Sørvik kommune|1", "|||1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
