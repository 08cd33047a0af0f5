package event_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

const base = "https://stafett.example"

// receiver is a service owner's system: it keeps what it was sent, and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []event.Cloud
	signed []string
	answer func(c event.Cloud, n int) int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{answer: func(event.Cloud, int) int { return http.StatusOK }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		var c event.Cloud
		if err := json.Unmarshal(body, &c); err != nil ||
			!strings.HasPrefix(q.Header.Get("Content-Type"), "application/cloudevents+json") {
			t.Errorf("got %s as %s, %v", body, q.Header.Get("Content-Type"), err)
		}
		r.mu.Lock()
		r.got = append(r.got, c)
		r.signed = append(r.signed, q.Header.Get(event.SignatureHeader)+" "+string(body))
		n, answer := len(r.got), r.answer
		r.mu.Unlock()
		w.WriteHeader(answer(c, n))
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(answer func(c event.Cloud, n int) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// taken gives what was sent since the last time.
func (r *receiver) taken() []event.Cloud {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got, r.signed = nil, nil
	return got
}

type bench struct {
	*solutiontest.Solution
	*event.Service
	*receiver
}

func newBench(t *testing.T) bench {
	t.Helper()
	s := solutiontest.New(t)
	return bench{s, service(s, event.NewClient(true)), newReceiver(t)}
}

func service(s *solutiontest.Solution, client *http.Client) *event.Service {
	return event.New(event.Config{
		Store: s.Store, Catalogue: s.Catalogue, Access: s.Access, BaseURL: base, HTTP: client, Open: true,
		Log: slog.New(slog.NewJSONHandler(s.Log, nil)),
	})
}

// newCase makes a case of Nordvik's; its task is one that Nordvik's system may read.
func (b bench) newCase(t *testing.T) core.Instance {
	t.Helper()
	i := core.Instance{
		InstanceRef: core.InstanceRef{AppRef: solutiontest.Case, Owner: solutiontest.Nordvik,
			ID: uuid.Must(uuid.NewV7())},
		AppVersion: "hash", Status: core.StatusActive, Language: "nb",
		Process: core.ProcessState{Task: "Task_mottak", TaskType: "data"},
	}
	b.Tx(t, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &i) })
	return i
}

func (b bench) subscribe(t *testing.T, r event.Request) (core.Subscription, string) {
	t.Helper()
	r.Endpoint = b.receiver.URL + "/events"
	sub, secret, err := b.Subscribe(t.Context(), solutiontest.System(), r)
	if err != nil {
		t.Fatal(err)
	}
	return sub, secret
}

