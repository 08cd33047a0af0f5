package store_test

import (
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

const (
	idle     = 30 * time.Minute
	absolute = 2 * time.Hour
)

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func save(t *testing.T, s *store.Store, token, sid string) {
	t.Helper()
	row := store.Session{Hash: hashOf(token), Data: []byte(`{"user": 50001}`), Person: kari,
		SID: sid}
	if err := s.SaveSession(t.Context(), row); err != nil {
		t.Fatal(err)
	}
}

// signIn gives a new session of the person's as a request reads it.
func signIn(t *testing.T, s *store.Store, person core.PartyID) store.Session {
	t.Helper()
	hash := hashOf(rand.Text())
	row := store.Session{Hash: hash, Data: []byte(`{}`), Person: person}
	if err := s.SaveSession(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	row, found, err := s.Session(t.Context(), hash, idle, absolute)
	if err != nil || !found {
		t.Fatalf("no session: %v", err)
	}
	return row
}

func alive(t *testing.T, s *store.Store, token string) bool {
	t.Helper()
	row, found, err := s.Session(t.Context(), hashOf(token), idle, absolute)
	if err != nil {
		t.Fatal(err)
	}
	if found && (row.Person != kari || string(row.Data) != `{"user": 50001}`) {
		t.Errorf("got %+v", row)
	}
	return found
}

func TestSession_EndsWhenIdleAndAfterItsAbsoluteTime(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	for name, c := range map[string]struct {
		seen, created string
		want          bool
	}{
		"new":                    {"0 minutes", "0 minutes", true},
		"almost idle":            {"29 minutes", "29 minutes", true},
		"idle":                   {"30 minutes", "30 minutes", false},
		"in use, almost too old": {"1 minute", "119 minutes", true},
		"in use, too old":        {"1 minute", "120 minutes", false},
	} {
		save(t, s, name, "")
		storetest.Exec(t, url, `UPDATE session SET last_seen = now() - $2::text::interval,
			created = now() - $3::text::interval WHERE hash = $1`, hashOf(name), c.seen, c.created)
		if got := alive(t, s, name); got != c.want {
			t.Errorf("%s: alive is %v, want %v", name, got, c.want)
		}
	}
	if err := s.CleanSessions(t.Context(), idle, absolute); err != nil {
		t.Fatal(err)
	}
	if n := count(t, url, "session"); n != 3 {
		t.Errorf("%d sessions are left, want the 3 that live", n)
	}
}

func TestTouchSession_StartsTheIdleTimeAnewButNotTheAbsolute(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	save(t, s, "a", "")
	storetest.Exec(t, url, `UPDATE session SET last_seen = now() - interval '29 minutes',
		created = now() - interval '1 hour'`)
	if err := s.TouchSession(t.Context(), hashOf("a")); err != nil {
		t.Fatal(err)
	}
	if !alive(t, s, "a") ||
		count(t, url, "session WHERE last_seen > now() - interval '1 minute'") != 1 ||
		count(t, url, "session WHERE created < now() - interval '59 minutes'") != 1 {
		t.Error("want it seen just now, and begun an hour ago")
	}
	save(t, s, "a", "") // a later save is a touch as well
	if count(t, url, "session WHERE created < now() - interval '59 minutes'") != 1 {
		t.Error("a save has made the session younger")
	}
}

func TestSaveSession_RotatedSessionKeepsItsAge(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	save(t, s, "old", "")
	row := store.Session{
		Hash: hashOf("new"), Data: []byte(`{}`), Created: time.Now().Add(-absolute),
	}
	if err := s.SaveSession(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	if alive(t, s, "new") {
		t.Error("a session outlived its absolute time by being rotated")
	}
}

func TestDeleteSession_IsGoneAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	save(t, s, "mine", "provider-1")
	save(t, s, "other", "provider-1")
	save(t, s, "third", "provider-2")
	save(t, s, "not signed in", "")
	if err := s.DeleteSession(t.Context(), hashOf("mine")); err != nil {
		t.Fatal(err)
	}
	if alive(t, s, "mine") || !alive(t, s, "other") {
		t.Error("want mine gone and the other alive")
	}
	for _, sid := range []string{"provider-1", ""} {
		if err := s.DeleteSessionsBySID(t.Context(), sid); err != nil {
			t.Fatal(err)
		}
	}
	if alive(t, s, "other") || !alive(t, s, "third") || !alive(t, s, "not signed in") {
		t.Error("want only the sessions of provider-1 gone")
	}
}

func TestAppVersion_StaysAsItWasFirstPut(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, files := range []string{"first", "second"} {
		if err := s.PutAppVersion(t.Context(), appA, "h1", []byte(files)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.AppVersion(t.Context(), appA, "h1")
	if err != nil || string(got) != "first" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := s.AppVersion(t.Context(), appB, "h1"); err == nil {
		t.Error("another app has this app's version")
	}
}
