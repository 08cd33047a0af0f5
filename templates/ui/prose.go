package ui

import (
	"context"
	"io"
	"strings"

	"stafett/internal/text"
)

// Prose is text that an app's author wrote, made safe: htmx looks for nothing in it.
type Prose struct {
	Content text.HTML
	// Class sets the gaps: stack, or one of its sizes.
	Class string
	// Lift puts headings one level up: the engine begins them at the third, and the text stands
	// right under the page's own.
	Lift bool
	// Outline is the page's; nil where an author's levels stand as they are.
	Outline *Outline
}

// Render draws the text; without words nothing is drawn.
func (p Prose) Render(ctx context.Context, w io.Writer) error { return prose(p).Render(ctx, w) }

// blocks are the tags that begin a text of blocks. Any other text is the inside of one
// paragraph, which the engine unwraps for labels.
var blocks = []string{"<p>", "<ul", "<ol", "<h", "<blockquote", "<pre", "<hr", "<table"}

var lift = strings.NewReplacer(
	"<h3>", "<h2>", "</h3>", "</h2>", "<h4>", "<h3>", "</h4>", "</h3>",
	"<h5>", "<h4>", "</h5>", "</h4>", "<h6>", "<h5>", "</h6>", "</h5>",
)

func (p Prose) html() string {
	mark, s := text.CutHTML(p.Content)
	s = strings.TrimSpace(s)
	if p.Lift {
		s = lift.Replace(s)
	}
	s = p.Outline.within(s)
	for _, tag := range blocks {
		if strings.HasPrefix(s, tag) {
			return mark + s
		}
	}
	return mark + "<p>" + s + "</p>"
}
