package form

import (
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/text"
)

// Input is all that a page depends on: nothing is read from anywhere else, so the same input
// always gives the same page.
type Input struct {
	// Data holds the form documents by data type.
	Data map[string]core.Document
	// Entries are the entries of subforms, by data type, in the order in which they came.
	Entries map[string][]Entry
	// Entry is the entry that the page is of; zero for the task's own form. Its document stands in
	// Data.
	Entry EntryRef
	// Elements are the instance's attachments.
	Elements []core.DataElement
	Instance core.Instance
	// Owner is the instance owner: its name and numbers feed prefill and instanceContext.
	Owner core.Party
	// User is the person who is signed in, where that matters: for prefill from the profile.
	User core.Party
	// Language is nb, nn or en.
	Language string
	Now      time.Time
	// Rights are the policy actions that the actor may take in this task.
	Rights map[string]bool
	// Receiver is what the organisation that gets the form is called; empty is not known.
	Receiver string
	// PostalPlace gives the postal place of a postcode, "" for one that is not in use; nil where
	// there is no register, and people write the place themselves.
	PostalPlace func(postcode string) string
	// ReadOnly makes every field read-only, whatever the layout says.
	ReadOnly bool
	// Shown are the issues to show on the page; none are shown when it is nil.
	Shown []Issue
	// Ask is the mark of the warnings among them that the person may go on from; see AskMark.
	Ask string
	// Posted are the texts that were posted and could not be stored, by field path, so that
	// nothing of what was typed is lost. Several chosen values stand on a line each.
	Posted map[string]string
	// OpenRow is the altinnRowId of the row whose card is open; "" for none.
	OpenRow string
	// Turn is the page that is shown of something in pages: a group's path, or the id of a row
	// whose card has pages, then a colon and the number from 0; "" is the first everywhere.
	Turn string
	// BaseURL is the address under which the instance's pages stand, without a slash at the
	// end: upload and change links are made from it.
	BaseURL string
}

// Page is a page as it is to be drawn: texts resolved, hidden things left out, values formatted.
type Page struct {
	Set, ID string
	Title   string
	// Number counts from 1 among the Count visible pages.
	Number, Count int
	Steps         []Step
	Nodes         []Node
	// Issues are the shown ones in page order, for the error summary.
	Issues []Issue
	// Notes are shown issues that are no errors: warnings, information, success. Ask is posted
	// back as accepted by somebody who goes on from the warnings; empty when nothing is asked.
	Notes []Issue
	Ask   string
	// Previous and Next are page ids; empty at the ends.
	Previous, Next string
	// Review tells that this is a page to look over and send from: it has a submit button.
	Review bool
	// Version is that of the documents; Seen is the instance's own, for a page to send from: it tells
	// of files too.
	Version, Seen int
	// Base marks the answers that the page's controls held as it was drawn: what is posted from it
	// later is compared with them.
	Base Base
	// AllRequired tells that every question on the page must be answered (then no tags are shown).
	AllRequired bool
}

// StepState is how far a step has come.
type StepState string

// The states of a step in the step list.
const (
	StepTodo    StepState = "todo"
	StepCurrent StepState = "current"
	StepDone    StepState = "done"
	StepError   StepState = "error"
)

// Step is one page in the list of pages.
type Step struct {
	ID, Title string
	State     StepState
}

// Kind says how a node is drawn; package field has one templ component for each.
type Kind string

