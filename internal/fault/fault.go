// Package fault gives errors that someone will act on a kind, a text key that people can read
// in their language, and a cause that only the log sees. It knows HTTP status numbers, because
// every edge needs the one table, but nothing else of HTTP. Errors that nobody will act on are
// ordinary fmt.Errorf errors, and mean 500.
package fault

import (
	"errors"
	"fmt"
)

// Kind tells what an edge does with an error.
type Kind string

// The kinds of fault, each with its HTTP status (see Status).
const (
	// Invalid: the person must mend what they gave (422).
	Invalid Kind = "invalid"
	// Malformed: the request itself makes no sense: bad JSON, a bad path, a bad number (400).
	Malformed Kind = "malformed"
	// Unauthenticated: sign in first, or bring a token (401; pages go to sign-in).
	Unauthenticated Kind = "unauthenticated"
	// Forbidden: not this person, and the answer is the same whether the thing exists or not (403).
	Forbidden Kind = "forbidden"
	// NotFound: no such app or route (404). Never for an instance: that is Forbidden.
	NotFound Kind = "not-found"
	// Conflict: it has changed since you looked, or it is already done (409).
	Conflict Kind = "conflict"
	// TooLarge: the body or file passes a named limit (413).
	TooLarge Kind = "too-large"
	// Unsupported: a content type that is not taken here (415).
	Unsupported Kind = "unsupported"
	// TooMany: a limit on how often or how many (429).
	TooMany Kind = "too-many"
	// Unavailable: not now, try again (503).
	Unavailable Kind = "unavailable"
	// Internal: our fault (500). Any error without a kind is this.
	Internal Kind = "internal"
)

// RetryAfter is in how many seconds to try again what is Unavailable, as edges tell it.
const RetryAfter = "2"

// Error is an error with a kind. Make it with New or Wrap.
type Error struct {
	kind  Kind
	key   string
	args  []any
	cause error
}

// New gives an error of a kind with a text that people can read: key is a key of package text,
// args fill its placeholders. The args must not hold secrets: they are shown.
func New(kind Kind, key string, args ...any) error {
	return &Error{kind: kind, key: key, args: args}
}

// Wrap gives an error of a kind whose cause is for the log only.
func Wrap(kind Kind, key string, cause error) error {
	return &Error{kind: kind, key: key, cause: cause}
}

// Error gives kind, key and cause, for the log.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s (%s): %v", e.kind, e.key, e.cause)
	}
	return fmt.Sprintf("%s (%s)", e.kind, e.key)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Key is the text key, and Args its placeholders.
func (e *Error) Key() string { return e.key }

// Args fill the placeholders of the text at Key.
func (e *Error) Args() []any { return e.args }

// KindOf gives the kind of err or of the nearest error it wraps that has one, else Internal.
// It gives "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.kind
	}
	return Internal
}

// Is tells whether err is of the kind.
func Is(err error, kind Kind) bool { return KindOf(err) == kind }

// Text gives the text key and its arguments; ok is false when err carries none.
func Text(err error) (key string, args []any, ok bool) {
	if e, found := errors.AsType[*Error](err); found {
		return e.key, e.args, true
	}
	return "", nil, false
}

// Each gives the errors that errors.Join has put together, in their order; err alone when it is
// no such error, and none for nil.
func Each(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, Each(e)...)
	}
	return out
}

// KeyBusy is the text of what is turned away unseen because there is too much to do.
const KeyBusy = "fault.busy"

// Ours tells whether an error is a fault of ours that somebody should look into: not what was
// turned away because there was too much to do, of which there are many at once.
func Ours(err error) bool {
	key, _, _ := Text(err)
	return Status(err) >= 500 && key != KeyBusy
}

var statuses = map[Kind]int{
	Invalid:         422,
	Malformed:       400,
	Unauthenticated: 401,
	Forbidden:       403,
	NotFound:        404,
	Conflict:        409,
	TooLarge:        413,
	Unsupported:     415,
	TooMany:         429,
	Unavailable:     503,
	Internal:        500,
}

// Status gives the HTTP status for err: 200 for nil, 500 for an error without a kind.
func Status(err error) int {
	if err == nil {
		return 200
	}
	return statuses[KindOf(err)]
}
