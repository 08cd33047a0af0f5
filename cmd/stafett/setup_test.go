package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stafett/internal/solutiontest"
	"stafett/store/storetest"
)

// sameApps is the folder with the example solution.
const sameApps = "../../apps"

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
	return runningLogged(t, data, settings, nil)
}

// runningLogged does so, and writes the log where the test can read it.
func runningLogged(
	t testing.TB, data string, settings map[string]string, log io.Writer,
) (address, database string) {
	t.Helper()
	database = storetest.Database(t)
	lendKeys(t, data)
	get := func(name string) string {
		if value, ok := settings[name]; ok {
			return value
		}
		return map[string]string{
			"addr": "127.0.0.1:0", "ops-addr": "127.0.0.1:0", "mode": Development, "log": "warn",
			"database-url": database, "data-dir": data, "apps": sameApps,
			"oidc-acr": "idporten-loa-substantial",
		}[name]
	}
	c, err := newConfig(get)
	if err != nil {
		t.Fatal(err)
	}
	c.allowUnsafe, c.load, c.logTo = true, solutiontest.LoadAll, log
	if get("apps") == sameApps {
		c.lookEvery = time.Hour // nobody changes these
	}
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
		keepKeys(t, data)
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the server does not get ready")
	}
	return address, database
}

// lent are the key files of the first program that got ready, by name: making keys is the dearest
// part of a start, and no test is about fresh ones.
var lent struct {
	sync.Mutex
	files map[string][]byte
}

// lendKeys gives a data folder without keys those that are lent.
func lendKeys(t testing.TB, data string) {
	t.Helper()
	lent.Lock()
	defer lent.Unlock()
	folder := filepath.Join(data, "keys")
	if _, err := os.Stat(folder); err == nil || len(lent.files) == 0 {
		return
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range lent.files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// keepKeys keeps the keys in a data folder to be lent, the first time.
func keepKeys(t testing.TB, data string) {
	t.Helper()
	lent.Lock()
	defer lent.Unlock()
	if lent.files != nil {
		return
	}
	folder := filepath.Join(data, "keys")
	names, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	lent.files = map[string][]byte{}
	for _, name := range names {
		if lent.files[name.Name()], err = os.ReadFile(filepath.Join(folder, name.Name())); err != nil {
			t.Fatal(err)
		}
	}
}
