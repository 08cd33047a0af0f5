package ui

import (
	"context"
	"io"
)

// Variant is how much a button stands out.
type Variant string

// The variants. A page has at most one primary button.
const (
	Primary   Variant = ""
	Secondary Variant = "secondary"
	Tertiary  Variant = "tertiary"
	// Plain looks like a link: for what stands beside the way on, such as "continue later".
	Plain Variant = "plain"
)

// Button submits the form it stands in. No button is ever disabled: the server says why not.
type Button struct {
	// ID is stable, so that focus survives a swap.
	ID, Text string
	// After follows the text for screen readers only: what the button is about.
	After string
	// Icon stands before the text, End after it.
	Icon, End   Icon
	Variant     Variant
	Color, Size string
	Name, Value string
	// Skip leaves the browser's own checks out (formnovalidate).
	Skip bool
}

// Render draws the button.
func (b Button) Render(ctx context.Context, w io.Writer) error { return button(b).Render(ctx, w) }

func (b Button) class() string {
	if b.Variant == Plain {
		return "ds-link"
	}
	return "ds-button"
}

func (b Button) variant() string {
	if b.Variant == Plain {
		return ""
	}
	return string(b.Variant)
}

// LinkButton is a link that looks like a button: it goes somewhere and changes nothing.
type LinkButton struct {
	ID, URL, Text, After string
	Icon, End            Icon
	Variant              Variant
	Color, Size          string
}

// Render draws the link.
func (b LinkButton) Render(ctx context.Context, w io.Writer) error {
	return linkButton(b).Render(ctx, w)
}

// Link is a link in text or in a list.
type Link struct {
	ID, URL, Text string
	// Before and After are for screen readers only.
	Before, After string
	// Class is added to the link's own.
	Class string
	// Neutral is for links that should not call for attention.
	Neutral bool
}

// Render draws the link.
func (l Link) Render(ctx context.Context, w io.Writer) error { return link(l).Render(ctx, w) }

func (l Link) color() string {
	if l.Neutral {
		return "neutral"
	}
	return ""
}

func (l Link) class() string {
	if l.Class == "" {
		return "ds-link"
	}
	return "ds-link " + l.Class
}
