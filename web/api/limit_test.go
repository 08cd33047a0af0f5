package api

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"stafett/internal/fault"
)

func TestLimiter_GivesEachClientItsOwnAndTellsTheTruth(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	l := newLimiter(60, func() time.Time { return now })
	for n := range 60 {
		if err := l.take(httptest.NewRecorder(), "a"); err != nil {
			t.Fatalf("call %d: %v", n+1, err)
		}
	}
	w := httptest.NewRecorder()
	err := l.take(w, "a")
	limited, ok := errors.AsType[*limitError](err)
	if !ok || !fault.Is(err, fault.TooMany) || limited.seconds != 1 {
		t.Fatalf("call 61: %v", err)
	}
	if got := w.Header().Get("RateLimit"); got != `"client";r=0;t=60` {
		t.Errorf("RateLimit: got %s", got)
	}
	if got := w.Header().Get("RateLimit-Policy"); got != `"client";q=60;w=60` {
		t.Errorf("RateLimit-Policy: got %s", got)
	}
	if err := l.take(httptest.NewRecorder(), "b"); err != nil {
		t.Errorf("another client: %v", err)
	}
	now = now.Add(time.Duration(limited.seconds) * time.Second)
	if err := l.take(httptest.NewRecorder(), "a"); err != nil {
		t.Errorf("after the time that was told: %v", err)
	}
	if err := l.take(httptest.NewRecorder(), "a"); err == nil {
		t.Error("one second gives more than one call")
	}
}

func TestLimiter_ForgetsThoseWhoHaveAllBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	l := newLimiter(60, func() time.Time { return now })
	l.count("a")
	now = now.Add(window * time.Second)
	l.count("b")
	if l.forget(now); len(l.buckets) != 1 {
		t.Errorf("%d buckets, want b's", len(l.buckets))
	}
}
