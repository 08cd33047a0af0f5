package store_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/store"
)

func event(act string) core.Event {
	return core.Event{
		Actor: kari, ActorKind: core.ActorPerson, ActorName: "Kari Solbakken", Party: kari,
		App: appA, Act: act, Outcome: core.OutcomeDone,
	}
}

func TestAudit_LineComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	type key struct{}
	s, err := store.Open(t.Context(), url, store.Options{
		AllowUnsafe: true, Role: store.ServingRole,
		RequestID: func(ctx context.Context) string {
			id,
				_ := ctx.Value(key{}).(string)
			return id
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	full := core.Event{
		Actor: ingrid, ActorKind: core.ActorPerson, ActorName: "Ingrid Berg", Party: nord,
		App:      appB,
		Instance: uuid.New(), Task: "Task_1", Act: "assess", Outcome: core.OutcomeRefused,
		Purpose: kultur, Detail: map[string]string{"field": "sak.belop"}, Session: "mark",
	}
	org := core.Event{
		ActorKind: core.ActorOrg, OrganisationNumber: "310246816", Party: nord,
		Act: core.ActInstantiate, Outcome: core.OutcomeDone, Request: "given",
	}
	ctx := context.WithValue(t.Context(), key{}, "req-1")
	err = s.InTx(ctx, actor, func(tx *store.Tx) error {
		tx.Audit(full)
		tx.Audit(org)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := get(t, s, func(tx *store.Tx) ([]core.Event, error) {
		return tx.EventsOf(t.Context(), store.EventQuery{Party: nord, Limit: 10})
	})
	if len(got) != 2 || got[0].ID <= got[1].ID || got[0].At.IsZero() {
		t.Fatalf("got %+v", got)
	}
	full.Request = "req-1"
	for i, want := range []core.Event{org, full} {
		want.ID, want.At = got[i].ID, got[i].At
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("got  %+v\nwant %+v", got[i], want)
		}
	}
	one := get(t, s, func(tx *store.Tx) ([]core.Event, error) {
		return tx.Events(t.Context(), full.Instance, 10)
	})
	if len(one) != 1 || one[0].Act != "assess" {
		t.Errorf("of the instance: got %+v", one)
	}
	before := get(t, s, func(tx *store.Tx) ([]core.Event, error) {
		return tx.EventsOf(t.Context(), store.EventQuery{Party: nord, Before: got[0].ID, Limit: 10})
	})
	if len(before) != 1 || before[0].ID != got[1].ID {
		t.Errorf("before %d: got %+v", got[0].ID, before)
	}
}

func TestEventsOf_IsAskedByCasePersonAndTime(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	one := caseOf(nord, time.Now())
	add(t, s, one)
	about := func(who core.PartyID, act string, inst uuid.UUID) core.Event {
		e := event(act)
		e.Actor, e.Party, e.Instance = who, nord, inst
		return e
	}
	err := s.Audit(t.Context(), about(ingrid, "read", one.ID), about(tor, "read", one.ID),
		about(ingrid, "read", uuid.New()), about(ingrid, "list", uuid.Nil))
	if err != nil {
		t.Fatal(err)
	}
	soon := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		q    store.EventQuery
		want int
	}{
		"all":             {store.EventQuery{}, 4},
		"case":            {store.EventQuery{Reference: one.Reference}, 2},
		"person and case": {store.EventQuery{Actor: ingrid, Reference: one.Reference}, 1},
		"person and act":  {store.EventQuery{Actor: ingrid, Act: "read"}, 2},
		"refused":         {store.EventQuery{Outcome: core.OutcomeRefused}, 0},
		"until soon":      {store.EventQuery{To: soon}, 4},
		"after that":      {store.EventQuery{From: soon}, 0},
		"another's":       {store.EventQuery{Party: sor, Reference: one.Reference}, 0},
	} {
		if c.q.Limit = 10; c.q.Party == 0 {
			c.q.Party = nord
		}
		got := get(t, s, func(tx *store.Tx) ([]core.Event, error) { return tx.EventsOf(t.Context(), c.q) })
		if len(got) != c.want {
			t.Errorf("%s: got %d lines, want %d", name, len(got), c.want)
		}
		for _, e := range got {
			want := ""
			if e.Instance == one.ID {
				want = one.Reference
			}
			if e.Reference != want {
				t.Errorf("%s: a line about %v has the reference %q, want %q", name, e.Instance, e.Reference, want)
			}
		}
	}
}

func TestRefused_SurvivesTheRollbackAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	forbidden := errors.New("forbidden")
	ctx, cancel := context.WithCancel(t.Context())
	err := s.InTx(ctx, actor, func(tx *store.Tx) error {
		tx.Audit(event("lost"))
		if _, err := tx.Party(ctx, kari); err != nil {
			return err
		}
		e := event("kept")
		e.Outcome = core.OutcomeRefused
		tx.Refused(e)
		cancel() // the caller has gone away
		return forbidden
	})
	if !errors.Is(err, forbidden) {
		t.Errorf("got %v", err)
	}
	if n := count(t, url, "audit_event WHERE act = 'kept' AND outcome = 'refused'"); n != 1 ||
		count(t, url, "audit_event") != 1 {
		t.Errorf("got %d lines of the refusal, want it and nothing else", n)
	}
	do(t, s, func(tx *store.Tx) error {
		tx.Refused(event("went on"))
		return nil
	})
	if n := count(t, url, "audit_event WHERE act = 'went on'"); n != 1 {
		t.Errorf("got %d lines of a refusal that was not returned, want 1", n)
	}
}

func TestStoreAudit_WritesAllOrNone(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	if err := s.Audit(t.Context(), event("a"), event("b")); err != nil {
		t.Fatal(err)
	}
	wrong := event("")
	if err := s.Audit(t.Context(), event("c"), wrong); err == nil {
		t.Error("a line without an act was taken")
	}
	if n := count(t, url, "audit_event"); n != 2 {
		t.Errorf("got %d lines, want 2", n)
	}
	if err := s.Audit(t.Context()); err != nil {
		t.Errorf("nothing to write: %v", err)
	}
}

func TestAuditEvent_IsAppendOnly(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	if err := s.Audit(t.Context(), event("a")); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	refused := 0
	for _, sql := range []string{
		"UPDATE audit_event SET act = 'b'",
		"UPDATE audit_event SET act = 'b' WHERE false",
		"DELETE FROM audit_event",
		"TRUNCATE audit_event",
		"UPDATE audit_seal SET head = sha256('x')",
		"DELETE FROM audit_seal",
		"TRUNCATE audit_seal",
		"TRUNCATE audit_event, session CASCADE",
		`INSERT INTO audit_event (id, actor_kind, act, outcome) OVERRIDING SYSTEM VALUE
			VALUES (1, '', 'b', 'done') ON CONFLICT (id) DO UPDATE SET act = 'b'`,
	} {
		_, err := conn.Exec(t.Context(), sql)
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want a refusal", sql, err)
			continue
		}
		refused++
	}
	if n := count(t, url, "audit_event WHERE act = 'a'"); n != 1 {
		t.Errorf("got %d lines, want 1", n)
	}
	t.Logf("checked %d statements", refused)
}

