package store_test

import (
	"reflect"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// viewsOf gives the views that a person sees at Nordvik, and what they have chosen.
func viewsOf(t *testing.T, s *store.Store, person core.PartyID) (list []store.CaseView, c store.ListChoice) {
	t.Helper()
	err := s.InTx(t.Context(), core.Actor{Kind: core.ActorPerson, User: person, Party: person},
		func(tx *store.Tx) error {
			tx.HoldCaseViews("310246816", person, &list)
			tx.HoldListChoice("310246816", person, &c)
			return tx.FlushCounts(t.Context())
		})
	if err != nil {
		t.Fatal(err)
	}
	return list, c
}

func TestCaseViews_AreOnesOwnUntilTheyAreShared(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	hers := store.CaseView{ID: uuid.New(), Name: "Haster", Query: "view=mine"}
	do(t, s, func(tx *store.Tx) error { return tx.KeepView(t.Context(), nord, ingrid, hers) })
	colleague := core.PartyID(50005)
	if list, _ := viewsOf(t, s, colleague); len(list) != 0 {
		t.Errorf("a colleague sees %v", list)
	}
	again := store.CaseView{ID: uuid.New(), Name: "Haster", Query: "view=due", Shared: true}
	do(t, s, func(tx *store.Tx) error { return tx.KeepView(t.Context(), nord, ingrid, again) })
	list, _ := viewsOf(t, s, ingrid)
	if len(list) != 1 || list[0].ID != hers.ID || list[0].Query != "view=due" || !list[0].Mine {
		t.Errorf("kept again under its name: %v", list)
	}
	other := store.CaseView{ID: uuid.New(), Name: "Andre", Query: ""}
	do(t, s, func(tx *store.Tx) error { return tx.KeepView(t.Context(), nord, ingrid, other) })
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.ChangeView(t.Context(), nord, ingrid, store.CaseView{ID: other.ID, Name: "Haster"})
	})
	if key, _, _ := fault.Text(err); key != "fault.view_name" {
		t.Errorf("two of one name: %v", err)
	}
	if err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.ChangeView(t.Context(), nord, colleague, store.CaseView{ID: other.ID, Name: "Mitt"})
	}); err == nil {
		t.Error("a view is changed by another than its owner")
	}
	do(t, s, func(tx *store.Tx) error { return tx.RemoveView(t.Context(), nord, colleague, other.ID) })
	if list, _ := viewsOf(t, s, ingrid); len(list) != 2 {
		t.Errorf("a view is removed by another than its owner: %v", list)
	}
	do(t, s, func(tx *store.Tx) error { return tx.RemoveView(t.Context(), nord, ingrid, other.ID) })
	if list, _ := viewsOf(t, s, ingrid); len(list) != 1 {
		t.Errorf("it is not removed: %v", list)
	}
}

func TestListChoice_IsOnePersons(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	want := store.ListChoice{Columns: []string{"due", "status"}, Compact: true, ByDue: true, Silent: true}
	for _, c := range []store.ListChoice{{}, want} {
		do(t, s, func(tx *store.Tx) error { return tx.KeepListChoice(t.Context(), nord, ingrid, c) })
	}
	if _, got := viewsOf(t, s, ingrid); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, got := viewsOf(t, s, 50005); !reflect.DeepEqual(got, store.ListChoice{}) {
		t.Errorf("another person's choice is %+v", got)
	}
}