func (b bench) state(t *testing.T, id int64) core.Subscription {
	t.Helper()
	sub, _, _, err := b.Show(t.Context(), solutiontest.System(), solutiontest.Nordvik, id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

// until tells subscribers again and again, without the waits between attempts, until it is met.
func (b bench) until(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !met(); {
		if time.Now().After(end) {
			t.Fatalf("%s: it does not come; log: %s", what, b.Solution.Log)
		}
		storetest.Exec(t, b.Database, `UPDATE subscription SET next_try = now()`)
		if err := b.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func (b bench) stands(t *testing.T, id int64, state core.SubscriptionState) {
	t.Helper()
	b.until(t, string(state), func() bool { return b.state(t, id).State == state })
}

// sent waits until n events have been sent, and gives them.
func (b bench) sent(t *testing.T, n int) []event.Cloud {
	t.Helper()
	b.until(t, strconv.Itoa(n)+" events", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.got) >= n
	})
	return b.taken()
}

func instancesOf(list []event.Cloud) []string {
	var out []string
	for _, c := range list {
		_, id, _ := strings.Cut(c.ResourceInstance, "/")
		out = append(out, id)
	}
	return out
}

// TestWebhook_AReceiverThatFails is a subscription's life: validated, told in order, tried again
// under the same id, parked when its time is up, set going again, and ended by 410.
func TestWebhook_AReceiverThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sub, secret := b.subscribe(t, event.Request{ResourceFilter: event.Resource(solutiontest.Case)})
	b.answers(func(event.Cloud, int) int { return http.StatusTeapot })
	b.until(t, "the first attempt", func() bool { return b.state(t, sub.ID).Code == "http_418" })
	b.answers(func(event.Cloud, int) int { return http.StatusAccepted })
	b.stands(t, sub.ID, core.SubscriptionActive)
	for _, c := range b.taken() {
		if c.Type != core.EventValidate {
			t.Errorf("before it is valid it is told of %s", c.Type)
		}
	}

	cases := []string{b.newCase(t).ID.String(), b.newCase(t).ID.String(), b.newCase(t).ID.String()}
	b.answers(func(_ event.Cloud, n int) int { return map[bool]int{true: 503, false: 204}[n == 2] })
	got := b.sent(t, 4)
	want := []string{cases[0], cases[1], cases[1], cases[2]}
	if !slices.Equal(instancesOf(got), want) || got[1].ID != got[2].ID || got[1].ID == got[3].ID {
		t.Errorf("got %v, want %v, the second twice under one id", instancesOf(got), want)
	}
	first := got[0]
	if first.SpecVersion != "1.0" || first.Type != core.EventCreated || first.Subject != "/party/51001" ||
		first.AlternativeSubject != "/org/310246816" ||
		first.Source != base+"/nordvik/stottesak/instances/51001/"+cases[0] {
		t.Errorf("got %+v", first)
	}

	b.newCase(t)
	b.answers(func(event.Cloud, int) int { return http.StatusInternalServerError })
	failing := b.sent(t, 1)
	storetest.Exec(t, b.Database, `UPDATE subscription SET failing = now() - interval '25 hours'`)
	b.stands(t, sub.ID, core.SubscriptionParked)
	b.taken()
	b.answers(func(event.Cloud, int) int { return http.StatusOK })
	b.newCase(t)
	if err := b.Once(t.Context()); err != nil || len(b.taken()) > 0 {
		t.Errorf("a parked one is told, %v", err)
	}
	a, org := solutiontest.System(), solutiontest.Nordvik
	if err := b.Replay(t.Context(), a, org, sub.ID, event.Point{}); err != nil {
		t.Fatal(err)
	}
	if got = b.sent(t, 3); got[0].Type != core.EventValidate || got[1].ID != failing[0].ID {
		t.Errorf("going again: got %v, want what was not taken first", got)
	}
	point := event.Point{After: uuid.MustParse(first.ID)}
	if err := b.Replay(t.Context(), a, org, sub.ID, point); err != nil {
		t.Fatal(err)
	}
	if got = b.sent(t, 4); !slices.Equal(instancesOf(got[:2]), cases[1:]) {
		t.Errorf("from a point: got %v", got)
	}
	b.answers(func(event.Cloud, int) int { return http.StatusGone })
	b.newCase(t)
	b.stands(t, sub.ID, core.SubscriptionEnded)
	_, attempts, _, err := b.Show(t.Context(), a, org, sub.ID, 0)
	if err != nil || len(attempts) < 14 || attempts[0].Code != "http_410" || attempts[0].Number != 1 {
		t.Errorf("the log: %v, %v", attempts, err)
	}
	if strings.Contains(b.Solution.Log.String(), secret) {
		t.Error("the secret is in the log")
	}
}

// TestWebhook_ASlowReceiverIsTriedAgain lets one attempt time out; a test event tells of it too.
func TestWebhook_ASlowReceiverIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	client := event.NewClient(true)
	client.Timeout = 100 * time.Millisecond
	b.Service = service(b.Solution, client)
	sub, secret := b.subscribe(t, event.Request{})
	b.stands(t, sub.ID, core.SubscriptionActive)
	b.taken()
	hang := make(chan struct{})
	b.answers(func(event.Cloud, int) int { <-hang; return http.StatusOK })
	a, org := solutiontest.System(), solutiontest.Nordvik
	attempt, err := b.Test(t.Context(), a, org, sub.ID)
	if err != nil || attempt.Code != "timeout" || attempt.Type != core.EventTest {
		t.Errorf("a test: got %+v, %v", attempt, err)
	}
	b.newCase(t)
	b.until(t, "the time-out", func() bool { return b.state(t, sub.ID).Code == "timeout" })
	close(hang)
	b.until(t, "the event", func() bool { return b.state(t, sub.ID).Code == "" })
	if attempt, err = b.Test(t.Context(), a, org, sub.ID); err != nil || attempt.Code != "" {
		t.Errorf("a test: got %+v, %v", attempt, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, signed := range b.signed {
		header, body, _ := strings.Cut(signed, " ")
		seconds, _, _ := strings.Cut(strings.TrimPrefix(header, "t="), ",")
		n, err := strconv.ParseInt(seconds, 10, 64)
		if err != nil || header != event.Sign(secret, time.Unix(n, 0), []byte(body)) {
			t.Errorf("%d: %s does not sign %s", i, header, body)
		}
	}
	if ids := b.got[len(b.got)-2].ID == b.got[len(b.got)-3].ID; !ids {
		t.Errorf("the event has two ids: %v", b.got)
	}
}

// TestWebhook_NothingIsLost has writers, late commits, a receiver that fails at every third event
// and two processes; the ledger is the table of events.
func TestWebhook_NothingIsLost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sub, _ := b.subscribe(t, event.Request{TypeFilter: core.EventCreated})
	b.stands(t, sub.ID, core.SubscriptionActive)
	b.taken()
	b.answers(func(_ event.Cloud, n int) int { return map[bool]int{true: 500, false: 200}[n%3 == 0] })
	const writers, each = 4, 12
	var writing sync.WaitGroup
	for range writers {
		writing.Go(func() {
			for range each {
				b.newCase(t)
			}
		})
	}
	other, seen, stop := service(b.Solution, event.NewClient(true)), map[string]bool{}, make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := other.Once(t.Context()); err != nil {
				t.Error(err)
			}
			// As if the first had died in the middle.
			storetest.Exec(t, b.Database, `UPDATE subscription SET leased = '-infinity'`)
		}
	})
	var order []string
	sent := 0
	b.until(t, "the last event", func() bool {
		for _, c := range b.taken() {
			if sent++; !seen[c.ID] {
				order = append(order, c.ID)
			}
			seen[c.ID] = true
		}
		return len(seen) == writers*each
	})
	close(stop)
	telling.Wait()
	writing.Wait()
	list, err := b.Feed(t.Context(), solutiontest.System(), event.Query{Size: event.MaxSize})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range list {
		want = append(want, c.ID)
	}
	if !slices.Equal(order, want) {
		t.Errorf("first told of in the order %v, want %v", order, want)
	}
	t.Logf("%d events, sent %d times", len(seen), sent)
}

