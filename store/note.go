package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const addNote = `
INSERT INTO case_note (instance, id, owner, kind, person, author, body, day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// The case is unread for whoever is named, as it is when it has changed hands.
const addMentions = `
WITH named AS (
    INSERT INTO case_mention (instance, note, person, owner)
    SELECT $1, $2, named.person, $3
    FROM unnest($4::bigint[]) AS named (person)
    ON CONFLICT DO NOTHING
)
SELECT unsee($1, $4::bigint[])`

// AddNote keeps a note, with who is named in it. One that is there already ends the transaction
// in fault.Conflict.
func (tx *Tx) AddNote(_ context.Context, n core.CaseNote, named ...core.PartyID) error {
	tx.queue("add note", addNote, n.Instance.ID, n.ID, n.Instance.Owner, n.Kind, n.Author,
		n.AuthorName, n.Text, n.Day)
	if len(named) > 0 {
		tx.queue("add mentions", addMentions, n.Instance.ID, n.ID, n.Instance.Owner, named)
	}
	return nil
}

// noteLimit is how many notes of a case are shown.
const noteLimit = 200

const notesOf = `
SELECT n.id, n.kind, n.person, n.author, n.body, n.day, n.at
FROM case_note AS n
WHERE n.instance = $1
ORDER BY n.at DESC, n.id DESC
LIMIT $2`

// Notes gives the latest notes on a case, newest first. It decides nothing: the reader may read
// the case.
func (tx *Tx) Notes(ctx context.Context, ref core.InstanceRef) ([]core.CaseNote, error) {
	scan := func(row pgx.CollectableRow) (core.CaseNote, error) {
		n := core.CaseNote{Instance: ref}
		err := row.Scan(&n.ID, &n.Kind, &n.Author, &n.AuthorName, &n.Text, &n.Day, &n.At)
		return n, err
	}
	return many(ctx, tx, scan, "notes", notesOf, ref.ID, noteLimit)
}

const seeMentions = `
UPDATE case_mention AS m
SET seen = true
WHERE m.instance = $1 AND m.person = $2 AND NOT m.seen`

// SeeMentions notes that the person has opened a case in which they are named.
func (tx *Tx) SeeMentions(_ context.Context, instance uuid.UUID, person core.PartyID) error {
	tx.queue("see mentions", seeMentions, instance, person)
	return nil
}
