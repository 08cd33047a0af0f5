package store_test

import (
	"errors"
	"sync"
	"testing"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func TestParty_IsFoundByEachOfItsNumbers(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ctx := t.Context()
	p := organisation(nord, "Nordvik kommune", "310246816", "nordvik")
	p.Language, p.Email, p.Phone = "nn", "post@nordvik.example", "+4755000000"
	do(t, s, func(tx *store.Tx) error {
		if err := tx.PutParty(ctx, p); err != nil {
			return err
		}
		for name, find := range map[string]func() (core.Party, error){
			"id": func() (core.Party, error) { return tx.Party(ctx, nord) },
			"number": func() (core.Party, error) {
				return tx.PartyByOrganisationNumber(ctx,
					"310246816")
			},
			"org": func() (core.Party, error) { return tx.PartyByOrg(ctx, "nordvik") },
		} {
			got, err := find()
			if err != nil {
				return err
			}
			if got != p {
				t.Errorf("by %s: got %+v, want %+v", name, got, p)
			}
		}
		got, err := tx.PartyByPersonNumber(ctx, "14827941388")
		if err == nil && got.ID != kari {
			t.Errorf("by person number: got %+v, want Kari", got)
		}
		return err
	})
}

// TestParty_IsReadOnceInATransaction looks one up again after a change of something else, and of itself.
func TestParty_IsReadOnceInATransaction(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	ctx := t.Context()
	do(t, s, func(tx *store.Tx) error {
		named := func(want string) core.Party {
			p, err := tx.Party(ctx, kari)
			if err != nil || p.Name != want {
				t.Errorf("got %q, %v, want %q", p.Name, err, want)
			}
			return p
		}
		first := named("Kari Solbakken")
		tx.Audit(core.Event{Actor: kari, ActorKind: core.ActorPerson, Party: kari, Act: core.ActRead, Outcome: core.OutcomeDone})
		storetest.Exec(t, url, `UPDATE party SET name = 'Kari Nordmann' WHERE id = $1`, kari)
		named("Kari Solbakken")
		first.Name = "Kari Fjeld"
		if err := tx.PutParty(ctx, first); err != nil {
			return err
		}
		named("Kari Fjeld")
		return nil
	})
}

func TestParty_UnknownIsErrNoRow(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ctx := t.Context()
	do(t, s, func(tx *store.Tx) error {
		_, id := tx.Party(ctx, 1)
		_, person := tx.PartyByPersonNumber(ctx, "00000000000")
		_, organisation := tx.PartyByOrganisationNumber(ctx, "")
		_, org := tx.PartyByOrg(ctx, "")
		for i, err := range []error{id, person, organisation, org} {
			if !errors.Is(err, store.ErrNoRow) {
				t.Errorf("look-up %d: got %v, want ErrNoRow", i, err)
			}
		}
		return nil
	})
}

func TestParties_LeavesOutWhatNamesNothing(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	got := get(t, s, func(tx *store.Tx) ([]core.Party, error) {
		return tx.Parties(t.Context(), ola, 1, kari)
	})
	if len(got) != 2 || got[0].ID != kari || got[1].ID != ola {
		t.Errorf("got %v, want Kari and Ola", got)
	}
}

func TestPutParty_NumberOfAnotherIsConflict(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.PutParty(t.Context(), person(60, "Kari Andre", "14827941388"))
	})
	wantFault(t, err, fault.Conflict)
}

func TestNewParty_ManySignInsOfOneNewPersonMakeOneParty(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	const signIns = 12
	ids := make([]core.PartyID, signIns)
	var all sync.WaitGroup
	for i := range signIns {
		all.Go(func() {
			err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
				var err error
				ids[i], err = tx.NewParty(t.Context(), person(0, "Ny Person", "21918845590"))
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || id <= 60000 {
			t.Fatalf("got %v, want the same new id each time", ids)
		}
	}
	if n := count(t, url, "party WHERE person_number = '21918845590'"); n != 1 {
		t.Errorf("got %d parties, want 1", n)
	}
}
