package instance_test

import (
	"context"
	"io"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

// rowsOf gives every column of an instance and its elements, as the database writes them.
func rowsOf(t *testing.T, s *solutiontest.Solution, ref core.InstanceRef) (out string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), `SELECT (SELECT i::text FROM instance AS i WHERE i.id = $1)
		|| (SELECT string_agg(e::text, '|' ORDER BY e.id) FROM element AS e WHERE e.instance = $1)`,
		ref.ID).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDelete_ADraftIsGoneAndComesBackAsItWas(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari, ola := s.Person(solutiontest.Kari), s.Person(solutiontest.Ola)
	v := s.Filled(t, kari, "Lysfest")
	ref := v.Instance.InstanceRef
	file := s.Upload(t, kari, ref, "budsjett.pdf")
	before := rowsOf(t, s, ref)
	if err := s.Instances.Delete(t.Context(), kari, ref); err != nil {
		t.Fatal(err)
	}
	_, err := s.Instances.Open(t.Context(), kari, ref, "nb")
	is(t, "what is deleted", err, fault.Forbidden, "fault.forbidden")
	for _, table := range []string{"instance", "element"} {
		if n := s.Count(t, table, "true"); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	if list, err := s.Instances.Deleted(t.Context(), ola); err != nil || len(list) != 0 {
		t.Errorf("Ola is offered %v (%v)", list, err)
	}
	_, err = s.Instances.Restore(t.Context(), ola, ref.ID)
	is(t, "another's", err, fault.Conflict, "fault.restore_late")
	list, err := s.Instances.Deleted(t.Context(), kari)
	if err != nil || len(list) != 1 || list[0].Ref != ref {
		t.Fatalf("Kari is offered %v (%v)", list, err)
	}
	if _, err := s.Instances.Restore(t.Context(), kari, ref.ID); err != nil {
		t.Fatal(err)
	}
	if after := rowsOf(t, s, ref); after != before {
		t.Errorf("it came back as\n%s\nand was\n%s", after, before)
	}
	content, err := io.ReadAll(s.Store.ReadUpload(t.Context(), kari, file.Upload))
	if err != nil || len(content) == 0 {
		t.Errorf("its file: %d bytes, %v", len(content), err)
	}
	_, err = s.Instances.Restore(t.Context(), kari, ref.ID)
	is(t, "again", err, fault.Conflict, "fault.restore_late")
	if n := s.Count(t, "audit_event", "act IN ('delete', 'restore') AND instance = $1", ref.ID); n != 2 {
		t.Errorf("%d audit lines, want 2", n)
	}
}

func TestDelete_AfterTenMinutesNothingIsLeftButTheProof(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Filled(t, kari, "Lysfest").Instance.InstanceRef
	s.Upload(t, kari, ref, "budsjett.pdf")
	if err := s.Instances.Delete(t.Context(), kari, ref); err != nil {
		t.Fatal(err)
	}
	clean := func() {
		if err := s.Store.CleanDrafts(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if clean(); s.Count(t, "deleted_draft", "true") != 1 || s.Count(t, "upload_chunk", "true") == 0 {
		t.Error("it is gone before its time")
	}
	storetest.Exec(t, s.Database, "UPDATE deleted_draft SET at = at - interval '11 minutes'")
	_, err := s.Instances.Restore(t.Context(), kari, ref.ID)
	is(t, "too late", err, fault.Conflict, "fault.restore_late")
	clean()
	for _, table := range []string{"deleted_draft", "instance", "element", "upload", "upload_chunk"} {
		if n := s.Count(t, table, "true"); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	if n := s.Count(t, "audit_event", "act = 'delete' AND instance = $1", ref.ID); n != 1 {
		t.Errorf("%d audit lines of the deletion, want one", n)
	}
}

// TestDraftColumns_AreAll fails when a column is added that a draft would come back without.
func TestDraftColumns_AreAll(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	ref := s.Filled(t, kari, "Lysfest").Instance.InstanceRef
	storetest.Exec(t, s.Database, `UPDATE instance SET hold_until = now(), due = now(), substatus = '{"a": 1}',
		data_values = '{"b": "c"}', thread = id, thread_owner = owner, limit_field = 'b', reference = 'NK-1',
		applicant = 'Kari', assignee = 7, withdrawal = '{}', created = now() - interval '1 day'
		WHERE id = $1`, ref.ID)
	storetest.Exec(t, s.Database, `UPDATE element SET tags = '{x,"y z"}', version = 7, locked = true,
		filename = 'æ', body = '{"n": 1.10e1, "æ": null}' WHERE instance = $1 AND body IS NOT NULL`, ref.ID)
	before := rowsOf(t, s, ref)
	s.Tx(t, func(tx *store.Tx) error { return tx.PutAside(t.Context(), ref) })
	s.Tx(t, func(tx *store.Tx) error {
		_, err := tx.TakeBack(t.Context(), ref.ID)
		return err
	})
	if after := rowsOf(t, s, ref); after != before {
		t.Errorf("it came back as\n%s\nand was\n%s", after, before)
	}
}

func TestExpireDrafts_GoByTheAppsRuleAfterOneReminder(t *testing.T) {
	t.Parallel()
	s := solutiontest.New(t)
	kari := s.Person(solutiontest.Kari)
	old := s.Filled(t, kari, "Gammel").Instance.InstanceRef
	s.Upload(t, kari, old, "budsjett.pdf")
	soon := s.Filled(t, kari, "Snart").Instance.InstanceRef
	fresh := s.Filled(t, kari, "Ny").Instance.InstanceRef
	age := func(ref core.InstanceRef, days int) {
		storetest.Exec(t, s.Database, "UPDATE instance SET changed = now() - make_interval(days => $2) WHERE id = $1",
			ref.ID, days)
	}
	age(old, 61)
	age(soon, 54)
	age(fresh, 52)
	for range 2 {
		if _, err := s.Instances.ExpireDrafts(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Count(t, "instance", "id = ANY($1)", []uuid.UUID{soon.ID, fresh.ID}); n != 2 {
		t.Errorf("%d of the younger are left", n)
	}
	for table, where := range map[string]string{"instance": "id = $1", "element": "instance = $1"} {
		if n := s.Count(t, table, where, old.ID); n != 0 {
			t.Errorf("%d rows are left of the old one in %s", n, table)
		}
	}
	if n := s.Count(t, "upload", "true"); n != 0 {
		t.Errorf("%d files are left", n)
	}
	if n := s.Count(t, "audit_event", `act = 'delete' AND instance = $1 AND actor_kind = 'system'
		AND detail->>'reason' = 'expired' AND detail->>'files' = '1'`, old.ID); n != 1 {
		t.Errorf("%d proofs, want one", n)
	}
	if n := s.Count(t, "notice", "kind = 'expiring' AND instance = $1", soon.ID); n != 1 {
		t.Errorf("%d reminders, want one", n)
	}
	tell(t, s, soon)
	if list, err := s.Outbox.Newest(10); err != nil || len(list) != 1 {
		t.Errorf("sent %v (%v)", list, err)
	}
	// A change puts it off, and a reminder that is then under way says nothing.
	age(soon, 54)
	storetest.Exec(t, s.Database, "UPDATE notice SET state = 'waiting', ended = NULL, at = now() - interval '60 days'")
	tell(t, s, soon)
	if n := s.Count(t, "notice", "state = 'dropped'"); n != 1 {
		t.Errorf("%d reminders are dropped", n)
	}
}

// tell makes one attempt at the notices of an instance.
func tell(t *testing.T, s *solutiontest.Solution, ref core.InstanceRef) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), "SELECT id FROM notice WHERE instance = $1 AND state = 'waiting'", ref.ID)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if err := s.Messages.Tell(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}
