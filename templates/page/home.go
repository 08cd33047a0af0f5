package page

import (
	"context"
	"io"

	"stafett/templates/layout"
)

// Home is the front page. Signed out it says what this is and lets one sign in; it lists the
// forms that can be filled in.
type Home struct {
	layout.Head
	Services []Offer
	// SignInURL is where signing in begins.
	SignInURL string
}

// Offer is a form that can be filled in.
type Offer struct {
	// ID is org-app, for the link's id.
	ID, URL, Title, Owner string
	// Text is a sentence about it; may be empty.
	Text string
}

// Render draws the page.
func (p Home) Render(ctx context.Context, w io.Writer) error { return home(p).Render(ctx, w) }
