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
	// DeliveryParked: stopped, until a person tries again.
	DeliveryParked DeliveryState = "parked"
)

// Delivery is one handover of one source instance: what people see of it.
type Delivery struct {
	ID     uuid.UUID
	Source InstanceRef
	// Handover is the id in the source app's handover.json.
	Handover string
	To       AppRef
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
	// Target is the instance that was made; nil until delivered.
	Target    *InstanceRef
	Created   time.Time
	NextTry   *time.Time
	Delivered *time.Time
	// WithoutPDF tells that the target was made without the submission's PDF.
	WithoutPDF bool
}

// Attempt is one try of a delivery.
type Attempt struct {
	Number  int
	At      time.Time
	Outcome string
	// Code and Detail as in Delivery.
	Code, Detail string
	// Milliseconds from the start of the attempt to its outcome.
	Milliseconds int64
}

// Frozen is what a delivery carries: fixed in the submit's own transaction, so that a later
// change of the source can never change what is handed over.
type Frozen struct {
	// DataType is the target's form data type.
	DataType string `json:"dataType"`
	// Document is the target's form data, mapped from the source.
	Document Document `json:"document"`
	// Parts are the attachments, in order.
	Parts []FrozenPart `json:"parts"`
	// PDFType is the target's data type for the submission's PDF; empty when none is wanted.
	PDFType  string     `json:"pdfType,omitempty"`
	Language string     `json:"language"`
	Due      *time.Time `json:"due,omitempty"`
	// Submitted is when the source was submitted.
	Submitted time.Time `json:"submitted"`
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
}

// Kind names the job for River.
func (DeliverArgs) Kind() string { return "deliver" }
