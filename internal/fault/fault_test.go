package fault

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  error
		want int
	}{
		{nil, 200},
		{errors.New("disk"), 500},
		{New(Invalid, "k"), 422},
		{fmt.Errorf("save: %w", New(Conflict, "k")), 409},
		{Wrap(Forbidden, "k", errors.New("policy")), 403},
		{fmt.Errorf("outer: %w", Wrap(Unavailable, "k", New(Invalid, "inner"))), 503},
	}
	for _, tt := range tests {
		if got := Status(tt.err); got != tt.want {
			t.Errorf("Status(%v): got %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestEach_GivesWhatWasJoined(t *testing.T) {
	t.Parallel()
	a, b, c := New(Invalid, "a"), New(Invalid, "b"), errors.New("c")
	for _, tt := range []struct {
		err  error
		want []error
	}{
		{nil, nil},
		{a, []error{a}},
		{errors.Join(a, nil, errors.Join(b, c)), []error{a, b, c}},
		{fmt.Errorf("doing: %w", a), nil},
	} {
		got := Each(tt.err)
		if tt.want == nil && tt.err != nil {
			tt.want = []error{tt.err}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("Each(%v): got %v", tt.err, got)
		}
	}
}

func TestEveryKindHasAStatus(t *testing.T) {
	t.Parallel()
	kinds := []Kind{Invalid, Malformed, Unauthenticated, Forbidden, NotFound, Conflict, TooLarge,
		Unsupported, TooMany, Unavailable, Internal}
	for _, k := range kinds {
		if Status(New(k, "k")) < 400 {
			t.Errorf("%s has no status", k)
		}
	}
	if len(kinds) != len(statuses) {
		t.Errorf("got %d kinds and %d statuses", len(kinds), len(statuses))
	}
}

func TestText_KeepsTheCauseFromPeople(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("open: %w", Wrap(Internal, "error.ours", errors.New("password=x")))
	key, args, ok := Text(err)
	if !ok || key != "error.ours" || len(args) != 0 {
		t.Errorf("got %q %v %v", key, args, ok)
	}
	if _, _, ok := Text(errors.New("plain")); ok {
		t.Error("a plain error has a text")
	}
}
