package core

import (
	"time"

	"github.com/google/uuid"
)

// NoteKind tells what a note on a case is about.
type NoteKind string

// The kinds of note.
const (
	// NotePlain is only what is written.
	NotePlain NoteKind = "note"
	// NoteHold says why a case waits for the applicant, NoteDue why its deadline was changed.
	NoteHold NoteKind = "hold"
	NoteDue  NoteKind = "due"
)

// CaseNote is what a colleague has written about a case, for colleagues alone. It is never
// changed.
type CaseNote struct {
	ID         uuid.UUID
	Instance   InstanceRef
	Kind       NoteKind
	Author     PartyID
	AuthorName string
	Text       string
	// Day is what a hold lasts to, or the new deadline; nil for a plain note.
	Day *time.Time
	At  time.Time
}
