package app

import (
	"stafett/internal/core"
	"stafett/internal/expr"
)

// Handover is one entry of config/handover.json (DESIGN.md section 5). In every map the key is
// the target's and the value the source's.
type Handover struct {
	ID   string
	On   On
	When *expr.Expr
	To   core.AppRef
	// Into: nothing is made; what is mapped goes into an instance of the app To that is there.
	Into Into
	// DataType is the target's form data type; empty means the one of its first task.
	DataType string
	// DeliveryField is the field of that form that takes the delivery's id; empty for none.
	DeliveryField string
	Owner         HandoverOwner
	Prefill       []Mapping
	Rows          []RowMapping
	// Data maps the target's data types to the source's; PDFDataType is the submission's PDF.
	Data []DataMapping
	// DueInDays are calendar days from the submit; Due gives a date instead.
	DueInDays int
	Due       *expr.Expr
	// RemindBefore is how many days before what it asks for is due its owner is reminded.
	RemindBefore []int
	// Language is the target's language, and Unit the part of the organisation that is to have
	// it; nil for the source's language, and for none.
	Language, Unit *expr.Expr
	// File and Line tell where it stands, for findings.
	File string
	Line int
}

// Into says which instance takes what is mapped.
type Into string

// Where it can go.
const (
	// IntoNone: an instance is made.
	IntoNone Into = ""
	// IntoSource is the instance that this one came from; when that is of another app, nothing
	// is handed over.
	IntoSource Into = "source"
	// IntoThread is the newest one of the app in the same matter.
	IntoThread Into = "thread"
)

// On says when a handover or a report is set off: exactly one is set.
type On struct {
	// TaskStart and TaskEnd are task ids; TaskStart is for reports only. Action is a process
	// action by which a task is left.
	TaskStart, TaskEnd, Action string
	ProcessEnd                 bool
}

// Fits tells whether what has just happened sets it off.
func (o On) Fits(m Moment) bool {
	return o.TaskStart != "" && o.TaskStart == m.TaskStart ||
		o.TaskEnd != "" && o.TaskEnd == m.TaskEnd && !m.Abandoned ||
		o.Action != "" && o.Action == m.Action || o.ProcessEnd && m.ProcessEnd
}

// Moment is what has just happened to an instance: it left a task by an action ("" for the task's
// own way on) and entered another, or came to its end.
type Moment struct {
	TaskEnd, Action, TaskStart string
	ProcessEnd                 bool
	// Abandoned tells that the task was given up, not completed.
	Abandoned bool
}

// HandoverOwner says who will own the target: exactly one is set.
type HandoverOwner struct {
	OrganisationNumber, PersonNumber *expr.Expr
	// Source: the owner of the instance that started the chain.
	Source bool
}

// Mapping is one value: target path and the expression that gives it.
type Mapping struct {
	Target string
	Value  *expr.Expr

	line int
	// kind is the schema type that the value is known to have; empty where it is not known.
	kind string
}

// Line is where the mapping stands in the handover's file.
func (m Mapping) Line() int { return m.line }

// RowMapping copies the rows of a repeating group, or makes one row of the form itself where From
// is empty; Fields are evaluated in each row, and a
// plain text in handover.json is a path within the row.
type RowMapping struct {
	Target, From string
	Fields       []FieldMapping
	Rows         []RowMapping

	line int
}

// Line is where the mapping stands in the handover's file.
func (m RowMapping) Line() int { return m.line }

// FieldMapping is one field of a row: both are paths within the row.
type FieldMapping struct {
	Target, Source string

	line int
}

// DataMapping copies attachments of one data type to another; of a form data type, the whole
// document as it is.
type DataMapping struct {
	Target, Source string
	// Tag takes only the attachments that are marked with it; empty takes all.
	Tag string

	line int
}

// Report is what a receiving app tells the source when it gets somewhere.
type Report struct {
	// ID is "report" and its place in the file, from 1.
	ID   string
	On   On
	When *expr.Expr
	// Substatus holds text keys.
	Substatus core.Substatus
	// ExpectedInDays tells when an answer is expected, in days from the moment; 0 says nothing.
	ExpectedInDays int
}
