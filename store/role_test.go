package store_test

import (
	"strings"
	"testing"

	"stafett/store"
	"stafett/store/storetest"
)

// TestOpen_RefusesTheOwnersRole would else serve with the belt off.
func TestOpen_RefusesTheOwnersRole(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	_, err := store.Open(t.Context(), url, store.Options{AllowUnsafe: true})
	if err == nil || !strings.Contains(err.Error(), "stafett migrate") {
		t.Errorf("got %v, want a refusal that says what to do", err)
	}
	s, err := store.Open(t.Context(), storetest.Serving(t, url), store.Options{AllowUnsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
	storetest.Exec(t, url, `DELETE FROM goose_db_version
		WHERE version_id = (SELECT max(v.version_id) FROM goose_db_version AS v)`)
	if err := s.CheckSchema(t.Context()); err == nil {
		t.Error("an older schema is taken")
	}
}
