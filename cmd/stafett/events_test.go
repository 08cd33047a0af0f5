package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/internal/event"
)

// eventScopes are those of a system that reads and subscribes.
const eventScopes = bothScopes + " " + access.ScopeSubscribe

// script runs docs/systems/events.sh with the real curl and openssl.
func (w *world) script(t *testing.T, place, input string, args ...string) (string, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "bash", append([]string{"../../docs/systems/events.sh"}, args...)...)
	c.Env = append(os.Environ(), "STAFETT="+w.address, "APP="+appB, "PLACE="+place, "SIZE=2",
		"TOKEN="+w.token(t, "nordvik", exchangeName, eventScopes))
	c.Stdin = strings.NewReader(input)
	out, err := c.CombinedOutput()
	return string(out), err
}

// TestEvents_TheScriptInTheDocsFollows reads the feed to its end, and again after more has happened.
func TestEvents_TheScriptInTheDocsFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", eventScopes)}
	one, stored, element := s.caseOf(t)
	s.ok(t, 200, "PUT", stored+"/substatus", `{"label":"Mottatt"}`)
	s.ok(t, 200, "PATCH", one+"/data/"+element,
		`{"patch":[{"op":"replace","path":"/sak/tittel","value":"Høstfest"}]}`)
	place, got := filepath.Join(t.TempDir(), "place"), ""
	follow := func(n int) {
		t.Helper()
		got = ""
		for end := time.Now().Add(20 * time.Second); strings.Count(got, `"specversion":"1.0"`) < n; {
			out, err := w.script(t, place, "", "follow")
			if err != nil || time.Now().After(end) {
				t.Fatalf("%v: %s after %s", err, out, got)
			}
			got += out
		}
	}
	follow(3)
	at := 0
	for _, what := range []string{"app.instance.created", "app.instance.substatus.changed", "app.instance.saved"} {
		next := strings.Index(got, `"type":"`+what+`"`)
		if next < at {
			t.Errorf("%s is missing, or not in its place: %s", what, got)
		}
		at = next
	}
	if !strings.Contains(got, w.address+one) || strings.Contains(got, "fest") {
		t.Errorf("got %s", got)
	}
	s.ok(t, 200, "POST", one+"/complete", "")
	if follow(1); !strings.Contains(got, "app.instance.confirmed") || strings.Contains(got, "created") {
		t.Errorf("the second time: %s", got)
	}
	for query, status := range map[string]int{
		"?after=x": 400, "?after=11111111-1111-4111-8111-111111111111": 400, "?size=0": 400, "?size=1001": 400,
		"?ukjent=1": 400, "?party=x": 400, "?from=2026": 400, "?app=sorvik/x": 403, "?app=x": 400,
		"?app=" + url.QueryEscape(appB) + "&party=51001&type=app.instance.created&from=2020-01-01T00:00:00Z": 200,
	} {
		if r := s.send(t, "GET", "/events/api/v1/events/app"+query, "", ""); r.status != status {
			t.Errorf("%q: got %d, want %d: %s", query, r.status, status, r.body)
		}
	}
}

// TestEvents_TheScriptInTheDocsSubscribes subscribes, is told of a case, and holds it against its
// signature with openssl.
func TestEvents_TheScriptInTheDocsSubscribes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", eventScopes)}
	type message struct{ body, signature string }
	came := make(chan message, 16)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		came <- message{string(body), r.Header.Get(event.SignatureHeader)}
	}))
	defer receiver.Close()
	next := func(what string) message {
		t.Helper()
		select {
		case m := <-came:
			if !strings.Contains(m.body, `"type":"`+what+`"`) {
				t.Fatalf("got %s, want %s", m.body, what)
			}
			return m
		case <-time.After(30 * time.Second):
			t.Fatalf("%s does not come", what)
		}
		return message{}
	}
	out, err := w.script(t, "", "", "subscribe", receiver.URL)
	id, secret, ok := strings.Cut(strings.TrimSpace(out), " ")
	if err != nil || !ok || len(secret) != 64 {
		t.Fatalf("%v: %s", err, out)
	}
	next("platform.events.validatesubscription")
	s.caseOf(t)
	m := next("app.instance.created")
	for what, c := range map[string]struct {
		secret, body, seconds string
		good                  bool
	}{
		"as it came":  {secret, m.body, "300", true},
		"another key": {strings.Repeat("0", 64), m.body, "300", false},
		"changed":     {secret, m.body + " ", "300", false},
		"old":         {secret, m.body, "-5", false},
	} {
		if _, err := w.script(t, "", c.body, "verify", c.secret, m.signature, c.seconds); (err == nil) != c.good {
			t.Errorf("%s: %v", what, err)
		}
	}
	one := subscriptions + "/" + id
	if r := s.ok(t, 200, "POST", one+"/test", ""); r["delivered"] != true {
		t.Errorf("a test: got %v", r)
	}
	next("platform.events.test")
	if r := s.ok(t, 200, "GET", one, ""); r["validated"] != true || r["secret"] != nil || r["state"] != "active" {
		t.Errorf("got %v", r)
	}
	if r := s.send(t, "GET", one+"/attempts", "", ""); strings.Count(string(r.body), `"delivered":true`) != 3 {
		t.Errorf("attempts: got %s", r.body)
	}
	s.ok(t, 200, "POST", one+"/replay", `{"from":"2020-01-01T00:00:00Z"}`)
	if again := next("app.instance.created"); again.body != m.body {
		t.Errorf("from a point: got %s, want %s", again.body, m.body)
	}
	s.ok(t, 200, "DELETE", one, "")
	if r := s.send(t, "GET", one, "", ""); r.status != 403 {
		t.Errorf("after it was ended: got %d", r.status)
	}
	r := s.send(t, "POST", subscriptions, jsonKind, `{"endPoint":"ftp://x"}`)
	if p := problemOf(t, r); r.status != 400 || p.Code != "subscription" {
		t.Errorf("a bad endpoint: got %d %s", r.status, p.Code)
	}
}