// The kinds of node.
const (
	KindText        Kind = "text"     // one line
	KindTextArea    Kind = "textarea" // several lines
	KindRadio       Kind = "radio"
	KindCheckbox    Kind = "checkbox" // several choices
	KindSelect      Kind = "select"
	KindDate        Kind = "date"
	KindUpload      Kind = "upload"
	KindRows        Kind = "rows"    // repeating group
	KindGroup       Kind = "group"   // section with heading and children
	KindHeading     Kind = "heading" // Level 2..4
	KindProse       Kind = "prose"   // Description only
	KindAlert       Kind = "alert"   // Tone
	KindSummary     Kind = "summary" // Summary sections
	KindValue       Kind = "value"   // read-only question and answer
	KindNav         Kind = "nav"     // previous/next
	KindSubmit      Kind = "submit"
	KindTabs        Kind = "tabs"
	KindCards       Kind = "cards"
	KindGrid        Kind = "grid"
	KindAttachments Kind = "attachments" // Files
	KindImage       Kind = "image"       // Picture, Title is the text for it
	KindLink        Kind = "link"        // Link
	KindDivider     Kind = "divider"
	KindDetails     Kind = "details"  // Open, Children
	KindButton      Kind = "button"   // Button
	KindButtons     Kind = "buttons"  // Children beside each other
	KindPages       Kind = "pages"    // Pages
	KindEntries     Kind = "entries"  // Entries
	KindStandIn     Kind = "stand-in" // a component type that is not supported yet
)

// Node is one thing on a page. Which fields count depends on Kind; the rest are zero.
type Node struct {
	Kind Kind
	// ID is stable and unique on the page (component id, with row index where repeated).
	ID string
	// Name is the posted name: the field's path with indexes ("budsjett.poster[0].belop").
	Name  string
	Title string
	// Description and Help are safe HTML.
	Description, Help text.HTML
	Prefix, Suffix    string
	// Value is what the control shows; Display is the answer as it is read.
	Value, Display string
	// Chosen tells that Display is what options are called.
	Chosen bool
	// Selected are the chosen values of a checkbox group.
	Selected []string
	Options  []Choice
	Required bool
	// Optional tells that the tag "optional" is shown.
	Optional  bool
	ReadOnly  bool
	InputMode string
	// Autocomplete is an HTML autocomplete token; MaxLength is soft: the counter's limit.
	Autocomplete string
	MaxLength    int
	// Read is a date field's answer in words, as it was read; "" for what is no date.
	Read string
	// Min and Max are ISO dates for date fields.
	Min, Max string
	// Width is a hint: "4", "8", "12", "20", "30" characters or "" for full.
	Width string
	// Align is left, center or right for numbers in a field; empty is as other text.
	Align string
	// Search makes a text field one to search in; InRow lays radios and boxes out beside each other.
	Search, InRow bool
	// Columns is how many of twelve the node takes on a wide screen; 0 is all.
	Columns int
	// BreakBefore and BreakAfter are always or avoid, for paper; empty is auto.
	BreakBefore, BreakAfter string
	// Open tells that what can be folded is unfolded.
	Open    bool
	Link    *Link
	Picture *Picture
	Button  *Button
	Pages   []Jump
	Level   int
	// Tone is info, success, warning or danger.
	Tone string
	// Issues are those of this node that are shown.
	Issues []Issue
	// Controls tells that other things on the page depend on this answer.
	Controls bool
	Children []Node
	Rows     *Rows
	Entries  *Entries
	Files    *Files
	Summary  []Section
	Parts    []Part
	Grid     []GridRow
	// Frame is how a group is set apart: panel, indented or empty.
	Frame string
	// Bare tells that the label is for screen readers only: the words stand beside it.
	Bare bool
}

// Choice is one option of a choice field.
type Choice struct {
	Value, Label      string
	Description, Help text.HTML
	Selected          bool
}

// Rows is a repeating group.
type Rows struct {
	// Path of the group ("budsjett.poster").
	Path    string
	Columns []Column
	Rows    []Row
	// MinCount and MaxCount as the layout says; 0 is no limit.
	MinCount, MaxCount       int
	CanAdd, CanDelete        bool
	AddText, SaveText, Empty string
	// Sums are the footer cells, one for each column; nil for none.
	Sums []string
	// NoTable leaves the table out: every row stands open, or the open row takes its place.
	NoTable bool
	// NoSave leaves the button out that closes a card.
	NoSave bool
	// NoEdit leaves the button out that opens a row.
	NoEdit bool
	// EditText and DeleteText are what the row's buttons are called, empty for our own words;
	// NextText is empty when no button opens the next row.
	EditText, DeleteText, NextText string
	// AskDelete asks before a row is deleted.
	AskDelete bool
	// Page counts from 0 among the Pages that the rows are shown in; Pages is 0 or 1 for all.
	Page, Pages int
}

