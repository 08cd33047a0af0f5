package handover

import (
	"fmt"
	"testing"
)

// The protocol as a machine of few states, explored whole: one submission, two workers, the
// target, the database, and at most three crashes, each of which may come between any two steps.
// One step is one transaction or one message. What a process knows but has not written is lost
// with it; a frozen process loses its job to another and goes on later all the same.
//
// It checks the protocol, not the code: the crash test (internal/crashtest) does that.

const (
	// maxCrashes is how many crashes one run may have, maxFailures how often the target or the
	// way to it fails besides, maxRefusals how often it refuses, maxPresses how often the person
	// presses the button.
	maxCrashes  = 3
	maxRefusals = 1
	maxFailures = 2
	maxPresses  = 3
)

// at is where a worker is in its work.
type at int8

const (
	idle at = iota
	fetched
	begun
	sent
	answeredYes
	answeredNo
	answeredRefused
	marked
	failed
)

// worker is one process that delivers. Frozen tells that it is silent, so that its job may be
// taken over. Latest tells that no later attempt has begun: of the numbers that is all that
// matters. Told tells that the answer it got told how it goes.
type worker struct {
	at                   at
	latest, frozen, told bool
}

// job is the job engine's row: nobody's, there, or run by a worker (jobOf + its index).
type job int8

const (
	noJob job = iota
	available
	jobOf
)

// system is one state of everything. It is comparable, so that known states are found again.
type system struct {
	presses, crashes, failures int8
	// asking tells that a request to submit is under way, stored that its transaction has
	// committed; acknowledged that the person has the receipt.
	asking, stored, acknowledged bool
	submitted                    bool
	waiting, delivered           bool
	// parked and givenUp are where an administrator has to see to it; open tells that the target is
	// left alone, and probe which worker (its index and one) has gone to see whether it answers.
	parked, givenUp, open bool
	refusals, probe       int8
	// events are lines of the delivery, told those of what the target's answer told.
	events, told int8
	job          job
	workers      [2]worker
	// requests are what B has received and not answered, by worker.
	requests  [2]bool
	instances int8
}

// rules are what the protocol stands on; each is left out once, to see that the check sees it.
type rules struct {
	oneTransaction, fence, key, takeOver, mend, probeEnds, tellsAgain bool
	// crashes and failures are how many of each a run may have.
	crashes, failures int8
}

// next gives every state that one step leads to; crash-free steps first.
func (r rules) next(s system) []system {
	out := r.submit(s)
	for w := range s.workers {
		out = append(out, r.work(s, w)...)
		out = append(out, r.target(s, w)...)
	}
	out = append(out, administer(s)...)
	if p := s.probe; r.probeEnds && p != 0 && (s.workers[p-1].at == idle || s.workers[p-1].frozen) {
		t := s
		t.probe = 0
		out = append(out, t)
	}
	if r.mend && s.waiting && s.job == noJob {
		t := s
		t.job = available
		out = append(out, t)
	}
	return append(out, r.crash(s)...)
}

// submit is the person and the page: press, commit, answer, and press again when no answer came.
func (r rules) submit(s system) []system {
	var out []system
	t := s
	switch {
	case !s.asking && !s.acknowledged && s.presses < maxPresses:
		t.asking, t.presses = true, s.presses+1
		out = append(out, t)
	case s.asking && !s.stored:
		t.stored = true
		if !s.submitted {
			t.submitted, t.waiting = true, true
			if r.oneTransaction {
				t.job = available
			}
		}
		out = append(out, t)
	case s.asking && s.stored:
		t.asking, t.stored, t.acknowledged = false, false, true
		if !r.oneTransaction && s.waiting && s.job == noJob {
			t.job = available
		}
		out = append(out, t)
	}
	return out
}

// administer is what a person does with a delivery that has stopped: try again, or give up, after
// which it can be tried again too.
func administer(s system) []system {
	if !s.parked && !s.givenUp {
		return nil
	}
	again := s
	again.parked, again.givenUp, again.waiting, again.job = false, false, true, available
	if s.givenUp {
		return []system{again}
	}
	ended := s
	ended.parked, ended.givenUp = false, true
	return []system{again, ended}
}

