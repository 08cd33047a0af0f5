package store_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/store"
	"stafett/store/storetest"
)

func TestMigrate_ManyProcessesAtOnceAndAgain(t *testing.T) {
	t.Parallel()
	url := storetest.Blank(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := store.Migrate(t.Context(), url, store.ServingRole); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := store.Migrate(t.Context(), url, store.ServingRole); err != nil {
		t.Errorf("again: %v", err)
	}
	for _, table := range []string{"instance", "audit_event", "river_job"} {
		if n := count(t, url, table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
}

// TestGrant_ManyAtOnce is what happens when processes are killed while they migrate, and start anew.
func TestGrant_ManyAtOnce(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 3 {
				if err := store.Grant(t.Context(), pool); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestSchemaHash_IsTheSameEachTime(t *testing.T) {
	t.Parallel()
	first, err := store.SchemaHash()
	if err != nil {
		t.Fatal(err)
	}
	second, err := store.SchemaHash()
	if err != nil || first != second || len(first) != 64 {
		t.Errorf("got %q and %q, %v", first, second, err)
	}
}
