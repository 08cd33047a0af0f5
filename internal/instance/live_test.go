package instance_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

// TestWatch_ARoleThatIsWithdrawnNarrowsWhatIsTold asks about two cases before and after one of the
// person's two roles ends.
func TestWatch_ARoleThatIsWithdrawnNarrowsWhatIsTold(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	grant := s.CaseOf(t, "Lysfest")
	other := core.AppRef{Org: "nordvik", App: "parkeringssak"}
	d, err := s.Catalogue.App(other)
	if err != nil {
		t.Fatal(err)
	}
	parking := core.Instance{
		InstanceRef: core.InstanceRef{AppRef: other, Owner: solutiontest.Nordvik, ID: uuid.Must(uuid.NewV7())},
		AppVersion:  "hash", Status: core.StatusActive, Language: "nb",
		Process: core.ProcessState{Task: d.Process.Tasks()[0].ID, TaskType: "data"},
	}
	s.Tx(t, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &parking) })
	storetest.Exec(t, s.Database, `INSERT INTO role_grant (person, party, role, source, valid_from)
		VALUES (50004, 51001, 'nordvik-parkering', 'granted', now() - interval '1 day')`)
	a := s.Person(solutiontest.Ingrid)
	watch := instance.Watch{
		Number: solutiontest.NordvikNumber, Came: []uuid.UUID{grant.ID, parking.ID, uuid.New()},
	}
	tells := func(what string, want ...uuid.UUID) {
		t.Helper()
		news, err := s.Instances.Watch(t.Context(), a, watch)
		slices.SortFunc(news.Came, func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) })
		slices.SortFunc(want, func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) })
		if err != nil || !slices.Equal(news.Came, want) {
			t.Errorf("%s: got %v, %v, want %v", what, news.Came, err, want)
		}
	}
	tells("with both roles", grant.ID, parking.ID)
	watch.Apps = []core.AppRef{other}
	tells("narrowed to a service", parking.ID)
	watch.Apps, watch.All = nil, true
	watch.Since = time.Now().Add(-time.Hour)
	tells("since an hour ago", grant.ID, parking.ID)
	watch.Since = time.Now().Add(time.Hour)
	tells("since later")
	watch.All = false
	storetest.Exec(t, s.Database, `DELETE FROM role_grant WHERE role = 'nordvik-parkering' AND person = 50004`)
	tells("with one role", grant.ID)
	storetest.Exec(t, s.Database, `DELETE FROM role_grant WHERE person = 50004`)
	if _, err := s.Instances.Watch(t.Context(), a, watch); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without a role: got %v", err)
	}
	watch.Case = grant.ID
	if _, err := s.Instances.Watch(t.Context(), a, watch); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the case without a role: got %v", err)
	}
	if n := s.Count(t, "case_presence", "true"); n != 0 {
		t.Errorf("%d are told of as being in a case that they may not read", n)
	}
}
