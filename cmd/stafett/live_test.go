package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"stafett/internal/driver"
	"stafett/internal/live"
)

// news is what one message of a stream says; Event is its name.
type news struct {
	Event, Came, Case string
	Here              map[string]string
}

// listening is an open stream.
type listening struct {
	*testing.T
	status int
	// heard is closed when the stream has ended.
	heard chan news
}

// listen opens a stream as a browser does; it ends with ctx.
func (w *world) listen(ctx context.Context, t *testing.T, cookie, path string) *listening {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", w.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Cookie", cookie)
	answer, err := (&http.Transport{}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	l := &listening{T: t, status: answer.StatusCode, heard: make(chan news, 100)}
	if answer.StatusCode == 200 && (answer.Header.Get("Content-Type") != "text/event-stream" ||
		answer.Header.Get("Content-Encoding") != "" || answer.Header.Get("No-Gzip-Compression") != "") {
		t.Errorf("the stream comes as %v", answer.Header)
	}
	go func() {
		defer close(l.heard)
		defer answer.Body.Close()
		var n news
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				n = news{Event: value}
			case "data", "data:":
				if value != "" {
					if err := json.Unmarshal([]byte(value), &n); err != nil {
						t.Errorf("heard %q: %v", value, err)
					}
				}
				l.heard <- n
			}
		}
	}()
	return l
}

// until waits for a message, and gives how long it took. Others are passed over.
func (l *listening) until(what string, is func(news) bool) time.Duration {
	l.Helper()
	began := time.Now()
	var last news
	for {
		select {
		case n, open := <-l.heard:
			if !open {
				l.Fatalf("%s: the stream ended; last heard %+v", what, last)
			}
			if last = n; is(n) {
				return time.Since(began)
			}
		case <-time.After(30 * time.Second):
			l.Fatalf("%s: it does not come; last heard %+v", what, last)
		}
	}
}

// over waits until the stream has ended, told or not.
func (l *listening) over(told bool) {
	l.Helper()
	last := news{}
	for {
		select {
		case n, open := <-l.heard:
			if open {
				last = n
				continue
			}
			if (last.Event == "end") != told {
				l.Errorf("the stream ended with %+v, told: %v", last, told)
			}
			return
		case <-time.After(30 * time.Second):
			l.Fatal("the stream goes on")
		}
	}
}

// anotherCase has Nordvik's own system make a case.
func (s scene) anotherCase(t *testing.T) {
	t.Helper()
	r := s.do(t, "POST", makeB, strings.NewReader(ownB), "Content-Type", jsonKind,
		"Authorization", bearer(s.write(t)))
	if r.status != 201 {
		t.Fatalf("the case is not made: %d %s", r.status, r.body)
	}
}

// stream gives where a page's stream is.
func stream(t *testing.T, p *driver.Page) string {
	t.Helper()
	n := p.Find(func(n *html.Node) bool { return driver.Attr(n, "data-live") != "" })
	if n == nil {
		t.Fatalf("%s hears of nothing: %s", p.URL, p.Main())
	}
	return driver.Attr(n, "data-live")
}

// TestLive_UX61_NewCasesAreToldToThoseWhoMayReadThem has two lists stand open while cases come.
func TestLive_UX61_NewCasesAreToldToThoseWhoMayReadThem(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	clerk, other := signedIn(t, s.address, ingrid), signedIn(t, s.address, per)
	list := get(t.Context(), t, clerk, "/inbox/"+nordvik)
	mine := s.listen(t.Context(), t, clerk.Cookies(), stream(t, list))
	theirs := s.listen(t.Context(), t, other.Cookies(), stream(t, get(t.Context(), t, other, "/inbox/"+nordvik)))
	none := func(n news) bool { return n.Event == "news" && n.Came == "" }
	mine.until("nothing", none)
	theirs.until("nothing", none)
	lines := s.lastLine(t)
	s.anotherCase(t)
	if took := mine.until("one", func(n news) bool { return n.Came == "1 ny sak – vis" }); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	s.anotherCase(t)
	mine.until("two", func(n news) bool { return n.Came == "2 nye saker – vis" })
	// A page that was read before, and is connected only now, is told of both; one of another app's
	// list of none.
	late := s.listen(t.Context(), t, clerk.Cookies(), stream(t, list))
	late.until("two", func(n news) bool { return n.Came == "2 nye saker – vis" })
	narrow := s.listen(t.Context(), t, clerk.Cookies(), stream(t, list)+"&app=nordvik%2Fparkeringssak")
	narrow.until("nothing", none)
	select {
	case n := <-theirs.heard:
		t.Errorf("who may not read them heard %+v", n)
	default:
	}
	if looked := s.number(t, `SELECT count(*) FROM audit_event WHERE id > $1 AND actor = 50004`, lines); looked != 0 {
		t.Errorf("to be told that there are cases is no look at one: %d lines", looked)
	}

	// A role that is withdrawn ends the stream when there is something to tell.
	execSQL(t, s, `DELETE FROM role_grant WHERE person = 50004`)
	s.anotherCase(t)
	mine.over(true)
	if again := s.listen(t.Context(), t, clerk.Cookies(), stream(t, list)); again.status != 403 {
		t.Errorf("again: got %d", again.status)
	}
}

