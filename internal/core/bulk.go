package core

import (
	"time"

	"github.com/google/uuid"
)

// BulkAct is what is done with many cases at once.
type BulkAct string

// What can be done with many cases at once, in the order in which it is offered.
const (
	BulkTake    BulkAct = "take"
	BulkAssign  BulkAct = "assign"
	BulkRelease BulkAct = "release"
	BulkTag     BulkAct = "tag"
	BulkUntag   BulkAct = "untag"
	BulkHold    BulkAct = "hold"
	BulkRead    BulkAct = "read"
	BulkUnread  BulkAct = "unread"
)

// BulkActs are all of them.
var BulkActs = []BulkAct{
	BulkTake, BulkAssign, BulkRelease, BulkTag, BulkUntag, BulkHold, BulkRead, BulkUnread,
}

// Asks tells whether more must be said than the act: to whom, which word, until when.
func (a BulkAct) Asks() bool {
	return a == BulkAssign || a == BulkTag || a == BulkUntag || a == BulkHold
}

// Bulk is one thing that a person does with many cases of an organisation.
type Bulk struct {
	ID            uuid.UUID
	Owner, Person PartyID
	Act           BulkAct
	// List is the query of the list that the cases were chosen in, Left how many more it has at
	// least than are done at once.
	List string
	Left int
	// Given tells that all that the act asks for is said: To whom the cases are given, the Tag, or
	// the day Until which they wait, for a Reason, which is kept until it is done.
	Given       bool
	To          PartyID
	Tag, Reason string
	Until       *time.Time
	// Ran is when it was begun, Undone when it was taken back; nil for not.
	Ran, Undone *time.Time
}

// BulkOutcome is what became of one case.
type BulkOutcome string

// What becomes of a case. Nothing is said of one whose turn has not come.
const (
	// BulkDone: it was done; in an undo: taken back.
	BulkDone BulkOutcome = "done"
	// BulkSame: it was so already, and nothing was done.
	BulkSame BulkOutcome = "same"
	// BulkNot: it was refused.
	BulkNot BulkOutcome = "not"
)

// BulkResult is what became of one case, and why when it was refused: a key of a text, with what
// fills it.
type BulkResult struct {
	Outcome BulkOutcome
	Why     string
	WhyArgs []string
}

// BulkRow is one of the cases, N its place among them.
type BulkRow struct {
	N    int
	Case uuid.UUID
	BulkResult
	// At is when it was done, Before who had the case then, and Version the one that it left.
	At      time.Time
	Before  PartyID
	Version int
	// Undo is what became of it when all was taken back.
	Undo BulkResult
}

// Undoable tells whether it was done and has not been taken back.
func (r BulkRow) Undoable() bool { return r.Outcome == BulkDone && r.Undo.Outcome == "" }

// Pending tells whether its turn has not come.
func (r BulkRow) Pending() bool { return r.Outcome == "" }
