package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Work is what colleagues do with a case among themselves: forms that open where they stand.
type Work struct {
	Forms []WorkForm
	// Notes are what colleagues have written, newest first; Note is where they write, nil where
	// they cannot any more.
	Notes []CaseNote
	Note  *WorkForm
	// Tags are the words that the case is marked with; Untag is where one is taken off, empty for
	// those who may not.
	Tags  []CaseTag
	Untag string
	// Problem is what went wrong where no field is shown for it.
	Problem string
	// Undo takes back what has just been done; nil when nothing can be.
	Undo *Undo
}

// CaseTag is a word that a case is marked with; URL leads to all cases that are.
type CaseTag struct{ Text, URL string }

// CaseNote is what a colleague has written. About tells what it came of; empty for a plain note.
type CaseNote struct {
	ID, Who, About, Text string
	At                   time.Time
}

// WorkForm is one thing to do with a case. Each posts by itself.
type WorkForm struct {
	// ID is what the address that it posts to ends with.
	ID, Action, Title, Button string
	// Version is the case's where the form goes by it; 0 where it does not.
	Version int
	// Key tells one press of the button from another; empty where that does not matter.
	Key    string
	Fields []WorkField
	// Open shows the form, with what was wrong with it.
	Open bool
}

// WorkField is a question of such a form. Choices are those of a select, Offered what a line of
// text may be filled in with.
type WorkField struct {
	Name, Label, Hint, Value string
	// Type is text, date, number, select or area.
	Type     string
	Choices  []FilterOption
	Offered  []string
	Optional bool
	Error    string
}

// Undo is a form that takes back one thing.
type Undo struct {
	Action string
	Fields []UndoField
}

// UndoField is a hidden field of it.
type UndoField struct{ Name, Value string }

// StepBack is a form that takes back the latest step while nothing of it has left the house.
type StepBack struct {
	Action string
	// Says is until when, and Button what is done by pressing.
	Says, Button string
}

func (f WorkForm) id(field WorkField) string { return "work-" + f.ID + "-" + field.Name }

func (f WorkForm) describedBy(field WorkField) string {
	out := ""
	if field.Hint != "" {
		out = f.id(field) + "-d"
	}
	if field.Error != "" {
		out += " " + f.id(field) + "-e"
	}
	return strings.TrimSpace(out)
}

// workState ties a field to its hint and its error.
func workState(f WorkForm, field WorkField) templ.Attributes {
	out := templ.Attributes{}
	if by := f.describedBy(field); by != "" {
		out["aria-describedby"] = by
	}
	if field.Error != "" {
		out["aria-invalid"] = "true"
	}
	if !field.Optional {
		out["required"] = true
	}
	return out
}

// kind is the type of a field of one line; a number is typed as text (UX.md 9, point 22).
func (f WorkField) kind() templ.Attributes {
	switch f.Type {
	case "number":
		return templ.Attributes{"type": "text", "inputmode": "numeric"}
	case "date":
		return templ.Attributes{"type": "date"}
	}
	return templ.Attributes{"type": "text"}
}

func (f WorkForm) version() string { return strconv.Itoa(f.Version) }

func (f WorkField) class() string {
	if f.Error != "" {
		return "ds-field has-error"
	}
	return "ds-field"
}

// WithProblem tells of an error that no field of the forms tells of.
func (w Work) WithProblem(words string) Work {
	if len(w.errors()) == 0 {
		w.Problem = words
	}
	return w
}

// errors are what is wrong with what was typed in the forms.
func (w Work) errors() []ui.Problem {
	var out []ui.Problem
	if w.Problem != "" {
		out = append(out, ui.Problem{URL: "#work", Text: w.Problem})
	}
	forms := w.Forms
	if w.Note != nil {
		forms = append(forms[:len(forms):len(forms)], *w.Note)
	}
	for _, f := range forms {
		for _, field := range f.Fields {
			if field.Error != "" {
				out = append(out, ui.Problem{URL: "#" + f.id(field), Text: field.Error})
			}
		}
	}
	return out
}

// errors are all that is wrong on the page, for its top.
func (p Case) errors() ui.ErrorSummary {
	s := messageErrors(p.Head, p.Conversations)
	s.Problems = append(s.Problems, p.Work.errors()...)
	s.Title = plural(p.Head, "page.errors", len(s.Problems))
	return s
}

func (p Case) erring() layout.Head {
	h := p.Head
	h.Errors = h.Errors || len(p.errors().Problems) > 0
	return h
}

// times tell how long the case has been here, in all and without the time that it waited for its
// applicant, and what puts it off now.
func (p Case) times() []ui.Entry {
	f := p.Facts
	var out []ui.Entry
	add := func(key, words string) { out = append(out, ui.Entry{Term: p.T(key), Text: words}) }
	if f.Waits != nil {
		add("work.waits", p.T("work.until", Due{p.Head, *f.Waits, p.Now}.Line()))
	}
	if f.Snoozed != nil {
		add("work.snoozed", p.T("work.to", Due{p.Head, *f.Snoozed, p.Now}.Line()))
	}
	if f.Waited <= 0 || f.Received.IsZero() {
		return out
	}
	end := p.Now
	if f.Ended != nil {
		end = *f.Ended
	}
	total := end.Sub(f.Received)
	add("work.total", plural(p.Head, "work.days", wholeDays(total)))
	add("work.net", plural(p.Head, "work.days", wholeDays(total-f.Waited)))
	return out
}

func tagID(i int) string { return "tag-" + strconv.Itoa(i+1) }

func wholeDays(d time.Duration) int { return int(max(d, 0).Hours() / 24) }
