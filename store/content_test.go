package store_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func document(instance uuid.UUID, dataType string) core.DataElement {
	return core.DataElement{
		ID: uuid.Must(uuid.NewV7()), Instance: instance, Type: dataType,
		ContentType: "application/json", Version: 1,
	}
}

func content(t testing.TB, s *store.Store, instance uuid.UUID) store.Content {
	t.Helper()
	return get(t, s, func(tx *store.Tx) (store.Content, error) {
		return tx.Content(t.Context(), instance)
	})
}

func TestContent_GivesDocumentsAndAttachmentsApart(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i, other := draft(kari), draft(kari)
	add(t, s, i, other)
	doc := core.Document{
		"belop": json.Number("1.50"), "stor": json.Number("123456789012345678901234567890"),
		"tegn": "<æøå> \u0000 & 👍", "rader": []any{map[string]any{"a": true, "b": nil}},
	}
	e, file := document(i.ID, "soknad"), upload(t, s, i.ID, []byte("%PDF"))
	do(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.AddDocument(t.Context(), e, doc), tx.AddElement(t.Context(), file),
			tx.AddDocument(t.Context(), document(other.ID, "soknad"), nil))
	})
	got := content(t, s, i.ID)
	if len(got.Documents) != 1 || !reflect.DeepEqual(got.Documents[0].Document, doc) {
		t.Errorf("got %+v", got.Documents)
	}
	if len(got.Attachments) != 1 {
		t.Fatalf("got %+v", got.Attachments)
	}
	file.Version, file.Created = 1, got.Attachments[0].Created
	if !reflect.DeepEqual(got.Attachments[0], file) {
		t.Errorf("got  %+v\nwant %+v", got.Attachments[0], file)
	}
	do(t, s, func(tx *store.Tx) error {
		one, err := tx.Document(t.Context(), i.ID, e.ID)
		if !reflect.DeepEqual(one.Document, doc) {
			t.Errorf("got %+v", one)
		}
		list, err2 := tx.Elements(t.Context(), i.ID)
		found, err3 := tx.Element(t.Context(), i.InstanceRef, file.ID)
		if len(list) != 2 || !reflect.DeepEqual(found, file) {
			t.Errorf("got %+v, %+v", list, found)
		}
		_, none := tx.Document(t.Context(), i.ID, file.ID)
		_, foreign := tx.Document(t.Context(), other.ID, e.ID)
		_, mixed := tx.Element(t.Context(), other.InstanceRef, file.ID)
		for _, err := range []error{none, foreign, mixed} {
			if !errors.Is(err, store.ErrNoRow) {
				t.Errorf("got %v, want ErrNoRow", err)
			}
		}
		return errors.Join(err, err2, err3)
	})
	if empty := content(t, s, other.ID); len(empty.Documents) != 1 ||
		empty.Documents[0].Document == nil {
		t.Errorf("an empty document: got %+v", empty)
	}
}

func TestPutDocument_OldVersionIsConflictAndLosesNothing(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	i := draft(kari)
	add(t, s, i)
	e := document(i.ID, "soknad")
	put := func(e core.DataElement, value string) error {
		return s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			return tx.PutDocument(t.Context(), e, core.Document{"a": value})
		})
	}
	do(t, s, func(tx *store.Tx) error {
		return tx.AddDocument(t.Context(), e, core.Document{"a": "0"})
	})
	if err := put(e, "first"); err != nil {
		t.Fatal(err)
	}
	wantFault(t, put(e, "second"), fault.Conflict)
	foreign := e
	foreign.Instance, foreign.Version = uuid.New(), 2
	wantFault(t, put(foreign, "third"), fault.Conflict)
	got := content(t, s, i.ID).Documents[0]
	if got.Document["a"] != "first" || got.Element.Version != 2 ||
		got.Element.Size != int64(len(`{"a":"first"}`)) {
		t.Errorf("got %+v", got)
	}
	do(t, s, func(tx *store.Tx) error { return tx.LockElements(t.Context(), i.ID, "soknad") })
	wantFault(t, put(got.Element, "after submit"), fault.Conflict)
}

func TestLockElements_LocksTheseTypesOfThisInstance(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i, other := draft(kari), draft(kari)
	add(t, s, i, other)
	file := upload(t, s, i.ID, []byte("a"))
	do(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.AddDocument(t.Context(), document(i.ID, "soknad"), nil),
			tx.AddDocument(t.Context(), document(i.ID, "annet"), nil),
			tx.AddDocument(t.Context(), document(other.ID, "soknad"), nil),
			tx.AddElement(t.Context(), file),
			tx.LockElements(t.Context(), i.ID, "soknad", "vedlegg"))
	})
	if n := count(t, url, "element WHERE locked AND instance = $1", i.ID); n != 2 ||
		count(t, url, "element WHERE locked") != 2 {
		t.Errorf("%d are locked, want the form and the attachment", n)
	}
	err := s.InTx(t.Context(), actor, func(tx *store.Tx) error {
		return tx.DeleteElement(t.Context(), i.ID, file.ID)
	})
	wantFault(t, err, fault.Conflict)
}

func TestDeleteElement_TakesTheFileWithIt(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := draft(kari)
	add(t, s, i)
	file := upload(t, s, i.ID, []byte("a"))
	do(t, s, func(tx *store.Tx) error { return tx.AddElement(t.Context(), file) })
	remove := func(instance uuid.UUID) error {
		return s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			return tx.DeleteElement(t.Context(), instance, file.ID)
		})
	}
	wantFault(t, remove(uuid.New()), fault.Conflict)
	if err := remove(i.ID); err != nil {
		t.Fatal(err)
	}
	if n := count(t, url, "upload") + count(t, url, "upload_chunk") + count(t, url,
		"element"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	wantFault(t, remove(i.ID), fault.Conflict)
}

func TestAddElement_RefusesWhatIsNotWhole(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := draft(kari)
	add(t, s, i)
	attach := func(e core.DataElement) error {
		return s.InTx(t.Context(), actor, func(tx *store.Tx) error {
			return tx.AddElement(t.Context(), e)
		})
	}
	short := upload(t, s, i.ID, make([]byte, 2*store.ChunkSize))
	storetest.Exec(t, url, "DELETE FROM upload_chunk WHERE n = 0")
	wantFault(t, attach(short), fault.Conflict)
	gone := upload(t, s, i.ID, []byte("a"))
	if err := s.DropUpload(t.Context(), actor, gone.Upload); err != nil {
		t.Fatal(err)
	}
	wantFault(t, attach(gone), fault.Conflict)
	twice := upload(t, s, i.ID, []byte("a"))
	if err := attach(twice); err != nil {
		t.Fatal(err)
	}
	twice.ID = uuid.New()
	wantFault(t, attach(twice), fault.Conflict)
	if got := content(t, s, i.ID); len(got.Attachments) != 1 {
		t.Errorf("got %d attachments, want 1", len(got.Attachments))
	}
}
