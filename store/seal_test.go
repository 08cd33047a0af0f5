package store_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/store"
	"stafett/store/storetest"
)

// sealed seals until n lines more are sealed: a transaction of another test in the same cluster
// may hold the sealing back for a moment.
func sealed(t testing.TB, s *store.Store, n int) {
	t.Helper()
	for done := 0; done < n; {
		some, err := s.SealAudit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done += some
	}
}

func verify(t testing.TB, s *store.Store, r store.AuditRange) (store.AuditReport, []string) {
	t.Helper()
	var faults []string
	report, err := s.VerifyAudit(t.Context(), r, func(f store.AuditFault) {
		faults = append(faults, f.String())
	})
	if err != nil {
		t.Fatal(err)
	}
	if int(report.Faults) != len(faults) {
		t.Errorf("got %d faults told, the report says %d", len(faults), report.Faults)
	}
	return report, faults
}

// sealedLog is a log of two lines in each of n seals, and its newest head.
func sealedLog(t testing.TB, n int64) (*store.Store, string, store.AuditHead) {
	t.Helper()
	s, url := setup(t)
	for range n {
		if err := s.Audit(t.Context(), event("first"), event("second")); err != nil {
			t.Fatal(err)
		}
		sealed(t, s, 2)
	}
	head, err := s.AuditHead(t.Context())
	if err != nil || head.Number != n {
		t.Fatalf("got head %v, %v; want number %d", head, err, n)
	}
	return s, url, head
}

// asOwner does what only the owner of the tables can: with the triggers off.
func asOwner(t testing.TB, url string, statements ...string) {
	t.Helper()
	for _, table := range []string{"audit_event", "audit_seal"} {
		storetest.Exec(t, url, "ALTER TABLE "+table+" DISABLE TRIGGER ALL")
	}
	for _, sql := range statements {
		if n := storetest.Exec(t, url, sql); n == 0 {
			t.Errorf("%s: touched no row", sql)
		}
	}
}

// TestVerifyAudit_FindsEveryKindOfTampering tampers with a log in every way at once, each with a
// seal of its own: what is told must be that and nothing else. Seal n holds lines 2n-1 and 2n.
func TestVerifyAudit_FindsEveryKindOfTampering(t *testing.T) {
	t.Parallel()
	const seals = 19
	s, url, head := sealedLog(t, seals)
	report, faults := verify(t, s, store.AuditRange{Head: &head})
	if len(faults) > 0 || report.Lines != 2*seals || report.Seals != seals {
		t.Fatalf("untouched: got %+v, %q", report, faults)
	}
	var want []string
	for _, c := range []struct {
		name, sql string
		want      []string
	}{
		{"a line before the first", `INSERT INTO audit_event (actor_kind, act, outcome, xact)
			VALUES ('', 'forged', 'done', '3')`, []string{"line 39 (seal 1): was added after the sealing"}},
		{"the act changed", "UPDATE audit_event SET act = 'other' WHERE id = 3",
			[]string{"line 3 (seal 2): has been changed"}},
		{"the time changed", "UPDATE audit_event SET at = at - interval '1 microsecond' WHERE id = 6",
			[]string{"line 6 (seal 3): has been changed"}},
		{"empty for NULL", "UPDATE audit_event SET detail = '{}' WHERE id = 7",
			[]string{"line 7 (seal 4): has been changed"}},
		{"a line removed", "DELETE FROM audit_event WHERE id = 10",
			[]string{"line 10 (seal 5): has been removed"}},
		{"all lines of a seal removed", "DELETE FROM audit_event WHERE id IN (11, 12)", []string{
			"line 11 (seal 6): has been removed", "line 12 (seal 6): has been removed"}},
		{"a line back-dated", `INSERT INTO audit_event (actor_kind, act, outcome, xact)
			SELECT '', 'forged', 'done', xact FROM audit_event WHERE id = 13`,
			[]string{"line 40 (seal 8): was added after the sealing"}},
		{"two lines in each other's place", `UPDATE audit_event AS v SET act = w.act
			FROM audit_event AS w WHERE (v.id, w.id) IN ((15, 16), (16, 15))`, []string{
			"line 15 (seal 8): has been changed", "line 16 (seal 8): has been changed"}},
		{"a line moved to another transaction", `UPDATE audit_event
			SET xact = (SELECT xact FROM audit_event WHERE id = 19) WHERE id = 17`, []string{
			"line 17 (seal 9): has been removed", "line 17 (seal 10): was added after the sealing"}},
		{"a seal's time changed", `UPDATE audit_seal SET at = at + interval '1 hour'
			WHERE number = 11`, []string{"seal 11: has been changed, or the one before it has"}},
		{"a seal's head changed", "UPDATE audit_seal SET head = sha256('x') WHERE number = 13", []string{
			"seal 13: has been changed, or the one before it has",
			"seal 14: has been changed, or the one before it has"}},
		{"a seal's bounds changed", "UPDATE audit_seal SET from_id = 1 WHERE number = 15",
			[]string{"seal 15: has been changed, or the one before it has"}},
		{"a line removed, from the list too", `WITH d AS (DELETE FROM audit_event WHERE id = 32)
			UPDATE audit_seal SET list = substring(list FOR 16), lines = 1, to_id = 31
			WHERE number = 16`, []string{"seal 16: has been changed, or the one before it has"}},
		{"a seal removed", "DELETE FROM audit_seal WHERE number = 17", []string{"seal 17: is missing"}},
	} {
		asOwner(t, url, c.sql)
		want = append(want, c.want...)
		if _, faults := verify(t, s, store.AuditRange{}); !slices.Equal(faults, want) {
			t.Fatalf("%s: got  %q\nwant %q", c.name, faults, want)
		}
	}
	t.Logf("checked %d faults", len(want))
}

