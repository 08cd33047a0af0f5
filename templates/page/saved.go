package page

import (
	"context"
	"io"
	"time"

	"stafett/templates/layout"
)

// Saved is what an autosave is answered with: when the answers were stored, for the live region
// #saved, and the version that the next post must name, which takes its own place.
type Saved struct {
	layout.Head
	At, Now time.Time
	Version int
}

// Render draws the fragment.
func (s Saved) Render(ctx context.Context, w io.Writer) error { return saved(s).Render(ctx, w) }

func (s Saved) text() string { return at(s.Head, "page.saved", s.At, s.Now) }
