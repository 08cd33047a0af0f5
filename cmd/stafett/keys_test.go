package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/orgtoken"
)

// keysIn runs the command on a data folder.
func keysIn(t *testing.T, data string, now time.Time, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	// An id may begin as a flag does.
	if len(args) > 2 {
		args = slices.Insert(slices.Clone(args), len(args)-1, "--")
	}
	args = append([]string{"-data-dir", data}, args...)
	c, rest, err := ReadConfig("keys", args, func(string) string { return "" }, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	c.now = func() time.Time { return now }
	err = keys(t.Context(), c, rest, &out)
	return out.String(), err
}

// changeKeys does so, and fails on an error.
func changeKeys(t *testing.T, data string, now time.Time, args ...string) string {
	t.Helper()
	out, err := keysIn(t, data, now, args...)
	if err != nil {
		t.Fatalf("keys %q: %v", args, err)
	}
	return out
}

// madeKey gives the id of the key that was just made.
func madeKey(t *testing.T, out string) string {
	t.Helper()
	var set struct{ Keys []struct{ Kid, N, D string } }
	if err := json.Unmarshal([]byte(out), &set); err != nil || len(set.Keys) != 1 || set.Keys[0].D != "" {
		t.Fatalf("made %q: %v", out, err)
	}
	return set.Keys[0].Kid
}

func TestKeys_AKeyIsMadePublishedSignsAndIsRetired(t *testing.T) {
	t.Parallel()
	data, now := t.TempDir(), time.Date(2027, 1, 4, 12, 0, 0, 0, time.UTC)
	first, err := developmentKey(data, "maskinporten")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := developmentKey(data, "idporten"); err != nil {
		t.Fatal(err)
	}
	old := orgtoken.KeyID(&first.PublicKey)
	state := func(now time.Time, id, want string) {
		t.Helper()
		for line := range strings.Lines(changeKeys(t, data, now)) {
			if f := strings.Fields(line); len(f) > 2 && f[1] == id {
				if got := strings.Join(f[2:], " "); got != want {
					t.Errorf("key %.6s: %q, want %q", id, got, want)
				}
				return
			}
		}
		t.Errorf("key %.6s is not listed", id)
	}
	state(now, old, "signs")
	id := madeKey(t, changeKeys(t, data, now, "make", "maskinporten"))
	state(now, id, "made, not published")
	refused := func(args ...string) {
		t.Helper()
		if out, err := keysIn(t, data, now, args...); err == nil {
			t.Errorf("keys %q: %s", args, out)
		}
	}
	refused("retire", "maskinporten", old)
	refused("publish", "maskinporten", old)
	refused("publish", "maskinporten", "no-such-key")
	refused("publish", "maskinporten", "")
	refused("publish", "-in", "soon", "maskinporten", id)
	refused("publish", "-in", "1s", "maskinporten", id)
	refused("make", "idporten")
	refused("make", "nobody")
	refused("make")
	refused("shred", "maskinporten", old)
	changeKeys(t, data, now, "publish", "maskinporten", id[:8])
	state(now, old, "signs")
	state(now, id, "published, signs from 2027-01-05T12:00:00Z")
	refused("publish", "maskinporten", id)
	later := now.Add(25 * time.Hour)
	state(later, id, "signs")
	state(later, old, "replaced")
	changeKeys(t, data, later, "retire", "maskinporten", old)
	state(later, old, "retired 2027-01-05T13:00:00Z")
	info, err := os.Stat(filepath.Join(data, "keys", "maskinporten.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
}

// TestStory_KeysChangeWhileDeliveriesRun changes the organisation's key and the issuer's in a
// running program, and nothing fails.
func TestStory_KeysChangeWhileDeliveriesRun(t *testing.T) {
	t.Parallel()
	w, _ := newWorldWith(t, nil)
	ctx := t.Context()
	before := w.token(t, "nordvik", appB, access.ScopeWrite)
	published := func() []string {
		var set struct{ Keys []struct{ Kid string } }
		r := w.do(t, http.MethodGet, devMaskinporten+"/jwks", nil)
		if err := json.Unmarshal(r.body, &set); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, k := range set.Keys {
			ids = append(ids, k.Kid)
		}
		return ids
	}
	works := func(what, token string) {
		t.Helper()
		// It asks for nothing that can be made, which is told to whoever may ask.
		r := w.do(t, http.MethodPost, "/"+appB+"/instances", strings.NewReader("{}"),
			"Authorization", "Bearer "+token, "Content-Type", "application/json")
		if r.status != http.StatusBadRequest && r.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s", what, r.status, r.body)
		}
	}
	kid := func(token string) string {
		s, err := orgtoken.Parse(token)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := s.Names.Text("kid")
		return id
	}
	works("the first token", before)
	citizen := signedIn(t, w.address, kari)
	signIn := madeKey(t, changeKeys(t, w.data, time.Now(), "make", "oidc-client"))
	changeKeys(t, w.data, time.Now(), "publish", "-in", "3s", "oidc-client", signIn)
	olds := published()
	for _, name := range []string{"maskinporten", "client-nordvik"} {
		apply(ctx, t, citizen, "Fest før "+name, []byte("%PDF-1.7\n"))
		id := madeKey(t, changeKeys(t, w.data, time.Now(), "make", name))
		changeKeys(t, w.data, time.Now(), "publish", "-in", "4s", name, id)
		apply(ctx, t, citizen, "Fest etter "+name, []byte("%PDF-1.7\n"))
	}
	waitFor(t, "both of the issuer's keys", func() bool { return len(published()) == 2 })
	var after string
	waitFor(t, "a token by the new keys", func() bool {
		after = w.token(t, "nordvik", appB, access.ScopeWrite)
		return kid(after) != olds[0]
	})
	works("the old token", before)
	works("the new token", after)
	changeKeys(t, w.data, time.Now(), "retire", "maskinporten", olds[0])
	works("the old token of a retired key, until it ends", before)
	if !slices.Contains(published(), olds[0]) {
		t.Error("the retired key is not told of, though its tokens live")
	}
	if list := changeKeys(t, w.data, time.Now()); !strings.Contains(list, signIn+"  signs") {
		t.Errorf("the sign-in's new key does not sign: %s", list)
	}
	citizen = signedIn(t, w.address, kari)
	apply(ctx, t, citizen, "Fest til slutt", []byte("%PDF-1.7\n"))
	waitFor(t, "the deliveries", func() bool {
		return w.number(t, `SELECT count(*) FROM delivery 
			WHERE state = 'delivered' AND to_app = 'stottesak'`) == 5
	})
	if n := w.number(t, `SELECT count(*) FROM delivery_attempt WHERE outcome <> 'delivered'`); n != 0 {
		t.Errorf("%d attempts failed", n)
	}
}

// waitFor polls until done is true.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