// TestVerifyAudit_FindsTheNewestSealGoneByAnOutsideCopy: inside, nothing tells of it any more.
func TestVerifyAudit_FindsTheNewestSealGoneByAnOutsideCopy(t *testing.T) {
	t.Parallel()
	s, url, head := sealedLog(t, 3)
	for _, c := range []struct{ name, sql, want string }{
		{"made anew", "DELETE FROM audit_event WHERE id = 6",
			"seal 3: is another one in the outside copy"},
		{"gone with its lines", "DELETE FROM audit_event WHERE id > 4",
			"seal 3: is in the outside copy and not here"},
	} {
		asOwner(t, url, "DELETE FROM audit_seal WHERE number = 3", c.sql)
		if c.name == "made anew" {
			sealed(t, s, 1)
		}
		if _, faults := verify(t, s, store.AuditRange{}); len(faults) > 0 {
			t.Errorf("%s, without the copy: got %q", c.name, faults)
		}
		_, faults := verify(t, s, store.AuditRange{Head: &head})
		if !slices.Equal(faults, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", c.name, faults, c.want)
		}
	}
}

func TestVerifyAudit_TakesARangeAndCountsWhatIsNotSealed(t *testing.T) {
	t.Parallel()
	s, url, _ := sealedLog(t, 3)
	if err := s.Audit(t.Context(), event("new")); err != nil {
		t.Fatal(err)
	}
	// What is kept for a time only is removed from the oldest on, its seals kept.
	asOwner(t, url, "DELETE FROM audit_event WHERE id <= 2")
	if _, faults := verify(t, s, store.AuditRange{}); len(faults) != 2 {
		t.Errorf("all: got %q, want two lines removed", faults)
	}
	report, faults := verify(t, s, store.AuditRange{From: 2})
	if len(faults) > 0 || report.Seals != 2 || report.Lines != 4 || report.Unsealed != 1 {
		t.Errorf("from 2: got %+v, %q", report, faults)
	}
	if report, faults = verify(t, s, store.AuditRange{From: 2, To: 2}); len(faults) > 0 || report.Seals != 1 {
		t.Errorf("only 2: got %+v, %q", report, faults)
	}
	if _, faults = verify(t, s, store.AuditRange{To: 9}); !slices.Contains(faults, "seal 9: is missing") {
		t.Errorf("to 9: got %q", faults)
	}
}

