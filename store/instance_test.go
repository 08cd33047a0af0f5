package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func read(t testing.TB, s *store.Store, ref core.InstanceRef) core.Instance {
	t.Helper()
	return get(t, s, func(tx *store.Tx) (core.Instance, error) {
		return tx.Instance(t.Context(), ref)
	})
}

func TestInstance_ComesBackAsItWasAdded(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	due := at.AddDate(0, 0, 42)
	full := caseOf(nord, at)
	full.Due = &due
	full.DataValues = map[string]string{"deliveryId": "x"}
	full.Substatus = &core.Substatus{Label: "status.behandling"}
	full.Assignee, full.AssigneeName = ingrid, "Ingrid Berg"
	for _, want := range []core.Instance{draft(kari), full} {
		do(t, s, func(tx *store.Tx) error { return tx.AddInstance(t.Context(), &want) })
		got := read(t, s, want.InstanceRef)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if age := time.Since(got.Created); got.Version != 1 || age < 0 || age > time.Minute ||
			got.Created != got.Changed || got.Process.TaskSince != got.Created {
			t.Errorf("times: got %+v", got)
		}
	}
}

func TestInstance_AllFourPartsMustFitTogether(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	mine := draft(kari)
	other := caseOf(nord, time.Now())
	other.AppRef = core.AppRef{Org: "sorvik", App: "stottesak"}
	add(t, s, mine, other)
	ctx := t.Context()
	checked := 0
	for mix := range 16 {
		ref := mine.InstanceRef
		if mix&1 != 0 {
			ref.Org = other.Org
		}
		if mix&2 != 0 {
			ref.App = other.App
		}
		if mix&4 != 0 {
			ref.Owner = other.Owner
		}
		if mix&8 != 0 {
			ref.ID = other.ID
		}
		whole := mix == 0 || mix == 15
		for name, find := range map[string]func(*store.Tx) error{
			"Instance": func(tx *store.Tx) error {
				_, err := tx.Instance(ctx,
					ref)
				return err
			},
			"LockInstance": func(tx *store.Tx) error {
				_, err := tx.LockInstance(ctx,
					ref)
				return err
			},
			"Element": func(tx *store.Tx) error {
				_, err := tx.Element(ctx, ref,
					uuid.New())
				return err
			},
			"DeleteInstance": func(tx *store.Tx) error { return tx.DeleteInstance(ctx, ref) },
		} {
			rollback := errors.New("found")
			err := s.InTx(ctx, system, func(tx *store.Tx) error {
				if err := find(tx); err != nil {
					return err
				}
				return rollback
			})
			want := store.ErrNoRow
			if whole && name != "Element" {
				want = rollback
			}
			if !errors.Is(err, want) {
				t.Errorf("%s of mix %04b: got %v, want %v", name, mix, err, want)
			}
			checked++
		}
	}
	t.Logf("checked %d look-ups", checked)
}

func TestUpdateInstance_WritesAndCountsUp(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := draft(kari)
	add(t, s, i)
	i = read(t, s, i.InstanceRef)
	since := i.Process.TaskSince
	now := time.Now().UTC().Truncate(time.Microsecond)
	i.Title, i.Reference, i.Submitted = "Sommerkonsert", "NK-7F3K-92QD", &now
	i.Substatus = &core.Substatus{Label: "a", Description: "b"}
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &i) })
	if got := read(t, s, i.InstanceRef); !reflect.DeepEqual(got, i) || i.Version != 2 {
		t.Errorf("got  %+v\nwant %+v", got, i)
	}
	if !i.Process.TaskSince.Equal(since) || !i.Changed.After(since) {
		t.Errorf("same task: got %+v", i)
	}
	i.Process.Task, i.Process.TaskType = "Task_2", "confirmation"
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &i) })
	if !i.Process.TaskSince.After(since) || i.Process.Ended != nil {
		t.Errorf("next task: got %+v", i.Process)
	}
	i.Status, i.Process.Task, i.Process.TaskType, i.Process.EndEvent = core.StatusArchived, "",
		"", "End_1"
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &i) })
	if i.Process.Ended == nil || !i.Process.Ended.Equal(i.Changed) {
		t.Errorf("ended: got %+v, changed %v", i.Process, i.Changed)
	}
	if got := read(t, s, i.InstanceRef); !reflect.DeepEqual(got, i) || i.Version != 4 {
		t.Errorf("got  %+v\nwant %+v", got, i)
	}
}

