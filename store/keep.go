package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

const appendHere = `INSERT INTO upload_chunk (upload, n, data) VALUES ($1, $2, $3)`

// Keep stores a file that is made here, whole, in the transaction: an upload to be attached by
// AddElement. It is for small files; what people send is streamed, see BeginUpload.
func (tx *Tx) Keep(_ context.Context, data []byte) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("upload id: %w", err)
	}
	tx.queue("begin upload", beginUpload, id, actorMark(tx.actor))
	for n := 0; len(data) > 0; n++ {
		chunk := data[:min(len(data), ChunkSize)]
		tx.queue("append chunk", appendHere, id, n, chunk)
		data = data[len(chunk):]
	}
	return id, nil
}

const unlockElements = `
UPDATE element AS e
SET locked = false
WHERE e.instance = $1 AND e.type = ANY($2::text[]) AND e.locked`

// UnlockElements opens the instance's elements of these data types again: their task came back.
func (tx *Tx) UnlockElements(_ context.Context, instance uuid.UUID, types ...string) error {
	tx.queue("unlock elements", unlockElements, instance, types)
	return nil
}
