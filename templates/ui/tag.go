package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Tag is a status: a word in the colour of its meaning.
type Tag struct {
	Text string
	Tone Tone
}

// Render draws the tag; one without a word is not drawn.
func (t Tag) Render(ctx context.Context, w io.Writer) error { return tag(t).Render(ctx, w) }

// Mark is the small tag after a question: must be answered, or may be left out.
type Mark Tag

// Render draws the mark.
func (m Mark) Render(ctx context.Context, w io.Writer) error { return mark(m).Render(ctx, w) }

// Count is a number beside a word. Meaning is what it counts, for screen readers.
type Count struct {
	Text, Meaning string
	// New marks what waits for the reader.
	New bool
}

// Render draws the count.
func (c Count) Render(ctx context.Context, w io.Writer) error { return count(c).Render(ctx, w) }

func (c Count) class() string {
	if c.New {
		return "count count--new"
	}
	return "count"
}

// Avatar is a person's initials, beside the name.
type Avatar struct {
	Initials, Color string
	Small           bool
}

// Render draws the initials.
func (a Avatar) Render(ctx context.Context, w io.Writer) error { return avatar(a).Render(ctx, w) }

// Alert is a message in the page. Text may be empty when the caller gives children.
type Alert struct {
	Tone        Tone
	Title, Text string
	// Status announces the message: for what has just been done.
	Status bool
	ID     string
}

// Render draws the alert.
func (a Alert) Render(ctx context.Context, w io.Writer) error { return alert(a).Render(ctx, w) }

// Problem is one line of an error summary; URL is the field's fragment.
type Problem struct {
	URL, Text string
}

// ErrorSummary lists what must be put right, at the top of the page, and takes focus.
type ErrorSummary struct {
	ID, Title string
	Problems  []Problem
}

// Render draws the summary; without problems there is none.
func (e ErrorSummary) Render(ctx context.Context, w io.Writer) error {
	return errorSummary(e).Render(ctx, w)
}

// Around is the alert with children.
func (a Alert) Around() templ.Component { return alert(a) }
