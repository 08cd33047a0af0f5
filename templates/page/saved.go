package page

import (
	"context"
	"io"
	"time"

	"stafett/internal/form"
	"stafett/templates/layout"
)

// Saved is what an autosave is answered with: when the answers were stored, for the live region
// #saved, and the version that the next post must name, which takes its own place.
type Saved struct {
	layout.Head
	At, Now time.Time
	Version int
	// Seen is the same of the whole instance, for a page to send from; 0 for others.
	Seen int
	// Drawn is what the page goes on with as what it showed.
	Drawn string
	// Clashes are what collided and was not stored; Behind tells that something was merged.
	Clashes Clashes
	Behind  bool
	// Dates are how the dates that were posted were read.
	Dates []form.DateRead
}

// Render draws the fragment.
func (s Saved) Render(ctx context.Context, w io.Writer) error { return saved(s).Render(ctx, w) }

func (s Saved) text() string { return at(s.Head, "page.saved", s.At, s.Now) }

// beside tells of what others have saved meanwhile; "" when nobody has.
func (s Saved) beside() string {
	switch {
	case len(s.Clashes.List) > 0:
		return s.T("live.clash_later", s.Clashes.questions())
	case s.Behind:
		return s.T("live.merged")
	}
	return ""
}
