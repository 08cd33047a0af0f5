package core

import (
	"time"

	"github.com/google/uuid"
)

// The types of events that systems are told of. Those of a task carry its id at the end.
const (
	EventCreated   = "app.instance.created"
	EventMovedTo   = "app.instance.process.movedTo."
	EventCompleted = "app.instance.process.completed"
	EventSubstatus = "app.instance.substatus.changed"
	EventSaved     = "app.instance.saved"
	EventConfirmed = "app.instance.confirmed"
	EventWithdrawn = "app.instance.withdrawn"
	EventDeleted   = "app.instance.deleted"
	EventSent      = "app.instance.message.sent"
	EventReceived  = "app.instance.message.received"
	// EventValidate asks a new subscriber whether it is there; EventTest is sent when somebody asks.
	EventValidate = "platform.events.validatesubscription"
	EventTest     = "platform.events.test"
)

// EventPlace is a place in the order of events: after the event with this number, in this
// transaction. The zero value is before every event.
type EventPlace struct {
	Xact uint64
	N    int64
}

// InstanceEvent is a change of an instance that systems are told of. It holds ids and codes only.
type InstanceEvent struct {
	ID       uuid.UUID
	Place    EventPlace
	At       time.Time
	Type     string
	Instance InstanceRef
	// OrganisationNumber is the owner's; empty for a person.
	OrganisationNumber string
}

// SubscriptionState tells how a subscription stands.
type SubscriptionState string

// The states of a subscription: its endpoint has not answered yet; it is told; it stands still
// until somebody sets it going; it is over.
const (
	SubscriptionValidating SubscriptionState = "validating"
	SubscriptionActive     SubscriptionState = "active"
	SubscriptionParked     SubscriptionState = "parked"
	SubscriptionEnded      SubscriptionState = "ended"
)

// Subscription is a service owner's wish to be told of events by webhook. Empty filters narrow
// nothing.
type Subscription struct {
	ID                      int64
	Org, OrganisationNumber string
	Endpoint                string
	// SourceFilter is the beginning of an event's source; App the name of one of the service owner's
	// apps; TypeFilter an event's type; Owner an instance owner.
	SourceFilter, App, TypeFilter string
	Owner                         PartyID
	Secret                        []byte
	State                         SubscriptionState
	Created                       time.Time
	// After is how far it has been told.
	After EventPlace
	// Attempts counts those at the next event; Failing is since when, nil for not at all.
	Attempts int
	Failing  *time.Time
	NextTry  time.Time
	// Code is why the last attempt failed, or why it stands still; empty when it goes well.
	Code string
	// SetAside is how many events have been set aside since somebody last set it going, InRow how many
	// of them since an event was last taken.
	SetAside, InRow int
	// Fence is the number of the lease under which it was read.
	Fence int
}

// SubscriptionAttempt is one attempt to tell a subscriber of an event.
type SubscriptionAttempt struct {
	ID           int64
	At           time.Time
	Event        uuid.UUID
	Type         string
	Number       int
	Code         string
	Milliseconds int64
	// SetAside tells that the event is not tried again, and that the next ones are told of.
	SetAside bool
}
