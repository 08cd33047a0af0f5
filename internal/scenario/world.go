package scenario

import (
	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
)

// World is where a scenario is played: in memory, or the whole program. What people may not do is
// a fault of kind Forbidden.
type World interface {
	// Start makes a draft for the actor, owned by the party that they act for.
	Start(a core.Actor, ref core.AppRef, language string) (uuid.UUID, error)
	// Fill fills in a form and keeps what can be kept; what cannot is told.
	Fill(a core.Actor, at uuid.UUID, language string, f app.Filling) ([]form.Issue, error)
	// Do takes an action, and all that comes of it by itself; the form's answers may stop it.
	Do(a core.Actor, at uuid.UUID, language, action string) ([]form.Issue, error)
	// Seen gives every instance there is, in the order in which they came into being.
	Seen() ([]Seen, error)
	// May tells whether the actor may take an action where the instance stands; MayInbox whether
	// it stands in the list of cases that they are given.
	May(a core.Actor, at uuid.UUID, action string) (bool, error)
}

// MayInbox is what stands for a place in the inbox among what people may do.
const MayInbox = "inbox"

// Seen is an instance with its content.
type Seen struct {
	Instance core.Instance
	Data     map[string]core.Document
	Elements []core.DataElement
}

// Unanswered is the error of an answer that no question takes.
type Unanswered struct {
	app.Place
	Path, Why string
}

// Error tells which, and why.
func (e *Unanswered) Error() string { return e.Path + ": " + e.Why }
