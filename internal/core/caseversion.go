package core

import "time"

// CaseVersion is what a case held when somebody moved it on: whoever comes after can be told what
// has changed since.
type CaseVersion struct {
	// Number counts from 1 in each case.
	Number int       `json:"-"`
	At     time.Time `json:"-"`
	// Person moved it on, and Name is what they are called; Task is what they left.
	Person PartyID `json:"-"`
	Name   string  `json:"-"`
	Task   string  `json:"-"`
	// Documents are the forms by data type, Entries those of subforms, and Files the attachments.
	Documents map[string]Document `json:"documents"`
	Entries   []HeldEntry         `json:"entries,omitempty"`
	Files     []DataElement       `json:"files,omitempty"`
}

// HeldEntry is an entry of a subform with its document.
type HeldEntry struct {
	Element  DataElement `json:"element"`
	Document Document    `json:"document"`
}
