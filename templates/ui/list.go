package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"stafett/internal/text"
)

// File is one line in a list of files.
type File struct {
	// ID is the line's; focusable parts begin with it.
	ID, Name, URL string
	// Meta is size and what else there is to tell.
	Meta string
	// State is "ok", "busy", "scan" or "error"; Error says why.
	State, Error string
	Image        bool
	// Action is the button at the end of the line; nil for none.
	Action templ.Component
	Class  string
}

// Render draws the line as a list item.
func (f File) Render(ctx context.Context, w io.Writer) error { return file(f).Render(ctx, w) }

func (f File) icon() Icon {
	if f.Image {
		return IconImage
	}
	return IconFile
}

// Files is a list of files. It is drawn even when it is empty if Keep is set: scripting adds to
// it.
type Files struct {
	ID, Label string
	Files     []File
	Keep      bool
}

// Render draws the list.
func (f Files) Render(ctx context.Context, w io.Writer) error { return files(f).Render(ctx, w) }

// Empty tells that there is nothing here, what will be here, and the one thing to do, which the
// caller gives as children.
type Empty struct {
	Icon        Icon
	Title, Text string
}

// Render draws the panel.
func (e Empty) Render(ctx context.Context, w io.Writer) error { return empty(e).Render(ctx, w) }

// More is help that is folded away.
type More struct {
	ID, Title string
	// After follows the title for screen readers: what the help is about.
	After   string
	Content text.HTML
}

// Render draws the help.
func (m More) Render(ctx context.Context, w io.Writer) error { return more(m).Render(ctx, w) }

// Moment is a point of time: the words, and what machines read.
type Moment struct {
	Machine, Text string
}

// Render draws the time.
func (m Moment) Render(ctx context.Context, w io.Writer) error { return moment(m).Render(ctx, w) }

// Art names one of the drawings on error pages.
type Art string

// The drawings.
const (
	ArtLock Art = "lock"
	ArtMap  Art = "map"
	ArtStop Art = "stop"
	ArtTwo  Art = "two"
)

// Render draws the picture; it says nothing that the words do not.
func (a Art) Render(ctx context.Context, w io.Writer) error { return art(a).Render(ctx, w) }

// Around is the panel with children.
func (e Empty) Around() templ.Component { return empty(e) }
