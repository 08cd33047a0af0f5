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
	// Note is the note that says why a wait begins that somebody begins by hand; not read back. Task is where
	// the case waits for the answer to what the step there asked; empty for a wait by hand.
	Note           uuid.UUID
	Task           string
	Started, Until time.Time
	// Ended is when it ended; nil while it lasts.
	Ended *time.Time
	// DueBefore is the deadline that the case had, DueAfter what it became; nil for none.
	DueBefore, DueAfter *time.Time
}

// CaseCheck is an item of a checklist that has been ticked.
type CaseCheck struct {
	Item   string
	Person PartyID
	Name   string
	At     time.Time
}

// CaseDuplicate links a case to the one that it is the same as.
type CaseDuplicate struct{ Case, Original uuid.UUID }

// Unit is a part of an organisation that cases are given to. Org is the service owner's code, Name
// what it is called, also to applicants, and Roles those that its people hold.
type Unit struct {
	Org, Name string
	Roles     []string
}
