// Package failpoint names the places where a process that dies does the most harm, so that the
// crash test can let it die at each of them. They are always there and do nothing: one of them is
// set by a setting that development alone takes.
package failpoint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// Point is a named place.
type Point string

// The places, in the order in which an application meets them.
const (
	UploadBegun     Point = "upload-begun"
	ChunkStored     Point = "chunk-stored"
	UploadReceived  Point = "upload-received"
	UploadAttached  Point = "upload-attached"
	SaveStored      Point = "save-stored"
	SaveCommitted   Point = "save-committed"
	SubmitBegun     Point = "submit-begun"
	SubmitFrozen    Point = "submit-frozen"
	SubmitPlanned   Point = "submit-planned"
	SubmitCommitted Point = "submit-committed"
	BeforeCommit    Point = "before-commit"
	AfterCommit     Point = "after-commit"
	Claimed         Point = "delivery-claimed"
	AttemptBegun    Point = "attempt-begun"
	PDFMade         Point = "pdf-made"
	PDFKept         Point = "pdf-kept"
	TokenGot        Point = "token-got"
	TemplateSent    Point = "template-sent"
	PartSent        Point = "part-sent"
	RequestSent     Point = "request-sent"
	TargetReceived  Point = "target-received"
	TargetMade      Point = "target-made"
	TargetCommitted Point = "target-committed"
	AnswerRead      Point = "answer-read"
	MarkBegun       Point = "mark-begun"
	Marked          Point = "marked"
	JobDone         Point = "job-done"
	Sealed          Point = "audit-sealed"
)

// Points gives every place.
func Points() []Point {
	return []Point{
		UploadBegun, ChunkStored, UploadReceived, UploadAttached, SaveStored, SaveCommitted,
		SubmitBegun, SubmitFrozen, SubmitPlanned, SubmitCommitted, BeforeCommit, AfterCommit,
		Claimed, AttemptBegun, PDFMade, PDFKept, TokenGot, TemplateSent, PartSent, RequestSent,
		TargetReceived, TargetMade, TargetCommitted, AnswerRead, MarkBegun, Marked, JobDone,
		Sealed,
	}
}

// armed is the place that is set. It belongs to the process, as its death does.
type armed struct {
	point Point
	left  atomic.Int64
	do    func()
}

var set atomic.Pointer[armed]

// Parse reads "name:n", the nth time that a place is passed.
func Parse(text string) (Point, int, error) {
	name, times, _ := strings.Cut(text, ":")
	n, err := strconv.Atoi(times)
	if err != nil || n < 1 || !slices.Contains(Points(), Point(name)) {
		return "", 0, fmt.Errorf("%q is not name:n with the name of a failpoint", text)
	}
	return Point(name), n, nil
}

// Set lets do be called the nth time that the place is passed.
func Set(p Point, n int, do func()) {
	a := &armed{point: p, do: do}
	a.left.Store(int64(n))
	set.Store(a)
}

// Hit passes the place.
func (p Point) Hit() {
	a := set.Load()
	if a != nil && a.point == p && a.left.Add(-1) == 0 {
		a.do()
	}
}
