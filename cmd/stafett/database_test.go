package main

import (
	"log/slog"
	"strings"
	"testing"

	"stafett/store"
	"stafett/store/storetest"
)

// TestMigrate_MakesTheRoleThatProductionServesAs goes the way of docs/operations.md: the owner
// migrates, the role that comes of it serves, and the owner's own address does not.
func TestMigrate_MakesTheRoleThatProductionServesAs(t *testing.T) {
	t.Parallel()
	database := storetest.Blank(t)
	serving := storetest.Serving(t, database)
	log := slog.New(slog.DiscardHandler)
	c := Config{Mode: Production, ServeRole: store.ServingRole, allowUnsafe: true}
	open := func(address string) error {
		c.DatabaseURL = address
		db, err := openDatabase(t.Context(), c, log)
		if err == nil {
			db.close()
		}
		return err
	}
	if err := open(serving); err == nil || !strings.Contains(err.Error(), "stafett migrate") {
		t.Errorf("before: got %v, want what to do", err)
	}
	c.DatabaseURL = database
	var out strings.Builder
	for range 2 {
		if err := migrate(t.Context(), c, nil, &out); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(out.String(), store.ServingRole) {
		t.Errorf("it says %q", out.String())
	}
	if err := open(serving); err != nil {
		t.Errorf("the serving role: %v", err)
	}
	if err := open(database); err == nil || !strings.Contains(err.Error(), "sees every row") {
		t.Errorf("the owner's address: got %v, want a refusal", err)
	}
	c.Mode = Development
	if err := open(database); err != nil {
		t.Errorf("development takes the role on: %v", err)
	}
}

func TestConfig_TheServingRoleIsAPlainName(t *testing.T) {
	t.Parallel()
	for name, right := range map[string]bool{
		"": true, "stafett_serve": true, "nordvik2": true, "Serve": false, "a b": false,
		`x"; DROP ROLE y`: false, "2serve": false,
	} {
		_, err := newConfig(func(setting string) string {
			return map[string]string{"serve-role": name, "log": "info"}[setting]
		})
		if (err == nil) != right {
			t.Errorf("%q: got %v", name, err)
		}
	}
}
