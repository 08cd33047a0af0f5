package solutiontest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/driver"
	"stafett/internal/instance"
	"stafett/store"
	"stafett/store/storetest"
)

// FirstTask is the task of the application in which it is filled in.
const FirstTask = "Task_1"

// PDF is a small file that is taken for a PDF by its content.
const PDF = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

// Start makes a draft of the application for the actor.
func (s *Solution) Start(t testing.TB, a core.Actor) core.InstanceRef {
	t.Helper()
	inst, err := s.Instances.Start(t.Context(), a, instance.Beginning{
		App: Application, Owner: a.Party, Language: "nb",
	})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	return inst.InstanceRef
}

// Filled makes a draft and fills in every page of it, through the service.
func (s *Solution) Filled(t testing.TB, a core.Actor, title string) instance.View {
	t.Helper()
	ref := s.Start(t, a)
	form := driver.EventSupport(title)
	for path, n := range form.Rows {
		for range n {
			s.Save(t, a, ref, "budsjett", nil, "add:"+path)
		}
	}
	for _, page := range []string{"soker", "arrangement", "budsjett"} {
		s.Save(t, a, ref, page, form.Fields, "")
	}
	return s.Open(t, a, ref)
}

// Save saves a page of the newest version of a draft with those of the answers that belong to
// a row when the page is the budget, and all others.
func (s *Solution) Save(
	t testing.TB, a core.Actor, ref core.InstanceRef, page string, fields map[string]string,
	row string,
) instance.Saved {
	t.Helper()
	v := s.Open(t, a, ref)
	posted := url.Values{}
	for name, value := range fields {
		if page == "budsjett" || !strings.HasPrefix(name, "budsjett.") {
			posted.Set(name, value)
		}
	}
	if page == "budsjett" {
		for i, id := range RowIDs(v) {
			posted.Set(fmt.Sprintf("budsjett.poster[%d].altinnRowId", i), id)
		}
	}
	saved, err := s.Instances.Save(t.Context(), a, instance.SaveRequest{
		Ref: ref, Task: v.Instance.Process.Task, Page: page, Version: v.DocumentVersion(),
		Posted: posted, Language: "nb", Row: row,
	})
	if err != nil {
		t.Fatalf("save %s: %v", page, err)
	}
	for _, i := range saved.Issues {
		t.Fatalf("save %s: %s: %s", page, i.Path, i.Message)
	}
	return saved
}

// RowIDs are the ids of the budget's rows.
func RowIDs(v instance.View) []string {
	budget, _ := v.Input.Data["soknad"]["budsjett"].(map[string]any)
	rows, _ := budget["poster"].([]any)
	var ids []string
	for _, r := range rows {
		row, _ := r.(map[string]any)
		id, _ := row["altinnRowId"].(string)
		ids = append(ids, id)
	}
	return ids
}

// Open opens an instance for somebody who may.
func (s *Solution) Open(t testing.TB, a core.Actor, ref core.InstanceRef) instance.View {
	t.Helper()
	v, err := s.Instances.Open(t.Context(), a, ref, "nb")
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return v
}

// Upload attaches a PDF with the name and gives its id.
func (s *Solution) Upload(
	t testing.TB, a core.Actor, ref core.InstanceRef, name string,
) core.DataElement {
	t.Helper()
	e, _, err := s.Instances.Upload(t.Context(), a, ref, FirstTask, instance.File{
		DataType: "vedlegg", Filename: name, Body: strings.NewReader(PDF),
	})
	if err != nil {
		t.Fatalf("upload %s: %v", name, err)
	}
	return e
}

// Step is the submit of an application as it is seen now.
func Step(v instance.View) instance.Step {
	return instance.Step{
		Ref: v.Instance.InstanceRef, Task: v.Instance.Process.Task, Version: v.Instance.Version,
		Language: "nb",
	}
}

// Submitted fills in an application with one attachment and submits it.
func (s *Solution) Submitted(t testing.TB, a core.Actor, title string) instance.View {
	t.Helper()
	v := s.Filled(t, a, title)
	s.Upload(t, a, v.Instance.InstanceRef, "budsjett.pdf")
	v = s.Open(t, a, v.Instance.InstanceRef)
	v, done, err := s.Instances.Next(t.Context(), a, Step(v))
	if err != nil || !done {
		t.Fatalf("submit: done %v, %v", done, err)
	}
	return v
}

// Template is what Nordvik kommune's own system sends to make a case.
func Template(title string) instance.Template {
	return instance.Template{
		App: Case, Owner: instance.OwnerName{OrganisationNumber: NordvikNumber},
		Prefill: map[string]string{"sak.tittel": title, "soker.navn": "Kari Solbakken"},
	}
}

// CaseOf makes a case at Nordvik kommune through its own system.
func (s *Solution) CaseOf(t testing.TB, title string) core.Instance {
	t.Helper()
	inst, err := s.Instances.Instantiate(t.Context(), System(), Template(title))
	if err != nil || !inst.Made {
		t.Fatalf("instantiate: made %v, %v", inst.Made, err)
	}
	return inst.Instance
}

// DeliveryOf gives the one delivery of an application.
func (s *Solution) DeliveryOf(t testing.TB, source uuid.UUID) core.Delivery {
	t.Helper()
	var list []core.Delivery
	s.Tx(t, func(tx *store.Tx) error {
		var err error
		list, err = tx.DeliveriesOf(t.Context(), source)
		return err
	})
	if len(list) != 1 {
		t.Fatalf("%d deliveries, want one", len(list))
	}
	return list[0]
}

// Count tells how many rows of a table the condition fits; "true" is all of them.
func (s *Solution) Count(t testing.TB, table, where string, args ...any) int {
	t.Helper()
	return int(storetest.Exec(t, s.Database, "SELECT FROM "+table+" WHERE "+where, args...))
}