// TestSubscriptions_OnlyOnesOwn holds another service owner and its administrator out.
func TestSubscriptions_OnlyOnesOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sub, _ := b.subscribe(t, event.Request{})
	for who, a := range map[string]core.Actor{
		"another's system":           solutiontest.NeighbourSystem(),
		"another's administrator":    b.Person(solutiontest.Berit),
		"a caseworker":               b.Person(solutiontest.Ingrid),
		"a system of nobody's":       solutiontest.Organisation(0, "", "312468034"),
		"nobody who has signed in":   {},
		"a citizen with an own case": b.Person(solutiontest.Kari),
	} {
		refused := func(what string, err error) {
			t.Helper()
			if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s %s: got %v, want a refusal", who, what, err)
			}
		}
		ctx, org := t.Context(), solutiontest.Nordvik
		_, _, _, err := b.Show(ctx, a, org, sub.ID, 0)
		refused("looks", err)
		_, err = b.Test(ctx, a, org, sub.ID)
		refused("tests", err)
		refused("removes", b.Unsubscribe(ctx, a, org, sub.ID))
		refused("replays", b.Replay(ctx, a, org, sub.ID, event.Point{}))
		refused("stops", b.Stop(ctx, a, org, sub.ID))
		_, err = b.Feed(ctx, a, event.Query{App: solutiontest.Case, Size: 1})
		refused("reads", err)
		_, _, err = b.Subscribe(ctx, a, event.Request{Endpoint: "https://example.no/",
			ResourceFilter: event.Resource(solutiontest.Case)})
		refused("subscribes", err)
	}
	if len(b.taken()) > 0 {
		t.Error("something was sent for somebody who may not")
	}
	tor := b.Person(solutiontest.Tor)
	if list, err := b.List(t.Context(), tor, solutiontest.Nordvik); err != nil || len(list) != 1 {
		t.Errorf("the administrator: %v, %v", list, err)
	}
	if _, err := b.Test(t.Context(), tor, solutiontest.Nordvik, sub.ID); err != nil {
		t.Errorf("the administrator tests: %v", err)
	}
	if err := b.Unsubscribe(t.Context(), solutiontest.System(), solutiontest.Nordvik, sub.ID); err != nil {
		t.Error(err)
	}
}

