// Package gallery shows every piece in every state, and every page with made-up content: for
// people who build, at /dev/gallery in development, and for the tests, which draw all of it in
// three languages and look at the HTML. Nothing in production imports what it shows from here.
package gallery

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"stafett/templates/layout"
)

// Piece is one piece of the page with the states that it can be in.
type Piece struct {
	Name   string
	States []State
}

// State is a piece in one state.
type State struct {
	Name string
	Show templ.Component
}

// Gallery is the page with all pieces and links to all pages.
type Gallery struct {
	layout.Head
	// URL is the gallery's own address; a page stands under it by its name.
	URL string
}

// Render draws the gallery.
func (g Gallery) Render(ctx context.Context, w io.Writer) error { return gallery(g).Render(ctx, w) }

// Sample is a whole page with made-up content.
type Sample struct {
	Name string
	Page templ.Component
}

// Page gives the sample page of a name; ok is false when there is none.
func Page(h layout.Head, name string) (page templ.Component, ok bool) {
	for _, s := range Pages(h) {
		if s.Name == name {
			return s.Page, true
		}
	}
	return nil, false
}

// The gallery is for people who build, and is in English only.
const (
	title      = "Gallery"
	pagesLabel = "Pages"
)
