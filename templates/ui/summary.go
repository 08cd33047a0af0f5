package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Entry is one line of a list of terms: what, and how it is.
type Entry struct {
	Term string
	// Text is the plain answer; its line breaks are kept.
	Text string
	// Content is drawn instead of Text when it is set.
	Content templ.Component
	// Class is added to the answer.
	Class string
}

// SummaryList is questions and answers, one under the other.
type SummaryList struct {
	Entries []Entry
	Tight   bool
}

// Render draws the list. Entries with nothing in them are left out.
func (s SummaryList) Render(ctx context.Context, w io.Writer) error {
	return summaryList(s).Render(ctx, w)
}

func (s SummaryList) class() string {
	if s.Tight {
		return "sum sum--2 sum--tight"
	}
	return "sum sum--2"
}

// Facts are the few things to know at a glance; Column sets them under each other.
type Facts struct {
	Entries []Entry
	Column  bool
}

// Render draws the facts. Entries with nothing in them are left out.
func (f Facts) Render(ctx context.Context, w io.Writer) error { return facts(f).Render(ctx, w) }

func (f Facts) class() string {
	if f.Column {
		return "facts facts--col"
	}
	return "facts"
}

func filled(entries []Entry) []Entry {
	var out []Entry
	for _, e := range entries {
		if e.Text != "" || e.Content != nil {
			out = append(out, e)
		}
	}
	return out
}

func (e Entry) content() templ.Component {
	if e.Content != nil {
		return e.Content
	}
	return words(e.Text)
}

// Section is a part of a page with a heading of its own.
type Section struct {
	// ID is of the section, for links to it; the heading's is ID + "-h".
	ID, Title string
	// Class is the section's: "panel stack stack--sm" for a panel, else what the page needs.
	Class string
	// Aside is drawn at the end of the heading's line.
	Aside templ.Component
	// Large is for the headings of a page's main parts.
	Large bool
}

// Render draws the section around its children.
func (s Section) Render(ctx context.Context, w io.Writer) error { return section(s).Render(ctx, w) }

func (s Section) size() string {
	if s.Large {
		return "sm"
	}
	return "xs"
}

// Around is the section as a function of its children: templ's grammar takes children only after
// a call.
func (s Section) Around() templ.Component { return section(s) }
