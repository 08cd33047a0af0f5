// Package storetest gives each test a database of its own on a real PostgreSQL: a copy of a
// template that is migrated once for each version of the schema. All test processes of one user
// share a server that starts with the first test and stops after the last; it is fast and not
// durable. It is for tests only.
package storetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/store"
)

// maxConns is how many connections a test's store may hold: tests run beside each other.
const maxConns = 12

// New gives a store on a migrated, empty database that only this test sees, and the address of
// the database's owner. The store works as the serving role, so that row-level security holds for
// every test; the owner is past it. Both are gone when the test ends. Without PostgreSQL the test fails and says how to get one.
func New(t testing.TB) (*store.Store, string) {
	t.Helper()
	url := Database(t)
	s, err := store.Open(t.Context(), url, store.Options{
		AllowUnsafe: true, MaxConns: maxConns, Role: store.ServingRole,
	})
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(s.Close)
	return s, url
}

// Database gives the address, for its owner, of a migrated, empty database that only this test
// sees.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, " TEMPLATE "+use(t).template+" STRATEGY file_copy")
}

// Serving gives the address of a test's database for the role that servers work as.
func Serving(t testing.TB, database string) string {
	t.Helper()
	address, err := url.Parse(database)
	if err != nil {
		t.Fatalf("database address: %v", err)
	}
	address.User = url.User(store.ServingRole)
	return address.String()
}

// Blank gives the address of a database without a schema.
func Blank(t testing.TB) string {
	t.Helper()
	use(t)
	return create(t, "")
}

// Exec runs a statement on a test's database, past the store: tests move rows, not time. It
// gives how many rows were touched.
func Exec(t testing.TB, url, sql string, args ...any) int64 {
	t.Helper()
	// The test's own context ends before its clean-ups run.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer conn.Close(ctx)
	tag, err := conn.Exec(ctx, sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return tag.RowsAffected()
}

func create(t testing.TB, from string) string {
	t.Helper()
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), shared.number.Add(1))
	if _, err := shared.admin.Exec(t.Context(), "CREATE DATABASE "+name+from); err != nil {
		t.Fatalf("make test database: %v", err)
	}
	t.Cleanup(func() {
		_, err := shared.admin.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
		if err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return shared.server.URL(name)
}
