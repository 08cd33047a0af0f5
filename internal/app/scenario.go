package app

import (
	"encoding/json"

	"stafett/internal/core"
)

// Scenario is one file of an app's scenarios folder: a story that the service owner expects to go
// as it is written, from what people do to what comes of it. It is no part of what is served.
type Scenario struct {
	// Name says in a sentence what the scenario shows.
	Name  string
	Steps []*Act
	File  string
}

// Place is where something stands in a scenario's file.
type Place struct {
	File string
	Line int
}

// Act is one step of a scenario: a person starts an instance or opens one, fills in, and takes an
// action.
type Act struct {
	Place
	Who Who
	// For names the party that they act for; empty for themselves.
	For string
	// Start is the app that they start; zero when they open the instance At: one that was named by
	// Call, or the newest of an app ("org/app").
	Start    core.AppRef
	At, Call string
	// Language is the one that they read in.
	Language string
	Fill     Filling
	// Do is a process action, ActNext for the task's own way on, or empty to fill in only.
	Do     string
	Expect Expectation
}

// ActNext is the word for the task's own way on: what the button that sends does.
const ActNext = "next"

// Who is somebody: a person of the register, or a made-up one who holds a role.
type Who struct {
	Place
	// Person is a name in the register.
	Person string
	// Role is held at the party named Of; empty for the organisation that has the app.
	Role, Of string
	// Level is how securely they have signed in; 0 is as securely as one can.
	Level int
}

// Filling is what a person fills in.
type Filling struct {
	Answers []Answer
	// Rows tell how many rows lists are to have, outer ones before those in them.
	Rows  []RowCount
	Files []Attachment
}

// Answer is what is given at a field: one value, or several boxes that are ticked.
type Answer struct {
	Place
	Path   string
	Values []string
	// Number tells that it was written as a number, so that it has a full stop.
	Number bool
}

// RowCount is how many rows a list is to have.
type RowCount struct {
	Place
	Path  string
	Count int
}

// Attachment is a file that is attached, with made-up content.
type Attachment struct {
	Place
	// Field is the data type, or the path of the field that keeps the files of one row.
	Field, Name, Tag string
}

// Expectation is what is to come of an act. Nothing said is that the act is done.
type Expectation struct {
	// Refused are the fields that stop it; Forbidden that the person may not; Unasked that no
	// question takes one of the answers or files.
	Refused            []Refused
	Forbidden, Unasked bool
	// Makes are the instances that come into being by it, all of them; nil says nothing.
	Makes *[]Sight
	// Then are looks at instances afterwards.
	Then []Sight
}

// Refused is a field that stops an act, and words of what it says; empty for any.
type Refused struct {
	Place
	Field, Says string
}

// Sight is what is to be seen of one instance. What is not said is not looked at.
type Sight struct {
	Place
	// App is the app of one that is made, At names one that is there.
	App      core.AppRef
	At, Call string
	// Facts are owner, status, task and so on, by their names in the file.
	Facts []Fact
	// Values are answers that must be there; Exactly that there are no others.
	Values  []Value
	Exactly bool
	// Absent are paths at which, and below which, nothing may stand; Nowhere are words that no
	// answer may hold.
	Absent, Nowhere []Fact
	// Attachments are the names of files by data type, or only how many.
	Attachments []Files
	May, MayNot []Rights
}

// Fact is a name and the text that is expected.
type Fact struct {
	Place
	Name, Text string
}

// Value is what is expected at a path.
type Value struct {
	Place
	Path string
	JSON json.RawMessage
}

// Files are the attachments that are expected of a data type; Names may have * for any letters,
// and are nil when only the number counts.
type Files struct {
	Place
	DataType string
	Names    []string
	Count    int
}

// Rights are actions that people may take, or may not.
type Rights struct {
	Place
	Who []Who
	Do  []string
}