// begin is the step in which a worker takes an attempt number, or sees that the target is left
// alone, whereupon the job sleeps.
func begin(s system, i int) []system {
	asleep, t := s, s
	asleep.job, asleep.workers[i] = available, worker{}
	if s.open && s.probe != 0 {
		return []system{asleep}
	}
	t.workers[1-i].latest = false
	t.workers[i].at, t.workers[i].latest = begun, true
	if !s.open {
		return []system{t}
	}
	t.probe = int8(i + 1)
	return []system{asleep, t}
}

// failedThere is the step in which a worker writes that the target failed: the target may be left
// alone from now on.
func failedThere(s system, i int) []system {
	t := s
	t.workers[i].at = failed
	if !s.workers[i].latest {
		return []system{t}
	}
	opened := t
	opened.open = true
	if s.probe == int8(i+1) {
		opened.probe = 0
		return []system{opened}
	}
	return []system{t, opened}
}

// work is one step of a worker, and the takeover of its job when it is silent.
func (r rules) work(s system, i int) []system {
	var out []system
	mine := jobOf + job(i)
	if r.takeOver && s.job == mine && (s.workers[i].frozen || s.workers[i].at == idle) {
		t := s
		t.job = available
		out = append(out, t)
	}
	t := s
	w := &t.workers[i]
	switch w.at {
	case idle:
		if s.job != available {
			return out
		}
		t.job, w.at = mine, fetched
	case fetched:
		w.at = marked
		if s.waiting {
			return append(out, begin(s, i)...)
		}
	case begun:
		w.at, t.requests[i] = sent, true
	case answeredYes:
		if s.waiting && (!r.fence || w.latest) {
			t.waiting, t.delivered, t.events = false, true, s.events+1
			if w.told {
				t.told++
			}
		} else if !r.fence {
			t.events++
		}
		t.open, t.probe, w.at = false, 0, marked
	case answeredNo:
		return append(out, failedThere(s, i)...)
	case answeredRefused:
		if s.waiting && w.latest {
			t.waiting, t.parked = false, true
		}
		t.open, t.probe, w.at = false, 0, marked
	case marked, failed:
		// The job engine finishes or reschedules a job whoever says so.
		t.job = noJob
		if w.at == failed {
			t.job = available
		}
		*w = worker{}
	default:
		return out
	}
	return append(out, t)
}

// target is B: it makes an instance, or finds the one of the same key, or fails before it has
// committed. The answer is of no use to a worker that is gone.
func (r rules) target(s system, i int) []system {
	if !s.requests[i] {
		return nil
	}
	yes, no := s, s
	yes.requests[i], no.requests[i] = false, false
	if s.instances == 0 || !r.key {
		yes.instances++
	}
	if s.workers[i].at == sent {
		yes.workers[i].at, no.workers[i].at = answeredYes, answeredNo
		yes.workers[i].told = yes.instances > s.instances || r.tellsAgain
	}
	out := []system{yes}
	if s.refusals < maxRefusals && s.instances == 0 && s.workers[i].at == sent {
		refused := s
		refused.requests[i], refused.workers[i].at = false, answeredRefused
		refused.refusals++
		out = append(out, refused)
	}
	if s.failures == r.failures {
		return out
	}
	// An answer that is lost on the way looks like a failure, after the commit.
	lost := yes
	if s.workers[i].at == sent {
		lost.workers[i].at, lost.workers[i].told = answeredNo, false
	}
	no.failures++
	lost.failures++
	return append(out, no, lost)
}

