package page

import (
	"context"
	"io"
	"strconv"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
)

// SignInAgain shows that something was not sent because the person must sign in first, again or
// more securely. It holds what was posted, to be sent once they have.
type SignInAgain struct {
	layout.Head
	// Level is how securely they must sign in; 0 is however they do.
	Level int
	// SignInURL is opened beside this page, Action is where the post goes again.
	SignInURL, Action string
	// Until is for how long it is kept here as well, for the page that BackURL leads to by way of
	// the sign-in; zero when it is not.
	Until   time.Time
	BackURL string
	Fields  []KeptField
	// Files tells that files were posted, which must be chosen anew.
	Files bool
}

// KeptField is a field of a post that waits.
type KeptField struct{ Name, Value string }

// Unsaved is what an autosave is answered with when the person must sign in first: for the live
// region #saved.
type Unsaved struct {
	layout.Head
	Level     int
	SignInURL string
	// Until is for how long what was typed is kept here; zero when it is not.
	Until time.Time
}

// SignedIn tells that the sign-in beside a waiting page is done.
type SignedIn struct{ layout.Head }

// Render draws the page.
func (p SignInAgain) Render(ctx context.Context, w io.Writer) error {
	return signInAgain(p).Render(ctx, w)
}

// Render draws the fragment.
func (p Unsaved) Render(ctx context.Context, w io.Writer) error { return unsaved(p).Render(ctx, w) }

// Render draws the page.
func (p SignedIn) Render(ctx context.Context, w io.Writer) error { return signedIn(p).Render(ctx, w) }

func (p SignInAgain) title() string { return leveled(p.Head, "signin.again", p.Level) }

func (p SignInAgain) kept() string {
	if p.Until.IsZero() {
		return p.T("signin.kept")
	}
	return p.T("signin.kept_until", text.Time(p.Lang, p.Until))
}

func (p Unsaved) text() string {
	words := leveled(p.Head, "signin.unsaved", p.Level)
	if !p.Until.IsZero() {
		words += " " + p.T("signin.unsaved_until", text.Time(p.Lang, p.Until))
	}
	return words
}

// leveled is a text, in its form that names the level where one is asked for.
func leveled(h layout.Head, key string, level int) string {
	if level > 0 {
		return h.T(key+"_level", strconv.Itoa(level))
	}
	return h.T(key)
}