func TestHistory_IsAPartOfAnInstancesLines(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	one := caseOf(nord, time.Now())
	add(t, s, one)
	var lines []core.Event
	for _, act := range []string{"take", "read", "note", "read", "godkjenn"} {
		e := event(act)
		e.Party, e.Instance = nord, one.ID
		lines = append(lines, e)
	}
	if err := s.Audit(t.Context(), lines...); err != nil {
		t.Fatal(err)
	}
	acts := func(p store.HistoryPart) string {
		out, last := "", int64(math.MaxInt64)
		for _, e := range get(t, s, func(tx *store.Tx) ([]core.Event, error) {
			return tx.History(t.Context(), one.ID, p)
		}) {
			if e.ID >= last {
				t.Error("they are not newest first")
			}
			out, last = out+e.Act+" ", e.ID
		}
		return out
	}
	all := get(t, s, func(tx *store.Tx) ([]core.Event, error) {
		return tx.History(t.Context(), one.ID, store.HistoryPart{Limit: 10})
	})
	for want, p := range map[string]store.HistoryPart{
		"godkjenn read note read take ": {Limit: 10},
		"godkjenn read ":                {Limit: 2},
		"note take ":                    {Acts: []string{"note", "take"}, Limit: 10},
		"godkjenn note take ":           {Except: []string{"read"}, Limit: 10},
		"note read take ":               {Before: all[1].ID, Limit: 10},
	} {
		if got := acts(p); got != want {
			t.Errorf("%+v: got %q, want %q", p, got, want)
		}
	}
}
