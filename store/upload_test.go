package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
	"stafett/store/storetest"
)

func TestReadUpload_GivesBackEverySize(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	random := rand.NewChaCha8([32]byte{1})
	sizes := []int{1, store.ChunkSize - 1, store.ChunkSize, store.ChunkSize + 1,
		5*store.ChunkSize + 17}
	for _, size := range sizes {
		file := make([]byte, size)
		if _, err := random.Read(file); err != nil {
			t.Fatal(err)
		}
		e := upload(t, s, uuid.Nil, file)
		r := s.ReadUpload(t.Context(), system, e.Upload)
		sum := sha256.New()
		n, err := io.CopyBuffer(sum, onlyReader{r}, make([]byte, 10_000))
		if err != nil || n != int64(size) || !bytes.Equal(sum.Sum(nil), e.SHA256) {
			t.Errorf("size %d: got %d bytes, %v, or other bytes", size, n, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("after Close: got %v", err)
		}
	}
	t.Logf("checked %d sizes", len(sizes))
}

type onlyReader struct{ io.Reader }

func TestReadUpload_SlowReaderHoldsNoConnection(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	e := upload(t, s, uuid.Nil, make([]byte, 2*store.ChunkSize))
	for range 40 { // more readers than the pool has connections
		r := s.ReadUpload(t.Context(), system, e.Upload)
		defer r.Close()
		if _, err := r.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReadUpload_MissingPiecesAreErrors(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	_, err := io.ReadAll(s.ReadUpload(t.Context(), system, uuid.New()))
	if !errors.Is(err, store.ErrNoRow) {
		t.Errorf("unknown: got %v, want ErrNoRow", err)
	}
	e := upload(t, s, uuid.Nil, make([]byte, 3*store.ChunkSize))
	r := s.ReadUpload(t.Context(), system, e.Upload)
	if _, err := io.ReadFull(r, make([]byte, store.ChunkSize)); err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, url, "DELETE FROM upload")
	if _, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("removed meanwhile: got %v, want an unexpected end", err)
	}
}

func TestAppendChunk_RefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	ctx := t.Context()
	i := draft(kari)
	add(t, s, i)
	attached := upload(t, s, i.ID, []byte("a"))
	do(t, s, func(tx *store.Tx) error { return tx.AddElement(ctx, attached) })
	open := upload(t, s, i.ID, []byte("a"))
	for name, err := range map[string]error{
		"unknown":    s.AppendChunk(ctx, actor, uuid.New(), 0, []byte("b")),
		"attached":   s.AppendChunk(ctx, actor, attached.Upload, 1, []byte("b")),
		"same piece": s.AppendChunk(ctx, actor, open.Upload, 0, []byte("b")),
		"dropped one": errors.Join(s.DropUpload(ctx, actor, open.Upload), s.AppendChunk(ctx, actor,
			open.Upload, 1, []byte("b"))),
	} {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: got %v, want a conflict", name, err)
		}
	}
	long := upload(t, s, i.ID, []byte("a"))
	if err := s.AppendChunk(ctx, actor, long.Upload, 1, make([]byte, store.ChunkSize+1)); err == nil {
		t.Error("a piece that is too long was taken")
	}
	if err := s.DropUpload(ctx, actor, attached.Upload); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(s.ReadUpload(ctx, system, attached.Upload)); string(got) != "a" ||
		err != nil {
		t.Errorf("the attached one was dropped: %q, %v", got, err)
	}
}

func TestCleanUploads_RemovesWhatHasBelongedToNothingForAnHour(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	i := draft(kari)
	add(t, s, i)
	old, young, attached := upload(t, s, i.ID, []byte("a")), upload(t, s, i.ID, []byte("b")),
		upload(t, s, i.ID, []byte("c"))
	do(t, s, func(tx *store.Tx) error { return tx.AddElement(t.Context(), attached) })
	storetest.Exec(t, url,
		"UPDATE upload SET created = now() - interval '61 minutes' WHERE id <> $1", young.Upload)
	n, err := s.CleanUploads(t.Context())
	if err != nil || n != 1 {
		t.Errorf("got %d, %v, want 1", n, err)
	}
	for id, want := range map[uuid.UUID]string{old.Upload: "", young.Upload: "b",
		attached.Upload: "c"} {
		got, err := io.ReadAll(s.ReadUpload(t.Context(), system, id))
		if string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if n := count(t, url, "upload WHERE taken_by = $1", fmt.Sprintf("person:%d", kari)); n != 2 {
		t.Errorf("%d uploads name who sent them, want 2", n)
	}
}

// TestAppendChunk_IsForWhoBeganTheUpload holds the door to the belt of the table behind it.
func TestAppendChunk_IsForWhoBeganTheUpload(t *testing.T) {
	t.Parallel()
	s, url := setup(t)
	ctx := t.Context()
	id, err := s.BeginUpload(ctx, actor)
	if err != nil {
		t.Fatal(err)
	}
	others := map[string]core.Actor{
		"another person": {Kind: core.ActorPerson, User: ola, Party: ola},
		"a system":       {Kind: core.ActorOrg, Org: "nordvik", OrganisationNumber: "310246816"},
		"nobody":         {},
	}
	for who, a := range others {
		if err := s.AppendChunk(ctx, a, id, 0, []byte("b")); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: got %v, want a conflict", who, err)
		}
	}
	if err := s.AppendChunk(ctx, actor, id, 0, []byte("a")); err != nil {
		t.Error(err)
	}
	if n := count(t, url, "upload_chunk"); n != 1 {
		t.Errorf("%d pieces are kept, want 1", n)
	}
	t.Logf("checked %d others", len(others))
}
