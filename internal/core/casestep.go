package core

import (
	"time"

	"github.com/google/uuid"
)

// CaseStep is the last step that a person took a case on by, for as long as it can be taken back.
type CaseStep struct {
	// Version is the instance as the step left it.
	Version int
	Person  PartyID
	// Task is the task that was left, and Action the process action; empty for the task's own way on.
	Task, Action string
	// Letters are how many deliveries the step set off. They leave at Until, and not before.
	Letters   int
	At, Until time.Time
	Before    CaseBefore
}

// CaseBefore is what a step changed, as it was.
type CaseBefore struct {
	Task      string     `json:"task"`
	TaskType  string     `json:"taskType"`
	Status    Status     `json:"status"`
	Substatus *Substatus `json:"substatus,omitempty"`
	Due       *time.Time `json:"due,omitempty"`
	HoldUntil *time.Time `json:"holdUntil,omitempty"`
	Answered  *time.Time `json:"answered,omitempty"`
	// Documents are the form documents that the step cleaned, by data type, and Entries those of
	// subforms.
	Documents map[string]Document `json:"documents,omitempty"`
	Entries   []HeldEntry         `json:"entries,omitempty"`
	// Locked are the elements that were locked, and Added those that the step made.
	Locked []uuid.UUID `json:"locked,omitempty"`
	Added  []uuid.UUID `json:"added,omitempty"`
}
