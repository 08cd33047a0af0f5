package page

import (
	"slices"
	"testing"
	"time"
)

// TestMy_WhatIsAskedForStandsFirst sorts drafts into those that an organisation waits for, the most urgent
// first, and the newest of the others.
func TestMy_WhatIsAskedForStandsFirst(t *testing.T) {
	t.Parallel()
	day := func(n int) *time.Time { return new(time.Date(2026, 12, n, 22, 59, 0, 0, time.UTC)) }
	p := My{Drafts: []Draft{
		{ID: "a"}, {ID: "later", Due: day(14)}, {ID: "b"}, {ID: "c"}, {ID: "sooner", Due: day(3)}, {ID: "same", Due: day(14)},
	}}
	p.PutFirst(2)
	ids := func(list []Draft) (out []string) {
		for _, d := range list {
			out = append(out, d.ID)
		}
		return out
	}
	if got, want := ids(p.Asked), []string{"sooner", "later", "same"}; !slices.Equal(got, want) {
		t.Errorf("asked for are %q, want %q", got, want)
	}
	if got, want := ids(p.Drafts), []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("drafts are %q, want %q", got, want)
	}
}
