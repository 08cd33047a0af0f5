package core

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// AppRef names an app: the service owner's code and the app's own name, as in addresses.
type AppRef struct {
	Org, App string
}

// String gives "org/app".
func (r AppRef) String() string { return r.Org + "/" + r.App }

// InstanceRef is an instance's full address. All four parts must fit together: a reference
// whose owner or app is another's names nothing (SECURITY.md P02).
type InstanceRef struct {
	AppRef
	Owner PartyID
	ID    uuid.UUID
}

// String gives Altinn's instance id: "owner party/guid", as the installation that has it knows the
// owner.
func (r InstanceRef) String() string {
	return strconv.FormatInt(max(int64(r.Owner), -int64(r.Owner)), 10) + "/" + r.ID.String()
}

// Status is where an instance stands as people see it; the process holds the exact task.
type Status string

// The statuses of an instance.
const (
	// StatusDraft: being filled in by its owner.
	StatusDraft Status = "draft"
	// StatusActive: in the hands of its owner organisation's caseworkers.
	StatusActive Status = "active"
	// StatusArchived: its process has ended; nothing can be changed.
	StatusArchived Status = "archived"
)

// ProcessState is where an instance is in its process.
type ProcessState struct {
	Started time.Time
	// Task is the id of the current task; empty when ended.
	Task string
	// TaskType is Altinn's task type of the current task: data, confirmation, …
	TaskType string
	// TaskSince is when the current task was entered.
	TaskSince time.Time
	// EndEvent is the id of the end event that was reached; empty until then.
	EndEvent string
	Ended    *time.Time
}

// Substatus is a short text about how an instance goes: text keys or plain text, as Altinn has
// it, and what another app has reported besides.
type Substatus struct {
	Label       string `json:"label"`
	Description string `json:"description,omitempty"`
	// Texts are the same in each language that the reporting app has.
	Texts map[string]SubstatusText `json:"texts,omitempty"`
	// Expected is when an answer is expected; nil when that was not told.
	Expected *time.Time `json:"expected,omitempty"`
	// Ended tells that the work on it is over.
	Ended bool `json:"ended,omitempty"`
	// Reported is the moment that was reported; nil for what was set otherwise.
	Reported *time.Time `json:"reported,omitempty"`
}

// SubstatusText is a substatus in one language.
type SubstatusText struct {
	Label       string `json:"label"`
	Description string `json:"description,omitempty"`
}

// In gives the texts in a language; where that is missing, those without one.
func (s Substatus) In(lang string) SubstatusText {
	if t, ok := s.Texts[lang]; ok {
		return t
	}
	return SubstatusText{Label: s.Label, Description: s.Description}
}

// FoundIn tells the language of the texts that In gives for one; the same where it cannot be told.
func (s Substatus) FoundIn(lang string) string {
	given := s.In(lang)
	for _, l := range append([]string{lang}, slices.Sorted(maps.Keys(s.Texts))...) {
		if s.Texts[l] == given {
			return l
		}
	}
	return lang
}

// Thread names the instance that a matter began with.
type Thread struct {
	ID    uuid.UUID
	Owner PartyID
}

// Instance is one filled-in form or one case: what the lists show, without its form data.
type Instance struct {
	InstanceRef
	// AppVersion is the hash of the definition that the instance was made with.
	AppVersion string
	Process    ProcessState
	Status     Status
	// Version counts every change; a change must name the version that it was based on.
	Version int
	// Reference is NK-7F3K-92QD: set at submit, the same on receipt, case, inbox and letter.
	Reference string
	// Title and Applicant come from the app's presentation fields "title" and "applicant".
	Title, Applicant string
	// Source is the instance that this one was handed over from; nil for one that a person made.
	Source *InstanceRef
	// Thread is the beginning of the matter that this instance belongs to; zero for the one that
	// is the beginning itself.
	Thread Thread
	// DataValues are free key-values that the creator may set (Altinn's dataValues).
	DataValues map[string]string
	// LimitField is the data field by which access to the instance may be limited; empty for none.
	LimitField string
	Substatus  *Substatus
	// Corrects is the first version of what this instance is a later version of; zero for the
	// first version itself.
	Corrects uuid.UUID
	// Withdrawn is set when the applicant has taken back what they sent.
	Withdrawn *Withdrawal
	// Assignee is the caseworker who has taken the case; zero when nobody has.
	Assignee PartyID
	// AssigneeName is the assignee's name, for lists; empty when nobody has taken the case.
	AssigneeName string
	// PreparedBy are those who may not complete the task where the case stands, because they have
	// prepared it; nil where no second person is asked for.
	PreparedBy []PartyID
	// CreatedBy is the party that made the instance: a person, or the organisation.
	CreatedBy PartyID
	// Language is the applicant's language at submit.
	Language string
	// Due is when an answer is due (a date, ends 23.59 that day); nil when none is set.
	Due *time.Time
	// HoldUntil is until when the case waits for its applicant; nil when it does not.
	HoldUntil *time.Time
	// Answered is when the applicant answered what the case asks for where it stands; nil until then.
	Answered  *time.Time
	Created   time.Time
	Changed   time.Time
	Submitted *time.Time
	// Unread tells whether the actor who asked has not opened the instance since it changed hands.
	Unread bool
}

// Began gives the thread that the instance belongs to, or is the beginning of.
func (i Instance) Began() Thread {
	if i.Thread.ID == uuid.Nil {
		return Thread{ID: i.ID, Owner: i.Owner}
	}
	return i.Thread
}

// DataElement is one piece of an instance's data: a form's document or an attachment.
type DataElement struct {
	ID       uuid.UUID
	Instance uuid.UUID
	// Type is the data type's id in the app's metadata.
	Type        string
	ContentType string
	Filename    string
	// Size is in bytes.
	Size int64
	// SHA256 is of the content, 32 bytes; nil for form data, which changes.
	SHA256 []byte
	// Upload holds the chunks of an attachment; zero for form data.
	Upload  uuid.UUID
	Locked  bool
	Version int
	Created time.Time
	// Tags are what the person has marked a file with, values of an option list, or words that
	// the service owner's system has put on the element.
	Tags []string
	// Scan is what a virus scanner said of a file.
	Scan Scan
}

// Scan is what is known of a file from a virus scanner.
type Scan string

// What is known: a file in which something was found is never kept.
const (
	ScanNone  Scan = ""
	ScanClean Scan = "clean"
)

// Confirmation tells that an organisation's system is done with an instance.
type Confirmation struct {
	// Organisation is the service owner's code.
	Organisation string
	At           time.Time
}

// Document is form data: the JSON object of one form data element. Numbers are json.Number,
// so that what a person typed comes back as it was typed.
type Document map[string]any
