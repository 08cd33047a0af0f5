package core

import (
	"time"

	"github.com/google/uuid"
)

// Message is a text between an applicant and those who work on the case, as it travels from one
// side to the other.
type Message struct {
	ID uuid.UUID `json:"id"`
	// From is the applicant's name; of a case, the unit that has it, or empty. A caseworker's
	// name does not travel.
	From string `json:"from,omitempty"`
	Text string `json:"text"`
}

// KeptMessage is one side's own copy of a message. It belongs to the instance, and goes with it.
type KeptMessage struct {
	Message
	Instance InstanceRef
	// Sent tells that it was written here; otherwise it came from the other side.
	Sent bool
	// Other is the instance at the other end.
	Other InstanceRef
	// At is when it was written or came.
	At time.Time
	// Unread tells that nobody has seen it on the owner's behalf. Cases have a mark of their own.
	Unread bool
	// Leaves is when a sent one leaves the house, while it can be stopped; nil afterwards.
	Leaves *time.Time
	// State is how far a sent one has come; GivenUpWhy why it was given up.
	State      DeliveryState
	GivenUpWhy string
	// Title and Reference are the instance's, in lists.
	Title, Reference string
}

// MessageStopped is the state of a message that was stopped before it left.
const MessageStopped DeliveryState = "stopped"

// UnreadMessages tells how many messages wait for an owner in one app's instances.
type UnreadMessages struct {
	Owner PartyID
	App   AppRef
	Count int
}

// NoticeKind is what a notice is about.
type NoticeKind string

// The kinds of notice.
const (
	// NoticeMessage: a message has come.
	NoticeMessage NoticeKind = "message"
	// NoticeRequest: something is to be filled in; NoticeReminder: it is due soon.
	NoticeRequest  NoticeKind = "request"
	NoticeReminder NoticeKind = "reminder"
	// NoticeLetter: a letter has come.
	NoticeLetter NoticeKind = "letter"
	// NoticeUnanswered goes to no person: it tells a case that what it asked for was not answered
	// in time.
	NoticeUnanswered NoticeKind = "unanswered"
	// NoticeExpiring: a draft is deleted soon, unless it is changed.
	NoticeExpiring NoticeKind = "expiring"
	// NoticeHeld goes to no person: it ends a case's wait for its applicant.
	NoticeHeld NoticeKind = "held"
)

// NoticeState is what has become of a notice.
type NoticeState string

// The states of a notice.
const (
	NoticeWaiting NoticeState = "waiting"
	NoticeSent    NoticeState = "sent"
	// NoticeDropped: when its time came there was nothing to tell any more.
	NoticeDropped NoticeState = "dropped"
	// NoticeFailed: it could not be sent, or there is no address to send it to.
	NoticeFailed NoticeState = "failed"
)

// Notice is something to be told at a time. It has no content of its own.
type Notice struct {
	ID       uuid.UUID
	Instance uuid.UUID
	Kind     NoticeKind
	// At is when it is to be told; zero is at once.
	At time.Time
	// Delivery is the request that a NoticeUnanswered waits for the answer to.
	Delivery uuid.UUID
}

// NoticeArgs is the job that sends one notice. It carries an id only.
type NoticeArgs struct {
	Notice uuid.UUID `json:"notice"`
}

// Kind names the job for River.
func (NoticeArgs) Kind() string { return "notice" }
