package schema

import (
	"fmt"
	"strings"
)

// Limits of documents and paths. They hold for what comes from outside, so that a path of a few
// bytes can never make much of anything.
const (
	// MaxRows is how many rows one repeating group may have.
	MaxRows = 1000
	// MaxDepth is how deep objects and arrays may be nested, and how many steps a path may have.
	MaxDepth = 32

	maxPath = 1000 // bytes
)

// RowID is the property that identifies a row of a repeating group while it is being edited
// (FORMAT.md 1.2). Every row may have it, whatever the model says.
const RowID = "altinnRowId"

// Step is one step of a path: a property, and, for a row of it, the row's index.
type Step struct {
	Name string
	// Index is the row, from 0; -1 when the step names the property as a whole.
	Index int
}

// PathError is a path that cannot be used, or does not fit the document. It holds no value.
type PathError struct {
	Path, Msg string
}

// Error gives `path "a..b": …`.
func (e *PathError) Error() string { return fmt.Sprintf("path %q: %s", e.Path, e.Msg) }

// SplitPath takes a path such as budsjett.poster[0].belop apart. The error is a *PathError. A
// path has one way of being written: no blanks, no leading zeros, no index of an index.
func SplitPath(path string) ([]Step, error) {
	if len(path) > maxPath {
		return nil, &PathError{path[:maxPath], "too long"}
	}
	steps := make([]Step, 0, 8)
	for rest := path; ; {
		step, tail, more, ok := cut(rest)
		if !ok {
			return nil, &PathError{path, "not a path"}
		}
		if len(steps) == MaxDepth {
			return nil, &PathError{path, "too deep"}
		}
		if steps = append(steps, step); !more {
			return steps, nil
		}
		rest = tail
	}
}

// cut takes the first step off a path. more tells that a dot, and so another step, follows.
func cut(path string) (step Step, rest string, more, ok bool) {
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		return Step{path, -1}, "", false, validName(path)
	}
	step = Step{path[:end], -1}
	rest = path[end:]
	if rest[0] == '[' {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			return step, "", false, false
		}
		if step.Index, ok = index(rest[1:end]); !ok {
			return step, "", false, false
		}
		rest = rest[end+1:]
	}
	if rest == "" {
		return step, "", false, validName(step.Name)
	}
	return step, rest[1:], true, rest[0] == '.' && validName(step.Name)
}

// index reads a row index. At most four digits are read: what is larger than MaxRows need not
// be told apart.
func index(s string) (int, bool) {
	if s == "" || len(s) > 4 || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, n < MaxRows
}

func validName(name string) bool {
	for _, c := range []byte(name) {
		if c < ' ' || c == ']' || c == 0x7f {
			return false
		}
	}
	return name != ""
}
