package relay

import (
	"fmt"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/internal/workday"
)

// MaxWait is how many days a case may wait for its applicant at a time.
const MaxWait = 180

// Moved is what a move may hand over: the instance as the move leaves it, and at which moment that is.
type Moved struct {
	Source Source
	Moment app.Moment
}

// Asks has a case wait for its applicant when the moves that it has made ask them for something by a day: to
// that day, or as long as a case may wait; nil when it does not wait. What was answered where it stood is no
// answer to where it stands. It is for an instance that does not wait.
func Asks(inst *core.Instance, moves []Moved, now time.Time) (*core.CaseHold, error) {
	inst.Answered = nil
	if inst.Process.EndEvent != "" || inst.Began().Owner == inst.Owner {
		return nil, nil
	}
	var until time.Time
	for _, m := range moves {
		m.Source.Input.Instance = *inst
		due, err := answerDue(m.Source, m.Moment)
		if err != nil {
			return nil, err
		}
		if due != nil && due.After(until) {
			until = *due
		}
	}
	n := Days(now, until)
	if until.IsZero() || n < 1 {
		return nil, nil
	}
	h := StopClock(inst, EndOf(until.In(text.Oslo()).AddDate(0, 0, min(MaxWait-n, 0))), now)
	h.Task = inst.Process.Task
	return &h, nil
}

// answerDue is when the applicant of a case is to answer what a moment asks them by a handover; nil when it asks
// for nothing, or says no day. Of several it is the last.
func answerDue(src Source, m app.Moment) (*time.Time, error) {
	var last *time.Time
	if !src.App.IsCase() {
		return nil, nil
	}
	for _, h := range src.App.Handovers {
		if !h.On.Fits(m) || h.Into != app.IntoNone || !h.Owner.Source {
			continue
		}
		due, err := dueIfWanted(src.of(h), h)
		if err != nil {
			return nil, fmt.Errorf("handover %s: %w", h.ID, err)
		}
		if due != nil && (last == nil || due.After(*last)) {
			last = due
		}
	}
	return last, nil
}

func dueIfWanted(src Source, h *app.Handover) (*time.Time, error) {
	c := form.Context(src.App, src.Set, src.Input, nil)
	wanted, err := holds(h.When, c)
	if err != nil || !wanted {
		return nil, err
	}
	return dueOf(src, h, c)
}

// StopClock begins a wait of a case that does not wait: its deadline is moved by as many days, on to a working
// day.
func StopClock(inst *core.Instance, until, now time.Time) core.CaseHold {
	h := core.CaseHold{Started: now, Until: until}
	if due := inst.Due; due != nil {
		after := Later(*due, Days(now, until))
		h.DueBefore, h.DueAfter, inst.Due = due, &after, &after
	}
	inst.HoldUntil = &until
	return h
}

// StartClock ends the wait of a case, and gives it the deadline that so many days make of the one before,
// unless that has been changed meanwhile: then it is moved back by the days that are left.
func StartClock(inst *core.Instance, h core.CaseHold, now time.Time) {
	inst.HoldUntil = nil
	if inst.Due == nil {
		return
	}
	due := Later(*inst.Due, -max(Days(now, h.Until), 0))
	if h.DueAfter != nil && h.DueAfter.Equal(*inst.Due) {
		due = Later(*h.DueBefore, Days(h.Started, now))
	}
	inst.Due = &due
}

// EndOf is the last minute of a day in Oslo: until when a deadline or a wait lasts.
func EndOf(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 23, 59, 0, 0, text.Oslo())
}

// Days are how many dates lie between two moments, in Oslo.
func Days(from, to time.Time) int {
	date := func(t time.Time) time.Time {
		y, m, d := t.In(text.Oslo()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(date(to).Sub(date(from)).Hours() / 24)
}

// Later moves a deadline by so many days, on to a working day. One that is not moved stays.
func Later(due time.Time, n int) time.Time {
	if n == 0 {
		return due
	}
	return workday.OnOrAfter(due.In(text.Oslo()).AddDate(0, 0, n))
}