// crash gives what is left after a process has died or frozen, or an answer to the person has
// been lost.
func (r rules) crash(s system) []system {
	if s.crashes == r.crashes {
		return nil
	}
	s.crashes++
	var out []system
	if s.asking {
		t := s
		t.asking, t.stored = false, false
		out = append(out, t)
	}
	for i, w := range s.workers {
		if w.at == idle {
			continue
		}
		dead := s
		dead.workers[i] = worker{}
		out = append(out, dead)
		if !w.frozen {
			frozen := s
			frozen.workers[i].frozen = true
			out = append(out, frozen)
		}
	}
	for i, received := range s.requests {
		if received && s.workers[i].at == sent {
			down := s
			down.requests[i], down.workers[i].at = false, answeredNo
			out = append(out, down)
		}
	}
	return out
}

// broken tells which invariant a state breaks (SECURITY.md 5.1); "" for none.
func (s system) broken() string {
	switch {
	case s.instances > 1:
		return "two cases of one submission"
	case s.instances > 0 && !s.submitted:
		return "a case without a submission"
	case s.delivered && s.instances == 0:
		return "delivered, and there is no case"
	case s.events > 1:
		return "two delivered events"
	case s.told > 1:
		return "told twice"
	case s.delivered && s.told == 0:
		return "delivered, and nobody was told"
	case s.acknowledged && !s.submitted:
		return "a receipt without a submission"
	}
	return ""
}

// explore walks every state that can be reached, and tells what is wrong: a broken invariant, or
// a submission from whose state no way leads to its delivery any more.
func (r rules) explore() (states int, wrong string) {
	start := system{}
	known := map[system]int{start: 0}
	list := []system{start}
	before := [][]int{nil}
	for i := 0; i < len(list); i++ {
		for _, t := range r.next(list[i]) {
			if what := t.broken(); what != "" {
				return len(list), fmt.Sprintf("%s: %+v", what, t)
			}
			k, found := known[t]
			if !found {
				k = len(list)
				known[t] = k
				list = append(list, t)
				before = append(before, nil)
			}
			before[k] = append(before[k], i)
		}
	}
	return len(list), stuck(list, before)
}

// stuck looks for a stored submission that no way leads from to its delivery.
func stuck(list []system, before [][]int) string {
	saved := make([]bool, len(list))
	var queue []int
	for i, s := range list {
		if s.delivered {
			saved[i] = true
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		last := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, i := range before[last] {
			if !saved[i] {
				saved[i] = true
				queue = append(queue, i)
			}
		}
	}
	for i, s := range list {
		if s.submitted && !saved[i] {
			return fmt.Sprintf("lost for ever: %+v", s)
		}
	}
	return ""
}

var everyRule = rules{
	oneTransaction: true, fence: true, key: true, takeOver: true, mend: true, probeEnds: true,
	tellsAgain: true,
	crashes:    maxCrashes, failures: maxFailures,
}

func TestProtocol_NoPathLosesOrDoublesASubmission(t *testing.T) {
	t.Parallel()
	states, wrong := everyRule.explore()
	if wrong != "" || states < 10_000 {
		t.Errorf("%d states: %s", states, wrong)
	}
	t.Logf("%d states with up to %d crashes, %d failures and %d refusals of the target", states,
		maxCrashes, maxFailures, maxRefusals)
}

// Without any one of its rules the protocol must be seen to break, or the check checks nothing.
func TestProtocol_EachRuleIsNeeded(t *testing.T) {
	t.Parallel()
	without := map[string]func(*rules){
		"one transaction": func(r *rules) { r.oneTransaction, r.mend = false, false },
		"fence":           func(r *rules) { r.fence = false },
		"key":             func(r *rules) { r.key = false },
		"takeover":        func(r *rules) { r.takeOver = false },
		"mend":            func(r *rules) { r.mend = false },
		"probe that ends": func(r *rules) { r.probeEnds = false },
		"telling again":   func(r *rules) { r.tellsAgain = false },
	}
	for name, drop := range without {
		// Fewer of both are enough to see it.
		r := everyRule
		r.crashes, r.failures = 2, 1
		drop(&r)
		states, wrong := r.explore()
		if wrong == "" {
			t.Errorf("without %s nothing breaks in %d states", name, states)
		}
		t.Logf("without %s: %s", name, wrong)
	}
	t.Logf("checked %d rules", len(without))
}
