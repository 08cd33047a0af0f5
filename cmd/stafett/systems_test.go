package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stafett/internal/access"
	"stafett/web/api"
)

const (
	storage      = "/storage/api/v1/instances"
	bothScopes   = access.ScopeRead + " " + access.ScopeWrite
	exchangeName = "authentication/api/v1/exchange/maskinporten"
)

// exchanged trades a token of the organisation's for one of ours, as its system does.
func (w *world) exchanged(t *testing.T, org, scope string) string {
	t.Helper()
	r := w.do(t, "GET", api.ExchangePath, nil,
		"Authorization", bearer(w.token(t, org, exchangeName, scope)))
	if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
		t.Fatalf("exchange: got %d %s", r.status, r.body)
	}
	return string(r.body)
}

// system calls the API with a token.
type system struct {
	*world
	token string
}

func (s system) send(t *testing.T, method, path, kind, body string, headers ...string) reply {
	t.Helper()
	headers = append(headers, "Authorization", bearer(s.token), "Content-Type", kind)
	return s.do(t, method, path, strings.NewReader(body), headers...)
}

// ok sends and reads the JSON of an answer that must have the status.
func (s system) ok(t *testing.T, status int, method, path, body string) map[string]any {
	t.Helper()
	kind := ""
	if body != "" {
		kind = jsonKind
	}
	r := s.send(t, method, path, kind, body)
	if r.status != status {
		t.Fatalf("%s %s: got %d %s", method, path, r.status, r.body)
	}
	var out map[string]any
	if len(r.body) > 0 && r.body[0] == '{' {
		if err := json.Unmarshal(r.body, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// caseOf makes a case of Nordvik's and gives its address below the app and in the storage, and
// its form document's.
func (s system) caseOf(t *testing.T) (app, stored, element string) {
	t.Helper()
	made := s.ok(t, 201, "POST", makeB, ownB)
	id := made["id"].(string)
	for _, e := range made["data"].([]any) {
		element = e.(map[string]any)["id"].(string)
	}
	return makeB + "/" + id, storage + "/" + id, element
}

// TestSystems_AServiceOwnersSystemTakesACaseThrough is a service owner's day, on Altinn's paths
// with an exchanged token.
func TestSystems_AServiceOwnersSystemTakesACaseThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	one, stored, element := s.caseOf(t)
	last := w.lastLine(t)

	list := s.ok(t, 200, "GET", storage+"?appId="+url.QueryEscape(appB)+
		"&process.isComplete=false&excludeConfirmedBy=nordvik", "")
	if list["count"] != 1.0 {
		t.Errorf("list: got %v", list["count"])
	}
	asJSON := s.send(t, "GET", one+"/data/"+element, "", "", "Accept", jsonKind)
	asXML := s.send(t, "GET", stored+"/data/"+element, "", "", "Accept", "application/xml")
	if !strings.Contains(string(asJSON.body), `"tittel":"Lysfest"`) ||
		!strings.Contains(string(asXML.body), "<tittel>Lysfest</tittel>") {
		t.Errorf("data: got %s and %s", asJSON.body, asXML.body)
	}
	back := s.send(t, "PUT", one+"/data/"+element, "application/xml",
		strings.Replace(string(asXML.body), "Lysfest", "Vårfest", 1))
	if back.status != 201 && back.status != 200 {
		t.Errorf("PUT as XML: got %d %s", back.status, back.body)
	}
	patch := `{"patch":[{"op":"test","path":"/sak/tittel","value":%q},` +
		`{"op":"replace","path":"/sak/tittel","value":"Høstfest"}]}`
	r := s.send(t, "PATCH", one+"/data/"+element, jsonKind, fmt.Sprintf(patch, "Lysfest"))
	if p := problemOf(t, r); r.status != 409 || p.Code != "changed" {
		t.Errorf("a patch of what has changed: got %d %s", r.status, p.Code)
	}
	s.ok(t, 200, "PATCH", one+"/data/"+element, fmt.Sprintf(patch, "Vårfest"))
	got := s.ok(t, 200, "GET", one, "")
	if title := got["presentationTexts"].(map[string]any)["title"]; title != "Høstfest" {
		t.Errorf("title: got %v", title)
	}
	s.ok(t, 201, "POST", one+"/data/"+element+"/tags", `"importert"`)
	s.ok(t, 200, "PUT", stored+"/datavalues", `{"values":{"arkiv":"26/123"}}`)
	s.ok(t, 200, "PUT", stored+"/substatus", `{"label":"Mottatt","description":"I arkivet"}`)
	s.ok(t, 200, "POST", one+"/complete", "")
	s.ok(t, 200, "POST", stored+"/complete", "")
	got = s.ok(t, 200, "GET", stored, "")
	if n := len(got["completeConfirmations"].([]any)); n != 1 {
		t.Errorf("%d confirmations, want one", n)
	}
	if v := got["dataValues"].(map[string]any)["arkiv"]; v != "26/123" {
		t.Errorf("data value: got %v", v)
	}
	if list = s.ok(t, 200, "GET", storage+"?org=nordvik&appId="+appB+
		"&excludeConfirmedBy=nordvik", ""); list["count"] != 0.0 {
		t.Errorf("confirmed, and still listed: %v", list["count"])
	}
	for _, act := range []string{"list", "download", "write", "tag", "values", "substatus", "complete"} {
		w.logged(t, last, act, "done", nordvik)
	}
}

// TestSystems_AnAttachmentSentAgainWithItsKeyIsOne: the answer was lost, and the call is made once more.
func TestSystems_AnAttachmentSentAgainWithItsKeyIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	one, stored, _ := s.caseOf(t)
	add := func(path, key, content string) reply {
		return s.send(t, "POST", path, "application/pdf", content,
			"Content-Disposition", `attachment; filename="kart.pdf"`, "Idempotency-Key", key)
	}
	first := add(one+"/data?dataType=vedlegg", "en-to-tre", "%PDF-1.7 kart")
	again := add(stored+"/data?dataType=vedlegg", "en-to-tre", "%PDF-1.7 kart")
	if first.status != 201 || again.status != 201 || idOf(t, first) != idOf(t, again) {
		t.Errorf("sent again: got %d %s, then %d %s", first.status, first.body, again.status, again.body)
	}
	created := regexp.MustCompile(`"created":"(20[^"]+)"`)
	if a, b := created.FindSubmatch(first.body), created.FindSubmatch(again.body); a == nil || b == nil ||
		string(a[1]) != string(b[1]) {
		t.Errorf("created: first %s, then %s", first.body, again.body)
	}
	other := add(one+"/data?dataType=vedlegg", "fire-fem", "%PDF-1.7 kart")
	if other.status != 201 || idOf(t, other) == idOf(t, first) {
		t.Errorf("with another key: got %d %s", other.status, other.body)
	}
	long := add(one+"/data?dataType=vedlegg", strings.Repeat("x", 201), "%PDF-1.7 kart")
	if p := problemOf(t, long); long.status != 400 || p.Code != "idempotency_key" {
		t.Errorf("a key that is too long: got %d %s", long.status, p.Code)
	}
	if n := w.number(t, `SELECT count(*) FROM element WHERE type = 'vedlegg'`); n != 2 {
		t.Errorf("%d files are kept, want 2", n)
	}
}

// TestSystems_TheProcessIsWalkedByPolicy moves a case on as far as the organisation may.
func TestSystems_TheProcessIsWalkedByPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	one, _, _ := s.caseOf(t)
	p := s.ok(t, 200, "GET", one+"/process", "")
	task := p["currentTask"].(map[string]any)["elementId"]
	if task != "Task_mottak" {
		t.Fatalf("the case stands in %v", task)
	}
	// To confirm is a caseworker's, not the system's.
	r := s.send(t, "PUT", one+"/process/next", "", "")
	if p := problemOf(t, r); r.status != 403 || p.Code != "forbidden" {
		t.Errorf("next: got %d %s", r.status, p.Code)
	}
	if r = s.send(t, "POST", one+"/process/start", "", ""); r.status != 409 {
		t.Errorf("start: got %d", r.status)
	}
	if r = s.send(t, "GET", one+"/validate", "", ""); r.status != 200 || r.body[0] != '[' {
		t.Errorf("validate: got %d %s", r.status, r.body)
	}
	h := s.ok(t, 200, "GET", one+"/process/history", "")
	if n := len(h["processHistory"].([]any)); n != 1 {
		t.Errorf("history: got %v", h)
	}
}