// Column is one column of the rows' table.
type Column struct {
	Title   string
	Numeric bool
	// Chosen tells that the cells are what options are called.
	Chosen bool
	// Align is center, right or empty; Width is about how many per cent, 0 for none said.
	Align string
	Width int
}

// Row is one row: its cells as they are read, and, when Open, its fields.
type Row struct {
	Index int
	// ID is the altinnRowId.
	ID string
	// NodeID is one of a kind on the page: what issues in a closed row link to.
	NodeID string
	Title  string
	Cells  []string
	Open   bool
	New    bool
	// Anchor tells that this is the open card that the page's address leads to.
	Anchor bool
	Fields []Node
	Issues []Issue
	// Inputs are the questions that stand in the table's cells, one for each column; a nil one
	// is a cell that is read only. Nil when no cell has one.
	Inputs []*Node
	// Last tells that no row comes after it.
	Last bool
	// Fixed tells that the row cannot be edited.
	Fixed bool
	// Part counts from 0 among the Parts of the card; Parts is 0 for a card in one.
	Part, Parts int
}

// Files is an upload field's list.
type Files struct {
	DataType string
	Items    []File
	// Bound is the path of the field that keeps the files' ids; empty for none.
	Bound string
	// Tags are what each file is to be marked with, asked for as TagTitle; nil for none.
	Tags     []Choice
	TagTitle string
	// AskDelete asks before a file is deleted.
	AskDelete bool
	// Accept is the input's accept attribute; Types and MaxSize are told before choosing.
	Accept  string
	Types   string
	MaxSize int64
	// MinCount and MaxCount: 0 is no limit.
	MinCount, MaxCount int
	// URL is where a file is posted.
	URL string
}

// File is one uploaded file.
type File struct {
	ID, Name, ContentType string
	Size                  int64
	// URL opens or downloads it.
	URL string
	// Tag is the value that the file is marked with, TagLabel what that is called.
	Tag, TagLabel string
	// SHA256 is of the content: it tells two files of the same name apart.
	SHA256 []byte
}

// Section is one page or group of a summary: questions and answers.
type Section struct {
	// Page is the page id; ChangeURL leads there, and is empty when nothing may be changed.
	Page, Title, ChangeURL string
	// About is the title as a screen reader is to say it; empty for the same.
	About   string
	Answers []Answer
	// Compact has question and answer on one line; Folded keeps the answers behind the title.
	Compact, Folded bool
}

// Answer is one question with its answer as it is read.
type Answer struct {
	// Path is the field; Missing tells that a required answer is not there.
	Path, Question string
	// Lines are the answer's lines; empty when nothing was answered.
	Lines   []string
	Missing bool
	// Table is set for repeating groups.
	Table *Table
	// Rows are the rows of a group in words; only where they were asked for.
	Rows []string
	// Files is set for attachments.
	Files []File
	// Long tells that the answer is running text, Chosen that it is what options are called.
	Long, Chosen bool
	// EmptyText stands where nothing was answered; empty for our own words.
	EmptyText string
}

// Table is a repeating group as it is read.
type Table struct {
	Columns []Column
	Rows    [][]string
	Sums    []string
}

// Issue is something that is not right with an answer.
type Issue struct {
	// Path is the field with indexes; NodeID is the control that the summary links to.
	Path, NodeID string
	Page         string
	// Entry is set for what is in an entry of a subform: the control there. Page and NodeID are
	// then those of the subform.
	Entry    *EntryControl
	Message  string
	Severity app.Severity
	// Code is for systems: required, type, maxLength, rule, minCount, …
	Code string
}
