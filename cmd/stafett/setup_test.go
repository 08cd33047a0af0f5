package main

import (
	"context"
	"io"
	"testing"
	"time"

	"stafett/store/storetest"
)

// running starts the whole program on a database and a port of its own, through the function
// that `stafett serve` calls, and gives its address and its database's.
func running(t testing.TB) (address, database string) {
	t.Helper()
	return runningIn(t, t.TempDir())
}

// runningIn does so with the keys in a folder that the test can read: an organisation's own.
func runningIn(t testing.TB, data string) (address, database string) {
	t.Helper()
	return runningWith(t, data, nil)
}

// runningWith does so with further settings.
func runningWith(
	t testing.TB, data string, settings map[string]string,
) (address, database string) {
	t.Helper()
	database = storetest.Database(t)
	get := func(name string) string {
		if value, ok := settings[name]; ok {
			return value
		}
		return map[string]string{
			"addr": "127.0.0.1:0", "ops-addr": "127.0.0.1:0", "mode": Development, "log": "warn",
			"database-url": database, "data-dir": data, "apps": "../../apps",
			"oidc-acr": "idporten-loa-substantial",
		}[name]
	}
	c, err := newConfig(get)
	if err != nil {
		t.Fatal(err)
	}
	c.allowUnsafe = true
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- Run(ctx, c, io.Discard, func(a string) { ready <- a }) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the server did not stop well: %v", err)
		}
	})
	select {
	case address = <-ready:
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the server does not get ready")
	}
	return address, database
}
