package page

import (
	"context"
	"io"

	"stafett/internal/text"
	"stafett/templates/layout"
)

// About is one of the pages that the foot of every page leads to: help, the accessibility
// statement, privacy.
type About struct {
	layout.Head
	// Content is the page's text, with its headings.
	Content text.HTML
}

// Render draws the page.
func (p About) Render(ctx context.Context, w io.Writer) error { return about(p).Render(ctx, w) }
