package ui

import (
	"context"
	"io"
)

// Step is one of a row of steps. State is "done", "current", "error" or "todo"; Mark says the
// state in words, for screen readers.
type Step struct {
	ID, Title, URL, Mark string
	State                string
	Current              bool
}

// Steps is the list of steps beside a form.
type Steps struct {
	ID, Label, Title string
	Number, Count    int
	Steps            []Step
}

// Render draws the list.
func (s Steps) Render(ctx context.Context, w io.Writer) error { return steps(s).Render(ctx, w) }

// StepBar is the same list folded into one line, for narrow screens.
type StepBar Steps

// Render draws the bar.
func (s StepBar) Render(ctx context.Context, w io.Writer) error { return stepBar(s).Render(ctx, w) }

// Point is one point of a timeline: State is "done", "now", "attn", "bad" or "" for what is to
// come.
type Point struct {
	State, Title, Text string
	// Quote is what somebody wrote.
	Quote string
	// URL leads to what the point is about; ID is the link's. Empty for none.
	ID, URL string
}

// Timeline tells what has happened, and what will.
type Timeline struct {
	Points []Point
	Small  bool
}

// Render draws the timeline.
func (t Timeline) Render(ctx context.Context,
	w io.Writer) error {
	return timeline(t).Render(ctx, w)
}

func (t Timeline) class() string {
	if t.Small {
		return "tl tl--sm"
	}
	return "tl"
}

// Phases is where a case stands in its course, in one line. A phase's State is "done", "now" or
// "" for what is to come.
type Phases struct {
	Label  string
	Phases []Phase
}

// Phase is one of them; Mark says the state in words, for screen readers.
type Phase struct {
	State, Title, Mark string
}

// Render draws the phases; a single one tells nothing and is not drawn.
func (p Phases) Render(ctx context.Context, w io.Writer) error { return phases(p).Render(ctx, w) }

// Crumb is one place on the way down to a page; the last one is the page itself.
type Crumb struct {
	URL, Text string
}

// Crumbs is the way back up. On narrow screens only the link to the parent is seen.
type Crumbs struct {
	Label, Back string
	Crumbs      []Crumb
}

// Render draws the way back; without a parent there is none.
func (c Crumbs) Render(ctx context.Context, w io.Writer) error { return crumbs(c).Render(ctx, w) }

func (c Crumbs) parent() Crumb { return c.Crumbs[len(c.Crumbs)-2] }