// TestSystems_PagesAreFollowedToTheEnd reads a list in pages of two.
func TestSystems_PagesAreFollowedToTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	made := map[string]bool{}
	for range 5 {
		one, _, _ := s.caseOf(t)
		made[strings.TrimPrefix(one, makeB+"/")] = true
	}
	pages := 0
	for next := storage + "?org=nordvik&size=2&created=gt:2020-01-01T00:00:00Z"; next != ""; pages++ {
		r := s.send(t, "GET", next, "", "")
		var page struct {
			Instances []struct{ ID string }
			Next      string
		}
		if err := json.Unmarshal(r.body, &page); err != nil || r.status != http.StatusOK {
			t.Fatalf("got %d %s", r.status, r.body)
		}
		for _, i := range page.Instances {
			if !made[i.ID] {
				t.Errorf("%s is there twice, or was never made", i.ID)
			}
			delete(made, i.ID)
		}
		next = strings.TrimPrefix(page.Next, w.address)
	}
	if len(made) > 0 || pages != 3 {
		t.Errorf("%d pages, %d instances missing", pages, len(made))
	}
	bad := map[string]int{
		"": 400, "?org=sorvik": 403, "?appId=sorvik/x": 403, "?appId=" + appB + "&ukjent=1": 400,
		"?org=nordvik&size=0": 400, "?org=nordvik&created=2026": 400, "?org=nordvik&order=x": 400,
		"?org=nordvik&continuationToken=x": 400,
	}
	for query, status := range bad {
		if r := s.send(t, "GET", storage+query, "", ""); r.status != status {
			t.Errorf("%q: got %d, want %d: %s", query, r.status, status, r.body)
		}
	}
	t.Logf("%d bad queries refused", len(bad))
}