func TestUpdateInstance_OldVersionIsConflictAndChangesNothing(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := draft(kari)
	add(t, s, i)
	stale := read(t, s, i.InstanceRef)
	first := stale
	first.Title = "first"
	do(t, s, func(tx *store.Tx) error { return tx.UpdateInstance(t.Context(), &first) })
	for name, change := range map[string]func(*store.Tx, *core.Instance) error{
		"update": func(tx *store.Tx, i *core.Instance) error {
			i.Title = "second"
			return tx.UpdateInstance(t.Context(), i)
		},
		"assign": func(tx *store.Tx, i *core.Instance) error {
			return tx.Assign(t.Context(), i, ingrid)
		},
	} {
		late := stale
		err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			tx.Audit(core.Event{ActorKind: core.ActorPerson, Act: core.ActWrite,
				Outcome: core.OutcomeDone})
			return change(tx, &late)
		})
		wantFault(t, err, fault.Conflict)
		if got := read(t, s, i.InstanceRef); got.Title != "first" || got.Version != 2 ||
			got.Assignee != 0 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestLockInstance_SecondWaitsAndSeesTheChange(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := draft(kari)
	add(t, s, i)
	seen := make(chan string, 1)
	do(t, s, func(tx *store.Tx) error {
		held, err := tx.LockInstance(t.Context(), i.InstanceRef)
		if err != nil {
			return err
		}
		go func() {
			seen <- fmt.Sprint(s.InTx(t.Context(), actor, func(tx *store.Tx) error {
				got, err := tx.LockInstance(t.Context(), i.InstanceRef)
				if err == nil {
					err = errors.New(got.Title)
				}
				return err
			}))
		}()
		wait(t, "the second to wait", func() bool {
			return count(t, url, `pg_stat_activity
				WHERE wait_event_type = 'Lock' AND datname = current_database()`) == 1
		})
		if got := read(t, s, i.InstanceRef); got.Title != "" { // readers do not wait
			t.Errorf("a reader sees %q", got.Title)
		}
		held.Title = "changed"
		return tx.UpdateInstance(t.Context(), &held)
	})
	if got := <-seen; got != "changed" {
		t.Errorf("the second saw %q, want the change", got)
	}
}

func TestAssign_TakesAndReleases(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := caseOf(nord, time.Now())
	add(t, s, i)
	i = read(t, s, i.InstanceRef)
	do(t, s, func(tx *store.Tx) error { return tx.Assign(t.Context(), &i, ingrid) })
	if got := read(t, s, i.InstanceRef); got.Assignee != ingrid ||
		got.AssigneeName != "Ingrid Berg" || got.Version != 2 {
		t.Errorf("taken: got %+v", got)
	}
	do(t, s, func(tx *store.Tx) error { return tx.Assign(t.Context(), &i, 0) })
	if got := read(t, s, i.InstanceRef); got.Assignee != 0 || got.AssigneeName != "" ||
		got.Version != i.Version {
		t.Errorf("released: got %+v", got)
	}
}

func TestReference_IsGivenOnce(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	first, second := draft(kari), draft(ola)
	first.Reference, second.Reference = "NK-7F3K-92QD", "NK-7F3K-92QD"
	fromFirst, alsoFromFirst := caseOf(nord, time.Now()), caseOf(nord, time.Now())
	add(t, s, first, fromFirst, alsoFromFirst)
	err := s.InTx(t.Context(), system, func(tx *store.Tx) error {
		return tx.AddInstance(t.Context(), &second)
	})
	wantFault(t, err, fault.Conflict)
}

