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

// CaseHold is one time that a case has waited for its applicant. While it does the clock stops:
// the deadline is moved by as many days.
type CaseHold struct {
	// Note is the note that says why.
	Note           uuid.UUID
	Started, Until time.Time
	// Ended is when it ended; nil while it lasts.
	Ended *time.Time
	// DueBefore is the deadline that the case had, DueAfter what it became; nil for none.
	DueBefore, DueAfter *time.Time
}
