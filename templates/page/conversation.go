package page

import (
	"strconv"
	"time"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Conversation is what an applicant and those who work on a case have written to each other.
type Conversation struct {
	// About tells which case it is of: the app's or the case's name, and the reference.
	About, Reference string
	Messages         []Message
	// Form is where the reader writes; nil where they may not.
	Form *Say
}

// Message is one text of a conversation.
type Message struct {
	ID, Who, Text string
	At            time.Time
	// Mine tells that it was written on the reader's side, New that nobody there has read it.
	Mine, New bool
	// State says that it is still on its way; empty when it has come.
	State string
	// StopURL is where it is stopped while it has not left the house; empty when it cannot be.
	StopURL string
}

// Say is the form in which a message is written.
type Say struct {
	// N tells several on one page apart, from 1.
	N int
	// Action is where it posts; To the instance that is answered, empty for a case's.
	Action, To string
	// Key tells one press of the button from another.
	Key string
	// Label, Hint and Button are in the reader's language.
	Label, Hint, Button string
	// Text is what was typed, and Error what is wrong with it.
	Text, Error string
	// Templates are what the message can begin with; nil for nothing.
	Templates *Templates
}

func (s Say) id() string { return "message-" + strconv.Itoa(s.N) }

func (s Say) describedBy() string {
	if s.Error != "" {
		return s.id() + "-d " + s.id() + "-e"
	}
	return s.id() + "-d"
}

// messageErrors are what is wrong with what was typed, for the top of the page.
func messageErrors(h layout.Head, list []Conversation) ui.ErrorSummary {
	s := ui.ErrorSummary{ID: "errors"}
	for _, c := range list {
		if c.Form != nil && c.Form.Error != "" {
			s.Problems = append(s.Problems, ui.Problem{URL: "#" + c.Form.id(), Text: c.Form.Error})
		}
		if c.Form != nil && c.Form.Templates != nil && c.Form.Templates.Error != "" {
			s.Problems = append(s.Problems,
				ui.Problem{URL: "#" + c.Form.Templates.id(), Text: c.Form.Templates.Error})
		}
	}
	s.Title = plural(h, "page.errors", len(s.Problems))
	return s
}

// erring is the head of a page that tells of an error.
func erring(h layout.Head, list []Conversation) layout.Head {
	h.Errors = h.Errors || len(messageErrors(h, list).Problems) > 0
	return h
}

func conversationID(i int) string { return "conversation-" + strconv.Itoa(i+1) }

func (m Message) from() string {
	if m.Mine {
		return "me"
	}
	return "them"
}