// TestLive_TheSessionIsNotKeptAndEndsTheStream opens streams within sessions of several ages.
func TestLive_TheSessionIsNotKeptAndEndsTheStream(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	list := stream(t, get(t.Context(), t, b, "/inbox/"+nordvik))
	execSQL(t, s, `UPDATE session SET last_seen = now() - interval '10 minutes' WHERE person = 50004`)
	l := s.listen(t.Context(), t, b.Cookies(), list)
	l.until("nothing", func(n news) bool { return n.Event == "news" })
	if n := s.number(t, `SELECT count(*) FROM session
		WHERE person = 50004 AND last_seen > now() - interval '9 minutes'`); n != 0 {
		t.Error("the stream keeps the session")
	}
	idle := signedIn(t, s.address, ingrid)
	execSQL(t, s, `UPDATE session SET last_seen = now() - interval '29 minutes 58 seconds'
		WHERE person = 50004 AND last_seen > now() - interval '9 minutes'`)
	s.listen(t.Context(), t, idle.Cookies(), list).over(true)

	p := get(t.Context(), t, b, "/inbox/"+nordvik)
	press(t.Context(), t, b, p, "/logout")
	l.over(true)
	if again := s.listen(t.Context(), t, idle.Cookies(), list); again.status != 204 {
		t.Errorf("without a session: got %d, want what tells a browser to stay away", again.status)
	}
}

// TestLive_ThereIsALimitAndTheServerStopsAtOnce opens as many streams as a person may, and lets them
// stand open while the server goes down.
func TestLive_ThereIsALimitAndTheServerStopsAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	var began time.Time
	var open []*listening
	t.Cleanup(func() {
		// The server has gone down meanwhile.
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("to stop with %d streams took %s", len(open), took)
		}
		for _, l := range open {
			l.over(false)
		}
		cancel()
	})
	s := newScene(t)
	t.Cleanup(func() { began = time.Now() })
	b := signedIn(t, s.address, ingrid)
	list := stream(t, get(t.Context(), t, b, "/inbox/"+nordvik))
	for range live.PerPerson {
		open = append(open, s.listen(ctx, t, b.Cookies(), list))
	}
	if last := s.listen(ctx, t, b.Cookies(), list); last.status != 503 {
		t.Errorf("one too many: got %d", last.status)
	}
	for _, l := range open {
		l.until("nothing", func(n news) bool { return n.Event == "news" })
	}
	if r := s.do(t, "GET", list, nil, "Cookie", b.Cookies()); r.status != 303 {
		t.Errorf("by hand: got %d", r.status)
	}
}

// TestLive_WhatAStreamTakes opens 200 streams of 25 people on a real listener, and looks at the heap.
// It stands alone: whatever else runs is in the heap too.
func TestLive_WhatAStreamTakes(t *testing.T) {
	const people, each = 25, live.PerPerson
	w := newWorld(t)
	if _, err := w.db.Exec(t.Context(), `
		WITH person AS (
			INSERT INTO party (id, kind, name, person_number)
			SELECT 60000 + n, 'person', 'Saksbehandler ' || n, (10000000000 + n)::text FROM generate_series(1, $1) AS n
			RETURNING id, name
		), granted AS (
			INSERT INTO role_grant (person, party, role, source)
			SELECT id, 51001, 'nordvik-kultur', 'granted' FROM person
		)
		INSERT INTO session (hash, data, person, sid)
		SELECT sha256(('token-' || id)::bytea), jsonb_build_object('user', id, 'party', id, 'name', name,
			'level', 4), id, '' FROM person`, people); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(w.address, "http://")
	before := memory()
	for i := range people * each {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "GET /inbox/%s/live HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n"+
			"Accept-Encoding: gzip\r\nCookie: stafett=token-%d\r\n\r\n", nordvik, address, 60001+i/each)
		// The first of what is sent tells that it stands.
		head := make([]byte, 15)
		if _, err := conn.Read(head); err != nil || string(head) != "HTTP/1.1 200 OK" {
			t.Fatalf("stream %d: %q, %v", i, head, err)
		}
	}
	size := (memory() - before) / (people * each)
	t.Logf("%d streams take %d bytes each", people*each, size)
	if size > 100_000 {
		t.Errorf("a stream takes %d bytes, want less than 100 kB", size)
	}
}

// memory is what is in use of the heap and of the stacks.
func memory() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