// TestSystems_OldestFirstMissesNothingThatChanges reads a list from its oldest change: what changes while
// pages are read comes again at the end.
func TestSystems_OldestFirstMissesNothingThatChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := system{w, w.exchanged(t, "nordvik", bothScopes)}
	var made []string
	for range 3 {
		one, _, _ := s.caseOf(t)
		made = append(made, strings.TrimPrefix(one, makeB+"/"))
	}
	var got []string
	for next := storage + "?org=nordvik&size=1&order=asc:lastChanged"; next != ""; {
		page := s.ok(t, 200, "GET", next, "")
		for _, i := range page["instances"].([]any) {
			got = append(got, i.(map[string]any)["id"].(string))
		}
		if len(got) == 1 {
			s.ok(t, 200, "PUT", storage+"/"+made[0]+"/substatus", `{"label":"Mottatt"}`)
		}
		link, _ := page["next"].(string)
		next = strings.TrimPrefix(link, w.address)
	}
	if want := append(made, made[0]); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSystems_TheExchangeGivesWhatTheTokenWas holds FORMAT.md 7.5.
func TestSystems_TheExchangeGivesWhatTheTokenWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := map[string]string{
		"for an app": w.token(t, "nordvik", appB, access.ScopeWrite),
		"exchanged":  w.exchanged(t, "nordvik", access.ScopeRead),
	}
	for name, token := range refused {
		r := w.do(t, "GET", api.ExchangePath, nil, "Authorization", bearer(token))
		if p := problemOf(t, r); r.status != 401 || p.Code != "invalid_token" {
			t.Errorf("a token %s: got %d %s", name, r.status, p.Code)
		}
	}
	read := system{w, w.exchanged(t, "nordvik", access.ScopeRead)}
	r := read.send(t, "POST", makeB, jsonKind, ownB)
	if p := problemOf(t, r); r.status != 403 || p.Code != "insufficient_scope" {
		t.Errorf("write with read scope: got %d %s", r.status, p.Code)
	}
	raw := system{w, w.token(t, "nordvik", exchangeName, bothScopes)}
	for _, path := range []string{storage + "?org=nordvik", makeB + "/51001/0191a1b2-0000-7000-8000-000000000001"} {
		if r := raw.send(t, "GET", path, "", ""); r.status != 401 {
			t.Errorf("%s with a token for the exchange: got %d", path, r.status)
		}
	}
}

// TestSystems_ACallTooManyIsTold holds the limits for each client over HTTP.
func TestSystems_ACallTooManyIsTold(t *testing.T) {
	t.Parallel()
	w := &world{data: t.TempDir(), client: noRedirects(time.Minute)}
	w.address, _ = runningWith(t, w.data, map[string]string{"api-rate": "3"})
	s := system{w, w.exchanged(t, "nordvik", bothScopes)} // the first call
	for n := range 2 {
		r := s.send(t, "GET", storage+"?org=nordvik", "", "")
		if r.status != 200 || r.header.Get("RateLimit-Policy") != `"client";q=3;w=60` {
			t.Errorf("call %d: got %d, %v", n+2, r.status, r.header)
		}
	}
	r := s.send(t, "GET", storage+"?org=nordvik", "", "")
	wait, err := strconv.Atoi(r.header.Get("Retry-After"))
	if p := problemOf(t, r); r.status != 429 || p.Code != "rate" || err != nil || wait < 1 || wait > 20 {
		t.Errorf("call 4: got %d %s, Retry-After %d, %v", r.status, p.Code, wait, err)
	}
	other := system{w, w.token(t, "sorvik", exchangeName, bothScopes)}
	if r := other.send(t, "GET", api.ExchangePath, "", ""); r.status != 200 {
		t.Errorf("another client: got %d", r.status)
	}
}