// TestSealAudit_TakesLinesThatCommitOutOfOrder holds a transaction open whose line has a lower id
// than lines that are committed before it, and leaves a gap by a rollback.
func TestSealAudit_TakesLinesThatCommitOutOfOrder(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	const add = `INSERT INTO audit_event (actor_kind, act, outcome) VALUES ('', $1, 'done')`
	begin := func() (*pgx.Conn, pgx.Tx) {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return conn, tx
	}
	_, slow := begin()
	_, lost := begin()
	for _, tx := range []pgx.Tx{slow, lost} {
		if _, err := tx.Exec(t.Context(), add, "early"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Audit(t.Context(), event("quick")); err != nil {
		t.Fatal(err)
	}
	if n, err := s.SealAudit(t.Context()); err != nil || n != 0 {
		t.Errorf("sealed %d lines past one that is still to come, %v", n, err)
	}
	if err := lost.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Exec(t.Context(), add, "late"); err != nil {
		t.Fatal(err)
	}
	if err := slow.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	sealed(t, s, 3)
	if report, faults := verify(t, s, store.AuditRange{}); len(faults) > 0 || report.Lines != 3 {
		t.Errorf("got %+v, %q", report, faults)
	}
}

func TestSealAudit_ManySealersAndWritersAtOnce(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	const writers, each = 4, 25
	var writing, sealing sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
					tx.Audit(event("read"))
					if i%5 == w {
						return errors.New("rolled back")
					}
					_, err := tx.Party(t.Context(), kari)
					return err
				})
				if err != nil && i%5 != w {
					t.Error(err)
				}
			}
		})
	}
	for range 2 {
		sealing.Go(func() {
			for {
				if _, err := s.SealAudit(t.Context()); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writing.Wait()
	close(done)
	sealing.Wait()
	want := int64(writers * each * 4 / 5)
	if n := count(t, url, "audit_event"); n != want {
		t.Fatalf("got %d lines, want %d", n, want)
	}
	for {
		report, faults := verify(t, s, store.AuditRange{})
		if len(faults) > 0 {
			t.Fatalf("got %q", faults)
		}
		if report.Unsealed == 0 {
			t.Logf("checked %d lines in %d seals", report.Lines, report.Seals)
			if report.Lines != want {
				t.Errorf("got %d lines, want %d", report.Lines, want)
			}
			return
		}
		if _, err := s.SealAudit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCheckAudit_KeepsWhatItFound(t *testing.T) {
	t.Parallel()
	s, url, _ := sealedLog(t, 3)
	last := func() store.AuditCheck {
		return get(t, s, func(tx *store.Tx) (store.AuditCheck, error) { return tx.LastAuditCheck(t.Context()) })
	}
	if c := last(); !c.Ended.IsZero() {
		t.Errorf("before any: got %+v", c)
	}
	check := func(every time.Duration) {
		t.Helper()
		if err := s.CheckAudit(t.Context(), every); err != nil {
			t.Fatal(err)
		}
	}
	check(time.Hour)
	if c := last(); !c.OK() || c.Lines != 6 || c.Seals != 3 || c.Ended.IsZero() {
		t.Errorf("untouched: got %+v", c)
	}
	asOwner(t, url, "DELETE FROM audit_event WHERE id = 2")
	check(time.Hour)
	if c := last(); !c.OK() {
		t.Errorf("checked again within the hour: got %+v", c)
	}
	check(0)
	if c := last(); c.OK() || c.First != "line 2 (seal 1): has been removed" {
		t.Errorf("tampered with: got %+v", c)
	}
}

func TestParseAuditHead_TakesWhatStringGives(t *testing.T) {
	t.Parallel()
	head := store.AuditHead{Number: 3, Head: bytes.Repeat([]byte{7}, 32)}
	back, err := store.ParseAuditHead(head.String())
	if err != nil || !back.Same(head) {
		t.Errorf("got %v, %v; want %v", back, err, head)
	}
	wrong := []string{"", "3", "x:00", "0:" + strings.Repeat("00", 32), "3:" + strings.Repeat("0", 62)}
	for _, text := range wrong {
		if h, err := store.ParseAuditHead(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, h)
		}
	}
}
