package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"stafett/internal/core"
)

// ChunkSize is the size of the pieces that a file is kept in, in bytes; the last may be shorter.
const ChunkSize = 256 << 10

const beginUpload = `INSERT INTO upload (id, taken_by) VALUES ($1, $2)`

// BeginUpload makes an empty upload that belongs to nothing yet.
func (s *Store) BeginUpload(ctx context.Context, a core.Actor) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("upload id: %w", err)
	}
	_, err = s.countAs(ctx, a, "begin upload", beginUpload, id, actorMark(a))
	return id, err
}

const appendChunk = `COPY upload_door (upload, n, data) FROM STDIN (FORMAT binary)`

// AppendChunk adds the nth piece, counted from 0, of at most ChunkSize bytes, in a transaction
// of its own, for who began the upload. The piece is sent from where it lies: nothing of its size
// is made on the way. An upload that is gone or attached, or a piece that is there already, is
// fault.Conflict.
func (s *Store) AppendChunk(
	ctx context.Context, a core.Actor, id uuid.UUID, n int, data []byte,
) error {
	return s.InTx(ctx, a, func(tx *Tx) error {
		return tx.copyIn(ctx, "append chunk", appendChunk, chunkRow(id, n, data))
	})
}

// chunkRow gives one row as COPY's binary format has it (PostgreSQL, COPY, "File Formats").
func chunkRow(id uuid.UUID, n int, data []byte) io.Reader {
	const signature, flags, extension, fields = "PGCOPY\n\xff\r\n\x00", 0, 0, 3
	head := []byte(signature)
	head = binary.BigEndian.AppendUint32(head, flags)
	head = binary.BigEndian.AppendUint32(head, extension)
	head = binary.BigEndian.AppendUint16(head, fields)
	head = binary.BigEndian.AppendUint32(head, uint32(len(id)))
	head = append(head, id[:]...)
	head = binary.BigEndian.AppendUint32(head, 4)
	head = binary.BigEndian.AppendUint32(head, uint32(n))
	head = binary.BigEndian.AppendUint32(head, uint32(len(data)))
	return io.MultiReader(bytes.NewReader(head), bytes.NewReader(data), strings.NewReader("\xff\xff"))
}

const dropUpload = `DELETE FROM upload AS u WHERE u.id = $1 AND NOT u.attached`

// DropUpload removes an upload of the actor's that is not attached; an attached one is left alone.
func (s *Store) DropUpload(ctx context.Context, a core.Actor, id uuid.UUID) error {
	_, err := s.countAs(ctx, a, "drop upload", dropUpload, id)
	return err
}

// Bounded, so that a day's rubbish is never one long transaction.
const cleanUploads = `
DELETE FROM upload AS u
WHERE u.id IN (
    SELECT o.id FROM upload AS o
    WHERE NOT o.attached AND o.created < now() - interval '1 hour'
    ORDER BY o.created
    LIMIT 500
    FOR UPDATE SKIP LOCKED
)`

// CleanUploads removes uploads that have belonged to nothing for an hour, 500 at most, and tells
// how many.
func (s *Store) CleanUploads(ctx context.Context) (int, error) {
	return s.countAs(ctx, core.System(), "clean uploads", cleanUploads)
}

// ReadUpload gives the content of an upload, read a piece at a time: no connection is held
// between pieces, however slow the reader is. An upload that does not exist gives ErrNoRow at
// the first read; one that is removed meanwhile, or that the actor does not stand for any more,
// gives io.ErrUnexpectedEOF. The caller has asked access about what the upload belongs to.
func (s *Store) ReadUpload(ctx context.Context, a core.Actor, id uuid.UUID) io.ReadCloser {
	return &uploadReader{ctx: ctx, store: s, actor: a, id: id}
}

type uploadReader struct {
	ctx    context.Context
	store  *Store
	actor  core.Actor
	id     uuid.UUID
	chunk  []byte
	rest   []byte
	next   int
	chunks int
	err    error
}

const chunkOf = `
SELECT c.data, (SELECT count(*) FROM upload_chunk AS a WHERE a.upload = $1)
FROM upload_chunk AS c
WHERE c.upload = $1 AND c.n = $2`

// Read gives the next bytes.
func (r *uploadReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 && r.err == nil {
		r.err = r.fetch()
	}
	if len(r.rest) == 0 {
		return 0, r.err
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *uploadReader) fetch() error {
	if r.next > 0 && r.next == r.chunks {
		return io.EOF
	}
	found := false
	err := r.store.as(r.ctx, r.actor, func(rows pgx.Rows) error {
		for rows.Next() {
			// The connection's own memory, copied into ours, which is used for every piece.
			var data pgtype.DriverBytes
			if err := rows.Scan(&data, &r.chunks); err != nil {
				return err
			}
			r.chunk, found = append(r.chunk[:0], data...), true
		}
		return rows.Err()
	}, "read upload", chunkOf, r.id, r.next)
	switch {
	case err != nil:
		return err
	case !found && r.next == 0:
		return fmt.Errorf("upload %s: %w", r.id, ErrNoRow)
	case !found:
		return io.ErrUnexpectedEOF
	}
	r.rest = r.chunk
	r.next++
	return nil
}

// Close lets go of what was read.
func (r *uploadReader) Close() error {
	r.chunk, r.rest, r.err = nil, nil, io.ErrClosedPipe
	return nil
}
