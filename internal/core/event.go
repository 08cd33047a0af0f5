package core

import (
	"time"

	"github.com/google/uuid"
)

// Outcome tells how a thing that was asked for ended.
type Outcome string

// The outcomes of an audited act.
const (
	OutcomeDone    Outcome = "done"
	OutcomeRefused Outcome = "refused"
)

// The acts that audit lines name. An app's own actions are written as they are.
const (
	ActLogin       = "login"
	ActLogout      = "logout"
	ActChangeParty = "party"
	ActInstantiate = "instantiate"
	ActRead        = "read"
	ActList        = "list"
	ActSearch      = "search"
	ActWrite       = "write"
	ActUpload      = "upload"
	ActDownload    = "download"
	ActPrint       = "print"
	ActRemove      = "remove"
	ActDelete      = "delete"
	// ActRestore: a draft that was deleted was taken back.
	ActRestore = "restore"
	ActSubmit  = "submit"
	ActNext    = "next"
	ActTake    = "take"
	ActRelease = "release"
	// ActAssign gives a case to a colleague.
	ActAssign = "assign"
	// ActNote: a note for colleagues was written.
	ActNote = "note"
	// ActHold: a case was set to wait for its applicant; ActResume: it waits no more.
	ActHold   = "hold"
	ActResume = "resume"
	// ActDue: a deadline was set by hand.
	ActDue = "due"
	// ActSnooze: a person put a case off for themselves; ActWake took that back.
	ActSnooze = "snooze"
	ActWake   = "wake"
	// ActLabel: a case was marked with a word; ActUnlabel: it was taken off.
	ActLabel   = "label"
	ActUnlabel = "unlabel"
	// ActCheck: an item of a case's checklist was ticked; ActUncheck: that was taken back.
	ActCheck   = "check"
	ActUncheck = "uncheck"
	// ActDuplicate: a case was linked to the one that it is the same as; ActUnduplicate: no more.
	ActDuplicate   = "duplicate"
	ActUnduplicate = "unduplicate"
	// ActUnit: a case was given to a part of the organisation.
	ActUnit = "unit"
	// ActSeen: a person marked a case as read without opening it; ActUnseen: as unread.
	ActSeen    = "seen"
	ActUnseen  = "unseen"
	ActDeliver = "deliver"
	ActRetry   = "retry"
	// ActGiveUp: an administrator ended a delivery.
	ActGiveUp  = "giveup"
	ActReport  = "report"
	ActReceive = "receive"
	// ActCorrect is the applicant beginning a new version, ActCorrected its coming to an instance
	// that was made of the old one; so with ActWithdraw and ActWithdrawn.
	ActCorrect   = "correct"
	ActCorrected = "corrected"
	ActWithdrawn = "withdrawn"
	ActGrant     = "grant"
	ActWithdraw  = "withdraw"
	// ActAsk is a person asking for a role, ActDecline an administrator saying no.
	ActAsk       = "ask"
	ActDecline   = "decline"
	ActAdmin     = "admin"
	ActLog       = "log"
	ActExport    = "export"
	ActSubstatus = "substatus"
	ActComplete  = "complete"
	ActValues    = "values"
	ActTag       = "tag"
	ActExchange  = "exchange"
	// ActSubscribe: something was done with a subscription to events.
	ActSubscribe = "subscribe"
	// ActSay and ActHear: a message was written, and came.
	ActSay  = "say"
	ActHear = "hear"
	// ActStop: a message was stopped before it left. ActStepBack: so was what a step of the process
	// had set off, and the step was taken back.
	ActStop     = "stop"
	ActStepBack = "stepback"
	// ActUnanswered: what was asked for was not answered in time.
	ActUnanswered = "unanswered"
)

// Event is one audit line: who did or asked for what, for whom, and how it ended. Lines are
// append-only and hold no content of a case and no person number.
type Event struct {
	ID int64
	At time.Time
	// Actor is the person; zero for an organisation's token and for the program itself.
	Actor     PartyID
	ActorKind ActorKind
	ActorName string
	// OrganisationNumber is the token's organisation; empty for persons.
	OrganisationNumber string
	// Party is the party whose data or roles the act was about: the instance owner, or the
	// organisation that is administered.
	Party PartyID
	App   AppRef
	// Instance is uuid.Nil for acts that are not about one instance.
	Instance uuid.UUID
	// Reference is the instance's; only a list of a party's lines gives it.
	Reference string
	Task      string
	Act       string
	Outcome   Outcome
	// Purpose is the role that opened the door, or the reason that was typed.
	Purpose string
	// Detail holds codes, field paths and data element ids; never values. Of a list it tells how
	// many rows were shown, and the shape of what was asked for without its words.
	Detail map[string]string
	// Request is the id of the HTTP request, Session the short mark of the session or token.
	Request, Session string
}

// Opening tells the owner of a matter that an organisation has opened it on a day, under one
// role. Who it was is not told.
type Opening struct {
	// App is the app that was opened in; its role Role is the purpose. Both are empty for a system.
	App  AppRef
	Role string
	// Organisation is the name; empty for one that is not in the register.
	Organisation, OrganisationNumber string
	Times                            int
	Last                             time.Time
}