// TestSubscribe_WhatDoesNotFitIsNamed is a table of requests that are refused.
func TestSubscribe_WhatDoesNotFitIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	closed := event.New(event.Config{Store: b.Store, Catalogue: b.Catalogue, Access: b.Solution.Access,
		BaseURL: base, HTTP: event.NewClient(false), Log: slog.New(slog.DiscardHandler)})
	const good = "https://fagsystem.example.no/hendelser"
	tests := map[string]event.Request{
		"no address":       {},
		"no TLS":           {Endpoint: "http://fagsystem.example.no/"},
		"another scheme":   {Endpoint: "file:///etc/passwd"},
		"a password":       {Endpoint: "https://a:b@fagsystem.example.no/"},
		"another's source": {Endpoint: good, SourceFilter: "https://annet.example.no/"},
		"a type":           {Endpoint: good, TypeFilter: "x"},
		"a subject":        {Endpoint: good, SubjectFilter: "/party/x"},
		"a person":         {Endpoint: good, AlternativeSubject: "/person/14827941388"},
		"nobody":           {Endpoint: good, AlternativeSubject: "/org/999999999"},
	}
	for name, r := range tests {
		_, _, err := closed.Subscribe(t.Context(), solutiontest.System(), r)
		if !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	sub, secret, err := closed.Subscribe(t.Context(), solutiontest.System(), event.Request{Endpoint: good,
		SourceFilter: base + "/nordvik/", AlternativeSubject: "/org/310246816", TypeFilter: core.EventSaved})
	if err != nil || sub.Owner != solutiontest.Nordvik || len(secret) != 64 {
		t.Errorf("got %+v, %v", sub, err)
	}
	// Whatever the name leads to when it is called.
	b.subscribe(t, event.Request{})
	b.Service = closed
	b.until(t, "the refusal", func() bool { return b.state(t, sub.ID+1).Code == "address" })
	if len(b.taken()) > 0 {
		t.Error("a private address was called")
	}
	t.Logf("%d requests", len(tests))
}

// TestPublic_LeadsNowhereInside is a table of addresses.
func TestPublic_LeadsNowhereInside(t *testing.T) {
	t.Parallel()
	inside := []string{
		"127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::",
		"fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
		"::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1",
	}
	for _, ip := range inside {
		if event.Public(netip.MustParseAddr(ip)) {
			t.Errorf("%s counts as public", ip)
		}
	}
	outside := []string{"8.8.8.8", "193.212.1.1", "2a00:1450:400f::1"}
	for _, ip := range outside {
		if !event.Public(netip.MustParseAddr(ip)) {
			t.Errorf("%s counts as inside", ip)
		}
	}
	t.Logf("%d addresses", len(inside)+len(outside))
}
