package app

import (
	"stafett/internal/core"
	"stafett/internal/expr"
)

// Handover is one entry of config/handover.json (DESIGN.md section 5). In every map the key is
// the target's and the value the source's.
type Handover struct {
	ID string
	// OnTaskEnd or OnProcessEnd says when; OnTaskEnd is a task id.
	OnTaskEnd    string
	OnProcessEnd bool
	When         *expr.Expr
	To           core.AppRef
	// DataType is the target's form data type; empty means the one of its first task.
	DataType string
	Owner    HandoverOwner
	Prefill  []Mapping
	Rows     []RowMapping
	// Data maps the target's data types to the source's; PDFDataType is the submission's PDF.
	Data      []DataMapping
	DueInDays int
	// File and Line tell where it stands, for findings.
	File string
	Line int
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

// RowMapping copies the rows of a repeating group; Fields are evaluated in each row, and a
// plain text in handover.json is a path within the row.
type RowMapping struct {
	Target, From string
	Fields       []FieldMapping
	Rows         []RowMapping

	line int
}

// FieldMapping is one field of a row: both are paths within the row.
type FieldMapping struct {
	Target, Source string

	line int
}

// DataMapping copies attachments of one data type to another.
type DataMapping struct {
	Target, Source string

	line int
}

// Report is what a receiving app tells the source when it gets somewhere.
type Report struct {
	// OnTaskStart, OnTaskEnd or OnProcessEnd says when.
	OnTaskStart, OnTaskEnd string
	OnProcessEnd           bool
	// Substatus holds text keys or texts.
	Substatus core.Substatus
}
