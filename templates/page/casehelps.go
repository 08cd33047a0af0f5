package page

import (
	"strconv"
	"time"

	"stafett/templates/ui"
)

// Checklist is what is to be looked after before a case goes on.
type Checklist struct {
	// Action is where it is saved; empty for who only reads it. Task is posted with it.
	Action, Task string
	Items        []CheckItem
}

// CheckItem is one thing of a checklist. Who has ticked it, and when, where it is.
type CheckItem struct {
	ID, Text, Who string
	At            time.Time
	Done          bool
}

func (c Checklist) done() int {
	n := 0
	for _, i := range c.Items {
		if i.Done {
			n++
		}
	}
	return n
}

func (i CheckItem) fieldID() string { return "check-" + i.ID }

// OpenItems are what is not ticked of a checklist.
type OpenItems struct {
	Items []CheckItem
	// Stops tells that the step cannot be taken before they are.
	Stops bool
}

// RelatedCase is another case of the same applicant's.
type RelatedCase struct {
	ID, URL, Title, Reference, Service string
	Status                             ui.Tag
	Received                           time.Time
	// Link tells how it is linked to this case, Hint why it may be the same; empty for neither.
	Link, Hint string
}

// Templates are the texts that a message can begin with.
type Templates struct {
	// Choices begin with the one that chooses nothing.
	Choices                          []FilterOption
	Label, Hint, Button, Error, Done string
}

func (t Templates) id() string { return "message-template" }

func (t Templates) describedBy() string {
	if t.Error != "" {
		return t.id() + "-d " + t.id() + "-e"
	}
	return t.id() + "-d"
}

// UnitLink leads to what a part of the organisation has.
type UnitLink struct{ Name, URL string }

func unitID(prefix string, i int) string { return prefix + "unit-" + strconv.Itoa(i) }
