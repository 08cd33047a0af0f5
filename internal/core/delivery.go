package core

import (
	"time"

	"github.com/google/uuid"
)

// DeliveryState is how far a handover has come.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting   DeliveryState = "waiting"
	DeliveryDelivered DeliveryState = "delivered"
	// DeliveryParked: stopped, until a person tries again or gives up.
	DeliveryParked DeliveryState = "parked"
	// DeliveryGivenUp: ended by a person, with a reason.
	DeliveryGivenUp DeliveryState = "given_up"
)

// DeliveryKind is what a delivery does at its target.
type DeliveryKind string

// The kinds of delivery.
const (
	// DeliveryMakes makes an instance.
	DeliveryMakes DeliveryKind = "instance"
	// DeliveryAdds adds data to an instance that is there already.
	DeliveryAdds DeliveryKind = "data"
	// DeliveryReports tells an instance how what came of it goes.
	DeliveryReports DeliveryKind = "report"
	// DeliveryCorrects brings a new version of what an instance was made from.
	DeliveryCorrects DeliveryKind = "correction"
	// DeliveryWithdraws tells that what an instance was made from is taken back.
	DeliveryWithdraws DeliveryKind = "withdrawal"
	// DeliverySays brings a message to the other side.
	DeliverySays DeliveryKind = "message"
)

// Delivery is one handover of one source instance: what people see of it.
type Delivery struct {
	ID     uuid.UUID
	Source InstanceRef
	Kind   DeliveryKind
	// Handover is the id in the source app's handover.json.
	Handover string
	// Round is the source's version when it was planned: the same handover of the same instance
	// can happen again, such as asking for more twice, but only once in one step.
	Round int
	To    AppRef
	// OwnerNumber is the organisation number that will own the target; empty for a person.
	OwnerNumber string
	// Owner is the party that will own the target instance.
	Owner     PartyID
	Reference string
	State     DeliveryState
	// Attempts counts tries so far; it is also the fence: only the attempt that holds the
	// number may write the outcome.
	Attempts int
	// ErrorCode and ErrorDetail tell why the last attempt failed: a code, a status, field
	// paths; never a value from the case.
	ErrorCode, ErrorDetail string
	// Said is what the target said about it in its own words, when nothing of the case is in it.
	Said string
	// Target is the instance that was made; nil until delivered.
	Target    *InstanceRef
	Created   time.Time
	NextTry   *time.Time
	Delivered *time.Time
	// NotBefore is when it may be tried first; nil is at once.
	NotBefore *time.Time
	// GivenUp is when a person ended it, with GivenUpWhy; both are kept when it is tried again.
	GivenUp    *time.Time
	GivenUpWhy string
	// WithoutPDF tells that the target was made without the submission's PDF.
	WithoutPDF bool
	// After is the delivery that must have come through first: this one goes to its target; zero
	// for none.
	After uuid.UUID
	// Unanswered is when a target without idempotency keys was last asked and has not told what
	// came of it; nil when there is nothing to find out.
	Unanswered *time.Time
}

// Attempt is one try of a delivery.
type Attempt struct {
	Number  int
	At      time.Time
	Outcome string
	// Code, Detail and Said as in Delivery.
	Code, Detail, Said string
	// Milliseconds from the start of the attempt to its outcome.
	Milliseconds int64
	// PDF and Token are milliseconds from its start until the PDF and the token were at hand; nil
	// when it had none or did not get so far.
	PDF, Token *int64
	// Certain tells that nothing can have been made by it.
	Certain bool
}

// DeliveryTimes is when what a delivery is about happened; nil for what has not, or is not known.
type DeliveryTimes struct {
	// Submitted is when the matter was sent in, for the first deliveries of a matter.
	Submitted *time.Time
	// Made is when the target came to be, where that is in this installation.
	Made *time.Time
	// Opened is when one who works at the organisation that owns the target first opened it after
	// that.
	Opened *time.Time
}

// Frozen is what a delivery carries: fixed in the submit's own transaction, so that a later
// change of the source can never change what is handed over.
type Frozen struct {
	// DataType is the target's form data type.
	DataType string `json:"dataType"`
	// Document is the target's form data, mapped from the source.
	Document Document `json:"document"`
	// Documents are further form data, each whole and as it is, by the target's data type.
	Documents map[string]Document `json:"documents,omitempty"`
	// Parts are the attachments, in order.
	Parts []FrozenPart `json:"parts"`
	// PDFType is the target's data type for the submission's PDF; empty when none is wanted.
	PDFType  string     `json:"pdfType,omitempty"`
	Language string     `json:"language"`
	Due      *time.Time `json:"due,omitempty"`
	// Submitted is when the source was submitted.
	Submitted time.Time `json:"submitted"`
	// Unit is the part of the organisation that is to have the target; empty for none.
	Unit string `json:"unit,omitempty"`
	// Thread is the instance that began it all; of its app only the organisation matters.
	Thread InstanceRef `json:"thread,omitzero"`
	// Into is the instance that this goes into; nil when one is made.
	Into *InstanceRef `json:"into,omitempty"`
	// Report is what is told; nil for a handover.
	Report *Report `json:"report,omitempty"`
	// From is the instance that the target belongs to, where that is not the one that is sent: the
	// first version.
	From *InstanceRef `json:"from,omitempty"`
	// Correction and Withdrawal are set for those kinds of delivery.
	Correction *NewVersion `json:"correction,omitempty"`
	Withdrawal *Withdrawal `json:"withdrawal,omitempty"`
	// Message is what is said; nil for what is no message.
	Message *Message `json:"message,omitempty"`
	// RemindBefore is how many days before Due its owner is reminded.
	RemindBefore []int `json:"remindBefore,omitempty"`
}

// Held gives all attachments that the target has when the delivery has come through.
func (f Frozen) Held() []FrozenPart {
	if f.Correction != nil {
		return f.Correction.Files
	}
	return f.Parts
}

// Report is what an app tells the instance that it came from: how it goes.
type Report struct {
	Substatus
	// Moment orders reports: an older one that comes late changes nothing.
	Moment time.Time `json:"moment"`
}

// FrozenPart is one attachment of a delivery.
type FrozenPart struct {
	DataType    string    `json:"dataType"`
	Upload      uuid.UUID `json:"upload"`
	Filename    string    `json:"filename"`
	ContentType string    `json:"contentType"`
	Size        int64     `json:"size"`
	SHA256      []byte    `json:"sha256"`
}

// DeliverArgs is the job that delivers one handover. It carries an id only: a job row holds no
// personal data.
type DeliverArgs struct {
	Delivery uuid.UUID `json:"delivery"`
	// Tells is set for what only tells how a case goes.
	Tells bool `json:"-"`
}

// Kind names the job for River.
func (DeliverArgs) Kind() string { return "deliver" }

// Later tells that the job goes after others where both wait: after an outage caseworkers have all
// that was sent before each applicant is told that it has come.
func (a DeliverArgs) Later() bool { return a.Tells }