func TestDeleteInstance_TakesContentAndFilesWithIt(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i, kept := draft(kari), draft(kari)
	add(t, s, i, kept)
	for _, ref := range []core.InstanceRef{i.InstanceRef, kept.InstanceRef} {
		file := upload(t, s, ref.ID, make([]byte, store.ChunkSize+1))
		do(t, s, func(tx *store.Tx) error {
			doc := core.DataElement{ID: uuid.New(), Instance: ref.ID, Type: "model",
				ContentType: "application/json"}
			return errors.Join(tx.AddDocument(t.Context(), doc, core.Document{"a": "b"}),
				tx.AddElement(t.Context(), file), tx.MarkSeen(t.Context(), ref.ID, kari))
		})
	}
	do(t, s, func(tx *store.Tx) error { return tx.DeleteInstance(t.Context(), i.InstanceRef) })
	for table, want := range map[string]int64{
		"instance": 1, "element": 2, "upload": 1, "upload_chunk": 2, "seen": 1,
	} {
		if n := count(t, url, table); n != want {
			t.Errorf("%s: %d rows are left, want %d", table, n, want)
		}
	}
}

func TestDeleteInstance_IsRefusedWhileADeliveryWaits(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := draft(kari)
	add(t, s, i)
	d := addDelivery(t, s, i.InstanceRef)
	for _, state := range []string{"waiting", "parked"} {
		storetest.Exec(t, url, "UPDATE delivery SET state = $1", state)
		err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			return tx.DeleteInstance(t.Context(), i.InstanceRef)
		})
		wantFault(t, err, fault.Conflict)
	}
	storetest.Exec(t, url, "UPDATE delivery SET state = 'waiting'")
	deliver(t, s, d.ID)
	do(t, s, func(tx *store.Tx) error { return tx.DeleteInstance(t.Context(), i.InstanceRef) })
}

func TestCountDrafts_CountsThisOwnersDraftsOfThisApp(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	sent, other := draft(kari), draft(kari)
	sent.Status = core.StatusArchived
	other.AppRef = core.AppRef{Org: "nordvik", App: "parkering"}
	add(t, s, draft(kari), draft(kari), draft(ola), sent, other)
	got := get(t, s, func(tx *store.Tx) (int, error) {
		return tx.CountDrafts(t.Context(), appA, kari)
	})
	if got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}

func TestInstancesOf_PagesNewestFirstWithinTheFilter(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	var want []uuid.UUID
	other := core.AppRef{Org: "nordvik", App: "parkering"}
	for n := range 9 {
		i := draft(kari)
		if n%2 == 1 {
			i.AppRef = other
		}
		if n%3 == 2 {
			at := time.Now()
			i.Status, i.Submitted = core.StatusArchived, &at
			i.Process = core.ProcessState{EndEvent: "End_1"}
		}
		add(t, s, i, draft(ola))
		want = append([]uuid.UUID{i.ID}, want...)
		storetest.Exec(t, url, `UPDATE instance SET created = $2,
			submitted = CASE WHEN submitted IS NOT NULL THEN $2::timestamptz END WHERE id = $1`,
			i.ID, time.Now().Add(time.Duration(n-100)*time.Hour))
	}
	f := store.OwnerFilter{
		Owner: kari, Apps: []core.AppRef{appA, other},
		Statuses: []core.Status{core.StatusDraft, core.StatusArchived},
	}
	var got []uuid.UUID
	var after *store.Cursor
	for pages := 1; ; pages++ {
		do(t, s, func(tx *store.Tx) error {
			list, next, err := tx.InstancesOf(t.Context(), f, after, 4)
			for _, i := range list {
				got = append(got, i.ID)
			}
			after = next
			return err
		})
		if after == nil {
			if pages != 3 {
				t.Errorf("got %d pages of 4, want 3", pages)
			}
			break
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for name, narrow := range map[string]store.OwnerFilter{
		"no app":    {Owner: kari, Statuses: f.Statuses},
		"no status": {Owner: kari, Apps: f.Apps},
		"no owner":  {Apps: f.Apps, Statuses: f.Statuses},
		"all hidden": {Owner: kari, Apps: f.Apps, Statuses: f.Statuses, Hidden: []store.ScopeItem{
			{Org: appA.Org, App: appA.App}, {Org: other.Org, App: other.App},
			{Org: appA.Org, App: appA.App, Task: "Task_1"}, {Org: other.Org, App: other.App, Task: "Task_1"},
		}},
	} {
		do(t, s, func(tx *store.Tx) error {
			list, _, err := tx.InstancesOf(t.Context(), narrow, nil, 10)
			if len(list) != 0 {
				t.Errorf("%s: got %d instances, want none", name, len(list))
			}
			return err
		})
	}
}
